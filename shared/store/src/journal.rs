//! A change of more items than one transaction holds, made one change by a journal.
//!
//! What shall be done is written down first: as *chunks* of steps, or as a deletion whose steps can be found
//! again at any time. One transaction then writes the journal's head and names it on every project concerned:
//! that is the commit point. Each chunk is applied by a transaction that also deletes the chunk, or by
//! several that each shorten it, so exactly once, whoever applies it. When none is left the journal is taken off the projects.
//!
//! A project may be created with a journal open that completes it.
//!
//! Every request reads the project it is about; if a journal is open there, it is rolled forward before
//! anything else is read. A crash at any point therefore leaves either the old state, or a state that the
//! next reader completes. Of a change in more projects than one transaction holds beside what it depends on, some ninety, or
//! thirty of the deletion of sixteen entities, the others are not told: whoever reads there at that moment may see it being made.
//!
//! Start with [`Store::journal_commit`]; `chunks` cuts long lists of steps.

mod chunks;
mod generations;
pub mod notice;

use model::{Entity, EntityId, Error, JournalId, PersonId, ProjectId, Result, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) use self::chunks::{CAST_CHUNK, Chunk, IDLE_MAX, Pace, Steps};
pub(crate) use self::chunks::{pieces_of, runs_of, written_by_all};
pub(crate) use self::generations::Generations;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::condition::{self, unconditional};
use crate::entity::EntityRef;
use crate::item::Item;
use crate::meter;
use crate::open::{Open, Work};
use crate::project::ProjectItem;
use crate::table::{self, Key};
use crate::transaction::{Outcome, TRANSACTION_MAX, Transaction};

/// What a journal is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// Applying its chunks.
    Chunks,
    /// Deleting what belonged to entities that are gone.
    Removal(Vec<EntityRef>),
    /// Moving what belongs to an asset to its new type.
    Retype(Box<Entity>),
}

/// A journal's head: once it is there, the change will be made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Journal {
    pub(crate) id: JournalId,
    pub(crate) projects: Vec<ProjectId>,
    /// JSON: an entity's `data` may hold what an item cannot.
    purpose: String,
    /// Who makes the change, whoever completes it.
    by: Option<PersonId>,
    /// Tells a change at work from one left open.
    #[serde(default)]
    pub(crate) opened_at: Option<Timestamp>,
}

impl Item for Journal {
    const TYPE: &'static str = "Journal";
    fn key(&self) -> Key {
        table::journal(self.id)
    }
}

impl Journal {
    fn purpose(&self) -> Result<Purpose> {
        serde_json::from_str(&self.purpose).map_err(Error::internal)
    }

    fn moves_one_of(&self, assets: &[EntityId]) -> Result<bool> {
        Ok(matches!(self.purpose()?, Purpose::Retype(moved) if assets.contains(&moved.id)))
    }
}

#[cfg(test)]
impl Journal {
    /// One that applies chunks.
    pub(crate) fn chunks(projects: Vec<ProjectId>) -> Self {
        Self {
            id: JournalId::new(),
            projects,
            purpose: "\"Chunks\"".into(),
            by: None,
            opened_at: None,
        }
    }
}

impl Store {
    /// Commits to a change: the head, the projects that must know, and what is to be visible at once. `None`
    /// if `now`'s conditions do not hold, and then nothing is changed.
    pub(crate) async fn journal_commit(
        &self,
        purpose: &Purpose,
        projects: &[ProjectId],
        now: &Transaction,
        by: Option<PersonId>,
    ) -> Result<Option<Journal>> {
        let id = JournalId::new();
        let mut noted = now.clone();
        noted.put(&Open::journal(id, self.now()))?;
        self.journal_open(id, purpose, projects, None, &noted, by).await
    }

