//! Productions, their teams and the metadata they declare.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Data;
use crate::catalog::ProjectStatus;
use crate::fields::{self, Fields, Given, Input};
use crate::ids::{
    DepartmentId, DescriptorId, EntityTypeId, PersonId, ProjectId, ProjectStatusId, TaskStatusId,
    TaskTypeId,
};
use crate::role::Role;
use crate::text;
use crate::time::{Date, Timestamp};

/// A production.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Project {
    /// Unique identifier.
    pub id: ProjectId,
    /// Unique name.
    #[schema(example = "Caminandes")]
    pub name: String,
    /// A studio's own code.
    pub code: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// Custom metadata of the production itself.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
    /// `short`, `featurefilm`, `tvshow`, `assets`, `shots`, …
    pub production_type: String,
    /// `2d`, `3d`, `2d3d`, …
    pub production_style: String,
    /// Frames per second.
    pub fps: Option<String>,
    /// Aspect ratio.
    pub ratio: Option<String>,
    /// Picture size in pixels.
    pub resolution: Option<String>,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub end_date: Option<Date>,
    /// Planned effort in person-days.
    pub man_days: Option<i64>,
    /// Planned number of episodes.
    pub nb_episodes: i64,
    /// Length of an episode, minutes.
    pub episode_span: i64,
    /// Retakes after which one is counted as over budget.
    pub max_retakes: i64,
    /// The page a member lands on.
    pub homepage: String,
    /// Open or Closed.
    pub project_status_id: ProjectStatusId,
    /// Asset types offered in it; none means all.
    pub asset_types: Vec<EntityTypeId>,
    /// Task types offered in it.
    pub task_types: Vec<TaskTypeId>,
    /// Task statuses offered in it.
    pub task_statuses: Vec<TaskStatusId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Project {
    /// An open production with Zou's defaults.
    pub fn named(name: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id: ProjectId::new(),
            name: name.into(),
            code: None,
            description: None,
            data: None,
            production_type: "short".into(),
            production_style: "2d3d".into(),
            fps: Some("25".into()),
            ratio: Some("16:9".into()),
            resolution: Some("1920x1080".into()),
            start_date: None,
            end_date: None,
            man_days: None,
            nb_episodes: 0,
            episode_span: 0,
            max_retakes: 0,
            homepage: "assets".into(),
            project_status_id: ProjectStatus::OPEN,
            asset_types: Vec::new(),
            task_types: Vec::new(),
            task_statuses: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether it is made of episodes.
    pub fn is_tv_show(&self) -> bool {
        self.production_type == "tvshow"
    }
}

/// The body that creates or changes a project.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `Project`")]
pub struct ProjectPatch {
    pub name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub code: Given<String>,
    #[schema(value_type = Option<String>)]
    pub description: Given<String>,
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
    pub production_type: Option<String>,
    pub production_style: Option<String>,
    #[schema(value_type = Option<String>)]
    pub fps: Given<String>,
    #[schema(value_type = Option<String>)]
    pub ratio: Given<String>,
    #[schema(value_type = Option<String>)]
    pub resolution: Given<String>,
    #[schema(value_type = Option<Date>)]
    pub start_date: Given<Date>,
    #[schema(value_type = Option<Date>)]
    pub end_date: Given<Date>,
    #[schema(value_type = Option<i64>)]
    pub man_days: Given<i64>,
    pub nb_episodes: Option<i64>,
    pub episode_span: Option<i64>,
    pub max_retakes: Option<i64>,
    pub homepage: Option<String>,
    pub project_status_id: Option<ProjectStatusId>,
    pub asset_types: Option<Vec<EntityTypeId>>,
    pub task_types: Option<Vec<TaskTypeId>>,
    pub task_statuses: Option<Vec<TaskStatusId>>,
    /// On creation: the first members.
    pub team: Option<Vec<PersonId>>,
}

impl Input for ProjectPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name);
        let code = f.given("code", fields::text(text::NAME_MAX));
        let description = f.given("description", fields::text(text::LONG_TEXT_MAX));
        let data = crate::entity::optional_data(f);
        let production_type = f.optional("production_type", fields::name);
        let production_style = f.optional("production_style", fields::name);
        let fps = f.given("fps", fields::text(text::NAME_MAX));
        let ratio = f.given("ratio", fields::text(text::NAME_MAX));
        let resolution = f.given("resolution", fields::text(text::NAME_MAX));
        let start_date = f.given("start_date", fields::date);
        let end_date = f.given("end_date", fields::date);
        let man_days = f.given("man_days", fields::integer(0..=100_000_000));
        let nb_episodes = f.optional("nb_episodes", fields::integer(0..=1_000_000));
        let episode_span = f.optional("episode_span", fields::integer(0..=1_000_000));
        let max_retakes = f.optional("max_retakes", fields::integer(0..=1_000_000));
        let homepage = f.optional("homepage", fields::text(text::NAME_MAX));
        let project_status_id = f.optional("project_status_id", fields::id);
        let asset_types = f.optional("asset_types", fields::list(1000, fields::id));
        let task_types = f.optional("task_types", fields::list(1000, fields::id));
        let task_statuses = f.optional("task_statuses", fields::list(1000, fields::id));
        let team = f.optional("team", fields::list(10_000, fields::id));
        Some(Self {
            name: name?,
            code: code?,
            description: description?,
            data: data?,
            production_type: production_type?,
            production_style: production_style?,
            fps: fps?,
            ratio: ratio?,
            resolution: resolution?,
            start_date: start_date?,
            end_date: end_date?,
            man_days: man_days?,
            nb_episodes: nb_episodes?,
            episode_span: episode_span?,
            max_retakes: max_retakes?,
            homepage: homepage?,
            project_status_id: project_status_id?,
            asset_types: asset_types?,
            task_types: task_types?,
            task_statuses: task_statuses?,
            team: team?,
        })
    }
}

