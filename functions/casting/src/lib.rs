//! Casting: which assets the entities of a production use.
//!
//! Here it is asked from the asset's side: where is it cast, and what is cast in it. [`entity`] asks it from
//! the entity's side, [`many`] sets it in many entities at once, [`collections`] reads it for a whole
//! sequence, episode or project ([`legacy`] by the paths of older clients), and [`links`] shows the bare links.
//!
//! All changes are checked row by row before anything is written ([`input`] reads them, [`users`] and
//! [`castings`] judge them).

mod castings;
mod collections;
mod entity;
mod input;
mod legacy;
mod links;
mod many;
mod opened;
mod users;
mod views;
mod whereabouts;

use axum::extract::State;
use http_api::paths::AssetPath;
use http_api::routing::{Routes, routes};
use http_api::{App, Body, Caller, Errors, Json, NoQuery, Path, Query, Result};
use model::casting::CastIn;
use model::{Action, Entity, EntityKind};
use store::Circles;

use crate::input::CastingInput;
use crate::users::{AssetUsers, closing};
use crate::views::{AssetCasting, CastInRow, UserRow};

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(get_asset_casting, set_asset_casting))
        .routes(routes!(get_asset_cast_in))
        .routes(routes!(list_linked_assets))
        .merge(entity::routes)
        .merge(many::routes)
        .merge(collections::routes)
        .merge(legacy::routes)
        .merge(links::routes)
}

/// Where an asset is cast.
///
/// One row per shot, sequence, episode, scene or asset that uses the asset, ordered by episode, sequence and
/// name. Users in other projects (of a shared asset) are listed if the caller is in their team.
#[utoipa::path(get, path = "/api/data/assets/{asset_id}/casting", tag = "Casting", params(AssetPath), responses((status = 200, body = Vec<UserRow>), Errors))]
async fn get_asset_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<Vec<UserRow>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let users = AssetUsers::load(&app, &caller, &access, &asset, &[]).await?;
    Ok(Json(users.rows(&app).await?))
}

/// Replace where an asset is cast.
///
/// The body is `{"casting": […]}` or the bare array; a row is an object or, for one occurrence, the plain id
/// of the entity. Everything is changed or, if any row is wrong, nothing; all wrong rows are named. Answers
/// the new state as `GET` does.
///
/// Entities of another project may be named if the asset is shared and the caller is a manager there. Users in
/// projects of which the caller is no manager stay as they are. An episode uses what its shots use, named or not.
#[utoipa::path(put, path = "/api/data/assets/{asset_id}/casting", tag = "Casting", params(AssetPath), request_body = AssetCasting, responses((status = 200, body = Vec<UserRow>), Errors))]
async fn set_asset_casting(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    body: Body,
) -> Result<Json<Vec<UserRow>>> {
    let (asset, access) =
        caller.open(&app, EntityKind::Asset, path.asset_id, Action::ManageAssets).await?;
    let sent = CastingInput::of::<CastIn>(&body)?;
    let users = AssetUsers::load(&app, &caller, &access, &asset, &sent.ids()).await?;
    let wanted = users.wanted(&app, &asset, &sent).await?;
    let manages = |project| users.manages(project);
    let wrong = |circles: &Circles| closing(&asset, &sent, circles);
    app.store.cast_in_replace(&asset, &wanted, caller.person.id, manages, wrong).await?;
    let users = AssetUsers::load(&app, &caller, &access, &asset, &[]).await?;
    Ok(Json(users.rows(&app).await?))
}

/// The shots that use an asset, then the assets that contain it.
#[utoipa::path(get, path = "/api/data/assets/{asset_id}/cast-in", tag = "Casting", params(AssetPath), responses((status = 200, body = Vec<CastInRow>), Errors))]
async fn get_asset_cast_in(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<Vec<CastInRow>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let users = AssetUsers::load(&app, &caller, &access, &asset, &[]).await?;
    Ok(Json(users.cast_in(&app).await?))
}

/// The assets cast in an asset.
#[utoipa::path(get, path = "/api/data/assets/{asset_id}/assets", tag = "Casting", params(AssetPath), responses((status = 200, body = Vec<Entity>), Errors))]
async fn list_linked_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(castings::assets_in(&app, &caller, &access, &asset).await?))
}
