//! Completing what a crash left open, without waiting for the next request that would.

use model::{JournalId, ProjectId, Result};

use crate::check::Violation;
use crate::client::Store;
use crate::item::{decode, key_of};
use crate::journal::Chunk;
use crate::project::ProjectItem;
use crate::table::{self, Key, Pattern};

/// Seconds after which chunks without a journal are litter: no request lives that long.
const UNCOMMITTED_SECONDS: i64 = 3600;

impl Store {
    /// Completes the open journals of all projects, as the next request of each would; how many there were.
    pub async fn journals_complete(&self) -> Result<usize> {
        let ids: Vec<ProjectId> =
            self.project_list().await?.iter().map(|project| project.id).collect();
        let keys = ids.iter().map(|id| table::project(*id)).collect();
        let items = self.get_many::<ProjectItem>(keys).await?;
        let mut open: Vec<JournalId> = items.into_values().flat_map(|item| item.journals).collect();
        open.sort_unstable();
        open.dedup();
        for journal in &open {
            self.journal_roll_forward(*journal).await?;
        }
        Ok(open.len())
    }

    /// Completes all that is open, clears what was never begun, and tells what is wrong then. Safe while
    /// others write.
    pub async fn repair(&self) -> Result<Vec<Violation>> {
        self.journals_complete().await?;
        // What no project of the list leads to.
        for pending in self.check().await? {
            match pending {
                Violation::Open { journal } => self.journal_roll_forward(journal).await?,
                Violation::Leaving { project } => drop(self.project_delete(project, None).await?),
                Violation::Uncommitted { journal, .. } => self.chunks_clear(journal).await?,
                _ => {}
            }
        }
        self.check().await
    }

    /// Deletes the chunks of a journal that never began, unless it may still begin.
    async fn chunks_clear(&self, journal: JournalId) -> Result<()> {
        let latest = self.now().unix() - UNCOMMITTED_SECONDS;
        let mut keys: Vec<Key> = Vec::new();
        for item in self.query_raw(Pattern::Chunks(journal)).await? {
            keys.extend(key_of(&item));
            if decode::<Chunk>(item)?.value.created_at.is_none_or(|at| at.unix() > latest) {
                return Ok(());
            }
        }
        self.clear_all(&keys).await
    }
}
