//! Deleting a project: it is gone for everybody with the first write, and what is in it after that.

use model::vocabulary::{EntityType, ProjectStatus};
use model::{EntityId, EntityKind, EntityTypeId, Error, PersonId, Project, ProjectId, Result};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::Condemned;
use crate::item::key_of;
use crate::open::Open;
use crate::project::{ProjectItem, name_key};
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction};

impl Store {
    /// Deletes a project that is closed and everything in it; `false` if there is none. It is gone for everybody with the
    /// first write; a deletion that broke off is completed by the next call, or by a sweep.
    pub async fn project_delete(
        &self,
        id: ProjectId,
        by: impl Into<Option<PersonId>>,
    ) -> Result<bool> {
        let by = by.into();
        if self.project_leave(id).await?.is_none() {
            return Ok(false);
        }
        let types = self.types_marked(id).await?;
        self.project_clear(id, &types, by).await?;
        self.project_end(id).await?;
        Ok(true)
    }

    /// Completes a deletion that broke off, and takes along what was still written into the project meanwhile.
    /// One that is there and is not being deleted is left alone.
    pub(crate) async fn project_complete(&self, id: ProjectId) -> Result<()> {
        let item = self.get::<ProjectItem>(&table::project(id)).await?;
        if item.is_some_and(|stored| !stored.value.is_leaving) {
            return Ok(());
        }
        // Of every type: the marks of those in use may be gone already, and so may a type that nobody else used.
        let types = self.vocabulary_list::<EntityType>().await?;
        let mut types: Vec<EntityTypeId> = types.iter().map(|it| it.id).collect();
        types.extend(self.types_marked(id).await?);
        types.sort_unstable();
        types.dedup();
        self.project_clear(id, &types, None).await?;
        self.project_end(id).await
    }

    /// Deletes everything in a project but the project itself.
    async fn project_clear(
        &self,
        id: ProjectId,
        types: &[EntityTypeId],
        by: Option<PersonId>,
    ) -> Result<()> {
        // Assets first: with them go most links, at which the others would meet.
        let mut types = types.to_vec();
        types.sort_by_key(|id| EntityKind::of_type(*id));
        for entity_type in &types {
            let entities = self.entities_of_type(id, *entity_type).await?;
            let ids: Vec<EntityId> = entities.iter().map(|entity| entity.id).collect();
            self.entities_remove(&ids, Condemned::All, by).await?;
        }
        for member in self.team_of(id).await? {
            self.team_remove(id, member.person_id).await?;
        }
        let items = self.query_raw(Pattern::AllOfProject(id)).await?;
        let keys: Vec<Key> =
            items.iter().filter_map(key_of).filter(|key| *key != table::project(id)).collect();
        self.clear_all(&keys).await
    }

    /// Deletes the project's own item, the last of it.
    async fn project_end(&self, id: ProjectId) -> Result<()> {
        for _ in 0..ATTEMPTS {
            // A journal of it that were left would be found by nobody.
            self.journals_roll_forward(id).await?;
            let Some(stored) = self.get::<ProjectItem>(&table::project(id)).await? else {
                return Ok(());
            };
            let mut transaction = Transaction::default();
            transaction.remove(&stored);
            if stored.value.journals.is_empty()
                && self.transact(transaction).await? == Outcome::Done
            {
                return Ok(());
            }
        }
        Err(contended())
    }

    async fn project_leave(&self, id: ProjectId) -> Result<Option<Project>> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.get::<ProjectItem>(&table::project(id)).await? else {
                return Ok(None);
            };
            let project = stored.value.project.clone();
            if stored.value.is_leaving {
                return Ok(Some(project));
            }
            if project.project_status_id == ProjectStatus::OPEN {
                return Err(Error::invalid(
                    "project_status_id",
                    "must be that of a closed project",
                ));
            }
            let mut transaction = Transaction::default();
            transaction
                .replace(&stored, &ProjectItem { is_leaving: true, ..stored.value.clone() })?;
            transaction.clear(table::in_projects(id));
            transaction.clear(name_key(&project));
            transaction.put(&Open::project(id, self.now()))?;
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(Some(project));
            }
        }
        Err(contended())
    }
}
