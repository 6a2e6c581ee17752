//! How asset types are asked for and answered.

use model::vocabulary::EntityType;
use model::{EntityTypeId, Fields, Input, fields, text};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// An asset type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AssetType {
    #[serde(flatten)]
    entity_type: EntityType,
    /// Always `AssetType`.
    #[serde(rename = "type")]
    type_name: &'static str,
}

impl From<EntityType> for AssetType {
    fn from(entity_type: EntityType) -> Self {
        Self { entity_type, type_name: "AssetType" }
    }
}

/// Which asset types are asked for.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AssetTypesQuery {
    /// Only the type of this name; case does not matter.
    name: Option<String>,
    /// Only this type.
    #[param(inline)]
    id: Option<EntityTypeId>,
    /// Only archived types, or only those that are not.
    archived: Option<bool>,
}

impl Input for AssetTypesQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name);
        let id = f.optional("id", fields::id);
        let archived = f.optional("archived", fields::boolean);
        Some(Self { name: name?, id: id?, archived: archived? })
    }
}

impl AssetTypesQuery {
    /// Whether a type is asked for.
    pub(crate) fn matches(&self, one: &EntityType) -> bool {
        self.id.is_none_or(|id| id == one.id)
            && self.archived.is_none_or(|archived| archived == one.archived)
            && self.name.as_deref().is_none_or(|name| text::fold(name) == text::fold(&one.name))
    }
}
