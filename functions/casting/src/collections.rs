//! The castings of an asset type, a sequence, an episode, a project: rows keyed by the entity that uses them.

use std::collections::{BTreeMap, HashMap};

use axum::extract::State;
use http_api::paths::{ProjectAssetTypePath, ProjectEpisodePath, ProjectPath, ProjectSequencePath};
use http_api::routing::{Routes, routes};
use http_api::{Access, App, Caller, Errors, Json, NoQuery, Path, Query, Result, concurrently};
use model::casting::Link;
use model::{Action, Entity, EntityId, EntityKind, ProjectId, Resource};
use store::Store;

use crate::castings::Castings;
use crate::opened::{enter, open_in, require_type};
use crate::views::CastingRow;

pub(crate) type ByEntity = BTreeMap<EntityId, Vec<CastingRow>>;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(get_asset_type_casting))
        .routes(routes!(get_episodes_casting))
        .routes(routes!(get_sequence_casting))
        .routes(routes!(get_project_shots_casting))
        .routes(routes!(get_episode_shots_casting))
}

/// What is cast in the assets of a type, keyed by the asset that contains it.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/asset-types/{asset_type_id}/casting", tag = "Casting", params(ProjectAssetTypePath), responses((status = 200, body = ByEntity), Errors))]
async fn get_asset_type_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectAssetTypePath>,
    query: Query,
) -> Result<Json<ByEntity>> {
    require_type(&app, path.asset_type_id).await?;
    let access = enter(&app, &caller, path.project_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let assets = app.store.entities_of_type(path.project_id, path.asset_type_id).await?;
    let links = used_in(&app.store, path.project_id, &assets).await?;
    Ok(Json(Castings::load(&app, &caller, &access, links, &[]).await?.by_entity()))
}

/// What is cast in the episodes of a project, keyed by episode.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/episodes/casting", tag = "Casting", params(ProjectPath), responses((status = 200, body = ByEntity), Errors))]
async fn get_episodes_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<ByEntity>> {
    let access = enter(&app, &caller, path.project_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let episodes = app.store.entities_of_kind(path.project_id, EntityKind::Episode).await?;
    let links = used_in(&app.store, path.project_id, &episodes).await?;
    Ok(Json(Castings::load(&app, &caller, &access, links, &[]).await?.by_entity()))
}

/// What is cast in the shots of a sequence, keyed by shot.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/sequences/{sequence_id}/casting", tag = "Casting", params(ProjectSequencePath), responses((status = 200, body = ByEntity), Errors))]
pub(crate) async fn get_sequence_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectSequencePath>,
    query: Query,
) -> Result<Json<ByEntity>> {
    let (project, id) = (path.project_id, path.sequence_id);
    let (sequence, access) =
        open_in(&app, &caller, project, id, Resource::Sequence, Action::Read).await?;
    query.read::<NoQuery>()?;
    let shots = app.store.children(sequence.id, EntityKind::Shot.entity_type()).await?;
    let links = used_in(&app.store, project, &shots).await?;
    Ok(Json(shots_casting(&app, &caller, &access, links, &shots, &[sequence]).await?))
}

/// What is cast in all shots of a project, keyed by shot.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/sequences/all/casting", tag = "Casting", params(ProjectPath), responses((status = 200, body = ByEntity), Errors))]
pub(crate) async fn get_project_shots_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<ByEntity>> {
    let access = enter(&app, &caller, path.project_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let (store, project) = (&app.store, path.project_id);
    let (mut links, shots, sequences) = tokio::try_join!(
        store.casting_of_project(project),
        store.entities_of_kind(project, EntityKind::Shot),
        store.entities_of_kind(project, EntityKind::Sequence),
    )?;
    links.retain(|link| link.entity_kind == EntityKind::Shot);
    Ok(Json(shots_casting(&app, &caller, &access, links, &shots, &sequences).await?))
}

/// What is cast in the shots of an episode, keyed by shot.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/episodes/{episode_id}/sequences/all/casting", tag = "Casting", params(ProjectEpisodePath), responses((status = 200, body = ByEntity), Errors))]
pub(crate) async fn get_episode_shots_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectEpisodePath>,
    query: Query,
) -> Result<Json<ByEntity>> {
    let (project, id) = (path.project_id, path.episode_id);
    let (episode, access) =
        open_in(&app, &caller, project, id, Resource::Episode, Action::Read).await?;
    query.read::<NoQuery>()?;
    let (sequences, shots) = shots_of(&app.store, episode.id).await?;
    let links = used_in(&app.store, project, &shots).await?;
    Ok(Json(shots_casting(&app, &caller, &access, links, &shots, &sequences).await?))
}

/// The sequences of an episode and their shots.
async fn shots_of(store: &Store, episode: EntityId) -> model::Result<(Vec<Entity>, Vec<Entity>)> {
    let sequences = store.children(episode, EntityKind::Sequence.entity_type()).await?;
    let ids: Vec<EntityId> = sequences.iter().map(|sequence| sequence.id).collect();
    let reads = ids.into_iter().map(|id| store.children(id, EntityKind::Shot.entity_type()));
    let shots: Vec<Vec<Entity>> = concurrently(reads).await?;
    Ok((sequences, shots.into_iter().flatten().collect()))
}

/// The links of those of the entities that use anything, which they count themselves.
async fn used_in(
    store: &Store,
    project: ProjectId,
    entities: &[Entity],
) -> model::Result<Vec<Link>> {
    let ids = entities.iter().filter(|entity| entity.nb_entities_out > 0).map(|entity| entity.id);
    store.castings_of(project, &ids.collect::<Vec<_>>()).await
}

/// The castings of shots, each row with the name of the shot's sequence.
async fn shots_casting(
    app: &App,
    caller: &Caller,
    access: &Access,
    links: Vec<Link>,
    shots: &[Entity],
    sequences: &[Entity],
) -> Result<ByEntity> {
    let mut castings = Castings::load(app, caller, access, links, &[]).await?.by_entity();
    let names: HashMap<EntityId, &str> =
        sequences.iter().map(|sequence| (sequence.id, sequence.name.as_str())).collect();
    for shot in shots {
        let sequence_name =
            shot.parent_id.and_then(|id| names.get(&id)).map(|name| (*name).to_owned());
        for row in castings.get_mut(&shot.id).into_iter().flatten() {
            row.sequence_name.clone_from(&sequence_name);
        }
    }
    Ok(castings)
}
