//! Lists of tasks: by filters, of a project, of a person.

use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use http_api::paths::{PersonPath, ProjectPath};
use http_api::person_row::require_person;
use http_api::routing::{Routes, routes};
use http_api::{
    Access, ApiError, App, Caller, Errors, Filters, Json, Listed, Listing, NoQuery, Path, Query,
    Result, concurrently,
};
use model::fields::{self, Fields};
use model::vocabulary::ProjectStatus;
use model::{
    Action, EntityId, EntityKind, Error, Input, PersonId, ProjectId, Resource, Task, TaskId,
    TaskTypeId, Timestamp, text,
};
use utoipa::IntoParams;

use crate::views::{DetailedTask, Names};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_tasks))
        .routes(routes!(list_project_tasks))
        .routes(routes!(list_person_tasks))
        .routes(routes!(list_person_done_tasks))
        .routes(routes!(list_user_tasks))
        .routes(routes!(list_user_done_tasks))
}

/// Tasks of one episode.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfEpisode {
    /// Only tasks of this episode, its sequences, shots, scenes and own assets.
    #[param(value_type = Option<String>, format = Uuid)]
    episode_id: Option<EntityId>,
}

struct TasksQuery {
    place: OfEpisode,
    filters: Filters<Task>,
}

impl Input for TasksQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let episode_id = f.optional("episode_id", fields::id);
        let filters = Filters::read(f);
        Some(Self { place: OfEpisode { episode_id: episode_id? }, filters: filters? })
    }
}

/// Which tasks of a project.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct ProjectTasksQuery {
    /// Only tasks of this type.
    #[param(value_type = Option<String>, format = Uuid)]
    task_type_id: Option<TaskTypeId>,
    /// Only tasks of this episode, its sequences, shots, scenes and own assets.
    #[param(value_type = Option<String>, format = Uuid)]
    episode_id: Option<EntityId>,
}

impl Input for ProjectTasksQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let task_type_id = f.optional("task_type_id", fields::id);
        let episode_id = f.optional("episode_id", fields::id);
        Some(Self { task_type_id: task_type_id?, episode_id: episode_id? })
    }
}

/// Tasks by any column, oldest first; without `entity_id` and `project_id` those of all projects of the
/// caller.
#[utoipa::path(get, path = "/api/data/tasks", tag = "Tasks", params(OfEpisode, Filters<Task>), responses((status = 200, body = Listing<Task>), Errors))]
async fn list_tasks(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    let TasksQuery { place, filters } = query.read()?;
    if let Some(id) = filters.only_id("id") {
        let tasks = task(&app, &caller, id).await?;
        return listed(&app, place, &filters, tasks).await;
    }
    if let Some(id) = filters.only_id("entity_id") {
        let tasks = of_entity(&app, &caller, id).await?;
        return listed(&app, place, &filters, tasks).await;
    }
    let accesses = match filters.only_id("project_id") {
        Some(id) => vec![caller.enter_given(&app, id).await?],
        None => caller.enter_all(&app).await?,
    };
    let within = within(&app, place).await?;
    let accesses: HashMap<ProjectId, Access> =
        accesses.into_iter().map(|access| (access.project.id, access)).collect();
    let projects: Vec<ProjectId> = accesses.keys().copied().collect();
    let mut found = filters.gather(app.mode, by_age);
    let take = |mut tasks: Vec<Task>| {
        let access = tasks.first().and_then(|task| accesses.get(&task.project_id));
        tasks.retain(|task| is_within(within.as_ref(), task));
        found.add(access.map(|access| access.visible_tasks(tasks)).unwrap_or_default())
    };
    app.store.tasks_each(&projects, take).await?;
    found.answer()
}

/// A few tasks as a list.
async fn listed(
    app: &App,
    place: OfEpisode,
    filters: &Filters<Task>,
    mut tasks: Vec<Task>,
) -> Result<Listed> {
    let within = within(app, place).await?;
    tasks.retain(|task| is_within(within.as_ref(), task));
    tasks.sort_by_key(by_age);
    filters.apply(tasks)
}

/// The oldest first.
fn by_age(task: &Task) -> (Timestamp, TaskId) {
    (task.created_at, task.id)
}

/// The tasks of all entities of a project, oldest first.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/tasks", tag = "Tasks", params(ProjectPath, ProjectTasksQuery), responses((status = 200, body = Vec<Task>), Errors))]
async fn list_project_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Listed> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::Read)?;
    let query = query.read::<ProjectTasksQuery>()?;
    let within = within(&app, OfEpisode { episode_id: query.episode_id }).await?;
    let is_asked = |task: &Task| {
        query.task_type_id.is_none_or(|id| id == task.task_type_id)
            && is_within(within.as_ref(), task)
    };
    let all = Filters::<Task>::none();
    let mut found = all.gather(app.mode, by_age);
    let take = |mut tasks: Vec<Task>| {
        tasks.retain(is_asked);
        found.add(access.visible_tasks(tasks))
    };
    app.store.tasks_each(&[path.project_id], take).await?;
    found.answer()
}

