//! The bodies that create or change an entity: see [`crate::entity`].

use utoipa::ToSchema;

use crate::data::{Data, optional_data};
use crate::entity::NewEntity;
use crate::fields::{self, Fields, Given, Input};
use crate::ids::{EntityId, EntityTypeId, PersonId, PreviewFileId, ProjectId, TaskTypeId};
use crate::text;

/// Most frames a shot may have.
pub const FRAMES_MAX: i64 = 100_000_000;

/// A partial update of an entity: `PUT /api/data/entities/{entity_id}`.
///
/// Fields that are protected (`id`, `project_id`, `created_at`, …) or unknown are ignored, as clients
/// send whole rows back.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Entity`")]
pub struct EntityPatch {
    pub name: Option<String>,
    pub code: Given<String>,
    pub description: Given<String>,
    pub nb_frames: Given<i64>,
    pub canceled: Option<bool>,
    pub is_shared: Option<bool>,
    pub is_casting_standby: Option<bool>,
    pub status: Option<String>,
    pub entity_type_id: Option<EntityTypeId>,
    pub parent_id: Given<EntityId>,
    pub source_id: Given<EntityId>,
    pub preview_file_id: Given<PreviewFileId>,
    pub ready_for: Given<TaskTypeId>,
    /// Keys to set; a key whose value is `null` keeps a `null`.
    pub data: Option<Data>,
}

impl Input for EntityPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name);
        let code = f.given("code", fields::text(text::NAME_MAX));
        let description = f.given("description", fields::text(text::LONG_TEXT_MAX));
        let nb_frames = f.given("nb_frames", fields::integer(0..=FRAMES_MAX));
        let canceled = f.optional("canceled", fields::boolean);
        let is_shared = f.optional("is_shared", fields::boolean);
        let is_casting_standby = f.optional("is_casting_standby", fields::boolean);
        let status = f.optional("status", entity_status());
        let entity_type_id = f.optional("entity_type_id", fields::id);
        let parent_id = f.given("parent_id", fields::id);
        let source_id = f.given("source_id", fields::id);
        let episode_id = f.given("episode_id", fields::id);
        let preview_file_id = f.given("preview_file_id", fields::id);
        let ready_for = f.given("ready_for", fields::id);
        let data = optional_data(f);
        let (source_id, episode_id) = (source_id?, episode_id?);
        Some(Self {
            name: name?,
            code: code?,
            description: description?,
            nb_frames: nb_frames?,
            canceled: canceled?,
            is_shared: is_shared?,
            is_casting_standby: is_casting_standby?,
            status: status?,
            entity_type_id: entity_type_id?,
            parent_id: parent_id?,
            // gazu sends both, Kitsu `source_id`: one that says something wins over a null.
            source_id: if matches!(source_id, Given::Value(_)) || !episode_id.is_given() {
                source_id
            } else {
                episode_id
            },
            preview_file_id: preview_file_id?,
            ready_for: ready_for?,
            data: data?,
        })
    }
}

/// One of the words for where an entity stands.
pub fn entity_status() -> impl fields::Parser<String> {
    const ALL: &[&str] = &["running", "standby", "complete", "canceled"];
    fields::one_of(ALL, |word| ALL.contains(&word).then(|| word.to_owned()))
}

/// What the body of a new entity names that its project must know, whatever else is wrong with the body.
#[derive(Clone, Debug, Default)]
pub struct EntityPeek {
    /// The sequence of a shot or scene.
    pub sequence_id: Option<EntityId>,
    /// The episode of a sequence or asset.
    pub episode_id: Option<EntityId>,
    /// The episode of an asset, by the name of the asset's field.
    pub source_id: Option<EntityId>,
    /// Custom metadata; `None` if it cannot be read.
    pub data: Option<Data>,
}

impl Input for EntityPeek {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let sequence_id = f.optional("sequence_id", fields::id).flatten();
        let source_id = f.optional("source_id", fields::id).flatten();
        let episode_id = f.optional("episode_id", fields::id).flatten();
        let data = optional_data(f).map(Option::unwrap_or_default);
        Some(Self { sequence_id, episode_id, source_id, data })
    }
}

impl EntityPeek {
    /// The episode of an asset, and the field that names it.
    pub fn episode(&self) -> Option<(&'static str, EntityId)> {
        let by_episode = self.episode_id.map(|id| ("episode_id", id));
        by_episode.or(self.source_id.map(|id| ("source_id", id)))
    }
}

/// The body of `POST …/assets/new`.
#[derive(Clone, Debug, ToSchema)]
pub struct NewAsset {
    /// 1 to 160 characters; unique among the live assets of its type and episode.
    #[schema(example = "Magic Sword")]
    pub name: String,
    /// Free text.
    #[schema(example = "Legendary weapon of the hero")]
    pub description: Option<String>,
    /// Custom metadata.
    #[schema(value_type = Option<Object>, example = json!({"difficulty": "medium", "material": "steel"}))]
    pub data: Option<Data>,
    /// Whether other productions may cast it (default: false).
    pub is_shared: Option<bool>,
    /// The episode of an episodic asset.
    pub episode_id: Option<EntityId>,
}

impl Input for NewAsset {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.required("name", fields::name);
        let description = f.optional("description", fields::text(text::LONG_TEXT_MAX));
        let data = optional_data(f);
        let is_shared = f.optional("is_shared", fields::boolean);
        let source_id = f.optional("source_id", fields::id);
        let episode_id = f.optional("episode_id", fields::id);
        Some(Self {
            name: name?,
            description: description?,
            data: data?,
            is_shared: is_shared?,
            episode_id: episode_id?.or(source_id?),
        })
    }
}

impl NewAsset {
    /// The asset to create in `project_id`.
    pub fn into_entity(
        self,
        project_id: ProjectId,
        entity_type_id: EntityTypeId,
        by: PersonId,
    ) -> NewEntity {
        NewEntity {
            description: Some(self.description.unwrap_or_default()),
            data: self.data.unwrap_or_default(),
            is_shared: self.is_shared.unwrap_or(false),
            source_id: self.episode_id,
            created_by: Some(by),
            ..NewEntity::named(project_id, entity_type_id, self.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_update_takes_the_episode_by_either_name() {
        let read = |body: Value| Fields::read_body::<EntityPatch>(&body).unwrap().source_id;
        let id = EntityId::new();
        assert_eq!(read(json!({"source_id": id})), Given::Value(id));
        assert_eq!(read(json!({"episode_id": id})), Given::Value(id));
        assert_eq!(read(json!({"episode_id": id, "source_id": null})), Given::Value(id));
        assert_eq!(read(json!({"episode_id": null, "source_id": null})), Given::Null);
        assert_eq!(read(json!({})), Given::Absent);
    }
}
