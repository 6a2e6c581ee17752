//! The instances in scenes, and those added to shots.

use std::collections::BTreeMap;

use axum::extract::State;
use http_api::paths::{ScenePath, ShotInstancePath, ShotPath};
use http_api::routing::{Routes, routes};
use http_api::{
    App, Body, Caller, Created, Errors, Json, NoContent, NoQuery, Path, Query, Result, all_wrong,
    once, seen_instances,
};
use model::{Action, AssetInstance, Entity, EntityId, EntityKind, Error, InstanceId, Resource};

use crate::views::{AddedInstance, InstancePeek, NewInstance, NewSceneInstance, grouped};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_scene_asset_instances, create_scene_asset_instance))
        .routes(routes!(list_shot_asset_instances, add_shot_asset_instance))
        .routes(routes!(remove_shot_asset_instance))
}

/// The instances in a scene, keyed by the instantiated asset.
#[utoipa::path(get, path = "/api/data/scenes/{scene_id}/asset-instances", tag = "Asset instances", params(ScenePath), responses((status = 200, body = BTreeMap<EntityId, Vec<AssetInstance>>), Errors))]
async fn list_scene_asset_instances(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ScenePath>,
    query: Query,
) -> Result<Json<BTreeMap<EntityId, Vec<AssetInstance>>>> {
    let (scene, access) = caller.open(&app, EntityKind::Scene, path.scene_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let instances = app.store.instances_in(scene.id).await?;
    let instances = seen_instances(&app, &caller, &access, instances).await?;
    Ok(Json(grouped(instances, |instance| Some(instance.asset_id))))
}

/// Put an instance of an asset into a scene.
///
/// The instances of an asset in one scene are numbered from 1, without a gap. The asset is of the same project,
/// or shared.
#[utoipa::path(post, path = "/api/data/scenes/{scene_id}/asset-instances", tag = "Asset instances", params(ScenePath), request_body = NewSceneInstance, responses((status = 201, body = AssetInstance), Errors))]
async fn create_scene_asset_instance(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ScenePath>,
    body: Body,
) -> Result<Created<AssetInstance>> {
    let (scene, _) =
        caller.open(&app, EntityKind::Scene, path.scene_id, Action::AddInstance).await?;
    let (new, asset) = read::<NewSceneInstance>(&app, &scene, &body).await?;
    Ok(Created(once(app.store.instance_create(&asset, &scene, new.description)).await?))
}

/// Reads the body of a new instance in a scene or another asset; what is wrong with the asset it names is told with all
/// else that is wrong.
pub(crate) async fn read<T: NewInstance>(
    app: &App,
    place: &Entity,
    body: &Body,
) -> Result<(T, Entity)> {
    let new = body.read::<T>();
    let named = match &new {
        Ok(new) => Some(new.asset()),
        Err(_) => body.peek::<InstancePeek<T>>().and_then(|named| named.asset),
    };
    all_wrong(new, usable(app, place, T::ASSET, named).await)
}

/// The asset that the input `field` names, if an instance of it may be put into a scene or another asset. That none is
/// named is for the body to tell.
async fn usable(app: &App, place: &Entity, field: &str, asset: Option<EntityId>) -> Result<Entity> {
    let Some(asset) = asset else { return Err(Error::Invalid(Vec::new()).into()) };
    if asset == place.id {
        return Err(Error::invalid(field, "is the asset itself").into());
    }
    let may_be_used = |asset: &Entity| {
        asset.kind == EntityKind::Asset && (asset.project_id == place.project_id || asset.is_shared)
    };
    let found = app.store.entity_get(asset).await?.filter(may_be_used);
    let unknown = || Error::invalid(field, "is not an asset of this project, nor a shared one");
    let asset = found.ok_or_else(unknown)?;
    if asset.canceled {
        return Err(Error::invalid(field, "is canceled").into());
    }
    Ok(asset)
}

/// The instances added to a shot, keyed by the instantiated asset.
#[utoipa::path(get, path = "/api/data/shots/{shot_id}/asset-instances", tag = "Asset instances", params(ShotPath), responses((status = 200, body = BTreeMap<EntityId, Vec<AssetInstance>>), Errors))]
async fn list_shot_asset_instances(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    query: Query,
) -> Result<Json<BTreeMap<EntityId, Vec<AssetInstance>>>> {
    let (shot, access) = caller.open(&app, EntityKind::Shot, path.shot_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let instances = app.store.instances_in_shot(shot.id).await?;
    let instances = seen_instances(&app, &caller, &access, instances).await?;
    Ok(Json(grouped(instances, |instance| Some(instance.asset_id))))
}

/// Add an instance to a shot.
///
/// Adding it twice changes nothing. Answers the shot.
#[utoipa::path(post, path = "/api/data/shots/{shot_id}/asset-instances", tag = "Asset instances", params(ShotPath), request_body = AddedInstance, responses((status = 201, body = Entity), Errors))]
async fn add_shot_asset_instance(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotPath>,
    body: Body,
) -> Result<Created<Entity>> {
    let (shot, _) = caller.open(&app, EntityKind::Shot, path.shot_id, Action::AddInstance).await?;
    let added = body.read::<AddedInstance>()?;
    let instance = instance_near(&app, &shot, added.asset_instance_id).await?;
    app.store.shot_instance_add(&shot, &instance).await?;
    Ok(Created(shot))
}

/// An instance in the project of the shot.
async fn instance_near(app: &App, shot: &Entity, id: InstanceId) -> Result<AssetInstance> {
    let unknown =
        || Error::invalid("asset_instance_id", "is not an asset instance of this project");
    let instance = app.store.instance_get(id).await?.ok_or_else(unknown)?;
    let place = instance.scene_id.or(instance.target_asset_id).ok_or_else(unknown)?;
    let located = app
        .store
        .entity_locate(place)
        .await?
        .filter(|located| located.project_id == shot.project_id);
    Ok(located.map(|_| instance).ok_or_else(unknown)?)
}

/// Take an instance out of a shot; it stays in its scene or asset.
#[utoipa::path(delete, path = "/api/data/shots/{shot_id}/asset-instances/{asset_instance_id}", tag = "Asset instances", params(ShotInstancePath), responses((status = 204, description = "It is out of the shot"), Errors))]
async fn remove_shot_asset_instance(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ShotInstancePath>,
    query: Query,
) -> Result<NoContent> {
    let missing = || Error::NotFound(Resource::AssetInstance);
    let instance = app.store.instance_get(path.asset_instance_id).await?.ok_or_else(missing)?;
    let (shot, _) = caller.open(&app, EntityKind::Shot, path.shot_id, Action::AddInstance).await?;
    if !app.store.shots_of_instance(instance.asset_id, instance.id).await?.contains(&shot.id) {
        return Err(missing().into());
    }
    query.read::<NoQuery>()?;
    app.store.shot_instance_remove(shot.id, instance.asset_id, instance.id).await?;
    Ok(NoContent)
}
