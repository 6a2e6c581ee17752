//! What the sharing operations are told. A field they do not know is an error: without `asset_ids` all is shared.

use model::{EntityId, Fields, Given, Input, fields};
use utoipa::ToSchema;

/// How many assets one request may name.
const ASSETS_MAX: usize = 10_000;

/// The body of `POST /api/actions/assets/share`.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"asset_ids": ["a24a6ea4-ce75-4665-a070-57453082c256"], "is_shared": true}))]
pub(crate) struct ShareAssets {
    /// The assets, up to 10 000.
    pub(crate) asset_ids: Vec<EntityId>,
    /// Whether other productions may cast them.
    #[schema(required = false, default = true)]
    pub(crate) is_shared: bool,
}

/// The body of `POST /api/actions/projects/{project_id}/assets/share`.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"is_shared": true}))]
pub(crate) struct ShareProjectAssets {
    /// Only these assets of the project, up to 10 000 (default: all of them).
    #[schema(required = false, nullable = false)]
    pub(crate) asset_ids: Option<Vec<EntityId>>,
    /// Whether other productions may cast them.
    #[schema(required = false, default = true)]
    pub(crate) is_shared: bool,
}

/// The body of `POST /api/actions/projects/{project_id}/asset-types/{asset_type_id}/assets/share`.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"is_shared": true}))]
pub(crate) struct ShareTypeAssets {
    /// Whether other productions may cast them.
    #[schema(required = false, default = true)]
    pub(crate) is_shared: bool,
}

impl Input for ShareAssets {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let asset_ids = f.required("asset_ids", fields::list(ASSETS_MAX, fields::id));
        let is_shared = f.optional("is_shared", fields::boolean);
        f.refuse_unread();
        Some(Self { asset_ids: asset_ids?, is_shared: is_shared?.unwrap_or(true) })
    }
}

impl Input for ShareProjectAssets {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let asset_ids = f.given("asset_ids", fields::list(ASSETS_MAX, fields::id));
        let asset_ids = match asset_ids {
            // Left out it means all; a null is a list that somebody does not have.
            Some(Given::Null) => {
                f.error("asset_ids", "must be a list, or left out for all assets");
                None
            }
            given => given.map(Given::value),
        };
        let is_shared = f.optional("is_shared", fields::boolean);
        f.refuse_unread();
        Some(Self { asset_ids: asset_ids?, is_shared: is_shared?.unwrap_or(true) })
    }
}

impl Input for ShareTypeAssets {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let is_shared = f.optional("is_shared", fields::boolean);
        f.refuse_unread();
        Some(Self { is_shared: is_shared?.unwrap_or(true) })
    }
}
