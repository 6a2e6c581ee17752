//! Where a task is kept, so that its project can be entered before the task is read.

use model::{EntityId, EntityTypeId, ProjectId, Result, TaskId};

use crate::client::Store;
use crate::entity::id_attribute;
use crate::item::Attributes;
use crate::table::{self, Key};

/// Where a task is kept: with its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskLocator {
    /// The production.
    pub project_id: ProjectId,
    /// What the task is about.
    pub entity_id: EntityId,
    entity_type_id: EntityTypeId,
}

impl TaskLocator {
    pub(crate) fn of(item: &Attributes) -> Result<Self> {
        Ok(Self {
            project_id: ProjectId(id_attribute(item, "project_id")?),
            entity_id: EntityId(id_attribute(item, "entity_id")?),
            entity_type_id: EntityTypeId(id_attribute(item, "entity_type_id")?),
        })
    }

    /// The key of the task, if it is still there.
    pub(crate) fn key(&self, id: TaskId) -> Key {
        table::task((self.project_id, self.entity_type_id), self.entity_id, id)
    }
}

impl Store {
    /// Where a task is kept; `None` if there is none.
    pub async fn task_locate(&self, id: TaskId) -> Result<Option<TaskLocator>> {
        let item = self.get_raw(&table::task_locator(id)).await?;
        item.as_ref().map(TaskLocator::of).transpose()
    }
}
