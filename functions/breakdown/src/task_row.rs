//! A task as a row of the breakdown carries it.

use model::{
    Data, Date, EntityId, PersonId, PreviewFileId, Task, TaskId, TaskStatusId, TaskTypeId,
    Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A task as it stands beside its entity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BreakdownTask {
    id: TaskId,
    duration: f64,
    due_date: Option<Date>,
    end_date: Option<Timestamp>,
    done_date: Option<Timestamp>,
    entity_id: EntityId,
    estimation: f64,
    /// Always false: there are no notifications.
    is_subscribed: bool,
    last_comment_date: Option<Timestamp>,
    last_preview_file_id: Option<PreviewFileId>,
    nb_assets_ready: i64,
    priority: i64,
    real_start_date: Option<Timestamp>,
    retake_count: i64,
    start_date: Option<Date>,
    difficulty: i64,
    nb_drawings: i64,
    task_status_id: TaskStatusId,
    task_type_id: TaskTypeId,
    assignees: Vec<PersonId>,
    #[schema(value_type = Option<Object>)]
    data: Option<Data>,
}

impl From<Task> for BreakdownTask {
    fn from(task: Task) -> Self {
        Self {
            id: task.id,
            duration: task.duration,
            due_date: task.due_date,
            end_date: task.end_date,
            done_date: task.done_date,
            entity_id: task.entity_id,
            estimation: task.estimation,
            is_subscribed: false,
            last_comment_date: task.last_comment_date,
            last_preview_file_id: task.last_preview_file_id,
            nb_assets_ready: task.nb_assets_ready,
            priority: task.priority,
            real_start_date: task.real_start_date,
            retake_count: task.retake_count,
            start_date: task.start_date,
            difficulty: task.difficulty,
            nb_drawings: task.nb_drawings,
            task_status_id: task.task_status_id,
            task_type_id: task.task_type_id,
            assignees: task.assignees,
            data: task.data,
        }
    }
}
