//! Creating episodes, sequences, shots and scenes.

use axum::extract::State;
use http_api::paths::ProjectPath;
use http_api::routing::{Routes, routes};
use http_api::{Access, App, Body, Caller, Created, Errors, Path, Result, all_wrong, once};
use model::data::optional_data;
use model::entity::{EntityPeek, FRAMES_MAX, NewEntity, entity_status};
use model::fields::{self, Fields};
use model::{
    Action, Data, Entity, EntityId, EntityKind, Error, Input, fail_if_any, metadata, text,
};
use utoipa::ToSchema;

use crate::search::type_of;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(create_episode))
        .routes(routes!(create_sequence))
        .routes(routes!(create_shot))
        .routes(routes!(create_scene))
}

/// The body that creates an episode.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"name": "E01", "description": "Pilot"}))]
struct NewEpisode {
    /// 1 to 160 characters; unique among the live episodes of the project.
    name: String,
    /// Free text.
    description: Option<String>,
    /// Custom metadata.
    #[schema(value_type = Option<Object>)]
    data: Option<Data>,
    /// `running` (default), `standby`, `complete` or `canceled`.
    status: Option<String>,
}

impl Input for NewEpisode {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.required("name", fields::name);
        let description = f.optional("description", fields::text(text::LONG_TEXT_MAX));
        let data = optional_data(f);
        let status = f.optional("status", entity_status());
        Some(Self { name: name?, description: description?, data: data?, status: status? })
    }
}

/// The body that creates a sequence.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"name": "SQ01", "episode_id": "a24a6ea4-ce75-4665-a070-57453082c256"}))]
struct NewSequence {
    /// 1 to 160 characters; unique among the live sequences of the episode.
    name: String,
    /// The episode it belongs to, in a production that has episodes.
    episode_id: Option<EntityId>,
    /// Free text.
    description: Option<String>,
    /// Custom metadata.
    #[schema(value_type = Option<Object>)]
    data: Option<Data>,
}

impl Input for NewSequence {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.required("name", fields::name);
        let episode_id = f.optional("episode_id", fields::id);
        let description = f.optional("description", fields::text(text::LONG_TEXT_MAX));
        let data = optional_data(f);
        let (name, episode_id) = (name?, episode_id?);
        Some(Self { name, episode_id, description: description?, data: data? })
    }
}

/// The body that creates a shot.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "name": "SH01", "sequence_id": "a24a6ea4-ce75-4665-a070-57453082c256",
    "nb_frames": 96, "data": {"frame_in": 1001, "frame_out": 1096}
}))]
struct NewShot {
    /// 1 to 160 characters; unique among the live shots of the sequence.
    name: String,
    /// The sequence it belongs to.
    sequence_id: EntityId,
    /// Length in frames.
    nb_frames: Option<i64>,
    /// Free text.
    description: Option<String>,
    /// Custom metadata; `frame_in`, `frame_out` and `fps` stand here.
    #[schema(value_type = Option<Object>)]
    data: Option<Data>,
}

impl Input for NewShot {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.required("name", fields::name);
        let sequence_id = f.required("sequence_id", fields::id);
        let nb_frames = f.optional("nb_frames", fields::integer(0..=FRAMES_MAX));
        let description = f.optional("description", fields::text(text::LONG_TEXT_MAX));
        let data = optional_data(f);
        let (name, sequence_id, nb_frames) = (name?, sequence_id?, nb_frames?);
        Some(Self { name, sequence_id, nb_frames, description: description?, data: data? })
    }
}

/// The body that creates a scene.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "name": "SC01", "sequence_id": "a24a6ea4-ce75-4665-a070-57453082c256", "data": {"time_of_day": "dusk"}
}))]
struct NewScene {
    /// 1 to 160 characters; unique among the live scenes of the sequence.
    name: String,
    /// The sequence it belongs to.
    sequence_id: EntityId,
    /// Free text.
    description: Option<String>,
    /// Custom metadata.
    #[schema(value_type = Option<Object>)]
    data: Option<Data>,
}

impl Input for NewScene {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.required("name", fields::name);
        let sequence_id = f.required("sequence_id", fields::id);
        let description = f.optional("description", fields::text(text::LONG_TEXT_MAX));
        let data = optional_data(f);
        let (name, sequence_id) = (name?, sequence_id?);
        Some(Self { name, sequence_id, description: description?, data: data? })
    }
}

