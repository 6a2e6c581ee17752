//! What an entity is, which follows from its type: see [`crate::entity`].

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::{Uuid, uuid};

use crate::ids::EntityTypeId;
use crate::{Error, Resource, Result};

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

/// Fails unless the type is one that assets have.
pub fn require_asset_type(id: EntityTypeId) -> Result<()> {
    if is_asset_type(id) { Ok(()) } else { Err(Error::NotFound(Resource::AssetType)) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
