//! Runs a function's routes: [`serve`](fn@serve) is all that its `main` calls.

use crate::layers;
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
