//! Creating tasks: one with all it says, or many at once with nothing but their type.

use axum::extract::State;
use http_api::paths::{EntityPath, ProjectTaskTypePath};
use http_api::routing::{Routes, routes};
use http_api::vocabulary::unknown_persons;
use http_api::{
    Access, ApiError, App, Body, Caller, Created, Errors, Path, Result, all_wrong, concurrently,
    once,
};
use model::fields;
use model::task::NewTask;
use model::vocabulary::{TaskStatus, TaskType};
use model::{
    Action, Entity, EntityId, EntityKind, Error, FieldError, ProjectId, Task, TaskTypeId,
    fail_if_any,
};

use crate::checks::{check_patch, default_status, task_type};
use crate::creation_bodies::{EntityTasksBody, NewTaskBody, TaskPeek};
use crate::views::CreatedTask;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(create_task))
        .routes(routes!(create_entity_tasks))
        .routes(routes!(create_assets_tasks))
        .routes(routes!(create_shots_tasks))
}

/// The name of a task that was given none.
const NAME: &str = "main";
/// Entities that get a task in one call, at most.
const ENTITIES_MAX: usize = 10_000;

/// Create a task.
///
/// An entity has one task of a type and name; another one → 400 with the id of the first.
#[utoipa::path(post, path = "/api/data/tasks", tag = "Tasks", request_body = NewTaskBody, responses((status = 201, body = Task), Errors))]
async fn create_task(State(app): State<App>, caller: Caller, body: Body) -> Result<Created<Task>> {
    caller.require_somewhere(&app, Action::ManageTasks).await?;
    let named = body.peek::<TaskPeek>().unwrap_or_default();
    let opened = open_named(&app, &caller, &named).await;
    let (body, (entity, status)) = all_wrong(body.read::<NewTaskBody>(), opened)?;
    let entity = entity.ok_or_else(|| Error::invalid("entity_id", "is required"))?;
    let now = app.store.now();
    let by = body.patch.assignees.as_ref().filter(|all| !all.is_empty()).map(|_| caller.person.id);
    let status = match status {
        Some(status) => status,
        None => default_status(&app).await?,
    };
    let new = unassigned(&entity, body.task_type_id, status.id);
    let new = NewTask { assigner_id: body.assigner_id.or(by), ..new };
    let task = new.create(now).with_status(&status, now);
    let task = body.patch.apply(task, Some(&status), now)?;
    Ok(Created(once(app.store.task_create(task)).await?))
}

/// Create the tasks of an entity, and tell which are new. Types it has a task of are left out.
#[utoipa::path(post, path = "/api/data/entities/{entity_id}/tasks", tag = "Tasks", params(EntityPath), request_body = EntityTasksBody, responses((status = 201, body = Vec<CreatedTask>), Errors))]
async fn create_entity_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityPath>,
    body: Body,
) -> Result<Created<Vec<CreatedTask>>> {
    let (entity, access) = caller.open_any(&app, path.entity_id, Action::ManageTasks).await?;
    let body = body.read::<EntityTasksBody>()?;
    let types = known_types(&app, &body.task_type_ids).await?;
    let status = default_status(&app).await?;
    let mut created = Vec::new();
    // Each touches the entity: side by side they would only wait for each other.
    for task_type in types {
        created.extend(create_one(&app, &access, &entity, &task_type, &status).await?);
    }
    Ok(Created(created))
}

/// Create a task of one type for assets of a project, and tell which are new. Those that have one are left
/// out. An empty array means all assets of the project that are not canceled.
#[utoipa::path(post, path = "/api/actions/projects/{project_id}/task-types/{task_type_id}/assets/create-tasks", tag = "Tasks", params(ProjectTaskTypePath), request_body = Vec<EntityId>, responses((status = 201, body = Vec<CreatedTask>), Errors))]
async fn create_assets_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectTaskTypePath>,
    body: Body,
) -> Result<Created<Vec<CreatedTask>>> {
    create_of_kind(&app, &caller, path, EntityKind::Asset, &body).await
}

/// Create a task of one type for shots of a project, and tell which are new. Those that have one are left
/// out. An empty array means all shots of the project that are not canceled.
#[utoipa::path(post, path = "/api/actions/projects/{project_id}/task-types/{task_type_id}/shots/create-tasks", tag = "Tasks", params(ProjectTaskTypePath), request_body = Vec<EntityId>, responses((status = 201, body = Vec<CreatedTask>), Errors))]
async fn create_shots_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectTaskTypePath>,
    body: Body,
) -> Result<Created<Vec<CreatedTask>>> {
    create_of_kind(&app, &caller, path, EntityKind::Shot, &body).await
}

/// Opens the entity that a body names, and reads the status, if it names them; fails with all that it names wrongly.
async fn open_named(
    app: &App,
    caller: &Caller,
    named: &TaskPeek,
) -> Result<(Option<Entity>, Option<TaskStatus>)> {
    let (mut entity, mut errors) = (None, Vec::new());
    if let Some(id) = named.entity_id {
        let opened = caller.open_any(app, id, Action::ManageTasks).await;
        match opened.map_err(|ApiError(error)| error) {
            Ok((opened, _)) => entity = Some(opened),
            Err(Error::NotFound(_)) => {
                errors.push(FieldError::new("entity_id", "is not the id of any entity"));
            }
            Err(other) => return Err(other.into()),
        }
    }
    let project = entity.as_ref().map(|entity| entity.project_id);
    let (status, wrong) = check(app, caller, project, named).await?;
    errors.extend(wrong);
    fail_if_any(errors)?;
    Ok((entity, status))
}

