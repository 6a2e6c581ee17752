//! Makes the table ready: created if absent, filled with what every studio starts with.

use std::time::{Duration, Instant};

use store::Store;

/// Why the table is not ready.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the table `{table}`: {cause}")]
pub struct TableError {
    table: String,
    cause: model::Error,
}

/// How long to wait before the table is asked again whether it is there.
const POLL: Duration = Duration::from_millis(500);

/// Creates `table` unless it answers, waits for it at most as long as given, and writes the studio's
/// vocabulary once. A caller who may not create tables can use one that is there.
pub async fn ensure(store: &Store, table: &str, ready_within: Duration) -> Result<(), TableError> {
    let failed = |cause| TableError { table: table.to_owned(), cause };
    if store.warm_up().await.is_err() {
        store.table_create().await.map_err(failed)?;
        let deadline = Instant::now() + ready_within;
        while let Err(cause) = store.warm_up().await {
            if Instant::now() > deadline {
                return Err(failed(cause));
            }
            tokio::time::sleep(POLL).await;
        }
    }
    store.studio_init().await.map_err(failed)
}
