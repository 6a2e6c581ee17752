//! Read, decide, write on condition, and again when somebody else was faster.

use model::descriptor::Descriptor;
use model::vocabulary::{Department, EntityType, ProjectStatus, TaskStatus, TaskType};
use model::{AssetInstance, Entity, Error, Person, Project, Result, Task};

use crate::client::Store;
use crate::read::backoff;
use crate::table::Key;
use crate::transaction::{TRANSACTION_MAX, Transaction};

/// How often a change is decided anew before the caller is told to come back: each time at least one
/// other writer has succeeded.
pub(crate) const ATTEMPTS: u32 = 64;

/// The error of a change that never got its turn.
pub(crate) fn contended() -> Error {
    Error::Unavailable("the item kept changing".into())
}

/// Waits before a change is decided anew for the `attempt`th time, counted from 0: not at first, and then longer and longer, so
/// that one that others keep overtaking outlasts them.
pub(crate) async fn pause(attempt: u32) {
    const AT_ONCE: u32 = 4;
    if let Some(late) = attempt.checked_sub(AT_ONCE) {
        tokio::time::sleep(backoff(late)).await;
    }
}

/// A value that says when it last changed.
pub(crate) trait Dated {
    /// Whether nothing but that time differs: then there is nothing to write.
    fn is_same(&self, changed: &Self) -> bool;
}

macro_rules! dated {
    ($($ty:ty),+) => {$(
        impl Dated for $ty {
            fn is_same(&self, changed: &Self) -> bool {
                *self == Self { updated_at: self.updated_at, ..changed.clone() }
            }
        }
    )+};
}

dated!(Entity, AssetInstance, Task, Project, Descriptor, Person);
dated!(EntityType, TaskType, TaskStatus, ProjectStatus, Department);

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
