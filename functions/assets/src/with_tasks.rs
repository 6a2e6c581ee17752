//! The assets of a project with their tasks: finding them, and Zou's forms of the answer.

use std::collections::{BTreeSet, HashMap};

use axum::response::{IntoResponse as _, Response};
use http_api::{Access, App, AssetTypes, Caller, Json, NdJson, Result, all_wrong, concurrently};
use model::casting::Link;
use model::entity::is_asset_type;
use model::{
    Entity, EntityId, EntityKind, EntityTypeId, EpisodeChoice, Error, FieldError, ProjectId, Task,
    TaskOrder, fail_if_any,
};
use store::{AssetFilter, EpisodesCasting};

use crate::compact::{compact, compact_lines, lines};
use crate::queries::{Form, NamedWithTasks, WithTasksQuery};
use crate::scope;
use crate::views::{AssetColumns, AssetWithTasks};

/// For each asset the episodes it is cast in.
type CastEpisodes = HashMap<EntityId, BTreeSet<EntityId>>;
/// Assets, and the tasks of each.
type AssetsAndTasks = (Vec<Entity>, HashMap<EntityId, Vec<Task>>);

/// The project that a query is about, the types of what is in it, and the order of tasks.
pub(crate) struct Place {
    access: Access,
    marked: Vec<EntityTypeId>,
    types: AssetTypes,
    order: TaskOrder,
}

/// Enters the project that a query names, if it names one. Fails with all that it names and that is not there.
pub(crate) async fn enter(
    app: &App,
    caller: &Caller,
    named: &NamedWithTasks,
) -> Result<Option<Place>> {
    let entered = async {
        match named.project_id {
            Some(project) => scope::enter(app, caller, project).await.map(Some),
            None => Ok(None),
        }
    };
    let (entered, words) = tokio::join!(entered, app.store.words());
    let words = words?;
    let types = AssetTypes::new(words.entity_types);
    let access = entered.as_ref().ok().and_then(Option::as_ref);
    let there = check(app, access, named, &types).await;
    let (Some(access), ()) = all_wrong(entered, there)? else { return Ok(None) };
    let marked = app.store.types_marked(access.project.id).await?;
    Ok(Some(Place { access, marked, types, order: TaskOrder::new(words.task_types) }))
}

/// The rows that are asked for, of those the caller sees, in the order of lists.
pub(crate) async fn rows(
    app: &App,
    Place { access, marked, types, order }: &Place,
    query: &WithTasksQuery,
) -> Result<Vec<AssetWithTasks>> {
    let (only, hidden) = tokio::try_join!(access.only_entities(app), access.hidden(app))?;
    let filter = AssetFilter { among: only, ..query.filters.filter(query.types) };
    let project = access.project.id;
    let ((mut assets, mut tasks), cast) = if filter.id.is_some() || filter.name.is_some() {
        of_single_assets(app, project, &filter).await?
    } else if let (EpisodeChoice::One(episode), false) = (query.episode_id, query.form.is_plain()) {
        of_one_episode(app, project, marked, &filter, episode).await?
    } else {
        let cast = cast_episodes(app, project, marked);
        let (found, cast) =
            tokio::try_join!(assets_and_tasks(app, project, marked, &filter), cast)?;
        (found, by_asset(&cast.links))
    };

    assets.retain(|asset| filter.matches(asset) && is_meant(query, asset, &cast));
    types.sort(&mut assets);
    Ok(assets
        .into_iter()
        .map(|mut asset| {
            hidden.strip(asset.kind, &mut asset.data);
            let mut tasks = access.visible_tasks(tasks.remove(&asset.id).unwrap_or_default());
            order.sort(&mut tasks);
            let episodes = cast.get(&asset.id).cloned().unwrap_or_default();
            let type_name = types.name(asset.entity_type_id);
            let asset = AssetColumns::new(asset, type_name, episodes);
            AssetWithTasks { asset, tasks: tasks.into_iter().map(Into::into).collect() }
        })
        .collect())
}

/// The rows in a form: plain, as arrays, line by line, or both.
pub(crate) fn answer(form: Form, rows: Vec<AssetWithTasks>) -> Result<Response> {
    Ok(match (form.is_stream, form.is_compact) {
        (false, false) => Json(rows).into_response(),
        (true, false) => NdJson::of(lines(&rows))?.into_response(),
        (false, true) => Json(compact(&rows)).into_response(),
        (true, true) => NdJson::of(compact_lines(&rows))?.into_response(),
    })
}

/// Fails if types or, in the project, the episode are not there.
async fn check(
    app: &App,
    access: Option<&Access>,
    named: &NamedWithTasks,
    types: &AssetTypes,
) -> Result<()> {
    let mut errors = Vec::new();
    if let (EpisodeChoice::One(id), Some(access)) = (named.episode_id, access)
        && app.store.entity_in(access.project.id, EntityKind::Episode, id).await?.is_none()
    {
        errors.push(FieldError::new("episode_id", "is not an episode of this project"));
    }
    errors.extend(named.types.wrong(types));
    Ok(fail_if_any(errors)?)
}

