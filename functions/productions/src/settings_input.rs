//! What is added to a project's settings.

use model::{EntityTypeId, Fields, Input, TaskStatusId, TaskTypeId, fields};
use utoipa::ToSchema;

/// Names an asset type.
#[derive(Clone, Copy, Debug, ToSchema)]
pub(crate) struct AssetTypeRef {
    /// The asset type.
    pub(crate) asset_type_id: EntityTypeId,
}

/// Names a task type.
#[derive(Clone, Copy, Debug, ToSchema)]
pub(crate) struct TaskTypeRef {
    /// The task type.
    pub(crate) task_type_id: TaskTypeId,
    /// Accepted as clients send it; the task type's own priority counts.
    #[expect(dead_code, reason = "only documented")]
    priority: Option<i64>,
}

/// Names a task status.
#[derive(Clone, Copy, Debug, ToSchema)]
pub(crate) struct TaskStatusRef {
    /// The task status.
    pub(crate) task_status_id: TaskStatusId,
}

impl Input for AssetTypeRef {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let asset_type_id = f.required("asset_type_id", fields::id);
        Some(Self { asset_type_id: asset_type_id? })
    }
}

impl Input for TaskTypeRef {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let task_type_id = f.required("task_type_id", fields::id);
        let priority = f.optional("priority", fields::integer(0..=1_000_000));
        Some(Self { task_type_id: task_type_id?, priority: priority? })
    }
}

impl Input for TaskStatusRef {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let task_status_id = f.required("task_status_id", fields::id);
        Some(Self { task_status_id: task_status_id? })
    }
}
