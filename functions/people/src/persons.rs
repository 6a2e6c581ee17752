//! The members of the studio.

use axum::extract::State;
use http_api::paths::PersonPath;
use http_api::person_row::{require_person, shows_all, sort_persons};
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{require_known, unknown};
use http_api::{
    App, Body, Caller, Created, Errors, Filters, IgnoredForce, Json, Listed, Listing, NoContent,
    NoQuery, Path, PersonCard, PersonRow, PersonView, Query, Result, all_wrong, password,
};
use model::person::PersonPatch;
use model::vocabulary::Department;
use model::{Action, DepartmentId, Error, Person, PersonId, Resource, Role, SessionId};
use store::{Login, PasswordChange};

use crate::input::{NewPerson, require_own, require_stays_admin};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_persons, create_person)).routes(routes!(
        get_person,
        update_person,
        delete_person
    ))
}

/// The persons of the studio, by name.
///
/// Administrators and managers get whole rows, others what they may know of a colleague. Whoever sees only that finds
/// colleagues by it and by their address; by anything else nobody but himself.
#[utoipa::path(get, path = "/api/data/persons", tag = "People", params(Filters<Person>),
    responses((status = 200, body = Listing<PersonView>), Errors))]
async fn list_persons(State(app): State<App>, caller: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<Person>>()?;
    let one = filters.only_id::<PersonId>("id");
    let mut persons = match one {
        Some(id) => app.store.persons_get(&[id]).await?,
        None => app.store.person_list().await?,
    };
    // A filter must not tell of a colleague what is not shown of him.
    if !filters.asks_only(PersonCard::FILTERS) {
        persons.retain(|person| shows_all(&caller.person, person));
    }
    sort_persons(&mut persons);
    let kept = filters.keep(persons)?;
    filters.page(kept.into_iter().map(|person| PersonView::new(&caller.person, person)))
}

/// Create a person, for administrators. Without a password the person cannot log in yet.
///
/// The e-mail address must be free; the role is `user` unless another is given.
#[utoipa::path(post, path = "/api/data/persons", tag = "People", request_body = PersonPatch,
    responses((status = 201, body = PersonRow), Errors))]
async fn create_person(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Created<PersonRow>> {
    caller.require(Action::ManageStudio)?;
    let departments = require_departments(&app, &body.peek().unwrap_or_default(), &[]).await;
    let (NewPerson(patch), ()) = all_wrong(body.read(), departments)?;
    let hash = patch.password.as_deref().map(password::hash).transpose()?;
    let now = app.store.now();
    let blank = Person { email: None, ..Person::named("", "", "", Role::User, now) };
    let person = app.store.person_create(patch.apply(blank, now), hash).await?;
    Ok(Created(person.into()))
}

/// One person: all of him for administrators, managers and himself.
#[utoipa::path(get, path = "/api/data/persons/{person_id}", tag = "People", params(PersonPath),
    responses((status = 200, body = PersonView), Errors))]
async fn get_person(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonPath>,
    query: Query,
) -> Result<Json<PersonView>> {
    let person = require_person(&app, path.person_id).await?;
    query.read::<NoQuery>()?;
    Ok(Json(PersonView::new(&caller.person, person)))
}

/// Change a person, for administrators, and for everybody himself.
///
/// Oneself one may not change role, state, e-mail address, departments and contract; giving the value they
/// have is fine. One's own password is changed by `auth/change-password`. Who is deactivated, or gets a new password, is
/// logged out.
#[utoipa::path(put, path = "/api/data/persons/{person_id}", tag = "People", params(PersonPath),
    request_body = PersonPatch, responses((status = 200, body = PersonRow), Errors))]
async fn update_person(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonPath>,
    body: Body,
) -> Result<Json<PersonRow>> {
    let person = require_person(&app, path.person_id).await?;
    require_may_edit(&caller, person.id)?;
    let patch = body.peek().unwrap_or_default();
    require_allowed(&caller, &person, &patch)?;
    let departments = require_departments(&app, &patch, &person.departments).await;
    let (patch, ()) = all_wrong(body.read::<PersonPatch>(), departments)?;
    if patch.password.is_some() {
        require_no_password(&app, &caller, &person).await?;
    }
    let hash = patch.password.as_deref().map(password::hash).transpose()?;
    let password = hash.map(|hash| PasswordChange { hash, kept: own_session(&caller, person.id) });
    let now = app.store.now();
    // He may not be any more what he was when he came in.
    let change = |person: Person| {
        require_allowed(&caller, &person, &patch)?;
        Ok(patch.clone().apply(person, now))
    };
    let changed = app.store.person_update(person.id, caller.person.id, password, change).await?;
    Ok(Json(changed.ok_or(Error::NotFound(Resource::Person))?.into()))
}

/// Delete a person, for administrators: out of every team, off every task, logged out everywhere.
#[utoipa::path(delete, path = "/api/data/persons/{person_id}", tag = "People", params(PersonPath, IgnoredForce),
    responses((status = 204, description = "The person is gone"), Errors))]
async fn delete_person(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<PersonPath>,
    query: Query,
) -> Result<NoContent> {
    let person = require_person(&app, path.person_id).await?;
    caller.require(Action::ManageStudio)?;
    if person.id == caller.person.id {
        return Err(Error::Forbidden("Only another administrator may delete you").into());
    }
    query.read::<IgnoredForce>()?;
    app.store.person_delete(person.id, caller.person.id).await?;
    Ok(NoContent)
}

/// Fails unless the caller is an administrator or the person himself.
pub(crate) fn require_may_edit(caller: &Caller, person: PersonId) -> Result<()> {
    if caller.person.id == person { Ok(()) } else { caller.require(Action::ManageStudio) }
}

/// The session of the caller, if it is the person himself who calls.
pub(crate) fn own_session(caller: &Caller, person: PersonId) -> Option<SessionId> {
    caller.session_id.filter(|_| caller.person.id == person)
}

/// Fails if it is the caller himself and he has a password: a token that somebody has got hold of must not be enough to
/// change it.
pub(crate) async fn require_no_password(app: &App, caller: &Caller, person: &Person) -> Result<()> {
    if caller.person.id != person.id {
        return Ok(());
    }
    let Some(email) = &person.email else { return Ok(()) };
    let login = app.store.login_get(email).await?;
    if login.as_ref().and_then(Login::password_hash).is_some() {
        let message = "is changed by auth/change-password, which asks for the one that counts";
        return Err(Error::invalid("password", message).into());
    }
    Ok(())
}

/// Fails if the caller changes of himself what he may not, being what `person` is.
fn require_allowed(caller: &Caller, person: &Person, patch: &PersonPatch) -> model::Result<()> {
    let is_admin = person.role == Role::Admin && person.active;
    match (caller.person.id == person.id, is_admin) {
        (true, true) => require_stays_admin(person, patch),
        (true, false) => require_own(person, patch),
        (false, _) => Ok(()),
    }
}

async fn require_departments(app: &App, patch: &PersonPatch, kept: &[DepartmentId]) -> Result<()> {
    let departments = patch.departments.as_deref().unwrap_or_default();
    require_known([unknown::<Department>(app, "departments", departments, kept).await?])
}
