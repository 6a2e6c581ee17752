//! Read, decide, write on condition, and again when somebody else was faster.

use model::{Error, Result};

use crate::client::Store;
use crate::item::{Item, Stored};
use crate::table::Key;
use crate::transaction::{Outcome, TRANSACTION_MAX, Transaction};

/// How often a change is decided anew before the caller is told to come back: each time at least one
/// other writer has succeeded.
pub(crate) const ATTEMPTS: u32 = 64;

/// The error of a change that never got its turn.
pub(crate) fn contended() -> Error {
    Error::Unavailable("the item kept changing".into())
}

impl Store {
    /// Changes one item that has no others depending on it; `None` if there is none.
    pub(crate) async fn modify<T: Item>(
        &self,
        key: &Key,
        change: impl Fn(T) -> Result<T>,
    ) -> Result<Option<T>> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.get::<T>(key).await? else { return Ok(None) };
            let changed = change(stored.value.clone())?;
            if self.replaced(&stored, &changed).await? {
                return Ok(Some(changed));
            }
        }
        Err(contended())
    }

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

    async fn replaced<T: Item>(&self, stored: &Stored<T>, changed: &T) -> Result<bool> {
        let mut transaction = Transaction::default();
        transaction.replace(stored, changed)?;
        Ok(self.transact(transaction).await? == Outcome::Done)
    }
}
