//! The bodies that create or change the studio's vocabulary: see [`crate::vocabulary`].

use utoipa::ToSchema;

use crate::fields::{self, Fields, Given, Input};
use crate::ids::{DepartmentId, TaskTypeId, distinct};
use crate::text;
use crate::time::Timestamp;
use crate::vocabulary::{Department, EntityType, TaskStatus, TaskType};

/// `#RGB` or `#RRGGBB`.
fn color(value: &serde_json::Value) -> std::result::Result<String, Vec<fields::Problem>> {
    let text = value.as_str().unwrap_or_default();
    let digits = text.strip_prefix('#').unwrap_or_default();
    if matches!(digits.len(), 3 | 6) && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        Ok(text.to_owned())
    } else {
        Err(vec!["must be a colour: #RRGGBB".into()])
    }
}

const FOR_ENTITY: &[&str] = &["Asset", "Shot", "Sequence", "Episode", "Scene", "Edit", "Concept"];

fn for_entity() -> impl fields::Parser<String> {
    fields::one_of(FOR_ENTITY, |word| FOR_ENTITY.contains(&word).then(|| word.to_owned()))
}

/// The body that creates or changes an entity type.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `EntityType`")]
pub struct EntityTypePatch {
    pub name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub short_name: Given<String>,
    #[schema(value_type = Option<String>)]
    pub description: Given<String>,
    pub task_types: Option<Vec<TaskTypeId>>,
    pub archived: Option<bool>,
}

impl Input for EntityTypePatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name);
        let short_name = f.given("short_name", fields::text(text::NAME_MAX));
        let description = f.given("description", fields::text(text::LONG_TEXT_MAX));
        let task_types = f.optional("task_types", fields::list(500, fields::id));
        let archived = f.optional("archived", fields::boolean);
        Some(Self {
            name: name?,
            short_name: short_name?,
            description: description?,
            task_types: task_types?,
            archived: archived?,
        })
    }
}

impl EntityTypePatch {
    /// The type with the changes in it.
    #[must_use]
    pub fn apply(self, mut to: EntityType, now: Timestamp) -> EntityType {
        to.name = self.name.unwrap_or(to.name);
        self.short_name.apply(&mut to.short_name);
        self.description.apply(&mut to.description);
        to.task_types = self.task_types.map_or(to.task_types, distinct);
        to.archived = self.archived.unwrap_or(to.archived);
        to.updated_at = now;
        to
    }
}

/// The body that creates or changes a task type.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `TaskType`")]
pub struct TaskTypePatch {
    pub name: Option<String>,
    pub short_name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub description: Given<String>,
    pub color: Option<String>,
    pub priority: Option<i64>,
    pub for_entity: Option<String>,
    pub allow_timelog: Option<bool>,
    pub archived: Option<bool>,
    #[schema(value_type = Option<DepartmentId>)]
    pub department_id: Given<DepartmentId>,
}

impl Input for TaskTypePatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name);
        let short_name = f.optional("short_name", fields::text(text::NAME_MAX));
        let description = f.given("description", fields::text(text::LONG_TEXT_MAX));
        let color = f.optional("color", color);
        let priority = f.optional("priority", fields::integer(0..=1_000_000));
        let for_entity = f.optional("for_entity", for_entity());
        let allow_timelog = f.optional("allow_timelog", fields::boolean);
        let archived = f.optional("archived", fields::boolean);
        let department_id = f.given("department_id", fields::id);
        Some(Self {
            name: name?,
            short_name: short_name?,
            description: description?,
            color: color?,
            priority: priority?,
            for_entity: for_entity?,
            allow_timelog: allow_timelog?,
            archived: archived?,
            department_id: department_id?,
        })
    }
}

impl TaskTypePatch {
    /// The type with the changes in it.
    #[must_use]
    pub fn apply(self, mut to: TaskType, now: Timestamp) -> TaskType {
        to.name = self.name.unwrap_or(to.name);
        to.short_name = self.short_name.unwrap_or(to.short_name);
        self.description.apply(&mut to.description);
        to.color = self.color.unwrap_or(to.color);
        to.priority = self.priority.unwrap_or(to.priority);
        to.for_entity = self.for_entity.unwrap_or(to.for_entity);
        to.allow_timelog = self.allow_timelog.unwrap_or(to.allow_timelog);
        to.archived = self.archived.unwrap_or(to.archived);
        self.department_id.apply(&mut to.department_id);
        to.updated_at = now;
        to
    }
}

