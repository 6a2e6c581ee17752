//! Asset instances: one occurrence of an asset inside a scene, or inside another asset.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Data;
use crate::error::Result;
use crate::fields::{self, Fields, Given, Input};
use crate::ids::{EntityId, EntityTypeId, InstanceId};
use crate::text;
use crate::time::Timestamp;

/// The longest name of an instance, in characters: an asset's, `_` and the number.
const NAME_MAX: usize = text::NAME_MAX + 20;

/// One occurrence of an asset, in Zou's fields: `asset_id` is the instantiated asset, and the place is
/// `scene_id` or `target_asset_id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssetInstance {
    /// Unique identifier.
    pub id: InstanceId,
    /// The instantiated asset.
    pub asset_id: EntityId,
    /// `Sword_0001`: the asset's name and the number.
    pub name: String,
    /// Counts the instances of the asset in the same place, from 1.
    pub number: i64,
    /// Free text.
    pub description: Option<String>,
    /// Whether it is in use.
    pub active: bool,
    /// Custom metadata.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
    /// The scene it is in.
    pub scene_id: Option<EntityId>,
    /// The asset it is in.
    pub target_asset_id: Option<EntityId>,
    /// Kept for clients that read it.
    pub entity_id: Option<EntityId>,
    /// Kept for clients that read it.
    pub entity_type_id: Option<EntityTypeId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `AssetInstance`.
    #[serde(rename = "type")]
    pub type_name: String,
}

/// An instance inside an asset, as its own routes answer it: `asset_id` is the *parent*, `target_asset_id` the
/// instantiated one, the reverse of Zou's row.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AssetAssetInstance {
    /// Unique identifier.
    pub id: InstanceId,
    /// The asset it is in.
    pub asset_id: EntityId,
    /// The instantiated asset.
    pub target_asset_id: EntityId,
    /// Counts the instances of the target in the parent, from 1.
    #[schema(example = 1)]
    pub number: i64,
    /// `Sword_0001`.
    #[schema(example = "Sword_0001")]
    pub name: String,
    /// Free text.
    #[schema(example = "Hero's main weapon")]
    pub description: Option<String>,
    /// Whether it is in use.
    pub active: bool,
    /// Custom metadata.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
    /// Always null: it is in an asset.
    pub scene_id: Option<EntityId>,
    /// Kept for clients that read it.
    pub entity_id: Option<EntityId>,
    /// Kept for clients that read it.
    pub entity_type_id: Option<EntityTypeId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `AssetInstance`.
    #[serde(rename = "type")]
    pub type_name: String,
}

/// What an instance is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A scene.
    Scene(EntityId),
    /// Another asset.
    Asset(EntityId),
}

impl Place {
    /// The scene's or asset's id.
    pub fn entity_id(self) -> EntityId {
        match self {
            Self::Scene(id) | Self::Asset(id) => id,
        }
    }
}

impl AssetInstance {
    /// Instance `number` of an asset in a place.
    pub fn place(
        asset_id: EntityId,
        asset_name: &str,
        place: Place,
        number: i64,
        description: Option<String>,
        now: Timestamp,
    ) -> Self {
        let (scene_id, target_asset_id) = match place {
            Place::Scene(id) => (Some(id), None),
            Place::Asset(id) => (None, Some(id)),
        };
        Self {
            id: InstanceId::new(),
            asset_id,
            name: format!("{asset_name}_{number:04}"),
            number,
            description,
            active: true,
            data: None,
            scene_id,
            target_asset_id,
            entity_id: None,
            entity_type_id: None,
            created_at: now,
            updated_at: now,
            type_name: "AssetInstance".into(),
        }
    }

    /// As the routes of instances inside assets answer it, if it is one.
    pub fn in_asset(self) -> Option<AssetAssetInstance> {
        Some(AssetAssetInstance {
            id: self.id,
            asset_id: self.target_asset_id?,
            target_asset_id: self.asset_id,
            number: self.number,
            name: self.name,
            description: self.description,
            active: self.active,
            data: self.data,
            scene_id: None,
            entity_id: self.entity_id,
            entity_type_id: self.entity_type_id,
            created_at: self.created_at,
            updated_at: self.updated_at,
            type_name: self.type_name,
        })
    }
}

/// The body of `PUT /api/data/asset-instances/{asset_instance_id}`.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `AssetInstance`")]
pub struct InstancePatch {
    pub name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub description: Given<String>,
    pub active: Option<bool>,
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
}

impl Input for InstancePatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name_within(NAME_MAX));
        let description = f.given("description", fields::text(text::LONG_TEXT_MAX));
        let active = f.optional("active", fields::boolean);
        let data = crate::data::optional_data(f);
        Some(Self { name: name?, description: description?, active: active?, data: data? })
    }
}

impl InstancePatch {
    /// The instance with the changes in it; fails if its metadata is too much then.
    pub fn apply(self, mut to: AssetInstance, now: Timestamp) -> Result<AssetInstance> {
        to.name = self.name.unwrap_or(to.name);
        self.description.apply(&mut to.description);
        to.active = self.active.unwrap_or(to.active);
        crate::data::merge(&mut to.data, self.data)?;
        to.updated_at = now;
        Ok(to)
    }
}
