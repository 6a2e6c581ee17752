//! [`Open`]: a note of work that is begun and not completed, so that a sweep need not look for it.
//!
//! All notes are in one partition, which is empty as a rule: to read it costs one unit. A note is written with, or
//! before, the first write of the work, and is deleted with its last one or by the sweep.

use std::fmt::Display;

use model::{EntityId, JournalId, PersonId, ProjectId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::item::Item;
use crate::table::{self, Key};

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Work {
    /// A journal, or chunks that are being written for one.
    Journal,
    /// The deletion of a project.
    Project,
    /// The deletion of a person.
    Person,
    /// The deletion of an entity that holds others.
    Entity,
    /// The deletion of a task with more comments than one transaction deletes.
    Task,
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Journal => "JOURNAL",
            Self::Project => "PROJECT",
            Self::Person => "PERSON",
            Self::Entity => "ENTITY",
            Self::Task => "TASK",
        }
    }

    /// Where the note of a piece of work is.
    pub(crate) fn key(self, id: impl Display) -> Key {
        table::open(self.name(), &id)
    }
}

/// A note of open work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) work: Work,
    id: Uuid,
    pub(crate) created_at: Timestamp,
}

impl Item for Open {
    const TYPE: &'static str = "Open";
    fn key(&self) -> Key {
        self.work.key(self.id)
    }
}

impl Open {
    pub(crate) fn journal(id: JournalId, created_at: Timestamp) -> Self {
        Self { work: Work::Journal, id: id.0, created_at }
    }

    pub(crate) fn project(id: ProjectId, created_at: Timestamp) -> Self {
        Self { work: Work::Project, id: id.0, created_at }
    }

    pub(crate) fn person(id: PersonId, created_at: Timestamp) -> Self {
        Self { work: Work::Person, id: id.0, created_at }
    }

    pub(crate) fn entity(id: EntityId, created_at: Timestamp) -> Self {
        Self { work: Work::Entity, id: id.0, created_at }
    }

    pub(crate) fn task(id: TaskId, created_at: Timestamp) -> Self {
        Self { work: Work::Task, id: id.0, created_at }
    }

    /// The id, if the work is of this kind.
    pub(crate) fn id_of(&self, work: Work) -> Option<Uuid> {
        (self.work == work).then_some(self.id)
    }
}
