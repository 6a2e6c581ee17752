//! What this function answers.

use std::collections::BTreeMap;

use http_api::{PersonView, ProjectDetail};
use model::vocabulary::{Department, EntityType, ProjectStatus, TaskStatus, TaskType};
use model::{ProjectId, Role};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// It is done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Success {
    /// Always true.
    pub(crate) success: bool,
}

/// An entity type that assets have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContextAssetType {
    #[serde(flatten)]
    asset_type: EntityType,
    /// Always `AssetType`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "AssetType")]
    kind: &'static str,
}

impl From<EntityType> for ContextAssetType {
    fn from(asset_type: EntityType) -> Self {
        Self { asset_type, kind: "AssetType" }
    }
}

/// All that a client needs to know before it shows a production.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct UserContext {
    /// The studio's asset types.
    pub(crate) asset_types: Vec<ContextAssetType>,
    /// The studio's departments.
    pub(crate) departments: Vec<Department>,
    /// The studio's people, as the caller may see them.
    pub(crate) persons: Vec<PersonView>,
    /// The states of a production.
    pub(crate) project_status: Vec<ProjectStatus>,
    /// The caller's role in productions where it is not the one he has in the studio.
    pub(crate) project_roles: BTreeMap<ProjectId, Role>,
    /// The open productions the caller sees.
    pub(crate) projects: Vec<ProjectDetail>,
    /// The studio's task types.
    pub(crate) task_types: Vec<TaskType>,
    /// The studio's task statuses.
    pub(crate) task_status: Vec<TaskStatus>,
    /// Always 0.
    pub(crate) notification_count: i64,
    #[serde(flatten)]
    #[schema(ignore)]
    pub(crate) unused: Unused,
}

/// What Zou has and this API has not.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Unused {
    custom_actions: [Value; 0],
    status_automations: [Value; 0],
    studios: [Value; 0],
    preview_background_files: [Value; 0],
    plugins: [Value; 0],
    search_filters: Map<String, Value>,
    search_filter_groups: Map<String, Value>,
}
