//! Changing single uses, in any number of entities.

use std::collections::BTreeSet;

use model::casting::CastUse;
use model::{Entity, FieldError, PersonId, ProjectId, Result};

use super::circles::MadePair;
use super::{CastStep, Circles, Kept, Premises};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::journal::{CAST_CHUNK, Generations, Steps, pieces_of};
use crate::transaction::{Outcome, Transaction};

/// So many pairs one transaction can depend on, beside what it writes for a journal.
const PAIRS_MAX: usize = 90;

/// How one entity shall use one asset.
#[derive(Clone, Debug)]
pub struct CastChange {
    /// The entity.
    pub entity: Entity,
    /// The asset.
    pub asset: Entity,
    /// How it is used as far as is known; `None`: not at all.
    pub found: Option<CastUse>,
    /// How it is to be used; `None`: not at all.
    pub wanted: Option<CastUse>,
    /// What of a use that is there already stays as it is by then.
    pub kept: Kept,
}

/// What casting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CastOutcome {
    /// It is as wanted.
    Done,
    /// What it was decided on has changed: nothing is.
    Outdated,
    /// Nothing is changed: it takes a journal, and so the generations of the projects.
    TooLarge,
}

impl CastOutcome {
    fn of(is_done: bool) -> Self {
        if is_done { Self::Done } else { Self::Outdated }
    }
}

impl Store {
    /// Sets or removes assets in any number of entities: all of it or, on an error, none. What the changes do
    /// not name stays as it is. `wrong` tells the input that would close circles.
    ///
    /// Of more than [`PAIRS_MAX`] changes, those found made already are left out: somebody who undoes one of them at this
    /// moment comes neither before nor after.
    pub async fn castings_change(
        &self,
        changes: &[CastChange],
        by: PersonId,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        let differs = |change: &&CastChange| change.found != change.wanted;
        if !changes.iter().any(|change| differs(&change)) {
            return Ok(());
        }
        let are_too_many = changes.len() > PAIRS_MAX;
        let changes = changes.iter().filter(|change| !are_too_many || differs(change));
        let steps = changes.map(|change| CastStep {
            kept: change.kept,
            ..CastStep::new(&change.entity, &change.asset, change.wanted.clone())
        });
        self.cast(&steps.collect::<Vec<_>>(), by, wrong).await
    }

    /// Makes all these pairs as wanted, whatever they are now. Several, up to [`PAIRS_MAX`], are so at one moment, those
    /// that need no change with the others.
    pub(super) async fn cast(
        &self,
        steps: &[CastStep],
        by: PersonId,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        let projects: BTreeSet<ProjectId> = steps.iter().map(|step| step.project_id).collect();
        let projects: Vec<ProjectId> = projects.into_iter().collect();
        // What one transaction holds, as it does as a rule, does not depend on them.
        let mut needs_generations = steps.len() > CAST_CHUNK;
        for _ in 0..ATTEMPTS {
            let generations = if needs_generations {
                self.generations(&projects).await?
            } else {
                Generations::default()
            };
            let (made, left) = self.made_and_left(steps).await?;
            if left.is_empty() {
                return Ok(());
            }
            let nesting = self.nesting_before(&left, &wrong).await?;
            let premises = Premises { made, nesting, ..Premises::default() };
            match self.cast_all(&left, &premises, &generations, by).await? {
                CastOutcome::Done => return Ok(()),
                CastOutcome::Outdated => {}
                CastOutcome::TooLarge => needs_generations = true,
            }
        }
        Err(contended())
    }

    /// The pairs that are as wanted, with their links, and the steps that are left. One step alone, or too many, are all left.
    async fn made_and_left(&self, steps: &[CastStep]) -> Result<(Vec<MadePair>, Vec<CastStep>)> {
        if steps.len() < 2 || steps.len() > PAIRS_MAX {
            return Ok((Vec::new(), steps.to_vec()));
        }
        let mut links = self.links_at(steps.iter().map(CastStep::key)).await?;
        let (made, left): (Vec<&CastStep>, Vec<&CastStep>) = steps
            .iter()
            .partition(|step| step.is_made(links.get(&step.key()).map(|read| &read.value)));
        let made = made.into_iter().map(|step| (step.key(), links.remove(&step.key())));
        Ok((made.collect(), left.into_iter().cloned().collect()))
    }

    /// Makes all these pairs as wanted, provided what they were decided on is as it was read. If the steps do not fit into
    /// one transaction, `generations` must have those of all their projects, and still be current.
    pub(super) async fn cast_all(
        &self,
        steps: &[CastStep],
        premises: &Premises<'_>,
        generations: &Generations,
        by: PersonId,
    ) -> Result<CastOutcome> {
        if steps.len() <= CAST_CHUNK {
            let mut transaction = self.plan_casting(steps, Some(by)).await?;
            premises.add_to(&mut transaction, None)?;
            if transaction.fits() {
                let is_done = self.transact(transaction).await? == Outcome::Done;
                return Ok(CastOutcome::of(is_done));
            }
        }
        let projects: BTreeSet<ProjectId> = steps.iter().map(|step| step.project_id).collect();
        let projects: Vec<ProjectId> = projects.into_iter().collect();
        if !generations.include(&projects) {
            return Ok(CastOutcome::TooLarge);
        }
        let chunks = pieces_of(steps, &BTreeSet::new()).into_iter().map(Steps::Cast).collect();
        let now = |id| {
            let mut now = Transaction::default();
            premises.add_to(&mut now, Some(id))?;
            Ok(now)
        };
        let is_done =
            self.journal_chunks(chunks, &projects, Some(generations), now, Some(by)).await?;
        Ok(CastOutcome::of(is_done))
    }
}
