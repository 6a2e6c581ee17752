//! Entity types: the asset types of the studio, and the fixed types of shots, sequences and the like.

use axum::extract::State;
use http_api::paths::EntityTypePath;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{require_known, unknown, vocabulary};
use http_api::{
    App, Body, Caller, Created, Errors, Filters, IgnoredForce, Json, Listed, Listing, NoContent,
    NoQuery, Path, Query, Result, WithName, all_wrong,
};
use model::entity::is_asset_type;
use model::vocabulary::{EntityType, EntityTypePatch, TaskType};
use model::{Action, Error};

use crate::usage::{forget, require_no_assets};
use crate::views::EntityTypeRow;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_entity_types, create_entity_type)).routes(routes!(
        get_entity_type,
        update_entity_type,
        delete_entity_type
    ))
}

/// The entity types, by name: the asset types and the fixed ones.
#[utoipa::path(get, path = "/api/data/entity-types", tag = "Vocabulary", params(Filters<EntityType>),
    responses((status = 200, body = Listing<EntityTypeRow>), Errors))]
async fn list_entity_types(State(app): State<App>, _: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<EntityType>>()?;
    let kept = filters.keep(vocabulary::<EntityType>(&app).await?)?;
    filters.page(kept.into_iter().map(EntityTypeRow::from))
}

/// Create an asset type, for managers. Its name must be free.
#[utoipa::path(post, path = "/api/data/entity-types", tag = "Vocabulary", request_body = EntityTypePatch,
    responses((status = 201, body = EntityTypeRow), Errors))]
async fn create_entity_type(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Created<EntityTypeRow>> {
    caller.require(Action::ManageVocabulary)?;
    let now = app.store.now();
    let blank = EntityType::named("", now);
    let fits = require_task_types(&app, &body.peek().unwrap_or_default(), &blank).await;
    let (WithName(patch), ()) = all_wrong(body.read::<WithName<EntityTypePatch>>(), fits)?;
    Ok(Created(app.store.vocabulary_create(patch.apply(blank, now)).await?.into()))
}

/// One entity type.
#[utoipa::path(get, path = "/api/data/entity-types/{entity_type_id}", tag = "Vocabulary", params(EntityTypePath),
    responses((status = 200, body = EntityTypeRow), Errors))]
async fn get_entity_type(
    State(app): State<App>,
    _: Caller,
    Path(path): Path<EntityTypePath>,
    query: Query,
) -> Result<Json<EntityTypeRow>> {
    let entity_type = app.store.vocabulary_require::<EntityType>(path.entity_type_id).await?;
    query.read::<NoQuery>()?;
    Ok(Json(entity_type.into()))
}

/// Change an entity type, for managers. The fixed ones keep their names.
#[utoipa::path(put, path = "/api/data/entity-types/{entity_type_id}", tag = "Vocabulary", params(EntityTypePath),
    request_body = EntityTypePatch, responses((status = 200, body = EntityTypeRow), Errors))]
async fn update_entity_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityTypePath>,
    body: Body,
) -> Result<Json<EntityTypeRow>> {
    let current = app.store.vocabulary_require::<EntityType>(path.entity_type_id).await?;
    caller.require(Action::ManageVocabulary)?;
    let named: EntityTypePatch = body.peek().unwrap_or_default();
    let fits = require_task_types(&app, &named, &current).await;
    let fits = all_wrong(require_name_stays(&current, &named), fits);
    let (patch, _) = all_wrong(body.read::<EntityTypePatch>(), fits)?;
    let now = app.store.now();
    let change = |entity_type| patch.clone().apply(entity_type, now);
    Ok(Json(app.store.vocabulary_update(path.entity_type_id, change).await?.into()))
}

/// Delete an asset type that no asset has, for managers. The fixed entity types cannot be deleted.
#[utoipa::path(delete, path = "/api/data/entity-types/{entity_type_id}", tag = "Vocabulary",
    params(EntityTypePath, IgnoredForce), responses((status = 204, description = "The entity type is gone"), Errors))]
async fn delete_entity_type(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityTypePath>,
    query: Query,
) -> Result<NoContent> {
    let id = path.entity_type_id;
    app.store.vocabulary_require::<EntityType>(id).await?;
    caller.require(Action::ManageVocabulary)?;
    query.read::<IgnoredForce>()?;
    if !is_asset_type(id) {
        return Err(Error::invalid("entity_type_id", "is one that every studio needs").into());
    }
    require_no_assets(&app, id).await?;
    app.store.vocabulary_delete::<EntityType>(id).await?;
    forget(&app, |project| project.asset_types.retain(|known| *known != id)).await?;
    Ok(NoContent)
}

/// Clients find the fixed types by their names.
fn require_name_stays(current: &EntityType, patch: &EntityTypePatch) -> Result<()> {
    let renames = patch.name.as_ref().is_some_and(|name| *name != current.name);
    if renames && !is_asset_type(current.id) {
        return Err(Error::invalid("name", "of this entity type cannot be changed").into());
    }
    Ok(())
}

async fn require_task_types(
    app: &App,
    patch: &EntityTypePatch,
    current: &EntityType,
) -> Result<()> {
    let task_types = patch.task_types.as_deref().unwrap_or_default();
    require_known([unknown::<TaskType>(app, "task_types", task_types, &current.task_types).await?])
}
