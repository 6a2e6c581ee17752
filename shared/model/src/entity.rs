//! Entities of a production: assets, and the episodes, sequences, shots and scenes that use them.
//!
//! All share Zou's one row shape, so all are one struct with an [`EntityKind`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::{Uuid, uuid};

use crate::ids::{EntityId, EntityTypeId, PersonId, PreviewFileId, ProjectId, TaskTypeId};
use crate::time::Timestamp;
use crate::{Error, FieldError, Resource, Result};

pub use crate::entity_input::{EntityPatch, NewAsset, optional_data};

/// Custom metadata: any JSON object, merged by key on update.
pub type Data = Map<String, Value>;

/// How deep `data` may nest.
pub const DATA_DEPTH_MAX: usize = 16;
/// The largest `data`, in bytes of JSON: with the other fields an item stays under 300 KB.
pub const DATA_BYTES_MAX: usize = 270_000;
/// The longest key of `data`, in bytes: DynamoDB's limit for a nested attribute name.
pub const DATA_KEY_MAX: usize = 255;

/// What an entity is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
)]
pub enum EntityKind {
    /// A character, prop, set: anything with an asset type.
    #[default]
    Asset,
    /// A continuous piece of picture, in a sequence.
    Shot,
    /// A set-up of assets in a sequence, from which shots are made.
    Scene,
    /// A group of shots, in an episode if the production has episodes.
    Sequence,
    /// A part of a TV show.
    Episode,
}

const TIME_BOUND: [(EntityKind, Uuid); 4] = [
    (EntityKind::Shot, uuid!("82801ea8-6247-4a9e-94bc-3916ec169f1c")),
    (EntityKind::Scene, uuid!("ca4a617d-e9c1-4fe5-aa48-fa71e82be2b1")),
    (EntityKind::Sequence, uuid!("1444b647-1fa2-4603-b752-eac4e0ffb97a")),
    (EntityKind::Episode, uuid!("0e9ba71a-9fbe-4ec6-a977-a6fc4f2dd7a6")),
];

/// Entity types that are neither asset types nor kept here: Kitsu looks them up by name.
pub const UNUSED_TYPES: [(&str, EntityTypeId); 2] = [
    ("Edit", EntityTypeId(uuid!("0a7894b4-15de-4a7c-b5fc-7a69ee45898d"))),
    ("Concept", EntityTypeId(uuid!("5b1a6b59-7ee1-46dd-adc1-c228af46c520"))),
];

impl EntityKind {
    /// The kinds that are not assets.
    pub const TIME_BOUND: [Self; 4] = [Self::Shot, Self::Scene, Self::Sequence, Self::Episode];

    /// The kind of the entities of a type. The time-bound types have the same ids in every studio.
    pub fn of_type(id: EntityTypeId) -> Self {
        TIME_BOUND.iter().find(|(_, known)| *known == id.0).map_or(Self::Asset, |(kind, _)| *kind)
    }

    /// The one type of a time-bound kind; asset types are many and the studio's own.
    pub fn entity_type(self) -> Option<EntityTypeId> {
        TIME_BOUND.iter().find(|(kind, _)| *kind == self).map(|(_, id)| EntityTypeId(*id))
    }

    /// `Asset`, `Shot`, …: the `type` on the wire, and the name of the time-bound types.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asset => "Asset",
            Self::Shot => "Shot",
            Self::Scene => "Scene",
            Self::Sequence => "Sequence",
            Self::Episode => "Episode",
        }
    }

    /// What is missing when none is found.
    pub fn resource(self) -> Resource {
        match self {
            Self::Asset => Resource::Asset,
            Self::Shot => Resource::Shot,
            Self::Scene => Resource::Scene,
            Self::Sequence => Resource::Sequence,
            Self::Episode => Resource::Episode,
        }
    }
}

/// Whether entities of this type are assets.
pub fn is_asset_type(id: EntityTypeId) -> bool {
    EntityKind::of_type(id) == EntityKind::Asset
        && UNUSED_TYPES.iter().all(|(_, unused)| *unused != id)
}

/// One entity: the seed's fields and Zou's, in Zou's names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entity {
    /// Unique identifier.
    pub id: EntityId,
    /// Name, unique among the live entities of its type and parent.
    pub name: String,
    /// A studio's own code.
    pub code: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// Kept for clients that write it.
    pub shotgun_id: Option<i64>,
    /// Whether it was removed from the production while its history is kept.
    pub canceled: bool,
    /// Length of a shot in frames.
    pub nb_frames: Option<i64>,
    /// How many assets are cast in it.
    pub nb_entities_out: i64,
    /// Whether it is on standby in the breakdown.
    pub is_casting_standby: bool,
    /// Whether other productions may cast it.
    pub is_shared: bool,
    /// `running`, `standby`, `complete` or `canceled`.
    pub status: String,
    /// The production it belongs to.
    pub project_id: ProjectId,
    /// Its asset type, or the type of its time-bound kind.
    pub entity_type_id: EntityTypeId,
    /// A shot's or scene's sequence, a sequence's episode.
    pub parent_id: Option<EntityId>,
    /// The episode an episodic asset belongs to.
    pub source_id: Option<EntityId>,
    /// Main picture.
    pub preview_file_id: Option<PreviewFileId>,
    /// Custom metadata.
    #[schema(value_type = Object, example = json!({"difficulty": "hard", "height": "180cm"}))]
    #[serde(default)]
    pub data: Data,
    /// The task type that may start when this asset is cast.
    pub ready_for: Option<TaskTypeId>,
    /// Who created it.
    pub created_by: Option<PersonId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// `Asset`, `Shot`, `Sequence`, `Episode` or `Scene`.
    #[serde(rename = "type")]
    pub kind: EntityKind,
}

