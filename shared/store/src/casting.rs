//! Casting: reading the links of either side, and planning their change.
//!
//! A link is three or four items (both directions, its locator, and for an asset of another project an
//! entry for `shared-used`), a counter on the entity, and possibly the link of the shot's episode. A
//! [`CastStep`] says how one pair of entity and asset shall be; [`Store::plan_casting`] reads what is and
//! turns any number of steps into one transaction that holds only if nothing moved in between.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::casting::{EpisodeEffect, Link, Use, episode_gains, episode_loses};
use model::{
    By, Entity, EntityId, EntityKind, EntityTypeId, HistoryEntry, LinkId, PersonId, ProjectId,
    Result, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::client::Store;
use crate::entity::id_attribute;
use crate::history::write_history;
use crate::item::{CastInItem, ForeignItem, Stored, decode};
use crate::table::{self, Key, Pattern};
use crate::transaction::Transaction;

/// How one pair of entity and asset shall be: used so, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CastStep {
    pub(crate) entity_id: EntityId,
    pub(crate) entity_type_id: EntityTypeId,
    pub(crate) project_id: ProjectId,
    pub(crate) episode_id: Option<EntityId>,
    pub(crate) asset_id: EntityId,
    pub(crate) asset_type_id: EntityTypeId,
    pub(crate) asset_project_id: ProjectId,
    pub(crate) wanted: Option<Use>,
}

impl CastStep {
    /// The step for `asset` in `entity`, which belongs to `episode_id`.
    pub(crate) fn new(
        entity: &Entity,
        episode_id: Option<EntityId>,
        asset: &Entity,
        wanted: Option<Use>,
    ) -> Self {
        Self {
            entity_id: entity.id,
            entity_type_id: entity.entity_type_id,
            project_id: entity.project_id,
            episode_id,
            asset_id: asset.id,
            asset_type_id: asset.entity_type_id,
            asset_project_id: asset.project_id,
            wanted,
        }
    }

    /// The step that undoes a link.
    pub(crate) fn removal(link: &Link) -> Self {
        Self {
            entity_id: link.entity_id,
            entity_type_id: link.entity_type_id,
            project_id: link.project_id,
            episode_id: link.episode_id,
            asset_id: link.asset_id,
            asset_type_id: link.asset_type_id,
            asset_project_id: link.asset_project_id,
            wanted: None,
        }
    }

    fn key(&self) -> Key {
        table::cast(self.project_id, self.entity_id, self.asset_id)
    }

    /// The episode's own link that follows this one, if the entity is a shot of an episode.
    fn episode_key(&self) -> Option<Key> {
        let episode = self
            .episode_id
            .filter(|_| EntityKind::of_type(self.entity_type_id) == EntityKind::Shot)?;
        Some(table::cast(self.project_id, episode, self.asset_id))
    }

    fn link(&self, wanted: Use, now: Timestamp) -> Link {
        let kind = EntityKind::of_type(self.entity_type_id);
        Link {
            id: LinkId::new(),
            entity_id: self.entity_id,
            entity_kind: kind,
            entity_type_id: self.entity_type_id,
            project_id: self.project_id,
            episode_id: if kind == EntityKind::Episode {
                Some(self.entity_id)
            } else {
                self.episode_id
            },
            asset_id: self.asset_id,
            asset_type_id: self.asset_type_id,
            asset_project_id: self.asset_project_id,
            nb_occurences: wanted.nb_occurences,
            label: wanted.label,
            nb_shots: 0,
            is_explicit: true,
            created_at: now,
            updated_at: now,
        }
    }

    /// The link of the shot's episode, made because of the shot.
    fn episode_link(&self, episode: EntityId, wanted: &Use, now: Timestamp) -> Option<Link> {
        let entity_type_id = EntityKind::Episode.entity_type()?;
        Some(Link {
            entity_id: episode,
            entity_kind: EntityKind::Episode,
            entity_type_id,
            episode_id: Some(episode),
            nb_occurences: 1,
            nb_shots: 1,
            is_explicit: false,
            ..self.link(wanted.clone(), now)
        })
    }
}