    /// Commits to a change. The note of its journal is written before, or is part of `now`. With `generations`: `None` if another
    /// change by chunks was committed in one of the projects since.
    async fn journal_open(
        &self,
        id: JournalId,
        purpose: &Purpose,
        projects: &[ProjectId],
        generations: Option<&Generations>,
        now: &Transaction,
        by: Option<PersonId>,
    ) -> Result<Option<Journal>> {
        let is_by_chunks = matches!(purpose, Purpose::Chunks);
        let purpose = serde_json::to_string(purpose).map_err(Error::internal)?;
        let opened_at = Some(self.now());
        // Beside them: the head, and what is to be visible at once.
        let named = TRANSACTION_MAX.saturating_sub(now.len() + 1).min(projects.len());
        let projects = &projects[..named];
        let journal = Journal { id, projects: projects.to_vec(), purpose, by, opened_at };
        for _ in 0..ATTEMPTS {
            let mut transaction = now.clone();
            let own = transaction.len();
            transaction.create(&journal)?;
            for project in projects {
                // One that is gone needs no notice, and one that begins now has it.
                if let Some(stored) = self.get::<ProjectItem>(&table::project(*project)).await? {
                    if generations.is_some_and(|read| !read.is_that_of(&stored.value)) {
                        condition::refused().await;
                        return Ok(None);
                    }
                    let mut item = stored.value.clone();
                    item.journals.push(id);
                    item.generation += u64::from(is_by_chunks);
                    transaction.replace(&stored, &item)?;
                }
            }
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(Some(journal)),
                Outcome::Refused(at) if at.iter().any(|at| *at < own) => return Ok(None),
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }

    /// Does what a project's open journals say.
    pub(crate) async fn journals_roll_forward(&self, project: ProjectId) -> Result<()> {
        match self.get::<ProjectItem>(&table::project(project)).await? {
            Some(stored) => self.journals_complete(stored.value.journals).await,
            None => Ok(()),
        }
    }

    /// Does what all these journals say; what the request demands does not concern them. One that cannot be completed is
    /// tried again after the others: it may have met what one of them has left to do.
    pub(crate) async fn journals_complete(&self, mut open: Vec<JournalId>) -> Result<()> {
        loop {
            let (mut left, mut error) = (Vec::new(), None);
            for journal in &open {
                // Nor does how much a request may hold: it is somebody else's that it completes.
                let rest = Box::pin(self.journal_roll_forward(*journal));
                let rest = meter::with_room(f64::INFINITY, rest);
                if let Err(failed) = unconditional(rest).await {
                    left.push(*journal);
                    error = error.or(Some(failed));
                }
            }
            match error {
                Some(error) if left.len() == open.len() => return Err(error),
                Some(_) => open = left,
                None => return Ok(()),
            }
        }
    }

    /// Completes the moves of assets of a project to other types, those that are open.
    pub(crate) async fn moves_complete(
        &self,
        project: ProjectId,
        assets: &[EntityId],
    ) -> Result<()> {
        let project = self.get::<ProjectItem>(&table::project(project)).await?;
        for id in project.into_iter().flat_map(|stored| stored.value.journals) {
            let Some(journal) = self.get::<Journal>(&table::journal(id)).await? else { continue };
            if journal.value.moves_one_of(assets)? {
                unconditional(self.journal_finish(journal.value)).await?;
            }
        }
        Ok(())
    }

    /// Does what an open journal says, however much of it is done already. Doing it twice, or by two at
    /// once, changes nothing more.
    pub(crate) async fn journal_roll_forward(&self, id: JournalId) -> Result<()> {
        match self.get::<Journal>(&table::journal(id)).await? {
            Some(journal) => {
                let is_at_work = self.journal_found_open(&journal.value);
                let pace = if is_at_work { Pace::Helping } else { Pace::Full };
                self.journal_finish_at(journal.value, pace).await
            }
            None => Ok(()),
        }
    }

    pub(crate) async fn journal_finish(&self, journal: Journal) -> Result<()> {
        self.journal_finish_at(journal, Pace::Full).await
    }

    async fn journal_finish_at(&self, journal: Journal, pace: Pace) -> Result<()> {
        match journal.purpose()? {
            Purpose::Chunks => self.apply_chunks(journal.id, journal.by, pace).await?,
            Purpose::Removal(gone) => self.removal_finish(&gone, journal.by, pace).await?,
            Purpose::Retype(entity) => self.retype_finish(&entity, journal.by).await?,
        }
        self.journal_close(&journal).await
    }

    async fn journal_close(&self, journal: &Journal) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let mut transaction = Transaction::default();
            transaction.clear(journal.key());
            transaction.clear(Work::Journal.key(journal.id));
            for project in &journal.projects {
                let Some(stored) = self.get::<ProjectItem>(&table::project(*project)).await? else {
                    continue;
                };
                if stored.value.journals.contains(&journal.id) {
                    let mut item = stored.value.clone();
                    item.journals.retain(|open| *open != journal.id);
                    transaction.replace(&stored, &item)?;
                }
            }
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(());
            }
        }
        Err(contended())
    }
}
