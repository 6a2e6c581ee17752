//! Completing what a crash left open, without waiting for the next request that would.
//!
//! A sweep reads the notes of open work ([`Open`]), and nothing else when there are none. Journals are rolled
//! forward; chunks whose journal never began are deleted when no request can still begin it; a deletion is completed,
//! and looked at once more when every request that may have known what it deleted is over.

mod repair;

use std::collections::VecDeque;
use std::time::Duration;

use model::{EntityId, JournalId, PersonId, ProjectId, Result, TaskId, Timestamp};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use crate::client::Store;
use crate::item::{Item as _, decode, key_of};
use crate::journal::{Chunk, Journal};
use crate::open::{Open, Work};
use crate::table::{self, Key, Pattern};
use crate::transaction::Transaction;

/// Seconds after which chunks without a journal are litter: no request lives that long.
const UNCOMMITTED_SECONDS: i64 = 3600;
/// Seconds after which no request is alive that began before a deletion: twice what a function may take.
const REQUEST_SECONDS: i64 = 60;

/// What a sweep did, by pieces of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// Journals that were completed.
    pub journals: usize,
    /// Journals that never began, and whose chunks were deleted.
    pub litter: usize,
    /// Deletions that were completed and need no further look.
    pub deletions: usize,
    /// Done as far as it can be; a later sweep looks again.
    pub waiting: usize,
    /// Failed; the log has the cause, and a later sweep tries again.
    pub failed: usize,
    /// Not done, or not to its end, for want of time.
    pub left: usize,
}

/// How a piece of work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Completed,
    Litter,
    Deleted,
    Waits,
}

impl Store {
    /// Completes what is open, as far as it gets in this time. Safe while others write, another sweep too.
    pub async fn sweep(&self, within: Duration) -> Result<Swept> {
        self.sweep_as_of(self.now(), within).await
    }

    /// As [`Store::sweep`], at another time: what is to be left alone for an hour need not be in a test.
    pub async fn sweep_as_of(&self, now: Timestamp, within: Duration) -> Result<Swept> {
        let deadline = Instant::now() + within;
        let mut swept = Swept::default();
        let mut all: VecDeque<Open> = self.query(Pattern::Open).await?.into();
        while let Some(open) = all.pop_front() {
            let started = Instant::now();
            if deadline <= started {
                swept.left += 1;
                continue;
            }
            // One that takes for ever keeps no other from its turn: half of what is left, and again after the others.
            let rest = deadline - started;
            let share = if all.is_empty() { rest } else { rest / 2 };
            // Cut off anywhere it is as if the process had died there: the note stays.
            match timeout_at(started + share, Box::pin(self.complete(&open, now))).await {
                Ok(Ok(End::Completed)) => swept.journals += 1,
                Ok(Ok(End::Litter)) => swept.litter += 1,
                Ok(Ok(End::Deleted)) => swept.deletions += 1,
                Ok(Ok(End::Waits)) => swept.waiting += 1,
                Ok(Err(error)) => {
                    tracing::error!(%error, work = %open.key(), "open work could not be completed");
                    swept.failed += 1;
                }
                Err(_) if all.is_empty() => swept.left += 1,
                Err(_) => all.push_back(open),
            }
        }
        Ok(swept)
    }

    async fn complete(&self, open: &Open, now: Timestamp) -> Result<End> {
        if let Some(id) = open.id_of(Work::Journal).map(JournalId) {
            return self.complete_journal(id, open.created_at, now).await;
        }
        // Asked first: what is written while the deletion is completed is for the next look.
        let is_last = open.created_at.unix() + REQUEST_SECONDS <= now.unix();
        if let Some(id) = open.id_of(Work::Project).map(ProjectId) {
            Box::pin(self.project_complete(id)).await?;
        }
        if let Some(id) = open.id_of(Work::Person).map(PersonId) {
            Box::pin(self.person_clear(id)).await?;
        }
        if let Some(id) = open.id_of(Work::Entity).map(EntityId) {
            Box::pin(self.children_remove_if_gone(id)).await?;
        }
        if let Some(id) = open.id_of(Work::Task).map(TaskId) {
            self.comments_clear(id).await?;
        }
        if !is_last {
            return Ok(End::Waits);
        }
        self.clear_all(&[open.key()]).await?;
        Ok(End::Deleted)
    }

    async fn children_remove_if_gone(&self, parent: EntityId) -> Result<()> {
        match self.entity_get(parent).await? {
            Some(_) => Ok(()),
            None => self.children_remove(parent, None).await,
        }
    }

    async fn complete_journal(
        &self,
        id: JournalId,
        created_at: Timestamp,
        now: Timestamp,
    ) -> Result<End> {
        if let Some(journal) = self.get::<Journal>(&table::journal(id)).await? {
            Box::pin(self.journal_finish(journal.value)).await?;
            return Ok(End::Completed);
        }
        if created_at.unix() + UNCOMMITTED_SECONDS > now.unix() {
            return Ok(End::Waits);
        }
        let chunks = self.query_raw(Pattern::Chunks(id)).await?;
        let mut keys: Vec<Key> = chunks.iter().filter_map(key_of).collect();
        // The note goes last: without it nobody would find the rest.
        keys.push(Work::Journal.key(id));
        self.clear_all(&keys).await?;
        Ok(End::Litter)
    }

    /// Deletes the chunks of a journal that never began, unless it may still begin.
    pub(crate) async fn chunks_clear(&self, journal: JournalId) -> Result<()> {
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

    /// Notes that work is begun.
    pub(crate) async fn note(&self, open: &Open) -> Result<()> {
        let mut transaction = Transaction::default();
        transaction.put(open)?;
        self.commit(transaction).await
    }
}