/// The tasks assigned to a person that are not done, in the open projects of the caller, by project and
/// entity. Clients are not told who does what: what they see of their projects is nothing.
#[utoipa::path(get, path = "/api/data/persons/{person_id}/tasks", tag = "Tasks", params(PersonPath), responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_person_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonPath>,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    require_person(&app, path.person_id).await?;
    of_person(&app, &caller, path.person_id, Stage::Open, &query).await
}

/// The tasks assigned to a person that are done, as those that are not.
#[utoipa::path(get, path = "/api/data/persons/{person_id}/done-tasks", tag = "Tasks", params(PersonPath), responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_person_done_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonPath>,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    require_person(&app, path.person_id).await?;
    of_person(&app, &caller, path.person_id, Stage::Done, &query).await
}

/// The tasks assigned to the caller that are not done, in his open projects, by project and entity.
#[utoipa::path(get, path = "/api/data/user/tasks", tag = "Tasks", responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_user_tasks(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    of_person(&app, &caller, caller.person.id, Stage::Open, &query).await
}

/// The tasks assigned to the caller that are done, in his open projects, by project and entity.
#[utoipa::path(get, path = "/api/data/user/done-tasks", tag = "Tasks", responses((status = 200, body = Vec<DetailedTask>), Errors))]
async fn list_user_done_tasks(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Json<Vec<DetailedTask>>> {
    of_person(&app, &caller, caller.person.id, Stage::Done, &query).await
}

/// Which of a person's tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    Done,
}

async fn of_person(
    app: &App,
    caller: &Caller,
    person: PersonId,
    stage: Stage,
    query: &Query,
) -> Result<Json<Vec<DetailedTask>>> {
    query.read::<NoQuery>()?;
    let (names, mut accesses) = tokio::try_join!(Names::read(app), caller.enter_all(app))?;
    let is_open = |access: &Access| access.project.project_status_id == ProjectStatus::OPEN;
    accesses.retain(|access| is_open(access) && !access.is_client());
    accesses.sort_by_cached_key(|access| text::fold(&access.project.name));
    let reads = accesses.iter().map(|access| assigned(app, access, person, stage, &names));
    let rows = concurrently(reads).await?;
    Ok(Json(rows.into_iter().flatten().collect()))
}

async fn task(app: &App, caller: &Caller, id: TaskId) -> Result<Vec<Task>> {
    match caller.find_task(app, id).await {
        Ok((task, access)) => Ok(access.visible_tasks(vec![task])),
        Err(ApiError(Error::NotFound(_) | Error::Forbidden(_))) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

async fn of_entity(app: &App, caller: &Caller, id: EntityId) -> Result<Vec<Task>> {
    let (entity, access) = caller.find_any(app, id).await.map_err(|error| match error {
        ApiError(Error::NotFound(Resource::Entity)) => {
            Error::invalid("entity_id", "is not the id of any entity").into()
        }
        other => other,
    })?;
    Ok(access.visible_tasks(app.store.tasks_of(&entity).await?))
}

/// Whose tasks are asked for; `None` if of which episode they are does not matter.
async fn within(app: &App, place: OfEpisode) -> Result<Option<BTreeSet<EntityId>>> {
    match place.episode_id {
        Some(episode) => of_episode(app, episode).await.map(Some),
        None => Ok(None),
    }
}

fn is_within(within: Option<&BTreeSet<EntityId>>, task: &Task) -> bool {
    within.is_none_or(|within| within.contains(&task.entity_id))
}

/// An episode and all that belongs to it: assets and sequences, shots and scenes of the sequences.
async fn of_episode(app: &App, episode: EntityId) -> Result<BTreeSet<EntityId>> {
    let located = app.store.entity_locate(episode).await?;
    if located.is_none_or(|located| located.kind != EntityKind::Episode) {
        return Err(Error::invalid("episode_id", "is not the id of any episode").into());
    }
    let children = app.store.children(episode, None).await?;
    let mut within: BTreeSet<EntityId> = children.iter().map(|child| child.id).collect();
    within.insert(episode);
    let sequences = children.iter().filter(|child| child.kind == EntityKind::Sequence);
    let reads = sequences.map(|sequence| app.store.children(sequence.id, None));
    let below = concurrently(reads).await?;
    within.extend(below.into_iter().flatten().map(|entity| entity.id));
    Ok(within)
}

/// The tasks of a project that are assigned to a person and at this stage.
async fn assigned(
    app: &App,
    access: &Access,
    person: PersonId,
    stage: Stage,
    names: &Names,
) -> Result<Vec<DetailedTask>> {
    let (mut tasks, entities) = app.store.tasks_assigned(person, access.project.id).await?;
    tasks.retain(|task| names.is_done(task) == (stage == Stage::Done));
    let tasks = access.visible_tasks(tasks).into_iter();
    let mut rows: Vec<DetailedTask> = tasks
        .filter_map(|task| {
            let entity = entities.get(&task.entity_id)?;
            Some(names.detail(task, &access.project, entity))
        })
        .collect();
    rows.sort_by_cached_key(|row| {
        (text::fold(&row.entity_name), row.task_type_priority, row.task.id)
    });
    Ok(rows)
}