/// The links that steps touch: as they were read, and as they shall be.
struct Draft {
    read: HashMap<Key, Stored<Link>>,
    links: BTreeMap<Key, Link>,
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
                transaction.clear(table::cast_in(link.asset_id, link.project_id, link.entity_id));
                transaction.clear(table::link_locator(link.id));
                if link.asset_project_id != link.project_id {
                    transaction.clear(table::foreign(
                        link.project_id,
                        link.asset_id,
                        link.entity_id,
                    ));
                }
                *gains.entry(entity_key(link)).or_default() -= 1;
            }
        }
        for (key, by) in gains {
            transaction.add(key, &[("nb_entities_out", by)]);
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

fn write_copies(transaction: &mut Transaction, link: &Link) -> Result<()> {
    transaction.put(&CastInItem(link.clone()))?;
    if link.asset_project_id != link.project_id {
        transaction.put(&ForeignItem(link.clone()))?;
    }
    Ok(())
}

/// Writes what leads to a link: the asset's side, the entry for `shared-used`, the locator.
pub(crate) fn write_whereabouts(transaction: &mut Transaction, link: &Link) -> Result<()> {
    write_copies(transaction, link)?;
    transaction.mark(
        table::link_locator(link.id),
        &[
            ("project_id", &link.project_id),
            ("entity_id", &link.entity_id),
            ("asset_id", &link.asset_id),
        ],
    );
    Ok(())
}

impl Store {
    /// The writes that make these pairs as wanted, and tell so in the history of the assets. Steps on an entity
    /// or asset that is gone drop out.
    pub(crate) async fn plan_casting(
        &self,
        steps: &[CastStep],
        by: Option<PersonId>,
    ) -> Result<Transaction> {
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
        let mut draft = Draft { read, links, now: self.now(), by: by.map(|by| self.by(by)) };
        let gone = self.gone_from(steps).await?;
        for step in steps {
            let is_gone = gone.contains(&step.entity_id) || gone.contains(&step.asset_id);
            if !(is_gone && step.wanted.is_some()) {
                draft.apply(step);
            }
        }
        let mut transaction = draft.transaction()?;
        transaction.set_author(by);
        Ok(transaction)
    }

    /// Which of the entities that steps would add to are not there any more.
    async fn gone_from(&self, steps: &[CastStep]) -> Result<BTreeSet<EntityId>> {
        let adding = steps.iter().filter(|step| step.wanted.is_some());
        let at: BTreeMap<EntityId, _> = adding
            .flat_map(|s| {
                [
                    (s.entity_id, (s.project_id, s.entity_type_id)),
                    (s.asset_id, (s.asset_project_id, s.asset_type_id)),
                ]
            })
            .collect();
        let there = self.entities_at(at.iter().map(|(id, home)| (*home, *id))).await?;
        Ok(at.into_keys().filter(|id| !there.contains_key(id)).collect())
    }

    /// What is cast in an entity.
    pub async fn casting_of(&self, project: ProjectId, entity: EntityId) -> Result<Vec<Link>> {
        self.query(Pattern::CastingOf(project, entity)).await
    }

    /// Every link of a project's entities.
    pub async fn casting_of_project(&self, project: ProjectId) -> Result<Vec<Link>> {
        self.query(Pattern::CastingOfProject(project)).await
    }

    /// Where an asset is cast.
    pub async fn cast_in(&self, asset: EntityId) -> Result<Vec<Link>> {
        Ok(self
            .query::<CastInItem>(Pattern::CastIn(asset))
            .await?
            .into_iter()
            .map(|item| item.0)
            .collect())
    }

    /// The links of a project's entities to assets of other projects.
    pub async fn casting_foreign(&self, project: ProjectId) -> Result<Vec<Link>> {
        Ok(self
            .query::<ForeignItem>(Pattern::ForeignCasting(project))
            .await?
            .into_iter()
            .map(|item| item.0)
            .collect())
    }

    /// One link by its id.
    pub async fn link_get(&self, id: LinkId) -> Result<Option<Link>> {
        let Some(item) = self.get_raw(&table::link_locator(id)).await? else { return Ok(None) };
        let project = ProjectId(id_attribute(&item, "project_id")?);
        let entity = EntityId(id_attribute(&item, "entity_id")?);
        let asset = EntityId(id_attribute(&item, "asset_id")?);
        let stored = self.get::<Link>(&table::cast(project, entity, asset)).await?;
        Ok(stored.map(|stored| stored.value).filter(|link| link.id == id))
    }

    /// Deletes one link.
    pub async fn link_delete(&self, link: &Link, by: PersonId) -> Result<()> {
        self.cast_all(vec![CastStep::removal(link)], &[link.project_id], by).await
    }

    /// The episode of each entity: of a shot or scene through its sequence, of a sequence its parent, of an
    /// episode itself. Entities without one are left out.
    pub async fn episodes_of<'a>(
        &self,
        entities: impl IntoIterator<Item = &'a Entity> + Clone,
    ) -> Result<HashMap<EntityId, EntityId>> {
        let sequences: BTreeSet<_> = entities
            .clone()
            .into_iter()
            .filter(|e| matches!(e.kind, EntityKind::Shot | EntityKind::Scene))
            .filter_map(|e| {
                Some(((e.project_id, EntityKind::Sequence.entity_type()?), e.parent_id?))
            })
            .collect();
        let sequences = self.entities_at(sequences).await?;
        let episode = |e: &Entity| match e.kind {
            EntityKind::Shot | EntityKind::Scene => sequences.get(&e.parent_id?)?.parent_id,
            EntityKind::Sequence => e.parent_id,
            EntityKind::Episode => Some(e.id),
            EntityKind::Asset => e.source_id,
        };
        Ok(entities.into_iter().filter_map(|e| Some((e.id, episode(e)?))).collect())
    }
}
