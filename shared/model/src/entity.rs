//! Entities of a production: assets, and the episodes, sequences, shots and scenes that use them.
//!
//! All share Zou's one row shape, so all are one struct with an [`EntityKind`].

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::data::{Data, json_bytes};
use crate::error::{Error, Result};
use crate::ids::{EntityId, EntityTypeId, PersonId, PreviewFileId, ProjectId, TaskTypeId};
use crate::time::Timestamp;

pub use crate::entity_input::{EntityPatch, EntityPeek, FRAMES_MAX, NewAsset, entity_status};
pub use crate::entity_kind::{EntityKind, UNUSED_TYPES, is_asset_type, require_asset_type};

/// One entity: all that Zou tells of one, in Zou's names.
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
    /// Always null.
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

/// The largest entity, in bytes of JSON, which is no less than what DynamoDB counts.
pub const ENTITY_BYTES_MAX: usize = 300_000;

impl Entity {
    /// Fails if it is too large to be kept: that is because of its metadata, whatever else is long.
    pub fn require_size(&self) -> Result<()> {
        if json_bytes(self) <= ENTITY_BYTES_MAX {
            return Ok(());
        }
        let message =
            format!("is too much: all of it must have at most {ENTITY_BYTES_MAX} bytes as JSON");
        Err(Error::invalid("data", message))
    }

    /// The entity its name must be unique under: an asset's episode, a shot's sequence.
    pub fn scope(&self) -> Option<EntityId> {
        match self.kind {
            EntityKind::Asset => self.source_id,
            _ => self.parent_id,
        }
    }
}
