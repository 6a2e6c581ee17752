//! The team of a project: who may see it, and as what.

use axum::extract::State;
use http_api::paths::{ProjectPath, ProjectPersonPath};
use http_api::person_row::sort_persons;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{require_known, unknown_persons};
use http_api::{
    App, Body, Caller, Created, Errors, Json, NoContent, NoQuery, Path, ProjectRow, Query, Result,
};
use model::project::Membership;
use model::{Action, Error, Fields, Given, Input, PersonId, Resource, Role, fields};
use store::Visit;
use utoipa::ToSchema;

use crate::views::TeamMember;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_team, add_team_member))
        .routes(routes!(update_team_member, remove_team_member))
}

/// Who is to be in the team.
#[derive(Clone, Debug, ToSchema)]
struct NewMember {
    /// The person.
    person_id: PersonId,
    /// A role for this project only, other than `admin`; null: as in the studio.
    #[schema(value_type = Option<Role>)]
    role: Given<Role>,
}

/// What a member of the team is to be in this project.
#[derive(Clone, Debug, ToSchema)]
struct MemberPatch {
    /// A role for this project only, other than `admin`; null: as in the studio.
    #[schema(value_type = Option<Role>)]
    role: Given<Role>,
}

impl Input for NewMember {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let person_id = f.required("person_id", fields::id);
        let role = f.given("role", project_role());
        Some(Self { person_id: person_id?, role: role? })
    }
}

impl Input for MemberPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let role = f.given("role", project_role());
        Some(Self { role: role? })
    }
}

/// An administrator is one everywhere, or nowhere.
fn project_role() -> impl fields::Parser<Role> {
    fields::one_of(&["manager", "supervisor", "user", "client", "vendor"], |word| {
        Role::parse(word).filter(|role| *role != Role::Admin)
    })
}

/// The members of a project's team, by name.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/team", tag = "Projects", params(ProjectPath),
    responses((status = 200, body = [TeamMember]), Errors))]
async fn list_team(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Json<Vec<TeamMember>>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::Read)?;
    query.read::<NoQuery>()?;
    let team = app.store.team_of(path.project_id).await?;
    let ids: Vec<_> = team.iter().map(|member| member.person_id).collect();
    let mut persons = app.store.persons_get(&ids).await?;
    sort_persons(&mut persons);
    Ok(Json(persons.into_iter().map(|person| TeamMember::new(person, &team)).collect()))
}

/// Add a person to a project's team, for managers in it. Who is in it already stays, with a new role if one is
/// given.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/team", tag = "Projects", params(ProjectPath),
    request_body = NewMember, responses((status = 201, body = ProjectRow), Errors))]
async fn add_team_member(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<ProjectRow>> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::ManageProject)?;
    let NewMember { person_id, role } = body.read()?;
    require_known([unknown_persons(&app, "person_id", &[person_id]).await?])?;
    let new = Membership::new(path.project_id, person_id);
    let change = |there: Option<Membership>| Ok(with(there.unwrap_or_else(|| new.clone()), &role));
    app.store.team_change(path.project_id, person_id, change).await?;
    Ok(Created(access.project.into()))
}

/// Change what a member of the team is in this project, for managers in it.
#[utoipa::path(put, path = "/api/data/projects/{project_id}/team/{person_id}", tag = "Projects",
    params(ProjectPersonPath), request_body = MemberPatch, responses((status = 200, body = Membership), Errors))]
async fn update_team_member(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPersonPath>,
    body: Body,
) -> Result<Json<Membership>> {
    let member = require_member(&app, path);
    let (access, ()) = caller.enter_with(&app, path.project_id, member).await?;
    access.require(Action::ManageProject)?;
    let MemberPatch { role } = body.read()?;
    let change = |there: Option<Membership>| {
        Ok(with(there.ok_or(Error::NotFound(Resource::Person))?, &role))
    };
    Ok(Json(app.store.team_change(path.project_id, path.person_id, change).await?))
}

/// Take a person out of a project's team, for managers in it. Tasks assigned to the person stay so.
#[utoipa::path(delete, path = "/api/data/projects/{project_id}/team/{person_id}", tag = "Projects",
    params(ProjectPersonPath), responses((status = 204, description = "The person is out of it"), Errors))]
async fn remove_team_member(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPersonPath>,
    query: Query,
) -> Result<NoContent> {
    let member = require_member(&app, path);
    let (access, ()) = caller.enter_with(&app, path.project_id, member).await?;
    access.require(Action::ManageProject)?;
    query.read::<NoQuery>()?;
    app.store.team_remove(path.project_id, path.person_id).await?;
    Ok(NoContent)
}

async fn require_member(app: &App, path: ProjectPersonPath) -> model::Result<()> {
    let visit = Visit::of_project(path.project_id, path.person_id);
    let member = app.store.project_visit(visit).await?.and_then(|entered| entered.membership);
    member.map(drop).ok_or(Error::NotFound(Resource::Person))
}

fn with(mut member: Membership, role: &Given<Role>) -> Membership {
    role.clone().apply(&mut member.role);
    member
}
