//! All that a sweep does, and then a look at the whole table.

use std::time::Duration;

use model::Result;

use crate::check::Violation;
use crate::client::Store;

/// A repair is not in a hurry.
const UNLIMITED: Duration = Duration::from_hours(24);

impl Store {
    /// Completes all that is open, clears what was never begun, and tells what is wrong then. Safe while
    /// others write.
    pub async fn repair(&self) -> Result<Vec<Violation>> {
        self.sweep(UNLIMITED).await?;
        // What no note leads to.
        for pending in self.check().await? {
            match pending {
                Violation::Open { journal } => self.journal_roll_forward(journal).await?,
                Violation::Leaving { project } => self.project_complete(project).await?,
                Violation::Uncommitted { journal, .. } => self.chunks_clear(journal).await?,
                _ => {}
            }
        }
        self.check().await
    }
}