/// What must be known to create an entity.
#[derive(Clone, Debug)]
pub struct NewEntity {
    /// The production.
    pub project_id: ProjectId,
    /// The type, which tells the kind.
    pub entity_type_id: EntityTypeId,
    /// See [`crate::text::name`].
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Custom metadata.
    pub data: Data,
    /// Length of a shot.
    pub nb_frames: Option<i64>,
    /// Whether other productions may cast it.
    pub is_shared: bool,
    /// Sequence or episode above it.
    pub parent_id: Option<EntityId>,
    /// Episode of an episodic asset.
    pub source_id: Option<EntityId>,
    /// The caller.
    pub created_by: Option<PersonId>,
}

impl NewEntity {
    /// A named entity with nothing else set.
    pub fn named(
        project_id: ProjectId,
        entity_type_id: EntityTypeId,
        name: impl Into<String>,
    ) -> Self {
        Self {
            project_id,
            entity_type_id,
            name: name.into(),
            description: None,
            data: Data::new(),
            nb_frames: None,
            is_shared: false,
            parent_id: None,
            source_id: None,
            created_by: None,
        }
    }

    /// The entity, created `now`.
    pub fn create(self, now: Timestamp) -> Entity {
        Entity {
            id: EntityId::new(),
            name: self.name,
            code: None,
            description: self.description,
            shotgun_id: None,
            canceled: false,
            nb_frames: self.nb_frames,
            nb_entities_out: 0,
            is_casting_standby: false,
            is_shared: self.is_shared,
            status: "running".into(),
            project_id: self.project_id,
            entity_type_id: self.entity_type_id,
            parent_id: self.parent_id,
            source_id: self.source_id,
            preview_file_id: None,
            data: self.data,
            ready_for: None,
            created_by: self.created_by,
            created_at: now,
            updated_at: now,
            kind: EntityKind::of_type(self.entity_type_id),
        }
    }
}

impl Entity {
    /// The entity its name must be unique under: an asset's episode, a shot's sequence.
    pub fn scope(&self) -> Option<EntityId> {
        match self.kind {
            EntityKind::Asset => self.source_id,
            _ => self.parent_id,
        }
    }
}

/// What is wrong with custom metadata: depth, size, keys, text that no database can hold.
pub fn check_data(data: &Data) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut bytes = 0;
    for (key, value) in data {
        let field = format!("data.{key}");
        let size = key.len() + value.to_string().len();
        bytes += size;
        if key.is_empty() || key.len() > DATA_KEY_MAX {
            errors
                .push(FieldError::new("data", format!("keys must have 1 to {DATA_KEY_MAX} bytes")));
        } else if depth(value) >= DATA_DEPTH_MAX {
            errors.push(FieldError::new(
                field,
                format!("data must nest at most {DATA_DEPTH_MAX} levels deep"),
            ));
        }
    }
    if bytes > DATA_BYTES_MAX {
        errors.push(FieldError::new(
            "data",
            format!("must have at most {DATA_BYTES_MAX} bytes of JSON"),
        ));
    }
    errors
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Fails unless the type is one that assets have.
pub fn require_asset_type(id: EntityTypeId) -> Result<()> {
    if is_asset_type(id) { Ok(()) } else { Err(Error::NotFound(Resource::AssetType)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn data(value: &Value) -> Data {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn data_is_bounded() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert!(check_data(&data(&json!({"a": nested(15)}))).is_empty());
        assert_eq!(check_data(&data(&json!({"a": nested(16)})))[0].field, "data.a");
        assert_eq!(check_data(&data(&json!({"a": "x".repeat(DATA_BYTES_MAX)})))[0].field, "data");
        assert_eq!(check_data(&data(&json!({"": 1})))[0].field, "data");
    }

    #[test]
    fn time_bound_types_are_no_asset_types() {
        for kind in EntityKind::TIME_BOUND {
            let id = kind.entity_type().unwrap();
            assert_eq!(EntityKind::of_type(id), kind);
            assert!(!is_asset_type(id));
        }
        assert!(UNUSED_TYPES.iter().all(|(_, id)| !is_asset_type(*id)));
        assert!(is_asset_type(EntityTypeId::new()));
    }
}
