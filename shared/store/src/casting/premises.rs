//! [`Premises`]: what a change of casting depends on, so that of two at once one comes after the other.

use std::collections::{BTreeSet, HashMap};

use model::{Entity, EntityId, JournalId, Result};

use super::circles::Before;
use crate::client::Store;
use crate::item::{Stored, bytes, encode};
use crate::sharing::CHECKED_MAX;
use crate::table::{self, Key};
use crate::transaction::{TRANSACTION_MAX, Transaction};

/// So many entities and assets one transaction can depend on, beside what it writes for a journal.
pub(super) const GUARDED_MAX: usize = 90;

/// What a journal's commit writes beside the projects: its note and head, and the last casting of an asset in an asset.
const JOURNAL_WRITES: usize = 3;

/// What a change of casting was decided on: it is made only if that is still so.
///
/// Its entities and assets are read first, then its project's journals completed, then its links read. A journal that was
/// committed before the first of these is complete at the last; one that is committed later and changes them raises their
/// revisions by its commit. Either way nothing is decided on a change that is half made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Premises<'a> {
    /// The entities and assets whose casting is changed.
    pub(super) replaced: Vec<&'a Stored<Entity>>,
    /// Those whose casting is as it shall be already.
    pub(super) kept: Vec<&'a Stored<Entity>>,
    /// The far ends of what is changed: whoever replaces their casting at this moment is to find out.
    pub(super) touched: BTreeSet<Key>,
    /// For castings of assets in assets: what came before.
    pub(super) nesting: Option<Before>,
}

impl Premises<'_> {
    /// Those that one transaction can depend on, beside what it writes for a journal in so many projects.
    pub(super) fn that_fit(mut self, projects: usize) -> Result<Self> {
        let room = TRANSACTION_MAX.saturating_sub(JOURNAL_WRITES + projects).min(GUARDED_MAX);
        if self.replaced.len() + self.kept.len() > room {
            self.replaced.clear();
            self.kept.clear();
        }
        if self.replaced.len() + self.kept.len() + self.touched.len() > room {
            self.touched.clear();
        }
        if bytes_of(&self.kept)? > CHECKED_MAX {
            self.kept.clear();
        }
        Ok(self)
    }

    /// Lets a transaction hold only if nothing of it has changed. `journal`: the one that the transaction commits to.
    pub(crate) fn add_to(
        &self,
        transaction: &mut Transaction,
        journal: Option<JournalId>,
    ) -> Result<()> {
        for read in &self.replaced {
            transaction.guard(read);
        }
        for end in &self.touched {
            transaction.touch(end.clone());
        }
        // After what is written: one that is written anyway is not only checked.
        for read in &self.kept {
            transaction.hold(read);
        }
        self.nesting.as_ref().map_or(Ok(()), |before| before.follow(transaction, journal))
    }
}

fn bytes_of(entities: &[&Stored<Entity>]) -> Result<usize> {
    entities.iter().map(|read| Ok(bytes(&encode(&read.value, read.rev)?))).sum()
}

impl Store {
    /// Where the far ends of what is changed are, those that are there: at first where they are `known` to be, and looked up where
    /// that was in vain.
    pub(super) async fn far_ends(
        &self,
        changed: impl Iterator<Item = EntityId>,
        known: HashMap<EntityId, Key>,
        attempt: u32,
    ) -> Result<BTreeSet<Key>> {
        let changed: BTreeSet<EntityId> = changed.collect();
        if attempt == 0 {
            return Ok(changed.iter().filter_map(|id| known.get(id).cloned()).collect());
        }
        let changed: Vec<EntityId> = changed.into_iter().collect();
        for id in &changed {
            self.cache.forget(*id);
        }
        let located = self.entities_locate(&changed).await?;
        Ok(located.iter().map(|(id, locator)| table::entity(locator.home(), *id)).collect())
    }
}
