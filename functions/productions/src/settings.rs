//! What a project uses of the studio's vocabulary: asset types, task types, task statuses.

use axum::extract::State;
use http_api::paths::{
    ProjectAssetTypePath, ProjectPath, ProjectTaskStatusPath, ProjectTaskTypePath,
};
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{require_known, unknown, vocabulary};
use http_api::{
    Access, App, Body, Caller, Created, Errors, Filters, Listed, Listing, NoContent, NoQuery, Path,
    ProjectRow, Query, Result,
};
use model::entity::is_asset_type;
use model::project::SETTINGS_MAX;
use model::vocabulary::{EntityType, TaskStatus, TaskType};
use model::{Action, EntityTypeId, Error, Project, ProjectId, Resource, TaskStatusId, TaskTypeId};

use crate::settings_input::{AssetTypeRef, TaskStatusRef, TaskTypeRef};
use crate::views::EntityTypeRow;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_project_settings_asset_types, add_project_asset_type))
        .routes(routes!(remove_project_asset_type))
        .routes(routes!(list_project_settings_task_types, add_project_task_type))
        .routes(routes!(remove_project_task_type))
        .routes(routes!(list_project_settings_task_statuses, add_project_task_status))
        .routes(routes!(remove_project_task_status))
        .routes(routes!(list_project_task_types))
}

/// The asset types a project was given, by name. One that was given none has all.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/settings/asset-types", tag = "Project settings",
    params(ProjectPath, Filters<EntityType>), responses((status = 200, body = Listing<EntityTypeRow>), Errors))]
async fn list_project_settings_asset_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Listed> {
    let Access { project, .. } = read(&app, &caller, path.project_id).await?;
    let filters = query.read::<Filters<EntityType>>()?;
    let used = vocabulary::<EntityType>(&app)
        .await?
        .into_iter()
        .filter(|one| project.asset_types.contains(&one.id));
    let kept = filters.keep(used.collect())?;
    filters.page(kept.into_iter().map(EntityTypeRow::from))
}

/// Give a project an asset type, for managers in its team. Doing it again changes nothing.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/settings/asset-types", tag = "Project settings",
    params(ProjectPath), request_body = AssetTypeRef, responses((status = 201, body = ProjectRow), Errors))]
async fn add_project_asset_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<ProjectRow>> {
    manage(&app, &caller, path.project_id).await?;
    let asset_type_id = body.read::<AssetTypeRef>()?.asset_type_id;
    require_known([unknown::<EntityType>(&app, "asset_type_id", &[asset_type_id], &[]).await?])?;
    if !is_asset_type(asset_type_id) {
        return Err(Error::invalid("asset_type_id", "is not an asset type").into());
    }
    give(&app, path.project_id, asset_types, asset_type_id, "asset_type_id").await
}

/// Take an asset type from a project, for managers in its team.
#[utoipa::path(delete, path = "/api/data/projects/{project_id}/settings/asset-types/{asset_type_id}", tag = "Project settings",
    params(ProjectAssetTypePath), responses((status = 204, description = "The project has it no more"), Errors))]
async fn remove_project_asset_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectAssetTypePath>,
    query: Query,
) -> Result<NoContent> {
    let one = (path.asset_type_id, Resource::AssetType);
    take(&app, &caller, path.project_id, asset_types, one, &query).await
}

/// The task types a project was given, by name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/settings/task-types", tag = "Project settings",
    params(ProjectPath, Filters<TaskType>), responses((status = 200, body = Listing<TaskType>), Errors))]
async fn list_project_settings_task_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Listed> {
    let Access { project, .. } = read(&app, &caller, path.project_id).await?;
    let filters = query.read::<Filters<TaskType>>()?;
    let used = vocabulary::<TaskType>(&app)
        .await?
        .into_iter()
        .filter(|one| project.task_types.contains(&one.id));
    filters.apply(used.collect())
}

/// Give a project a task type, for managers in its team. Doing it again changes nothing.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/settings/task-types", tag = "Project settings",
    params(ProjectPath), request_body = TaskTypeRef, responses((status = 201, body = ProjectRow), Errors))]
async fn add_project_task_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<ProjectRow>> {
    manage(&app, &caller, path.project_id).await?;
    let task_type_id = body.read::<TaskTypeRef>()?.task_type_id;
    require_known([unknown::<TaskType>(&app, "task_type_id", &[task_type_id], &[]).await?])?;
    give(&app, path.project_id, task_types, task_type_id, "task_type_id").await
}

/// Take a task type from a project, for managers in its team.
#[utoipa::path(delete, path = "/api/data/projects/{project_id}/settings/task-types/{task_type_id}", tag = "Project settings",
    params(ProjectTaskTypePath), responses((status = 204, description = "The project has it no more"), Errors))]
async fn remove_project_task_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectTaskTypePath>,
    query: Query,
) -> Result<NoContent> {
    let one = (path.task_type_id, Resource::TaskType);
    take(&app, &caller, path.project_id, task_types, one, &query).await
}

