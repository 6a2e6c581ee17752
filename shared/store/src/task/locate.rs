//! Where a task is kept, so that its project can be entered before the task is read.

use model::{EntityId, EntityTypeId, ProjectId, Result, Task, TaskId};

use crate::client::Store;
use crate::entity::id_attribute;
use crate::table;

/// Where a task is kept: with its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskLocator {
    /// The production.
    pub project_id: ProjectId,
    /// What the task is about.
    pub entity_id: EntityId,
    entity_type_id: EntityTypeId,
}

impl Store {
    /// Where a task is kept; `None` if there is none.
    pub async fn task_locate(&self, id: TaskId) -> Result<Option<TaskLocator>> {
        let Some(item) = self.get_raw(&table::task_locator(id)).await? else { return Ok(None) };
        Ok(Some(TaskLocator {
            project_id: ProjectId(id_attribute(&item, "project_id")?),
            entity_id: EntityId(id_attribute(&item, "entity_id")?),
            entity_type_id: EntityTypeId(id_attribute(&item, "entity_type_id")?),
        }))
    }

    /// The task that was located, if it is still there.
    pub async fn task_at(&self, at: TaskLocator, id: TaskId) -> Result<Option<Task>> {
        let home = (at.project_id, at.entity_type_id);
        match self.get(&table::task(home, at.entity_id, id)).await? {
            Some(stored) => Ok(Some(stored.value)),
            // Its asset may have got another type since.
            None => self.task_get(id).await,
        }
    }
}
