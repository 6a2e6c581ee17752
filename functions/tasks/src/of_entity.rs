//! The tasks of one shot, sequence, episode or scene, and of the assets of an episode.

use axum::extract::State;
use http_api::paths::{EntityTaskTypePath, EpisodePath, ScenePath, SequencePath, ShotPath};
use http_api::routing::{Routes, routes};
use http_api::{
    Access, ApiError, App, Caller, Errors, Json, NoQuery, Path, Query, Result, concurrently,
};
use model::vocabulary::TaskType;
use model::{Action, Entity, EntityId, EntityKind, Task, text};

use crate::views::{DetailedTask, Names};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_shot_tasks))
        .routes(routes!(list_shot_task_types))
        .routes(routes!(list_sequence_task_types))
        .routes(routes!(list_episode_task_types))
        .routes(routes!(list_scene_task_types))
        .routes(routes!(list_entity_tasks_of_type))
        .routes(routes!(list_sequence_tasks))
        .routes(routes!(list_episode_tasks))
        .routes(routes!(list_scene_tasks))
        .routes(routes!(list_episode_asset_tasks))
}

/// The tasks of a shot, by their place in the pipeline.
#[utoipa::path(get, path = "/api/data/shots/{shot_id}/tasks", tag = "Tasks", params(ShotPath), responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_shot_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    of_one(&app, &caller, EntityKind::Shot, path.shot_id, &query).await
}

/// The kinds of work on a shot, each once, by priority, then name.
#[utoipa::path(get, path = "/api/data/shots/{shot_id}/task-types", tag = "Tasks", params(ShotPath), responses((status = 200, body = Vec<TaskType>), Errors))]
async fn list_shot_task_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    query: Query,
) -> Result<Json<Vec<TaskType>>> {
    types_of_one(&app, &caller, EntityKind::Shot, path.shot_id, &query).await
}

/// The kinds of work on a sequence itself, each once, by priority, then name.
#[utoipa::path(get, path = "/api/data/sequences/{sequence_id}/task-types", tag = "Tasks", params(SequencePath), responses((status = 200, body = Vec<TaskType>), Errors))]
async fn list_sequence_task_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<SequencePath>,
    query: Query,
) -> Result<Json<Vec<TaskType>>> {
    types_of_one(&app, &caller, EntityKind::Sequence, path.sequence_id, &query).await
}

/// The kinds of work on an episode itself, each once, by priority, then name.
#[utoipa::path(get, path = "/api/data/episodes/{episode_id}/task-types", tag = "Tasks", params(EpisodePath), responses((status = 200, body = Vec<TaskType>), Errors))]
async fn list_episode_task_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EpisodePath>,
    query: Query,
) -> Result<Json<Vec<TaskType>>> {
    types_of_one(&app, &caller, EntityKind::Episode, path.episode_id, &query).await
}

/// The kinds of work on a scene, each once, by priority, then name.
#[utoipa::path(get, path = "/api/data/scenes/{scene_id}/task-types", tag = "Tasks", params(ScenePath), responses((status = 200, body = Vec<TaskType>), Errors))]
async fn list_scene_task_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ScenePath>,
    query: Query,
) -> Result<Json<Vec<TaskType>>> {
    types_of_one(&app, &caller, EntityKind::Scene, path.scene_id, &query).await
}

/// The tasks of one kind of work on an entity of any kind, by name.
#[utoipa::path(get, path = "/api/data/entities/{entity_id}/task-types/{task_type_id}/tasks", tag = "Tasks", params(EntityTaskTypePath), responses((status = 200, body = Vec<Task>), Errors))]
async fn list_entity_tasks_of_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityTaskTypePath>,
    query: Query,
) -> Result<Json<Vec<Task>>> {
    app.store.vocabulary_require::<TaskType>(path.task_type_id).await?;
    let (entity, access) = caller.open_any(&app, path.entity_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let mut tasks = access.visible_tasks(app.store.tasks_of(&entity).await?);
    tasks.retain(|task| task.task_type_id == path.task_type_id);
    tasks.sort_by_cached_key(|task| (text::fold(&task.name), task.id));
    Ok(Json(tasks))
}

/// The tasks of a sequence itself, by their place in the pipeline.
#[utoipa::path(get, path = "/api/data/sequences/{sequence_id}/tasks", tag = "Tasks", params(SequencePath), responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_sequence_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<SequencePath>,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    of_one(&app, &caller, EntityKind::Sequence, path.sequence_id, &query).await
}

/// The tasks of an episode itself, by their place in the pipeline.
#[utoipa::path(get, path = "/api/data/episodes/{episode_id}/tasks", tag = "Tasks", params(EpisodePath), responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_episode_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EpisodePath>,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    of_one(&app, &caller, EntityKind::Episode, path.episode_id, &query).await
}

/// The tasks of a scene, by their place in the pipeline.
#[utoipa::path(get, path = "/api/data/scenes/{scene_id}/tasks", tag = "Tasks", params(ScenePath), responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_scene_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ScenePath>,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    of_one(&app, &caller, EntityKind::Scene, path.scene_id, &query).await
}

/// The tasks of the assets that belong to an episode, by asset and place in the pipeline.
#[utoipa::path(get, path = "/api/data/episodes/{episode_id}/asset-tasks", tag = "Tasks", params(EpisodePath), responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_episode_asset_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EpisodePath>,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    let (kind, id) = (EntityKind::Episode, path.episode_id);
    let (_, access) = caller.open(&app, kind, id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let mut assets = app.store.children(id, None).await?;
    assets.retain(|child| child.kind == EntityKind::Asset);
    Ok(Json(detailed(&app, &access, assets).await?))
}

async fn of_one(
    app: &App,
    caller: &Caller,
    kind: EntityKind,
    id: EntityId,
    query: &Query,
) -> Result<Json<Vec<DetailedTask>>> {
    let (entity, access) = caller.open(app, kind, id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(detailed(app, &access, vec![entity]).await?))
}

async fn types_of_one(
    app: &App,
    caller: &Caller,
    kind: EntityKind,
    id: EntityId,
    query: &Query,
) -> Result<Json<Vec<TaskType>>> {
    let (entity, access) = caller.open(app, kind, id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let tasks = async { Ok(app.store.tasks_of(&entity).await?) };
    let (tasks, names) = tokio::try_join!(tasks, Names::read(app))?;
    Ok(Json(names.task_types(&access.visible_tasks(tasks))))
}

/// The tasks of some entities of a project, as the caller may see them.
async fn detailed(app: &App, access: &Access, entities: Vec<Entity>) -> Result<Vec<DetailedTask>> {
    let reads = entities.into_iter().map(|entity| async move {
        let tasks = app.store.tasks_of(&entity).await?;
        Ok::<_, ApiError>((access.visible_tasks(tasks), entity))
    });
    let (found, names) = tokio::try_join!(concurrently(reads), Names::read(app))?;
    let rows = found.into_iter().flat_map(|(tasks, entity)| {
        let names = &names;
        tasks.into_iter().map(move |task| names.detail(task, &access.project, &entity))
    });
    let mut rows: Vec<DetailedTask> = rows.collect();
    rows.sort_by_cached_key(|row| {
        (text::fold(&row.entity_name), row.task.entity_id, row.task_type_priority, row.task.id)
    });
    Ok(rows)
}
