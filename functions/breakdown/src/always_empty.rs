//! What Kitsu's page of an entity asks for and nobody keeps here: news, and concepts with their tasks.

use axum::extract::State;
use http_api::paths::EntityPath;
use http_api::routing::{Routes, routes};
use http_api::{App, Caller, Errors, Json, NoQuery, Path, Query, Result};
use model::Action;
use serde::Serialize;
use utoipa::ToSchema;

use crate::views::GroupRow;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_entity_news)).routes(routes!(list_linked_entities))
}

/// The one page of no news.
#[derive(Debug, Serialize, ToSchema)]
struct News {
    /// Always empty.
    #[schema(value_type = Vec<Object>)]
    data: [(); 0],
    /// News of all pages.
    #[schema(example = 0)]
    total: usize,
    /// How many pages there are.
    #[schema(example = 0)]
    nb_pages: usize,
    /// News of a full page: Zou's number.
    #[schema(example = 2000)]
    limit: usize,
    /// News before this page.
    #[schema(example = 0)]
    offset: usize,
    /// This page, counted from 1.
    #[schema(example = 1)]
    page: usize,
}

/// The news of an entity: always none. Comments stand with their task, changes in an asset's history.
#[utoipa::path(get, path = "/api/data/entities/{entity_id}/news", tag = "Entities", params(EntityPath), responses((status = 200, body = News), Errors))]
async fn list_entity_news(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityPath>,
    query: Query,
) -> Result<Json<News>> {
    caller.open_any(&app, path.entity_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(News { data: [], total: 0, nb_pages: 0, limit: 2000, offset: 0, page: 1 }))
}

/// The concepts an entity is linked to, with their tasks: always none, there are no concepts.
///
/// What is cast in an entity is not among them, as in Zou: that is its casting.
#[utoipa::path(get, path = "/api/data/entities/{entity_id}/entities-linked/with-tasks", tag = "Entities", params(EntityPath), responses((status = 200, body = Vec<GroupRow>), Errors))]
async fn list_linked_entities(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityPath>,
    query: Query,
) -> Result<Json<Vec<GroupRow>>> {
    caller.open_any(&app, path.entity_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    Ok(Json(Vec::new()))
}
