//! [`Chunk`]: steps of a change that are written down, to be applied together.

use model::{EntityId, JournalId, PersonId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::runs::written_by_all;
use crate::casting::CastStep;
use crate::item::Item;
use crate::table::{self, Key};

/// Steps that belong together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Steps {
    /// Links to be set or removed.
    Cast(Vec<CastStep>),
    /// Assets to be shared, or not any more.
    Share { assets: Vec<EntityId>, is_shared: bool, at: Timestamp },
    /// Persons who come into the team of one project.
    Join { project: ProjectId, persons: Vec<PersonId> },
}

impl Steps {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Cast(steps) => steps.len(),
            Self::Share { assets, .. } => assets.len(),
            Self::Join { persons, .. } => persons.len(),
        }
    }

    /// The items that all of these steps write: of casting an asset or an entity or both, of new members their project.
    pub(super) fn written_by_all(&self) -> Vec<Uuid> {
        match self {
            Self::Cast(steps) => written_by_all(steps),
            Self::Share { .. } => Vec::new(),
            Self::Join { project, .. } => vec![project.0],
        }
    }
}

/// Steps that are applied together, by transactions each of which also deletes those it applies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chunk {
    pub(crate) journal: JournalId,
    pub(super) number: usize,
    pub(super) steps: Steps,
    /// Tells chunks whose journal never began from those of one that may still.
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
}

impl Item for Chunk {
    const TYPE: &'static str = "Chunk";
    fn key(&self) -> Key {
        table::chunk(self.journal, self.number)
    }
}

#[cfg(test)]
impl Chunk {
    /// One without steps.
    pub(crate) fn empty(journal: JournalId) -> Self {
        Self { journal, number: 0, steps: Steps::Cast(Vec::new()), created_at: None }
    }
}
