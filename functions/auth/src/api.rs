//! What clients ask before they log in: whether this is the API, whether it works, how it is set up.

use axum::extract::State;
use http_api::openapi::VERSION;
use http_api::routing::{Routes, routes};
use http_api::{App, Json, NoQuery, PublicErrors, Query, Result};

use crate::views::{Api, Config, Status};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(get_api)).routes(routes!(get_status)).routes(routes!(get_config))
}

/// The name and version of this API.
#[utoipa::path(get, path = "/api", tag = "Authentication", security(()),
    responses((status = 200, body = Api), PublicErrors))]
async fn get_api(query: Query) -> Result<Json<Api>> {
    query.read::<NoQuery>()?;
    Ok(Json(Api { api: "Tanuki", version: VERSION }))
}

/// Whether the API's parts are up. It answers 200 also when they are not.
#[utoipa::path(get, path = "/api/status", tag = "Authentication", security(()),
    responses((status = 200, body = Status), PublicErrors))]
async fn get_status(State(app): State<App>, query: Query) -> Result<Json<Status>> {
    query.read::<NoQuery>()?;
    Ok(Json(Status::new(app.store.warm_up().await.is_ok())))
}

/// How the API is set up, for the login page of Kitsu.
#[utoipa::path(get, path = "/api/config", tag = "Authentication", security(()),
    responses((status = 200, body = Config), PublicErrors))]
async fn get_config(query: Query) -> Result<Json<Config>> {
    query.read::<NoQuery>()?;
    Ok(Json(Config::default()))
}
