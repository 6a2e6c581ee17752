//! Lists of assets: whole ones, and pages that cost what they hold.

use std::collections::BTreeSet;

use model::{Entity, EntityId, EntityKind, EntityTypeId, ProjectId, Result, Task, text};

use crate::client::Store;
use crate::entity::id_attribute;
use crate::item::{Attributes, decode};
use crate::table::{self, Home, Pattern};
use crate::work::concurrently;

/// Which assets a list is about. What is `None` does not matter.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Entity`")]
pub struct AssetFilter {
    pub id: Option<EntityId>,
    pub asset_type_id: Option<EntityTypeId>,
    pub source_id: Option<EntityId>,
    /// Compared as names are: case-insensitively, whole.
    pub name: Option<String>,
    pub is_shared: Option<bool>,
    pub canceled: Option<bool>,
    /// For a vendor: the entities with a task assigned.
    pub among: Option<BTreeSet<EntityId>>,
}

impl AssetFilter {
    /// Whether an asset is in the list.
    pub fn matches(&self, asset: &Entity) -> bool {
        self.id.is_none_or(|id| id == asset.id)
            && self.asset_type_id.is_none_or(|id| id == asset.entity_type_id)
            && self.source_id.is_none_or(|id| Some(id) == asset.source_id)
            && self.is_shared.is_none_or(|is_shared| is_shared == asset.is_shared)
            && self.canceled.is_none_or(|canceled| canceled == asset.canceled)
            && self.among.as_ref().is_none_or(|ids| ids.contains(&asset.id))
            && self.name.as_deref().is_none_or(|name| text::fold(name) == text::fold(&asset.name))
    }
}

/// Where a page ends: the next one starts after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// The type of the page's last asset.
    pub asset_type_id: EntityTypeId,
    /// The page's last asset.
    pub id: EntityId,
}

impl Store {
    /// The types a project has had entities of, time-bound ones included.
    pub async fn types_marked(&self, project: ProjectId) -> Result<Vec<EntityTypeId>> {
        let items = self.query_raw(Pattern::TypesUsed(project)).await?;
        items.iter().map(|item| id_attribute(item, "entity_type_id").map(EntityTypeId)).collect()
    }

    /// The asset types a project has had assets of.
    pub async fn asset_types_marked(&self, project: ProjectId) -> Result<Vec<EntityTypeId>> {
        let mut types = self.types_marked(project).await?;
        types.retain(|id| model::entity::is_asset_type(*id));
        Ok(types)
    }

    /// The asset types a project has at least one asset of.
    pub async fn asset_types_used(&self, project: ProjectId) -> Result<Vec<EntityTypeId>> {
        let types = self.asset_types_marked(project).await?;
        let used = types.into_iter().map(|id| async move {
            Ok((id, self.has_any(Pattern::Entities((project, id))).await?))
        });
        let used: Vec<(EntityTypeId, bool)> = concurrently(used).await?;
        Ok(used.into_iter().filter(|(_, any)| *any).map(|(id, _)| id).collect())
    }

    /// The assets of a project that a filter lets through, in no order: by the cheapest way there is.
    pub async fn assets_of_project(
        &self,
        project: ProjectId,
        filter: &AssetFilter,
    ) -> Result<Vec<Entity>> {
        if let Some(id) = filter.id {
            let found = self.entity_get(id).await?;
            let is_here =
                |asset: &Entity| asset.project_id == project && asset.kind == EntityKind::Asset;
            return Ok(found
                .into_iter()
                .filter(|asset| is_here(asset) && filter.matches(asset))
                .collect());
        }
        let mut types = match filter.asset_type_id {
            Some(id) if model::entity::is_asset_type(id) => vec![id],
            Some(_) => Vec::new(),
            None if filter.source_id.is_some() => Vec::new(),
            None => self.asset_types_marked(project).await?,
        };
        let mut assets = Vec::new();
        if let Some(episode) = filter.source_id {
            types.clear();
            assets = self.children(episode, filter.asset_type_id).await?;
            assets.retain(|asset| asset.project_id == project && asset.kind == EntityKind::Asset);
        }
        let pages = types.into_iter().map(|id| async move {
            match &filter.name {
                Some(name) => self.entities_named(project, id, name).await,
                None => self.entities_of_type(project, id).await,
            }
        });
        let pages: Vec<Vec<Entity>> = concurrently(pages).await?;
        assets.extend(pages.into_iter().flatten());
        assets.retain(|asset| filter.matches(asset));
        Ok(assets)
    }

