//! All tasks of projects.

use model::{Error, ProjectId, Result, Task};

use crate::client::Store;
use crate::item::{Attributes, decode_all};
use crate::table::Pattern;

impl Store {
    /// Gives all tasks of projects to `take`, those of one project, some at a time, in no order, until it fails. They are
    /// not held: a studio's need not fit in memory.
    pub async fn tasks_each<E: From<Error>>(
        &self,
        projects: &[ProjectId],
        mut take: impl FnMut(Vec<Task>) -> Result<(), E>,
    ) -> Result<(), E> {
        let homes = self.homes_of(projects).await?;
        let patterns: Vec<Pattern<'_>> = homes.into_iter().map(Pattern::TasksOfType).collect();
        let take = |items: Vec<Attributes>| take(decode_all(items)?);
        self.walk(&patterns, None, take).await
    }
}
