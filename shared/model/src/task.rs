//! Tasks: work of one type on one entity, and the comments that move them on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Data;
use crate::catalog::TaskStatus;
use crate::fields::{self, Fields, Given, Input};
use crate::ids::{
    CommentId, EntityId, EntityTypeId, PersonId, PreviewFileId, ProjectId, TaskId, TaskStatusId,
    TaskTypeId,
};
use crate::text;
use crate::time::{Date, Timestamp};

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
    /// 0 (normal) to 3 (emergency).
    pub priority: i64,
    /// 1 (easy) to 5 (hard).
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
    /// Assets cast in the entity that are ready for it.
    pub nb_assets_ready: i64,
    /// Custom metadata.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
    /// Number of drawings.
    pub nb_drawings: i64,
    /// Kept for clients that write it.
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
    pub fn with_status(mut self, status: &TaskStatus, now: Timestamp) -> Self {
        let changed = self.task_status_id != status.id;
        self.task_status_id = status.id;
        self.last_comment_date = Some(now);
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

/// The body of `PUT /api/data/tasks/{task_id}`.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `Task`")]
pub struct TaskPatch {
    pub name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub description: Given<String>,
    pub priority: Option<i64>,
    pub difficulty: Option<i64>,
    pub duration: Option<f64>,
    pub estimation: Option<f64>,
    pub completion_rate: Option<i64>,
    pub sort_order: Option<i64>,
    #[schema(value_type = Option<Date>)]
    pub start_date: Given<Date>,
    #[schema(value_type = Option<Date>)]
    pub due_date: Given<Date>,
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
    pub nb_drawings: Option<i64>,
    pub task_status_id: Option<TaskStatusId>,
    pub assignees: Option<Vec<PersonId>>,
}

impl Input for TaskPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let minutes = || fields::number(0.0..=1e9);
        let name = f.optional("name", fields::name);
        let description = f.given("description", fields::text(text::LONG_TEXT_MAX));
        let priority = f.optional("priority", fields::integer(0..=1_000));
        let difficulty = f.optional("difficulty", fields::integer(0..=1_000));
        let duration = f.optional("duration", minutes());
        let estimation = f.optional("estimation", minutes());
        let completion_rate = f.optional("completion_rate", fields::integer(0..=100));
        let sort_order = f.optional("sort_order", fields::integer(0..=1_000_000_000));
        let start_date = f.given("start_date", fields::date);
        let due_date = f.given("due_date", fields::date);
        let data = crate::entity::optional_data(f);
        let nb_drawings = f.optional("nb_drawings", fields::integer(0..=1_000_000_000));
        let task_status_id = f.optional("task_status_id", fields::id);
        let assignees = f.optional("assignees", fields::list(100, fields::id));
        Some(Self {
            name: name?,
            description: description?,
            priority: priority?,
            difficulty: difficulty?,
            duration: duration?,
            estimation: estimation?,
            completion_rate: completion_rate?,
            sort_order: sort_order?,
            start_date: start_date?,
            due_date: due_date?,
            data: data?,
            nb_drawings: nb_drawings?,
            task_status_id: task_status_id?,
            assignees: assignees?,
        })
    }
}

impl TaskPatch {
    /// The task with the changes in it.
    #[must_use]
    pub fn apply(self, mut to: Task, now: Timestamp) -> Task {
        to.name = self.name.unwrap_or(to.name);
        self.description.apply(&mut to.description);
        to.priority = self.priority.unwrap_or(to.priority);
        to.difficulty = self.difficulty.unwrap_or(to.difficulty);
        to.duration = self.duration.unwrap_or(to.duration);
        to.estimation = self.estimation.unwrap_or(to.estimation);
        to.completion_rate = self.completion_rate.unwrap_or(to.completion_rate);
        to.sort_order = self.sort_order.unwrap_or(to.sort_order);
        self.start_date.apply(&mut to.start_date);
        self.due_date.apply(&mut to.due_date);
        if let Some(data) = self.data {
            to.data.get_or_insert_default().extend(data);
        }
        to.nb_drawings = self.nb_drawings.unwrap_or(to.nb_drawings);
        to.task_status_id = self.task_status_id.unwrap_or(to.task_status_id);
        to.assignees = self.assignees.unwrap_or(to.assignees);
        to.updated_at = now;
        to
    }
}

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

        let task = task().with_status(&wip, now).with_status(&wip, later);
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
