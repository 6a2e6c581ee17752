//! What belongs to entities besides their links: tasks with their comments, instances, entries of the history.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{EntityId, PersonId, Result, Task, TaskId};

use super::EntityRef;
use crate::change::contended;
use crate::client::Store;
use crate::item::{Stored, decode};
use crate::journal::{IDLE_MAX, Pace};
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, TRANSACTION_MAX, Transaction};
use crate::work::concurrently;

impl Store {
    /// Deletes what is left of entities that are gone.
    pub(crate) async fn removal_finish(
        &self,
        gone: &[EntityRef],
        by: Option<PersonId>,
        pace: Pace,
    ) -> Result<()> {
        self.links_clear(gone, by, pace).await?;
        self.tasks_clear(gone, by, pace).await?;
        self.clear_all(&self.dependents(gone).await?).await
    }

    /// Adds the writes that delete all of it; `false` if the transaction does not fit then.
    pub(super) async fn add_rest(
        &self,
        whole: &mut Transaction,
        entities: &[EntityRef],
    ) -> Result<bool> {
        if !whole.fits() {
            return Ok(false);
        }
        // Read after the links: who changes one later is refused, or refuses this; who did it before has left
        // his entry in the history.
        let tasks = self.tasks_stored(entities).await?;
        for task in &tasks {
            whole.remove(task);
        }
        if !whole.fits() {
            return Ok(false);
        }
        let keys = tasks.iter().map(|task| self.task_keys(&task.value));
        let keys = concurrently(keys).await?.into_iter().flatten();
        for key in keys.chain(self.dependents(entities).await?) {
            whole.clear(key);
        }
        Ok(whole.fits())
    }

    async fn tasks_stored(&self, entities: &[EntityRef]) -> Result<Vec<Stored<Task>>> {
        let reads = entities.iter().map(|entity| async {
            let items = self.query_raw(Pattern::TasksOfEntity(entity.home(), entity.id)).await?;
            items.into_iter().map(decode).collect::<Result<Vec<_>>>()
        });
        Ok(concurrently(reads).await?.into_iter().flatten().collect())
    }

    /// Deletes the tasks of entities that are gone, several in one transaction.
    pub(in crate::entity) async fn tasks_clear(
        &self,
        gone: &[EntityRef],
        by: Option<PersonId>,
        pace: Pace,
    ) -> Result<()> {
        let (mut before, mut idle) = (usize::MAX, 0);
        while idle < IDLE_MAX {
            let tasks = self.tasks_stored(gone).await?;
            if tasks.is_empty() {
                return Ok(());
            }
            idle = if tasks.len() < before { 0 } else { idle + 1 };
            before = tasks.len();
            let keys = concurrently(tasks.iter().map(|task| self.task_keys(&task.value))).await?;
            let (mut transactions, mut is_done) = (Vec::new(), true);
            let mut last = Transaction::default();
            for (task, keys) in tasks.iter().zip(keys) {
                if keys.len() >= TRANSACTION_MAX {
                    self.task_delete_by(task.value.id, by).await?;
                    is_done = false;
                    continue;
                }
                if last.len() + keys.len() >= TRANSACTION_MAX {
                    transactions.push(std::mem::take(&mut last));
                }
                last.remove(task);
                for key in keys {
                    last.clear(key);
                }
            }
            transactions.push(last);
            let work = transactions.into_iter().map(|mut transaction| {
                transaction.set_author(by);
                self.transact_unless_met(transaction)
            });
            let work = stream::iter(work).buffer_unordered(pace.parallel());
            let outcomes = work.try_collect::<Vec<_>>().await?;
            // What is gone gets no new tasks: there are others only where a race was lost.
            if is_done && outcomes.iter().all(|outcome| *outcome == Some(Outcome::Done)) {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// The keys of everything but links and tasks that belongs to entities.
    async fn dependents(&self, entities: &[EntityRef]) -> Result<Vec<Key>> {
        let keys =
            concurrently(entities.iter().map(|entity| self.dependents_of(entity.id))).await?;
        let mut keys: Vec<Key> = keys.into_iter().flatten().collect();
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    async fn dependents_of(&self, entity: EntityId) -> Result<Vec<Key>> {
        let mut keys = Vec::new();
        for item in self.query_raw(Pattern::Everything(entity)).await? {
            keys.extend(crate::instance::keys_of(&item, entity));
        }
        let instances = self.instances_in(entity).await?;
        let shots = instances.iter().map(|it| self.shots_of_instance(it.asset_id, it.id));
        let shots: Vec<Vec<EntityId>> = concurrently(shots).await?;
        for (instance, shots) in instances.iter().zip(shots) {
            for shot in shots {
                keys.push(table::shot_instance(shot, instance.id));
                keys.push(table::instance_shot(instance.asset_id, instance.id, shot));
            }
        }
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
        if task.last_comment_date.is_some() {
            keys.extend(self.comment_keys(task.id).await?);
        }
        Ok(keys)
    }

    pub(crate) async fn comment_keys(&self, task: TaskId) -> Result<Vec<Key>> {
        let comments = self.query_raw(Pattern::Comments(task)).await?;
        Ok(comments.iter().filter_map(crate::item::key_of).collect())
    }
}
