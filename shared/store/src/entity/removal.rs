//! Deleting entities for good: they, their tasks and their comments, their casting both ways, their instances.
//!
//! Whatever depends on an entity is created together with a touch of the entity's revision, so nothing can
//! be added between the look at what is there and the deletion, and nothing after it. Only new entities do not touch
//! what they are in: they look at it once they are written (`Store::require_home`), and the deletion looks for them
//! once it is made. What is deleted only if it is empty is `emptiness`.
//!
//! Several entities are gone with one write, and what belonged to them goes together: entities of one project use the
//! same assets, at which deletions side by side would meet. What that is, is in `rest` and `links`.

mod links;
mod rest;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{Entity, EntityId, EntityKind, EntityTypeId, PersonId, ProjectId, Result};
use serde::{Deserialize, Serialize};

use super::emptiness::may_hold;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::{child_key, id_attribute, name_key};
use crate::item::{Stored, key_of};
use crate::journal::{CAST_CHUNK, Purpose};
use crate::open::Open;
use crate::table::{self, Home, Key, Pattern};
use crate::transaction::{Outcome, Transaction};

/// Entities that are gone with one write. Each is up to five items in it; beside them are the journal's two and the projects
/// that are told.
const REMOVED_AT_ONCE: usize = 16;
/// Such writes under way at once, each with what belonged to its entities.
const WRITES_AT_ONCE: usize = 2;
/// How often these may be changed by others meanwhile: then they are deleted one by one.
const ATTEMPTS_AT_ONCE: u32 = 4;

/// Which of the entities that are to be deleted really are, as they are found then.
#[derive(Clone, Copy, Debug)]
pub enum Condemned {
    /// All.
    All,
    /// Those that are canceled.
    Canceled,
    /// Those in this entity, by themselves or with what they are in.
    Within(EntityId),
}

/// Which entity: enough to find what belongs to it, also when it is gone.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct EntityRef {
    pub(crate) id: EntityId,
    kind: EntityKind,
    project_id: ProjectId,
    entity_type_id: EntityTypeId,
}

impl EntityRef {
    pub(crate) fn of(entity: &Entity) -> Self {
        let Entity { id, kind, project_id, entity_type_id, .. } = *entity;
        Self { id, kind, project_id, entity_type_id }
    }

    fn home(&self) -> Home {
        (self.project_id, self.entity_type_id)
    }
}

impl Store {
    /// Deletes an entity and all that belongs to it; `false` if there is none. From the first write on it is
    /// gone for every reader, and a crash later is completed by the next request of its project. Its history goes
    /// with it; that of the assets it used tells that it is gone, and by whom, unless a sweep removes it.
    pub async fn entity_remove(
        &self,
        id: EntityId,
        by: impl Into<Option<PersonId>>,
    ) -> Result<bool> {
        Ok(self.entities_remove(&[id], Condemned::All, by).await?.is_empty())
    }

    /// Deletes entities as [`Store::entity_remove`] does, a number of them at once. Tells which it leaves alone: they are not
    /// there any more, or not condemned.
    pub async fn entities_remove(
        &self,
        ids: &[EntityId],
        condemned: Condemned,
        by: impl Into<Option<PersonId>>,
    ) -> Result<Vec<EntityId>> {
        let by = by.into();
        let work: Vec<_> = ids
            .chunks(REMOVED_AT_ONCE)
            .map(|ids| Box::pin(self.remove_some(ids, condemned, by)))
            .collect();
        let spared: Vec<Vec<EntityId>> =
            stream::iter(work).buffered(WRITES_AT_ONCE).try_collect().await?;
        Ok(spared.into_iter().flatten().collect())
    }

    /// As [`Store::entities_remove`], of so many as are gone with one write, or of one after the other.
    async fn remove_some(
        &self,
        ids: &[EntityId],
        condemned: Condemned,
        by: Option<PersonId>,
    ) -> Result<Vec<EntityId>> {
        if ids.len() > 1
            && let Some(spared) = self.remove_at_once(ids, condemned, by, ATTEMPTS_AT_ONCE).await?
        {
            return Ok(spared);
        }
        let mut spared = Vec::new();
        for id in ids {
            let alone = self.remove_at_once(&[*id], condemned, by, ATTEMPTS).await?;
            spared.extend(alone.ok_or_else(contended)?);
        }
        Ok(spared)
    }

    /// As [`Store::entities_remove`], of as many as are gone with one write; `None` if each time one of them was changed
    /// meanwhile.
    async fn remove_at_once(
        &self,
        ids: &[EntityId],
        condemned: Condemned,
        by: Option<PersonId>,
        attempts: u32,
    ) -> Result<Option<Vec<EntityId>>> {
        for _ in 0..attempts {
            let mut found = self.entities_gathered(ids).await?;
            match condemned {
                Condemned::All => {}
                Condemned::Canceled => found.retain(|stored| stored.value.canceled),
                Condemned::Within(within) => {
                    let inside = self.those_within(&found, within).await?;
                    found.retain(|stored| inside.contains(&stored.value.id));
                }
            }
            if found.is_empty() || self.entities_removed(&found, by).await? {
                let is_gone = |id: &EntityId| found.iter().any(|stored| stored.value.id == *id);
                return Ok(Some(ids.iter().copied().filter(|id| !is_gone(id)).collect()));
            }
        }
        Ok(None)
    }

