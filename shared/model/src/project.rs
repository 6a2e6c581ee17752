//! Productions and their teams.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Data;
use crate::ids::{EntityTypeId, PersonId, ProjectId, ProjectStatusId, TaskStatusId, TaskTypeId};
use crate::role::Role;
use crate::time::{Date, Timestamp};
use crate::vocabulary::ProjectStatus;

pub use crate::project_input::ProjectPatch;

// A project's item is read with every request that enters it, and pays for its size each time: so that all that may grow in
// it is 134 KB at most.

/// The most asset types, task types, task statuses of a project: 37 bytes each, so that all three lists are 45 KB.
pub const SETTINGS_MAX: usize = 400;

/// The most metadata of a project, in bytes of JSON.
pub(crate) const PROJECT_DATA_BYTES_MAX: usize = 64_000;

/// The longest description of a project, in characters of up to four bytes.
pub(crate) const PROJECT_DESCRIPTION_MAX: usize = 5_000;

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

impl Membership {
    /// Of somebody who has the same role in the project as elsewhere.
    pub fn new(project_id: ProjectId, person_id: PersonId) -> Self {
        Self { project_id, person_id, role: None }
    }
}
