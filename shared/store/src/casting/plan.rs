//! Planning a change of casting: any number of steps become one transaction.
//!
//! Start with [`Store::plan_casting`]: it reads the links that the steps touch into a [`Draft`], lets each step change
//! the draft, and writes what is different then.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::casting::{EpisodeEffect, Link, Use, episode_gains, episode_loses};
use model::{By, Entity, EntityId, HistoryEntry, PersonId, Result, Timestamp};

use super::{CastStep, write_copies, write_whereabouts};
use crate::client::Store;
use crate::history::write_history;
use crate::item::{Item as _, Stored, decode};
use crate::table::{self, Key};
use crate::transaction::Transaction;

impl Store {
    /// The writes that make these pairs as wanted, and tell so in the history of the assets. Steps on an entity
    /// or asset that is gone drop out.
    pub(crate) async fn plan_casting(
        &self,
        steps: &[CastStep],
        by: Option<PersonId>,
    ) -> Result<Transaction> {
        let ends = self.ends_of(steps).await?;
        let steps = self.steps_where_entities_are(steps, &ends).await?;
        let keys: BTreeSet<Key> = steps
            .iter()
            .flat_map(|step| std::iter::once(step.key()).chain(step.episode_key()))
            .collect();
        let items = self.get_many_raw(keys.into_iter().collect()).await?;
        let mut read = HashMap::new();
        for (key, item) in items {
            read.insert(key, decode::<Link>(item)?);
        }
        let links = read.iter().map(|(key, stored)| (key.clone(), stored.value.clone())).collect();
        let by_caller = by.map(|by| self.by(by));
        let mut draft = Draft { read, links, ends: HashMap::new(), now: self.now(), by: by_caller };
        for step in &steps {
            let is_there = ends.contains_key(&step.entity_id) && ends.contains_key(&step.asset_id);
            if is_there || step.wanted.is_none() {
                draft.apply(step);
            }
        }
        draft.ends = ends.into_values().map(|stored| (stored.value.key(), stored)).collect();
        let mut transaction = draft.transaction()?;
        transaction.set_author(by);
        Ok(transaction)
    }

    /// The entities and assets of steps that add, those that are there.
    async fn ends_of(&self, steps: &[CastStep]) -> Result<HashMap<EntityId, Stored<Entity>>> {
        let adding = steps.iter().filter(|step| step.wanted.is_some());
        let at: BTreeMap<EntityId, _> = adding
            .flat_map(|s| {
                [
                    (s.entity_id, (s.project_id, s.entity_type_id)),
                    (s.asset_id, (s.asset_project_id, s.asset_type_id)),
                ]
            })
            .collect();
        self.entities_stored_at(at.iter().map(|(id, home)| (*home, *id))).await
    }

    /// The same steps, those of an entity that has moved since in the episode it is in now.
    async fn steps_where_entities_are(
        &self,
        steps: &[CastStep],
        ends: &HashMap<EntityId, Stored<Entity>>,
    ) -> Result<Vec<CastStep>> {
        let mut steps = steps.to_vec();
        for step in steps.iter_mut().filter(|step| step.wanted.is_some()) {
            let end = ends.get(&step.entity_id).map(|stored| &stored.value);
            if let Some(entity) = end.filter(|entity| entity.parent_id != step.parent_id) {
                step.episode_id = self.episodes_of([entity]).await?.remove(&entity.id);
                step.parent_id = entity.parent_id;
            }
        }
        Ok(steps)
    }
}

/// The links that steps touch: as they were read, and as they shall be.
struct Draft {
    read: HashMap<Key, Stored<Link>>,
    links: BTreeMap<Key, Link>,
    /// The entities and assets that links are added to, as they were read.
    ends: HashMap<Key, Stored<Entity>>,
    now: Timestamp,
    /// Who changes them; a change nobody is known for is not told.
    by: Option<By>,
}

impl Draft {
    /// Makes one pair as wanted, and lets the episode follow.
    fn apply(&mut self, step: &CastStep) {
        let key = step.key();
        match (self.links.get_mut(&key), &step.wanted) {
            (Some(link), Some(wanted)) => {
                link.nb_occurences = wanted.nb_occurences;
                link.label.clone_from(&wanted.label);
                link.is_explicit = true;
                link.updated_at = self.now;
            }
            (None, Some(wanted)) => {
                self.links.insert(key, step.link(wanted.clone(), self.now));
                self.follow(step, Some(wanted));
            }
            // An episode keeps an asset as long as one of its shots uses it.
            (Some(link), None) if link.nb_shots > 0 => link.is_explicit = false,
            (Some(_), None) => {
                self.links.remove(&key);
                self.follow(step, None);
            }
            (None, None) => {}
        }
    }

    fn follow(&mut self, step: &CastStep, gained: Option<&Use>) {
        let (Some(key), Some(episode)) = (step.episode_key(), step.episode_id) else { return };
        let link = self.links.get(&key);
        match gained.map_or_else(|| episode_loses(link), |_| episode_gains(link)) {
            EpisodeEffect::Create => {
                let made = gained.and_then(|wanted| step.episode_link(episode, wanted, self.now));
                self.links.extend(made.map(|link| (key, link)));
            }
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

    /// The writes that turn what was read into what shall be.
    fn transaction(mut self) -> Result<Transaction> {
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
                    assets.insert(table::entity(
                        (link.asset_project_id, link.asset_type_id),
                        link.asset_id,
                    ));
                }
            }
        }
        for (key, read) in &self.read {
            if !self.links.contains_key(key) {
                let link = &read.value;
                transaction.remove(read);
                clear_whereabouts(&mut transaction, link);
                *gains.entry(entity_key(link)).or_default() -= 1;
            }
        }
        for (key, by) in gains {
            let number = [("nb_entities_out", by)];
            match self.ends.get(&key) {
                // It must be where it was read: its episode follows it.
                Some(entity) => transaction.add_to(entity, &number),
                None => transaction.add(key, &number),
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

fn entity_key(link: &Link) -> Key {
    table::entity((link.project_id, link.entity_type_id), link.entity_id)
}

fn clear_whereabouts(transaction: &mut Transaction, link: &Link) {
    transaction.clear(table::cast_in(link.asset_id, link.project_id, link.entity_id));
    transaction.clear(table::link_locator(link.id));
    if link.asset_project_id != link.project_id {
        transaction.clear(table::foreign(link.project_id, link.asset_id, link.entity_id));
    }
}