/// The body that creates or changes a task status.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `TaskStatus`")]
pub struct TaskStatusPatch {
    pub name: Option<String>,
    pub short_name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub description: Given<String>,
    pub color: Option<String>,
    pub priority: Option<i64>,
    pub archived: Option<bool>,
    pub is_done: Option<bool>,
    pub is_artist_allowed: Option<bool>,
    pub is_client_allowed: Option<bool>,
    pub is_retake: Option<bool>,
    pub is_feedback_request: Option<bool>,
    pub is_default: Option<bool>,
    pub is_wip: Option<bool>,
    pub for_concept: Option<bool>,
}

impl Input for TaskStatusPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name);
        let short_name = f.optional("short_name", fields::name);
        let description = f.given("description", fields::text(text::LONG_TEXT_MAX));
        let color = f.optional("color", color);
        let priority = f.optional("priority", fields::integer(0..=1_000_000));
        let mut flag = |field| f.optional(field, fields::boolean);
        let archived = flag("archived");
        let is_done = flag("is_done");
        let is_artist_allowed = flag("is_artist_allowed");
        let is_client_allowed = flag("is_client_allowed");
        let is_retake = flag("is_retake");
        let is_feedback_request = flag("is_feedback_request");
        let is_default = flag("is_default");
        let is_wip = flag("is_wip");
        let for_concept = flag("for_concept");
        Some(Self {
            name: name?,
            short_name: short_name?,
            description: description?,
            color: color?,
            priority: priority?,
            archived: archived?,
            is_done: is_done?,
            is_artist_allowed: is_artist_allowed?,
            is_client_allowed: is_client_allowed?,
            is_retake: is_retake?,
            is_feedback_request: is_feedback_request?,
            is_default: is_default?,
            is_wip: is_wip?,
            for_concept: for_concept?,
        })
    }
}

impl TaskStatusPatch {
    /// The status with the changes in it.
    #[must_use]
    pub fn apply(self, mut to: TaskStatus, now: Timestamp) -> TaskStatus {
        to.name = self.name.unwrap_or(to.name);
        to.short_name = self.short_name.unwrap_or(to.short_name);
        self.description.apply(&mut to.description);
        to.color = self.color.unwrap_or(to.color);
        to.priority = self.priority.unwrap_or(to.priority);
        to.archived = self.archived.unwrap_or(to.archived);
        to.is_done = self.is_done.unwrap_or(to.is_done);
        to.is_artist_allowed = self.is_artist_allowed.unwrap_or(to.is_artist_allowed);
        to.is_client_allowed = self.is_client_allowed.unwrap_or(to.is_client_allowed);
        to.is_retake = self.is_retake.unwrap_or(to.is_retake);
        to.is_feedback_request = self.is_feedback_request.unwrap_or(to.is_feedback_request);
        to.is_default = self.is_default.unwrap_or(to.is_default);
        to.is_wip = self.is_wip.unwrap_or(to.is_wip);
        to.for_concept = self.for_concept.unwrap_or(to.for_concept);
        to.updated_at = now;
        to
    }
}

/// The body that creates or changes a department.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `Department`")]
pub struct DepartmentPatch {
    pub name: Option<String>,
    pub color: Option<String>,
    pub archived: Option<bool>,
}

impl Input for DepartmentPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name);
        let color = f.optional("color", color);
        let archived = f.optional("archived", fields::boolean);
        Some(Self { name: name?, color: color?, archived: archived? })
    }
}

impl DepartmentPatch {
    /// The department with the changes in it.
    #[must_use]
    pub fn apply(self, mut to: Department, now: Timestamp) -> Department {
        to.name = self.name.unwrap_or(to.name);
        to.color = self.color.unwrap_or(to.color);
        to.archived = self.archived.unwrap_or(to.archived);
        to.updated_at = now;
        to
    }
}
