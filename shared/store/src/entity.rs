//! Entities: where they are kept, and reading them. Making, changing and deleting one is in `create`, `update` and
//! `removal`; whole lists of assets and pages of them are in `list`.

mod create;
mod emptiness;
mod list;
mod name;
mod removal;
mod retype;
mod update;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{Entity, EntityId, EntityKind, EntityTypeId, Error, ProjectId, Result};

pub use self::emptiness::Removal;
pub use self::list::{AssetFilter, Position};
pub(crate) use self::name::{name_key, write_name};
pub use self::removal::Condemned;
pub(crate) use self::removal::EntityRef;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::condition::unconditional;
use crate::item::{Attributes, Stored, decode};
use crate::table::{self, Home, Key, Pattern};
use crate::transaction::Transaction;

/// Where an entity is kept. It changes only when an asset gets another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locator {
    /// What it is.
    pub kind: EntityKind,
    /// Its production.
    pub project_id: ProjectId,
    /// Its type.
    pub entity_type_id: EntityTypeId,
}

impl Locator {
    pub(crate) fn of(entity: &Entity) -> Self {
        Self {
            kind: entity.kind,
            project_id: entity.project_id,
            entity_type_id: entity.entity_type_id,
        }
    }

    pub(crate) fn home(self) -> Home {
        (self.project_id, self.entity_type_id)
    }

    fn decode(item: &Attributes) -> Result<Self> {
        let entity_type_id = id_attribute(item, "entity_type_id").map(EntityTypeId)?;
        let project_id = id_attribute(item, "project_id").map(ProjectId)?;
        Ok(Self { kind: EntityKind::of_type(entity_type_id), project_id, entity_type_id })
    }
}

/// An id kept in a marker item.
pub(crate) fn id_attribute(item: &Attributes, name: &str) -> Result<uuid::Uuid> {
    text_attribute(item, name)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::internal(format!("an item lacks the id {name}")))
}

/// A text kept in a marker item.
pub(crate) fn text_attribute<'a>(item: &'a Attributes, name: &str) -> Option<&'a str> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Some(text),
        _ => None,
    }
}

/// The parent an entity is listed under.
pub(crate) fn child_key(entity: &Entity) -> Option<Key> {
    entity.scope().map(|parent| table::child(parent, entity.entity_type_id, entity.id))
}

/// Where the entity is that this one is in, and what it is: a shot's sequence, an asset's episode.
pub(crate) fn parent_of(entity: &Entity) -> Option<(Key, EntityKind)> {
    let kind = match entity.kind {
        EntityKind::Shot | EntityKind::Scene => EntityKind::Sequence,
        EntityKind::Sequence | EntityKind::Asset | EntityKind::Episode => EntityKind::Episode,
    };
    let home = (entity.project_id, kind.entity_type()?);
    Some((table::entity(home, entity.scope()?), kind))
}

/// Writes where an entity is kept, and under which parent it is listed.
pub(crate) fn write_whereabouts(transaction: &mut Transaction, entity: &Entity) {
    transaction.mark(
        table::entity_locator(entity.id),
        &[("project_id", &entity.project_id), ("entity_type_id", &entity.entity_type_id)],
    );
    if let Some(key) = child_key(entity) {
        transaction.mark(
            key,
            &[
                ("project_id", &entity.project_id),
                ("entity_type_id", &entity.entity_type_id),
                ("entity_id", &entity.id),
            ],
        );
    }
}

/// Writes that a project has entities of a type.
pub(crate) fn write_type_used(
    transaction: &mut Transaction,
    project: ProjectId,
    entity_type: EntityTypeId,
) {
    let key = table::type_used(project, entity_type);
    transaction.mark(key, &[("entity_type_id", &entity_type)]);
}

impl Store {
    /// Where an entity is kept; `None` if there is none.
    pub async fn entity_locate(&self, id: EntityId) -> Result<Option<Locator>> {
        if let Some(locator) = self.cache.locator(id) {
            return Ok(Some(locator));
        }
        let item = self.get_raw(&table::entity_locator(id)).await?;
        self.remember_locator(id, item.as_ref())
    }

    /// Where an entity is kept by the locator that was read; `None` if there was none.
    pub(crate) fn remember_locator(
        &self,
        id: EntityId,
        item: Option<&Attributes>,
    ) -> Result<Option<Locator>> {
        let locator = item.map(Locator::decode).transpose()?;
        if let Some(locator) = locator {
            self.cache.remember(id, locator);
        }
        Ok(locator)
    }

    /// One entity of any kind.
    pub async fn entity_get(&self, id: EntityId) -> Result<Option<Entity>> {
        Ok(self.entity_stored(id).await?.map(|stored| stored.value))
    }

    /// An entity of this kind in this project.
    pub async fn entity_in(
        &self,
        project: ProjectId,
        kind: EntityKind,
        id: EntityId,
    ) -> Result<Option<Entity>> {
        let found = self.entity_get(id).await?;
        Ok(found.filter(|entity| entity.kind == kind && entity.project_id == project))
    }

