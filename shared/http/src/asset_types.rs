//! Asset types: the entity types that assets have, archived ones included.

use model::entity::{is_asset_type, require_asset_type};
use model::vocabulary::EntityType;
use model::{Entity, EntityTypeId, Error, Resource, text};
use store::Store;

/// All asset types of the studio, in the order of their names.
#[derive(Clone, Debug)]
pub struct AssetTypes(Vec<EntityType>);

impl AssetTypes {
    /// Reads them: one query.
    pub async fn load(store: &Store) -> model::Result<Self> {
        Ok(Self::new(store.vocabulary_list().await?))
    }

    /// Of entity types those of assets.
    pub fn new(mut types: Vec<EntityType>) -> Self {
        types.retain(|one| is_asset_type(one.id));
        types.sort_by_cached_key(|one| (text::fold(&one.name), one.id));
        Self(types)
    }

    /// Whether there is such an asset type.
    pub fn contains(&self, id: EntityTypeId) -> bool {
        self.0.iter().any(|one| one.id == id)
    }

    /// The name of a type; empty if it is gone.
    pub fn name(&self, id: EntityTypeId) -> &str {
        self.0.iter().find(|one| one.id == id).map_or("", |one| &one.name)
    }

    /// The rows, by name.
    pub fn into_rows(self) -> Vec<EntityType> {
        self.0
    }

    /// Where the assets of a type stand in a list. Those of a type that is gone come last.
    pub fn place(&self, id: EntityTypeId) -> (usize, EntityTypeId) {
        (self.0.iter().position(|one| one.id == id).unwrap_or(self.0.len()), id)
    }

    /// Puts whole lists of assets in their order: type name, asset name, id.
    pub fn sort(&self, assets: &mut [Entity]) {
        assets.sort_by_cached_key(|asset| {
            (self.place(asset.entity_type_id), text::fold(&asset.name), asset.id)
        });
    }
}

/// One asset type. What is no asset type (shots, sequences, …) is not found.
pub async fn asset_type(store: &Store, id: EntityTypeId) -> model::Result<EntityType> {
    require_asset_type(id)?;
    store.vocabulary_get(id).await?.ok_or(Error::NotFound(Resource::AssetType))
}

#[cfg(test)]
mod tests {
    use model::entity::NewEntity;
    use model::{EntityKind, ProjectId, Timestamp};

    use super::*;

    #[test]
    fn assets_stand_by_type_name_then_name() {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let shots = EntityType {
            id: EntityKind::Shot.entity_type().unwrap(),
            ..EntityType::named("A", now)
        };
        let types = AssetTypes::new(vec![
            EntityType::named("prop", now),
            EntityType::named("Character", now),
            shots,
        ]);
        assert!(types.place(types.0[0].id) < types.place(types.0[1].id));
        let [character, prop] = [types.0[0].id, types.0[1].id];
        assert_eq!(
            (types.0.len(), types.name(character), types.name(prop)),
            (2, "Character", "prop")
        );

        let asset = |id, name| NewEntity::named(ProjectId::new(), id, name).create(now);
        let mut assets = [
            asset(EntityTypeId::new(), "Lost"),
            asset(prop, "Zebra"),
            asset(character, "émile"),
            asset(prop, "lamp"),
            asset(character, "Zoe"),
        ];
        types.sort(&mut assets);
        let names: Vec<&str> = assets.iter().map(|asset| asset.name.as_str()).collect();
        assert_eq!(names, ["Zoe", "émile", "lamp", "Zebra", "Lost"]);
    }
}
