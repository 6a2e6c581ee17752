//! Comments: what is said of a task, and the status it gets by it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{CommentId, PersonId, TaskId, TaskStatusId};
use crate::task::Task;
use crate::time::Timestamp;

/// A comment on a task; it may change the task's status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    /// Unique identifier.
    pub id: CommentId,
    /// The task.
    pub object_id: TaskId,
    /// What was written.
    pub text: String,
    /// Things to tick off.
    #[schema(value_type = Vec<Object>)]
    pub checklist: Vec<serde_json::Value>,
    /// Addresses given with it.
    pub links: Vec<String>,
    /// Whether it is meant for the client.
    pub for_client: bool,
    /// The status it sets or confirms.
    pub task_status_id: TaskStatusId,
    /// Who wrote it.
    pub person_id: PersonId,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Comment {
    /// A comment that says nothing but that a task's status changes.
    pub fn of_status(task: &Task, status: TaskStatusId, by: PersonId, now: Timestamp) -> Self {
        Self {
            id: CommentId::new(),
            object_id: task.id,
            text: String::new(),
            checklist: Vec::new(),
            links: Vec::new(),
            for_client: false,
            task_status_id: status,
            person_id: by,
            created_at: now,
            updated_at: now,
        }
    }

    /// The same, said at another time.
    #[must_use]
    pub fn at(self, time: Timestamp) -> Self {
        Self { created_at: time, updated_at: time, ..self }
    }
}
