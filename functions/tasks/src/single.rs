//! One task: read, change.

use axum::extract::State;
use http_api::paths::TaskPath;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::require_known;
use http_api::{
    Access, App, Body, Caller, Errors, Json, NoQuery, Path, PersonView, Query, Result, all_wrong,
};
use model::task::TaskPatch;
use model::{Action, Entity, EntityKind, Error, PersonId, Resource, Task};

use crate::checks::check_patch;
use crate::opening::open;
use crate::views::FullTask;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(get_task, update_task)).routes(routes!(get_full_task))
}

/// One task.
#[utoipa::path(get, path = "/api/data/tasks/{task_id}", tag = "Tasks", params(TaskPath), responses((status = 200, body = Task), Errors))]
async fn get_task(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskPath>,
    query: Query,
) -> Result<Json<Task>> {
    let (task, access) = open(&app, &caller, path.task_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(access.task_view(task)))
}

/// One task with all that it is about: entity, production, type, status, persons.
#[utoipa::path(get, path = "/api/data/tasks/{task_id}/full", tag = "Tasks", params(TaskPath), responses((status = 200, body = FullTask), Errors))]
async fn get_full_task(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskPath>,
    query: Query,
) -> Result<Json<FullTask>> {
    let (task, access) = open(&app, &caller, path.task_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(full(&app, &access, access.task_view(task)).await?))
}

/// Change a task. `data` is merged by key. Another status leaves the same dates as by a comment.
#[utoipa::path(put, path = "/api/data/tasks/{task_id}", tag = "Tasks", params(TaskPath), request_body = TaskPatch, responses((status = 200, body = Task), Errors))]
async fn update_task(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskPath>,
    body: Body,
) -> Result<Json<Task>> {
    let (task, _) = open(&app, &caller, path.task_id, Action::ManageTasks).await?;
    let named = body.peek().unwrap_or_default();
    let checked = check_patch(&app, &named, Some(&task)).await;
    let fits = checked.and_then(|(status, wrong)| require_known([wrong]).map(|()| status));
    let (patch, status) = all_wrong(body.read::<TaskPatch>(), fits)?;
    let now = app.store.now();
    let change = |task| patch.clone().apply(task, status.as_ref(), now);
    let changed = app.store.task_update(task.id, change).await?;
    Ok(Json(changed.ok_or(Error::NotFound(Resource::Task))?))
}

/// A task, as the caller may see it, with all that it is about.
async fn full(app: &App, access: &Access, task: Task) -> Result<FullTask> {
    let store = &app.store;
    let people: Vec<_> = task.assignees.iter().chain(&task.assigner_id).copied().collect();
    let (entity, words, people) = tokio::try_join!(
        store.entity_get(task.entity_id),
        store.words(),
        store.persons_get(&people),
    )?;
    let entity_type = words.entity_types.into_iter().find(|one| one.id == task.entity_type_id);
    let mut entity = entity.ok_or(Error::NotFound(Resource::Task))?;
    let (mut sequence, mut episode) = above(app, &entity).await?;
    let hidden = access.hidden(app).await?;
    for shown in [&mut entity].into_iter().chain(&mut sequence).chain(&mut episode) {
        hidden.strip(shown.kind, &mut shown.data);
    }
    let person = |id: &PersonId| {
        let person = people.iter().find(|person| person.id == *id)?;
        Some(PersonView::new(&access.person, person.clone()))
    };
    Ok(FullTask {
        persons: task.assignees.iter().filter_map(person).collect(),
        assigner: task.assigner_id.as_ref().and_then(person),
        entity,
        entity_type: entity_type.map(Into::into),
        sequence,
        episode,
        project: access.project.clone().into(),
        task_status: words.task_statuses.into_iter().find(|one| one.id == task.task_status_id),
        task_type: words.task_types.into_iter().find(|one| one.id == task.task_type_id),
        is_subscribed: false,
        task,
    })
}

/// The sequence and the episode an entity belongs to.
async fn above(app: &App, entity: &Entity) -> Result<(Option<Entity>, Option<Entity>)> {
    let parent = match entity.scope() {
        Some(id) => app.store.entity_get(id).await?,
        None => None,
    };
    match parent {
        Some(episode) if episode.kind == EntityKind::Episode => Ok((None, Some(episode))),
        Some(sequence) => {
            let episode = match sequence.parent_id {
                Some(id) => app.store.entity_get(id).await?,
                None => None,
            };
            Ok((Some(sequence), episode))
        }
        None => Ok((None, None)),
    }
}
