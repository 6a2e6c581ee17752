//! What the caller sees when he opens the studio.

use axum::extract::State;
use http_api::person_row::sort_persons;
use http_api::project_row::projects_seen;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::vocabulary;
use http_api::{
    App, Caller, Errors, Filters, Json, Listed, Listing, NoQuery, PersonView, ProjectDetail, Query,
    Result,
};
use model::Project;
use model::catalog::{EntityType, ProjectStatus};
use model::entity::is_asset_type;

use crate::views::{ContextAssetType, UserContext};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(get_user_context)).routes(routes!(list_user_open_projects))
}

/// All that a client needs to know before it shows a production, in one answer.
#[utoipa::path(get, path = "/api/data/user/context", tag = "People",
    responses((status = 200, body = UserContext), Errors))]
async fn get_user_context(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Json<UserContext>> {
    query.read::<NoQuery>()?;
    let (studio, projects) = tokio::try_join!(studio(&app, &caller), open_projects(&app, &caller))?;
    let projects = ProjectDetail::read_all(&app, &caller, projects).await?;
    Ok(Json(UserContext { projects, ..studio }))
}

/// The open projects the caller sees, by name, with all that a client needs to open them.
#[utoipa::path(get, path = "/api/data/user/projects/open", tag = "People", params(Filters<Project>),
    responses((status = 200, body = Listing<ProjectDetail>), Errors))]
async fn list_user_open_projects(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Listed> {
    let filters = query.read::<Filters<Project>>()?;
    let projects = filters.keep(open_projects(&app, &caller).await?)?;
    filters.page(ProjectDetail::read_all(&app, &caller, projects).await?)
}

/// The context without the projects.
async fn studio(app: &App, caller: &Caller) -> Result<UserContext> {
    let (
        entity_types,
        departments,
        mut persons,
        project_status,
        task_types,
        task_status,
        memberships,
    ) = tokio::try_join!(
        vocabulary::<EntityType>(app),
        vocabulary(app),
        async { Ok(app.store.person_list().await?) },
        vocabulary(app),
        vocabulary(app),
        vocabulary(app),
        async { Ok(app.store.memberships_of(caller.person.id).await?) },
    )?;
    sort_persons(&mut persons);
    let asset_types = entity_types.into_iter().filter(|entity_type| is_asset_type(entity_type.id));
    Ok(UserContext {
        asset_types: asset_types.map(ContextAssetType::from).collect(),
        departments,
        persons: persons
            .into_iter()
            .map(|person| PersonView::new(&caller.person, person))
            .collect(),
        project_status,
        project_roles: memberships
            .into_iter()
            .filter_map(|member| Some((member.project_id, member.role?)))
            .collect(),
        task_types,
        task_status,
        ..UserContext::default()
    })
}

/// The open projects the caller sees, by name.
async fn open_projects(app: &App, caller: &Caller) -> Result<Vec<Project>> {
    let mut projects = projects_seen(app, caller).await?;
    projects.retain(|project| project.project_status_id == ProjectStatus::OPEN);
    Ok(projects)
}
