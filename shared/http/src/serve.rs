//! Runs a function's routes: [`serve`](fn@serve) is all that its `main` calls.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::App;
use crate::layers::precondition::Reader;
use crate::layers::{self, AroundRoute, around_route};
use crate::routing::{OnDemand, Paths};
use crate::{config, log};

/// Serves `routes` to Lambda until the process ends.
pub async fn serve(routes: fn(Paths) -> Paths) -> Result<(), lambda_runtime::Error> {
    log::init();
    let app = config::app().await?;
    let mode = app.mode;
    let service = OnDemand::new(routes(Paths::default()), app);
    lambda_http::run(layers::service(service, mode)).await
}

/// The routes with their state and what is around each, still without what is around all: see [`layers::service`].
pub(crate) fn router(bare: impl Fn() -> Router<App> + Send + 'static, app: App) -> Router {
    let router = bare();
    let around = AroundRoute { app: app.clone(), reader: Reader::new(bare, app.clone()) };
    router.route_layer(from_fn_with_state(Arc::new(around), around_route)).with_state(app)
}
