//! What is done to a person: a new password, in and out of departments.

use axum::extract::State;
use http_api::paths::PersonPath;
use http_api::person_row::require_person;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{require_known, unknown};
use http_api::{
    App, Body, Caller, Created, Errors, Json, NewPassword, NoContent, NoQuery, Path, PersonRow,
    Query, Result, password,
};
use model::vocabulary::Department;
use model::{Action, DepartmentId, Error, Person, PersonId, Resource};
use store::PasswordChange;

use crate::input::{DepartmentRef, PersonDepartmentPath};
use crate::persons::{own_session, require_may_edit, require_no_password};
use crate::views::Success;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(change_person_password))
        .routes(routes!(add_person_to_department))
        .routes(routes!(remove_person_from_department))
}

/// Give a person a new password, for administrators, and a first one for oneself: who has one changes it by
/// `auth/change-password`. It ends the person's other sessions.
#[utoipa::path(post, path = "/api/actions/persons/{person_id}/change-password", tag = "People", params(PersonPath),
    request_body = NewPassword, responses((status = 200, body = Success), Errors))]
async fn change_person_password(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonPath>,
    body: Body,
) -> Result<Json<Success>> {
    let person = require_person(&app, path.person_id).await?;
    require_may_edit(&caller, person.id)?;
    let NewPassword { password, .. } = body.read()?;
    require_no_password(&app, &caller, &person).await?;
    let hash = password::hash(&password)?;
    let password = PasswordChange { hash, kept: own_session(&caller, person.id) };
    let now = app.store.now();
    let touched = |person| Ok(Person { updated_at: now, ..person });
    app.store
        .person_update(person.id, caller.person.id, Some(password), touched)
        .await?
        .ok_or(Error::NotFound(Resource::Person))?;
    Ok(Json(Success { success: true }))
}

/// Put a person in a department, for administrators. Doing it again changes nothing.
#[utoipa::path(post, path = "/api/actions/persons/{person_id}/departments/add", tag = "People", params(PersonPath),
    request_body = DepartmentRef, responses((status = 201, body = PersonRow), Errors))]
async fn add_person_to_department(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonPath>,
    body: Body,
) -> Result<Created<PersonRow>> {
    require_person(&app, path.person_id).await?;
    caller.require(Action::ManageStudio)?;
    let DepartmentRef { department_id } = body.read()?;
    require_known([unknown::<Department>(&app, "department_id", &[department_id], &[]).await?])?;
    let changed = change_departments(&app, &caller, path.person_id, |departments| {
        if !departments.contains(&department_id) {
            departments.push(department_id);
        }
    });
    Ok(Created(changed.await?.into()))
}

/// Take a person out of a department, for administrators.
#[utoipa::path(delete, path = "/api/actions/persons/{person_id}/departments/{department_id}", tag = "People",
    params(PersonDepartmentPath), responses((status = 204, description = "The person is out of it"), Errors))]
async fn remove_person_from_department(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonDepartmentPath>,
    query: Query,
) -> Result<NoContent> {
    let person = require_person(&app, path.person_id).await?;
    if !person.departments.contains(&path.department_id) {
        return Err(Error::NotFound(Resource::Department).into());
    }
    caller.require(Action::ManageStudio)?;
    query.read::<NoQuery>()?;
    change_departments(&app, &caller, person.id, |departments| {
        departments.retain(|id| *id != path.department_id);
    })
    .await?;
    Ok(NoContent)
}

async fn change_departments(
    app: &App,
    caller: &Caller,
    person: PersonId,
    change: impl Fn(&mut Vec<DepartmentId>),
) -> Result<Person> {
    let now = app.store.now();
    let changed = app.store.person_update(person, caller.person.id, None, |mut person| {
        change(&mut person.departments);
        Ok(Person { updated_at: now, ..person })
    });
    Ok(changed.await?.ok_or(Error::NotFound(Resource::Person))?)
}
