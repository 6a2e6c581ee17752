//! Asset instances in shots: said in the shot's own partition and in the asset's.

use std::collections::{BTreeMap, HashMap};

use model::{AssetInstance, Entity, EntityId, Error, InstanceId, Resource, Result};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::id_attribute;
use crate::item::{Item as _, place_of};
use crate::table::{self, Pattern};
use crate::transaction::{Outcome, Transaction, WriteIndex};

impl Store {
    /// The instances added to a shot.
    pub async fn instances_in_shot(&self, shot: EntityId) -> Result<Vec<AssetInstance>> {
        let items = self.query_raw(Pattern::InstancesInShot(shot)).await?;
        self.instances_at(&items).await
    }

    /// The instances of an asset by the shot they were added to.
    pub async fn instances_by_shot(
        &self,
        asset: EntityId,
    ) -> Result<BTreeMap<EntityId, Vec<AssetInstance>>> {
        let items = self.query_raw(Pattern::ShotsOfInstances(asset)).await?;
        let instances: HashMap<InstanceId, AssetInstance> = self
            .instances_at(&items)
            .await?
            .into_iter()
            .map(|instance| (instance.id, instance))
            .collect();
        let mut by_shot: BTreeMap<EntityId, Vec<AssetInstance>> = BTreeMap::new();
        for item in &items {
            let shot = EntityId(id_attribute(item, "shot_id")?);
            let instance = instances.get(&InstanceId(id_attribute(item, "instance_id")?));
            by_shot.entry(shot).or_default().extend(instance.cloned());
        }
        Ok(by_shot)
    }

    /// The shots an instance was added to.
    pub async fn shots_of_instance(
        &self,
        asset: EntityId,
        id: InstanceId,
    ) -> Result<Vec<EntityId>> {
        let items = self.query_raw(Pattern::ShotsOfInstance(asset, id)).await?;
        items.iter().map(|item| id_attribute(item, "shot_id").map(EntityId)).collect()
    }

    /// Adds an instance to a shot; adding it twice changes nothing.
    pub async fn shot_instance_add(&self, shot: &Entity, instance: &AssetInstance) -> Result<()> {
        // Neither the asset nor the place may be just being deleted.
        let needed = [instance.asset_id, place_of(instance)];
        for _ in 0..ATTEMPTS {
            let stored = self.get::<AssetInstance>(&instance.key()).await?;
            // Its number may be another's by now.
            let stored = stored.filter(|stored| stored.value.id == instance.id);
            let stored = stored.ok_or(Error::NotFound(Resource::AssetInstance))?;
            let mut transaction = Transaction::default();
            transaction.set_instances_of(shot.project_id);
            let presence_at = write_presence(&mut transaction, shot, instance);
            for id in needed {
                let Some(locator) = self.entity_locate(id).await? else {
                    return Err(Error::NotFound(Resource::AssetInstance));
                };
                transaction.touch(table::entity(locator.home(), id));
            }
            let shot_at =
                transaction.touch(table::entity((shot.project_id, shot.entity_type_id), shot.id));
            transaction.guard(&stored);
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(()),
                Outcome::Refused(at) if at.contains(&shot_at) => {
                    return Err(Error::NotFound(Resource::Shot));
                }
                Outcome::Refused(at) if at == [presence_at] => return Ok(()),
                // A remembered locator may be from before the asset got another type.
                Outcome::Refused(_) => needed.iter().for_each(|id| self.cache.forget(*id)),
            }
        }
        Err(contended())
    }

    /// Takes an instance out of a shot.
    pub async fn shot_instance_remove(
        &self,
        shot: EntityId,
        asset: EntityId,
        id: InstanceId,
    ) -> Result<()> {
        let mut transaction = self.transaction_in(shot).await?;
        transaction.clear(table::shot_instance(shot, id));
        transaction.clear(table::instance_shot(asset, id, shot));
        self.commit(transaction).await
    }
}

/// Writes that an instance is in a shot, on both sides; refused, where this tells, if it is.
pub(crate) fn write_presence(
    transaction: &mut Transaction,
    shot: &Entity,
    instance: &AssetInstance,
) -> WriteIndex {
    let place = place_of(instance);
    let whereabouts: [(&str, &dyn std::fmt::Display); 5] = [
        ("instance_id", &instance.id),
        ("shot_id", &shot.id),
        ("place_id", &place),
        ("asset_id", &instance.asset_id),
        ("number", &instance.number),
    ];
    let key = table::instance_shot(instance.asset_id, instance.id, shot.id);
    transaction.mark(key, &whereabouts);
    transaction.claim(table::shot_instance(shot.id, instance.id), &whereabouts)
}
