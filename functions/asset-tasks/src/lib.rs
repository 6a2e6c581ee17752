//! The tasks of an asset, and the types of these tasks.

mod views;

use std::collections::BTreeSet;

use axum::extract::State;
use http_api::paths::AssetPath;
use http_api::routing::{Routes, routes};
use http_api::{Access, App, Caller, Errors, Json, NoQuery, Path, Query, Result, all_wrong};
use model::vocabulary::TaskType;
use model::{Action, Entity, EntityKind, Task, TaskTypeId, sort_task_types};

use crate::views::{Names, TaskDetail, TasksQuery};

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_asset_tasks))
        .routes(routes!(list_asset_task_types))
        .routes(routes!(list_user_asset_tasks))
        .routes(routes!(list_user_asset_task_types))
}

/// The tasks of an asset, in the order of their types.
///
/// A client sees them without assignees, dates and numbers; a vendor sees those assigned to him.
#[utoipa::path(
    get,
    path = "/api/data/assets/{asset_id}/tasks",
    tag = "Asset tasks",
    params(AssetPath, TasksQuery),
    responses((status = 200, description = "The tasks", body = Vec<TaskDetail>), Errors)
)]
async fn list_asset_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<Vec<TaskDetail>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    let (mut tasks, names) =
        tokio::try_join!(app.store.tasks_of(&asset), names(&app, &asset, &access))?;
    let named = query.peek::<TasksQuery>().unwrap_or_default().check(&names);
    let (query, ()) = all_wrong(query.read::<TasksQuery>(), named)?;
    tasks.retain(|task| query.matches(task));
    Ok(Json(names.rows(&asset, access.visible_tasks(tasks))))
}

/// The types of the tasks of an asset, each once, by priority and name.
#[utoipa::path(
    get,
    path = "/api/data/assets/{asset_id}/task-types",
    tag = "Asset tasks",
    params(AssetPath),
    responses((status = 200, description = "The task types", body = Vec<TaskType>), Errors)
)]
async fn list_asset_task_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<Vec<TaskType>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let (tasks, types) = tokio::try_join!(app.store.tasks_of(&asset), app.store.vocabulary_list())?;
    Ok(Json(only_used(types, &access.visible_tasks(tasks))))
}

/// The tasks of an asset that are assigned to the caller, in the order of their types.
#[utoipa::path(
    get,
    path = "/api/data/user/assets/{asset_id}/tasks",
    tag = "Asset tasks",
    params(AssetPath),
    responses((status = 200, description = "The tasks", body = Vec<TaskDetail>), Errors)
)]
async fn list_user_asset_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<Vec<TaskDetail>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let (tasks, names) =
        tokio::try_join!(app.store.tasks_of(&asset), names(&app, &asset, &access))?;
    Ok(Json(names.rows(&asset, access.visible_tasks(assigned(&caller, tasks)))))
}

/// The types of the tasks of an asset that are assigned to the caller, by priority and name.
#[utoipa::path(
    get,
    path = "/api/data/user/assets/{asset_id}/task-types",
    tag = "Asset tasks",
    params(AssetPath),
    responses((status = 200, description = "The task types", body = Vec<TaskType>), Errors)
)]
async fn list_user_asset_task_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<Vec<TaskType>>> {
    let (asset, _) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let (tasks, types) = tokio::try_join!(app.store.tasks_of(&asset), app.store.vocabulary_list())?;
    Ok(Json(only_used(types, &assigned(&caller, tasks))))
}

fn assigned(caller: &Caller, mut tasks: Vec<Task>) -> Vec<Task> {
    tasks.retain(|task| task.assignees.contains(&caller.person.id));
    tasks
}

/// Of the task types those of some tasks, in their order.
fn only_used(mut types: Vec<TaskType>, tasks: &[Task]) -> Vec<TaskType> {
    let used: BTreeSet<TaskTypeId> = tasks.iter().map(|task| task.task_type_id).collect();
    types.retain(|one| used.contains(&one.id));
    sort_task_types(&mut types);
    types
}

async fn names(app: &App, asset: &Entity, access: &Access) -> model::Result<Names> {
    let words = app.store.words().await?;
    let asset_type = words.entity_types.into_iter().find(|one| one.id == asset.entity_type_id);
    Ok(Names {
        project: access.project.name.clone(),
        asset_type: asset_type.map(|one| one.name).unwrap_or_default(),
        task_types: words.task_types,
        task_statuses: words.task_statuses,
    })
}
