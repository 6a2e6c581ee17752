//! Deleting an entity for good: it, its tasks and their comments, its casting both ways, its instances.
//!
//! Whatever depends on an entity is created together with a touch of the entity's revision, so nothing can
//! be added between the look at what is there and the deletion, and nothing after it. Only new entities do not touch
//! what they are in: they look at it once they are written (`Store::require_home`), and the deletion looks for them
//! once it is made. What is deleted only if it is empty is `emptiness`.

mod links;

use std::collections::BTreeSet;

use model::{Entity, EntityId, EntityKind, PersonId, ProjectId, Result, Task, TaskId};

use super::emptiness::may_hold;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::{child_key, id_attribute, name_key};
use crate::item::{Stored, decode, key_of};
use crate::journal::{CAST_CHUNK, Purpose};
use crate::open::Open;
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, TRANSACTION_MAX, Transaction};
use crate::work::concurrently;

impl Store {
    /// Deletes an entity and all that belongs to it; `false` if there is none. From the first write on it is
    /// gone for every reader, and a crash later is completed by the next request of its project. Its history goes
    /// with it; that of the assets it used tells that it is gone, and by whom, unless a sweep removes it.
    pub async fn entity_remove(
        &self,
        id: EntityId,
        by: impl Into<Option<PersonId>>,
    ) -> Result<bool> {
        let by = by.into();
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.entity_gathered(id).await? else { return Ok(false) };
            if self.entity_removed(&stored, by).await? {
                return Ok(true);
            }
        }
        Err(contended())
    }

    /// As [`Store::entity_remove`], only while the entity is canceled. Whether it is gone.
    pub async fn entity_remove_canceled(&self, id: EntityId, by: PersonId) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            match self.entity_gathered(id).await? {
                None => return Ok(true),
                Some(stored) if !stored.value.canceled => return Ok(false),
                Some(stored) if self.entity_removed(&stored, Some(by)).await? => return Ok(true),
                Some(_) => {}
            }
        }
        Err(contended())
    }

    /// Deletes what is in another entity, by itself or with what it is in, as [`Store::entity_remove`] does; `false` if it
    /// is not there any more.
    pub async fn entity_remove_from(
        &self,
        id: EntityId,
        within: EntityId,
        by: impl Into<Option<PersonId>>,
    ) -> Result<bool> {
        let by = by.into();
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.entity_gathered(id).await? else { return Ok(false) };
            if !self.is_within(&stored.value, within).await? {
                return Ok(false);
            }
            if self.entity_removed(&stored, by).await? {
                return Ok(true);
            }
        }
        Err(contended())
    }

    async fn is_within(&self, entity: &Entity, within: EntityId) -> Result<bool> {
        let mut scope = entity.scope();
        while let Some(id) = scope {
            if id == within {
                return Ok(true);
            }
            scope = self.entity_get(id).await?.and_then(|above| above.scope());
        }
        Ok(false)
    }

    /// An entity whose tasks are where it is, unless it has changed since: some of an asset's may still be where it was
    /// before it got another type.
    pub(super) async fn entity_gathered(&self, id: EntityId) -> Result<Option<Stored<Entity>>> {
        let stored = self.entity_stored(id).await?;
        if let Some(asset) = stored.as_ref().filter(|it| it.value.kind == EntityKind::Asset) {
            self.move_complete(&asset.value).await?;
        }
        Ok(stored)
    }

    /// Deletes an entity that was read; `false` if it has changed since.
    pub(crate) async fn entity_removed(
        &self,
        stored: &Stored<Entity>,
        by: Option<PersonId>,
    ) -> Result<bool> {
        let id = stored.value.id;
        let mut now = Transaction::default();
        now.remove(stored);
        now.clear(name_key(&stored.value));
        now.clear(table::entity_locator(id));
        if let Some(key) = child_key(&stored.value) {
            now.clear(key);
        }
        let holds = may_hold(stored.value.kind);
        if holds {
            now.put(&Open::entity(id, self.now()))?;
        }
        // On the heap: what is asked before the first write may be as deep once more.
        if !Box::pin(self.removed(stored, now, by)).await? {
            return Ok(false);
        }
        self.cache.forget(id);
        if holds {
            self.children_remove(id, by).await?;
        }
        Ok(true)
    }

    /// Deletes what is still listed under an entity that is gone: what was created while it was deleted.
    pub(crate) async fn children_remove(
        &self,
        parent: EntityId,
        by: Option<PersonId>,
    ) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let entries = self.query_raw(Pattern::Children(parent)).await?;
            if entries.is_empty() {
                return Ok(());
            }
            for entry in &entries {
                let child = EntityId(id_attribute(entry, "entity_id")?);
                if !Box::pin(self.entity_remove_from(child, parent, by)).await? {
                    self.clear_all(&key_of(entry).into_iter().collect::<Vec<_>>()).await?;
                }
            }
        }
        Err(contended())
    }

    async fn removed(
        &self,
        stored: &Stored<Entity>,
        now: Transaction,
        by: Option<PersonId>,
    ) -> Result<bool> {
        let entity = &stored.value;
        let links = self.links_of(entity).await?;
        if links.len() <= CAST_CHUNK {
            let removal = self.plan_link_removal(entity, &links, by).await?;
            // Read after the links: who changes one later is refused, or refuses this; who did it before has left
            // his entry in the history.
            let tasks = self.tasks_stored(entity).await?;
            let mut keys = self.dependents(entity).await?;
            for task in &tasks {
                keys.extend(self.task_keys(&task.value).await?);
            }
            let mut whole = now.clone();
            whole.extend(removal);
            for task in &tasks {
                whole.remove(task);
            }
            for key in keys {
                whole.clear(key);
            }
            if whole.fits() {
                return Ok(self.transact(whole).await? == Outcome::Done);
            }
        }
        let others = links.iter().map(|link| link.project_id).collect::<BTreeSet<_>>().into_iter();
        // Its own is the first: of very many, not all are told.
        let projects: Vec<ProjectId> = std::iter::once(entity.project_id)
            .chain(others.filter(|other| *other != entity.project_id))
            .collect();
        let purpose = Purpose::Removal(Box::new(entity.clone()));
        match self.journal_commit(&purpose, &projects, &now, by).await? {
            Some(journal) => {
                self.cache.forget(entity.id);
                self.journal_finish(journal).await?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Deletes what is left of an entity that is gone.
    pub(crate) async fn removal_finish(&self, entity: &Entity, by: Option<PersonId>) -> Result<()> {
        self.links_clear(entity, by).await?;
        self.tasks_clear(entity, by).await?;
        self.clear_all(&self.dependents(entity).await?).await
    }

    async fn tasks_stored(&self, entity: &Entity) -> Result<Vec<Stored<Task>>> {
        let home = (entity.project_id, entity.entity_type_id);
        let items = self.query_raw(Pattern::TasksOfEntity(home, entity.id)).await?;
        items.into_iter().map(decode).collect()
    }

    /// Deletes the tasks of an entity that is gone, several in one transaction.
    pub(super) async fn tasks_clear(&self, entity: &Entity, by: Option<PersonId>) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let tasks = self.tasks_stored(entity).await?;
            if tasks.is_empty() {
                return Ok(());
            }
            let empty = || {
                let mut transaction = Transaction::default();
                transaction.set_author(by);
                transaction
            };
            let mut transaction = empty();
            for task in &tasks {
                let keys = self.task_keys(&task.value).await?;
                if keys.len() >= TRANSACTION_MAX {
                    self.task_delete_by(task.value.id, by).await?;
                    continue;
                }
                if transaction.len() + keys.len() >= TRANSACTION_MAX {
                    // A lost race is seen by the next round.
                    self.transact(std::mem::replace(&mut transaction, empty())).await?;
                }
                transaction.remove(task);
                for key in keys {
                    transaction.clear(key);
                }
            }
            self.transact(transaction).await?;
        }
        Err(contended())
    }

    /// The keys of everything but links and tasks that belongs to an entity.
    async fn dependents(&self, entity: &Entity) -> Result<Vec<Key>> {
        let mut keys = Vec::new();
        for item in self.query_raw(Pattern::Everything(entity.id)).await? {
            keys.extend(crate::instance::keys_of(&item, entity.id));
        }
        let instances = self.instances_in(entity.id).await?;
        let shots = instances.iter().map(|it| self.shots_of_instance(it.asset_id, it.id));
        let shots: Vec<Vec<EntityId>> = concurrently(shots).await?;
        for (instance, shots) in instances.iter().zip(shots) {
            for shot in shots {
                keys.push(table::shot_instance(shot, instance.id));
                keys.push(table::instance_shot(instance.asset_id, instance.id, shot));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    /// The keys of all that belongs to a task.
    pub(crate) async fn task_keys(&self, task: &Task) -> Result<Vec<Key>> {
        let mut keys = vec![table::task_locator(task.id), crate::task::name_key(task)];
        keys.extend(
            task.assignees
                .iter()
                .map(|x| table::assigned(*x, task.project_id, task.entity_id, task.id)),
        );
        keys.extend(self.comment_keys(task.id).await?);
        Ok(keys)
    }

    pub(crate) async fn comment_keys(&self, task: TaskId) -> Result<Vec<Key>> {
        let comments = self.query_raw(Pattern::Comments(task)).await?;
        Ok(comments.iter().filter_map(crate::item::key_of).collect())
    }
}
