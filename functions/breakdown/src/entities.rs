//! Entities of any kind: find, read, change, delete many.

use axum::extract::State;
use http_api::paths::{EntityPath, ProjectPath};
use http_api::routing::{Routes, routes};
use http_api::{
    Access, App, Body, Caller, Errors, Filters, Force, Json, Listed, Listing, NoContent, NoQuery,
    Path, Query, Result,
};
use model::fields;
use model::{Action, Entity, EntityId, EntityKind};

use crate::removal::{delete_opened, deletion_of, remove_many};
use crate::search::search;
use crate::update::{EntityUpdate, update};
use crate::views::EntityDetail;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_entities))
        .routes(routes!(get_entity, update_entity, delete_entity))
        .routes(routes!(delete_entities))
}

/// Most entities that one call deletes.
const DELETE_MAX: usize = 1000;

/// Entities of all kinds by any column, by name; without `project_id` those of all projects of the caller.
#[utoipa::path(get, path = "/api/data/entities", tag = "Entities", params(Filters<Entity>), responses((status = 200, body = Listing<Entity>), Errors))]
async fn list_entities(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<Entity>>()?;
    search(&app, &caller, None, &filters, None).await
}

/// One entity of any kind with what it is cast in and what is cast in it.
#[utoipa::path(get, path = "/api/data/entities/{entity_id}", tag = "Entities", params(EntityPath), responses((status = 200, body = EntityDetail), Errors))]
async fn get_entity(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityPath>,
    query: Query,
) -> Result<Json<EntityDetail>> {
    let (entity, access) = caller.open_any(&app, path.entity_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(EntityDetail::of(&app, &caller, &access, entity).await?))
}

/// Change an entity of any kind.
///
/// `data` is merged by key. Supervisors may change `data` and nothing else (403); whole rows may be sent back.
/// A restored or renamed entity takes its name again, or gets a 400.
#[utoipa::path(put, path = "/api/data/entities/{entity_id}", tag = "Entities", params(EntityPath), request_body = EntityUpdate, responses((status = 200, body = EntityDetail), Errors))]
async fn update_entity(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityPath>,
    body: Body,
) -> Result<Json<EntityDetail>> {
    let (entity, access) = caller.open_any(&app, path.entity_id, Action::EditData).await?;
    let changed = update(&app, &access, &entity, &body).await?;
    Ok(Json(EntityDetail::of(&app, &caller, &access, changed).await?))
}

/// Delete an entity of any kind.
///
/// As by the route of its kind: with tasks it is only canceled unless `force` is set; what holds others needs `force`.
#[utoipa::path(delete, path = "/api/data/entities/{entity_id}", tag = "Entities", params(EntityPath, Force), responses((status = 204, description = "It is gone, or canceled"), Errors))]
async fn delete_entity(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityPath>,
    query: Query,
) -> Result<NoContent> {
    let (entity, access) = caller.open_any(&app, path.entity_id, Action::Read).await?;
    delete_opened(&app, &access, &entity, &query).await
}

/// Delete several assets and shots of a project, and tell which were.
///
/// Those with tasks are only canceled, unless `force` is set or they are canceled already. What is not there,
/// of another project or of another kind is left out. Who is no manager may only name what he created: else
/// 403, and nothing is deleted.
#[utoipa::path(post, path = "/api/actions/projects/{project_id}/delete-entities", tag = "Entities", params(ProjectPath, Force), request_body = Vec<EntityId>, responses((status = 200, body = Vec<EntityId>), Errors))]
async fn delete_entities(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
    body: Body,
) -> Result<Json<Vec<EntityId>>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::DeleteAsset { by_creator: true })?;
    let query = query.read::<Force>()?;
    let ids: Vec<EntityId> = body.read_whole(fields::list(DELETE_MAX, fields::id))?;
    let entities = deletable(&app, &access, ids).await?;
    Ok(Json(remove_many(&app, &access, entities, query).await?))
}

/// Of these entities the assets and shots of the project, each once; fails if one of them is not the caller's
/// to delete.
async fn deletable(app: &App, access: &Access, ids: Vec<EntityId>) -> Result<Vec<Entity>> {
    let mut found = app.store.entities_get(&ids).await?;
    let mut entities: Vec<Entity> = ids.iter().filter_map(|id| found.remove(id)).collect();
    entities.retain(|entity| {
        let is_deletable = matches!(entity.kind, EntityKind::Asset | EntityKind::Shot);
        is_deletable && entity.project_id == access.project.id
    });
    for entity in &entities {
        access.require(deletion_of(entity, access))?;
    }
    Ok(entities)
}
