//! The ids in the paths of all routes, one struct a shape.
//!
//! One name per kind of id everywhere: the routes, the OpenAPI document and the gateway's template agree on it.

use model::{
    DepartmentId, DescriptorId, EntityId, EntityTypeId, EpisodeChoice, Error, InstanceId, LinkId,
    PersonId, ProjectId, ProjectStatusId, Resource, TaskId, TaskStatusId, TaskTypeId,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::PathIds;

/// `{project_id}`, `{episode_id}`, where Kitsu also says `main` or `all` and means no episode.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProjectPartPath {
    /// The project.
    #[param(value_type = String, format = Uuid, example = "a24a6ea4-ce75-4665-a070-57453082c256")]
    pub project_id: ProjectId,
    /// The episode; `main` or `all` for the whole project.
    #[param(example = "a24a6ea4-ce75-4665-a070-57453082c256")]
    episode_id: String,
}

impl ProjectPartPath {
    /// The episode, if it is one that is meant; [`Error::NotFound`] if it can be none.
    pub fn episode(&self) -> model::Result<Option<EntityId>> {
        let choice = EpisodeChoice::parse(&self.episode_id);
        choice.map(EpisodeChoice::episode).ok_or(Error::NotFound(Resource::Episode))
    }
}

impl PathIds for ProjectPartPath {
    const RESOURCES: &'static [(&'static str, Resource)] = &[("project_id", Resource::Project)];
}

macro_rules! paths {
    ($($(#[$doc:meta])+ $path:ident { $($(#[$about:meta])+ $name:ident: $id:ident, $resource:ident;)+ })+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
        #[into_params(parameter_in = Path)]
        pub struct $path {
            $($(#[$about])+
            #[param(value_type = String, format = Uuid, example = "a24a6ea4-ce75-4665-a070-57453082c256")]
            pub $name: $id,)+
        }

        impl PathIds for $path {
            const RESOURCES: &'static [(&'static str, Resource)] = &[$((stringify!($name), Resource::$resource)),+];
        }
    )+};
}

paths! {
    /// `{asset_id}`
    AssetPath {
        /// The asset.
        asset_id: EntityId, Asset;
    }
    /// `{shot_id}`
    ShotPath {
        /// The shot.
        shot_id: EntityId, Shot;
    }
    /// `{sequence_id}`
    SequencePath {
        /// The sequence.
        sequence_id: EntityId, Sequence;
    }
    /// `{episode_id}`
    EpisodePath {
        /// The episode.
        episode_id: EntityId, Episode;
    }
    /// `{scene_id}`
    ScenePath {
        /// The scene.
        scene_id: EntityId, Scene;
    }
    /// `{entity_id}`
    EntityPath {
        /// The asset, shot, sequence, episode or scene.
        entity_id: EntityId, Entity;
    }
    /// `{asset_type_id}`
    AssetTypePath {
        /// The asset type.
        asset_type_id: EntityTypeId, AssetType;
    }
    /// `{asset_instance_id}`
    AssetInstancePath {
        /// The asset instance.
        asset_instance_id: InstanceId, AssetInstance;
    }
    /// `{shot_id}`, `{asset_instance_id}`
    ShotInstancePath {
        /// The shot.
        shot_id: EntityId, Shot;
        /// The asset instance.
        asset_instance_id: InstanceId, AssetInstance;
    }
    /// `{entity_link_id}`
    EntityLinkPath {
        /// The cast link.
        entity_link_id: LinkId, EntityLink;
    }
    /// `{task_id}`
    TaskPath {
        /// The task.
        task_id: TaskId, Task;
    }
    /// `{person_id}`
    PersonPath {
        /// The person.
        person_id: PersonId, Person;
    }
    /// `{department_id}`
    DepartmentPath {
        /// The department.
        department_id: DepartmentId, Department;
    }
    /// `{entity_type_id}`
    EntityTypePath {
        /// The entity type.
        entity_type_id: EntityTypeId, EntityType;
    }
    /// `{entity_id}`, `{task_type_id}`
    EntityTaskTypePath {
        /// The asset, shot, sequence, episode or scene.
        entity_id: EntityId, Entity;
        /// The kind of work.
        task_type_id: TaskTypeId, TaskType;
    }
    /// `{task_type_id}`
    TaskTypePath {
        /// The task type.
        task_type_id: TaskTypeId, TaskType;
    }
    /// `{task_status_id}`
    TaskStatusPath {
        /// The task status.
        task_status_id: TaskStatusId, TaskStatus;
    }
    /// `{project_status_id}`
    ProjectStatusPath {
        /// The project status.
        project_status_id: ProjectStatusId, ProjectStatus;
    }
    /// `{project_id}`
    ProjectPath {
        /// The project.
        project_id: ProjectId, Project;
    }
    /// `{project_id}`, `{asset_type_id}`
    ProjectAssetTypePath {
        /// The project.
        project_id: ProjectId, Project;
        /// The asset type.
        asset_type_id: EntityTypeId, AssetType;
    }
    /// `{project_id}`, `{asset_id}`
    ProjectAssetPath {
        /// The project.
        project_id: ProjectId, Project;
        /// The asset.
        asset_id: EntityId, Asset;
    }
    /// `{project_id}`, `{entity_id}`
    ProjectEntityPath {
        /// The project.
        project_id: ProjectId, Project;
        /// The asset, shot, sequence, episode or scene.
        entity_id: EntityId, Entity;
    }
    /// `{project_id}`, `{episode_id}`
    ProjectEpisodePath {
        /// The project.
        project_id: ProjectId, Project;
        /// The episode.
        episode_id: EntityId, Episode;
    }
    /// `{project_id}`, `{sequence_id}`
    ProjectSequencePath {
        /// The project.
        project_id: ProjectId, Project;
        /// The sequence.
        sequence_id: EntityId, Sequence;
    }
    /// `{project_id}`, `{person_id}`
    ProjectPersonPath {
        /// The project.
        project_id: ProjectId, Project;
        /// The member of its team.
        person_id: PersonId, Person;
    }
    /// `{project_id}`, `{task_type_id}`
    ProjectTaskTypePath {
        /// The project.
        project_id: ProjectId, Project;
        /// The task type.
        task_type_id: TaskTypeId, TaskType;
    }
    /// `{project_id}`, `{task_status_id}`
    ProjectTaskStatusPath {
        /// The project.
        project_id: ProjectId, Project;
        /// The task status.
        task_status_id: TaskStatusId, TaskStatus;
    }
    /// `{project_id}`, `{descriptor_id}`
    ProjectDescriptorPath {
        /// The project.
        project_id: ProjectId, Project;
        /// The metadata descriptor.
        descriptor_id: DescriptorId, MetadataDescriptor;
    }
}
