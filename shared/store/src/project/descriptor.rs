//! Metadata descriptors: what a project declares of its entities. Of one kind of entity no two have the same key in
//! `data`, and no two the same title: the store decides, as of every name.

use model::descriptor::{DESCRIPTORS_MAX, Descriptor};
use model::{DescriptorId, Error, ProjectId, Resource, Result, text};

use crate::change::{ATTEMPTS, Dated as _, contended};
use crate::client::Store;
use crate::entity::id_attribute;
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction, WriteIndex};

fn key_key(descriptor: &Descriptor) -> Key {
    let Descriptor { project_id, entity_type, field_name, .. } = descriptor;
    table::descriptor_key(*project_id, entity_type, field_name)
}

fn title_key(descriptor: &Descriptor) -> Key {
    let Descriptor { project_id, entity_type, name, .. } = descriptor;
    table::descriptor_title(*project_id, entity_type, &text::fold(name))
}

fn claim(transaction: &mut Transaction, key: Key, descriptor: &Descriptor) -> WriteIndex {
    transaction.claim(key, &[("descriptor_id", &descriptor.id)])
}

/// Claims the key and the title of a descriptor; tells where.
pub(crate) fn write_names(
    transaction: &mut Transaction,
    descriptor: &Descriptor,
) -> [WriteIndex; 2] {
    [key_key(descriptor), title_key(descriptor)].map(|key| claim(transaction, key, descriptor))
}

impl Store {
    /// The metadata descriptors of a project.
    pub async fn descriptors_of(&self, project: ProjectId) -> Result<Vec<Descriptor>> {
        self.query(Pattern::Descriptors(project)).await
    }

    /// Keeps a new descriptor of a project that is there. Its key and its title must be free.
    ///
    /// A project has at most [`DESCRIPTORS_MAX`], and as many more as are created at the very moment it gets the last one:
    /// they are counted before the new one is written. A counter would cost a write each time to be exact.
    pub async fn descriptor_create(&self, descriptor: Descriptor) -> Result<Descriptor> {
        let there = self.query_raw(Pattern::Descriptors(descriptor.project_id)).await?;
        if there.len() >= DESCRIPTORS_MAX {
            let message = format!("leads to more than {DESCRIPTORS_MAX} of a project");
            return Err(Error::invalid("name", message));
        }
        let mut transaction = Transaction::default();
        let project_at = transaction.require(table::project(descriptor.project_id));
        transaction.create(&descriptor)?;
        let names_at = write_names(&mut transaction, &descriptor);
        match self.transact(transaction).await? {
            Outcome::Done => Ok(descriptor),
            Outcome::Refused(at) if at.contains(&project_at) => {
                Err(Error::NotFound(Resource::Project))
            }
            Outcome::Refused(at) if names_at.iter().any(|name| at.contains(name)) => {
                Err(self.descriptor_taken(&descriptor).await?)
            }
            Outcome::Refused(_) => Err(Error::internal("a fresh descriptor id is taken")),
        }
    }

    async fn descriptor_taken(&self, descriptor: &Descriptor) -> Result<Error> {
        let holders = self.get_many_raw(vec![key_key(descriptor), title_key(descriptor)]).await?;
        let ids = holders.values().map(|item| id_attribute(item, "descriptor_id"));
        let ids = ids.collect::<Result<Vec<_>>>()?;
        let (resource, name) = (Resource::MetadataDescriptor, descriptor.name.clone());
        // Of a change, the key is its own.
        let other = ids.into_iter().find(|id| *id != descriptor.id.0);
        Ok(Error::AlreadyExists { resource, name, id: other.unwrap_or(descriptor.id.0) })
    }

    /// Changes a descriptor, whose new title must be free; `None` if there is none. `change` may be called again when
    /// somebody else was faster.
    pub async fn descriptor_update(
        &self,
        project: ProjectId,
        id: DescriptorId,
        change: impl Fn(Descriptor) -> Descriptor,
    ) -> Result<Option<Descriptor>> {
        for _ in 0..ATTEMPTS {
            let stored = self.get::<Descriptor>(&table::descriptor(project, &id)).await?;
            let Some(stored) = stored else { return Ok(None) };
            let changed = change(stored.value.clone());
            debug_assert_eq!(key_key(&stored.value), key_key(&changed));
            if stored.value.is_same(&changed) {
                return Ok(Some(stored.value));
            }
            let mut transaction = Transaction::default();
            let item_at = transaction.replace(&stored, &changed)?;
            let (old_title, new_title) = (title_key(&stored.value), title_key(&changed));
            let mut title_at = None;
            if old_title != new_title {
                transaction.clear(old_title);
                title_at = Some(claim(&mut transaction, new_title, &changed));
            }
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(Some(changed)),
                refused if refused.is_taken(title_at, item_at) => {
                    return Err(self.descriptor_taken(&changed).await?);
                }
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }

    /// Deletes a descriptor, whose key and title are free then; values under its key in `data` stay. `false` if there is
    /// none.
    pub async fn descriptor_delete(&self, project: ProjectId, id: DescriptorId) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let stored = self.get::<Descriptor>(&table::descriptor(project, &id)).await?;
            let Some(stored) = stored else { return Ok(false) };
            let mut transaction = Transaction::default();
            transaction.remove(&stored);
            transaction.clear(key_key(&stored.value));
            transaction.clear(title_key(&stored.value));
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(true);
            }
        }
        Err(contended())
    }
}
