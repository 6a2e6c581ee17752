//! Rows of tasks as Zou's clients read them.

use std::collections::HashMap;

use http_api::{App, PersonView, ProjectRow, Result};
use model::vocabulary::{EntityType, TaskStatus, TaskType};
use model::{Entity, EntityTypeId, Project, Task, TaskStatusId, TaskTypeId};
use serde::Serialize;
use utoipa::ToSchema;

/// A task with the names of what it is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DetailedTask {
    #[serde(flatten)]
    pub(crate) task: Task,
    /// Name of the production.
    project_name: String,
    /// Name of the kind of work.
    task_type_name: String,
    /// Name of where it stands.
    task_status_name: String,
    /// Name of the entity's type.
    entity_type_name: String,
    /// Name of the entity.
    pub(crate) entity_name: String,
    /// Place of the kind of work in the pipeline.
    pub(crate) task_type_priority: i64,
}

/// A task that was just created, with how its type and status look.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedTask {
    #[serde(flatten)]
    task: Task,
    /// Name of where it stands.
    task_status_name: String,
    /// Abbreviation of it.
    task_status_short_name: String,
    /// Colour of it.
    task_status_color: String,
    /// Name of the kind of work.
    task_type_name: String,
    /// Colour of it.
    task_type_color: String,
    /// Place of it in the pipeline.
    task_type_priority: i64,
}

impl CreatedTask {
    pub(crate) fn new(task: Task, task_type: &TaskType, status: &TaskStatus) -> Self {
        Self {
            task,
            task_status_name: status.name.clone(),
            task_status_short_name: status.short_name.clone(),
            task_status_color: status.color.clone(),
            task_type_name: task_type.name.clone(),
            task_type_color: task_type.color.clone(),
            task_type_priority: task_type.priority,
        }
    }
}

/// A task with all that it is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FullTask {
    #[serde(flatten)]
    pub(crate) task: Task,
    /// What it is about.
    pub(crate) entity: Entity,
    /// The type of it.
    pub(crate) entity_type: Option<TaskEntityType>,
    /// Of a shot or scene: the sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sequence: Option<Entity>,
    /// The episode it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) episode: Option<Entity>,
    /// The production.
    pub(crate) project: ProjectRow,
    /// Where it stands.
    pub(crate) task_status: Option<TaskStatus>,
    /// The kind of work.
    pub(crate) task_type: Option<TaskType>,
    /// Who does it.
    pub(crate) persons: Vec<PersonView>,
    /// Who assigned it.
    pub(crate) assigner: Option<PersonView>,
    /// Always false: there are no notifications.
    pub(crate) is_subscribed: bool,
}

/// The type of a task's entity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskEntityType {
    #[serde(flatten)]
    entity_type: EntityType,
    /// Always `EntityType`.
    #[serde(rename = "type")]
    type_name: &'static str,
}

impl From<EntityType> for TaskEntityType {
    fn from(entity_type: EntityType) -> Self {
        Self { entity_type, type_name: "EntityType" }
    }
}

/// The studio's words for what tasks are about.
#[derive(Debug)]
pub(crate) struct Names {
    task_types: HashMap<TaskTypeId, TaskType>,
    statuses: HashMap<TaskStatusId, TaskStatus>,
    entity_types: HashMap<EntityTypeId, EntityType>,
}

impl Names {
    pub(crate) async fn read(app: &App) -> Result<Self> {
        let words = app.store.words().await?;
        Ok(Self {
            task_types: words.task_types.into_iter().map(|one| (one.id, one)).collect(),
            statuses: words.task_statuses.into_iter().map(|one| (one.id, one)).collect(),
            entity_types: words.entity_types.into_iter().map(|one| (one.id, one)).collect(),
        })
    }

    /// The task with its names; those of what was deleted are empty.
    pub(crate) fn detail(&self, task: Task, project: &Project, entity: &Entity) -> DetailedTask {
        let task_type = self.task_types.get(&task.task_type_id);
        let status = self.statuses.get(&task.task_status_id);
        let entity_type = self.entity_types.get(&entity.entity_type_id);
        DetailedTask {
            project_name: project.name.clone(),
            task_type_name: task_type.map(|one| one.name.clone()).unwrap_or_default(),
            task_status_name: status.map(|one| one.name.clone()).unwrap_or_default(),
            entity_type_name: entity_type.map(|one| one.name.clone()).unwrap_or_default(),
            entity_name: entity.name.clone(),
            task_type_priority: task_type.map(|one| one.priority).unwrap_or_default(),
            task,
        }
    }

    /// The kinds of work of some tasks, each once, by their place in the pipeline, then by name.
    pub(crate) fn task_types(mut self, tasks: &[Task]) -> Vec<TaskType> {
        let ids = tasks.iter().map(|task| task.task_type_id);
        let mut found: Vec<TaskType> = ids.filter_map(|id| self.task_types.remove(&id)).collect();
        found.sort_by_cached_key(|one| (one.priority, model::text::fold(&one.name), one.id));
        found
    }

    /// Whether a task stands at a status that finishes it.
    pub(crate) fn is_done(&self, task: &Task) -> bool {
        self.statuses.get(&task.task_status_id).is_some_and(|status| status.is_done)
    }
}
