//! Runs a function's routes: [`serve`](fn@serve) is all that its `main` calls.

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::payload::fitting;
use crate::{config, layers, log, observe};

/// Serves `routes` to Lambda until the process ends.
pub async fn serve(routes: OpenApiRouter<App>) -> Result<(), lambda_runtime::Error> {
    log::init();
    let app = config::app().await?;
    // Pays for the TLS handshake while the function starts. A failure is not fatal: the first request tells.
    if let Err(error) = app.store.warm_up().await {
        tracing::warn!(%error, "the store did not answer the first call");
    }
    let service = layers::service(router(routes, app));
    lambda_http::run(ServiceExt::<lambda_http::Request>::then(service, fitting)).await
}

/// The routes with their state, still without what is around them: see [`layers::service`].
pub fn router(routes: OpenApiRouter<App>, app: App) -> Router {
    let (bare, _) = routes.split_for_parts();
    bare.layer(from_fn_with_state(app.mode, observe::measure)).with_state(app)
}
