//! Asset instances: in a scene or another asset, and numbered there. In which shots they are is `presence`.

pub(crate) mod presence;

use model::instance::{InstancePatch, Place};
use model::{AssetInstance, Entity, EntityId, Error, InstanceId, Resource, Result};

use crate::change::{Dated as _, contended};
use crate::client::Store;
use crate::entity::{id_attribute, text_attribute};
use crate::item::{Attributes, Stored, decode, key_of};
use crate::replay::{self, Once};
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction};

/// How many creators may be faster before a caller is told to come back.
const INSTANCE_ATTEMPTS: u32 = 256;
/// Shots an instance is taken out of together with its deletion, two writes each.
const SHOTS_AT_ONCE: usize = 45;

/// Where an instance is kept.
struct InstanceLocator {
    place: EntityId,
    asset: EntityId,
    number: i64,
}

impl InstanceLocator {
    fn decode(item: &Attributes) -> Result<Self> {
        let number = text_attribute(item, "number").and_then(|digits| digits.parse().ok());
        Ok(Self {
            place: EntityId(id_attribute(item, "place_id")?),
            asset: EntityId(id_attribute(item, "asset_id")?),
            number: number
                .ok_or_else(|| Error::internal("an instance's locator lacks its number"))?,
        })
    }

    fn key(&self) -> Key {
        table::instance(self.place, self.asset, self.number)
    }
}

/// The keys of an item of an entity's own partition and of its copies elsewhere, if it is about instances or history; of other
/// items none.
pub(crate) fn keys_of(item: &Attributes, entity: EntityId) -> Vec<Key> {
    let Some(own) = key_of(item) else { return Vec::new() };
    let id = |name| id_attribute(item, name).ok();
    let kind = own.sk.split('#').next().unwrap_or_default().to_owned();
    let mut keys = vec![own];
    match kind.as_str() {
        "INSTANCE" => {
            if let Ok(stored) = decode::<AssetInstance>(item.clone()) {
                let instance = stored.value;
                keys.push(table::instance_of(instance.asset_id, entity, instance.number));
                keys.push(table::instance_locator(instance.id));
            }
        }
        "INSTANCE_OF" => {
            if let Ok(at) = InstanceLocator::decode(item) {
                keys.push(at.key());
            }
            keys.extend(id("instance_id").map(|id| table::instance_locator(InstanceId(id))));
        }
        "SHOT_INSTANCE" => {
            if let (Some(asset), Some(instance)) = (id("asset_id"), id("instance_id")) {
                keys.push(table::instance_shot(EntityId(asset), InstanceId(instance), entity));
            }
        }
        "INSTANCE_SHOT" => {
            if let (Some(shot), Some(instance)) = (id("shot_id"), id("instance_id")) {
                keys.push(table::shot_instance(EntityId(shot), InstanceId(instance)));
            }
        }
        // A child takes its entry along itself: without the entry nobody would find a child that is created now.
        "CHILD" => return Vec::new(),
        // Nothing stands elsewhere for an entry of the history.
        "HISTORY" => {}
        // The locator and the children's entries go with the entity itself.
        _ => keys.clear(),
    }
    keys
}

impl Store {
    /// Puts an instance of `asset` into a scene or another asset. Its number is the next one there: without
    /// a gap, without a double, however many do it at once.
    pub async fn instance_create(
        &self,
        asset: &Entity,
        place: &Entity,
        description: Option<String>,
    ) -> Result<AssetInstance> {
        let mut once = Once::take();
        if let Some(created) = once.created() {
            return self.instance_get(InstanceId(created)).await?.ok_or_else(replay::gone);
        }
        let at = match place.kind {
            model::EntityKind::Asset => Place::Asset(place.id),
            _ => Place::Scene(place.id),
        };
        let last =
            self.query_last::<AssetInstance>(Pattern::InstancesOfIn(place.id, asset.id)).await?;
        let mut number = last.map_or(1, |instance| instance.number + 1);
        let (mut asset, mut place) = (asset.clone(), place.clone());
        for _ in 0..INSTANCE_ATTEMPTS {
            let instance = AssetInstance::place(
                asset.id,
                &asset.name,
                at,
                number,
                description.clone(),
                self.now(),
            );
            let mut transaction = Transaction::default();
            transaction.set_instances_of(place.project_id);
            let number_at = transaction.create(&instance)?;
            write_whereabouts(&mut transaction, &instance, place.id);
            let place_at = transaction
                .touch(table::entity((place.project_id, place.entity_type_id), place.id));
            let asset_at = transaction
                .touch(table::entity((asset.project_id, asset.entity_type_id), asset.id));
            once.write(&mut transaction, instance.id.0)?;
            let outcome = self.transact(transaction).await?;
            once.require_own(&outcome)?;
            match outcome {
                Outcome::Done => return Ok(instance),
                Outcome::Refused(at) if at.contains(&place_at) => {
                    let moved = self.entity_moved(place.id, place.entity_type_id).await?;
                    place = moved.ok_or(Error::NotFound(place.kind.resource()))?;
                }
                Outcome::Refused(at) if at.contains(&asset_at) => {
                    let moved = self.entity_moved(asset.id, asset.entity_type_id).await?;
                    asset = moved.ok_or(Error::NotFound(Resource::Asset))?;
                }
                // The number is taken, so the next one is the first that may be free.
                Outcome::Refused(at) if at.contains(&number_at) => number += 1,
                Outcome::Refused(at) => return Err(Error::Internal(format!("refused at {at:?}"))),
            }
        }
        Err(contended())
    }

