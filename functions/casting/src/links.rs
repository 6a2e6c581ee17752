//! The bare links between entities and assets.

use axum::extract::State;
use http_api::paths::{EntityLinkPath, ProjectPath};
use http_api::routing::{Routes, routes};
use http_api::{
    App, Caller, Errors, Filters, Listed, Listing, NoContent, NoQuery, Path, Query, Result,
    seen_uses,
};
use model::{Action, Error, Resource};

use crate::opened::enter;
use crate::views::LinkRow;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_entity_links)).routes(routes!(delete_entity_link))
}

/// All cast links of a project's entities.
///
/// A bare list; with `page` or `limit` one page of it in an object that tells where it is.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/entity-links", tag = "Casting", params(ProjectPath, Filters<LinkRow>), responses((status = 200, body = Listing<LinkRow>), Errors))]
async fn list_entity_links(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Listed> {
    let access = enter(&app, &caller, path.project_id, Action::Read).await?;
    let filters = query.read::<Filters<LinkRow>>()?;
    let links = app.store.casting_of_project(path.project_id).await?;
    let links = seen_uses(&app, &caller, &access, links).await?;
    filters.apply(links.into_iter().map(LinkRow::from).collect())
}

/// Remove an asset from an entity.
///
/// An episode uses what its shots use: its link stays as long as one of them does.
#[utoipa::path(delete, path = "/api/data/entity-links/{entity_link_id}", tag = "Casting", params(EntityLinkPath), responses((status = 204, description = "The link is gone"), Errors))]
async fn delete_entity_link(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<EntityLinkPath>,
    query: Query,
) -> Result<NoContent> {
    let link = app
        .store
        .link_get(path.entity_link_id)
        .await?
        .ok_or(Error::NotFound(Resource::EntityLink))?;
    enter(&app, &caller, link.project_id, Action::ManageAssets).await?;
    query.read::<NoQuery>()?;
    app.store.link_delete(&link, caller.person.id).await?;
    Ok(NoContent)
}
