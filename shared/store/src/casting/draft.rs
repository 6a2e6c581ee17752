//! A [`Draft`]: links as they were read and as they shall be, and the writes that make the one the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::casting::{EpisodeEffect, Link, episode_gains, episode_loses};
use model::{By, Entity, EntityId, EntityKind, EntityTypeId, HistoryEntry, Result, Timestamp};

use super::step::{asset_key, entity_key, episode_link, followed_by};
use super::{CastStep, write_copies, write_whereabouts};
use crate::history::write_history;
use crate::item::{Item as _, Stored};
use crate::table::{self, Key};
use crate::transaction::Transaction;

/// The links that steps touch: as they were read, and as they shall be.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    read: HashMap<Key, Stored<Link>>,
    pub(super) links: BTreeMap<Key, Link>,
    /// Both ends of what is added.
    pub(super) ends: HashMap<EntityId, Stored<Entity>>,
    /// The types of the entities that may count a link less, those that are there: one that a journal deletes or moves
    /// goes ahead of its links, which name it where it was.
    pub(super) types: HashMap<EntityId, EntityTypeId>,
    pub(super) now: Timestamp,
    /// Who changes them; a change nobody is known for is not told.
    pub(super) by: Option<By>,
}

impl Draft {
    pub(super) fn new(now: Timestamp) -> Self {
        let (read, links) = (HashMap::new(), BTreeMap::new());
        Self { read, links, ends: HashMap::new(), types: HashMap::new(), now, by: None }
    }

    pub(super) fn add(&mut self, read: HashMap<Key, Stored<Link>>) {
        self.links.extend(read.iter().map(|(key, stored)| (key.clone(), stored.value.clone())));
        self.read.extend(read);
    }

    /// The entity and the asset of a step that adds, if both are there.
    pub(super) fn ends(&self, step: &CastStep) -> Option<(&Entity, &Entity)> {
        let (entity, asset) = (self.ends.get(&step.entity_id)?, self.ends.get(&step.asset_id)?);
        Some((&entity.value, &asset.value))
    }

    /// Makes one pair as wanted, by a `new` link if there is none, and lets the episode follow.
    pub(super) fn apply(&mut self, step: &CastStep, new: Option<&Link>) {
        let key = step.key();
        let is_there = self.ends(step).is_some();
        match (self.links.get_mut(&key), &step.wanted) {
            (Some(link), Some(wanted)) if is_there => {
                if !step.kept.nb_occurences {
                    link.nb_occurences = wanted.nb_occurences;
                }
                if !step.kept.label {
                    link.label.clone_from(&wanted.label);
                }
                link.is_explicit = true;
                link.updated_at = self.now;
            }
            (Some(link), None) if step.link.is_some_and(|id| id != link.id) => {}
            // An episode keeps an asset as long as one of its shots uses it.
            (Some(link), None) if link.nb_shots > 0 => link.is_explicit = false,
            (Some(link), None) => {
                let link = link.clone();
                self.links.remove(&key);
                self.follow(&link, episode_loses);
            }
            (None, Some(_)) => {
                if let Some(link) = new {
                    self.links.insert(key, link.clone());
                    self.follow(link, episode_gains);
                }
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    /// Does to the episode's own link what follows from that of one of its shots.
    fn follow(&mut self, link: &Link, effect: impl Fn(Option<&Link>) -> EpisodeEffect) {
        let Some(key) = followed_by(link) else { return };
        match effect(self.links.get(&key)) {
            EpisodeEffect::Create => self.links.extend(episode_link(link).map(|own| (key, own))),
            EpisodeEffect::Increment => self.count(&key, 1),
            EpisodeEffect::Decrement => self.count(&key, -1),
            EpisodeEffect::Remove => drop(self.links.remove(&key)),
            EpisodeEffect::None => {}
        }
    }

    fn count(&mut self, key: &Key, by: i64) {
        if let Some(link) = self.links.get_mut(key) {
            link.nb_shots = (link.nb_shots + by).max(0);
        }
    }

    /// Where the entity is that counts a link less; `None` if it is gone.
    fn counter_of(&self, link: &Link) -> Option<Key> {
        let entity_type = *self.types.get(&link.entity_id)?;
        Some(table::entity((link.project_id, entity_type), link.entity_id))
    }

    /// The writes that turn what was read into what shall be.
    pub(super) fn transaction(mut self) -> Result<Transaction> {
        // Taken away and given back by the same steps, as an episode's when an asset moves from shot to shot: it is
        // the same link.
        for (key, link) in &mut self.links {
            if let Some(read) = self.read.get(key) {
                (link.id, link.created_at) = (read.value.id, read.value.created_at);
            }
        }
        let mut transaction = Transaction::default();
        let mut gains: BTreeMap<Key, i64> = BTreeMap::new();
        let mut assets = BTreeSet::new();
        let mut placed: HashMap<Key, &Stored<Entity>> = HashMap::new();
        for (key, link) in &self.links {
            match self.read.get(key) {
                Some(read) if read.value == *link => {}
                Some(read) => {
                    transaction.replace(read, link)?;
                    write_copies(&mut transaction, link)?;
                }
                None => {
                    transaction.create(link)?;
                    write_whereabouts(&mut transaction, link)?;
                    *gains.entry(entity_key(link)).or_default() += 1;
                    placed.extend(self.ends.get(&link.entity_id).and_then(in_a_sequence));
                    assets.insert(asset_key(link));
                }
            }
        }
        for (key, read) in &self.read {
            if !self.links.contains_key(key) {
                let link = &read.value;
                transaction.remove(read);
                clear_whereabouts(&mut transaction, link);
                if let Some(entity) = self.counter_of(link) {
                    *gains.entry(entity).or_default() -= 1;
                }
            }
        }
        for (key, by) in gains {
            let by = [("nb_entities_out", by)];
            match placed.get(&key) {
                Some(entity) => transaction.add_to(entity, &by),
                None => transaction.add(key, &by),
            };
        }
        // An asset that is being deleted cannot be cast any more.
        for asset in assets {
            transaction.touch(asset);
        }
        if let Some(by) = self.by {
            let keys: BTreeSet<&Key> = self.read.keys().chain(self.links.keys()).collect();
            let before = |key| self.read.get(key).map(|read| &read.value);
            let links = keys.into_iter().map(|key| (before(key), self.links.get(key)));
            write_history(&mut transaction, HistoryEntry::of_casting(by, links))?;
        }
        Ok(transaction)
    }
}

/// An entity that may move to another episode: what is new in it is written only if it has not.
fn in_a_sequence(entity: &Stored<Entity>) -> Option<(Key, &Stored<Entity>)> {
    let may_move = matches!(entity.value.kind, EntityKind::Shot | EntityKind::Scene);
    may_move.then(|| (entity.value.key(), entity))
}

fn clear_whereabouts(transaction: &mut Transaction, link: &Link) {
    transaction.clear(table::cast_in(link.asset_id, link.project_id, link.entity_id));
    transaction.clear(table::link_locator(link.id));
    if link.asset_project_id != link.project_id {
        transaction.clear(table::foreign(link.project_id, link.asset_id, link.entity_id));
    }
}
