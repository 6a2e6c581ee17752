//! What the caller sees when he opens the studio.

use axum::extract::State;
use http_api::person_row::sort_persons;
use http_api::project_row::projects_seen;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{by_name, vocabulary};
use http_api::{
    Access, App, Caller, Errors, Filters, Json, Listed, Listing, NoQuery, PersonView,
    ProjectDetail, Query, Result,
};
use model::Project;
use model::entity::is_asset_type;
use model::vocabulary::ProjectStatus;

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
    let projects =
        async { ProjectDetail::read_all(&app, open_projects(&app, &caller).await?).await };
    let (studio, projects) = tokio::try_join!(studio(&app, &caller), projects)?;
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
    let projects = open_projects(&app, &caller).await?;
    let projects = filters.keep_by(projects, |access| &access.project)?;
    filters.page(ProjectDetail::read_all(&app, projects).await?)
}

/// The context without the projects.
async fn studio(app: &App, caller: &Caller) -> Result<UserContext> {
    let (words, departments, mut persons, memberships) = tokio::try_join!(
        async { Ok(app.store.words().await?) },
        vocabulary(app),
        async { Ok(app.store.person_list().await?) },
        async { Ok(app.store.memberships_of(caller.person.id).await?) },
    )?;
    sort_persons(&mut persons);
    let asset_types = by_name(words.entity_types).into_iter().filter(|one| is_asset_type(one.id));
    Ok(UserContext {
        asset_types: asset_types.map(ContextAssetType::from).collect(),
        departments,
        persons: persons
            .into_iter()
            .map(|person| PersonView::new(&caller.person, person))
            .collect(),
        project_status: by_name(words.project_statuses),
        project_roles: memberships
            .into_iter()
            .filter_map(|member| Some((member.project_id, member.role?)))
            .collect(),
        task_types: by_name(words.task_types),
        task_status: by_name(words.task_statuses),
        ..UserContext::default()
    })
}

/// The open projects the caller sees, by name.
async fn open_projects(app: &App, caller: &Caller) -> Result<Vec<Access>> {
    let mut projects = projects_seen(app, caller).await?;
    projects.retain(|access| access.project.project_status_id == ProjectStatus::OPEN);
    Ok(projects)
}
