//! Tells that a change was completed by somebody else than its writer.

use model::Timestamp;

use crate::client::Store;
use crate::journal::Journal;

/// What a change that its writer left open is told under: an alarm waits for it.
pub const LEFT_OPEN: &str = "tanuki::left_open";

/// Seconds after which whoever opened a journal is not at work on it any more: a function is stopped at 28.
const AT_WORK_SECONDS: i64 = 30;

impl Store {
    /// Tells in the log that a journal was found open. Readers meet changes that are just being made, and help;
    /// one that is older than any request was left open by a crash, and that is worth an alarm. Tells whether somebody may
    /// be at work on it.
    pub(crate) fn journal_found_open(&self, journal: &Journal) -> bool {
        let Journal { id, opened_at, .. } = journal;
        let age_seconds = opened_at.map(|opened_at| age(opened_at, self.now()));
        match age_seconds {
            Some(age_seconds) if age_seconds <= AT_WORK_SECONDS => {
                tracing::debug!(journal = %id, age_seconds, "a change at work is completed by a reader");
                true
            }
            _ => {
                tracing::warn!(
                    target: LEFT_OPEN, table = &*self.table, journal = %id, age_seconds, open_journal = 1,
                    "a change that its writer left open is completed"
                );
                false
            }
        }
    }
}

fn age(opened_at: Timestamp, now: Timestamp) -> i64 {
    now.unix() - opened_at.unix()
}
