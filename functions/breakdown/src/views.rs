//! Rows of the breakdown as Zou's clients read them.

use std::collections::BTreeSet;

use http_api::{Access, App, Caller, Result, VisibleLinks, seen_instances};
use model::{Data, Entity, EntityId, EntityKind, InstanceId, Task};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::task_row::BreakdownTask;

/// A shot with what is around it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShotDetail {
    #[serde(flatten)]
    shot: ShotRow,
    #[serde(flatten)]
    links: Links,
}

/// A shot with its tasks and the names of what is above it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShotRow {
    #[serde(flatten)]
    entity: Entity,
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    frames: Frames,
    tasks: Vec<BreakdownTask>,
}

/// A scene with the names of what is above it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SceneDetail {
    #[serde(flatten)]
    entity: Entity,
    #[serde(flatten)]
    place: Place,
}

/// A sequence with the names of what is above it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SequenceDetail {
    #[serde(flatten)]
    entity: Entity,
    /// Name of the production.
    project_name: String,
    /// The episode it belongs to.
    episode_id: Option<EntityId>,
    /// Name of the episode.
    episode_name: Option<String>,
}

/// An episode with the name of its production.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EpisodeDetail {
    #[serde(flatten)]
    entity: Entity,
    /// Name of the production.
    project_name: String,
}

/// A sequence or an episode with its own tasks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupRow {
    #[serde(flatten)]
    entity: Entity,
    /// Of a sequence: the episode it belongs to.
    episode_id: Option<EntityId>,
    #[serde(flatten)]
    frames: Frames,
    tasks: Vec<BreakdownTask>,
}

/// An entity of any kind with its links.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntityDetail {
    #[serde(flatten)]
    entity: Entity,
    #[serde(flatten)]
    links: Links,
}

/// What is above a shot or scene.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Place {
    /// Name of the production.
    project_name: String,
    /// The sequence it belongs to.
    sequence_id: Option<EntityId>,
    /// Name of the sequence.
    sequence_name: Option<String>,
    /// The episode it belongs to.
    episode_id: Option<EntityId>,
    /// Name of the episode.
    episode_name: Option<String>,
}

/// What `data` says of the frames.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Frames {
    /// `data.frame_in`: the first frame.
    frame_in: Value,
    /// `data.frame_out`: the last frame.
    frame_out: Value,
    /// `data.fps`: frames per second.
    fps: Value,
}

/// What an entity is tied to, as far as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Links {
    /// The assets cast in it.
    entities_out: BTreeSet<EntityId>,
    /// Of an asset: the shots, sequences, episodes, scenes and assets it is cast in.
    entities_in: BTreeSet<EntityId>,
    /// Always empty: there are no concepts.
    #[serde(rename = "entity_concept_links")]
    concepts: Vec<EntityId>,
    /// The asset instances in a shot.
    instance_casting: Vec<InstanceId>,
}

impl Place {
    /// The place of something below `sequence`, which is in `episode`.
    pub(crate) fn new(
        access: &Access,
        sequence: Option<&Entity>,
        episode: Option<&Entity>,
    ) -> Self {
        Self {
            project_name: access.project.name.clone(),
            sequence_id: sequence.map(|sequence| sequence.id),
            sequence_name: sequence.map(|sequence| sequence.name.clone()),
            episode_id: episode.map(|episode| episode.id),
            episode_name: episode.map(|episode| episode.name.clone()),
        }
    }

    async fn of(app: &App, access: &Access, entity: &Entity) -> Result<Self> {
        let sequence = parent(app, entity).await?;
        let episode = match &sequence {
            Some(sequence) => parent(app, sequence).await?,
            None => None,
        };
        Ok(Self::new(access, sequence.as_ref(), episode.as_ref()))
    }

    /// What rows are ordered by: episode, then sequence.
    pub(crate) fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.episode_name.as_deref(), self.sequence_name.as_deref())
    }
}

async fn parent(app: &App, entity: &Entity) -> Result<Option<Entity>> {
    match entity.parent_id {
        Some(id) => Ok(app.store.entity_get(id).await?),
        None => Ok(None),
    }
}

