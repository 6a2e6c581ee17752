//! [`CastStep`]: what is wanted of one pair of entity and asset, and the links that follow from it.

use model::casting::{Link, Use};
use model::{Entity, EntityId, EntityKind, EntityTypeId, LinkId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::table::{self, Key};

/// How one pair of entity and asset shall be: used so, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CastStep {
    pub(crate) entity_id: EntityId,
    pub(crate) entity_type_id: EntityTypeId,
    pub(crate) project_id: ProjectId,
    pub(crate) episode_id: Option<EntityId>,
    /// What the entity was in when its episode was found.
    #[serde(default)]
    pub(crate) parent_id: Option<EntityId>,
    pub(crate) asset_id: EntityId,
    pub(crate) asset_type_id: EntityTypeId,
    pub(crate) asset_project_id: ProjectId,
    pub(crate) wanted: Option<Use>,
}

impl CastStep {
    /// The step for `asset` in `entity`, which belongs to `episode_id`.
    pub(crate) fn new(
        entity: &Entity,
        episode_id: Option<EntityId>,
        asset: &Entity,
        wanted: Option<Use>,
    ) -> Self {
        Self {
            entity_id: entity.id,
            entity_type_id: entity.entity_type_id,
            project_id: entity.project_id,
            episode_id,
            parent_id: entity.parent_id,
            asset_id: asset.id,
            asset_type_id: asset.entity_type_id,
            asset_project_id: asset.project_id,
            wanted,
        }
    }

    /// The step that undoes a link.
    pub(crate) fn removal(link: &Link) -> Self {
        Self {
            entity_id: link.entity_id,
            entity_type_id: link.entity_type_id,
            project_id: link.project_id,
            episode_id: link.episode_id,
            // What has casting stays in its episode.
            parent_id: None,
            asset_id: link.asset_id,
            asset_type_id: link.asset_type_id,
            asset_project_id: link.asset_project_id,
            wanted: None,
        }
    }

    pub(super) fn key(&self) -> Key {
        table::cast(self.project_id, self.entity_id, self.asset_id)
    }

    /// The episode's own link that follows this one, if the entity is a shot of an episode.
    pub(super) fn episode_key(&self) -> Option<Key> {
        let episode = self
            .episode_id
            .filter(|_| EntityKind::of_type(self.entity_type_id) == EntityKind::Shot)?;
        Some(table::cast(self.project_id, episode, self.asset_id))
    }

    pub(super) fn link(&self, wanted: Use, now: Timestamp) -> Link {
        let kind = EntityKind::of_type(self.entity_type_id);
        Link {
            id: LinkId::new(),
            entity_id: self.entity_id,
            entity_kind: kind,
            entity_type_id: self.entity_type_id,
            project_id: self.project_id,
            episode_id: if kind == EntityKind::Episode {
                Some(self.entity_id)
            } else {
                self.episode_id
            },
            asset_id: self.asset_id,
            asset_type_id: self.asset_type_id,
            asset_project_id: self.asset_project_id,
            nb_occurences: wanted.nb_occurences,
            label: wanted.label,
            nb_shots: 0,
            is_explicit: true,
            created_at: now,
            updated_at: now,
        }
    }

    /// The link of the shot's episode, made because of the shot.
    pub(super) fn episode_link(
        &self,
        episode: EntityId,
        wanted: &Use,
        now: Timestamp,
    ) -> Option<Link> {
        let entity_type_id = EntityKind::Episode.entity_type()?;
        Some(Link {
            entity_id: episode,
            entity_kind: EntityKind::Episode,
            entity_type_id,
            episode_id: Some(episode),
            nb_occurences: 1,
            nb_shots: 1,
            is_explicit: false,
            ..self.link(wanted.clone(), now)
        })
    }
}
