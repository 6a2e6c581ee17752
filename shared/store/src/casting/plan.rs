//! Planning a change of casting: any number of steps become one transaction.
//!
//! Start with [`Store::plan_casting`]: it reads the links that the steps touch into a [`Draft`], lets each step change
//! the draft, and writes what is different then. In which episode a link counts is looked up here, and holds when it is
//! written: the link says it of what is there, the shot of what is new.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::casting::Link;
use model::{Entity, EntityId, EntityKind, PersonId, Result};

use super::CastStep;
use super::draft::Draft;
use super::step::{followed_by, new_link};
use crate::client::Store;
use crate::item::{Stored, decode};
use crate::table::Key;
use crate::transaction::Transaction;

impl Store {
    /// The writes that make these pairs as wanted, and tell so in the history of the assets. Steps on an entity
    /// or asset that is gone drop out.
    pub(crate) async fn plan_casting(
        &self,
        steps: &[CastStep],
        by: Option<PersonId>,
    ) -> Result<Transaction> {
        self.basis_of(steps, by).await?.plan(steps)
    }

    /// As [`Store::plan_casting`], of the first steps whose writes, `finished` for so many steps, fit one transaction with one
    /// write more: how many they are, one at least.
    pub(crate) async fn plan_casting_part(
        &self,
        steps: &[CastStep],
        by: Option<PersonId>,
        finished: impl Fn(Transaction, usize) -> Transaction,
    ) -> Result<(Transaction, usize)> {
        let basis = self.basis_of(steps, by).await?;
        let mut taken = steps.len();
        loop {
            let transaction = finished(basis.clone().plan(&steps[..taken])?, taken);
            if transaction.fits_with(1) || taken <= 1 {
                return Ok((transaction, taken));
            }
            taken -= taken.div_ceil(6);
        }
    }

    /// What steps are decided on, as it is now.
    async fn basis_of(&self, steps: &[CastStep], by: Option<PersonId>) -> Result<Basis> {
        let read = self.links_at(steps.iter().map(CastStep::key)).await?;
        let ends = self.ends_of(steps).await?;
        let mut draft = Draft::new(self.now());
        draft.ends = ends;
        draft.add(read);
        let new = self.new_links(steps, &draft).await?;
        let there = steps.iter().filter_map(|step| draft.links.get(&step.key()));
        let followed: Vec<Key> = there.chain(new.values()).filter_map(followed_by).collect();
        draft.add(self.links_at(followed).await?);
        draft.types = self.entities_types(&losing(steps, &draft)).await?;
        // After all that is read: whatever was written to it comes before in the history.
        draft.by = by.map(|by| self.by(by));
        Ok(Basis { draft, new, by })
    }

    pub(super) async fn links_at(
        &self,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<HashMap<Key, Stored<Link>>> {
        let items = self.get_many_raw(keys.into_iter().collect()).await?;
        items.into_iter().map(|(key, item)| Ok((key, decode(item)?))).collect()
    }

    /// The entities and assets that steps would bring together, those that are there.
    async fn ends_of(&self, steps: &[CastStep]) -> Result<HashMap<EntityId, Stored<Entity>>> {
        let adding = steps.iter().filter(|step| step.wanted.is_some());
        let ids: BTreeSet<EntityId> =
            adding.flat_map(|step| [step.entity_id, step.asset_id]).collect();
        self.entities_stored(&ids.into_iter().collect::<Vec<_>>()).await
    }

    /// The links that steps would make, by their keys.
    async fn new_links(&self, steps: &[CastStep], draft: &Draft) -> Result<BTreeMap<Key, Link>> {
        let new = steps.iter().filter(|step| !draft.links.contains_key(&step.key()));
        let new = new.filter_map(|step| {
            let (entity, asset) = draft.ends(step)?;
            Some((step.key(), entity, asset, step.wanted.as_ref()?))
        });
        let new: Vec<_> = new.collect();
        let mut episodes = self.episodes_of(new.iter().map(|(_, entity, ..)| *entity)).await?;
        // One that is gone goes ahead of its shots.
        let there = self.entities_types(&episodes.values().copied().collect::<Vec<_>>()).await?;
        episodes.retain(|_, episode| there.contains_key(episode));
        let links = new.into_iter().map(|(key, entity, asset, wanted)| {
            let episode = episodes.get(&entity.id).copied();
            (key, new_link(entity, episode, asset, wanted, draft.now))
        });
        Ok(links.collect())
    }
}

/// What steps are decided on.
#[derive(Clone, Debug)]
struct Basis {
    /// The links as they were read.
    draft: Draft,
    /// The links that steps would make, by their keys.
    new: BTreeMap<Key, Link>,
    by: Option<PersonId>,
}

impl Basis {
    /// The writes that make these pairs as wanted.
    fn plan(mut self, steps: &[CastStep]) -> Result<Transaction> {
        // What is cast in an episode itself stays there, whatever its shots lose.
        let (episodes, others): (Vec<_>, Vec<_>) =
            steps.iter().partition(|step| step.entity_kind == EntityKind::Episode);
        for step in episodes.into_iter().chain(others) {
            self.draft.apply(step, self.new.get(&step.key()));
        }
        let mut transaction = self.draft.transaction()?;
        transaction.set_author(self.by);
        Ok(transaction)
    }
}

/// The entities that may count a link less: the users, and their episodes.
fn losing(steps: &[CastStep], draft: &Draft) -> Vec<EntityId> {
    let removals = steps.iter().filter(|step| step.wanted.is_none());
    let links = removals.filter_map(|step| draft.links.get(&step.key()));
    let ids: BTreeSet<EntityId> =
        links.flat_map(|link| [Some(link.entity_id), link.episode_id]).flatten().collect();
    ids.into_iter().collect()
}
