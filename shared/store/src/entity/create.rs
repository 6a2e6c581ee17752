//! Creating an entity, alone or together with its tasks.

use model::{By, Entity, EntityId, Error, HistoryEntry, Resource, Result, Task};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::{Locator, parent_of, write_name, write_whereabouts};
use crate::history::write_history;
use crate::item::decode;
use crate::project::ProjectItem;
use crate::replay::{self, Once};
use crate::table;
use crate::task;
use crate::transaction::{Outcome, TRANSACTION_MAX, Transaction};

/// Writes of an entity: itself, its name, its locator, its place in its parent's list, an entry of history.
const ENTITY_WRITES: usize = 5;
/// Writes of a task, assignees aside: itself, its name, its locator.
const TASK_WRITES: usize = 3;

impl Store {
    /// Keeps a new entity. A live one of its name, type and parent → [`Error::AlreadyExists`], decided by the
    /// condition of the write, so that of many creators one succeeds.
    pub async fn entity_create(&self, entity: Entity) -> Result<Entity> {
        self.asset_create(entity, &[]).await
    }

    /// As [`Store::entity_create`], together with the new entity's tasks: all or nothing, so that nobody who
    /// starts over finds the one without the others. Only tasks beyond a transaction's size follow one by one.
    pub async fn asset_create(&self, asset: Entity, tasks: &[Task]) -> Result<Entity> {
        let mut once = Once::take();
        if let Some(created) = once.created() {
            return Box::pin(self.created_before(EntityId(created))).await;
        }
        asset.require_size()?;
        self.type_used_mark(asset.project_id, asset.entity_type_id).await?;
        let (together, after) = tasks.split_at(fitting(tasks));
        let mut transaction = Transaction::default();
        let name_at = write_name(&mut transaction, &asset);
        transaction.create(&asset)?;
        write_whereabouts(&mut transaction, &asset);
        let by = By { person_id: asset.created_by, at: self.moment() };
        write_history(&mut transaction, HistoryEntry::of_creation(by, &asset))?;
        for task in together {
            transaction.create(task)?;
            task::write_whereabouts(&mut transaction, task);
        }
        once.write(&mut transaction, asset.id.0)?;
        let outcome = self.transact(transaction).await?;
        once.require_own(&outcome)?;
        match outcome {
            Outcome::Done => self.cache.remember(asset.id, Locator::of(&asset)),
            Outcome::Refused(at) if at.contains(&name_at) => {
                return Err(self.name_taken(&asset).await?);
            }
            Outcome::Refused(_) => return Err(Error::internal("a fresh id is taken")),
        }
        self.require_home(&asset).await?;
        self.tasks_settle(together).await?;
        for task in after {
            self.task_create(task.clone()).await?;
        }
        Ok(asset)
    }

    /// What the same request has created, if it is still there.
    async fn created_before(&self, id: EntityId) -> Result<Entity> {
        let entity = self.entity_get(id).await?.ok_or_else(replay::gone)?;
        self.require_home(&entity).await?;
        Ok(entity)
    }

    /// Takes a new entity back if what it is in was deleted meanwhile. To be called when it is written: then either
    /// this sees that, or the deletion, which looks for what is in it once it is made, sees the entity. A deletion
    /// that is only made if nothing is in it looks again.
    async fn require_home(&self, entity: &Entity) -> Result<()> {
        let project = table::project(entity.project_id);
        let parent = parent_of(entity);
        for _ in 0..ATTEMPTS {
            let keys = parent.iter().map(|(key, _)| key.clone()).chain([project.clone()]).collect();
            let mut there = self.get_many_raw(keys).await?;
            let item = there.remove(&project).map(decode::<ProjectItem>).transpose()?;
            if item.is_none_or(|stored| stored.value.is_leaving) {
                self.entity_remove(entity.id, entity.created_by).await?;
                self.cache.forget_type_used(entity.project_id, entity.entity_type_id);
                let marker = table::type_used(entity.project_id, entity.entity_type_id);
                self.clear_all(&[marker]).await?;
                return Err(Error::NotFound(Resource::Project));
            }
            let Some((key, kind)) = &parent else { return Ok(()) };
            let Some(parent) = there.remove(key) else {
                self.entity_remove(entity.id, entity.created_by).await?;
                return Err(Error::NotFound(kind.resource()));
            };
            if self.wanted_empty_clear(&parent).await? {
                return Ok(());
            }
        }
        Err(contended())
    }
}

/// How many of these tasks fit into the transaction that creates their entity.
fn fitting(tasks: &[Task]) -> usize {
    let mut writes = ENTITY_WRITES;
    let fits = |task: &&Task| {
        writes += TASK_WRITES + task.assignees.len();
        writes <= TRANSACTION_MAX
    };
    tasks.iter().take_while(fits).count()
}
