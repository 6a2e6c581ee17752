//! [`CastStep`]: what is wanted of one pair of entity and asset, and the links that follow from it.

use model::casting::{CastUse, Link};
use model::{Entity, EntityId, EntityKind, LinkId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::table::{self, Key};

/// How one pair of entity and asset shall be: used so, or not at all. It tells who, and nothing that may be different by
/// the time it is applied: of what types they are, in which episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CastStep {
    pub(crate) entity_id: EntityId,
    pub(crate) entity_kind: EntityKind,
    /// The entity's production.
    pub(crate) project_id: ProjectId,
    pub(crate) asset_id: EntityId,
    pub(crate) asset_project_id: ProjectId,
    pub(crate) wanted: Option<CastUse>,
    #[serde(default)]
    pub(crate) kept: Kept,
    /// The link that is to be removed, if it must be this one and not one that was made since.
    #[serde(default)]
    pub(crate) link: Option<LinkId>,
}

/// What of a use that is there already a change leaves as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// How often.
    pub nb_occurences: bool,
    /// What for.
    pub label: bool,
}

impl CastStep {
    /// The step for `asset` in `entity`.
    pub(crate) fn new(entity: &Entity, asset: &Entity, wanted: Option<CastUse>) -> Self {
        Self {
            entity_id: entity.id,
            entity_kind: entity.kind,
            project_id: entity.project_id,
            asset_id: asset.id,
            asset_project_id: asset.project_id,
            wanted,
            kept: Kept::default(),
            link: None,
        }
    }

    /// The step that undoes a link.
    pub(crate) fn removal(link: &Link) -> Self {
        Self {
            entity_id: link.entity_id,
            entity_kind: link.entity_kind,
            project_id: link.project_id,
            asset_id: link.asset_id,
            asset_project_id: link.asset_project_id,
            wanted: None,
            kept: Kept::default(),
            link: None,
        }
    }

    /// Whether it makes one asset part of another.
    pub(super) fn nests(&self) -> bool {
        self.entity_kind == EntityKind::Asset && self.wanted.is_some()
    }

    /// Whether the pair is as wanted, if this is its link.
    pub(super) fn is_made(&self, link: Option<&Link>) -> bool {
        match (link, &self.wanted) {
            (Some(link), Some(wanted)) => {
                let Kept { nb_occurences, label } = self.kept;
                (nb_occurences || link.nb_occurences == wanted.nb_occurences)
                    && (label || link.label == wanted.label)
            }
            // An episode uses what its shots use.
            (Some(link), None) if link.nb_shots > 0 && !link.is_explicit => true,
            (Some(link), None) => self.link.is_some_and(|id| id != link.id),
            (None, wanted) => wanted.is_none(),
        }
    }

    /// The entity and the asset.
    pub(crate) fn ends(&self) -> [EntityId; 2] {
        [self.entity_id, self.asset_id]
    }

    pub(super) fn key(&self) -> Key {
        table::cast(self.project_id, self.entity_id, self.asset_id)
    }
}

/// A new link between an entity, which belongs to `episode`, and an asset.
pub(super) fn new_link(
    entity: &Entity,
    episode: Option<EntityId>,
    asset: &Entity,
    wanted: &CastUse,
    now: Timestamp,
) -> Link {
    Link {
        id: LinkId::new(),
        entity_id: entity.id,
        entity_kind: entity.kind,
        entity_type_id: entity.entity_type_id,
        project_id: entity.project_id,
        episode_id: episode,
        asset_id: asset.id,
        asset_type_id: asset.entity_type_id,
        asset_project_id: asset.project_id,
        nb_occurences: wanted.nb_occurences,
        label: wanted.label.clone(),
        nb_shots: 0,
        is_explicit: true,
        created_at: now,
        updated_at: now,
    }
}

/// Where the entity of a link is.
pub(super) fn entity_key(link: &Link) -> Key {
    table::entity((link.project_id, link.entity_type_id), link.entity_id)
}

/// Where the asset of a link is.
pub(super) fn asset_key(link: &Link) -> Key {
    table::entity((link.asset_project_id, link.asset_type_id), link.asset_id)
}

/// Where the episode's own link is that follows this one, if the entity is a shot of an episode.
pub(crate) fn followed_by(link: &Link) -> Option<Key> {
    let episode = link.episode_id.filter(|_| link.entity_kind == EntityKind::Shot)?;
    Some(table::cast(link.project_id, episode, link.asset_id))
}

/// The link of a shot's episode, made because of the shot's.
pub(super) fn episode_link(link: &Link) -> Option<Link> {
    Some(Link {
        id: LinkId::new(),
        entity_id: link.episode_id?,
        entity_kind: EntityKind::Episode,
        entity_type_id: EntityKind::Episode.entity_type()?,
        nb_occurences: 1,
        nb_shots: 1,
        is_explicit: false,
        ..link.clone()
    })
}
