//! Assets over all projects: lists, the list with tasks, one asset, its deletion, its history.
//!
//! What lists may be asked for stands in [`http_api::asset_query`].

mod columns;
mod compact;
mod detail;
mod history;
mod queries;
mod scope;
mod views;
mod with_tasks;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use http_api::asset_query::{AssetFilters, EpisodeFilter, TypeFilter};
use http_api::paths::AssetPath;
use http_api::routing::{Routes, routes};
use http_api::{
    App, Caller, Errors, Force, Json, NoContent, NoQuery, PageQuery, Paged, Path, Query, Result,
    all_wrong,
};
use model::{Action, Entity, EntityId, EntityKind, Error, PersonId, Resource};
use store::Removal;

use crate::compact::AssetsWithTasks;
use crate::queries::{AssetsQuery, Form, NamedWithTasks, WithTasksQuery};
use crate::views::AssetDetail;

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_assets))
        .routes(routes!(list_all_assets))
        .routes(routes!(list_assets_with_tasks))
        .routes(routes!(get_asset, delete_asset))
        .merge(history::routes)
}

/// The assets of all projects that are open to the caller, in pages.
///
/// Page 1 of 100 unless something else is said, ordered by type name and id. Not cut, and ordered by type
/// name, name and id, when `name`, `id`, `source_id`, `episode_id` or `is_shared` is given without `page` and
/// `limit`. With `is_shared=true` and no project these are the assets that may be cast elsewhere: canceled ones
/// only when `canceled=true` asks for them.
#[utoipa::path(
    get,
    path = "/api/data/assets",
    tag = "Assets",
    params(AssetsQuery, TypeFilter, EpisodeFilter, AssetFilters, PageQuery),
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn list_assets(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    uri: Uri,
) -> Result<Paged<Entity>> {
    let (query, projects) = scope::read(&app, &caller, &query).await?;
    query.list.cut_by_default().answer(&app, &uri, &projects).await
}

/// All assets of all projects that are open to the caller.
///
/// As `/api/data/assets`, but whole unless `page` or `limit` is given.
#[utoipa::path(
    get,
    path = "/api/data/assets/all",
    tag = "Assets",
    params(AssetsQuery, TypeFilter, EpisodeFilter, AssetFilters, PageQuery),
    responses((status = 200, description = "The assets", body = Vec<Entity>), Errors)
)]
async fn list_all_assets(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    uri: Uri,
) -> Result<Paged<Entity>> {
    let (query, projects) = scope::read(&app, &caller, &query).await?;
    query.list.answer(&app, &uri, &projects).await
}

/// The assets of a project with their tasks.
///
/// Ordered by type name, name and id, the tasks of each in the order of their types; assets without tasks and canceled ones
/// too. A client sees tasks without assignees, dates and numbers; a vendor sees the assets and tasks that are assigned to
/// him. With `compact` the rows are arrays, and the names of their values stand in front; with `stream` what the rows are
/// is the first line.
#[utoipa::path(
    get,
    path = "/api/data/assets/with-tasks",
    tag = "Assets",
    params(WithTasksQuery, Form, TypeFilter, AssetFilters),
    responses(
        (status = 200, description = "The assets, plain, as arrays or line by line", content(
            (AssetsWithTasks = "application/json"),
            (String = "application/x-ndjson"),
        )),
        Errors,
    )
)]
async fn list_assets_with_tasks(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Response> {
    let named: NamedWithTasks = query.peek().unwrap_or_default();
    let place = with_tasks::enter(&app, &caller, &named).await;
    let (query, place) = all_wrong(query.read::<WithTasksQuery>(), place)?;
    let place = place.ok_or_else(|| Error::invalid("project_id", "is required"))?;
    let rows = with_tasks::rows(&app, &place, &query).await?;
    with_tasks::answer(query.form, rows)
}

/// One asset with its tasks, in the order of their types, what it uses and what uses it.
#[utoipa::path(
    get,
    path = "/api/data/assets/{asset_id}",
    tag = "Assets",
    params(AssetPath),
    responses((status = 200, description = "The asset", body = AssetDetail), Errors)
)]
async fn get_asset(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<Json<AssetDetail>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(detail::detail(&app, &caller, &access, asset).await?))
}

/// Delete an asset.
///
/// For its creator and the managers of its project. An asset with tasks is canceled instead, and keeps
/// everything, unless `force` is given: then it, its tasks, its casting and its instances are gone.
#[utoipa::path(
    delete,
    path = "/api/data/assets/{asset_id}",
    tag = "Assets",
    params(AssetPath, Force),
    responses((status = 204, description = "It is gone, or canceled"), Errors)
)]
async fn delete_asset(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
) -> Result<NoContent> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    access
        .require(Action::DeleteAsset { by_creator: asset.created_by == Some(caller.person.id) })?;
    let is_there = remove(&app, asset.id, caller.person.id, query.read()?).await?;
    if is_there { Ok(NoContent) } else { Err(Error::NotFound(Resource::Asset).into()) }
}

/// Deletes or cancels an asset; `false` if there is none any more.
async fn remove(app: &App, asset: EntityId, by: PersonId, query: Force) -> Result<bool> {
    if query.force {
        return Ok(app.store.entity_remove(asset, by).await?);
    }
    match app.store.entity_remove_empty(asset, by).await? {
        Removal::Done => Ok(true),
        Removal::Gone => Ok(false),
        Removal::HoldsOthers | Removal::HasTasks => {
            Ok(app.store.entity_cancel(asset, by).await?.is_some())
        }
    }
}