/// The task statuses a project was given, by name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/settings/task-status", tag = "Project settings",
    params(ProjectPath, Filters<TaskStatus>), responses((status = 200, body = Listing<TaskStatus>), Errors))]
async fn list_project_settings_task_statuses(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Listed> {
    let Access { project, .. } = read(&app, &caller, path.project_id).await?;
    let filters = query.read::<Filters<TaskStatus>>()?;
    let used = vocabulary::<TaskStatus>(&app)
        .await?
        .into_iter()
        .filter(|one| project.task_statuses.contains(&one.id));
    filters.apply(used.collect())
}

/// Give a project a task status, for managers in its team. Doing it again changes nothing.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/settings/task-status", tag = "Project settings",
    params(ProjectPath), request_body = TaskStatusRef, responses((status = 201, body = ProjectRow), Errors))]
async fn add_project_task_status(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<ProjectRow>> {
    manage(&app, &caller, path.project_id).await?;
    let task_status_id = body.read::<TaskStatusRef>()?.task_status_id;
    require_known([unknown::<TaskStatus>(&app, "task_status_id", &[task_status_id], &[]).await?])?;
    give(&app, path.project_id, task_statuses, task_status_id, "task_status_id").await
}

/// Take a task status from a project, for managers in its team.
#[utoipa::path(delete, path = "/api/data/projects/{project_id}/settings/task-status/{task_status_id}", tag = "Project settings",
    params(ProjectTaskStatusPath), responses((status = 204, description = "The project has it no more"), Errors))]
async fn remove_project_task_status(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectTaskStatusPath>,
    query: Query,
) -> Result<NoContent> {
    let one = (path.task_status_id, Resource::TaskStatus);
    take(&app, &caller, path.project_id, task_statuses, one, &query).await
}

/// The task types of a project, by name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/task-types", tag = "Project settings",
    params(ProjectPath, Filters<TaskType>), responses((status = 200, body = Listing<TaskType>), Errors))]
async fn list_project_task_types(
    state: State<App>,
    caller: Caller,
    path: Path<ProjectPath>,
    query: Query,
) -> Result<Listed> {
    list_project_settings_task_types(state, caller, path, query).await
}

async fn read(app: &App, caller: &Caller, project: ProjectId) -> Result<Access> {
    let access = caller.enter(app, project).await?;
    access.require(Action::Read)?;
    Ok(access)
}

async fn manage(app: &App, caller: &Caller, project: ProjectId) -> Result<()> {
    caller.enter(app, project).await?.require(Action::ManageProject)
}

async fn change(
    app: &App,
    project: ProjectId,
    change: impl Fn(&mut Project) -> model::Result<()>,
) -> Result<Project> {
    let now = app.store.now();
    let changed = app.store.project_update(project, |mut project| {
        change(&mut project)?;
        Ok(Project { updated_at: now, ..project })
    });
    Ok(changed.await?.ok_or(Error::NotFound(Resource::Project))?)
}

fn asset_types(project: &mut Project) -> &mut Vec<EntityTypeId> {
    &mut project.asset_types
}

fn task_types(project: &mut Project) -> &mut Vec<TaskTypeId> {
    &mut project.task_types
}

fn task_statuses(project: &mut Project) -> &mut Vec<TaskStatusId> {
    &mut project.task_statuses
}

/// Adds one to a list of a project, unless it is there; that the list is full is a fault of `field`.
async fn give<T: Copy + PartialEq>(
    app: &App,
    project: ProjectId,
    list: impl Fn(&mut Project) -> &mut Vec<T>,
    one: T,
    field: &str,
) -> Result<Created<ProjectRow>> {
    let changed = change(app, project, |project| {
        let all = list(project);
        if all.contains(&one) {
            return Ok(());
        }
        if all.len() >= SETTINGS_MAX {
            let message = format!("leads to more than {SETTINGS_MAX} of a project");
            return Err(Error::invalid(field, message));
        }
        all.push(one);
        Ok(())
    });
    Ok(Created(changed.await?.into()))
}

/// Handles taking one from a list of a project; it is told what is not found if it is not there.
async fn take<T: Copy + PartialEq>(
    app: &App,
    caller: &Caller,
    project: ProjectId,
    list: impl Fn(&mut Project) -> &mut Vec<T>,
    (one, missing): (T, Resource),
    query: &Query,
) -> Result<NoContent> {
    let there = async {
        let there = app.store.project_get(project).await?;
        let is_listed = there.is_some_and(|mut project| list(&mut project).contains(&one));
        if is_listed { Ok(()) } else { Err(Error::NotFound(missing)) }
    };
    let (access, ()) = caller.enter_with(app, project, there).await?;
    access.require(Action::ManageProject)?;
    query.read::<NoQuery>()?;
    let without = |project: &mut Project| {
        list(project).retain(|id| *id != one);
        Ok(())
    };
    change(app, project, without).await?;
    Ok(NoContent)
}