impl ProjectPatch {
    /// The project with the changes in it; `team` is for the store.
    #[must_use]
    pub fn apply(self, mut to: Project, now: Timestamp) -> Project {
        to.name = self.name.unwrap_or(to.name);
        self.code.apply(&mut to.code);
        self.description.apply(&mut to.description);
        if let Some(data) = self.data {
            to.data.get_or_insert_default().extend(data);
        }
        to.production_type = self.production_type.unwrap_or(to.production_type);
        to.production_style = self.production_style.unwrap_or(to.production_style);
        self.fps.apply(&mut to.fps);
        self.ratio.apply(&mut to.ratio);
        self.resolution.apply(&mut to.resolution);
        self.start_date.apply(&mut to.start_date);
        self.end_date.apply(&mut to.end_date);
        self.man_days.apply(&mut to.man_days);
        to.nb_episodes = self.nb_episodes.unwrap_or(to.nb_episodes);
        to.episode_span = self.episode_span.unwrap_or(to.episode_span);
        to.max_retakes = self.max_retakes.unwrap_or(to.max_retakes);
        to.homepage = self.homepage.unwrap_or(to.homepage);
        to.project_status_id = self.project_status_id.unwrap_or(to.project_status_id);
        to.asset_types = self.asset_types.unwrap_or(to.asset_types);
        to.task_types = self.task_types.unwrap_or(to.task_types);
        to.task_statuses = self.task_statuses.unwrap_or(to.task_statuses);
        to.updated_at = now;
        to
    }
}

/// A person's membership of a project's team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Membership {
    /// The project.
    pub project_id: ProjectId,
    /// The member.
    pub person_id: PersonId,
    /// A role that replaces the person's own in this project.
    pub role: Option<Role>,
}

