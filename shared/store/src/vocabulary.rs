//! The studio's vocabulary: entity types, task types, task statuses, project statuses, departments.
//!
//! All five behave alike: few items, one range a kind, unique names decided by the store. They lie side by side in one
//! partition, so that what needs several kinds reads them at once: [`Store::words`].

mod kinds;

use model::vocabulary::{EntityType, ProjectStatus, TaskStatus, TaskType};
use model::{Error, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::kinds::{SortsLast, Vocabulary};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::id_attribute;
use crate::item::{Item, decode, key_of};
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction, WriteIndex};

/// The last word that became the default of its kind. Whoever makes one the default writes this, provided it is as it was
/// before the others were read: two who do so at once would not meet otherwise, where there is no default yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DefaultHolder {
    kind: String,
    taken_by: Uuid,
}

impl Item for DefaultHolder {
    const TYPE: &'static str = "Place";
    fn key(&self) -> Key {
        table::vocabulary_place(&self.kind)
    }
}

fn name_key<T: Vocabulary>(one: &T) -> Key {
    table::vocabulary_name(T::KIND, &one.unique())
}

/// Of which kind the word with a key is.
pub(crate) fn kind_at(key: &Key) -> Option<&str> {
    key.sk.split('#').nth(1)
}

/// Adds a new one and the claim of its name; tells where the claim is.
pub(crate) fn write_new<T: Vocabulary>(
    transaction: &mut Transaction,
    one: &T,
) -> Result<WriteIndex> {
    transaction.create(one)?;
    Ok(write_name(transaction, one))
}

/// Claims a name; tells where the claim is.
pub(crate) fn write_name<T: Vocabulary>(transaction: &mut Transaction, one: &T) -> WriteIndex {
    transaction.claim(name_key(one), &[("id", &one.id())])
}

/// All kinds but departments, each ordered by id.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the kinds")]
pub struct Words {
    pub entity_types: Vec<EntityType>,
    pub project_statuses: Vec<ProjectStatus>,
    pub task_types: Vec<TaskType>,
    pub task_statuses: Vec<TaskStatus>,
}

impl Store {
    /// All of a kind, ordered by id.
    pub async fn vocabulary_list<T: Vocabulary>(&self) -> Result<Vec<T>> {
        self.query(Pattern::Vocabulary(T::KIND, T::KIND)).await
    }

    /// What projects, entities and tasks are named by: one call.
    pub async fn words(&self) -> Result<Words> {
        let range = Pattern::Vocabulary(EntityType::KIND, TaskType::KIND);
        let mut words = Words::default();
        for item in self.query_raw(range).await? {
            let key = key_of(&item);
            match key.as_ref().and_then(kind_at) {
                Some(EntityType::KIND) => words.entity_types.push(decode(item)?.value),
                Some(TaskType::KIND) => words.task_types.push(decode(item)?.value),
                Some(TaskStatus::KIND) => words.task_statuses.push(decode(item)?.value),
                Some(ProjectStatus::KIND) => words.project_statuses.push(decode(item)?.value),
                _ => {}
            }
        }
        Ok(words)
    }

    /// One of a kind.
    pub async fn vocabulary_get<T: Vocabulary>(&self, id: T::Id) -> Result<Option<T>> {
        Ok(self.get(&table::vocabulary(T::KIND, &id)).await?.map(|stored| stored.value))
    }

    /// One of a kind, or [`Error::NotFound`].
    pub async fn vocabulary_require<T: Vocabulary>(&self, id: T::Id) -> Result<T> {
        self.vocabulary_get(id).await?.ok_or(Error::NotFound(T::RESOURCE))
    }

    /// Keeps a new one; its name must be free.
    pub async fn vocabulary_create<T: Vocabulary>(&self, one: T) -> Result<T> {
        for _ in 0..ATTEMPTS {
            let mut transaction = Transaction::default();
            let name_at = write_new(&mut transaction, &one)?;
            self.take_default(&mut transaction, &one).await?;
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(one),
                Outcome::Refused(at) if at.contains(&name_at) => {
                    return Err(self.vocabulary_taken(&one).await?);
                }
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }

    /// If this one takes the default, takes it from the others, provided that no other has taken it meanwhile. Whether any
    /// other had it.
    async fn take_default<T: Vocabulary>(
        &self,
        transaction: &mut Transaction,
        one: &T,
    ) -> Result<bool> {
        if !one.takes_default() {
            return Ok(false);
        }
        let taking = DefaultHolder { kind: T::KIND.to_owned(), taken_by: one.id().into() };
        match self.get::<DefaultHolder>(&taking.key()).await? {
            Some(before) => transaction.replace(&before, &taking)?,
            None => transaction.create(&taking)?,
        };
        let mut any = false;
        for item in self.query_raw(Pattern::Vocabulary(T::KIND, T::KIND)).await? {
            let other = decode::<T>(item)?;
            if let Some(changed) = one.default_taken_from(&other.value) {
                transaction.replace(&other, &changed)?;
                any = true;
            }
        }
        Ok(any)
    }

    /// Changes one: `change` may be called again when somebody else was faster. If it stays as it is, and no other has to
    /// give way to it, nothing is written.
    pub async fn vocabulary_update<T: Vocabulary>(
        &self,
        id: T::Id,
        change: impl Fn(T) -> T,
    ) -> Result<T> {
        let key = table::vocabulary(T::KIND, &id);
        for _ in 0..ATTEMPTS {
            let stored = self.get::<T>(&key).await?.ok_or(Error::NotFound(T::RESOURCE))?;
            let changed = change(stored.value.clone());
            let mut transaction = Transaction::default();
            let displaces = self.take_default(&mut transaction, &changed).await?;
            if stored.value.is_same(&changed) && !displaces {
                return Ok(stored.value);
            }
            let item_at = transaction.replace(&stored, &changed)?;
            let (old_name, new_name) = (name_key(&stored.value), name_key(&changed));
            let mut name_at = None;
            if old_name != new_name {
                transaction.clear(old_name);
                name_at = Some(transaction.claim(new_name, &[("id", &id)]));
            }
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(changed),
                refused if refused.is_taken(name_at, item_at) => {
                    return Err(self.vocabulary_taken(&changed).await?);
                }
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }

    /// Deletes one and frees its name.
    pub async fn vocabulary_delete<T: Vocabulary>(&self, id: T::Id) -> Result<()> {
        let key = table::vocabulary(T::KIND, &id);
        for _ in 0..ATTEMPTS {
            let stored = self.get::<T>(&key).await?.ok_or(Error::NotFound(T::RESOURCE))?;
            let mut transaction = Transaction::default();
            transaction.remove(&stored);
            transaction.clear(name_key(&stored.value));
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(());
            }
        }
        Err(contended())
    }

    async fn vocabulary_taken<T: Vocabulary>(&self, one: &T) -> Result<Error> {
        let holder = self.get_raw(&name_key(one)).await?;
        let id = holder.as_ref().map(|item| id_attribute(item, "id")).transpose()?;
        Ok(Error::AlreadyExists {
            resource: T::RESOURCE,
            name: one.name().to_owned(),
            id: id.unwrap_or_else(|| one.id().into()),
        })
    }
}
