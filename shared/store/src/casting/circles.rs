//! No asset contains itself, whoever casts at the same moment.
//!
//! Two castings may each be right and close a circle together. So those of assets in assets, of all projects, come one
//! after the other: each writes the one item [`Nesting`], provided it is as it was before the castings were read. One
//! that takes a journal names it there, and whoever reads the item completes the journal before reading on.

use std::collections::{BTreeMap, BTreeSet};

use model::casting::CastUse;
use model::{Entity, EntityId, Error, FieldError, JournalId, ProjectId, Result};
use serde::{Deserialize, Serialize};

use super::CastStep;
use crate::client::Store;
use crate::condition::unconditional;
use crate::item::{Item, Stored};
use crate::table::{self, Key};
use crate::transaction::Transaction;
use crate::work::concurrently;

/// Uses that would close a circle: each an entity and the asset it was to use.
pub type Circles = BTreeSet<(EntityId, EntityId)>;

/// The last casting of an asset in an asset.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Nesting {
    /// The journal that makes it, if it takes one; which may be open.
    pub(crate) journal: Option<JournalId>,
}

impl Item for Nesting {
    const TYPE: &'static str = "Nesting";
    fn key(&self) -> Key {
        table::nesting()
    }
}

/// The last casting of an asset in an asset as it was read, if there was any.
#[derive(Clone, Debug)]
pub(super) struct Before(Option<Stored<Nesting>>);

impl Before {
    /// Makes this casting the last, provided none came in between. `journal`: the one that makes it, if one does.
    pub(super) fn follow(
        &self,
        transaction: &mut Transaction,
        journal: Option<JournalId>,
    ) -> Result<()> {
        match &self.0 {
            Some(read) => transaction.replace(read, &Nesting { journal }).map(drop),
            None => transaction.create(&Nesting { journal }).map(drop),
        }
    }
}

impl Store {
    /// Which of these uses, each an entity and the asset it is to use, would close a circle as things are: for the
    /// whole list of what is wrong with a change that is not made. One that is made is judged again.
    pub async fn casting_circles<'a>(
        &self,
        uses: impl IntoIterator<Item = (&'a Entity, &'a Entity)>,
    ) -> Result<Circles> {
        let once = || Some(CastUse { nb_occurences: 1, label: String::new() });
        let steps = uses.into_iter().map(|(entity, asset)| CastStep::new(entity, asset, once()));
        let steps: Vec<CastStep> =
            steps.filter(|step| step.nests() && step.entity_id != step.asset_id).collect();
        self.circles(&steps.iter().collect::<Vec<_>>()).await
    }

    /// Judges the castings of assets in assets among these steps, if there are any. The error is what `wrong` says of
    /// the circles they would close.
    pub(super) async fn nesting_before(
        &self,
        steps: &[CastStep],
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<Option<Before>> {
        let nesting: Vec<&CastStep> = steps.iter().filter(|step| step.nests()).collect();
        if nesting.is_empty() {
            return Ok(None);
        }
        let before = self.get::<Nesting>(&table::nesting()).await?;
        if let Some(journal) = before.as_ref().and_then(|before| before.value.journal) {
            unconditional(self.journal_roll_forward(journal)).await?;
        }
        let circles = self.circles(&nesting).await?;
        if circles.is_empty() {
            Ok(Some(Before(before)))
        } else {
            Err(Error::Invalid(wrong(&circles)))
        }
    }

    /// Which of these steps close a circle: with what is used already, or with one another. What the same change takes
    /// away does not count, so that no order of writing passes through a circle.
    async fn circles(&self, steps: &[&CastStep]) -> Result<Circles> {
        let mut uses: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
        let mut front: BTreeMap<EntityId, ProjectId> =
            steps.iter().map(|step| (step.asset_id, step.asset_project_id)).collect();
        while !front.is_empty() {
            let reads = std::mem::take(&mut front).into_iter().map(|(id, project)| async move {
                self.casting_of(project, id).await.map(|links| (id, links))
            });
            let read: Vec<_> = concurrently(reads).await?;
            uses.extend(
                read.iter()
                    .map(|(id, links)| (*id, links.iter().map(|link| link.asset_id).collect())),
            );
            let links = read.iter().flat_map(|(_, links)| links);
            front.extend(
                links
                    .map(|link| (link.asset_id, link.asset_project_id))
                    .filter(|(id, _)| !uses.contains_key(id)),
            );
        }
        for step in steps {
            uses.entry(step.entity_id).or_default().push(step.asset_id);
        }
        let pairs = steps.iter().map(|step| (step.entity_id, step.asset_id));
        Ok(pairs.filter(|(entity, asset)| reaches(*asset, *entity, &uses)).collect())
    }
}

/// Whether `target` is reached from `from` through what it uses, and what that uses, and so on.
fn reaches(from: EntityId, target: EntityId, uses: &BTreeMap<EntityId, Vec<EntityId>>) -> bool {
    let (mut open, mut seen) = (vec![from], BTreeSet::new());
    while let Some(id) = open.pop() {
        if id == target {
            return true;
        }
        if seen.insert(id) {
            open.extend(uses.get(&id).into_iter().flatten());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_followed_and_circles_do_not_trap() {
        let [a, b, c] = [EntityId::new(), EntityId::new(), EntityId::new()];
        let uses = BTreeMap::from([(a, vec![b]), (b, vec![c, a])]);
        assert!(reaches(a, c, &uses));
        assert!(!reaches(c, a, &uses));
        assert!(!reaches(a, EntityId::new(), &uses));
    }
}