    /// All entities of a kind in a project, in no order.
    pub async fn entities_of_kind(
        &self,
        project: ProjectId,
        kind: EntityKind,
    ) -> Result<Vec<Entity>> {
        match kind.entity_type() {
            Some(entity_type) => self.entities_of_type(project, entity_type).await,
            None => self.assets_of_project(project, &AssetFilter::default()).await,
        }
    }

    /// All assets of one type in a project with all their tasks: one range.
    pub async fn entities_with_tasks(
        &self,
        project: ProjectId,
        entity_type: EntityTypeId,
    ) -> Result<(Vec<Entity>, Vec<Task>)> {
        let items = self.query_raw(Pattern::EntitiesAndTasks((project, entity_type))).await?;
        let (mut entities, mut tasks) = (Vec::new(), Vec::new());
        for item in items {
            if is_task(&item) {
                tasks.push(decode::<Task>(item)?.value);
            } else {
                entities.push(decode::<Entity>(item)?.value);
            }
        }
        Ok((entities, tasks))
    }

    /// Up to `limit` assets after `after`, of the types in `order`, each type's assets by id: what a page is
    /// cut from. `projects` are read side by side, so that ids of several come in one order.
    pub async fn assets_page(
        &self,
        projects: &[ProjectId],
        order: &[EntityTypeId],
        filter: &AssetFilter,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Entity>> {
        let mut page: Vec<Entity> = Vec::new();
        let start = after.map_or(0, |after| {
            order.iter().position(|id| *id == after.asset_type_id).unwrap_or(order.len())
        });
        for entity_type in &order[start..] {
            let mut last =
                after.filter(|after| after.asset_type_id == *entity_type).map(|after| after.id);
            while page.len() < limit {
                let want = limit - page.len();
                let (found, end) = self.assets_after(projects, *entity_type, last, want).await?;
                page.extend(found.into_iter().filter(|asset| filter.matches(asset)));
                match end {
                    Some(end) => last = Some(end),
                    None => break,
                }
            }
            if page.len() >= limit {
                break;
            }
        }
        page.truncate(limit);
        Ok(page)
    }

    /// The next assets of one type over several projects, by id, and where to go on, if anything is left.
    async fn assets_after(
        &self,
        projects: &[ProjectId],
        entity_type: EntityTypeId,
        after: Option<EntityId>,
        want: usize,
    ) -> Result<(Vec<Entity>, Option<EntityId>)> {
        // Ids are random: of k projects each holds about its share. What one has too few of comes next round.
        let share = match projects.len() {
            0 | 1 => want,
            many => want / many + 8,
        };
        let reads = projects.iter().copied().map(|project| async move {
            let home: Home = (project, entity_type);
            let after = after.map(|id| table::entity(home, id).sk);
            self.query_some::<Entity>(Pattern::Entities(home), after.as_deref(), share).await
        });
        let pages: Vec<Vec<Entity>> = concurrently(reads).await?;
        // Beyond the least last id of a full page, another project may have ids that were not read.
        let end = pages
            .iter()
            .filter(|page| page.len() == share)
            .filter_map(|page| page.last())
            .map(|e| e.id)
            .min();
        let mut found: Vec<Entity> = pages.into_iter().flatten().collect();
        found.retain(|entity| end.is_none_or(|end| entity.id <= end));
        found.sort_unstable_by_key(|entity| entity.id);
        Ok((found, end))
    }
}

fn is_task(item: &Attributes) -> bool {
    item.contains_key("task_type_id")
}
