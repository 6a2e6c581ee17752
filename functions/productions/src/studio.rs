//! What is the same in every studio: the states of a project, and the studio itself.

use axum::extract::State;
use http_api::paths::ProjectStatusPath;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::vocabulary;
use http_api::{
    App, Caller, Errors, Filters, Json, Listed, Listing, NoQuery, Organisation, Path, Query, Result,
};
use model::vocabulary::ProjectStatus;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_project_statuses))
        .routes(routes!(get_project_status))
        .routes(routes!(list_organisations))
}

/// The states a project may be in, by name.
#[utoipa::path(get, path = "/api/data/project-status", tag = "Vocabulary", params(Filters<ProjectStatus>),
    responses((status = 200, body = Listing<ProjectStatus>), Errors))]
async fn list_project_statuses(State(app): State<App>, _: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<ProjectStatus>>()?;
    filters.apply(vocabulary::<ProjectStatus>(&app).await?)
}

/// One state a project may be in.
#[utoipa::path(get, path = "/api/data/project-status/{project_status_id}", tag = "Vocabulary",
    params(ProjectStatusPath), responses((status = 200, body = ProjectStatus), Errors))]
async fn get_project_status(
    State(app): State<App>,
    _: Caller,
    Path(path): Path<ProjectStatusPath>,
    query: Query,
) -> Result<Json<ProjectStatus>> {
    let status = app.store.vocabulary_require(path.project_status_id).await?;
    query.read::<NoQuery>()?;
    Ok(Json(status))
}

/// The studio itself, the only one there is.
#[utoipa::path(get, path = "/api/data/organisations", tag = "Vocabulary", params(Filters<Organisation>),
    responses((status = 200, body = Listing<Organisation>), Errors))]
async fn list_organisations(_: Caller, query: Query) -> Result<Listed> {
    query.read::<Filters<Organisation>>()?.apply(vec![Organisation::studio()])
}
