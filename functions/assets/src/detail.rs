//! One asset with all that is known of it.

use http_api::{Access, App, Caller, Result, VisibleLinks};
use model::casting::Link;
use model::{Entity, TaskOrder};

use crate::views::AssetDetail;
use crate::with_tasks::is_of_episode;

/// The asset as the caller sees it: what uses it and what it uses only as far as he sees that.
pub(crate) async fn detail(
    app: &App,
    caller: &Caller,
    access: &Access,
    mut asset: Entity,
) -> Result<AssetDetail> {
    let words = async { Ok(app.store.words().await?) };
    let tasks = async { Ok(app.store.tasks_of(&asset).await?) };
    let links = VisibleLinks::of(app, caller, access, &asset);
    let (words, tasks, links) = tokio::try_join!(words, tasks, links)?;
    let asset_type = words.entity_types.into_iter().find(|one| one.id == asset.entity_type_id);
    let mut tasks = access.visible_tasks(tasks);
    TaskOrder::new(words.task_types).sort(&mut tasks);
    // Of its own production, as in lists.
    let is_here = |link: &&Link| is_of_episode(link) && link.project_id == asset.project_id;
    let episodes = links.used_by.iter().filter(is_here).map(|link| link.entity_id).collect();
    access.hidden(app).await?.strip(asset.kind, &mut asset.data);
    Ok(AssetDetail {
        project_name: access.project.name.clone(),
        asset_type_id: asset.entity_type_id,
        asset_type_name: asset_type.map(|one| one.name).unwrap_or_default(),
        episode_id: asset.source_id,
        casting_episode_ids: episodes,
        entities_out: links.entities_out(),
        entities_in: links.entities_in(),
        entity_concept_links: [],
        instance_casting: [],
        tasks: tasks.into_iter().map(Into::into).collect(),
        asset,
    })
}
