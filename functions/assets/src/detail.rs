//! One asset with all that is known of it.

use http_api::{Access, App, Caller, Result, Sight};
use model::casting::Link;
use model::catalog::EntityType;
use model::{Entity, EntityId};

use crate::views::AssetDetail;
use crate::with_tasks::is_of_episode;

/// The asset as the caller sees it: what uses it and what it uses only as far as he sees that.
pub(crate) async fn detail(
    app: &App,
    caller: &Caller,
    access: &Access,
    mut asset: Entity,
) -> Result<AssetDetail> {
    let store = &app.store;
    let (asset_type, tasks, used_by, uses) = tokio::try_join!(
        store.vocabulary_get::<EntityType>(asset.entity_type_id),
        store.tasks_of(&asset),
        store.cast_in(asset.id),
        store.casting_of(asset.project_id, asset.id),
    )?;
    let others = used_by
        .iter()
        .map(|link| link.project_id)
        .chain(uses.iter().map(|link| link.asset_project_id));
    let sight = Sight::new(app, caller, access, others).await?;
    let seen: Vec<&Link> = used_by.iter().filter(|link| sight.sees_user(link)).collect();
    let entities_out = seen_assets(app, &sight, &uses).await?;
    access.hidden(app).await?.strip(asset.kind, &mut asset.data);
    Ok(AssetDetail {
        project_name: access.project.name.clone(),
        asset_type_id: asset.entity_type_id,
        asset_type_name: asset_type.map(|one| one.name).unwrap_or_default(),
        episode_id: asset.source_id,
        casting_episode_ids: seen
            .iter()
            .filter(|link| is_of_episode(link))
            .map(|link| link.entity_id)
            .collect(),
        entities_out: entities_out.into_iter().collect(),
        entities_in: seen.iter().map(|link| link.entity_id).collect(),
        entity_concept_links: [],
        instance_casting: [],
        tasks: access.visible_tasks(tasks).into_iter().map(Into::into).collect(),
        asset,
    })
}

/// The used assets the caller sees. Only those of other projects must be read to tell whether they are shared.
async fn seen_assets(app: &App, sight: &Sight, uses: &[Link]) -> Result<Vec<EntityId>> {
    let (own, foreign): (Vec<Link>, Vec<Link>) =
        uses.iter().cloned().partition(|link| link.asset_project_id == link.project_id);
    let foreign = app.store.assets_of(&foreign).await?.into_values();
    let own = own
        .iter()
        .filter(|link| sight.sees(link.asset_project_id, model::EntityKind::Asset, link.asset_id));
    Ok(own
        .map(|link| link.asset_id)
        .chain(foreign.filter(|asset| sight.sees_asset(asset)).map(|a| a.id))
        .collect())
}
