//! How the tasks of an asset are asked for and answered.

use http_api::Result;
use model::vocabulary::{TaskStatus, TaskType};
use model::{
    Entity, FieldError, Fields, Input, Task, TaskOrder, TaskStatusId, TaskTypeId, fail_if_any,
    fields,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// A task with the names of what it is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TaskDetail {
    #[serde(flatten)]
    task: Task,
    #[schema(example = "Caminandes")]
    project_name: String,
    #[schema(example = "Modeling")]
    task_type_name: String,
    #[schema(example = "Work In Progress")]
    task_status_name: String,
    /// The asset type.
    #[schema(example = "Character")]
    entity_type_name: String,
    /// The asset.
    #[schema(example = "Hero")]
    entity_name: String,
}

/// Which tasks are asked for.
#[derive(Clone, Copy, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TasksQuery {
    /// Only tasks of this type.
    #[param(inline)]
    task_type_id: Option<TaskTypeId>,
    /// Only tasks of this status.
    #[param(inline)]
    task_status_id: Option<TaskStatusId>,
}

impl Input for TasksQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let task_type_id = f.optional("task_type_id", fields::id);
        let task_status_id = f.optional("task_status_id", fields::id);
        Some(Self { task_type_id: task_type_id?, task_status_id: task_status_id? })
    }
}

impl TasksQuery {
    /// Fails if it names what is not there.
    pub(crate) fn check(self, names: &Names) -> Result<()> {
        let is_type = |id: TaskTypeId| names.task_types.iter().any(|one| one.id == id);
        let is_status = |id: TaskStatusId| names.task_statuses.iter().any(|one| one.id == id);
        let wrong_type = self.task_type_id.filter(|id| !is_type(*id));
        let wrong_status = self.task_status_id.filter(|id| !is_status(*id));
        let errors: Vec<FieldError> = [
            wrong_type.map(|_| FieldError::new("task_type_id", "is not a task type")),
            wrong_status.map(|_| FieldError::new("task_status_id", "is not a task status")),
        ]
        .into_iter()
        .flatten()
        .collect();
        Ok(fail_if_any(errors)?)
    }

    /// Whether a task is asked for.
    pub(crate) fn matches(&self, task: &Task) -> bool {
        self.task_type_id.is_none_or(|id| id == task.task_type_id)
            && self.task_status_id.is_none_or(|id| id == task.task_status_id)
    }
}

/// What the tasks of one asset are named by.
pub(crate) struct Names {
    pub(crate) project: String,
    pub(crate) asset_type: String,
    pub(crate) task_types: Vec<TaskType>,
    pub(crate) task_statuses: Vec<TaskStatus>,
}

impl Names {
    /// The rows of an asset's tasks, in the order of their types.
    pub(crate) fn rows(&self, asset: &Entity, mut tasks: Vec<Task>) -> Vec<TaskDetail> {
        TaskOrder::new(self.task_types.clone()).sort(&mut tasks);
        tasks.into_iter().map(|task| self.row(asset, task)).collect()
    }

    fn row(&self, asset: &Entity, task: Task) -> TaskDetail {
        let status = self.task_statuses.iter().find(|one| one.id == task.task_status_id);
        TaskDetail {
            project_name: self.project.clone(),
            task_type_name: self
                .task_type(task.task_type_id)
                .map(|one| one.name.clone())
                .unwrap_or_default(),
            task_status_name: status.map(|one| one.name.clone()).unwrap_or_default(),
            entity_type_name: self.asset_type.clone(),
            entity_name: asset.name.clone(),
            task,
        }
    }

    fn task_type(&self, id: TaskTypeId) -> Option<&TaskType> {
        self.task_types.iter().find(|one| one.id == id)
    }
}
