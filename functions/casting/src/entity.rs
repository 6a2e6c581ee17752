//! The casting of one entity: which assets it uses.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use http_api::paths::{ProjectEntityPath, ScenePath, ShotPath};
use http_api::routing::{Routes, routes};
use http_api::{Access, App, Body, Caller, Errors, Json, NoQuery, Path, Query, Result};
use model::casting::{Cast, Link};
use model::{Action, Entity, EntityId, EntityKind, FieldError, Resource, fail_if_any};
use store::{Casting, Circles};

use crate::castings::{Castings, assets_in, closing};
use crate::input::CastingInput;
use crate::opened::open_in;
use crate::views::{CastingRow, EntityCasting};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(get_entity_casting, set_entity_casting))
        .routes(routes!(list_shot_assets))
        .routes(routes!(list_scene_assets))
}

/// What is cast in an entity, by asset type and name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/entities/{entity_id}/casting", tag = "Casting", params(ProjectEntityPath), responses((status = 200, body = Vec<CastingRow>), Errors))]
async fn get_entity_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectEntityPath>,
    query: Query,
) -> Result<Json<Vec<CastingRow>>> {
    let (project, id) = (path.project_id, path.entity_id);
    let (entity, access) =
        open_in(&app, &caller, project, id, Resource::Entity, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(rows(&app, &caller, &access, &entity).await?))
}

/// Replace what is cast in an entity.
///
/// The body is the bare array or `{"casting": […]}`; a row is an object or, for one occurrence, the plain id of
/// the asset. Everything is changed or, if any row is wrong, nothing; all wrong rows are named. Answers the new
/// state as `GET` does. Casting an asset in a shot casts it in the shot's episode too.
#[utoipa::path(put, path = "/api/data/projects/{project_id}/entities/{entity_id}/casting", tag = "Casting", params(ProjectEntityPath), request_body = EntityCasting, responses((status = 200, body = Vec<CastingRow>), Errors))]
async fn set_entity_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectEntityPath>,
    body: Body,
) -> Result<Json<Vec<CastingRow>>> {
    let (project, id) = (path.project_id, path.entity_id);
    let (entity, access) =
        open_in(&app, &caller, project, id, Resource::Entity, Action::ManageAssets).await?;
    let sent = CastingInput::of::<Cast>(&body)?;
    let wanted = [(entity, sent)];
    replace(&app, &caller, &access, &wanted, Vec::new()).await?;
    let [(entity, _)] = wanted;
    Ok(Json(rows(&app, &caller, &access, &entity).await?))
}

async fn rows(
    app: &App,
    caller: &Caller,
    access: &Access,
    entity: &Entity,
) -> Result<Vec<CastingRow>> {
    let links = app.store.casting_of(entity.project_id, entity.id).await?;
    let castings = Castings::load(app, caller, access, links, &[]).await?;
    Ok(castings.by_entity().remove(&entity.id).unwrap_or_default())
}

/// Replaces what is cast in entities of the project: all of it or, if any row is wrong, nothing.
pub(crate) async fn replace(
    app: &App,
    caller: &Caller,
    access: &Access,
    wanted: &[(Entity, CastingInput)],
    mut errors: Vec<FieldError>,
) -> Result<()> {
    let project = access.project.id;
    let entities: Vec<EntityId> = wanted.iter().map(|(entity, _)| entity.id).collect();
    let links = app.store.castings_of(project, &entities).await?;
    let named: BTreeSet<EntityId> = wanted.iter().flat_map(|(_, sent)| sent.ids()).collect();
    let named: Vec<EntityId> = named.into_iter().collect();
    let castings = Castings::load(app, caller, access, links, &named).await?;
    errors.extend(castings.problems(app, wanted).await?);
    fail_if_any(errors)?;
    let castings_wanted: Vec<Casting> =
        wanted.iter().map(|(entity, sent)| castings.wanted(entity, sent)).collect();
    let shows = |link: &Link| castings.shows(link);
    let wrong = |circles: &Circles| closing(wanted, circles);
    let by = caller.person.id;
    Ok(app.store.castings_replace(project, &castings_wanted, by, shows, wrong).await?)
}

/// The assets cast in a shot.
#[utoipa::path(get, path = "/api/data/shots/{shot_id}/assets", tag = "Casting", params(ShotPath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_shot_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let (shot, access) = caller.open(&app, EntityKind::Shot, path.shot_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(assets_in(&app, &caller, &access, &shot).await?))
}

/// The assets cast in a scene.
#[utoipa::path(get, path = "/api/data/scenes/{scene_id}/assets", tag = "Casting", params(ScenePath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_scene_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ScenePath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let (scene, access) = caller.open(&app, EntityKind::Scene, path.scene_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(assets_in(&app, &caller, &access, &scene).await?))
}

/// The castings of these entities, of each whatever it uses: an entity that uses nothing has no rows.
pub(crate) async fn castings_of(
    app: &App,
    caller: &Caller,
    access: &Access,
    entities: &[EntityId],
) -> Result<BTreeMap<EntityId, Vec<CastingRow>>> {
    let links = app.store.castings_of(access.project.id, entities).await?;
    let mut castings = Castings::load(app, caller, access, links, &[]).await?.by_entity();
    for entity in entities {
        castings.entry(*entity).or_default();
    }
    Ok(castings)
}