impl Frames {
    fn of(data: &Data) -> Self {
        let value = |key| data.get(key).cloned().unwrap_or(Value::Null);
        Self { frame_in: value("frame_in"), frame_out: value("frame_out"), fps: value("fps") }
    }
}

impl Links {
    async fn of(app: &App, caller: &Caller, access: &Access, entity: &Entity) -> Result<Self> {
        // On the heap, as it is a part of whatever answers an entity.
        let links = Box::pin(VisibleLinks::of(app, caller, access, entity));
        let instances = instances(app, caller, access, entity);
        let (links, instance_casting) = tokio::try_join!(links, instances)?;
        Ok(Self {
            entities_out: links.entities_out(),
            entities_in: links.entities_in(),
            concepts: Vec::new(),
            instance_casting,
        })
    }
}

async fn instances(
    app: &App,
    caller: &Caller,
    access: &Access,
    entity: &Entity,
) -> Result<Vec<InstanceId>> {
    if entity.kind != EntityKind::Shot {
        return Ok(Vec::new());
    }
    let instances = app.store.instances_in_shot(entity.id).await?;
    let seen = seen_instances(app, caller, access, instances).await?;
    Ok(seen.into_iter().map(|instance| instance.id).collect())
}

impl ShotRow {
    pub(crate) fn new(entity: Entity, place: Place, tasks: Vec<Task>) -> Self {
        let frames = Frames::of(&entity.data);
        Self { entity, place, frames, tasks: tasks.into_iter().map(Into::into).collect() }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn entity(&self) -> &Entity {
        &self.entity
    }
}

impl GroupRow {
    pub(crate) fn new(entity: Entity, tasks: Vec<Task>) -> Self {
        Self {
            episode_id: entity.parent_id,
            frames: Frames::of(&entity.data),
            tasks: tasks.into_iter().map(Into::into).collect(),
            entity,
        }
    }
}

impl ShotDetail {
    pub(crate) async fn of(
        app: &App,
        caller: &Caller,
        access: &Access,
        shot: Entity,
    ) -> Result<Self> {
        let tasks = async { Ok(app.store.tasks_of(&shot).await?) };
        let links = Links::of(app, caller, access, &shot);
        let (place, links, tasks) = tokio::try_join!(Place::of(app, access, &shot), links, tasks)?;
        let shot = seen(app, access, shot).await?;
        Ok(Self { shot: ShotRow::new(shot, place, access.visible_tasks(tasks)), links })
    }
}

impl SceneDetail {
    pub(crate) async fn of(app: &App, access: &Access, scene: Entity) -> Result<Self> {
        let place = Place::of(app, access, &scene).await?;
        Ok(Self { entity: seen(app, access, scene).await?, place })
    }
}

impl SequenceDetail {
    pub(crate) async fn of(app: &App, access: &Access, sequence: Entity) -> Result<Self> {
        let episode = parent(app, &sequence).await?;
        Ok(Self {
            entity: seen(app, access, sequence).await?,
            project_name: access.project.name.clone(),
            episode_id: episode.as_ref().map(|episode| episode.id),
            episode_name: episode.map(|episode| episode.name),
        })
    }
}

impl EpisodeDetail {
    pub(crate) async fn of(app: &App, access: &Access, episode: Entity) -> Result<Self> {
        let entity = seen(app, access, episode).await?;
        Ok(Self { entity, project_name: access.project.name.clone() })
    }
}

impl EntityDetail {
    pub(crate) async fn of(
        app: &App,
        caller: &Caller,
        access: &Access,
        entity: Entity,
    ) -> Result<Self> {
        let links = Links::of(app, caller, access, &entity).await?;
        Ok(Self { entity: seen(app, access, entity).await?, links })
    }
}

/// The entity without what is hidden from the caller.
async fn seen(app: &App, access: &Access, mut entity: Entity) -> Result<Entity> {
    access.hide_reserved(app, std::slice::from_mut(&mut entity)).await?;
    Ok(entity)
}
