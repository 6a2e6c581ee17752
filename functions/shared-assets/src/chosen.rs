//! The assets a request shares: each is checked before anything is written.

use std::collections::BTreeSet;

use http_api::{ApiError, App, AssetTypes, Caller, Result};
use model::{Action, Entity, EntityId, EntityKind, Error, ProjectId, Resource};
use store::AssetFilter;

/// The assets of these ids, in their order, each once. One that is missing → 404; one of a project the caller
/// does not manage → 403.
pub(crate) async fn manageable(
    app: &App,
    caller: &Caller,
    ids: &[EntityId],
) -> Result<Vec<Entity>> {
    let located = app.store.entities_locate(ids).await?;
    let is_asset = |id: &EntityId| located.get(id).is_some_and(|at| at.kind == EntityKind::Asset);
    if !ids.iter().all(is_asset) {
        return Err(Error::NotFound(Resource::Asset).into());
    }
    // Entering completes what was left half done in a project; what is read after that is what is there.
    let projects: BTreeSet<ProjectId> = located.values().map(|at| at.project_id).collect();
    for project in projects {
        match caller.enter(app, project).await {
            Ok(access) => access.require(Action::ManageAssets)?,
            Err(ApiError(Error::NotFound(_))) => {
                return Err(Error::NotFound(Resource::Asset).into());
            }
            Err(other) => return Err(other),
        }
    }
    found(app, ids).await
}

/// The assets of these ids, in their order, each once. One that is missing → 404; one of another project →
/// 403.
pub(crate) async fn of_project(
    app: &App,
    project: ProjectId,
    ids: &[EntityId],
) -> Result<Vec<Entity>> {
    let assets = found(app, ids).await?;
    if assets.iter().any(|asset| asset.project_id != project) {
        return Err(Error::Forbidden("An asset is not of this project").into());
    }
    Ok(assets)
}

/// All assets of a project that a filter lets through, in the order of lists.
pub(crate) async fn all_of(
    app: &App,
    project: ProjectId,
    filter: &AssetFilter,
) -> Result<Vec<Entity>> {
    let (mut assets, types) = tokio::try_join!(
        app.store.assets_of_project(project, filter),
        AssetTypes::load(&app.store)
    )?;
    types.sort(&mut assets);
    Ok(assets)
}

async fn found(app: &App, ids: &[EntityId]) -> Result<Vec<Entity>> {
    let mut found = app.store.entities_get(ids).await?;
    found.retain(|_, entity| entity.kind == EntityKind::Asset);
    if !ids.iter().all(|id| found.contains_key(id)) {
        return Err(Error::NotFound(Resource::Asset).into());
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
