//! Who is assigned to a task, while persons are deleted.
//!
//! A condition on a person's item would make all assignments of that person meet there, one after the other. So an
//! assignment looks back (`docs/decisions/0020`): once it is written it looks at the persons, and takes those off again who
//! are gone. The deletion of a person looks for his tasks once he is gone. One of the two always sees the other.

use std::collections::BTreeSet;

use model::{PersonId, Result, Task, TaskId};

use crate::client::Store;

impl Store {
    /// The task as it is once those new assignees are taken off again who were deleted meanwhile. To be called when it
    /// is written; `before` are those who were assigned before.
    pub(crate) async fn assignees_settle(
        &self,
        mut task: Task,
        before: &[PersonId],
    ) -> Result<Task> {
        let new = task.assignees.iter().filter(|person| !before.contains(person));
        for person in self.persons_gone(new.copied().collect()).await? {
            Box::pin(self.unassign(task.id, person)).await?;
            task.assignees.retain(|assignee| *assignee != person);
        }
        Ok(task)
    }

    /// As [`Store::assignees_settle`], of several new tasks.
    pub(crate) async fn tasks_settle(&self, tasks: &[Task]) -> Result<()> {
        let all = tasks.iter().flat_map(|task| task.assignees.iter().copied()).collect();
        let gone = self.persons_gone(all).await?;
        for task in tasks {
            for person in task.assignees.iter().filter(|person| gone.contains(person)) {
                self.unassign(task.id, *person).await?;
            }
        }
        Ok(())
    }

    async fn persons_gone(&self, mut ids: BTreeSet<PersonId>) -> Result<BTreeSet<PersonId>> {
        let all: Vec<PersonId> = ids.iter().copied().collect();
        for person in self.persons_get(&all).await? {
            ids.remove(&person.id);
        }
        Ok(ids)
    }

    /// Takes a person off a task.
    pub(crate) async fn unassign(&self, task: TaskId, person: PersonId) -> Result<()> {
        let now = self.now();
        let without = |mut task: Task| {
            task.assignees.retain(|assignee| *assignee != person);
            task.updated_at = now;
            Ok(task)
        };
        self.task_update(task, without).await.map(drop)
    }
}
