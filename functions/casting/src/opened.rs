//! Opening what a path names below its project.

use std::collections::HashMap;

use http_api::{Access, App, Caller, Result};
use model::entity::require_asset_type;
use model::vocabulary::EntityType;
use model::{Action, Entity, EntityId, EntityTypeId, Error, ProjectId, Resource};
use store::Store;

/// Opens an entity of a project to act on it. One of another project, or of another kind than `resource`
/// says, is not there.
pub(crate) async fn open_in(
    app: &App,
    caller: &Caller,
    project: ProjectId,
    id: EntityId,
    resource: Resource,
    action: Action,
) -> Result<(Entity, Access)> {
    let located =
        app.store.entity_locate(id).await?.filter(|located| located.project_id == project);
    match located {
        Some(found) if resource == Resource::Entity || found.kind.resource() == resource => {
            caller.open_any(app, id, action).await
        }
        _ if app.store.project_get(project).await?.is_none() => {
            Err(Error::NotFound(Resource::Project).into())
        }
        _ => Err(Error::NotFound(resource).into()),
    }
}

/// Enters a project to act in it.
pub(crate) async fn enter(
    app: &App,
    caller: &Caller,
    project: ProjectId,
    action: Action,
) -> Result<Access> {
    let access = caller.enter(app, project).await?;
    access.require(action)?;
    Ok(access)
}

/// Fails unless there is such an asset type.
pub(crate) async fn require_type(app: &App, id: EntityTypeId) -> Result<()> {
    require_asset_type(id)?;
    let found = app.store.vocabulary_get::<EntityType>(id).await?;
    found.map(drop).ok_or_else(|| Error::NotFound(Resource::AssetType).into())
}

/// The names of all entity types.
pub(crate) async fn type_names(store: &Store) -> model::Result<HashMap<EntityTypeId, String>> {
    let types = store.vocabulary_list::<EntityType>().await?;
    Ok(types.into_iter().map(|one| (one.id, one.name)).collect())
}
