//! The departments of the studio.

use axum::extract::State;
use http_api::paths::DepartmentPath;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::vocabulary;
use http_api::{
    App, Body, Caller, Created, Errors, Filters, IgnoredForce, Json, Listed, Listing, NoContent,
    NoQuery, Path, Query, Result, WithName, concurrently,
};
use model::vocabulary::{Department, DepartmentPatch, TaskType};
use model::{Action, DepartmentId, Error, Fields, Input};
use serde_json::Value;

/// The colour of a department that was given none.
const COLOR: &str = "#FFFFFF";

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_departments, create_department)).routes(routes!(
        get_department,
        update_department,
        delete_department
    ))
}

/// The departments, by name.
#[utoipa::path(get, path = "/api/data/departments", tag = "People", params(Filters<Department>),
    responses((status = 200, body = Listing<Department>), Errors))]
async fn list_departments(State(app): State<App>, _: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<Department>>()?;
    filters.apply(vocabulary::<Department>(&app).await?)
}

/// Create a department. Its name must be free.
#[utoipa::path(post, path = "/api/data/departments", tag = "People", request_body = DepartmentPatch,
    responses((status = 201, body = Department), Errors))]
async fn create_department(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Created<Department>> {
    caller.require(Action::ManageVocabulary)?;
    let WithName(patch) = read::<WithName<DepartmentPatch>>(&body)?;
    let now = app.store.now();
    let department = patch.apply(Department::named("", COLOR, now), now);
    Ok(Created(app.store.vocabulary_create(department).await?))
}

/// One department.
#[utoipa::path(get, path = "/api/data/departments/{department_id}", tag = "People", params(DepartmentPath),
    responses((status = 200, body = Department), Errors))]
async fn get_department(
    State(app): State<App>,
    _: Caller,
    Path(path): Path<DepartmentPath>,
    query: Query,
) -> Result<Json<Department>> {
    let department = app.store.vocabulary_require(path.department_id).await?;
    query.read::<NoQuery>()?;
    Ok(Json(department))
}

/// Change a department.
#[utoipa::path(put, path = "/api/data/departments/{department_id}", tag = "People", params(DepartmentPath),
    request_body = DepartmentPatch, responses((status = 200, body = Department), Errors))]
async fn update_department(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<DepartmentPath>,
    body: Body,
) -> Result<Json<Department>> {
    app.store.vocabulary_require::<Department>(path.department_id).await?;
    caller.require(Action::ManageVocabulary)?;
    let patch = read::<DepartmentPatch>(&body)?;
    let now = app.store.now();
    let change = |department| patch.clone().apply(department, now);
    Ok(Json(app.store.vocabulary_update(path.department_id, change).await?))
}

/// Delete a department that no person is in, no task type belongs to, and no metadata is reserved for.
#[utoipa::path(delete, path = "/api/data/departments/{department_id}", tag = "People",
    params(DepartmentPath, IgnoredForce), responses((status = 204, description = "The department is gone"), Errors))]
async fn delete_department(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<DepartmentPath>,
    query: Query,
) -> Result<NoContent> {
    app.store.vocabulary_require::<Department>(path.department_id).await?;
    caller.require(Action::ManageVocabulary)?;
    query.read::<IgnoredForce>()?;
    require_unused(&app, path.department_id).await?;
    app.store.vocabulary_delete::<Department>(path.department_id).await?;
    Ok(NoContent)
}

/// Fails if something names a department. Were metadata reserved for nobody, everybody would see it.
async fn require_unused(app: &App, id: DepartmentId) -> Result<()> {
    let store = &app.store;
    let (persons, task_types, projects) = tokio::try_join!(
        store.person_list(),
        store.vocabulary_list::<TaskType>(),
        store.project_list()
    )?;
    let reads = projects.iter().map(|project| store.descriptors_of(project.id));
    let descriptors = concurrently(reads).await?;
    let message = if persons.iter().any(|person| person.departments.contains(&id)) {
        "is the department of a person"
    } else if task_types.iter().any(|one| one.department_id == Some(id)) {
        "is the department of a task type"
    } else if descriptors.iter().flatten().any(|one| one.departments.contains(&id)) {
        "has metadata of a project reserved for it"
    } else {
        return Ok(());
    };
    Err(Error::invalid("department_id", message).into())
}

/// Reads a department's fields. gazu sends an empty colour when it means none.
fn read<T: Input>(body: &Body) -> Result<T> {
    body.read_json(|mut fields| {
        if let Value::Object(fields) = &mut fields
            && fields.get("color").is_some_and(|color| color == "")
        {
            fields.remove("color");
        }
        Fields::read_body(&fields)
    })
}
