//! How far a caller sees: the projects that are open to him, and in each of them what he may look at.

use std::collections::BTreeSet;

use model::{Entity, EntityId, EntityKind, ProjectId, Task};

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

    /// Of some entities of the project those that the caller may see, without what is hidden from him. A vendor sees the
    /// sequences and episodes, too, that what is assigned to him is in: Kitsu leads through them.
    pub async fn visible_entities(
        &self,
        app: &App,
        mut entities: Vec<Entity>,
    ) -> Result<Vec<Entity>> {
        if let Some(mut only) = self.only_entities(app).await? {
            let is_place = |it: &Entity| PLACES.contains(&it.kind) && !only.contains(&it.id);
            if entities.iter().any(is_place) {
                only.extend(places_of(app, &only).await?);
            }
            entities.retain(|entity| only.contains(&entity.id));
        }
        self.hide_reserved(app, &mut entities).await?;
        Ok(entities)
    }

    /// Whether something is in an entity that is assigned to the caller.
    pub(super) async fn leads_to_assigned(&self, app: &App, entity: &Entity) -> Result<bool> {
        if !PLACES.contains(&entity.kind) {
            return Ok(false);
        }
        let assigned = app.store.assigned_entities(self.person.id, self.project.id).await?;
        Ok(places_of(app, &assigned).await?.contains(&entity.id))
    }

    /// Of some tasks of the project those that the caller may see, as he may see them.
    pub fn visible_tasks(&self, mut tasks: Vec<Task>) -> Vec<Task> {
        if self.sees_only_assigned() {
            tasks.retain(|task| task.assignees.contains(&self.person.id));
        }
        tasks.into_iter().map(|task| self.task_view(task)).collect()
    }
}

/// Kinds of entities that others are in.
const PLACES: [EntityKind; 2] = [EntityKind::Sequence, EntityKind::Episode];

/// The sequences and episodes that some entities are in.
async fn places_of(app: &App, entities: &BTreeSet<EntityId>) -> Result<BTreeSet<EntityId>> {
    let mut places = BTreeSet::new();
    let mut below: Vec<EntityId> = entities.iter().copied().collect();
    // A shot's sequence, and its episode; an asset's episode.
    for _ in 0..2 {
        let found = app.store.entities_get(&below).await?;
        let above = found.values().flat_map(|entity| match entity.kind {
            EntityKind::Asset => [None, entity.source_id],
            _ => [entity.parent_id, None],
        });
        below = above.flatten().filter(|id| places.insert(*id)).collect();
    }
    Ok(places)
}
