//! The casting of shots by the paths that gazu asks for before 1.2. Zou has none of them; what they answer is
//! what their newer forms in [`crate::collections`] do.

use axum::extract::State;
use http_api::paths::{ProjectEpisodePath, ProjectPath, ProjectSequencePath};
use http_api::routing::{Routes, routes};
use http_api::{App, Caller, Errors, Json, Path, Query, Result};

use crate::collections::{
    ByEntity, get_episode_shots_casting, get_project_shots_casting, get_sequence_casting,
};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(get_shots_casting_of_sequence))
        .routes(routes!(get_shots_casting_of_episode))
        .routes(routes!(get_shots_casting_of_project))
}

/// What is cast in the shots of a sequence, keyed by shot, for older clients.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/sequences/{sequence_id}/shots/casting", tag = "Casting", params(ProjectSequencePath), responses((status = 200, body = ByEntity), Errors))]
async fn get_shots_casting_of_sequence(
    app: State<App>,
    caller: Caller,
    path: Path<ProjectSequencePath>,
    query: Query,
) -> Result<Json<ByEntity>> {
    get_sequence_casting(app, caller, path, query).await
}

/// What is cast in the shots of an episode, keyed by shot, for older clients.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/episodes/{episode_id}/shots/casting", tag = "Casting", params(ProjectEpisodePath), responses((status = 200, body = ByEntity), Errors))]
async fn get_shots_casting_of_episode(
    app: State<App>,
    caller: Caller,
    path: Path<ProjectEpisodePath>,
    query: Query,
) -> Result<Json<ByEntity>> {
    get_episode_shots_casting(app, caller, path, query).await
}

/// What is cast in all shots of a project, keyed by shot, for older clients.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/shots/casting", tag = "Casting", params(ProjectPath), responses((status = 200, body = ByEntity), Errors))]
async fn get_shots_casting_of_project(
    app: State<App>,
    caller: Caller,
    path: Path<ProjectPath>,
    query: Query,
) -> Result<Json<ByEntity>> {
    get_project_shots_casting(app, caller, path, query).await
}
