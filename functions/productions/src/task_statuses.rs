//! Task statuses: the steps of a task's life in the studio.

use axum::extract::State;
use http_api::paths::TaskStatusPath;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::vocabulary;
use http_api::{
    App, Body, Caller, Created, Errors, Filters, IgnoredForce, Json, Listed, Listing, NoContent,
    NoQuery, Path, Query, Result, WithName,
};
use model::vocabulary::{TaskStatus, TaskStatusPatch};
use model::{Action, Resource};
use store::Usage;

use crate::usage::{forget, require_no_tasks};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_task_statuses, create_task_status)).routes(routes!(
        get_task_status,
        update_task_status,
        delete_task_status
    ))
}

/// The task statuses, by name; those for concepts come last.
#[utoipa::path(get, path = "/api/data/task-status", tag = "Vocabulary", params(Filters<TaskStatus>),
    responses((status = 200, body = Listing<TaskStatus>), Errors))]
async fn list_task_statuses(State(app): State<App>, _: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<TaskStatus>>()?;
    filters.apply(vocabulary::<TaskStatus>(&app).await?)
}

/// Create a task status, for managers. Its name must be free; without a short name it is the short name too.
#[utoipa::path(post, path = "/api/data/task-status", tag = "Vocabulary", request_body = TaskStatusPatch,
    responses((status = 201, body = TaskStatus), Errors))]
async fn create_task_status(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Created<TaskStatus>> {
    caller.require(Action::ManageVocabulary)?;
    let WithName(patch) = body.read::<WithName<TaskStatusPatch>>()?;
    let now = app.store.now();
    let short_name = patch.name.as_deref().unwrap_or_default().to_lowercase();
    let status = patch.apply(TaskStatus::named("", short_name, now), now);
    Ok(Created(app.store.vocabulary_create(status).await?))
}

/// One task status.
#[utoipa::path(get, path = "/api/data/task-status/{task_status_id}", tag = "Vocabulary", params(TaskStatusPath),
    responses((status = 200, body = TaskStatus), Errors))]
async fn get_task_status(
    State(app): State<App>,
    _: Caller,
    Path(path): Path<TaskStatusPath>,
    query: Query,
) -> Result<Json<TaskStatus>> {
    let status = app.store.vocabulary_require(path.task_status_id).await?;
    query.read::<NoQuery>()?;
    Ok(Json(status))
}

/// Change a task status, for managers. Of the statuses that new tasks may get, one is the default, and one of those for
/// concepts: the one it is made takes that from another.
#[utoipa::path(put, path = "/api/data/task-status/{task_status_id}", tag = "Vocabulary", params(TaskStatusPath),
    request_body = TaskStatusPatch, responses((status = 200, body = TaskStatus), Errors))]
async fn update_task_status(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskStatusPath>,
    body: Body,
) -> Result<Json<TaskStatus>> {
    app.store.vocabulary_require::<TaskStatus>(path.task_status_id).await?;
    caller.require(Action::ManageVocabulary)?;
    let patch = body.read::<TaskStatusPatch>()?;
    let now = app.store.now();
    let change = |status| patch.clone().apply(status, now);
    Ok(Json(app.store.vocabulary_update(path.task_status_id, change).await?))
}

/// Delete a task status that no task has, for managers.
#[utoipa::path(delete, path = "/api/data/task-status/{task_status_id}", tag = "Vocabulary",
    params(TaskStatusPath, IgnoredForce), responses((status = 204, description = "The task status is gone"), Errors))]
async fn delete_task_status(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskStatusPath>,
    query: Query,
) -> Result<NoContent> {
    let id = path.task_status_id;
    app.store.vocabulary_require::<TaskStatus>(id).await?;
    caller.require(Action::ManageVocabulary)?;
    query.read::<IgnoredForce>()?;
    require_no_tasks(&app, Resource::TaskStatus, Usage::TaskStatus(id)).await?;
    app.store.vocabulary_delete::<TaskStatus>(id).await?;
    forget(&app, |project| project.task_statuses.retain(|known| *known != id)).await?;
    Ok(NoContent)
}
