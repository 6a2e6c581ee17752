//! Lists of episodes, sequences, shots and scenes: of a project, of what is above them, and by filters.

use axum::extract::State;
use http_api::paths::{EpisodePath, ProjectPath, SequencePath};
use http_api::routing::{Routes, routes};
use http_api::{App, Caller, Errors, Filters, Json, Listed, Listing, NoQuery, Path, Query, Result};
use model::fields::{self, Fields};
use model::{Action, Entity, EntityId, EntityKind, Input};
use utoipa::IntoParams;

use crate::search::{Under, by_name, in_episode, search, type_of};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_project_episodes))
        .routes(routes!(list_project_sequences))
        .routes(routes!(list_project_shots))
        .routes(routes!(list_project_scenes))
        .routes(routes!(list_episode_sequences))
        .routes(routes!(list_episode_shots))
        .routes(routes!(list_sequence_shots))
        .routes(routes!(list_sequence_scenes))
        .routes(routes!(list_episodes))
        .routes(routes!(list_sequences))
        .routes(routes!(list_shots))
        .routes(routes!(list_all_shots))
        .routes(routes!(list_scenes))
        .routes(routes!(list_all_scenes))
}

/// The episodes of a project, by name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/episodes", tag = "Breakdown", params(ProjectPath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_project_episodes(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    of_project(&app, &caller, path, EntityKind::Episode, &query).await
}

/// The sequences of a project, by name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/sequences", tag = "Breakdown", params(ProjectPath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_project_sequences(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    of_project(&app, &caller, path, EntityKind::Sequence, &query).await
}

/// The shots of a project, by name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/shots", tag = "Breakdown", params(ProjectPath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_project_shots(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    of_project(&app, &caller, path, EntityKind::Shot, &query).await
}

/// The scenes of a project, by name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/scenes", tag = "Breakdown", params(ProjectPath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_project_scenes(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    of_project(&app, &caller, path, EntityKind::Scene, &query).await
}

/// The sequences of an episode, by name.
#[utoipa::path(get, path = "/api/data/episodes/{episode_id}/sequences", tag = "Breakdown", params(EpisodePath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_episode_sequences(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EpisodePath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let above = (EntityKind::Episode, path.episode_id);
    below(&app, &caller, above, EntityKind::Sequence, &query).await
}

/// The shots of all sequences of an episode, by name.
#[utoipa::path(get, path = "/api/data/episodes/{episode_id}/shots", tag = "Breakdown", params(EpisodePath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_episode_shots(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EpisodePath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let above = (EntityKind::Episode, path.episode_id);
    below(&app, &caller, above, EntityKind::Shot, &query).await
}

/// The shots of a sequence, by name.
#[utoipa::path(get, path = "/api/data/sequences/{sequence_id}/shots", tag = "Breakdown", params(SequencePath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_sequence_shots(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<SequencePath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let above = (EntityKind::Sequence, path.sequence_id);
    below(&app, &caller, above, EntityKind::Shot, &query).await
}

/// The scenes of a sequence, by name.
#[utoipa::path(get, path = "/api/data/sequences/{sequence_id}/scenes", tag = "Breakdown", params(SequencePath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_sequence_scenes(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<SequencePath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let above = (EntityKind::Sequence, path.sequence_id);
    below(&app, &caller, above, EntityKind::Scene, &query).await
}

/// Episodes by any column, by name; without `project_id` those of all projects of the caller.
#[utoipa::path(get, path = "/api/data/episodes", tag = "Breakdown", params(Filters<Entity>), responses((status = 200, body = Listing<Entity>), Errors))]
async fn list_episodes(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<Entity>>()?;
    search(&app, &caller, Some(EntityKind::Episode), &filters, None).await
}

/// Sequences by episode or any column, by name; without those of all projects of the caller.
#[utoipa::path(get, path = "/api/data/sequences", tag = "Breakdown", params(InEpisode, Filters<Entity>), responses((status = 200, body = Listing<Entity>), Errors))]
async fn list_sequences(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    let SequenceQuery { place, filters } = query.read()?;
    let under = Under::given("episode_id", place.episode_id);
    search(&app, &caller, Some(EntityKind::Sequence), &filters, under).await
}

/// Shots by sequence, episode or any column, by name; without those of all projects of the caller.
#[utoipa::path(get, path = "/api/data/shots", tag = "Breakdown", params(InSequence, Filters<Entity>), responses((status = 200, body = Listing<Entity>), Errors))]
async fn list_shots(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    in_sequences(&app, &caller, EntityKind::Shot, &query).await
}

