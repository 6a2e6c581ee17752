//! Creates, changes and deletes projects.

use axum::extract::State;
use http_api::paths::ProjectPath;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{require_known, unknown, unknown_persons};
use http_api::{
    Access, App, Body, Caller, Created, Errors, IgnoredForce, Json, NoContent, Path, ProjectDetail,
    ProjectRow, Query, Result, WithName, all_wrong,
};
use model::entity::{NewEntity, is_asset_type};
use model::error::FieldError;
use model::project::ProjectPatch;
use model::vocabulary::{EntityType, ProjectStatus, TaskStatus, TaskType};
use model::{Action, Entity, EntityKind, EntityTypeId, Error, PersonId, Project, Resource, Role};

/// What Zou calls the episode a TV show starts with.
const FIRST_EPISODE: &str = "E01";

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(create_project)).routes(routes!(update_project, delete_project))
}

/// Create a project, for administrators. Its name must be free.
///
/// A project of type `tvshow` starts with the episode `E01`, its `first_episode_id`.
#[utoipa::path(post, path = "/api/data/projects", tag = "Projects", request_body = ProjectPatch,
    responses((status = 201, body = ProjectDetail), Errors))]
async fn create_project(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Created<ProjectDetail>> {
    caller.require(Action::ManageStudio)?;
    let now = app.store.now();
    let blank = Project::named("", now);
    let mut patch: ProjectPatch = body.peek().unwrap_or_default();
    let team = patch.team.take().unwrap_or_default();
    let fits = require_fitting(&app, &patch, &blank, &team).await;
    let (WithName(patch), ()) = all_wrong(body.read::<WithName<ProjectPatch>>(), fits)?;
    let project = patch.apply(blank, now)?;
    let first = first_episode(&app, &project, caller.person.id);
    let project = app.store.project_create(project, &team, first).await?;
    let access = Access { project, role: Role::Admin, person: caller.person };
    Ok(Created(ProjectDetail::read(&app, access).await?))
}

/// Change a project, for managers in its team.
///
/// `data` is merged by key. `team` is ignored: members come and go one by one. Clients may send back the row
/// they read.
#[utoipa::path(put, path = "/api/data/projects/{project_id}", tag = "Projects", params(ProjectPath),
    request_body = ProjectPatch, responses((status = 200, body = ProjectRow), Errors))]
async fn update_project(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Json<ProjectRow>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::ManageProject)?;
    let fits = require_fitting(&app, &body.peek().unwrap_or_default(), &access.project, &[]).await;
    let (patch, ()) = all_wrong(body.read::<ProjectPatch>(), fits)?;
    let now = app.store.now();
    let changed = app
        .store
        .project_update(path.project_id, |project| patch.clone().apply(project, now))
        .await?;
    Ok(Json(changed.ok_or(Error::NotFound(Resource::Project))?.into()))
}

/// Delete a project that is closed and everything in it, for administrators.
#[utoipa::path(delete, path = "/api/data/projects/{project_id}", tag = "Projects", params(ProjectPath, IgnoredForce),
    responses((status = 204, description = "The project is gone"), Errors))]
async fn delete_project(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<NoContent> {
    // Others learn here whether there is such a project. An administrator goes on even if not: a deletion that
    // broke off has hidden the project, and is completed by the next one.
    if caller.require(Action::ManageStudio).is_err() {
        caller.enter(&app, path.project_id).await?;
    }
    caller.require(Action::ManageStudio)?;
    query.read::<IgnoredForce>()?;
    if app.store.project_delete(path.project_id, caller.person.id).await? {
        Ok(NoContent)
    } else {
        Err(Error::NotFound(Resource::Project).into())
    }
}

/// What a new show starts with.
fn first_episode(app: &App, project: &Project, by: PersonId) -> Option<Entity> {
    let episode_type = EntityKind::Episode.entity_type().filter(|_| project.is_tv_show())?;
    let named = NewEntity::named(project.id, episode_type, FIRST_EPISODE);
    Some(NewEntity { created_by: Some(by), ..named }.create(app.store.now()))
}

/// Fails if a patch of `current` names what the studio has not, or adds more than it can hold.
async fn require_fitting(
    app: &App,
    patch: &ProjectPatch,
    current: &Project,
    team: &[PersonId],
) -> Result<()> {
    let asset_types = patch.asset_types.as_deref().unwrap_or_default();
    let task_types = patch.task_types.as_deref().unwrap_or_default();
    let task_statuses = patch.task_statuses.as_deref().unwrap_or_default();
    let current_status = [current.project_status_id];
    let project_status = patch.project_status_id.as_slice();
    let (types, tasks, statuses, status, persons) = tokio::try_join!(
        unknown::<EntityType>(app, "asset_types", asset_types, &current.asset_types),
        unknown::<TaskType>(app, "task_types", task_types, &current.task_types),
        unknown::<TaskStatus>(app, "task_statuses", task_statuses, &current.task_statuses),
        unknown::<ProjectStatus>(app, "project_status_id", project_status, &current_status),
        unknown_persons(app, "team", team),
    )?;
    let too_large = patch.too_large(current);
    require_known([types, not_of_assets(asset_types), tasks, statuses, status, persons, too_large])
}

fn not_of_assets(asset_types: &[EntityTypeId]) -> Vec<FieldError> {
    let wrong = asset_types.iter().enumerate().filter(|(_, id)| !is_asset_type(**id));
    wrong
        .map(|(n, _)| FieldError::new(format!("asset_types[{n}]"), "is not an asset type"))
        .collect()
}