    /// Those of these entities that are in another one, by themselves or with what they are in.
    async fn those_within(
        &self,
        entities: &[Stored<Entity>],
        within: EntityId,
    ) -> Result<BTreeSet<EntityId>> {
        let mut above: HashMap<EntityId, EntityId> = entities
            .iter()
            .filter_map(|stored| Some((stored.value.id, stored.value.scope()?)))
            .collect();
        let mut inside = BTreeSet::new();
        while !above.is_empty() {
            above.retain(|id, scope| *scope != within || !inside.insert(*id));
            let scopes: BTreeSet<EntityId> = above.values().copied().collect();
            let scopes = self.entities_get(&scopes.into_iter().collect::<Vec<_>>()).await?;
            let next = |scope: &EntityId| scopes.get(scope).and_then(Entity::scope);
            above = above.iter().filter_map(|(id, scope)| Some((*id, next(scope)?))).collect();
        }
        Ok(inside)
    }

    /// Entities whose tasks are where they are, unless they have changed since: some of an asset's may still be where it was
    /// before it got another type.
    pub(super) async fn entities_gathered(&self, ids: &[EntityId]) -> Result<Vec<Stored<Entity>>> {
        let mut found = match ids {
            [id] => {
                self.entity_stored(*id).await?.map(|stored| (*id, stored)).into_iter().collect()
            }
            _ => self.entities_stored(ids).await?,
        };
        let found: Vec<Stored<Entity>> = ids.iter().filter_map(|id| found.remove(id)).collect();
        let mut assets: BTreeMap<ProjectId, Vec<EntityId>> = BTreeMap::new();
        for asset in found.iter().map(|it| &it.value).filter(|it| it.kind == EntityKind::Asset) {
            assets.entry(asset.project_id).or_default().push(asset.id);
        }
        for (project, assets) in assets {
            self.moves_complete(project, &assets).await?;
        }
        Ok(found)
    }

    /// Deletes entities of one project that were read; `false` if one of them has changed since, and then nothing is.
    pub(crate) async fn entities_removed(
        &self,
        entities: &[Stored<Entity>],
        by: Option<PersonId>,
    ) -> Result<bool> {
        let holders = || entities.iter().map(|it| &it.value).filter(|entity| may_hold(entity.kind));
        let mut now = Transaction::default();
        // Each once: two that were read while one took the other's name are refused, not a mistake.
        let mut keys = BTreeSet::new();
        for stored in entities {
            now.remove(stored);
            keys.extend([name_key(&stored.value), table::entity_locator(stored.value.id)]);
            keys.extend(child_key(&stored.value));
        }
        for key in keys {
            now.clear(key);
        }
        for holder in holders() {
            now.put(&Open::entity(holder.id, self.now()))?;
        }
        // On the heap: what is asked before the first write may be as deep once more.
        let is_done = Box::pin(self.removed(entities, now, by)).await;
        for stored in entities {
            self.cache.forget(stored.value.id);
        }
        if !is_done? {
            return Ok(false);
        }
        for holder in holders() {
            self.children_remove(holder.id, by).await?;
        }
        Ok(true)
    }

    /// Deletes what is still listed under an entity that is gone: what was created while it was deleted.
    pub(crate) async fn children_remove(
        &self,
        parent: EntityId,
        by: Option<PersonId>,
    ) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let entries = self.query_raw(Pattern::Children(parent)).await?;
            if entries.is_empty() {
                return Ok(());
            }
            let ids = entries.iter().map(|entry| id_attribute(entry, "entity_id").map(EntityId));
            let ids: Vec<EntityId> = ids.collect::<Result<_>>()?;
            let within = Condemned::Within(parent);
            let spared = Box::pin(self.entities_remove(&ids, within, by)).await?;
            let entries = ids.iter().zip(&entries).filter(|(id, _)| spared.contains(id));
            let keys: Vec<Key> = entries.filter_map(|(_, entry)| key_of(entry)).collect();
            self.clear_all(&keys).await?;
        }
        Err(contended())
    }

    async fn removed(
        &self,
        entities: &[Stored<Entity>],
        now: Transaction,
        by: Option<PersonId>,
    ) -> Result<bool> {
        let refs: Vec<EntityRef> = entities.iter().map(|it| EntityRef::of(&it.value)).collect();
        let links = self.links_of(&refs).await?;
        if links.len() <= CAST_CHUNK {
            let mut whole = now.clone();
            whole.extend(self.plan_link_removal(&refs, &links, by).await?);
            if self.add_rest(&mut whole, &refs).await? {
                return Ok(self.transact(whole).await? == Outcome::Done);
            }
        }
        let own = entities.iter().map(|it| it.value.project_id);
        let mut projects: Vec<ProjectId> =
            own.chain(links.values().map(|link| link.project_id)).collect();
        // Their own is the first: of very many, not all are told.
        let mut told = BTreeSet::new();
        projects.retain(|project| told.insert(*project));
        let purpose = Purpose::Removal(refs);
        match self.journal_commit(&purpose, &projects, &now, by).await? {
            Some(journal) => self.journal_finish(journal).await.map(|()| true),
            None => Ok(false),
        }
    }
}
