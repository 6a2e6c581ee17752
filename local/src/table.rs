//! Makes the table ready: created if absent and not in AWS, filled with what every studio starts with.

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

/// Writes the studio's vocabulary once. A `table` that does not answer is created where `created_within` tells how long to
/// wait for it at most; without, it is an error.
pub async fn ensure(
    store: &Store,
    table: &str,
    created_within: Option<Duration>,
) -> Result<(), TableError> {
    let failed = |cause| TableError { table: table.to_owned(), cause };
    if let Err(cause) = store.warm_up().await {
        let Some(limit) = created_within else { return Err(failed(cause)) };
        create(store, limit).await.map_err(failed)?;
    }
    store.studio_init().await.map_err(failed)
}

async fn create(store: &Store, limit: Duration) -> model::Result<()> {
    store.table_create().await?;
    let deadline = Instant::now() + limit;
    while let Err(cause) = store.warm_up().await {
        if Instant::now() > deadline {
            return Err(cause);
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;

    #[tokio::test]
    async fn a_table_that_must_be_there_is_not_made() {
        let client = Engine::memory().unwrap().client();
        let store = Store::new(client, "slip");
        let error = ensure(&store, "slip", None).await.unwrap_err().to_string();
        assert!(error.starts_with("cannot use the table `slip`: "), "{error}");
        assert!(store.warm_up().await.is_err(), "{error}");
        ensure(&store, "slip", Some(Duration::ZERO)).await.unwrap();
        ensure(&store, "slip", None).await.unwrap();
    }
}
