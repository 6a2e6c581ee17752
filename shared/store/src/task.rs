//! Tasks: next to their entity, with a locator, a unique name and an entry for each assignee.

mod assignees;
pub(crate) mod comment;
mod list;
mod locate;
mod removal;

use std::collections::{BTreeSet, HashMap};

use model::{
    Entity, EntityId, EntityTypeId, Error, PersonId, ProjectId, Resource, Result, Task, TaskId,
    TaskTypeId, text,
};

pub use self::locate::TaskLocator;
use crate::change::{ATTEMPTS, Dated as _, contended};
use crate::client::Store;
use crate::entity::id_attribute;
use crate::item::{Attributes, Item as _, Stored};
use crate::replay::{self, Once};
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction, WriteIndex};

/// The claim of a task's name: one of its type and name per entity.
pub(crate) fn name_key(task: &Task) -> Key {
    let home = (task.project_id, task.entity_type_id);
    table::task_name(home, task.entity_id, &task.task_type_id, &text::fold(&task.name))
}

/// Writes what leads to a new task: its locator, its name, its assignees' entries.
pub(crate) fn write_whereabouts(transaction: &mut Transaction, task: &Task) {
    write_new_home(transaction, task);
    write_assignments(transaction, task);
}

/// Writes where a task is from now on, and its name there. Its assignees' entries do not tell that.
pub(crate) fn write_new_home(transaction: &mut Transaction, task: &Task) {
    transaction.mark(name_key(task), &[("task_id", &task.id)]);
    write_locator(transaction, task);
}

fn write_locator(transaction: &mut Transaction, task: &Task) {
    transaction.mark(
        table::task_locator(task.id),
        &[
            ("project_id", &task.project_id),
            ("entity_type_id", &task.entity_type_id),
            ("entity_id", &task.entity_id),
        ],
    );
}

fn write_assignments(transaction: &mut Transaction, task: &Task) {
    for person in &task.assignees {
        write_assignment(transaction, task, *person);
    }
}

fn write_assignment(transaction: &mut Transaction, task: &Task, person: PersonId) {
    transaction.mark(
        table::assigned(person, task.project_id, task.entity_id, task.id),
        &[("task_id", &task.id), ("entity_id", &task.entity_id)],
    );
}

/// Where a task is, by its locator.
fn located(locator: &Attributes, id: TaskId) -> Result<Key> {
    let home = (
        ProjectId(id_attribute(locator, "project_id")?),
        EntityTypeId(id_attribute(locator, "entity_type_id")?),
    );
    Ok(table::task(home, EntityId(id_attribute(locator, "entity_id")?), id))
}

impl Store {
    /// One task.
    pub async fn task_get(&self, id: TaskId) -> Result<Option<Task>> {
        Ok(self.task_stored(id).await?.map(|stored| stored.value))
    }

    async fn task_stored(&self, id: TaskId) -> Result<Option<Stored<Task>>> {
        let mut looked_at = None;
        for _ in 0..ATTEMPTS {
            let Some(item) = self.get_raw(&table::task_locator(id)).await? else { return Ok(None) };
            let key = located(&item, id)?;
            // It goes with its entity to another type: gone from here, it may be there.
            if looked_at.as_ref() == Some(&key) {
                return Ok(None);
            }
            if let Some(stored) = self.get(&key).await? {
                return Ok(Some(stored));
            }
            looked_at = Some(key);
        }
        Err(contended())
    }

    /// The tasks of one entity.
    pub async fn tasks_of(&self, entity: &Entity) -> Result<Vec<Task>> {
        self.query(Pattern::TasksOfEntity((entity.project_id, entity.entity_type_id), entity.id))
            .await
    }

    /// Keeps a new task of an entity that is there. One of its type and name → [`Error::AlreadyExists`].
    pub async fn task_create(&self, mut task: Task) -> Result<Task> {
        let mut once = Once::take();
        if let Some(created) = once.created() {
            let task = self.task_get(TaskId(created)).await?.ok_or_else(replay::gone)?;
            return self.assignees_settle(task, &[]).await;
        }
        for _ in 0..ATTEMPTS {
            // The tasks of an asset follow it to another type, with their names: only then is it known which are taken.
            self.journals_roll_forward(task.project_id).await?;
            let mut transaction = Transaction::default();
            transaction.claim(name_key(&task), &[("task_id", &task.id)]);
            transaction.create(&task)?;
            write_locator(&mut transaction, &task);
            write_assignments(&mut transaction, &task);
            let home = (task.project_id, task.entity_type_id);
            let entity_at = transaction.touch(table::entity(home, task.entity_id));
            once.write(&mut transaction, task.id.0)?;
            let outcome = self.transact(transaction).await?;
            once.require_own(&outcome)?;
            match outcome {
                Outcome::Done => return self.assignees_settle(task, &[]).await,
                Outcome::Refused(at) if at.contains(&entity_at) => {
                    let moved = self.entity_moved(task.entity_id, task.entity_type_id).await?;
                    let entity = moved.ok_or(Error::NotFound(Resource::Entity))?;
                    task.entity_type_id = entity.entity_type_id;
                }
                Outcome::Refused(_) => return Err(self.task_taken(&task).await?),
            }
        }
        Err(contended())
    }

    /// Those entities that have no task of a type and name.
    pub async fn entities_without_task(
        &self,
        entities: Vec<Entity>,
        task_type: TaskTypeId,
        name: &str,
    ) -> Result<Vec<Entity>> {
        let key = |entity: &Entity| {
            let home = (entity.project_id, entity.entity_type_id);
            table::task_name(home, entity.id, &task_type, &text::fold(name))
        };
        let taken = self.get_many_raw(entities.iter().map(key).collect()).await?;
        Ok(entities.into_iter().filter(|entity| !taken.contains_key(&key(entity))).collect())
    }