    pub(crate) async fn entity_stored(&self, id: EntityId) -> Result<Option<Stored<Entity>>> {
        // A remembered locator may be from before the asset got another type, and one that was read may be by the time its
        // home is looked at. Only what has no locator is gone: what acts on that does so for good.
        for _ in 0..ATTEMPTS {
            let Some(locator) = self.entity_locate(id).await? else { return Ok(None) };
            if let Some(stored) = self.get(&table::entity(locator.home(), id)).await? {
                return Ok(Some(stored));
            }
            self.cache.forget(id);
        }
        Err(contended())
    }

    /// An entity that is not under the type it was read with, if it got another one since.
    pub(crate) async fn entity_moved(
        &self,
        id: EntityId,
        from: EntityTypeId,
    ) -> Result<Option<Entity>> {
        self.cache.forget(id);
        Ok(self.entity_get(id).await?.filter(|now| now.entity_type_id != from))
    }

    /// The types that entities have now, those that are there: a remembered locator may be from before.
    pub async fn entities_types(
        &self,
        ids: &[EntityId],
    ) -> Result<HashMap<EntityId, EntityTypeId>> {
        for id in ids {
            self.cache.forget(*id);
        }
        let located = self.entities_locate(ids).await?;
        Ok(located.into_iter().map(|(id, locator)| (id, locator.entity_type_id)).collect())
    }

    /// Where entities are kept, those that are there.
    pub async fn entities_locate(&self, ids: &[EntityId]) -> Result<HashMap<EntityId, Locator>> {
        let mut found: HashMap<EntityId, Locator> =
            ids.iter().filter_map(|id| Some((*id, self.cache.locator(*id)?))).collect();
        let keys: HashMap<Key, EntityId> = ids
            .iter()
            .filter(|id| !found.contains_key(id))
            .map(|id| (table::entity_locator(*id), *id))
            .collect();
        for (key, item) in self.get_many_raw(keys.keys().cloned().collect()).await? {
            if let Some(id) = keys.get(&key) {
                let locator = Locator::decode(&item)?;
                self.cache.remember(*id, locator);
                found.insert(*id, locator);
            }
        }
        Ok(found)
    }

    /// Entities by id, those that are there.
    pub async fn entities_get(&self, ids: &[EntityId]) -> Result<HashMap<EntityId, Entity>> {
        let stored = self.entities_stored(ids).await?;
        Ok(stored.into_iter().map(|(id, stored)| (id, stored.value)).collect())
    }

    pub(crate) async fn entities_stored(
        &self,
        ids: &[EntityId],
    ) -> Result<HashMap<EntityId, Stored<Entity>>> {
        let (mut wanted, mut found) = (ids.to_vec(), HashMap::new());
        for _ in 0..ATTEMPTS {
            let locators = self.entities_locate(&wanted).await?;
            let keys =
                locators.iter().map(|(id, locator)| table::entity(locator.home(), *id)).collect();
            for item in self.get_many_raw(keys).await?.into_values() {
                let stored = decode::<Entity>(item)?;
                found.insert(stored.value.id, stored);
            }
            // As one entity is looked for.
            wanted.retain(|id| locators.contains_key(id) && !found.contains_key(id));
            if wanted.is_empty() {
                return Ok(found);
            }
            for id in &wanted {
                self.cache.forget(*id);
            }
        }
        Err(contended())
    }

    /// Entities whose home is known, those that are there.
    pub(crate) async fn entities_at(
        &self,
        at: impl IntoIterator<Item = (Home, EntityId)>,
    ) -> Result<HashMap<EntityId, Entity>> {
        let keys = at.into_iter().map(|(home, id)| table::entity(home, id)).collect();
        Ok(self
            .get_many::<Entity>(keys)
            .await?
            .into_values()
            .map(|entity| (entity.id, entity))
            .collect())
    }

    /// Notes that a project has entities of a type, before the first one is written. The marker stays when
    /// the last one is gone: it says where to look, not what is there.
    pub(crate) async fn type_used_mark(
        &self,
        project: ProjectId,
        entity_type: EntityTypeId,
    ) -> Result<()> {
        if self.cache.is_type_used(project, entity_type) {
            return Ok(());
        }
        if !self.exists(&table::type_used(project, entity_type)).await? {
            let mut transaction = Transaction::default();
            write_type_used(&mut transaction, project, entity_type);
            unconditional(self.commit(transaction)).await?;
        }
        self.cache.remember_type_used(project, entity_type);
        Ok(())
    }

    /// The entities listed under a parent, of one type or of all: a sequence's shots, an episode's assets.
    pub async fn children(
        &self,
        parent: EntityId,
        entity_type: Option<EntityTypeId>,
    ) -> Result<Vec<Entity>> {
        let pattern = match entity_type {
            Some(entity_type) => Pattern::ChildrenOfType(parent, entity_type),
            None => Pattern::Children(parent),
        };
        let at = self
            .query_raw(pattern)
            .await?
            .iter()
            .map(|item| {
                Ok((Locator::decode(item)?.home(), EntityId(id_attribute(item, "entity_id")?)))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(self.entities_at(at).await?.into_values().collect())
    }

    /// All entities of one type in a project.
    pub async fn entities_of_type(
        &self,
        project: ProjectId,
        entity_type: EntityTypeId,
    ) -> Result<Vec<Entity>> {
        self.query(Pattern::Entities((project, entity_type))).await
    }
}
