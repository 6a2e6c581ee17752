//! Read, decide, write on condition, and again when somebody else was faster.

use model::{Error, Result};

use crate::client::Store;
use crate::table::Key;
use crate::transaction::{TRANSACTION_MAX, Transaction};

/// How often a change is decided anew before the caller is told to come back: each time at least one
/// other writer has succeeded.
pub(crate) const ATTEMPTS: u32 = 64;

/// The error of a change that never got its turn.
pub(crate) fn contended() -> Error {
    Error::Unavailable("the item kept changing".into())
}

impl Store {
    /// Deletes what is at these keys, whether or not it is there.
    pub(crate) async fn clear_all(&self, keys: &[Key]) -> Result<()> {
        for keys in keys.chunks(TRANSACTION_MAX) {
            let mut transaction = Transaction::default();
            for key in keys {
                transaction.clear(key.clone());
            }
            self.commit(transaction).await?;
        }
        Ok(())
    }
}
