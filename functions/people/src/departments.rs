//! The departments of the studio.

use axum::extract::State;
use http_api::paths::DepartmentPath;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::vocabulary;
use http_api::{
    App, Body, Caller, Created, Errors, Filters, Force, Json, Listed, Listing, Named, NoContent,
    NoQuery, Path, Query, Result,
};
use model::catalog::{Department, DepartmentPatch};
use model::{Action, Fields, Input};
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

/// Lists the departments, by name.
#[utoipa::path(get, path = "/api/data/departments", tag = "People", params(Filters<Department>),
    responses((status = 200, body = Listing<Department>), Errors))]
async fn list_departments(State(app): State<App>, _: Caller, query: Query) -> Result<Listed> {
    let filters = query.read::<Filters<Department>>()?;
    filters.apply(vocabulary::<Department>(&app).await?)
}

/// Creates a department. Its name must be free.
#[utoipa::path(post, path = "/api/data/departments", tag = "People", request_body = DepartmentPatch,
    responses((status = 201, body = Department), Errors))]
async fn create_department(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Created<Department>> {
    caller.require(Action::ManageCatalog)?;
    let Named(patch) = read::<Named<DepartmentPatch>>(&body)?;
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

/// Changes a department.
#[utoipa::path(put, path = "/api/data/departments/{department_id}", tag = "People", params(DepartmentPath),
    request_body = DepartmentPatch, responses((status = 200, body = Department), Errors))]
async fn update_department(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<DepartmentPath>,
    body: Body,
) -> Result<Json<Department>> {
    app.store.vocabulary_require::<Department>(path.department_id).await?;
    caller.require(Action::ManageCatalog)?;
    let patch = read::<DepartmentPatch>(&body)?;
    let now = app.store.now();
    let change = |department| patch.clone().apply(department, now);
    Ok(Json(app.store.vocabulary_update(path.department_id, change).await?))
}

/// Deletes a department. Who was in it, and metadata that was reserved for it, keep its id.
#[utoipa::path(delete, path = "/api/data/departments/{department_id}", tag = "People",
    params(DepartmentPath, Force), responses((status = 204, description = "The department is gone"), Errors))]
async fn delete_department(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<DepartmentPath>,
    query: Query,
) -> Result<NoContent> {
    app.store.vocabulary_require::<Department>(path.department_id).await?;
    caller.require(Action::ManageCatalog)?;
    query.read::<Force>()?;
    app.store.vocabulary_delete::<Department>(path.department_id).await?;
    Ok(NoContent)
}

/// Reads a department's fields. gazu sends an empty colour when it means none.
fn read<T: Input>(body: &Body) -> Result<T> {
    let mut fields = body.json()?;
    if let Value::Object(fields) = &mut fields
        && fields.get("color").is_some_and(|color| color == "")
    {
        fields.remove("color");
    }
    Ok(Fields::read_body(&fields)?)
}
