//! Completes what a crash left open, by the clock: no route leads here, the template's schedule calls it.
//!
//! Start with [`handle`]. What a sweep is, and why it costs next to nothing when nothing is open, stands in
//! `shared/store/src/sweep.rs`.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

use http_api::{config, log};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use store::{Store, Swept, meter};

/// Kept of the function's time for the answer and the log.
const RESERVE: Duration = Duration::from_secs(5);

/// Why the function fails: Lambda then calls it again, and its errors raise an alarm.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The notes of open work could not be read.
    #[error("the notes of open work could not be read: {0}")]
    Store(#[from] store::Error),
    /// Some work failed; the log has the causes.
    #[error("{0} pieces of open work could not be completed")]
    Failed(usize),
}

type Work = Pin<Box<dyn Future<Output = Result<Swept, lambda_runtime::Error>> + Send>>;

/// Serves events to Lambda until the process ends.
pub async fn serve() -> Result<(), lambda_runtime::Error> {
    log::init();
    let store = config::store()?;
    let handler = |event: LambdaEvent<Value>| {
        let (store, time) = (store.clone(), left_until(event.context.deadline()));
        // Boxed: in the runtime's layers the bare future is deeper than the compiler looks.
        let work: Work = Box::pin(async move { Ok(handle(&store, time).await?) });
        work
    };
    lambda_runtime::run(service_fn(handler)).await
}

/// Sweeps, whatever the event says, in as much time as there is, and logs in one line what was done.
pub async fn handle(store: &Store, time: Duration) -> Result<Swept, SweepError> {
    let (swept, spent) = meter::measured(store.sweep(time.saturating_sub(RESERVE))).await;
    let swept = swept?;
    let Swept { journals, litter, deletions, waiting, failed, left } = swept;
    let (rcu, wcu) = (spent.read, spent.write);
    tracing::info!(journals, litter, deletions, waiting, failed, left, rcu, wcu, "sweep");
    if failed > 0 { Err(SweepError::Failed(failed)) } else { Ok(swept) }
}

fn left_until(deadline: SystemTime) -> Duration {
    deadline.duration_since(SystemTime::now()).unwrap_or_default()
}
