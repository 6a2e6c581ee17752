//! The studio's vocabulary, shared by all productions: entity types, task types, statuses, departments.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::uuid;

use crate::ids::{DepartmentId, EntityTypeId, ProjectStatusId, TaskStatusId, TaskTypeId};
use crate::time::Timestamp;

pub use crate::vocabulary_input::{
    DepartmentPatch, EntityTypePatch, TaskStatusPatch, TaskTypePatch,
};

/// A kind of entity; all but the time-bound ones (Shot, Sequence, Episode, …) are asset types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntityType {
    /// Unique identifier.
    pub id: EntityTypeId,
    /// Unique name.
    #[schema(example = "Character")]
    pub name: String,
    /// Abbreviation.
    pub short_name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// Task types an asset of this type gets; none means all.
    pub task_types: Vec<TaskTypeId>,
    /// Whether it is no longer offered.
    pub archived: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A kind of work on an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TaskType {
    /// Unique identifier.
    pub id: TaskTypeId,
    /// Name, unique for its kind of entity.
    #[schema(example = "Modeling")]
    pub name: String,
    /// Abbreviation.
    pub short_name: String,
    /// Free text.
    pub description: Option<String>,
    /// Colour, `#RRGGBB`.
    #[schema(example = "#3273DC")]
    pub color: String,
    /// Place in the pipeline, ascending.
    pub priority: i64,
    /// `Asset`, `Shot`, `Sequence`, `Episode`, `Scene`, `Edit` or `Concept`.
    #[schema(example = "Asset")]
    pub for_entity: String,
    /// Whether time may be logged on it.
    pub allow_timelog: bool,
    /// Whether it is no longer offered.
    pub archived: bool,
    /// Always null.
    pub shotgun_id: Option<i64>,
    /// The department that does it.
    pub department_id: Option<DepartmentId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `TaskType`.
    #[serde(rename = "type")]
    pub type_name: String,
}

/// A step of a task's life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "Zou's row")]
pub struct TaskStatus {
    /// Unique identifier.
    pub id: TaskStatusId,
    /// Unique name.
    #[schema(example = "Work In Progress")]
    pub name: String,
    /// Whether it is no longer offered.
    pub archived: bool,
    /// Abbreviation, unique.
    #[schema(example = "wip")]
    pub short_name: String,
    /// Free text.
    pub description: Option<String>,
    /// Colour, `#RRGGBB`.
    pub color: String,
    /// Order in lists, ascending.
    pub priority: i64,
    /// Whether a task is finished with it.
    pub is_done: bool,
    /// Whether artists may set it.
    pub is_artist_allowed: bool,
    /// Whether clients may set it.
    pub is_client_allowed: bool,
    /// Whether it sends the task back.
    pub is_retake: bool,
    /// Whether it asks for review.
    pub is_feedback_request: bool,
    /// Whether new tasks get it.
    pub is_default: bool,
    /// Whether work goes on under it.
    pub is_wip: bool,
    /// Always null.
    pub shotgun_id: Option<i64>,
    /// Whether it is for concepts.
    pub for_concept: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `TaskStatus`.
    #[serde(rename = "type")]
    pub type_name: String,
}

/// The state of a production.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectStatus {
    /// Unique identifier.
    pub id: ProjectStatusId,
    /// `Open` or `Closed`.
    pub name: String,
    /// Colour, `#RRGGBB`.
    pub color: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `ProjectStatus`.
    #[serde(rename = "type")]
    pub type_name: String,
}

impl ProjectStatus {
    /// Open productions; the same id in every studio.
    pub const OPEN: ProjectStatusId =
        ProjectStatusId(uuid!("74fd53e4-7060-4227-99e8-097261e3e9bf"));
    /// Closed productions; the same id in every studio.
    pub const CLOSED: ProjectStatusId =
        ProjectStatusId(uuid!("d41dbb2c-32fc-43f5-982c-0add2e7617d8"));
}

/// A department of the studio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Department {
    /// Unique identifier.
    pub id: DepartmentId,
    /// Unique name.
    #[schema(example = "Modeling")]
    pub name: String,
    /// Colour, `#RRGGBB`.
    pub color: String,
    /// Whether it is no longer offered.
    pub archived: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `Department`.
    #[serde(rename = "type")]
    pub type_name: String,
}

impl EntityType {
    /// A type with a name and nothing else.
    pub fn named(name: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id: EntityTypeId::new(),
            name: name.into(),
            short_name: None,
            description: None,
            task_types: Vec::new(),
            archived: false,
            created_at: now,
            updated_at: now,
        }
    }
}

impl TaskType {
    /// A task type with Zou's defaults.
    pub fn named(name: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id: TaskTypeId::new(),
            name: name.into(),
            short_name: String::new(),
            description: None,
            color: "#FFFFFF".into(),
            priority: 1,
            for_entity: "Asset".into(),
            allow_timelog: true,
            archived: false,
            shotgun_id: None,
            department_id: None,
            created_at: now,
            updated_at: now,
            type_name: "TaskType".into(),
        }
    }
}

impl TaskStatus {
    /// A task status with Zou's defaults.
    pub fn named(name: impl Into<String>, short_name: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id: TaskStatusId::new(),
            name: name.into(),
            archived: false,
            short_name: short_name.into(),
            description: None,
            color: "#f5f5f5".into(),
            priority: 1,
            is_done: false,
            is_artist_allowed: true,
            is_client_allowed: true,
            is_retake: false,
            is_feedback_request: false,
            is_default: false,
            is_wip: false,
            shotgun_id: None,
            for_concept: false,
            created_at: now,
            updated_at: now,
            type_name: "TaskStatus".into(),
        }
    }
}

impl Department {
    /// A department with a name and a colour.
    pub fn named(name: impl Into<String>, color: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id: DepartmentId::new(),
            name: name.into(),
            color: color.into(),
            archived: false,
            created_at: now,
            updated_at: now,
            type_name: "Department".into(),
        }
    }
}
