//! Deleting a task: it is gone with the first write, and so are all comments that fit into the same transaction. That there
//! are more is noted, as nothing leads to the comments of a task that is gone.

use model::{PersonId, Result, TaskId};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::open::{Open, Work};
use crate::table;
use crate::transaction::{Outcome, TRANSACTION_MAX, Transaction};

impl Store {
    /// Deletes a task, its comments and its assignments; `false` if there is none.
    pub async fn task_delete(&self, id: TaskId) -> Result<bool> {
        self.task_delete_by(id, None).await
    }

    /// The same, for what `by` began, whoever completes it.
    pub(crate) async fn task_delete_by(&self, id: TaskId, by: Option<PersonId>) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.task_stored(id).await? else { return Ok(false) };
            let mut keys = self.task_keys(&stored.value).await?;
            // The task and the note are two more. What comes last are comments, which without a task are nowhere read.
            let mut rest = keys.split_off(keys.len().min(TRANSACTION_MAX - 2));
            let mut transaction = Transaction::default();
            transaction.set_author(by);
            // Whoever assigns or comments changes the task: then there is more to delete.
            transaction.remove(&stored);
            for key in keys {
                transaction.clear(key);
            }
            if !rest.is_empty() {
                transaction.put(&Open::task(id, self.now()))?;
                rest.push(Work::Task.key(id));
            }
            if self.transact(transaction).await? == Outcome::Done {
                self.clear_all(&rest).await?;
                return Ok(true);
            }
        }
        Err(contended())
    }

    /// Deletes the comments that are left of a task that is gone. One that is there is left alone.
    pub(crate) async fn comments_clear(&self, task: TaskId) -> Result<()> {
        if self.exists(&table::task_locator(task)).await? {
            return Ok(());
        }
        self.clear_all(&self.comment_keys(task).await?).await
    }
}
