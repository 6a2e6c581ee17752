//! Changing single uses, in any number of entities.

use std::collections::{BTreeSet, HashMap};

use model::casting::CastUse;
use model::{Entity, EntityId, FieldError, PersonId, ProjectId, Result};

use super::{CastStep, Circles, GUARDED_MAX, Kept, Premises};
use crate::change::{ATTEMPTS, contended, pause};
use crate::client::Store;
use crate::item::Stored;
use crate::journal::{CAST_CHUNK, Generations, Steps, pieces_of};
use crate::transaction::{Outcome, Transaction};

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

impl CastChange {
    fn differs(&self) -> bool {
        self.found != self.wanted
    }

    fn step(&self) -> CastStep {
        let step = CastStep::new(&self.entity, &self.asset, self.wanted.clone());
        CastStep { kept: self.kept, ..step }
    }
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
    /// If they name more than [`GUARDED_MAX`] entities and assets, those found made already are left out; if still more are left,
    /// nothing is held. Somebody who changes a few of them at this moment may leave a mixture in these then.
    pub async fn castings_change(
        &self,
        changes: &[CastChange],
        by: PersonId,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        let mut named: Vec<&CastChange> = changes.iter().collect();
        let differing: Vec<&CastChange> =
            changes.iter().filter(|change| change.differs()).collect();
        if differing.is_empty() {
            return Ok(());
        }
        if ends_of(&named).len() > GUARDED_MAX {
            named = differing;
        }
        let ends: Vec<EntityId> = ends_of(&named).into_iter().collect();
        // One alone is made at one moment as it is.
        if named.len() == 1 || ends.len() > GUARDED_MAX {
            let steps: Vec<CastStep> = named.into_iter().map(CastChange::step).collect();
            return self.cast(&steps, by, wrong).await;
        }
        let projects: BTreeSet<ProjectId> =
            named.iter().map(|change| change.entity.project_id).collect();
        let projects: Vec<ProjectId> = projects.into_iter().collect();
        for attempt in 0..ATTEMPTS {
            pause(attempt).await;
            let ends = self.entities_stored(&ends).await?;
            let generations = self.generations(&projects).await?;
            let steps = self.steps_left(&named, &ends).await?;
            if steps.is_empty() {
                return Ok(());
            }
            let changed: BTreeSet<EntityId> = steps.iter().flat_map(CastStep::ends).collect();
            let (replaced, kept) = ends.values().partition(|end| changed.contains(&end.value.id));
            let nesting = self.nesting_before(&steps, &wrong).await?;
            let premises = Premises { replaced, kept, nesting, ..Premises::default() };
            let premises = premises.that_fit(projects.len())?;
            match self.cast_all(&steps, &premises, &generations, by).await? {
                CastOutcome::Done => return Ok(()),
                CastOutcome::Outdated | CastOutcome::TooLarge => {}
            }
        }
        Err(contended())
    }

    /// The changes that are not made yet, as things are.
    async fn steps_left(
        &self,
        changes: &[&CastChange],
        ends: &HashMap<EntityId, Stored<Entity>>,
    ) -> Result<Vec<CastStep>> {
        let steps: Vec<CastStep> = changes.iter().copied().map(CastChange::step).collect();
        let links = self.links_at(steps.iter().map(CastStep::key)).await?;
        let left = steps.into_iter().zip(changes).filter(|(step, change)| {
            let link = links.get(&step.key()).map(|read| &read.value);
            // What may not be cast anew and was taken away meanwhile was there when the change was checked: it came before.
            let is_over = link.is_none()
                && change.found.is_some()
                && ends.get(&step.asset_id).is_some_and(|asset| {
                    let asset = &asset.value;
                    asset.canceled || (asset.project_id != step.project_id && !asset.is_shared)
                });
            !is_over && !step.is_made(link)
        });
        Ok(left.map(|(step, _)| step).collect())
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
        let projects = projects_of(steps);
        // What one transaction holds, as it does as a rule, does not depend on them.
        let mut needs_generations = steps.len() > CAST_CHUNK;
        for attempt in 0..ATTEMPTS {
            pause(attempt).await;
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
        let projects = projects_of(steps);
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

/// All entities and assets.
fn ends_of(changes: &[&CastChange]) -> BTreeSet<EntityId> {
    changes.iter().flat_map(|change| [change.entity.id, change.asset.id]).collect()
}

/// The productions of the entities.
pub(super) fn projects_of(steps: &[CastStep]) -> Vec<ProjectId> {
    let projects: BTreeSet<ProjectId> = steps.iter().map(|step| step.project_id).collect();
    projects.into_iter().collect()
}
