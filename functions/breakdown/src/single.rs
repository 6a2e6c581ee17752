//! One episode, sequence, shot or scene: read, change, delete.

use axum::extract::State;
use http_api::paths::{EpisodePath, ScenePath, SequencePath, ShotPath};
use http_api::routing::{Routes, routes};
use http_api::{App, Body, Caller, Errors, Force, Json, NoContent, NoQuery, Path, Query, Result};
use model::{Action, Entity, EntityId, EntityKind};

use crate::removal::delete;
use crate::update::{EntityUpdate, update};
use crate::views::{EpisodeDetail, SceneDetail, SequenceDetail, ShotDetail};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(get_episode, update_episode, delete_episode))
        .routes(routes!(get_sequence, update_sequence, delete_sequence))
        .routes(routes!(get_shot, update_shot, delete_shot))
        .routes(routes!(get_scene, update_scene, delete_scene))
}

/// One episode.
#[utoipa::path(get, path = "/api/data/episodes/{episode_id}", tag = "Breakdown", params(EpisodePath), responses((status = 200, body = EpisodeDetail), Errors))]
async fn get_episode(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EpisodePath>,
    query: Query,
) -> Result<Json<EpisodeDetail>> {
    let (kind, id) = (EntityKind::Episode, path.episode_id);
    let (episode, access) = caller.open(&app, kind, id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(EpisodeDetail::of(&app, &access, episode).await?))
}

/// Change an episode; see `PUT /api/data/entities/{entity_id}`.
#[utoipa::path(put, path = "/api/data/episodes/{episode_id}", tag = "Breakdown", params(EpisodePath), request_body = EntityUpdate, responses((status = 200, body = Entity), Errors))]
async fn update_episode(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EpisodePath>,
    body: Body,
) -> Result<Json<Entity>> {
    change(&app, &caller, EntityKind::Episode, path.episode_id, &body).await
}

/// Delete an episode.
///
/// One that holds sequences or assets is only deleted with `force`, and all of them with it; else → 400. An
/// empty one that has tasks is only canceled, unless `force` is set.
#[utoipa::path(delete, path = "/api/data/episodes/{episode_id}", tag = "Breakdown", params(EpisodePath, Force), responses((status = 204), Errors))]
async fn delete_episode(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EpisodePath>,
    query: Query,
) -> Result<NoContent> {
    delete(&app, &caller, EntityKind::Episode, path.episode_id, &query).await
}

/// One sequence.
#[utoipa::path(get, path = "/api/data/sequences/{sequence_id}", tag = "Breakdown", params(SequencePath), responses((status = 200, body = SequenceDetail), Errors))]
async fn get_sequence(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<SequencePath>,
    query: Query,
) -> Result<Json<SequenceDetail>> {
    let (kind, id) = (EntityKind::Sequence, path.sequence_id);
    let (sequence, access) = caller.open(&app, kind, id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(SequenceDetail::of(&app, &access, sequence).await?))
}

/// Change a sequence; see `PUT /api/data/entities/{entity_id}`.
#[utoipa::path(put, path = "/api/data/sequences/{sequence_id}", tag = "Breakdown", params(SequencePath), request_body = EntityUpdate, responses((status = 200, body = Entity), Errors))]
async fn update_sequence(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<SequencePath>,
    body: Body,
) -> Result<Json<Entity>> {
    change(&app, &caller, EntityKind::Sequence, path.sequence_id, &body).await
}

/// Delete a sequence.
///
/// One that holds shots or scenes is only deleted with `force`, and all of them with it; else → 400. An empty
/// one that has tasks is only canceled, unless `force` is set.
#[utoipa::path(delete, path = "/api/data/sequences/{sequence_id}", tag = "Breakdown", params(SequencePath, Force), responses((status = 204), Errors))]
async fn delete_sequence(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<SequencePath>,
    query: Query,
) -> Result<NoContent> {
    delete(&app, &caller, EntityKind::Sequence, path.sequence_id, &query).await
}

/// One shot with its tasks, its casting and its instances.
#[utoipa::path(get, path = "/api/data/shots/{shot_id}", tag = "Breakdown", params(ShotPath), responses((status = 200, body = ShotDetail), Errors))]
async fn get_shot(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    query: Query,
) -> Result<Json<ShotDetail>> {
    let (shot, access) = caller.open(&app, EntityKind::Shot, path.shot_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(ShotDetail::of(&app, &caller, &access, shot).await?))
}

/// Change a shot; see `PUT /api/data/entities/{entity_id}`.
#[utoipa::path(put, path = "/api/data/shots/{shot_id}", tag = "Breakdown", params(ShotPath), request_body = EntityUpdate, responses((status = 200, body = Entity), Errors))]
async fn update_shot(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    body: Body,
) -> Result<Json<Entity>> {
    change(&app, &caller, EntityKind::Shot, path.shot_id, &body).await
}

/// Delete a shot; one that has tasks is only canceled, unless `force` is set.
#[utoipa::path(delete, path = "/api/data/shots/{shot_id}", tag = "Breakdown", params(ShotPath, Force), responses((status = 204), Errors))]
async fn delete_shot(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    query: Query,
) -> Result<NoContent> {
    delete(&app, &caller, EntityKind::Shot, path.shot_id, &query).await
}

/// One scene.
#[utoipa::path(get, path = "/api/data/scenes/{scene_id}", tag = "Breakdown", params(ScenePath), responses((status = 200, body = SceneDetail), Errors))]
async fn get_scene(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ScenePath>,
    query: Query,
) -> Result<Json<SceneDetail>> {
    let (scene, access) = caller.open(&app, EntityKind::Scene, path.scene_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(SceneDetail::of(&app, &access, scene).await?))
}

/// Change a scene; see `PUT /api/data/entities/{entity_id}`.
#[utoipa::path(put, path = "/api/data/scenes/{scene_id}", tag = "Breakdown", params(ScenePath), request_body = EntityUpdate, responses((status = 200, body = Entity), Errors))]
async fn update_scene(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ScenePath>,
    body: Body,
) -> Result<Json<Entity>> {
    change(&app, &caller, EntityKind::Scene, path.scene_id, &body).await
}

/// Delete a scene; one that has tasks is only canceled, unless `force` is set.
#[utoipa::path(delete, path = "/api/data/scenes/{scene_id}", tag = "Breakdown", params(ScenePath, Force), responses((status = 204), Errors))]
async fn delete_scene(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ScenePath>,
    query: Query,
) -> Result<NoContent> {
    delete(&app, &caller, EntityKind::Scene, path.scene_id, &query).await
}

/// Handles the change of one entity of a kind.
async fn change(
    app: &App,
    caller: &Caller,
    kind: EntityKind,
    id: EntityId,
    body: &Body,
) -> Result<Json<Entity>> {
    let (entity, access) = caller.open(app, kind, id, Action::EditData).await?;
    Ok(Json(update(app, &access, &entity, body).await?))
}
