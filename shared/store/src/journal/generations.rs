//! [`Generations`]: changes by chunks come one after the other.
//!
//! A change that needs several transactions is decided on more items than its commit can check. If two were decided on the
//! same state, their chunks would mix. So each production counts such changes; one commits only if the count is still what it
//! was when it was decided. Of very many productions, those that the commit does not name are neither checked nor counted.

use std::collections::HashMap;

use model::{ProjectId, Result};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::item::decode;
use crate::project::ProjectItem;
use crate::table;

/// How many changes by chunks there were in productions when a change was decided on, all of them complete.
#[derive(Debug, Default)]
pub(crate) struct Generations(HashMap<ProjectId, u64>);

impl Generations {
    /// Whether all these productions were looked at.
    pub(crate) fn include(&self, projects: &[ProjectId]) -> bool {
        projects.iter().all(|project| self.0.contains_key(project))
    }

    /// Whether none has been committed in this production since.
    pub(super) fn is_that_of(&self, item: &ProjectItem) -> bool {
        self.0.get(&item.project.id) == Some(&item.generation)
    }
}

impl Store {
    /// The generations of productions, once all that is open in them is complete. What is to be committed with them has to be
    /// decided on what is read after this.
    pub(crate) async fn generations(&self, projects: &[ProjectId]) -> Result<Generations> {
        for _ in 0..ATTEMPTS {
            let keys = projects.iter().map(|project| table::project(*project)).collect();
            // One that is gone has no items that could change.
            let mut generations: HashMap<_, _> = projects.iter().map(|id| (*id, 0)).collect();
            let mut open = Vec::new();
            for item in self.get_many_raw(keys).await?.into_values() {
                let item = decode::<ProjectItem>(item)?.value;
                generations.insert(item.project.id, item.generation);
                open.extend(item.journals);
            }
            if open.is_empty() {
                return Ok(Generations(generations));
            }
            open.sort_unstable();
            open.dedup();
            self.journals_complete(open).await?;
        }
        Err(contended())
    }
}
