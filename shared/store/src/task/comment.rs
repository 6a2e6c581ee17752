//! Comments of a task, in the order they were written: also those of one second.

use model::comment::Comment;
use model::{Moment, Result, Task, TaskId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::item::Item;
use crate::replay::{self, Once};
use crate::table::{self, Key, Pattern};
use crate::task::write_change;
use crate::transaction::{Outcome, Transaction};

/// A comment as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CommentItem {
    #[serde(flatten)]
    pub(crate) comment: Comment,
    /// When it was written; of one that is dated, that time.
    at: Moment,
}

impl Item for CommentItem {
    const TYPE: &'static str = "Comment";
    fn key(&self) -> Key {
        table::comment(self.comment.object_id, &self.at, self.comment.id)
    }
}

impl CommentItem {
    /// A comment that is written now.
    pub(crate) fn of(comment: Comment, now: Moment) -> Self {
        let dated = Moment::from(comment.created_at);
        let at = if comment.created_at == now.timestamp() { now } else { dated };
        Self { comment, at }
    }
}

impl Store {
    /// The comments of a task, oldest first.
    pub async fn comments_of(&self, task: TaskId) -> Result<Vec<Comment>> {
        let items = self.query::<CommentItem>(Pattern::Comments(task)).await?;
        Ok(items.into_iter().map(|item| item.comment).collect())
    }

    /// Keeps a comment and changes its task, together; `None` if there is no task. `say` is told the time and sees the task
    /// it replaces, and may be called again when somebody else was faster. A comment that it dates before another one
    /// leaves the task as it is: that stands as the newest one says.
    pub async fn task_comment(
        &self,
        task: TaskId,
        say: impl Fn(Task, Timestamp) -> Result<(Task, Comment)>,
    ) -> Result<Option<Comment>> {
        let mut once = Once::take();
        if let Some(created) = once.created() {
            let comments = self.comments_of(task).await?.into_iter();
            let created = comments.into_iter().find(|comment| comment.id.0 == created);
            return created.ok_or_else(replay::gone).map(Some);
        }
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.task_stored(task).await? else { return Ok(None) };
            // After the task was read: of two comments, the later one has the later time.
            let now = self.moment();
            let (changed, comment) = say(stored.value.clone(), now.timestamp())?;
            let item = CommentItem::of(comment, now);
            let is_dated = item.at != now;
            let mut transaction = Transaction::default();
            if is_dated && self.has_newer_comment(&item).await? {
                transaction.guard(&stored);
            } else {
                write_change(&mut transaction, &stored, &changed)?;
            }
            transaction.create(&item)?;
            once.write(&mut transaction, item.comment.id.0)?;
            let outcome = self.transact(transaction).await?;
            once.require_own(&outcome)?;
            if outcome == Outcome::Done {
                self.assignees_settle(changed, &stored.value.assignees).await?;
                return Ok(Some(item.comment));
            }
        }
        Err(contended())
    }

    async fn has_newer_comment(&self, item: &CommentItem) -> Result<bool> {
        let newest: Option<CommentItem> =
            self.query_last(Pattern::Comments(item.comment.object_id)).await?;
        Ok(newest.is_some_and(|newest| newest.at > item.at))
    }
}