    /// One instance.
    pub async fn instance_get(&self, id: InstanceId) -> Result<Option<AssetInstance>> {
        let Some(item) = self.get_raw(&table::instance_locator(id)).await? else { return Ok(None) };
        Ok(self.instance_at(&InstanceLocator::decode(&item)?, id).await?.map(|stored| stored.value))
    }

    /// The instance at a place, if it is still this one: a number that is free again may be given to another.
    async fn instance_at(
        &self,
        at: &InstanceLocator,
        id: InstanceId,
    ) -> Result<Option<Stored<AssetInstance>>> {
        let stored = self.get::<AssetInstance>(&at.key()).await?;
        Ok(stored.filter(|stored| stored.value.id == id))
    }

    /// Changes an instance; `None` if there is none.
    pub async fn instance_update(
        &self,
        id: InstanceId,
        patch: &InstancePatch,
    ) -> Result<Option<AssetInstance>> {
        let Some(item) = self.get_raw(&table::instance_locator(id)).await? else { return Ok(None) };
        let at = InstanceLocator::decode(&item)?;
        for _ in 0..INSTANCE_ATTEMPTS {
            let Some(stored) = self.instance_at(&at, id).await? else { return Ok(None) };
            let changed = patch.clone().apply(stored.value.clone(), self.now())?;
            if stored.value.is_same(&changed) {
                return Ok(Some(stored.value));
            }
            let mut transaction = self.transaction_in(at.place).await?;
            transaction.replace(&stored, &changed)?;
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(Some(changed));
            }
        }
        Err(contended())
    }

    /// A transaction about instances in a scene, an asset or a shot.
    async fn transaction_in(&self, place: EntityId) -> Result<Transaction> {
        let mut transaction = Transaction::default();
        if let Some(locator) = self.entity_locate(place).await? {
            transaction.set_instances_of(locator.project_id);
        }
        Ok(transaction)
    }

    /// Deletes an instance, from its shots too; `false` if there is none.
    pub async fn instance_delete(&self, id: InstanceId) -> Result<bool> {
        let Some(item) = self.get_raw(&table::instance_locator(id)).await? else {
            return Ok(false);
        };
        let at = InstanceLocator::decode(&item)?;
        for _ in 0..INSTANCE_ATTEMPTS {
            let Some(stored) = self.instance_at(&at, id).await? else { return Ok(false) };
            let shots = self.shots_of_instance(at.asset, id).await?;
            let (together, before) = shots.split_at(shots.len().min(SHOTS_AT_ONCE));
            for shot in before {
                self.shot_instance_remove(*shot, at.asset, id).await?;
            }
            let mut transaction = self.transaction_in(at.place).await?;
            for shot in together {
                transaction.clear(table::shot_instance(*shot, id));
                transaction.clear(table::instance_shot(at.asset, id, *shot));
            }
            // Whoever adds it to a shot changes it: then there is more to delete.
            transaction.remove(&stored);
            transaction.clear(table::instance_of(at.asset, at.place, at.number));
            transaction.clear(table::instance_locator(id));
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(true);
            }
        }
        Err(contended())
    }

    /// The instances inside a scene or an asset.
    pub async fn instances_in(&self, place: EntityId) -> Result<Vec<AssetInstance>> {
        self.query(Pattern::InstancesIn(place)).await
    }

    /// The instances of an asset, wherever they are.
    pub async fn instances_of(&self, asset: EntityId) -> Result<Vec<AssetInstance>> {
        let items = self.query_raw(Pattern::InstancesOf(asset)).await?;
        self.instances_at(&items).await
    }

    async fn instances_at(&self, items: &[Attributes]) -> Result<Vec<AssetInstance>> {
        let keys = items
            .iter()
            .map(|item| Ok(InstanceLocator::decode(item)?.key()))
            .collect::<Result<Vec<_>>>()?;
        let found = self.get_many::<AssetInstance>(keys.clone()).await?;
        Ok(keys.iter().filter_map(|key| found.get(key)).cloned().collect())
    }
}

/// Writes what leads to an instance: its locator and the entry on the asset's side.
pub(crate) fn write_whereabouts(
    transaction: &mut Transaction,
    instance: &AssetInstance,
    place: EntityId,
) {
    let whereabouts: [(&str, &dyn std::fmt::Display); 4] = [
        ("instance_id", &instance.id),
        ("place_id", &place),
        ("asset_id", &instance.asset_id),
        ("number", &instance.number),
    ];
    transaction.mark(table::instance_locator(instance.id), &whereabouts);
    transaction.mark(table::instance_of(instance.asset_id, place, instance.number), &whereabouts);
}