/// Create an episode.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/episodes", tag = "Breakdown", params(ProjectPath), request_body = NewEpisode, responses((status = 201, body = Entity), Errors))]
async fn create_episode(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<Entity>> {
    let access = enter(&app, &caller, path).await?;
    let body: NewEpisode = read(&app, &access, EntityKind::Episode, &body).await?;
    let new = NewEntity {
        description: Some(body.description.unwrap_or_default()),
        data: body.data.unwrap_or_default(),
        ..named(&access, EntityKind::Episode, body.name)?
    };
    let mut episode = new.create(app.store.now());
    episode.status = body.status.unwrap_or(episode.status);
    Ok(Created(once(app.store.entity_create(episode)).await?))
}

/// Create a sequence, in an episode if the production has episodes.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/sequences", tag = "Breakdown", params(ProjectPath), request_body = NewSequence, responses((status = 201, body = Entity), Errors))]
async fn create_sequence(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<Entity>> {
    let access = enter(&app, &caller, path).await?;
    let body: NewSequence = read(&app, &access, EntityKind::Sequence, &body).await?;
    let new = NewEntity {
        description: Some(body.description.unwrap_or_default()),
        data: body.data.unwrap_or_default(),
        parent_id: body.episode_id,
        ..named(&access, EntityKind::Sequence, body.name)?
    };
    Ok(Created(once(app.store.entity_create(new.create(app.store.now()))).await?))
}

/// Create a shot in a sequence.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/shots", tag = "Breakdown", params(ProjectPath), request_body = NewShot, responses((status = 201, body = Entity), Errors))]
async fn create_shot(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<Entity>> {
    let access = enter(&app, &caller, path).await?;
    let body: NewShot = read(&app, &access, EntityKind::Shot, &body).await?;
    let new = NewEntity {
        description: body.description,
        data: body.data.unwrap_or_default(),
        nb_frames: body.nb_frames,
        parent_id: Some(body.sequence_id),
        ..named(&access, EntityKind::Shot, body.name)?
    };
    Ok(Created(once(app.store.entity_create(new.create(app.store.now()))).await?))
}

/// Create a scene in a sequence.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/scenes", tag = "Breakdown", params(ProjectPath), request_body = NewScene, responses((status = 201, body = Entity), Errors))]
async fn create_scene(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<Entity>> {
    let access = enter(&app, &caller, path).await?;
    let body: NewScene = read(&app, &access, EntityKind::Scene, &body).await?;
    let new = NewEntity {
        description: body.description,
        data: body.data.unwrap_or_default(),
        parent_id: Some(body.sequence_id),
        ..named(&access, EntityKind::Scene, body.name)?
    };
    Ok(Created(once(app.store.entity_create(new.create(app.store.now()))).await?))
}

async fn enter(app: &App, caller: &Caller, path: ProjectPath) -> Result<Access> {
    let access = caller.enter(app, path.project_id).await?;
    access.require(Action::ManageAssets)?;
    Ok(access)
}

/// A new entity of the project by the caller, with a name and nothing else.
fn named(access: &Access, kind: EntityKind, name: String) -> Result<NewEntity> {
    let created_by = Some(access.person.id);
    Ok(NewEntity { created_by, ..NewEntity::named(access.project.id, type_of(kind)?, name) })
}

/// Reads the body of a new entity; what in it does not fit the project is told with all else that is wrong.
async fn read<T: Input>(app: &App, access: &Access, kind: EntityKind, body: &Body) -> Result<T> {
    let named = body.peek::<EntityPeek>().unwrap_or_default();
    let fits = all_wrong(
        check_home(app, access, kind, &named).await,
        check_data(app, access, kind, named.data).await,
    );
    all_wrong(body.read(), fits).map(|(read, _)| read)
}

/// Fails if what a new entity shall be in is not there.
async fn check_home(
    app: &App,
    access: &Access,
    kind: EntityKind,
    named: &EntityPeek,
) -> Result<()> {
    let home = match kind {
        EntityKind::Shot | EntityKind::Scene => {
            named.sequence_id.map(|id| (EntityKind::Sequence, "sequence_id", id))
        }
        EntityKind::Sequence => named.episode_id.map(|id| (EntityKind::Episode, "episode_id", id)),
        EntityKind::Episode | EntityKind::Asset => None,
    };
    match home {
        Some((kind, field, id)) => require_parent(app, access, kind, field, id).await.map(drop),
        None => Ok(()),
    }
}

/// Fails if the metadata of a new entity is not what the project's descriptors declare.
async fn check_data(
    app: &App,
    access: &Access,
    kind: EntityKind,
    data: Option<Data>,
) -> Result<()> {
    let Some(data) = data else { return Ok(()) };
    let descriptors = app.store.descriptors_of(access.project.id).await?;
    Ok(fail_if_any(metadata::check_new(&descriptors, kind, &data))?)
}

/// Fails unless `id` is an entity of this kind in this project.
pub(crate) async fn require_parent(
    app: &App,
    access: &Access,
    kind: EntityKind,
    field: &'static str,
    id: EntityId,
) -> Result<Entity> {
    let found = app.store.entity_in(access.project.id, kind, id).await?;
    let kind = kind.name().to_lowercase();
    let message = format!("is not the id of any {kind} of this project");
    Ok(found.ok_or_else(|| Error::invalid(field, message))?)
}
