//! Reads projects.

use axum::extract::State;
use http_api::paths::ProjectPath;
use http_api::project_row::{self, projects_seen};
use http_api::routing::{Routes, routes};
use http_api::{
    Access, App, Caller, Errors, Filters, Json, Listed, Listing, NoQuery, Path, ProjectDetail,
    ProjectRow, Query, Result,
};
use model::vocabulary::ProjectStatus;
use model::{Action, Project};

use crate::views::OneProject;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_projects))
        .routes(routes!(list_open_projects))
        .routes(routes!(list_all_projects))
        .routes(routes!(get_project))
}

/// The projects the caller is in the team of, all for administrators, by name.
#[utoipa::path(get, path = "/api/data/projects", tag = "Projects", params(Filters<Project>),
    responses((status = 200, body = Listing<ProjectRow>), Errors))]
async fn list_projects(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<Project>>()?;
    let mut projects = filters.keep(app.store.projects_of(&caller.person).await?)?;
    projects.sort_by_cached_key(project_row::place);
    filters.page(projects.into_iter().map(ProjectRow::from))
}

/// The open ones of the projects the caller sees, by name, with all that a client needs to open them.
#[utoipa::path(get, path = "/api/data/projects/open", tag = "Projects", params(Filters<Project>),
    responses((status = 200, body = Listing<ProjectDetail>), Errors))]
async fn list_open_projects(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Listed> {
    let filters = query.read::<Filters<Project>>()?;
    let mut projects = projects_seen(&app, &caller).await?;
    projects.retain(|access| access.project.project_status_id == ProjectStatus::OPEN);
    detailed(&app, &filters, projects).await
}

/// The projects the caller sees, open and closed, by name, with all that a client needs to open them.
#[utoipa::path(get, path = "/api/data/projects/all", tag = "Projects", params(Filters<Project>),
    responses((status = 200, body = Listing<ProjectDetail>), Errors))]
async fn list_all_projects(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<Project>>()?;
    let projects = projects_seen(&app, &caller).await?;
    detailed(&app, &filters, projects).await
}

/// One project with its team, its metadata and what it uses of the studio's vocabulary.
#[utoipa::path(get, path = "/api/data/projects/{project_id}", tag = "Projects", params(ProjectPath),
    responses((status = 200, body = OneProject), Errors))]
async fn get_project(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<OneProject>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::Read)?;
    query.read::<NoQuery>()?;
    let status = app.store.vocabulary_get::<ProjectStatus>(access.project.project_status_id);
    let (status, detail) =
        tokio::try_join!(async { Ok(status.await?) }, ProjectDetail::read(&app, access))?;
    Ok(Json(OneProject { detail, project_status_name: status.map(|status| status.name) }))
}

async fn detailed(app: &App, filters: &Filters<Project>, projects: Vec<Access>) -> Result<Listed> {
    let kept = filters.keep_by(projects, |access| &access.project)?;
    filters.page(ProjectDetail::read_all(app, kept).await?)
}
