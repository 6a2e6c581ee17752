//! Shared assets: offering them to other productions, and what a production uses of others.

mod bodies;
mod chosen;

use axum::extract::State;
use http_api::paths::{ProjectAssetTypePath, ProjectPartPath, ProjectPath};
use http_api::routing::{Routes, routes};
use http_api::{
    Access, App, AssetTypes, Body, Caller, Errors, Json, NoQuery, Path, Query, Result, Sight,
    asset_type,
};
use model::casting::Link;
use model::{Action, Entity, EntityKind, Error, Resource};
use store::AssetFilter;

use crate::bodies::{ShareAssets, ShareProjectAssets, ShareTypeAssets};

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(share_assets))
        .routes(routes!(share_project_assets))
        .routes(routes!(share_asset_type_assets))
        .routes(routes!(list_project_shared_assets))
        .routes(routes!(list_episode_shared_assets))
}

/// Share assets, or take them back.
///
/// For managers of the projects of all of them. One unknown asset (404) or one of another's project (403), and
/// nothing is changed. Answers the assets as they are now, in the order of the request.
#[utoipa::path(
    post,
    path = "/api/actions/assets/share",
    tag = "Shared assets",
    request_body = ShareAssets,
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn share_assets(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Json<Vec<Entity>>> {
    caller.require_somewhere(&app, Action::ManageAssets).await?;
    let wanted: ShareAssets = body.read()?;
    let assets = chosen::manageable(&app, &caller, &wanted.asset_ids).await?;
    Ok(Json(app.store.assets_share(&assets, wanted.is_shared, caller.person.id).await?))
}

/// Share assets of a project, all or some, or take them back.
///
/// For managers of the project. One unknown asset (404) or one of another project (403), and nothing is
/// changed. Answers the assets as they are now.
#[utoipa::path(
    post,
    path = "/api/actions/projects/{project_id}/assets/share",
    tag = "Shared assets",
    params(ProjectPath),
    request_body = ShareProjectAssets,
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn share_project_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Json<Vec<Entity>>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::ManageAssets)?;
    let wanted: ShareProjectAssets = body.read_or_empty()?;
    let assets = match &wanted.asset_ids {
        Some(ids) => chosen::of_project(&app, path.project_id, ids).await?,
        None => chosen::all_of(&app, path.project_id, &AssetFilter::default()).await?,
    };
    Ok(Json(app.store.assets_share(&assets, wanted.is_shared, caller.person.id).await?))
}

/// Share all assets of one type in a project, or take them back.
///
/// For managers of the project. Answers the assets as they are now.
#[utoipa::path(
    post,
    path = "/api/actions/projects/{project_id}/asset-types/{asset_type_id}/assets/share",
    tag = "Shared assets",
    params(ProjectAssetTypePath),
    request_body = ShareTypeAssets,
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn share_asset_type_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectAssetTypePath>,
    body: Body,
) -> Result<Json<Vec<Entity>>> {
    let asset_type = asset_type(&app.store, path.asset_type_id);
    let (access, asset_type) = caller.enter_with(&app, path.project_id, asset_type).await?;
    access.require(Action::ManageAssets)?;
    let wanted: ShareTypeAssets = body.read_or_empty()?;
    let of_type = AssetFilter { asset_type_id: Some(asset_type.id), ..AssetFilter::default() };
    let assets = chosen::all_of(&app, path.project_id, &of_type).await?;
    Ok(Json(app.store.assets_share(&assets, wanted.is_shared, caller.person.id).await?))
}

/// The shared assets of other projects that a project uses.
///
/// Those that are shared now and not canceled, wherever in the project they are cast.
#[utoipa::path(
    get,
    path = "/api/data/projects/{project_id}/assets/shared-used",
    tag = "Shared assets",
    params(ProjectPath),
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn list_project_shared_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let access = caller.enter(&app, path.project_id).await?;
    query.read::<NoQuery>()?;
    let links = app.store.casting_foreign(path.project_id).await?;
    Ok(Json(shared_assets(&app, &caller, &access, &links).await?))
}

/// The shared assets of other projects that an episode uses: itself, or in its shots.
///
/// Those that are shared now and not canceled. Of `main` and `all`, which Kitsu asks for, those that the project uses.
#[utoipa::path(
    get,
    path = "/api/data/projects/{project_id}/episodes/{episode_id}/assets/shared-used",
    tag = "Shared assets",
    params(ProjectPartPath),
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn list_episode_shared_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPartPath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let episode = episode(&app, &path);
    let (access, episode) = caller.enter_with(&app, path.project_id, episode).await?;
    query.read::<NoQuery>()?;
    let mut links = app.store.casting_foreign(path.project_id).await?;
    if let Some(episode) = episode {
        let counts = |kind| matches!(kind, EntityKind::Episode | EntityKind::Shot);
        links.retain(|link| link.episode_id == Some(episode.id) && counts(link.entity_kind));
    }
    Ok(Json(shared_assets(&app, &caller, &access, &links).await?))
}

/// The episode of a path, if it names one.
async fn episode(app: &App, path: &ProjectPartPath) -> model::Result<Option<Entity>> {
    let Some(id) = path.episode()? else { return Ok(None) };
    let found = app.store.entity_in(path.project_id, EntityKind::Episode, id).await?;
    found.ok_or(Error::NotFound(Resource::Episode)).map(Some)
}

/// Of the assets at the other end of links those that are offered, in the order of lists.
async fn shared_assets(
    app: &App,
    caller: &Caller,
    access: &Access,
    links: &[Link],
) -> Result<Vec<Entity>> {
    let homes = links.iter().map(|link| link.asset_project_id);
    let sight = Sight::new(app, caller, access, homes).await?;
    let (assets, types) =
        tokio::try_join!(app.store.assets_of(links), AssetTypes::load(&app.store))?;
    let is_offered = |asset: &Entity| asset.is_shared && !asset.canceled && sight.sees_asset(asset);
    let mut assets: Vec<Entity> = assets.into_values().filter(is_offered).collect();
    sight.hide_reserved(app, &mut assets).await?;
    types.sort(&mut assets);
    Ok(assets)
}
