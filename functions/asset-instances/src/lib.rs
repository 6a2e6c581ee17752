//! Asset instances: single occurrences of an asset, placed in a scene or in another asset.
//!
//! Here are the instances inside an asset, and those of an asset by where they are. [`places`] has the
//! instances of scenes and shots, [`instance`] a single one, [`seen`] what of all this a caller sees.

mod instance;
mod places;
mod seen;
mod views;

use std::collections::BTreeMap;

use axum::extract::State;
use http_api::paths::AssetPath;
use http_api::routing::{Routes, routes};
use http_api::{
    App, Body, Caller, Created, Errors, Json, NoQuery, Path, Query, Result, once, seen_instances,
};
use model::instance::AssetAssetInstance;
use model::{Action, AssetInstance, EntityId, EntityKind, Error};

use crate::places::read;
use crate::seen::in_seen_places;
use crate::views::NewAssetAssetInstance;

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_asset_asset_instances, create_asset_asset_instance))
        .routes(routes!(list_asset_shot_instances))
        .routes(routes!(list_asset_scene_instances))
        .merge(places::routes)
        .merge(instance::routes)
}

/// The instances inside an asset, by the instantiated asset and number.
///
/// `asset_id` is the asset of the path, `target_asset_id` the instantiated one.
#[utoipa::path(get, path = "/api/data/assets/{asset_id}/asset-asset-instances", tag = "Asset instances", params(AssetPath), responses((status = 200, body = Vec<AssetAssetInstance>), Errors))]
async fn list_asset_asset_instances(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<Vec<AssetAssetInstance>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let instances = app.store.instances_in(asset.id).await?;
    let instances = seen_instances(&app, &caller, &access, instances).await?;
    Ok(Json(instances.into_iter().filter_map(AssetInstance::in_asset).collect()))
}

/// Put an instance of an asset into an asset.
///
/// The instances of an asset in one parent are numbered from 1, without a gap, however many are created at
/// once. The instantiated asset is of the same project, or shared.
#[utoipa::path(post, path = "/api/data/assets/{asset_id}/asset-asset-instances", tag = "Asset instances", params(AssetPath), request_body = NewAssetAssetInstance, responses((status = 201, body = AssetAssetInstance), Errors))]
async fn create_asset_asset_instance(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    body: Body,
) -> Result<Created<AssetAssetInstance>> {
    let (asset, _) =
        caller.open(&app, EntityKind::Asset, path.asset_id, Action::AddInstance).await?;
    let (new, target) = read::<NewAssetAssetInstance>(&app, &asset, &body).await?;
    let created = once(app.store.instance_create(&target, &asset, new.description)).await?;
    let created = created
        .in_asset()
        .ok_or_else(|| Error::internal("an instance in an asset is elsewhere"))?;
    Ok(Created(created))
}

/// The instances of an asset that were added to shots, keyed by shot.
#[utoipa::path(get, path = "/api/data/assets/{asset_id}/shot-asset-instances", tag = "Asset instances", params(AssetPath), responses((status = 200, body = BTreeMap<EntityId, Vec<AssetInstance>>), Errors))]
async fn list_asset_shot_instances(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<BTreeMap<EntityId, Vec<AssetInstance>>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let mut by_shot = app.store.instances_by_shot(asset.id).await?;
    for group in by_shot.values_mut() {
        views::sort(group);
    }
    Ok(Json(in_seen_places(&app, &caller, &access, by_shot).await?))
}

/// The instances of an asset that are in scenes, keyed by scene.
#[utoipa::path(get, path = "/api/data/assets/{asset_id}/scene-asset-instances", tag = "Asset instances", params(AssetPath), responses((status = 200, body = BTreeMap<EntityId, Vec<AssetInstance>>), Errors))]
async fn list_asset_scene_instances(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<BTreeMap<EntityId, Vec<AssetInstance>>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let instances = app.store.instances_of(asset.id).await?;
    let by_scene = views::grouped(instances, |instance| instance.scene_id);
    Ok(Json(in_seen_places(&app, &caller, &access, by_scene).await?))
}
