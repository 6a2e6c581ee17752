//! What a process remembers of the table between requests.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use model::{EntityId, EntityTypeId, ProjectId};

use crate::entity::Locator;

/// Where entities are kept, and which types projects have had entities of. An entry that turns out to be out of date is
/// forgotten and read again.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    locators: Mutex<HashMap<EntityId, Locator>>,
    types_used: Mutex<HashSet<(ProjectId, EntityTypeId)>>,
}

/// Entries kept before a cache starts anew: some 10 MB at most.
const CACHE_MAX: usize = 50_000;

impl Cache {
    pub(crate) fn locator(&self, id: EntityId) -> Option<Locator> {
        self.locators.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
    }

    pub(crate) fn remember(&self, id: EntityId, locator: Locator) {
        let mut locators = self.locators.lock().unwrap_or_else(PoisonError::into_inner);
        if locators.len() >= CACHE_MAX {
            locators.clear();
        }
        locators.insert(id, locator);
    }

    pub(crate) fn forget(&self, id: EntityId) {
        self.locators.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    pub(crate) fn is_type_used(&self, project: ProjectId, entity_type: EntityTypeId) -> bool {
        self.types_used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&(project, entity_type))
    }

    pub(crate) fn forget_type_used(&self, project: ProjectId, entity_type: EntityTypeId) {
        let mut types_used = self.types_used.lock().unwrap_or_else(PoisonError::into_inner);
        types_used.remove(&(project, entity_type));
    }

    pub(crate) fn remember_type_used(&self, project: ProjectId, entity_type: EntityTypeId) {
        let mut types_used = self.types_used.lock().unwrap_or_else(PoisonError::into_inner);
        if types_used.len() >= CACHE_MAX {
            types_used.clear();
        }
        types_used.insert((project, entity_type));
    }

    pub(crate) fn clear(&self) {
        self.locators.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.types_used.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
