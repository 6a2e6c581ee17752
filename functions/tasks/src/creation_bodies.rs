//! The bodies that create tasks.

use model::task::TaskPatch;
use model::{EntityId, Fields, Input, PersonId, ProjectId, TaskTypeId, distinct, fields};
use serde_json::Value;
use utoipa::ToSchema;

/// Task types that an entity gets tasks of in one call, at most.
const TYPES_MAX: usize = 500;

/// The body that creates a task.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "entity_id": "a24a6ea4-ce75-4665-a070-57453082c256",
    "task_type_id": "07d2d715-e541-4d0d-9bc6-cc857dbfac71",
    "assignees": ["39a44cfa-4f31-4006-9a2f-20ed56743e24"], "estimation": 480, "due_date": "2026-06-15"
}))]
pub(crate) struct NewTaskBody {
    /// The project of the entity; may be left out.
    #[expect(dead_code, reason = "looked up as `TaskPeek`")]
    pub(crate) project_id: Option<ProjectId>,
    /// What it is about.
    #[expect(dead_code, reason = "looked up as `TaskPeek`")]
    pub(crate) entity_id: EntityId,
    /// The kind of work.
    pub(crate) task_type_id: TaskTypeId,
    /// Who assigns it (default: the caller, if there are assignees).
    pub(crate) assigner_id: Option<PersonId>,
    /// `name` is `main` by default, `task_status_id` the studio's default status. `assignees` are
    /// anybody of the studio.
    #[serde(flatten)]
    pub(crate) patch: TaskPatch,
}

impl Input for NewTaskBody {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let is_given = |_: &Value| Ok(());
        let entity = f.required("entity_id", is_given);
        let task_type = f.required("task_type_id", is_given);
        let named = TaskPeek::read(f);
        entity.and(task_type)?;
        let TaskPeek { project_id, entity_id, task_type_id, assigner_id, patch } = named?;
        let (entity_id, task_type_id) = (entity_id?, task_type_id?);
        Some(Self { project_id, entity_id, task_type_id, assigner_id, patch })
    }
}

/// What a body that creates a task names, whatever else is wrong with it.
#[derive(Default)]
pub(crate) struct TaskPeek {
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) entity_id: Option<EntityId>,
    pub(crate) task_type_id: Option<TaskTypeId>,
    pub(crate) assigner_id: Option<PersonId>,
    pub(crate) patch: TaskPatch,
}

impl Input for TaskPeek {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let project_id = f.optional("project_id", fields::id);
        let entity_id = f.optional("entity_id", fields::id);
        let task_type_id = f.optional("task_type_id", fields::id);
        let assigner_id = f.optional("assigner_id", fields::id);
        let patch = TaskPatch::read(f);
        Some(Self {
            project_id: project_id?,
            entity_id: entity_id?,
            task_type_id: task_type_id?,
            assigner_id: assigner_id?,
            patch: patch?,
        })
    }
}

/// The body that creates the tasks of an entity.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"task_type_ids": ["07d2d715-e541-4d0d-9bc6-cc857dbfac71"]}))]
pub(crate) struct EntityTasksBody {
    /// The kinds of work.
    pub(crate) task_type_ids: Vec<TaskTypeId>,
}

impl Input for EntityTasksBody {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let ids = f.required("task_type_ids", fields::list(TYPES_MAX, fields::id));
        ids.map(|ids| Self { task_type_ids: distinct(ids) })
    }
}
