//! The way into a project: past the journals that are open in it, as whoever the membership says.

use std::collections::HashMap;

use model::project::Membership;
use model::{Entity, EntityId, PersonId, Project, ProjectId, Result};

use super::ProjectItem;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::Locator;
use crate::item::{Attributes, Item, decode};
use crate::table::{self, Key};

/// What is asked for: a project, somebody's membership of it and, if it is for the sake of one, an entity of it.
#[derive(Clone, Copy, Debug)]
pub struct Visit {
    project: ProjectId,
    person: PersonId,
    entity: Option<(EntityId, Locator)>,
}

impl Visit {
    /// Of a project.
    pub fn of_project(project: ProjectId, person: PersonId) -> Self {
        Self { project, person, entity: None }
    }

    /// Of the project of an entity, and of the entity where it was last known to be.
    pub fn of_entity(id: EntityId, at: Locator, person: PersonId) -> Self {
        Self { entity: Some((id, at)), ..Self::of_project(at.project_id, person) }
    }

    /// Of which project.
    pub fn project(&self) -> ProjectId {
        self.project
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        [self.project_key(), self.membership_key()].into_iter().chain(self.entity_key())
    }

    fn project_key(&self) -> Key {
        table::project(self.project)
    }

    fn membership_key(&self) -> Key {
        table::team(self.project, self.person)
    }

    fn entity_key(&self) -> Option<Key> {
        self.entity.map(|(id, at)| table::entity(at.home(), id))
    }
}

/// What a [`Visit`] asks for, as it was read.
#[derive(Clone, Debug)]
pub struct Entrance {
    visit: Visit,
    item: Option<ProjectItem>,
    membership: Option<Membership>,
    entity: Option<Entity>,
}

impl Entrance {
    /// Of which project.
    pub fn project(&self) -> ProjectId {
        self.visit.project
    }
}

/// A project that was entered.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The project.
    pub project: Project,
    /// The membership of the person who enters.
    pub membership: Option<Membership>,
    /// The entity that was asked for, if it was where it was last known to be.
    pub entity: Option<Entity>,
}

impl Store {
    /// Enters a project, in one call; `None` if there is no such project. What an open journal has left to do is done
    /// first.
    pub async fn project_visit(&self, visit: Visit) -> Result<Option<Entered>> {
        self.project_enter(self.entrance(visit).await?).await
    }

    /// As [`Store::project_visit`], with what was read before.
    pub async fn project_enter(&self, mut read: Entrance) -> Result<Option<Entered>> {
        for _ in 0..ATTEMPTS {
            let Some(item) = read.item.filter(|item| !item.is_leaving) else { return Ok(None) };
            if item.journals.is_empty() {
                let Entrance { membership, entity, .. } = read;
                return Ok(Some(Entered { project: item.project, membership, entity }));
            }
            // Rarely needed, and large: on the heap, where not every request holds it.
            Box::pin(self.journals_complete(item.journals)).await?;
            read = self.entrance(read.visit).await?;
        }
        Err(contended())
    }

    async fn entrance(&self, visit: Visit) -> Result<Entrance> {
        let mut items = self.get_many_raw(visit.keys().collect()).await?;
        self.entrance_of(visit, &mut items)
    }

    /// Takes what a visit asks for out of the items at its keys.
    pub(crate) fn entrance_of(
        &self,
        visit: Visit,
        items: &mut HashMap<Key, Attributes>,
    ) -> Result<Entrance> {
        let item = taken::<ProjectItem>(items, &visit.project_key())?;
        let membership = taken::<Membership>(items, &visit.membership_key())?;
        let entity = match visit.entity_key() {
            Some(key) => taken::<Entity>(items, &key)?,
            None => None,
        };
        if let (Some((id, _)), None) = (visit.entity, &entity) {
            self.known.forget(id);
        }
        Ok(Entrance { visit, item, membership, entity })
    }
}

fn taken<T: Item>(items: &mut HashMap<Key, Attributes>, key: &Key) -> Result<Option<T>> {
    Ok(items.remove(key).map(decode::<T>).transpose()?.map(|stored| stored.value))
}
