//! Metadata descriptors: the keys of `data` a project declares, which Kitsu shows as columns.

use axum::extract::State;
use http_api::paths::{ProjectDescriptorPath, ProjectPath};
use http_api::project_row::projects_seen;
use http_api::routing::{Routes, routes};
use http_api::vocabulary::{require_known, unknown};
use http_api::{
    App, Body, Caller, Created, DescriptorRow, Errors, Filters, IgnoredForce, Json, Listed,
    Listing, NoContent, NoQuery, Path, Query, Result, all_wrong, concurrently,
};
use model::descriptor::{Descriptor, DescriptorPatch, wrong_key};
use model::vocabulary::Department;
use model::{Action, DepartmentId, DescriptorId, Error, Fields, Input, ProjectId, Resource};
use serde_json::Value;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_metadata_descriptors))
        .routes(routes!(list_project_metadata_descriptors, create_metadata_descriptor))
        .routes(routes!(
            get_metadata_descriptor,
            update_metadata_descriptor,
            delete_metadata_descriptor
        ))
}

/// The body that creates a descriptor: a name and a kind of entity must be there.
struct NewDescriptor(DescriptorPatch);

impl Input for NewDescriptor {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let is_given = |_: &Value| Ok(());
        let makes_a_key = |name: &Value| match name.as_str().and_then(wrong_key) {
            Some(problem) => Err(vec![problem.into()]),
            None => Ok(()),
        };
        let name = f.required("name", makes_a_key);
        let entity_type = f.required("entity_type", is_given);
        let patch = DescriptorPatch::read(f);
        name.and(entity_type)?;
        patch.map(Self)
    }
}

/// The metadata descriptors of all projects the caller sees.
#[utoipa::path(get, path = "/api/data/metadata-descriptors", tag = "Project settings", params(Filters<Descriptor>),
    responses((status = 200, body = Listing<DescriptorRow>), Errors))]
async fn list_metadata_descriptors(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Listed> {
    let filters = query.read::<Filters<Descriptor>>()?;
    let projects = match filters.only_id("project_id") {
        Some(id) => caller.enter_open(&app, &[id]).await?,
        None => projects_seen(&app, &caller).await?,
    };
    let reads = projects.iter().map(|access| app.store.descriptors_of(access.project.id));
    let descriptors = concurrently(reads).await?;
    let seen = projects.iter().zip(descriptors).map(|(access, all)| access.descriptors_seen(all));
    filters.apply(seen.flatten().collect())
}

/// The metadata descriptors of a project, in the order of their columns: for clients those made for them,
/// for vendors those of their departments.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/metadata-descriptors", tag = "Project settings",
    params(ProjectPath, Filters<Descriptor>), responses((status = 200, body = Listing<DescriptorRow>), Errors))]
async fn list_project_metadata_descriptors(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    query: Query,
) -> Result<Listed> {
    let access = caller.enter(&app, path.project_id).await?;
    access.require(Action::Read)?;
    let filters = query.read::<Filters<Descriptor>>()?;
    let descriptors = app.store.descriptors_of(path.project_id).await?;
    filters.apply(access.descriptors_seen(descriptors))
}

/// Declare a key of the `data` of a kind of entity, for managers in the project's team.
///
/// The key, `field_name`, is made from the name and never changes.
#[utoipa::path(post, path = "/api/data/projects/{project_id}/metadata-descriptors", tag = "Project settings",
    params(ProjectPath), request_body = DescriptorPatch, responses((status = 201, body = DescriptorRow), Errors))]
async fn create_metadata_descriptor(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Created<DescriptorRow>> {
    caller.enter(&app, path.project_id).await?.require(Action::ManageProject)?;
    let fits = require_departments(&app, &body.peek().unwrap_or_default(), &[]).await;
    let (NewDescriptor(patch), ()) = all_wrong(body.read(), fits)?;
    let descriptor = create(path.project_id, patch, &app);
    Ok(Created(app.store.descriptor_create(descriptor).await?.into()))
}

/// One metadata descriptor.
#[utoipa::path(get, path = "/api/data/projects/{project_id}/metadata-descriptors/{descriptor_id}",
    tag = "Project settings", params(ProjectDescriptorPath),
    responses((status = 200, body = DescriptorRow), Errors))]
