//! What goes over the wire.

use model::casting::{Cast, CastIn, Link};
use model::{
    Data, EntityId, EntityTypeId, LinkId, PreviewFileId, ProjectId, TaskTypeId, Timestamp,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of `PUT /api/data/assets/{asset_id}/casting`.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"casting": [{"entity_id": "d57d9bd7-fb08-4998-9403-80786315f58a", "nb_occurences": 2}]}))]
pub(crate) struct AssetCasting {
    /// The entities that use the asset, each once.
    #[expect(dead_code, reason = "the document's words for what `CastingInput` reads")]
    pub(crate) casting: Vec<CastIn>,
}

/// The body of `PUT /api/data/projects/{project_id}/entities/{entity_id}/casting`.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"casting": [{"asset_id": "a24a6ea4-ce75-4665-a070-57453082c256", "nb_occurences": 2}]}))]
pub(crate) struct EntityCasting {
    /// The assets the entity uses, each once.
    #[expect(dead_code, reason = "the document's words for what `CastingInput` reads")]
    pub(crate) casting: Vec<Cast>,
}

/// A user of an asset.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct UserRow {
    /// The shot, sequence, episode, scene or asset.
    pub(crate) id: EntityId,
    /// Its name.
    #[schema(example = "SH01")]
    pub(crate) name: String,
    /// `Shot`, `Sequence`, `Episode`, `Scene`, or the name of an asset's type.
    #[schema(example = "Shot")]
    pub(crate) entity_type_name: String,
    /// The sequence of a shot or scene.
    #[schema(example = "SEQ01")]
    pub(crate) sequence_name: Option<String>,
    /// The episode it belongs to; of an episode its own name.
    #[schema(example = "EP01")]
    pub(crate) episode_name: Option<String>,
    /// How often it uses the asset. Zou's spelling.
    #[schema(example = 2)]
    pub(crate) nb_occurences: i64,
    /// What for.
    #[schema(example = "main")]
    pub(crate) label: String,
    /// The same as `id`: what a row of `PUT` names.
    pub(crate) entity_id: EntityId,
    /// Its entity type.
    pub(crate) entity_type_id: EntityTypeId,
    /// Its project.
    pub(crate) project_id: ProjectId,
    /// The sequence of a shot or scene.
    pub(crate) sequence_id: Option<EntityId>,
    /// The episode it belongs to.
    pub(crate) episode_id: Option<EntityId>,
    /// Its main picture.
    pub(crate) preview_file_id: Option<PreviewFileId>,
    /// The link between it and the asset.
    pub(crate) link_id: LinkId,
}

/// A shot or an asset that uses an asset.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum CastInRow {
    /// A shot.
    Shot(CastInShot),
    /// An asset.
    Asset(CastInAsset),
}

/// A shot that uses an asset.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct CastInShot {
    /// The shot.
    pub(crate) shot_id: EntityId,
    /// Its name.
    #[schema(example = "SH01")]
    pub(crate) shot_name: String,
    /// Its sequence.
    pub(crate) sequence_id: Option<EntityId>,
    /// Its sequence's name.
    #[schema(example = "SEQ01")]
    pub(crate) sequence_name: Option<String>,
    /// Its episode.
    pub(crate) episode_id: Option<EntityId>,
    /// Its episode's name.
    #[schema(example = "EP01")]
    pub(crate) episode_name: Option<String>,
    /// Its main picture.
    pub(crate) preview_file_id: Option<PreviewFileId>,
    /// How often it uses the asset. Zou's spelling.
    #[schema(example = 2)]
    pub(crate) nb_occurences: i64,
    /// What for.
    pub(crate) label: String,
    /// Its project.
    pub(crate) project_id: ProjectId,
}

/// An asset that contains an asset.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct CastInAsset {
    /// The containing asset.
    pub(crate) asset_id: EntityId,
    /// Its name.
    #[schema(example = "Castle")]
    pub(crate) asset_name: String,
    /// The name of its type.
    #[schema(example = "Environment")]
    pub(crate) asset_type_name: String,
    /// Its main picture.
    pub(crate) preview_file_id: Option<PreviewFileId>,
    /// How often it uses the asset. Zou's spelling.
    #[schema(example = 2)]
    pub(crate) nb_occurences: i64,
    /// What for.
    pub(crate) label: String,
    /// Its project.
    pub(crate) project_id: ProjectId,
}

/// An asset that an entity uses.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct CastingRow {
    /// The asset.
    pub(crate) asset_id: EntityId,
    /// Its name.
    #[schema(example = "Hero")]
    pub(crate) asset_name: String,
    /// Its name again: Zou has it in the castings of many entities.
    #[schema(example = "Hero")]
    pub(crate) name: String,
    /// The name of its type.
    #[schema(example = "Character")]
    pub(crate) asset_type_name: String,
    /// The sequence of the shot, in the castings of sequences.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "SEQ01")]
    pub(crate) sequence_name: Option<String>,
    /// The task type that may start when the asset is cast.
    pub(crate) ready_for: Option<TaskTypeId>,
    /// The episode of an episodic asset.
    pub(crate) episode_id: Option<EntityId>,
    /// Its main picture.
    pub(crate) preview_file_id: Option<PreviewFileId>,
    /// How often it is used. Zou's spelling.
    #[schema(example = 2)]
    pub(crate) nb_occurences: i64,
    /// What for.
    #[schema(example = "main")]
    pub(crate) label: String,
    /// Whether other projects may cast it.
    pub(crate) is_shared: bool,
    /// The asset's project.
    pub(crate) project_id: ProjectId,
}

/// A cast link as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct LinkRow {
    /// Unique identifier.
    pub(crate) id: LinkId,
    /// The entity that uses the asset.
    pub(crate) entity_in_id: EntityId,
    /// The asset.
    pub(crate) entity_out_id: EntityId,
    /// How often it is used. Zou's spelling.
    pub(crate) nb_occurences: i64,
    /// What for.
    pub(crate) label: String,
    /// `{"auto": true}` on the link of an episode that only follows its shots.
    #[schema(value_type = Option<Object>)]
    pub(crate) data: Option<Data>,
    /// When it was created.
    pub(crate) created_at: Timestamp,
    /// When it last changed.
    pub(crate) updated_at: Timestamp,
    /// Always `EntityLink`.
    #[serde(rename = "type")]
    pub(crate) type_name: String,
}

impl From<Link> for LinkRow {
    fn from(link: Link) -> Self {
        let auto = || Data::from_iter([("auto".to_owned(), true.into())]);
        Self {
            id: link.id,
            entity_in_id: link.entity_id,
            entity_out_id: link.asset_id,
            nb_occurences: link.nb_occurences,
            label: link.label,
            data: (!link.is_explicit).then(auto),
            created_at: link.created_at,
            updated_at: link.updated_at,
            type_name: "EntityLink".into(),
        }
    }
}
