//! Runs a function's routes: [`serve`](fn@serve) is all that its `main` calls.

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::App;
use crate::layers::precondition::Reader;
use crate::layers::{self, idempotency, precondition};
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
    let reader = Reader::new(bare, app.clone());
    let router = router
        .route_layer(from_fn_with_state(reader, precondition::hold))
        .route_layer(from_fn_with_state(app.clone(), idempotency::once));
    layers::noted(router).with_state(app)
}