    async fn task_taken(&self, task: &Task) -> Result<Error> {
        let holder = self.get_raw(&name_key(task)).await?;
        let id = holder.as_ref().map(|item| id_attribute(item, "task_id")).transpose()?;
        Ok(Error::AlreadyExists {
            resource: Resource::Task,
            name: task.name.clone(),
            id: id.unwrap_or(task.id.0),
        })
    }

    /// Changes a task; `None` if there is none. `change` sees the task it replaces, and may be called again when somebody
    /// else was faster. One that changes nothing but the time is not written.
    pub async fn task_update(
        &self,
        id: TaskId,
        change: impl Fn(Task) -> Result<Task>,
    ) -> Result<Option<Task>> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.task_stored(id).await? else { return Ok(None) };
            let changed = change(stored.value.clone())?;
            if stored.value.is_same(&changed) {
                return Ok(Some(stored.value));
            }
            let mut transaction = Transaction::default();
            let (item_at, name_at) = write_change(&mut transaction, &stored, &changed)?;
            if name_at.is_some() {
                // The tasks of an asset follow it to another type one by one: the names are those of all of them only
                // while it is where the task is, and none is still to come.
                let entity = self.entity_stored(changed.entity_id).await?;
                self.journals_roll_forward(changed.project_id).await?;
                // With as many assignees as there may be, there is no room for it.
                if let Some(entity) = entity.filter(|_| transaction.fits_with(1)) {
                    transaction.check(&entity);
                }
            }
            match self.transact(transaction).await? {
                Outcome::Done => {
                    let task = self.assignees_settle(changed, &stored.value.assignees).await?;
                    return Ok(Some(task));
                }
                refused if refused.is_taken(name_at, item_at) => {
                    return Err(self.task_taken(&changed).await?);
                }
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }

    /// The entities of a project on which a person has a task.
    pub async fn assigned_entities(
        &self,
        person: PersonId,
        project: ProjectId,
    ) -> Result<BTreeSet<EntityId>> {
        let items = self.query_raw(Pattern::Assigned(person, project)).await?;
        items.iter().map(|item| id_attribute(item, "entity_id").map(EntityId)).collect()
    }

    /// The tasks of a project that are assigned to a person, and what they are tasks of.
    pub async fn tasks_assigned(
        &self,
        person: PersonId,
        project: ProjectId,
    ) -> Result<(Vec<Task>, HashMap<EntityId, Entity>)> {
        let items = self.query_raw(Pattern::Assigned(person, project)).await?;
        let ids = items.iter().map(|item| {
            Ok((EntityId(id_attribute(item, "entity_id")?), TaskId(id_attribute(item, "task_id")?)))
        });
        let ids = ids.collect::<Result<Vec<_>>>()?;
        let of: BTreeSet<EntityId> = ids.iter().map(|(entity, _)| *entity).collect();
        let entities = self.entities_get(&of.into_iter().collect::<Vec<_>>()).await?;
        let keys = ids.into_iter().filter_map(|(entity, task)| {
            let of = entities.get(&entity)?;
            Some(table::task((of.project_id, of.entity_type_id), entity, task))
        });
        let tasks = self.get_many::<Task>(keys.collect()).await?.into_values();
        Ok((tasks.filter(|task| task.assignees.contains(&person)).collect(), entities))
    }

    /// Whether a person has a task on an entity.
    pub async fn is_assigned(
        &self,
        person: PersonId,
        project: ProjectId,
        entity: EntityId,
    ) -> Result<bool> {
        self.has_any(Pattern::AssignedOn(person, project, entity)).await
    }

    /// Tasks by id, those that are there.
    pub async fn tasks_get(&self, ids: &[TaskId]) -> Result<HashMap<TaskId, Task>> {
        let (mut wanted, mut found) = (ids.to_vec(), HashMap::new());
        // Those that are not where they were said to be are looked for once more, as one task is.
        for _ in 0..2 {
            let at: HashMap<Key, TaskId> =
                wanted.iter().map(|id| (table::task_locator(*id), *id)).collect();
            let locators = self.get_many_raw(at.keys().cloned().collect()).await?;
            let keys = locators.iter().filter_map(|(key, item)| Some((item, *at.get(key)?)));
            let keys = keys.map(|(item, id)| located(item, id)).collect::<Result<Vec<_>>>()?;
            let (there, count) = (self.get_many::<Task>(keys).await?, locators.len());
            let is_whole = there.len() == count;
            found.extend(there.into_values().map(|task| (task.id, task)));
            if is_whole {
                break;
            }
            wanted.retain(|id| !found.contains_key(id));
        }
        Ok(found)
    }
}

/// The writes of a changed task; tells where the claim of a new name is.
fn write_change(
    transaction: &mut Transaction,
    stored: &Stored<Task>,
    changed: &Task,
) -> Result<(WriteIndex, Option<WriteIndex>)> {
    let old = &stored.value;
    debug_assert_eq!(old.key(), changed.key());
    let item_at = transaction.replace(stored, changed)?;
    for person in old.assignees.iter().filter(|person| !changed.assignees.contains(person)) {
        transaction.clear(table::assigned(*person, old.project_id, old.entity_id, old.id));
    }
    for person in changed.assignees.iter().filter(|person| !old.assignees.contains(person)) {
        write_assignment(transaction, changed, *person);
    }
    if name_key(old) == name_key(changed) {
        return Ok((item_at, None));
    }
    transaction.clear(name_key(old));
    let name_at = transaction.claim(name_key(changed), &[("task_id", &changed.id)]);
    Ok((item_at, Some(name_at)))
}