async fn get_metadata_descriptor(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectDescriptorPath>,
    query: Query,
) -> Result<Json<DescriptorRow>> {
    let all = with(&app, path);
    let (access, all) = caller.enter_with(&app, path.project_id, all).await?;
    let seen = access.descriptors_seen(all);
    let one = seen.into_iter().find(|row| row.descriptor.id == path.descriptor_id);
    let one = one.ok_or(Error::NotFound(Resource::MetadataDescriptor))?;
    access.require(Action::Read)?;
    query.read::<NoQuery>()?;
    Ok(Json(one))
}

/// Change a metadata descriptor, for managers in the project's team. Its `entity_type` and `field_name` stay.
#[utoipa::path(put, path = "/api/data/projects/{project_id}/metadata-descriptors/{descriptor_id}",
    tag = "Project settings", params(ProjectDescriptorPath), request_body = DescriptorPatch,
    responses((status = 200, body = DescriptorRow), Errors))]
async fn update_metadata_descriptor(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectDescriptorPath>,
    body: Body,
) -> Result<Json<DescriptorRow>> {
    let all = with(&app, path);
    let (access, all) = caller.enter_with(&app, path.project_id, all).await?;
    let current = find(&all, path.descriptor_id)?;
    access.require(Action::ManageProject)?;
    let named = body.peek().unwrap_or_default();
    let fits = require_departments(&app, &named, &current.departments).await;
    let (patch, ()) = all_wrong(body.read::<DescriptorPatch>(), fits)?;
    let now = app.store.now();
    let change = |descriptor| patch.clone().apply(descriptor, now);
    let changed = app.store.descriptor_update(path.project_id, path.descriptor_id, change).await?;
    Ok(Json(changed.ok_or(Error::NotFound(Resource::MetadataDescriptor))?.into()))
}

/// Delete a metadata descriptor, for managers in the project's team. Values under its key stay.
#[utoipa::path(delete, path = "/api/data/projects/{project_id}/metadata-descriptors/{descriptor_id}",
    tag = "Project settings", params(ProjectDescriptorPath, IgnoredForce),
    responses((status = 204, description = "The descriptor is gone"), Errors))]
async fn delete_metadata_descriptor(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectDescriptorPath>,
    query: Query,
) -> Result<NoContent> {
    let (access, _) = caller.enter_with(&app, path.project_id, with(&app, path)).await?;
    access.require(Action::ManageProject)?;
    query.read::<IgnoredForce>()?;
    app.store.descriptor_delete(path.project_id, path.descriptor_id).await?;
    Ok(NoContent)
}

fn create(project: ProjectId, patch: DescriptorPatch, app: &App) -> Descriptor {
    let now = app.store.now();
    let blank = Descriptor::named(project, patch.name.as_deref().unwrap_or_default(), now);
    let entity_type = patch.entity_type.clone().unwrap_or_else(|| blank.entity_type.clone());
    patch.apply(Descriptor { entity_type, ..blank }, now)
}

/// All descriptors of the project, if the one of the path is among them.
async fn with(app: &App, path: ProjectDescriptorPath) -> model::Result<Vec<Descriptor>> {
    let all = app.store.descriptors_of(path.project_id).await?;
    find(&all, path.descriptor_id)?;
    Ok(all)
}

fn find(all: &[Descriptor], id: DescriptorId) -> model::Result<&Descriptor> {
    let found = all.iter().find(|descriptor| descriptor.id == id);
    found.ok_or(Error::NotFound(Resource::MetadataDescriptor))
}

async fn require_departments(
    app: &App,
    patch: &DescriptorPatch,
    kept: &[DepartmentId],
) -> Result<()> {
    let departments = patch.departments.as_deref().unwrap_or_default();
    require_known([unknown::<Department>(app, "departments", departments, kept).await?])
}
