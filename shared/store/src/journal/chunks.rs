//! Changes that are lists of steps, too long for one transaction: the chunks of a journal.
//!
//! Start with [`Store::journal_chunks`]; which steps are together, and which chunks wait for each other, is in `runs`.

mod chunk;
mod runs;

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{JournalId, PersonId, ProjectId, Result};

pub(crate) use self::chunk::{Chunk, Steps};
pub(crate) use self::runs::{pieces_of, runs_of, written_by_all};
use super::{Generations, Purpose};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::condition::{self, unconditional};
use crate::item::{Stored, decode, key_of};
use crate::open::{Open, Work};
use crate::sharing::OfRight;
use crate::table::{Key, Pattern};
use crate::transaction::{Outcome, Transaction};

/// Cast steps in a chunk: more never fit one transaction. A step is three to twelve writes: up to four of the link, four of
/// its episode's, two counters, the asset and its history. A chunk whose steps do not fit takes several transactions.
pub(crate) const CAST_CHUNK: usize = 24;
/// Chunks written or applied at once.
const CHUNKS_AT_ONCE: usize = 4;

/// How many passes in a row may find that nobody has made progress before the work is left to the next who meets the journal.
pub(crate) const IDLE_MAX: u32 = 2;

/// How much of a journal is done at once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// By the one who is to complete it.
    Full,
    /// By a reader who helps while somebody is at work on it.
    Helping,
}

impl Pace {
    /// Transactions under way at once.
    pub(crate) fn parallel(self) -> usize {
        match self {
            Self::Full => CHUNKS_AT_ONCE,
            Self::Helping => 1,
        }
    }
}

/// What a transaction leaves of a chunk.
enum Left {
    Nothing,
    /// A chunk of the steps that did not fit.
    Shorter(Chunk),
    All,
}

impl Store {
    /// Applies the steps of a chunk, each transaction together with what it leaves of the chunk; `false` if somebody else
    /// is at this one.
    async fn apply(&self, mut chunk: Stored<Chunk>, by: Option<PersonId>) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let (mut transaction, left) = self.plan_chunk(&chunk.value, by).await?;
            let at = match &left {
                Left::Nothing => transaction.remove(&chunk),
                Left::Shorter(rest) => transaction.replace(&chunk, rest)?,
                // Somebody may have done the rest, and somebody else undone it again.
                Left::All => transaction.check(&chunk),
            };
            // Who keeps meeting others has something else to do meanwhile.
            let Some(outcome) = self.transact_unless_met(transaction).await? else {
                return Ok(false);
            };
            match (outcome, left) {
                (Outcome::Done, Left::Nothing) => return Ok(true),
                (Outcome::Done, Left::Shorter(value)) => {
                    chunk = Stored { value, rev: chunk.rev + 1 };
                }
                (Outcome::Refused(refused), _) if refused.contains(&at) => return Ok(false),
                (Outcome::Done, Left::All) | (Outcome::Refused(_), _) => {}
            }
        }
        Err(contended())
    }

    /// As many writes of a chunk as fit one transaction with that of the chunk itself, and what is left then.
    async fn plan_chunk(&self, chunk: &Chunk, by: Option<PersonId>) -> Result<(Transaction, Left)> {
        match &chunk.steps {
            Steps::Cast(steps) => {
                let (transaction, taken) =
                    self.plan_casting_part(steps, by, |whole, _| whole).await?;
                let left = match &steps[taken..] {
                    [] => Left::Nothing,
                    rest => {
                        Left::Shorter(Chunk { steps: Steps::Cast(rest.to_vec()), ..chunk.clone() })
                    }
                };
                Ok((transaction, left))
            }
            Steps::Share { assets, is_shared, at } => {
                let planned = self.plan_sharing(assets, *is_shared, *at, by, OfRight::LeftAlone);
                let (transaction, is_whole) = planned.await?;
                // What is done drops out of the next plan.
                Ok((transaction, if is_whole { Left::Nothing } else { Left::All }))
            }
            Steps::Join { project, persons } => {
                // As many as were put into the chunk do fit.
                Ok((self.plan_joining(*project, persons, by).await?, Left::Nothing))
            }
        }
    }

    /// Writes down the steps, commits to them by what is written `now`, and applies them; `false` if the conditions of
    /// that do not hold, and then nothing is changed.
    pub(crate) async fn journal_chunks(
        &self,
        steps: Vec<Steps>,
        projects: &[ProjectId],
        generations: Option<&Generations>,
        now: impl FnOnce(JournalId) -> Result<Transaction>,
        by: Option<PersonId>,
    ) -> Result<bool> {
        let id = JournalId::new();
        let mut now = now(id)?;
        // Without it a sweep that came first has taken the chunks for those of a journal that never began.
        now.require(Work::Journal.key(id));
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
        let writes = stream::iter(writes).buffer_unordered(CHUNKS_AT_ONCE).try_collect::<()>();
        unconditional(writes).await?;
        let purpose = Purpose::Chunks;
        let opened = self.journal_open(id, &purpose, projects, generations, &now, by).await?;
        if let Some(journal) = opened {
            return self.journal_finish(journal).await.map(|()| true);
        }
        let chunks = self.query_raw(Pattern::Chunks(id)).await?;
        let mut keys: Vec<Key> = chunks.iter().filter_map(key_of).collect();
        keys.push(Work::Journal.key(id));
        // That nobody reads them is no part of the request: it is decided anew, and so is what it demands.
        unconditional(self.clear_all(&keys)).await.map(|()| false)
    }

    /// Applies the chunks that are left. Several may be at it, the writer and those who met the journal: each begins
    /// somewhere else, and looks again at what is left when it meets another, so that the work is shared.
    pub(super) async fn apply_chunks(
        &self,
        id: JournalId,
        by: Option<PersonId>,
        pace: Pace,
    ) -> Result<()> {
        let (mut before, mut idle) = (usize::MAX, 0);
        while idle < IDLE_MAX {
            let chunks = self.query_raw(Pattern::Chunks(id)).await?;
            let chunks = chunks.into_iter().map(decode::<Chunk>).collect::<Result<Vec<_>>>()?;
            let left = chunks.iter().map(|chunk| chunk.value.steps.len()).sum();
            idle = if left < before { 0 } else { idle + 1 };
            before = left;
            let is_met = &AtomicBool::new(false);
            let runs = runs_of(chunks, |chunk| chunk.value.steps.written_by_all());
            let work = runs.into_iter().map(|run| async move {
                for chunk in run {
                    if !is_met.load(Relaxed) && !self.apply(chunk, by).await? {
                        is_met.store(true, Relaxed);
                    }
                }
                Ok(())
            });
            stream::iter(work).buffer_unordered(pace.parallel()).try_collect::<()>().await?;
            if !is_met.load(Relaxed) {
                return Ok(());
            }
        }
        Err(contended())
    }
}