/// The few assets that an id or a name asks for: what belongs to each is read by itself.
async fn of_single_assets(
    app: &App,
    project: ProjectId,
    filter: &AssetFilter,
) -> model::Result<(AssetsAndTasks, CastEpisodes)> {
    let assets = app.store.assets_of_project(project, filter).await?;
    let reads = assets.iter().map(|asset| async move {
        let (tasks, links) =
            tokio::try_join!(app.store.tasks_of(asset), app.store.cast_in(asset.id))?;
        let links = links.iter().filter(|link| link.project_id == project && is_of_episode(link));
        Ok::<_, Error>((asset.id, tasks, links.map(|link| link.entity_id).collect()))
    });
    let (mut tasks, mut cast) = (HashMap::new(), CastEpisodes::new());
    for (asset, of_it, episodes) in concurrently(reads).await? {
        tasks.insert(asset, of_it);
        cast.insert(asset, episodes);
    }
    Ok(((assets, tasks), cast))
}

/// All assets of the types a filter is about, and their tasks.
async fn assets_and_tasks(
    app: &App,
    project: ProjectId,
    marked: &[EntityTypeId],
    filter: &AssetFilter,
) -> model::Result<AssetsAndTasks> {
    let is_wanted = |id: &EntityTypeId| {
        is_asset_type(*id) && filter.asset_type_id.is_none_or(|only| only == *id)
    };
    let reads = marked
        .iter()
        .copied()
        .filter(is_wanted)
        .map(|id| app.store.entities_with_tasks(project, id));
    let pages: Vec<(Vec<Entity>, Vec<Task>)> = concurrently(reads).await?;
    let (mut assets, mut tasks) = (Vec::new(), HashMap::<EntityId, Vec<Task>>::new());
    for (entities, of_them) in pages {
        assets.extend(entities);
        for task in of_them {
            tasks.entry(task.entity_id).or_default().push(task);
        }
    }
    Ok((assets, tasks))
}

/// The assets that have to do with one episode, and no others. Of a large project they are read by themselves: to read all
/// that it has takes longer, and more memory, than there may be.
async fn of_one_episode(
    app: &App,
    project: ProjectId,
    marked: &[EntityTypeId],
    filter: &AssetFilter,
    episode: EntityId,
) -> model::Result<(AssetsAndTasks, CastEpisodes)> {
    let EpisodesCasting { links, is_large } = cast_episodes(app, project, marked).await?;
    let cast = by_asset(&links);
    if !is_large {
        return Ok((assets_and_tasks(app, project, marked, filter).await?, cast));
    }
    let is_cast = |link: &&Link| link.entity_id == episode && link.asset_project_id == project;
    let ids: Vec<EntityId> = links.iter().filter(is_cast).map(|link| link.asset_id).collect();
    let (there, own) =
        tokio::try_join!(app.store.entities_get(&ids), app.store.children(episode, None))?;
    let mut assets = there;
    assets.extend(own.into_iter().map(|asset| (asset.id, asset)));
    let is_asked = |asset: &Entity| {
        asset.kind == EntityKind::Asset && asset.project_id == project && filter.matches(asset)
    };
    let assets: Vec<Entity> = assets.into_values().filter(is_asked).collect();
    let reads = assets
        .iter()
        .map(|asset| async move { Ok::<_, Error>((asset.id, app.store.tasks_of(asset).await?)) });
    let tasks = concurrently(reads).await?.into_iter().collect();
    Ok(((assets, tasks), cast))
}

/// What is cast in the episodes of a project. One without any is not asked.
async fn cast_episodes(
    app: &App,
    project: ProjectId,
    marked: &[EntityTypeId],
) -> model::Result<EpisodesCasting> {
    if EntityKind::Episode.entity_type().is_some_and(|episodes| marked.contains(&episodes)) {
        return app.store.casting_of_episodes(project).await;
    }
    Ok(EpisodesCasting { links: Vec::new(), is_large: false })
}

fn by_asset(links: &[Link]) -> CastEpisodes {
    let mut cast = CastEpisodes::new();
    for link in links {
        cast.entry(link.asset_id).or_default().insert(link.entity_id);
    }
    cast
}

/// Whether a link casts an asset in an episode.
pub(crate) fn is_of_episode(link: &Link) -> bool {
    link.entity_kind == EntityKind::Episode
}

/// Whether the choice of episode lets an asset through.
fn is_meant(query: &WithTasksQuery, asset: &Entity, cast: &CastEpisodes) -> bool {
    match query.episode_id {
        EpisodeChoice::All => true,
        EpisodeChoice::Main => asset.source_id.is_none(),
        EpisodeChoice::One(id) => {
            let is_cast = cast.get(&asset.id).is_some_and(|episodes| episodes.contains(&id));
            // An episode's whole list has the assets of no episode in it; the forms that Kitsu asks for have not.
            asset.source_id == Some(id)
                || is_cast
                || (query.form.is_plain() && asset.source_id.is_none())
        }
    }
}
