//! Which projects a list of assets is about.

use http_api::{Access, ApiError, App, AssetQuery, Caller, Query, Result};
use model::{Error, ProjectId, Resource};

use crate::queries::AssetsQuery;

/// Reads the query of a list, and enters the projects it is about.
pub(crate) async fn read(
    app: &App,
    caller: &Caller,
    query: &Query,
) -> Result<(AssetsQuery, Vec<Access>)> {
    let named = query.peek::<AssetsQuery>().unwrap_or_default();
    // Of a query that is refused in any case only what it names is looked up.
    let projects = match named.project_id {
        None if query.read::<AssetsQuery>().is_err() => Ok(Vec::new()),
        _ => projects(app, caller, &named).await,
    };
    let (query, projects) = AssetQuery::read_in::<AssetsQuery>(query, app, projects).await?;
    Ok((query.meant(), projects))
}

/// The projects to look in: one, where the query tells which, else all that are open to the caller. A project
/// that is not open to him has nothing for him: a filter opens no door.
async fn projects(app: &App, caller: &Caller, query: &AssetsQuery) -> Result<Vec<Access>> {
    if let Some(project) = query.project_id {
        return if_open(enter(app, caller, project).await);
    }
    let Some(anchor) = query.list.anchor() else { return caller.enter_all(app).await };
    match app.store.entity_locate(anchor).await? {
        Some(located) => if_open(caller.enter(app, located.project_id).await),
        None => Ok(Vec::new()),
    }
}

/// Enters a project that a query names: 400 if there is none.
pub(crate) async fn enter(app: &App, caller: &Caller, project: ProjectId) -> Result<Access> {
    match caller.enter(app, project).await {
        Err(ApiError(Error::NotFound(Resource::Project))) => {
            Err(Error::invalid("project_id", "is not a project").into())
        }
        entered => entered,
    }
}

fn if_open(entered: Result<Access>) -> Result<Vec<Access>> {
    match entered {
        Ok(access) => Ok(vec![access]),
        Err(ApiError(Error::Forbidden(_) | Error::NotFound(_))) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}
