//! Runs a function's routes: [`serve`](fn@serve) is all that its `main` calls.

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::App;
use crate::layers::{self, idempotency, observe, precondition};
use crate::{config, log};

/// Serves `routes` to Lambda until the process ends.
pub async fn serve(routes: fn(Router<App>) -> Router<App>) -> Result<(), lambda_runtime::Error> {
    log::init();
    let app = config::app().await?;
    let mode = app.mode;
    lambda_http::run(layers::service(router(routes(Router::new()), app), mode)).await
}

/// The routes with their state, still without what is around them: see [`layers::service`].
pub fn router(bare: Router<App>, app: App) -> Router {
    let reader = bare.clone().with_state(app.clone());
    bare.route_layer(from_fn_with_state(reader, precondition::hold))
        .route_layer(from_fn_with_state(app.clone(), idempotency::once))
        .layer(from_fn_with_state(app.mode, observe::measure))
        .with_state(app)
}
