//! Deleting tasks: one, several, all of one kind of work.

use axum::extract::State;
use http_api::paths::{ProjectPath, ProjectTaskTypePath, TaskPath};
use http_api::routing::{Routes, routes};
use http_api::{
    App, Body, Caller, Errors, IgnoredForce, Json, NoContent, NoQuery, Path, Query, Result,
    concurrently,
};
use model::fields;
use model::vocabulary::TaskType;
use model::{Action, Error, Resource, Task, TaskId};

use crate::opening::open;

/// Most tasks that one call deletes.
const DELETE_MAX: usize = 1000;
/// Walks through a project's tasks until two have found none of a kind.
const WALKS_MAX: usize = 16;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(delete_task))
        .routes(routes!(delete_tasks))
        .routes(routes!(delete_project_tasks_of_type))
}

/// Delete a task with its comments.
#[utoipa::path(delete, path = "/api/data/tasks/{task_id}", tag = "Tasks", params(TaskPath, IgnoredForce), responses((status = 204), Errors))]
async fn delete_task(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskPath>,
    query: Query,
) -> Result<NoContent> {
    let (task, _) = open(&app, &caller, path.task_id, Action::ManageTasks).await?;
    query.read::<IgnoredForce>()?;
    if app.store.task_delete(task.id).await? {
        Ok(NoContent)
    } else {
        Err(Error::NotFound(Resource::Task).into())
    }
}

/// Delete several tasks of a project with their comments, and tell which were. Those that are not there, or of another
/// project, are left out.
#[utoipa::path(post, path = "/api/actions/projects/{project_id}/delete-tasks", tag = "Tasks", params(ProjectPath), request_body = Vec<TaskId>, responses((status = 200, body = Vec<TaskId>), Errors))]
async fn delete_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Json<Vec<TaskId>>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::ManageTasks)?;
    let ids: Vec<TaskId> = body.read_whole(fields::list(DELETE_MAX, fields::id))?;
    let found = app.store.tasks_get(&ids).await?;
    let here = |id: &TaskId| found.get(id).is_some_and(|task| task.project_id == path.project_id);
    Ok(Json(remove(&app, ids.into_iter().filter(here).collect()).await?))
}

/// Delete all tasks of one kind of work in a project, with their comments.
#[utoipa::path(delete, path = "/api/actions/projects/{project_id}/task-types/{task_type_id}/delete-tasks", tag = "Tasks", params(ProjectTaskTypePath), responses((status = 204), Errors))]
async fn delete_project_tasks_of_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectTaskTypePath>,
    query: Query,
) -> Result<NoContent> {
    let task_type = app.store.vocabulary_require::<TaskType>(path.task_type_id);
    let (access, _) = caller.enter_with(&app, path.project_id, task_type).await?;
    access.require(Action::ManageProject)?;
    query.read::<NoQuery>()?;
    // Those of an asset that gets another type move: they may be where a walk has been by then, and are found by the next.
    let mut walks = [true; 2];
    for _ in 0..WALKS_MAX {
        let mut of_type = Vec::new();
        let take = |tasks: Vec<Task>| {
            let tasks = tasks.into_iter().filter(|task| task.task_type_id == path.task_type_id);
            of_type.extend(tasks.map(|task| task.id));
            Ok::<_, Error>(())
        };
        app.store.tasks_each(&[path.project_id], take).await?;
        walks = [walks[1], !of_type.is_empty()];
        if walks == [false; 2] {
            return Ok(NoContent);
        }
        remove(&app, of_type).await?;
    }
    Err(Error::Unavailable("there were tasks of this kind after each walk".into()).into())
}

/// Deletes tasks, and tells which were there: a crash leaves the rest, and the same call again deletes it.
async fn remove(app: &App, ids: Vec<TaskId>) -> Result<Vec<TaskId>> {
    let removals = ids
        .into_iter()
        .map(|id| async move { Ok::<_, Error>(app.store.task_delete(id).await?.then_some(id)) });
    Ok(concurrently(removals).await?.into_iter().flatten().collect())
}
