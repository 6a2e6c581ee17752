//! Who is there: the API itself ([`api`]) and logging in and out ([`login`]).

mod api;
mod cookies;
mod login;
mod views;

use http_api::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this function.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().merge(api::routes()).merge(login::routes())
}
