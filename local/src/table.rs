//! Makes the table ready: created if absent and not in AWS, filled with what every studio starts with.

use std::time::{Duration, Instant};

use store::Store;

/// Why the table is not ready.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It cannot be read or written.
    #[error("cannot use the table `{table}`: {cause}")]
    Unusable {
        /// Its name.
        table: String,
        /// What its DynamoDB said.
        cause: model::Error,
    },
    /// It did not answer, and it cannot be made either.
    #[error("cannot use the table `{table}`: {cause}; nor can it be created: {refusal}")]
    Uncreated {
        /// Its name.
        table: String,
        /// Why it was to be made.
        cause: model::Error,
        /// Why it was not.
        refusal: model::Error,
    },
}

/// How long to wait before the table is asked again whether it is there.
const POLL: Duration = Duration::from_millis(500);

/// Fails unless the table answers.
pub async fn require(store: &Store, table: &str) -> Result<(), TableError> {
    store.warm_up().await.map_err(unusable(table))
}

/// Writes the studio's vocabulary once. A `table` that does not answer is created where `created_within` tells how long to
/// wait for it at most; without, it is an error.
pub async fn ensure(
    store: &Store,
    table: &str,
    created_within: Option<Duration>,
) -> Result<(), TableError> {
    if let Some(limit) = created_within {
        if let Err(cause) = store.warm_up().await {
            let table = table.to_owned();
            let created = create(store, limit).await;
            created.map_err(|refusal| TableError::Uncreated { table, cause, refusal })?;
        }
        // What is over counts for nobody, deleted or not: a DynamoDB that cannot delete it will do.
        if let Err(error) = store.table_expire().await {
            tracing::warn!(%error, "expired items will stay in the table");
        }
    } else {
        require(store, table).await?;
    }
    store.studio_init().await.map_err(unusable(table))
}

fn unusable(table: &str) -> impl FnOnce(model::Error) -> TableError {
    move |cause| TableError::Unusable { table: table.to_owned(), cause }
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

    /// Whoever created the table may have been killed before its items expired.
    #[tokio::test]
    async fn items_expire_whoever_created_the_table() {
        let client = Engine::memory().unwrap().client();
        let store = Store::new(client.clone(), "tanuki");
        store.table_create().await.unwrap();
        for _ in 0..2 {
            ensure(&store, "tanuki", Some(Duration::ZERO)).await.unwrap();
            let described = client.describe_time_to_live().table_name("tanuki").send().await;
            let described = described.unwrap().time_to_live_description.unwrap();
            assert_eq!(described.attribute_name(), Some(store::table::TTL));
        }
    }

    #[tokio::test]
    async fn both_causes_are_told() {
        let client = Engine::memory().unwrap().client();
        // No table can have that name.
        let store = Store::new(client, "a table");
        let error = ensure(&store, "a table", Some(Duration::ZERO)).await.unwrap_err();
        assert!(matches!(error, TableError::Uncreated { .. }), "{error}");
    }
}
