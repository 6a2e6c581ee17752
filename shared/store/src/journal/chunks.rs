//! Changes that are lists of steps: one transaction if they fit, else the chunks of a journal.
//!
//! Start with [`Store::cast_all`].

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{EntityId, JournalId, PersonId, ProjectId, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::Purpose;
use crate::casting::{CastStep, Premises};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::condition::{self, unconditional};
use crate::item::{Item, Stored, decode, key_of};
use crate::open::{Open, Work};
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction};

/// Cast steps in a chunk: each is at most twelve writes, four of the link, four of its episode's, two counters,
/// the asset and its history; the chunk's own deletion comes on top, and an entry in the feed of each project.
const CAST_CHUNK: usize = 7;
/// Cast steps that may fit one transaction; more never do.
pub(crate) const CAST_AT_ONCE: usize = 24;
/// Assets in a chunk: each is two writes, itself and its history. Large ones take several transactions.
const SHARE_CHUNK: usize = 48;
/// Chunks applied at once.
const PARALLEL: usize = 4;

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

/// Steps that are applied together, by a transaction that also deletes them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chunk {
    pub(crate) journal: JournalId,
    number: usize,
    steps: Steps,
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

impl Store {
    /// Makes all these pairs as wanted, provided what they were decided on is as it was read; `false` if it is not, and
    /// then nothing is changed.
    pub(crate) async fn cast_all(
        &self,
        steps: &[CastStep],
        premises: &Premises<'_>,
        by: PersonId,
    ) -> Result<bool> {
        if steps.len() <= CAST_AT_ONCE {
            let mut transaction = self.plan_casting(steps, Some(by)).await?;
            premises.add_to(&mut transaction, None)?;
            if transaction.fits() {
                return Ok(self.transact(transaction).await? == Outcome::Done);
            }
        }
        let projects: BTreeSet<ProjectId> = steps.iter().map(|step| step.project_id).collect();
        let projects: Vec<ProjectId> = projects.into_iter().collect();
        let chunks = steps.chunks(CAST_CHUNK).map(|steps| Steps::Cast(steps.to_vec())).collect();
        let now = |id| {
            let mut now = Transaction::default();
            premises.add_to(&mut now, Some(id))?;
            Ok(now)
        };
        self.journal_chunks(chunks, &projects, now, Some(by)).await
    }

    /// Shares all these assets, or none of them; `at` is when they will have been changed.
    pub(crate) async fn share_all(
        &self,
        assets: &[EntityId],
        is_shared: bool,
        projects: &[ProjectId],
        by: PersonId,
        at: Timestamp,
    ) -> Result<()> {
        let steps = |assets: &[EntityId]| Steps::Share { assets: assets.to_vec(), is_shared, at };
        if assets.len() <= SHARE_CHUNK && self.apply_at_once(&steps(assets), by).await? {
            return Ok(());
        }
        let chunks = assets.chunks(SHARE_CHUNK).map(steps).collect();
        let now = |_| Ok(Transaction::default());
        self.journal_chunks(chunks, projects, now, Some(by)).await.map(drop)
    }

    /// Applies steps in one transaction; `false` if they do not fit, and then nothing is changed.
    async fn apply_at_once(&self, steps: &Steps, by: PersonId) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let (transaction, is_whole) = self.plan(steps, Some(by)).await?;
            if !is_whole {
                return Ok(false);
            }
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(true);
            }
        }
        Err(contended())
    }

    /// Applies the steps of a chunk, the last of them together with its deletion.
    async fn apply(&self, chunk: &Stored<Chunk>, by: Option<PersonId>) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let (mut transaction, is_whole) = self.plan(&chunk.value.steps, by).await?;
            let at = is_whole.then(|| transaction.remove(chunk));
            match (self.transact(transaction).await?, at) {
                (Outcome::Done, Some(_)) => return Ok(()),
                // Somebody else has applied it.
                (Outcome::Refused(refused), Some(at)) if refused.contains(&at) => return Ok(()),
                // What is done drops out of the next plan.
                _ => {}
            }
        }
        Err(contended())
    }

    /// The writes of steps that are not made yet, and whether they are all: as many as fit one transaction, with the
    /// deletion of a chunk.
    async fn plan(&self, steps: &Steps, by: Option<PersonId>) -> Result<(Transaction, bool)> {
        match steps {
            Steps::Cast(steps) => {
                let transaction = self.plan_casting(steps, by).await?;
                let is_whole = transaction.fits();
                Ok((transaction, is_whole))
            }
            Steps::Share { assets, is_shared, at } => {
                self.plan_sharing(assets, *is_shared, *at, by).await
            }
            Steps::Join { project, persons } => {
                // As many as were put into the chunk do fit.
                Ok((self.plan_joining(*project, persons, by).await?, true))
            }
        }
    }

    /// Writes down the steps, commits to them by what is written `now`, and applies them; `false` if the conditions of
    /// that do not hold, and then nothing is changed.
    pub(crate) async fn journal_chunks(
        &self,
        steps: Vec<Steps>,
        projects: &[ProjectId],
        now: impl FnOnce(JournalId) -> Result<Transaction>,
        by: Option<PersonId>,
    ) -> Result<bool> {
        let id = JournalId::new();
        let now = now(id)?;
        condition::before_write().await?;
        // Not committed yet: chunks without a head are nothing to anybody.
        let now_at = self.now();
        // Should it never begin, the sweep finds the chunks by the note.
        unconditional(self.note(&Open::journal(id, now_at))).await?;
        let created_at = Some(now_at);
        let writes = steps.into_iter().enumerate().map(|(number, steps)| async move {
            let mut transaction = Transaction::default();
            transaction.create(&Chunk { journal: id, number, steps, created_at })?;
            self.commit(transaction).await
        });
        let writes = stream::iter(writes).buffer_unordered(PARALLEL).try_collect::<()>();
        unconditional(writes).await?;
        if let Some(journal) = self.journal_open(id, &Purpose::Chunks, projects, &now, by).await? {
            return self.journal_finish(journal).await.map(|()| true);
        }
        let chunks = self.query_raw(Pattern::Chunks(id)).await?;
        let mut keys: Vec<Key> = chunks.iter().filter_map(key_of).collect();
        keys.push(Work::Journal.key(id));
        self.clear_all(&keys).await.map(|()| false)
    }

    /// Applies the chunks that are left.
    pub(super) async fn apply_chunks(&self, id: JournalId, by: Option<PersonId>) -> Result<()> {
        let chunks = self.query_raw(Pattern::Chunks(id)).await?;
        let chunks = chunks.into_iter().map(decode::<Chunk>).collect::<Result<Vec<_>>>()?;
        // Those who join look at their project: chunks side by side would only wait for each other.
        let is_alone = |chunk: &Stored<Chunk>| matches!(chunk.value.steps, Steps::Join { .. });
        let parallel = if chunks.iter().any(is_alone) { 1 } else { PARALLEL };
        let work = chunks.into_iter().map(|chunk| async move { self.apply(&chunk, by).await });
        stream::iter(work).buffer_unordered(parallel).try_collect().await
    }
}
