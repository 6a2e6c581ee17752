//! How far a caller sees: the projects that are open to him, and in each of them what he may look at.

use std::collections::BTreeSet;

use model::{Entity, EntityId, ProjectId, Task};

use crate::access::Access;
use crate::app::App;
use crate::caller::Caller;
use crate::error::Result;

impl Caller {
    /// Enters every project that is open to the caller, in the order of their ids.
    pub async fn enter_all(&self, app: &App) -> Result<Vec<Access>> {
        self.enter_open(app, &app.store.project_ids_of(&self.person).await?).await
    }

    /// Enters those of some projects, each named once, that are open to the caller, in their order.
    pub async fn enter_open(&self, app: &App, projects: &[ProjectId]) -> Result<Vec<Access>> {
        let entered = app.store.projects_visit(projects, self.person.id).await?;
        Ok(entered.into_iter().filter_map(|entered| self.access(entered)).collect())
    }
}

impl Access {
    /// The only entities the caller may see; `None` for those who see all.
    pub async fn only_entities(&self, app: &App) -> Result<Option<BTreeSet<EntityId>>> {
        if !self.sees_only_assigned() {
            return Ok(None);
        }
        Ok(Some(app.store.assigned_entities(self.person.id, self.project.id).await?))
    }

    /// Of some entities of the project those that the caller may see, without what is hidden from him.
    pub async fn visible_entities(
        &self,
        app: &App,
        mut entities: Vec<Entity>,
    ) -> Result<Vec<Entity>> {
        if let Some(only) = self.only_entities(app).await? {
            entities.retain(|entity| only.contains(&entity.id));
        }
        self.hide_reserved(app, &mut entities).await?;
        Ok(entities)
    }

    /// Of some tasks of the project those that the caller may see, as he may see them.
    pub fn visible_tasks(&self, mut tasks: Vec<Task>) -> Vec<Task> {
        if self.sees_only_assigned() {
            tasks.retain(|task| task.assignees.contains(&self.person.id));
        }
        tasks.into_iter().map(|task| self.task_view(task)).collect()
    }
}