/// A declared key of `data`: what Kitsu shows as a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Descriptor {
    /// Unique identifier.
    pub id: DescriptorId,
    /// The project that declares it.
    pub project_id: ProjectId,
    /// `Asset`, `Shot`, …: whose `data` it is about.
    pub entity_type: String,
    /// The column's title.
    pub name: String,
    /// The key in `data`: the name in lower case with underscores.
    pub field_name: String,
    /// `string`, `number`, `list`, `taglist`, `boolean`, `date` or `checklist`.
    pub data_type: String,
    /// Values offered for a list: see [`crate::metadata`].
    pub choices: Vec<String>,
    /// Whether a new entity must have a value.
    #[serde(default)]
    pub required: bool,
    /// Whether clients see it.
    pub for_client: bool,
    /// Departments it is for; vendors of other departments do not see it.
    pub departments: Vec<DepartmentId>,
    /// Place among the columns.
    pub position: Option<i64>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `MetadataDescriptor`.
    #[serde(rename = "type")]
    pub type_name: String,
}

/// The body that creates or changes a descriptor.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `Descriptor`")]
pub struct DescriptorPatch {
    pub entity_type: Option<String>,
    pub name: Option<String>,
    pub data_type: Option<String>,
    pub choices: Option<Vec<String>>,
    pub required: Option<bool>,
    pub for_client: Option<bool>,
    pub departments: Option<Vec<DepartmentId>>,
    #[schema(value_type = Option<i64>)]
    pub position: Given<i64>,
}

const DATA_TYPES: &[&str] =
    &["string", "number", "list", "taglist", "boolean", "date", "checklist"];
const ENTITY_TYPES: &[&str] = &["Asset", "Shot", "Sequence", "Episode", "Scene", "Edit"];

impl Input for DescriptorPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let word = |all: &'static [&'static str]| {
            fields::one_of(all, |w| all.contains(&w).then(|| w.to_owned()))
        };
        let entity_type = f.optional("entity_type", word(ENTITY_TYPES));
        let name = f.optional("name", fields::name);
        let data_type = f.optional("data_type", word(DATA_TYPES));
        let choices = f.optional("choices", fields::list(1000, fields::text(text::NAME_MAX)));
        let required = f.optional("required", fields::boolean);
        let for_client = f.optional("for_client", fields::boolean);
        let departments = f.optional("departments", fields::list(100, fields::id));
        let position = f.given("position", fields::integer(0..=1_000_000));
        Some(Self {
            entity_type: entity_type?,
            name: name?,
            data_type: data_type?,
            choices: choices?,
            required: required?,
            for_client: for_client?,
            departments: departments?,
            position: position?,
        })
    }
}

impl DescriptorPatch {
    /// The descriptor with the changes in it. The key in `data` stays: values are kept under it.
    #[must_use]
    pub fn apply(self, mut to: Descriptor, now: Timestamp) -> Descriptor {
        to.name = self.name.unwrap_or(to.name);
        to.data_type = self.data_type.unwrap_or(to.data_type);
        to.choices = self.choices.unwrap_or(to.choices);
        to.required = self.required.unwrap_or(to.required);
        to.for_client = self.for_client.unwrap_or(to.for_client);
        to.departments = self.departments.unwrap_or(to.departments);
        self.position.apply(&mut to.position);
        to.updated_at = now;
        to
    }
}

impl Descriptor {
    /// A text column for assets.
    pub fn named(project_id: ProjectId, name: &str, now: Timestamp) -> Self {
        Self {
            id: DescriptorId::new(),
            project_id,
            entity_type: "Asset".into(),
            name: name.into(),
            field_name: field_name(name),
            data_type: "string".into(),
            choices: Vec::new(),
            required: false,
            for_client: false,
            departments: Vec::new(),
            position: None,
            created_at: now,
            updated_at: now,
            type_name: "MetadataDescriptor".into(),
        }
    }

    /// Whether a vendor who works in `departments` may see its values.
    pub fn is_visible_to(&self, departments: &[DepartmentId]) -> bool {
        self.departments.is_empty() || self.departments.iter().any(|d| departments.contains(d))
    }
}

/// The key in `data` for a column's title: lower case, anything but letters and digits to `_`.
pub fn field_name(name: &str) -> String {
    let key: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    key.to_lowercase()
}
