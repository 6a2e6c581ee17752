//! The way into a project: past the journals that are open in it, as whoever the membership says.

use std::collections::HashMap;

use model::project::Membership;
use model::{Entity, EntityId, PersonId, Project, ProjectId, Result, Task, TaskId};

use super::ProjectItem;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::Locator;
use crate::item::{Attributes, Item, decode};
use crate::table::{self, Key};
use crate::task::TaskLocator;
use crate::work::concurrently;

/// What is asked for: a project, somebody's membership of it and what in it the visit is for.
#[derive(Clone, Copy, Debug)]
pub struct Visit {
    project: ProjectId,
    person: PersonId,
    to: Option<To>,
}

/// What a visit is for, and where it was last known to be.
#[derive(Clone, Copy, Debug)]
enum To {
    Entity(EntityId, Locator),
    Task(TaskId, TaskLocator),
}

impl To {
    fn key(self) -> Key {
        match self {
            Self::Entity(id, at) => table::entity(at.home(), id),
            Self::Task(id, at) => at.key(id),
        }
    }
}

impl Visit {
    /// Of a project.
    pub fn of_project(project: ProjectId, person: PersonId) -> Self {
        Self { project, person, to: None }
    }

    /// Of the project of an entity, and of the entity where it was last known to be.
    pub fn of_entity(id: EntityId, at: Locator, person: PersonId) -> Self {
        Self { to: Some(To::Entity(id, at)), ..Self::of_project(at.project_id, person) }
    }

    /// Of the project of a task, and of the task where it was last known to be.
    pub fn of_task(id: TaskId, at: TaskLocator, person: PersonId) -> Self {
        Self { to: Some(To::Task(id, at)), ..Self::of_project(at.project_id, person) }
    }

    /// Of which project.
    pub fn project(&self) -> ProjectId {
        self.project
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        [self.project_key(), self.membership_key()].into_iter().chain(self.to.map(To::key))
    }

    fn project_key(&self) -> Key {
        table::project(self.project)
    }

    fn membership_key(&self) -> Key {
        table::team(self.project, self.person)
    }
}

/// What a [`Visit`] asks for, as it was read.
#[derive(Clone, Debug)]
pub struct Entrance {
    visit: Visit,
    item: Option<ProjectItem>,
    membership: Option<Membership>,
    found: Option<Found>,
}

/// What a visit was for, as it was found where it was last known to be.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the two kinds of `Visit`")]
pub enum Found {
    Entity(Box<Entity>),
    Task(Box<Task>),
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
    /// What the visit was for, if it was where it was last known to be.
    pub found: Option<Found>,
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
                let Entrance { membership, found, .. } = read;
                return Ok(Some(Entered { project: item.project, membership, found }));
            }
            // Rarely needed, and large: on the heap, where not every request holds it.
            Box::pin(self.journals_complete(item.journals)).await?;
            read = self.entrance(read.visit).await?;
        }
        Err(contended())
    }

    /// Enters projects as [`Store::project_visit`] enters one, a hundred items a call: those that are there.
    pub async fn projects_visit(
        &self,
        ids: &[ProjectId],
        person: PersonId,
    ) -> Result<Vec<Entered>> {
        let visits: Vec<Visit> = ids.iter().map(|id| Visit::of_project(*id, person)).collect();
        let mut items = self.get_many_raw(visits.iter().flat_map(Visit::keys).collect()).await?;
        let read = visits.iter().map(|visit| self.entrance_of(*visit, &mut items));
        let read = read.collect::<Result<Vec<Entrance>>>()?;
        let entered = read.into_iter().map(|read| async { Ok(self.project_enter(read).await) });
        let mut there = Vec::new();
        for (visit, entered) in visits.into_iter().zip(concurrently(entered).await?) {
            let entered: Result<Option<Entered>> = entered;
            there.extend(match entered {
                Ok(entered) => entered,
                // Its journal may have met what that of another project had left to do, which is done now.
                Err(_) => self.project_visit(visit).await?,
            });
        }
        Ok(there)
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
        let found = match visit.to {
            Some(to @ To::Entity(id, _)) => {
                let entity = taken::<Entity>(items, &to.key())?;
                if entity.is_none() {
                    self.cache.forget(id);
                }
                entity.map(|entity| Found::Entity(entity.into()))
            }
            Some(to @ To::Task(..)) => {
                taken::<Task>(items, &to.key())?.map(|task| Found::Task(task.into()))
            }
            None => None,
        };
        Ok(Entrance { visit, item, membership, found })
    }
}

fn taken<T: Item>(items: &mut HashMap<Key, Attributes>, key: &Key) -> Result<Option<T>> {
    Ok(items.remove(key).map(decode::<T>).transpose()?.map(|stored| stored.value))
}
