//! Task types: the kinds of work of the studio.

use axum::extract::State;
use http_api::paths::TaskTypePath;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{require_known, unknown, vocabulary};
use http_api::{
    App, Body, Caller, Created, Errors, Filters, IgnoredForce, Json, Listed, Listing, NoContent,
    NoQuery, Path, Query, Result, WithName, all_wrong,
};
use model::vocabulary::{Department, TaskType, TaskTypePatch};
use model::{Action, Given, Resource};
use store::Usage;

use crate::usage::{forget, forget_in_types, require_no_tasks, require_nothing_ready};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_task_types, create_task_type)).routes(routes!(
        get_task_type,
        update_task_type,
        delete_task_type
    ))
}

/// The task types, by name.
#[utoipa::path(get, path = "/api/data/task-types", tag = "Vocabulary", params(Filters<TaskType>),
    responses((status = 200, body = Listing<TaskType>), Errors))]
async fn list_task_types(State(app): State<App>, _: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<TaskType>>()?;
    filters.apply(vocabulary::<TaskType>(&app).await?)
}

/// Create a task type, for managers. Its name must be free among those for the same kind of entity.
#[utoipa::path(post, path = "/api/data/task-types", tag = "Vocabulary", request_body = TaskTypePatch,
    responses((status = 201, body = TaskType), Errors))]
async fn create_task_type(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Created<TaskType>> {
    caller.require(Action::ManageVocabulary)?;
    let now = app.store.now();
    let blank = TaskType::named("", now);
    let fits = require_department(&app, &body.peek().unwrap_or_default(), &blank).await;
    let (WithName(patch), ()) = all_wrong(body.read::<WithName<TaskTypePatch>>(), fits)?;
    Ok(Created(app.store.vocabulary_create(patch.apply(blank, now)).await?))
}

/// One task type.
#[utoipa::path(get, path = "/api/data/task-types/{task_type_id}", tag = "Vocabulary", params(TaskTypePath),
    responses((status = 200, body = TaskType), Errors))]
async fn get_task_type(
    State(app): State<App>,
    _: Caller,
    Path(path): Path<TaskTypePath>,
    query: Query,
) -> Result<Json<TaskType>> {
    let task_type = app.store.vocabulary_require(path.task_type_id).await?;
    query.read::<NoQuery>()?;
    Ok(Json(task_type))
}

/// Change a task type, for managers.
#[utoipa::path(put, path = "/api/data/task-types/{task_type_id}", tag = "Vocabulary", params(TaskTypePath),
    request_body = TaskTypePatch, responses((status = 200, body = TaskType), Errors))]
async fn update_task_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskTypePath>,
    body: Body,
) -> Result<Json<TaskType>> {
    let current = app.store.vocabulary_require::<TaskType>(path.task_type_id).await?;
    caller.require(Action::ManageVocabulary)?;
    let fits = require_department(&app, &body.peek().unwrap_or_default(), &current).await;
    let (patch, ()) = all_wrong(body.read::<TaskTypePatch>(), fits)?;
    let now = app.store.now();
    let change = |task_type| patch.clone().apply(task_type, now);
    Ok(Json(app.store.vocabulary_update(path.task_type_id, change).await?))
}

/// Delete a task type that no task has and no asset is ready for, for managers.
#[utoipa::path(delete, path = "/api/data/task-types/{task_type_id}", tag = "Vocabulary",
    params(TaskTypePath, IgnoredForce), responses((status = 204, description = "The task type is gone"), Errors))]
async fn delete_task_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskTypePath>,
    query: Query,
) -> Result<NoContent> {
    let id = path.task_type_id;
    app.store.vocabulary_require::<TaskType>(id).await?;
    caller.require(Action::ManageVocabulary)?;
    query.read::<IgnoredForce>()?;
    require_no_tasks(&app, Resource::TaskType, Usage::TaskType(id)).await?;
    require_nothing_ready(&app, id).await?;
    app.store.vocabulary_delete::<TaskType>(id).await?;
    forget_in_types(&app, id).await?;
    forget(&app, |project| project.task_types.retain(|known| *known != id)).await?;
    Ok(NoContent)
}

async fn require_department(app: &App, patch: &TaskTypePatch, current: &TaskType) -> Result<()> {
    let Given::Value(department) = patch.department_id else { return Ok(()) };
    let kept = current.department_id.as_slice();
    require_known([unknown::<Department>(app, "department_id", &[department], kept).await?])
}
