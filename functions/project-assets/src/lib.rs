//! The assets of one project: all of them, those of a type, and a new one.
//!
//! What lists may be asked for stands in [`http_api::asset_query`].

use axum::extract::State;
use axum::http::Uri;
use http_api::asset_query::{AssetFilters, EpisodeFilter, TypeFilter};
use http_api::paths::{ProjectAssetTypePath, ProjectPath};
use http_api::routing::{Routes, routes};
use http_api::{
    App, AssetQuery, Body, Caller, Created, Errors, Json, NoQuery, PageQuery, Paged, Path, Query,
    Result, all_wrong, asset_type, once,
};
use model::entity::{EntityPeek, NewAsset};
use model::{
    Action, Entity, EntityKind, FieldError, Fields, Input, ProjectId, fail_if_any, metadata, text,
};

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(create_asset))
        .routes(routes!(list_project_assets))
        .routes(routes!(list_project_asset_type_assets))
        .routes(routes!(list_user_assets))
}

/// Create an asset.
///
/// For managers of the project. Among the live assets of its type and episode its name must be free, whatever
/// its case; else 400 with the id of the one that holds it. Its `data` must be what the project's metadata
/// descriptors declare.
#[utoipa::path(
    post,
    path = "/api/data/projects/{project_id}/asset-types/{asset_type_id}/assets/new",
    tag = "Project assets",
    params(ProjectAssetTypePath),
    request_body = NewAsset,
    responses((status = 201, description = "The new asset", body = Entity), Errors)
)]
async fn create_asset(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectAssetTypePath>,
    body: Body,
) -> Result<Created<Entity>> {
    let asset_type = asset_type(&app.store, path.asset_type_id);
    let (access, asset_type) = caller.enter_with(&app, path.project_id, asset_type).await?;
    access.require(Action::ManageAssets)?;
    let named = check(&app, path.project_id, body.peek().unwrap_or_default()).await;
    let (new, ()) = all_wrong(body.read::<NewAsset>(), named)?;
    let asset =
        new.into_entity(path.project_id, asset_type.id, caller.person.id).create(app.store.now());
    Ok(Created(once(app.store.entity_create(asset)).await?))
}

/// The assets of a project.
///
/// All of them, ordered by type name, name and id, or a page, ordered by type name and id.
#[utoipa::path(
    get,
    path = "/api/data/projects/{project_id}/assets",
    tag = "Project assets",
    params(ProjectPath, TypeFilter, EpisodeFilter, AssetFilters, PageQuery),
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn list_project_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
    uri: Uri,
) -> Result<Paged<Entity>> {
    let entered = vec![caller.enter(&app, path.project_id).await?];
    let (query, projects) = AssetQuery::read_in::<AssetQuery>(&query, &app, Ok(entered)).await?;
    query.answer(&app, &uri, &projects).await
}

/// The assets of one type in a project.
///
/// All of them, ordered by name and id, or a page, ordered by id.
#[utoipa::path(
    get,
    path = "/api/data/projects/{project_id}/asset-types/{asset_type_id}/assets",
    tag = "Project assets",
    params(ProjectAssetTypePath, EpisodeFilter, AssetFilters, PageQuery),
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn list_project_asset_type_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectAssetTypePath>,
    query: Query,
    uri: Uri,
) -> Result<Paged<Entity>> {
    let asset_type = asset_type(&app.store, path.asset_type_id);
    let (access, asset_type) = caller.enter_with(&app, path.project_id, asset_type).await?;
    let (OfType(query), projects) = AssetQuery::read_in(&query, &app, Ok(vec![access])).await?;
    let types = TypeFilter { asset_type_id: Some(asset_type.id), entity_type_id: None };
    AssetQuery { types, ..query }.answer(&app, &uri, &projects).await
}

/// The assets of one type in a project that have a task assigned to the caller, by name.
#[utoipa::path(
    get,
    path = "/api/data/user/projects/{project_id}/asset-types/{asset_type_id}/assets",
    tag = "Project assets",
    params(ProjectAssetTypePath),
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn list_user_assets(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectAssetTypePath>,
    query: Query,
) -> Result<Json<Vec<Entity>>> {
    let asset_type = asset_type(&app.store, path.asset_type_id);
    let (access, asset_type) = caller.enter_with(&app, path.project_id, asset_type).await?;
    query.read::<NoQuery>()?;
    let assigned = app.store.assigned_entities(caller.person.id, access.project.id).await?;
    let assigned = app.store.entities_get(&assigned.into_iter().collect::<Vec<_>>()).await?;
    let of_type = assigned.into_values().filter(|asset| asset.entity_type_id == asset_type.id);
    let mut assets = access.visible_entities(&app, of_type.collect()).await?;
    assets.sort_by_cached_key(|asset| (text::fold(&asset.name), asset.id));
    Ok(Json(assets))
}

/// A query about assets whose type the path names.
struct OfType(AssetQuery);

impl Input for OfType {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        AssetQuery::read_of_type(f).map(Self)
    }
}

/// Fails with everything that does not fit the project: the episode, and metadata it declares otherwise.
async fn check(app: &App, project: ProjectId, named: EntityPeek) -> Result<()> {
    let descriptors = app.store.descriptors_of(project).await?;
    let check = |data| metadata::check_new(&descriptors, EntityKind::Asset, &data);
    let episode = named.episode();
    let mut errors = named.data.map(check).unwrap_or_default();
    if let Some((field, id)) = episode
        && app.store.entity_in(project, EntityKind::Episode, id).await?.is_none()
    {
        errors.push(FieldError::new(field, "is not an episode of this project"));
    }
    Ok(fail_if_any(errors)?)
}
