//! Tasks: work of one type on one entity. What moves them on are comments: see [`crate::comment`].

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Data;
use crate::ids::{
    EntityId, EntityTypeId, PersonId, PreviewFileId, ProjectId, TaskId, TaskStatusId, TaskTypeId,
};
use crate::time::{Date, Timestamp};
use crate::vocabulary::TaskStatus;

pub use crate::task_input::TaskPatch;

/// How many may be assigned to a task: in one transaction, of 100 writes, all of them can be replaced by others while the
/// task gets another name. That is the task, its two names, twice as many assignments, and the entry in the project's feed.
pub const ASSIGNEES_MAX: usize = 48;

/// Work of one type on one entity, in Zou's fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Task {
    /// Unique identifier.
    pub id: TaskId,
    /// Name; with entity and task type it is unique.
    #[schema(example = "main")]
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// 0 to 1000; Kitsu shows 0 (normal) to 3 (emergency).
    pub priority: i64,
    /// 0 to 1000; Kitsu shows 1 (easy) to 5 (hard).
    pub difficulty: i64,
    /// Time spent, minutes.
    pub duration: f64,
    /// Time planned, minutes.
    pub estimation: f64,
    /// Percentage done.
    pub completion_rate: i64,
    /// How often it was sent back.
    pub retake_count: i64,
    /// Order among its neighbours.
    pub sort_order: i64,
    /// First planned day.
    pub start_date: Option<Date>,
    /// Last planned day.
    pub due_date: Option<Date>,
    /// When work began: the first status that is work in progress.
    pub real_start_date: Option<Timestamp>,
    /// When it was finished or sent to review.
    pub end_date: Option<Timestamp>,
    /// When it was done.
    pub done_date: Option<Timestamp>,
    /// When it was last commented on.
    pub last_comment_date: Option<Timestamp>,
    /// Always 0: which cast assets are ready for it is not counted here.
    pub nb_assets_ready: i64,
    /// Custom metadata.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
    /// Number of drawings.
    pub nb_drawings: i64,
    /// Always null.
    pub shotgun_id: Option<i64>,
    /// Latest preview.
    pub last_preview_file_id: Option<PreviewFileId>,
    /// The production.
    pub project_id: ProjectId,
    /// The kind of work.
    pub task_type_id: TaskTypeId,
    /// Where it stands.
    pub task_status_id: TaskStatusId,
    /// What it is about.
    pub entity_id: EntityId,
    /// The type of what it is about.
    pub entity_type_id: EntityTypeId,
    /// Who assigned it.
    pub assigner_id: Option<PersonId>,
    /// Who does it.
    pub assignees: Vec<PersonId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `Task`.
    #[serde(rename = "type")]
    pub type_name: String,
}

/// What must be known to create a task.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `Task`")]
pub struct NewTask {
    pub project_id: ProjectId,
    pub entity_id: EntityId,
    pub entity_type_id: EntityTypeId,
    pub task_type_id: TaskTypeId,
    pub task_status_id: TaskStatusId,
    pub name: String,
    pub assigner_id: Option<PersonId>,
    pub assignees: Vec<PersonId>,
}

impl NewTask {
    /// The task, created `now`.
    pub fn create(self, now: Timestamp) -> Task {
        Task {
            id: TaskId::new(),
            name: self.name,
            description: None,
            priority: 0,
            difficulty: 3,
            duration: 0.0,
            estimation: 0.0,
            completion_rate: 0,
            retake_count: 0,
            sort_order: 0,
            start_date: None,
            due_date: None,
            real_start_date: None,
            end_date: None,
            done_date: None,
            last_comment_date: None,
            nb_assets_ready: 0,
            data: None,
            nb_drawings: 0,
            shotgun_id: None,
            last_preview_file_id: None,
            project_id: self.project_id,
            task_type_id: self.task_type_id,
            task_status_id: self.task_status_id,
            entity_id: self.entity_id,
            entity_type_id: self.entity_type_id,
            assigner_id: self.assigner_id,
            assignees: self.assignees,
            created_at: now,
            updated_at: now,
            type_name: "Task".into(),
        }
    }
}

impl Task {
    /// What a client may see of it: that it is there and how it stands, not who does it, when, and how
    /// much it costs.
    #[must_use]
    pub fn for_client(mut self) -> Self {
        self.assignees.clear();
        self.assigner_id = None;
        self.start_date = None;
        self.due_date = None;
        self.real_start_date = None;
        self.end_date = None;
        self.done_date = None;
        self.last_comment_date = None;
        self.duration = 0.0;
        self.estimation = 0.0;
        self.retake_count = 0;
        self.difficulty = 0;
        self.priority = 0;
        self.completion_rate = 0;
        self.nb_drawings = 0;
        self.nb_assets_ready = 0;
        self.sort_order = 0;
        self
    }

    /// The task after a comment set its status to `status` at `now`.
    #[must_use]
    pub fn with_comment(self, status: &TaskStatus, now: Timestamp) -> Self {
        Self { last_comment_date: Some(now), ..self.with_status(status, now) }
    }

    /// The task after its status was set to `status` at `now`, with the dates that this leaves.
    #[must_use]
    pub fn with_status(mut self, status: &TaskStatus, now: Timestamp) -> Self {
        let changed = self.task_status_id != status.id;
        self.task_status_id = status.id;
        self.updated_at = now;
        if status.is_wip && self.real_start_date.is_none() {
            self.real_start_date = Some(now);
        }
        if status.is_retake && changed {
            self.retake_count += 1;
        }
        if status.is_feedback_request {
            self.end_date = Some(now);
        }
        if status.is_done {
            self.end_date = self.end_date.or(Some(now));
            self.done_date = Some(now);
        } else {
            self.done_date = None;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn task() -> Task {
        NewTask {
            project_id: ProjectId::new(),
            entity_id: EntityId::new(),
            entity_type_id: EntityTypeId::new(),
            task_type_id: TaskTypeId::new(),
            task_status_id: TaskStatusId::new(),
            name: "main".into(),
            assigner_id: None,
            assignees: vec![PersonId::new()],
        }
        .create(at("2026-01-01T00:00:00Z"))
    }

    #[test]
    fn statuses_leave_their_dates() {
        let now = at("2026-02-01T00:00:00Z");
        let later = at("2026-03-01T00:00:00Z");
        let wip = TaskStatus { is_wip: true, ..TaskStatus::named("WIP", "wip", now) };
        let retake = TaskStatus { is_retake: true, ..TaskStatus::named("Retake", "retake", now) };
        let done = TaskStatus { is_done: true, ..TaskStatus::named("Done", "done", now) };

        let task = task().with_status(&wip, now);
        assert_eq!((task.real_start_date, task.last_comment_date), (Some(now), None));
        let task = task.with_comment(&wip, later);
        assert_eq!((task.real_start_date, task.last_comment_date), (Some(now), Some(later)));
        let task = task.with_status(&retake, later).with_status(&retake, later);
        assert_eq!(task.retake_count, 1);
        let task = task.with_status(&done, later);
        assert_eq!((task.end_date, task.done_date), (Some(later), Some(later)));
        assert_eq!(task.with_status(&wip, later).done_date, None);
    }

    #[test]
    fn a_client_sees_no_cost() {
        let task = Task { estimation: 480.0, retake_count: 2, ..task() }.for_client();
        assert_eq!((task.assignees.len(), task.estimation, task.retake_count), (0, 0.0, 0));
    }
}
