//! What is still used may not be deleted; what is deleted is taken out of the projects' settings.

use http_api::{App, Result, concurrently};
use model::vocabulary::EntityType;
use model::{EntityTypeId, Error, Project, Resource, TaskTypeId};
use store::Usage;

/// Fails if some project has assets of a type.
pub(crate) async fn require_no_assets(app: &App, id: EntityTypeId) -> Result<()> {
    let projects = app.store.project_list().await?;
    let reads = projects.iter().map(|project| app.store.is_type_used(project.id, id));
    if concurrently(reads).await?.contains(&true) {
        return Err(Error::invalid("entity_type_id", "is the type of assets of a project").into());
    }
    Ok(())
}

/// Fails if a task of some project makes use of what is to be deleted.
pub(crate) async fn require_no_tasks(app: &App, resource: Resource, word: Usage) -> Result<()> {
    if app.store.is_used(word).await? {
        let field = format!("{}_id", resource.to_string().to_lowercase().replace(' ', "_"));
        return Err(Error::invalid(field, "is used by tasks of a project").into());
    }
    Ok(())
}

/// Fails if some project has an asset that is `ready_for` a task type.
pub(crate) async fn require_nothing_ready(app: &App, id: TaskTypeId) -> Result<()> {
    if app.store.is_used(Usage::Readiness(id)).await? {
        let message = "is what assets of a project are ready for";
        return Err(Error::invalid("task_type_id", message).into());
    }
    Ok(())
}

/// Takes a task type out of the asset types that list it.
pub(crate) async fn forget_in_types(app: &App, id: TaskTypeId) -> Result<()> {
    let now = app.store.now();
    let types = app.store.vocabulary_list::<EntityType>().await?;
    for one in types.into_iter().filter(|one| one.task_types.contains(&id)) {
        let change = |mut one: EntityType| {
            one.task_types.retain(|known| *known != id);
            EntityType { updated_at: now, ..one }
        };
        app.store.vocabulary_update(one.id, change).await?;
    }
    Ok(())
}

/// Changes the settings of every project that `remove` changes.
pub(crate) async fn forget(app: &App, remove: impl Fn(&mut Project)) -> Result<()> {
    let now = app.store.now();
    for project in app.store.project_list().await? {
        let mut without = project.clone();
        remove(&mut without);
        if without != project {
            let change = |mut project| {
                remove(&mut project);
                Ok(Project { updated_at: now, ..project })
            };
            app.store.project_update(project.id, change).await?;
        }
    }
    Ok(())
}
