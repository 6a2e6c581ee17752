//! The body that changes a task: see [`crate::task`].

use utoipa::ToSchema;

use crate::Data;
use crate::error::Result;
use crate::fields::{self, Fields, Given, Input};
use crate::ids::{PersonId, TaskStatusId, distinct};
use crate::task::{ASSIGNEES_MAX, Task};
use crate::text;
use crate::time::{Date, Timestamp};
use crate::vocabulary::TaskStatus;

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
        let data = crate::data::optional_data(f);
        let nb_drawings = f.optional("nb_drawings", fields::integer(0..=1_000_000_000));
        let task_status_id = f.optional("task_status_id", fields::id);
        let assignees = f.optional("assignees", fields::list(ASSIGNEES_MAX, fields::id));
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
    /// The task with the changes in it; fails if its metadata is too much then. `status` is the one the patch names, if that
    /// is there: another one than the task's leaves its dates.
    pub fn apply(self, mut to: Task, status: Option<&TaskStatus>, now: Timestamp) -> Result<Task> {
        if let Some(status) = status.filter(|status| status.id != to.task_status_id) {
            to = to.with_status(status, now);
        }
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
        crate::data::merge(&mut to.data, self.data)?;
        to.nb_drawings = self.nb_drawings.unwrap_or(to.nb_drawings);
        to.assignees = self.assignees.map_or(to.assignees, distinct);
        to.updated_at = now;
        Ok(to)
    }
}
