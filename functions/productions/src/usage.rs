//! What is still used may not be deleted; what is deleted is taken out of the projects' settings.

use http_api::{App, Result, concurrently};
use model::{EntityTypeId, Error, Project, Resource, Task};

/// Fails if some project has assets of a type.
pub(crate) async fn require_no_assets(app: &App, id: EntityTypeId) -> Result<()> {
    let projects = app.store.project_list().await?;
    let reads = projects.iter().map(|project| app.store.asset_types_used(project.id));
    let used = concurrently(reads).await?;
    if used.into_iter().any(|types| types.contains(&id)) {
        return Err(Error::invalid("entity_type_id", "is the type of assets of a project").into());
    }
    Ok(())
}

/// Fails if some project has a task that `uses` what is to be deleted.
pub(crate) async fn require_no_tasks(
    app: &App,
    resource: Resource,
    uses: impl Fn(&Task) -> bool,
) -> Result<()> {
    // A project after the other: a studio's tasks need not fit in memory to be looked through.
    for project in app.store.project_list().await? {
        if app.store.tasks_of_project(project.id).await?.iter().any(&uses) {
            let field = format!("{}_id", resource.to_string().to_lowercase().replace(' ', "_"));
            return Err(Error::invalid(field, "is used by tasks of a project").into());
        }
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
                Project { updated_at: now, ..project }
            };
            app.store.project_update(project.id, change).await?;
        }
    }
    Ok(())
}