/// The status that a body names, and what it names wrongly beside the entity, which is of `project`.
async fn check(
    app: &App,
    caller: &Caller,
    project: Option<ProjectId>,
    named: &TaskPeek,
) -> Result<(Option<TaskStatus>, Vec<FieldError>)> {
    let (status, mut errors) = check_patch(app, &named.patch, None).await?;
    if project.is_some_and(|project| named.project_id.is_some_and(|id| id != project)) {
        errors.push(FieldError::new("project_id", "must be the project of the entity"));
    }
    if let Some(id) = named.task_type_id
        && task_type(app, id).await?.is_none()
    {
        errors.push(FieldError::new("task_type_id", "is not the id of any task type"));
    }
    let assigner = named.assigner_id.filter(|id| *id != caller.person.id);
    errors.extend(unknown_persons(app, "assigner_id", assigner.as_slice()).await?);
    Ok((status, errors))
}

async fn known_types(app: &App, ids: &[TaskTypeId]) -> Result<Vec<TaskType>> {
    let all = app.store.vocabulary_list::<TaskType>().await?;
    let (mut types, mut errors) = (Vec::new(), Vec::new());
    for (n, id) in ids.iter().enumerate() {
        if let Some(one) = all.iter().find(|one| one.id == *id) {
            types.push(one.clone());
        } else {
            let field = format!("task_type_ids[{n}]");
            errors.push(FieldError::new(field, "is not the id of any task type"));
        }
    }
    fail_if_any(errors)?;
    Ok(types)
}

async fn create_of_kind(
    app: &App,
    caller: &Caller,
    path: ProjectTaskTypePath,
    kind: EntityKind,
    body: &Body,
) -> Result<Created<Vec<CreatedTask>>> {
    let task_type = app.store.vocabulary_require::<TaskType>(path.task_type_id);
    let (access, task_type) = caller.enter_with(app, path.project_id, task_type).await?;
    access.require(Action::ManageTasks)?;
    let ids: Vec<EntityId> = body.read_whole(fields::list(ENTITIES_MAX, fields::id))?;
    let entities = match ids.as_slice() {
        [] => all_of_kind(app, &access, kind).await?,
        ids => entities_named(app, &access, kind, ids).await?,
    };
    // Most may have theirs, as when a call that was cut off is made again: those are not tried one by one.
    let without = app.store.entities_without_task(entities, task_type.id, NAME).await?;
    let (access, task_type, status) = (&access, &task_type, &default_status(app).await?);
    let created = without
        .into_iter()
        .map(|entity| async move { create_one(app, access, &entity, task_type, status).await });
    Ok(Created(concurrently(created).await?.into_iter().flatten().collect()))
}

/// The entities of a kind in the project that are not canceled.
async fn all_of_kind(app: &App, access: &Access, kind: EntityKind) -> Result<Vec<Entity>> {
    let (store, project) = (&app.store, access.project.id);
    let types = match kind.entity_type() {
        Some(id) => vec![id],
        None => store.asset_types_marked(project).await?,
    };
    let reads = types.into_iter().map(|id| store.entities_of_type(project, id));
    let found = concurrently(reads).await?;
    Ok(found.into_iter().flatten().filter(|entity| !entity.canceled).collect())
}

/// The entities of some ids, which must all be of this kind in this project.
async fn entities_named(
    app: &App,
    access: &Access,
    kind: EntityKind,
    ids: &[EntityId],
) -> Result<Vec<Entity>> {
    let mut found = app.store.entities_get(ids).await?;
    found.retain(|_, entity| entity.kind == kind && entity.project_id == access.project.id);
    let message = format!("is not the id of any {} of the project", kind.name().to_lowercase());
    let unknown = ids.iter().enumerate().filter(|(_, id)| !found.contains_key(id));
    let unknown = unknown.map(|(n, _)| FieldError::new(format!("body[{n}]"), message.as_str()));
    fail_if_any(unknown.collect())?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn unassigned(entity: &Entity, task_type: TaskTypeId, status: model::TaskStatusId) -> NewTask {
    NewTask {
        project_id: entity.project_id,
        entity_id: entity.id,
        entity_type_id: entity.entity_type_id,
        task_type_id: task_type,
        task_status_id: status,
        name: NAME.into(),
        assigner_id: None,
        assignees: Vec::new(),
    }
}

/// Creates a task, unless the entity has one of its type, or is gone.
async fn create_one(
    app: &App,
    access: &Access,
    entity: &Entity,
    task_type: &TaskType,
    status: &TaskStatus,
) -> Result<Option<CreatedTask>> {
    let new = unassigned(entity, task_type.id, status.id);
    let new = NewTask { assigner_id: Some(access.person.id), ..new };
    let now = app.store.now();
    match app.store.task_create(new.create(now).with_status(status, now)).await {
        Ok(task) => Ok(Some(CreatedTask::new(task, task_type, status))),
        Err(Error::AlreadyExists { .. } | Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}