/// The same as `GET /api/data/shots`.
#[utoipa::path(get, path = "/api/data/shots/all", tag = "Breakdown", params(InSequence, Filters<Entity>), responses((status = 200, body = Listing<Entity>), Errors))]
async fn list_all_shots(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    in_sequences(&app, &caller, EntityKind::Shot, &query).await
}

/// Scenes by sequence, episode or any column, by name; without those of all projects of the caller.
#[utoipa::path(get, path = "/api/data/scenes", tag = "Breakdown", params(InSequence, Filters<Entity>), responses((status = 200, body = Listing<Entity>), Errors))]
async fn list_scenes(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    in_sequences(&app, &caller, EntityKind::Scene, &query).await
}

/// The same as `GET /api/data/scenes`.
#[utoipa::path(get, path = "/api/data/scenes/all", tag = "Breakdown", params(InSequence, Filters<Entity>), responses((status = 200, body = Listing<Entity>), Errors))]
async fn list_all_scenes(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    in_sequences(&app, &caller, EntityKind::Scene, &query).await
}

async fn of_project(
    app: &App,
    caller: &Caller,
    path: ProjectPath,
    kind: EntityKind,
    query: &Query,
) -> Result<Json<Vec<Entity>>> {
    let access = caller.enter(app, path.project_id).await?;
    access.require(Action::Read)?;
    query.read::<NoQuery>()?;
    let rows = app.store.entities_of_kind(path.project_id, kind).await?;
    let mut rows = access.visible_entities(app, rows).await?;
    by_name(&mut rows);
    Ok(Json(rows))
}

/// The entities of a kind below one of another kind.
async fn below(
    app: &App,
    caller: &Caller,
    (above, id): (EntityKind, EntityId),
    kind: EntityKind,
    query: &Query,
) -> Result<Json<Vec<Entity>>> {
    let (_, access) = caller.open(app, above, id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let rows = match (above, kind) {
        (EntityKind::Episode, EntityKind::Shot) => in_episode(app, id, kind).await?,
        _ => app.store.children(id, Some(type_of(kind)?)).await?,
    };
    let mut rows = access.visible_entities(app, rows).await?;
    by_name(&mut rows);
    Ok(Json(rows))
}

async fn in_sequences(
    app: &App,
    caller: &Caller,
    kind: EntityKind,
    query: &Query,
) -> Result<Listed> {
    let ShotQuery { place, filters } = query.read()?;
    let (sequence, episode) = (place.sequence_id, place.episode_id);
    let under =
        Under::given("sequence_id", sequence).or_else(|| Under::given("episode_id", episode));
    let found = search(app, caller, Some(kind), &filters, under).await?;
    if let (Some(sequence), Some(_)) = (sequence, episode) {
        let sequence = app.store.entity_get(sequence).await?;
        if sequence.is_none_or(|sequence| sequence.parent_id != episode) {
            return filters.apply(Vec::<Entity>::new());
        }
    }
    Ok(found)
}

/// Where sequences are looked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct InEpisode {
    /// Only sequences of this episode.
    #[param(value_type = Option<String>, format = Uuid)]
    episode_id: Option<EntityId>,
}

/// Where shots and scenes are looked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct InSequence {
    /// Only those of this sequence.
    #[param(value_type = Option<String>, format = Uuid)]
    sequence_id: Option<EntityId>,
    /// Only those of this episode's sequences.
    #[param(value_type = Option<String>, format = Uuid)]
    episode_id: Option<EntityId>,
}

struct SequenceQuery {
    place: InEpisode,
    filters: Filters<Entity>,
}

impl Input for SequenceQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let episode_id = f.optional("episode_id", fields::id);
        let filters = Filters::read(f);
        Some(Self { place: InEpisode { episode_id: episode_id? }, filters: filters? })
    }
}

struct ShotQuery {
    place: InSequence,
    filters: Filters<Entity>,
}

impl Input for ShotQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let sequence_id = f.optional("sequence_id", fields::id);
        let episode_id = f.optional("episode_id", fields::id);
        let filters = Filters::read(f);
        let place = InSequence { sequence_id: sequence_id?, episode_id: episode_id? };
        Some(Self { place, filters: filters? })
    }
}
