//! A project on the wire: the bare row of lists, and all that a client needs to open it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::descriptor::Descriptor;
use model::{
    EntityId, EntityKind, PersonId, Project, ProjectId, Role, TaskStatusId, TaskTypeId, text,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::concurrently;
use utoipa::ToSchema;

use crate::access::Access;
use crate::app::App;
use crate::caller::Caller;
use crate::error::Result;

/// A project with every column of Zou's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectRow {
    /// The project.
    #[serde(flatten)]
    pub project: Project,
    /// Always `Project`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "Project")]
    kind: &'static str,
    #[serde(flatten)]
    #[schema(ignore)]
    unused: &'static Map<String, Value>,
}

/// A project with its team, its metadata and what it uses of the studio's vocabulary.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectDetail {
    /// The project.
    #[serde(flatten)]
    pub row: ProjectRow,
    /// Members of the team.
    pub team: Vec<PersonId>,
    /// The metadata the caller may know of.
    pub descriptors: Vec<DescriptorRow>,
    /// How the project uses each of its task types.
    pub task_type_links: BTreeMap<TaskTypeId, TaskTypeLink>,
    /// Null for each of its task types: the task type's own priority counts.
    pub task_types_priority: BTreeMap<TaskTypeId, Option<i64>>,
    /// How the project uses each of its task statuses.
    pub task_statuses_link: BTreeMap<TaskStatusId, TaskStatusLink>,
    /// Of a TV show the first episode by name.
    pub first_episode_id: Option<EntityId>,
}

/// A metadata descriptor with every column of Zou's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DescriptorRow {
    /// The descriptor.
    #[serde(flatten)]
    pub descriptor: Descriptor,
    /// Always null: task types have no metadata of their own here.
    task_type_id: Option<TaskTypeId>,
}

/// How a project uses a task type: as the task type says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskTypeLink {
    #[schema(value_type = Option<i64>)]
    priority: (),
    #[schema(value_type = Option<i64>)]
    hd_bitrate_compression: (),
    #[schema(value_type = Option<i64>)]
    ld_bitrate_compression: (),
    is_client_visible: bool,
}

/// How a project uses a task status: as the status says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskStatusLink {
    #[schema(value_type = Option<i64>)]
    priority: (),
    #[schema(value_type = Vec<Role>)]
    roles_for_board: [Role; 5],
    #[schema(value_type = Option<bool>)]
    is_client_allowed: (),
}

/// Columns that Zou has and nothing here needs, with the values Zou gives them.
static UNUSED: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let columns = json!({
        "shotgun_id": null, "file_tree": null, "has_avatar": false, "is_clients_isolated": false,
        "is_client_stats_visible": true, "is_client_task_list_visible": true, "is_client_task_panel_visible": true,
        "is_preview_download_allowed": false, "is_set_preview_automated": false,
        "is_publish_default_for_artists": false, "is_bot_collaboration_enabled": false,
        "is_single_preview_per_revision": false, "is_frame_in_numbering": false, "revision_padding": 0,
        "hd_bitrate_compression": null, "ld_bitrate_compression": null, "default_preview_background_file_id": null,
        "from_schedule_version_id": null, "status_automations": [], "preview_background_files": [],
    });
    if let Value::Object(columns) = columns { columns } else { Map::new() }
});

impl From<Project> for ProjectRow {
    fn from(project: Project) -> Self {
        Self { project, kind: "Project", unused: &UNUSED }
    }
}

impl From<Descriptor> for DescriptorRow {
    fn from(descriptor: Descriptor) -> Self {
        Self { descriptor, task_type_id: None }
    }
}

impl TaskTypeLink {
    const DEFAULT: Self = Self {
        priority: (),
        hd_bitrate_compression: (),
        ld_bitrate_compression: (),
        is_client_visible: true,
    };
}

impl TaskStatusLink {
    const DEFAULT: Self = Self {
        priority: (),
        roles_for_board: [Role::User, Role::Admin, Role::Supervisor, Role::Manager, Role::Vendor],
        is_client_allowed: (),
    };
}

impl ProjectDetail {
    /// Reads what belongs to the project.
    pub async fn read(app: &App, access: Access) -> Result<Self> {
        let id = access.project.id;
        let (team, descriptors, first_episode_id) = tokio::try_join!(
            app.store.team_of(id),
            app.store.descriptors_of(id),
            first_episode(app, &access.project)
        )?;
        let (task_types, task_statuses) =
            (&access.project.task_types, &access.project.task_statuses);
        Ok(Self {
            team: team.iter().map(|member| member.person_id).collect(),
            descriptors: access.descriptors_seen(descriptors),
            task_type_links: task_types.iter().map(|id| (*id, TaskTypeLink::DEFAULT)).collect(),
            task_types_priority: task_types.iter().map(|id| (*id, None)).collect(),
            task_statuses_link: task_statuses
                .iter()
                .map(|id| (*id, TaskStatusLink::DEFAULT))
                .collect(),
            first_episode_id,
            row: access.project.into(),
        })
    }

    /// As [`ProjectDetail::read`], of several.
    pub async fn read_all(app: &App, accesses: Vec<Access>) -> Result<Vec<Self>> {
        concurrently(accesses.into_iter().map(|access| Self::read(app, access))).await
    }
}

impl Access {
    /// The descriptors the caller may know of, in the order of their columns: clients those made for them,
    /// vendors those of their departments.
    pub fn descriptors_seen(&self, mut descriptors: Vec<Descriptor>) -> Vec<DescriptorRow> {
        descriptors.retain(|descriptor| match self.role {
            Role::Client => descriptor.for_client,
            Role::Vendor => descriptor.is_visible_to(&self.person.departments),
            Role::Admin | Role::Manager | Role::Supervisor | Role::User => true,
        });
        descriptors
            .sort_by_cached_key(|d| (d.position.unwrap_or(i64::MAX), text::fold(&d.name), d.id));
        descriptors.into_iter().map(DescriptorRow::from).collect()
    }
}

/// The projects the caller sees, by name, entered.
pub async fn projects_seen(app: &App, caller: &Caller) -> Result<Vec<Access>> {
    let mut accesses = caller.enter_all(app).await?;
    accesses.sort_by_cached_key(|access| place(&access.project));
    Ok(accesses)
}

/// Where a project stands in lists: by name.
pub fn place(project: &Project) -> (String, ProjectId) {
    (text::fold(&project.name), project.id)
}

async fn first_episode(app: &App, project: &Project) -> model::Result<Option<EntityId>> {
    let Some(episodes) = EntityKind::Episode.entity_type().filter(|_| project.is_tv_show()) else {
        return Ok(None);
    };
    let episodes = app.store.entities_of_type(project.id, episodes).await?;
    let live = episodes.iter().filter(|episode| !episode.canceled);
    Ok(live.min_by_key(|episode| (text::fold(&episode.name), episode.id)).map(|episode| episode.id))
}
