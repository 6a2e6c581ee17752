//! Comments of a task, in the order they were written.

use model::comment::Comment;
use model::{Result, TaskId};

use crate::client::Store;
use crate::table::Pattern;

impl Store {
    /// The comments of a task, oldest first.
    pub async fn comments_of(&self, task: TaskId) -> Result<Vec<Comment>> {
        self.query(Pattern::Comments(task)).await
    }
}
