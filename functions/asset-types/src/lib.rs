//! Asset types: of the studio, of a project, of a shot.

mod views;

use std::collections::BTreeSet;

use axum::extract::State;
use http_api::paths::{AssetTypePath, ProjectPath, ShotPath};
use http_api::routing::{Routes, routes};
use http_api::{
    Access, App, AssetTypes, Caller, Errors, Json, NoQuery, Path, Query, Result, asset_type,
    seen_uses,
};
use model::casting::Link;
use model::{Action, EntityId, EntityKind, EntityTypeId};

use crate::views::{AssetType, AssetTypesQuery};

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_asset_types))
        .routes(routes!(get_asset_type))
        .routes(routes!(list_project_asset_types))
        .routes(routes!(list_shot_asset_types))
        .routes(routes!(list_user_asset_types))
}

/// The asset types of the studio, by name.
///
/// Archived ones too. Shots, sequences, episodes, scenes, edits and concepts are entity types and no asset types.
#[utoipa::path(
    get,
    path = "/api/data/asset-types",
    tag = "Asset types",
    params(AssetTypesQuery),
    responses((status = 200, description = "The asset types", body = Vec<AssetType>), Errors)
)]
async fn list_asset_types(
    State(app): State<App>,
    _: Caller,
    query: Query,
) -> Result<Json<Vec<AssetType>>> {
    let query: AssetTypesQuery = query.read()?;
    let types = AssetTypes::load(&app.store).await?.into_rows();
    Ok(Json(types.into_iter().filter(|one| query.matches(one)).map(AssetType::from).collect()))
}

/// One asset type, archived or not.
#[utoipa::path(
    get,
    path = "/api/data/asset-types/{asset_type_id}",
    tag = "Asset types",
    params(AssetTypePath),
    responses((status = 200, description = "The asset type", body = AssetType), Errors)
)]
async fn get_asset_type(
    State(app): State<App>,
    _: Caller,
    Path(path): Path<AssetTypePath>,
    query: Query,
) -> Result<Json<AssetType>> {
    let found = asset_type(&app.store, path.asset_type_id).await?;
    query.read::<NoQuery>()?;
    Ok(Json(found.into()))
}

/// The asset types a project has at least one asset of, by name.
#[utoipa::path(
    get,
    path = "/api/data/projects/{project_id}/asset-types",
    tag = "Asset types",
    params(ProjectPath),
    responses((status = 200, description = "The asset types", body = Vec<AssetType>), Errors)
)]
async fn list_project_asset_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<Vec<AssetType>>> {
    let access = caller.enter(&app, path.project_id).await?;
    query.read::<NoQuery>()?;
    let (types, used) = tokio::try_join!(all_types(&app), used_types(&app, &access))?;
    Ok(Json(rows(types, &used)))
}

/// The asset types of the assets that are cast in a shot and not canceled, by name; for vendors of those that are assigned to them.
#[utoipa::path(
    get,
    path = "/api/data/shots/{shot_id}/asset-types",
    tag = "Asset types",
    params(ShotPath),
    responses((status = 200, description = "The asset types", body = Vec<AssetType>), Errors)
)]
async fn list_shot_asset_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    query: Query,
) -> Result<Json<Vec<AssetType>>> {
    let (shot, access) = caller.find(&app, EntityKind::Shot, path.shot_id).await?;
    access.require(Action::Read)?;
    query.read::<NoQuery>()?;
    let used = async {
        let links = app.store.casting_of(shot.project_id, shot.id).await?;
        live_types(&app, seen_uses(&app, &caller, &access, links).await?).await
    };
    let (types, used) = tokio::try_join!(all_types(&app), used)?;
    Ok(Json(rows(types, &used)))
}

/// The types of the assets of a project that have a task assigned to the caller, by name.
#[utoipa::path(
    get,
    path = "/api/data/user/projects/{project_id}/asset-types",
    tag = "Asset types",
    params(ProjectPath),
    responses((status = 200, description = "The asset types", body = Vec<AssetType>), Errors)
)]
async fn list_user_asset_types(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<Vec<AssetType>>> {
    let access = caller.enter(&app, path.project_id).await?;
    query.read::<NoQuery>()?;
    let assigned = async {
        let assigned = app.store.assigned_entities(caller.person.id, access.project.id).await?;
        types_of(&app, assigned).await
    };
    let (types, assigned) = tokio::try_join!(all_types(&app), assigned)?;
    Ok(Json(rows(types, &assigned)))
}

/// The types of the assets of a project that the caller sees.
async fn used_types(app: &App, access: &Access) -> Result<BTreeSet<EntityTypeId>> {
    let Some(only) = access.only_entities(app).await? else {
        return Ok(app.store.asset_types_used(access.project.id).await?.into_iter().collect());
    };
    types_of(app, only).await
}

/// The types of the assets of these links that are not canceled. One asset of each type is looked at, and the others
/// only of types whose one is canceled.
async fn live_types(app: &App, links: Vec<Link>) -> Result<BTreeSet<EntityTypeId>> {
    let (mut looked_at, mut live) = (BTreeSet::new(), BTreeSet::new());
    let (ones, others): (Vec<Link>, Vec<Link>) =
        links.into_iter().partition(|link| looked_at.insert(link.asset_type_id));
    for mut links in [ones, others] {
        links.retain(|link| !live.contains(&link.asset_type_id));
        let assets = app.store.assets_of(&links).await?;
        let is_live =
            |link: &&Link| assets.get(&link.asset_id).is_some_and(|asset| !asset.canceled);
        live.extend(links.iter().filter(is_live).map(|link| link.asset_type_id));
    }
    Ok(live)
}

async fn types_of(app: &App, entities: BTreeSet<EntityId>) -> Result<BTreeSet<EntityTypeId>> {
    let types = app.store.entities_types(&entities.into_iter().collect::<Vec<_>>()).await?;
    Ok(types.into_values().collect())
}

async fn all_types(app: &App) -> Result<AssetTypes> {
    Ok(AssetTypes::load(&app.store).await?)
}

/// The rows of these types; those that are no asset types are left out.
fn rows(types: AssetTypes, ids: &BTreeSet<EntityTypeId>) -> Vec<AssetType> {
    let types = types.into_rows().into_iter();
    types.filter(|one| ids.contains(&one.id)).map(AssetType::from).collect()
}
