//! Runs a function's routes: [`serve`](fn@serve) is all that its `main` calls.

use axum::Router;
use axum::extract::State;
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::Response;
use http::{HeaderValue, header};
use tower::ServiceExt;

use crate::app::{App, Mode};
use crate::layers::payload::fitting;
use crate::layers::{self, idempotency, observe, precondition};
use crate::{config, log};

/// Serves `routes` to Lambda until the process ends.
pub async fn serve(routes: fn(Router<App>) -> Router<App>) -> Result<(), lambda_runtime::Error> {
    log::init();
    let app = config::app().await?;
    // Pays for the TLS handshake while the function starts. A failure is not fatal: the first request tells.
    if let Err(error) = app.store.warm_up().await {
        tracing::warn!(%error, "the store did not answer the first call");
    }
    let service = layers::service(router(routes(Router::new()), app));
    lambda_http::run(ServiceExt::<lambda_http::Request>::then(service, fitting)).await
}

/// The routes with their state, still without what is around them: see [`layers::service`].
pub fn router(bare: Router<App>, app: App) -> Router {
    let reader = bare.clone().with_state(app.clone());
    bare.route_layer(from_fn_with_state(reader, precondition::hold))
        .route_layer(from_fn_with_state(app.clone(), idempotency::once))
        .layer(from_fn_with_state(app.mode, observe::measure))
        .layer(map_response_with_state(app.mode, insist_on_tls))
        .with_state(app)
}

/// Tells browsers that nothing of what a gateway serves is to be had without TLS.
async fn insist_on_tls(State(mode): State<Mode>, mut response: Response) -> Response {
    if mode == Mode::Cloud {
        let year = HeaderValue::from_static("max-age=31536000");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}
