//! Changing single uses, in any number of entities.

use std::collections::BTreeSet;

use model::casting::CastUse;
use model::{Entity, FieldError, PersonId, ProjectId, Result};

use super::{CastStep, Circles, Kept, Premises};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::journal::{CAST_CHUNK, Generations, Steps, pieces_of};
use crate::transaction::{Outcome, Transaction};

/// How one entity shall use one asset.
#[derive(Clone, Debug)]
pub struct CastChange {
    /// The entity.
    pub entity: Entity,
    /// The asset.
    pub asset: Entity,
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
    pub async fn castings_change(
        &self,
        changes: &[CastChange],
        by: PersonId,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        let steps = changes.iter().map(|change| CastStep {
            kept: change.kept,
            ..CastStep::new(&change.entity, &change.asset, change.wanted.clone())
        });
        self.cast(&steps.collect::<Vec<_>>(), by, wrong).await
    }

    /// Makes all these pairs as wanted, whatever they are now.
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
            let nesting = self.nesting_before(steps, &wrong).await?;
            let premises = Premises { nesting, ..Premises::default() };
            match self.cast_all(steps, &premises, &generations, by).await? {
                CastOutcome::Done => return Ok(()),
                CastOutcome::Outdated => {}
                CastOutcome::TooLarge => needs_generations = true,
            }
        }
        Err(contended())
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
