//! Who does a task: assign one or many, take off.

use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use http_api::paths::{PersonPath, TaskPath};
use http_api::person_row::require_person;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::unknown_persons;
use http_api::{App, Body, Caller, Errors, Json, Path, Result, concurrently};
use model::fields::{self, Fields};
use model::task::ASSIGNEES_MAX;
use model::{
    Action, Error, FieldError, Input, PersonId, ProjectId, Resource, Task, TaskId, Timestamp,
    distinct, fail_if_any,
};
use utoipa::ToSchema;

use crate::opening::open;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(assign_task))
        .routes(routes!(assign_person_tasks))
        .routes(routes!(clear_assignations))
}

/// Tasks changed in one call, at most.
const TASKS_MAX: usize = 1000;

/// The body that assigns a task.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"person_id": "39a44cfa-4f31-4006-9a2f-20ed56743e24"}))]
struct AssigneeBody {
    /// Anybody of the studio.
    person_id: PersonId,
}

impl Input for AssigneeBody {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        f.required("person_id", fields::id).map(|person_id| Self { person_id })
    }
}

/// The body that assigns tasks to a person.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"task_ids": ["a24a6ea4-ce75-4665-a070-57453082c256"]}))]
struct TasksBody {
    /// The tasks.
    task_ids: Vec<TaskId>,
}

impl Input for TasksBody {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        f.required("task_ids", fields::list(TASKS_MAX, fields::id))
            .map(|task_ids| Self { task_ids })
    }
}

/// The body that takes persons off tasks.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"task_ids": ["a24a6ea4-ce75-4665-a070-57453082c256"]}))]
struct ClearBody {
    /// The tasks.
    task_ids: Vec<TaskId>,
    /// Who is taken off (default: everybody).
    person_id: Option<PersonId>,
}

impl Input for ClearBody {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let task_ids = f.required("task_ids", fields::list(TASKS_MAX, fields::id));
        let person_id = f.optional("person_id", fields::id);
        Some(Self { task_ids: task_ids?, person_id: person_id? })
    }
}

/// Assign a task to one more person.
#[utoipa::path(put, path = "/api/actions/tasks/{task_id}/assign", tag = "Tasks", params(TaskPath), request_body = AssigneeBody, responses((status = 200, body = Task), Errors))]
async fn assign_task(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskPath>,
    body: Body,
) -> Result<Json<Task>> {
    let (task, _) = open(&app, &caller, path.task_id, Action::ManageTasks).await?;
    let person = body.read::<AssigneeBody>()?.person_id;
    fail_if_any(unknown_persons(&app, "person_id", &[person]).await?)?;
    let assigned = assign(&app, task.id, person, caller.person.id, "person_id").await?;
    Ok(Json(assigned.ok_or(Error::NotFound(Resource::Task))?))
}

/// Assign several tasks to a person, and answer them. All are checked before the first is changed.
#[utoipa::path(put, path = "/api/actions/persons/{person_id}/assign", tag = "Tasks", params(PersonPath), request_body = TasksBody, responses((status = 200, body = Vec<Task>), Errors))]
async fn assign_person_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonPath>,
    body: Body,
) -> Result<Json<Vec<Task>>> {
    let person = require_person(&app, path.person_id).await?.id;
    caller.require_somewhere(&app, Action::ManageTasks).await?;
    let ids = body.read::<TasksBody>()?.task_ids;
    let found = require_manageable(&app, &caller, &ids).await?;
    let wanted = with_fields(ids);
    let full = wanted.iter().filter_map(|(id, field)| overfull(found.get(id)?, person, field));
    fail_if_any(full.collect())?;
    let by = caller.person.id;
    let changes = wanted.iter().map(|(id, field)| assign(&app, *id, person, by, field));
    let changed = concurrently(changes).await?;
    Ok(Json(changed.into_iter().flatten().collect()))
}

/// Take a person, or everybody, off several tasks, and answer their ids. All are checked before the first is
/// changed.
#[utoipa::path(put, path = "/api/actions/tasks/clear-assignation", tag = "Tasks", request_body = ClearBody, responses((status = 200, body = Vec<TaskId>), Errors))]
async fn clear_assignations(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Json<Vec<TaskId>>> {
    caller.require_somewhere(&app, Action::ManageTasks).await?;
    let ClearBody { task_ids, person_id } = body.read()?;
    require_manageable(&app, &caller, &task_ids).await?;
    let now = app.store.now();
    let ids = distinct(task_ids);
    let changes = ids
        .into_iter()
        .map(|id| app.store.task_update(id, move |task| Ok(without(task, person_id, now))));
    let changed = concurrently(changes).await?;
    Ok(Json(changed.into_iter().flatten().map(|task| task.id).collect()))
}

/// The tasks of these ids. Fails unless each is there (400) and the caller manages the tasks of its project (403).
async fn require_manageable(
    app: &App,
    caller: &Caller,
    ids: &[TaskId],
) -> Result<HashMap<TaskId, Task>> {
    let found = app.store.tasks_get(ids).await?;
    let unknown = ids.iter().enumerate().filter(|(_, id)| !found.contains_key(id));
    let field = |n: usize| format!("task_ids[{n}]");
    let unknown = unknown.map(|(n, _)| FieldError::new(field(n), "is not the id of any task"));
    fail_if_any(unknown.collect())?;
    let projects: BTreeSet<ProjectId> = found.values().map(|task| task.project_id).collect();
    for project in projects {
        caller.enter(app, project).await?.require(Action::ManageTasks)?;
    }
    Ok(found)
}

/// The tasks, each once, and where the body names them.
fn with_fields(ids: Vec<TaskId>) -> Vec<(TaskId, String)> {
    let mut wanted: Vec<(TaskId, String)> = Vec::with_capacity(ids.len());
    for (n, id) in ids.into_iter().enumerate() {
        if wanted.iter().all(|(other, _)| *other != id) {
            wanted.push((id, format!("task_ids[{n}]")));
        }
    }
    wanted
}

/// Assigns a task to a person; that it has too many assignees is a fault of `field`.
async fn assign(
    app: &App,
    id: TaskId,
    person: PersonId,
    by: PersonId,
    field: &str,
) -> Result<Option<Task>> {
    let now = app.store.now();
    let change = |task: Task| match overfull(&task, person, field) {
        Some(error) => Err(Error::Invalid(vec![error])),
        None => Ok(with(task, person, by, now)),
    };
    Ok(app.store.task_update(id, change).await?)
}

/// That a task has as many assignees as may be, and the person is none of them.
fn overfull(task: &Task, person: PersonId, field: &str) -> Option<FieldError> {
    let is_full = task.assignees.len() >= ASSIGNEES_MAX && !task.assignees.contains(&person);
    let message = format!("leads to more than {ASSIGNEES_MAX} assignees of a task");
    is_full.then(|| FieldError::new(field, message))
}

fn with(mut task: Task, person: PersonId, by: PersonId, now: Timestamp) -> Task {
    if !task.assignees.contains(&person) {
        task.assignees.push(person);
        task.assigner_id = Some(by);
        task.updated_at = now;
    }
    task
}

fn without(mut task: Task, person: Option<PersonId>, now: Timestamp) -> Task {
    let before = task.assignees.len();
    task.assignees.retain(|assignee| person.is_some_and(|person| person != *assignee));
    if task.assignees.len() != before {
        task.updated_at = now;
    }
    task
}
