//! Single instances, and the search for them.

use axum::extract::State;
use http_api::ApiError;
use http_api::paths::AssetInstancePath;
use http_api::routing::{Routes, routes};
use http_api::{
    Access, App, Body, Caller, Errors, Filters, Json, Listed, Listing, NoContent, NoQuery, Path,
    Query, Result, seen_instances,
};
use model::instance::InstancePatch;
use model::{Action, AssetInstance, EntityId, EntityKind, Error, InstanceId, Resource, role};

use crate::seen::in_seen_places;
use crate::views::{InstanceDetail, grouped};

/// The parameters of a search that say where to look, and what they name.
const ANCHORS: [(&str, EntityKind); 3] = [
    ("scene_id", EntityKind::Scene),
    ("target_asset_id", EntityKind::Asset),
    ("asset_id", EntityKind::Asset),
];

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_asset_instances)).routes(routes!(
        get_asset_instance,
        update_asset_instance,
        delete_asset_instance
    ))
}

/// The instances in a scene or an asset, or of an asset.
///
/// One of `scene_id`, `target_asset_id` (the asset they are in) and `asset_id` (what they are instances of) is
/// required; all other parameters filter.
#[utoipa::path(get, path = "/api/data/asset-instances", tag = "Asset instances", params(Filters<AssetInstance>), responses((status = 200, body = Listing<AssetInstance>), Errors))]
async fn list_asset_instances(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Listed> {
    let filters = query.read::<Filters<AssetInstance>>()?;
    let (field, id, access) = anchor(&app, &caller, &filters).await?;
    // What was opened is seen: of an instance the asset, or the place.
    let instances = if field == "asset_id" {
        of_asset(&app, &caller, &access, id).await?
    } else {
        let instances = app.store.instances_in(id).await?;
        seen_instances(&app, &caller, &access, instances).await?
    };
    filters.apply(instances)
}

/// Opens what the search is about. It is part of the question, so what is not there is a wrong parameter.
async fn anchor(
    app: &App,
    caller: &Caller,
    filters: &Filters<AssetInstance>,
) -> Result<(&'static str, EntityId, Access)> {
    let given = ANCHORS
        .iter()
        .find_map(|(field, kind)| Some((*field, *kind, filters.only(field)?.parse().ok()?)));
    let (field, kind, id) = given.ok_or_else(|| {
        Error::invalid("scene_id", "is required, unless target_asset_id or asset_id is given")
    })?;
    match caller.open(app, kind, id, Action::Read).await {
        Ok((_, access)) => Ok((field, id, access)),
        Err(ApiError(Error::NotFound(missing))) if missing == kind.resource() => {
            Err(Error::invalid(field, format!("is not of any {}", kind.name().to_lowercase()))
                .into())
        }
        Err(error) => Err(error),
    }
}

async fn of_asset(
    app: &App,
    caller: &Caller,
    access: &Access,
    asset: EntityId,
) -> Result<Vec<AssetInstance>> {
    let instances = app.store.instances_of(asset).await?;
    let by_place = grouped(instances, |instance| instance.scene_id.or(instance.target_asset_id));
    let by_place = in_seen_places(app, caller, access, by_place).await?;
    Ok(by_place.into_values().flatten().collect())
}

/// One instance with the shots it was added to.
#[utoipa::path(get, path = "/api/data/asset-instances/{asset_instance_id}", tag = "Asset instances", params(AssetInstancePath), responses((status = 200, body = InstanceDetail), Errors))]
async fn get_asset_instance(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetInstancePath>,
    query: Query,
) -> Result<Json<InstanceDetail>> {
    let instance = open(&app, &caller, path.asset_instance_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let shots = app.store.shots_of_instance(instance.asset_id, instance.id).await?;
    Ok(Json(InstanceDetail { instance, shots }))
}

/// Change an instance: its name, description, metadata (key by key), or whether it is in use.
#[utoipa::path(put, path = "/api/data/asset-instances/{asset_instance_id}", tag = "Asset instances", params(AssetInstancePath), request_body = InstancePatch, responses((status = 200, body = AssetInstance), Errors))]
async fn update_asset_instance(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetInstancePath>,
    body: Body,
) -> Result<Json<AssetInstance>> {
    let instance = open(&app, &caller, path.asset_instance_id, Action::AddInstance).await?;
    let change = body.read::<InstancePatch>()?;
    let changed = app.store.instance_update(instance.id, &change).await?;
    Ok(Json(changed.ok_or(Error::NotFound(Resource::AssetInstance))?))
}

/// Delete an instance, and take it out of its shots.
///
/// Its number stays free only if it was the last one.
#[utoipa::path(delete, path = "/api/data/asset-instances/{asset_instance_id}", tag = "Asset instances", params(AssetInstancePath), responses((status = 204, description = "It is gone"), Errors))]
async fn delete_asset_instance(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetInstancePath>,
    query: Query,
) -> Result<NoContent> {
    let instance = open(&app, &caller, path.asset_instance_id, Action::AddInstance).await?;
    query.read::<NoQuery>()?;
    app.store.instance_delete(instance.id).await?;
    Ok(NoContent)
}

/// Opens an instance to act on it, through the project of the place it is in.
async fn open(app: &App, caller: &Caller, id: InstanceId, action: Action) -> Result<AssetInstance> {
    let missing = || Error::NotFound(Resource::AssetInstance);
    let instance = app.store.instance_get(id).await?.ok_or_else(missing)?;
    let place = instance.scene_id.or(instance.target_asset_id).ok_or_else(missing)?;
    let located = app.store.entity_locate(place).await?.ok_or_else(missing)?;
    let access = caller.enter(app, located.project_id).await?;
    access.require(action)?;
    let seen = seen_instances(app, caller, &access, vec![instance]).await?;
    Ok(seen.into_iter().next().ok_or(Error::Forbidden(role::refusal(Action::Read)))?)
}
