//! What goes over the wire.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use model::fields::{self, Fields, Input};
use model::{AssetInstance, EntityId, InstanceId, text};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of `POST /api/data/assets/{asset_id}/asset-asset-instances`.
#[derive(Debug, ToSchema)]
pub(crate) struct NewAssetAssetInstance {
    /// The asset to put into the asset of the path.
    pub(crate) asset_to_instantiate_id: EntityId,
    /// Free text.
    #[schema(example = "Hero sword instance")]
    pub(crate) description: Option<String>,
}

/// The body of a new instance, in whatever place.
pub(crate) trait NewInstance: Input {
    /// Its name for the asset.
    const ASSET: &'static str;
    /// The asset.
    fn asset(&self) -> EntityId;
}

impl NewInstance for NewAssetAssetInstance {
    const ASSET: &'static str = "asset_to_instantiate_id";
    fn asset(&self) -> EntityId {
        self.asset_to_instantiate_id
    }
}

impl NewInstance for NewSceneInstance {
    const ASSET: &'static str = "asset_id";
    fn asset(&self) -> EntityId {
        self.asset_id
    }
}

/// The asset that the body `T` names, whatever else is wrong with it.
#[derive(Debug)]
pub(crate) struct InstancePeek<T> {
    pub(crate) asset: Option<EntityId>,
    by: PhantomData<T>,
}

impl<T: NewInstance> Input for InstancePeek<T> {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        Some(Self { asset: f.optional(T::ASSET, fields::id).flatten(), by: PhantomData })
    }
}

impl Input for NewAssetAssetInstance {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let asset_to_instantiate_id = f.required(Self::ASSET, fields::id);
        let description = f.optional("description", fields::text(text::LONG_TEXT_MAX));
        Some(Self { asset_to_instantiate_id: asset_to_instantiate_id?, description: description? })
    }
}

/// The body of `POST /api/data/scenes/{scene_id}/asset-instances`.
#[derive(Debug, ToSchema)]
pub(crate) struct NewSceneInstance {
    /// The asset to put into the scene.
    pub(crate) asset_id: EntityId,
    /// Free text.
    #[schema(example = "In the yard")]
    pub(crate) description: Option<String>,
}

impl Input for NewSceneInstance {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let asset_id = f.required(Self::ASSET, fields::id);
        let description = f.optional("description", fields::text(text::LONG_TEXT_MAX));
        Some(Self { asset_id: asset_id?, description: description? })
    }
}

/// The body of `POST /api/data/shots/{shot_id}/asset-instances`.
#[derive(Debug, ToSchema)]
pub(crate) struct AddedInstance {
    /// The instance to add: one in a scene or an asset of the shot's project.
    pub(crate) asset_instance_id: InstanceId,
}

impl Input for AddedInstance {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let asset_instance_id = f.required("asset_instance_id", fields::id);
        Some(Self { asset_instance_id: asset_instance_id? })
    }
}

/// An instance, and the shots it was added to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstanceDetail {
    /// The instance.
    #[serde(flatten)]
    pub(crate) instance: AssetInstance,
    /// The shots it was added to.
    pub(crate) shots: Vec<EntityId>,
}

/// Instances by where they are, or by what they are instances of; those without a key are left out.
pub(crate) fn grouped(
    instances: Vec<AssetInstance>,
    key: impl Fn(&AssetInstance) -> Option<EntityId>,
) -> BTreeMap<EntityId, Vec<AssetInstance>> {
    let mut groups: BTreeMap<EntityId, Vec<AssetInstance>> = BTreeMap::new();
    for instance in instances {
        if let Some(key) = key(&instance) {
            groups.entry(key).or_default().push(instance);
        }
    }
    for group in groups.values_mut() {
        sort(group);
    }
    groups
}

/// Orders instances by number.
pub(crate) fn sort(instances: &mut [AssetInstance]) {
    instances.sort_unstable_by_key(|instance| (instance.number, instance.id));
}
