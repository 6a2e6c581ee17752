//! The assets of a project as a sheet.

use std::collections::HashMap;

use http_api::{Access, App, Result, concurrently};
use model::sheet::Sheet;
use model::{Entity, EntityId, EntityTypeId, ProjectId, Task, text};

use crate::asset_columns::Column;
use crate::lookup::Lookup;
use crate::queries::AssetsQuery;

/// The assets that are asked for, of those the caller sees, with what he sees of them.
///
/// Canceled ones are left out: their names may be taken again. Ordered by type, name and episode, so that the
/// same assets make the same file in every project.
pub(crate) async fn sheet(app: &App, access: &Access, query: &AssetsQuery) -> Result<Sheet> {
    let (lookup, only, hidden, marked) = tokio::try_join!(
        Lookup::load(app, access),
        access.only_entities(app),
        access.hidden(app),
        async { Ok(app.store.asset_types_marked(access.project.id).await?) }
    )?;
    let mut rows = assets_with_tasks(app, access.project.id, marked).await?;
    // Before they are filtered: a filter must not tell what the caller does not see.
    for (asset, tasks) in &mut rows {
        hidden.strip(asset.kind, &mut asset.data);
        *tasks = access.visible_tasks(std::mem::take(tasks));
    }
    rows.retain(|(asset, tasks)| {
        !asset.canceled
            && only.as_ref().is_none_or(|only| only.contains(&asset.id))
            && query.episode_id.is_none_or(|id| asset.source_id == Some(id))
            && query.assigned_to.is_none_or(|id| tasks.iter().any(|t| t.assignees.contains(&id)))
    });
    let place = |column: Column, asset: &Entity| text::fold(&lookup.cell(&column, asset, &[]));
    rows.sort_by_cached_key(|(asset, _)| {
        [Column::Type, Column::Name, Column::Episode].map(|column| place(column, asset))
    });
    let columns = lookup.columns.used(&rows);
    let cells = rows.iter().map(|(asset, tasks)| {
        columns.iter().map(|(_, column)| lookup.cell(column, asset, tasks)).collect()
    });
    Ok(Sheet::new(columns.iter().map(|(name, _)| name.clone()).collect(), cells))
}

/// All assets of some types with their tasks, in no order.
pub(crate) async fn assets_with_tasks(
    app: &App,
    project: ProjectId,
    types: Vec<EntityTypeId>,
) -> Result<Vec<(Entity, Vec<Task>)>> {
    let reads = types.into_iter().map(|id| app.store.entities_with_tasks(project, id));
    let mut rows = Vec::new();
    for (assets, tasks) in concurrently(reads).await? {
        let mut by_asset: HashMap<EntityId, Vec<Task>> = HashMap::new();
        for task in tasks {
            by_asset.entry(task.entity_id).or_default().push(task);
        }
        rows.extend(assets.into_iter().map(|asset| {
            let tasks = by_asset.remove(&asset.id).unwrap_or_default();
            (asset, tasks)
        }));
    }
    Ok(rows)
}
