//! Lists of assets: whole ones, and pages that cost what they hold.

use std::collections::{BTreeSet, VecDeque};

use model::{Entity, EntityId, EntityKind, EntityTypeId, Error, ProjectId, Result, Task, text};

use crate::client::Store;
use crate::entity::id_attribute;
use crate::item::{Attributes, decode, decode_all};
use crate::table::{self, Home, Pattern};
use crate::work::concurrently;

/// Which assets a list is about. What is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Whether it may leave out assets of the type it asks for.
    fn is_selective(&self) -> bool {
        let all = Self { asset_type_id: self.asset_type_id, ..Self::default() };
        *self != all
    }

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

/// How many assets are read at least where only some of them are asked for.
const READ_AT_ONCE: usize = 250;

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

    /// Whether a project has an entity of a type.
    pub async fn is_type_used(&self, project: ProjectId, id: EntityTypeId) -> Result<bool> {
        self.has_any(Pattern::Entities((project, id))).await
    }

    /// The asset types a project has at least one asset of.
    pub async fn asset_types_used(&self, project: ProjectId) -> Result<Vec<EntityTypeId>> {
        let types = self.asset_types_marked(project).await?;
        let used = types
            .into_iter()
            .map(|id| async move { Ok((id, self.is_type_used(project, id).await?)) });
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
        let read = |item: Attributes| {
            Ok(if is_task(&item) {
                Either::Task(Box::new(decode::<Task>(item)?.value))
            } else {
                Either::Entity(Box::new(decode::<Entity>(item)?.value))
            })
        };
        let (mut entities, mut tasks) = (Vec::new(), Vec::new());
        for row in self.query_as(Pattern::EntitiesAndTasks((project, entity_type)), read).await? {
            match row {
                Either::Entity(entity) => entities.push(*entity),
                Either::Task(task) => tasks.push(*task),
            }
        }
        Ok((entities, tasks))
    }

    /// Gives all entities of types in projects to `take`, those of one type and project, some at a time, in no order, until
    /// it fails. They are not held: a studio's need not fit in memory.
    pub async fn entities_each<E: From<Error>>(
        &self,
        homes: &[(ProjectId, EntityTypeId)],
        mut take: impl FnMut(Vec<Entity>) -> Result<(), E>,
    ) -> Result<(), E> {
        let patterns: Vec<Pattern<'_>> = homes.iter().copied().map(Pattern::Entities).collect();
        let take = |items: Vec<Attributes>| take(decode_all(items)?);
        self.walk(&patterns, None, take).await
    }

    /// Up to `limit` assets of the types in `order`, each type's assets by id, of the type of `after` those after it: what a
    /// page is cut from. `projects` are read side by side, so that ids of several come in one order.
    pub async fn assets_page(
        &self,
        projects: &[ProjectId],
        order: &[EntityTypeId],
        filter: &AssetFilter,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Entity>> {
        let mut page: Vec<Entity> = Vec::new();
        for entity_type in order {
            let last =
                after.filter(|after| after.asset_type_id == *entity_type).map(|after| after.id);
            let mut runs: Vec<Run> = projects.iter().map(|id| Run::new(*id, last)).collect();
            while page.len() < limit {
                let missing = limit - page.len();
                let want = match projects.len() {
                    // Few of those that are read may be asked for: the last of a page are not looked for one by one.
                    many if filter.is_selective() => READ_AT_ONCE.max(missing / many.max(1)),
                    0 | 1 => missing,
                    // Ids are random: each project holds about its share.
                    many => missing / many + 8,
                };
                self.read_on(&mut runs, *entity_type, want).await?;
                let Some(mut next) = first(&mut runs) else { break };
                while page.len() < limit {
                    page.extend(next.read.pop_front().filter(|asset| filter.matches(asset)));
                    if next.needs_more() {
                        break;
                    }
                    let Some(one) = first(&mut runs) else { break };
                    next = one;
                }
            }
        }
        Ok(page)
    }

    /// Reads up to `want` assets more of each project of which nothing is left that was read.
    async fn read_on(
        &self,
        runs: &mut [Run],
        entity_type: EntityTypeId,
        want: usize,
    ) -> Result<()> {
        let runs: Vec<&mut Run> = runs.iter_mut().filter(|run| run.needs_more()).collect();
        let reads = runs.iter().map(|run| {
            let (home, last): (Home, _) = ((run.project, entity_type), run.last);
            async move {
                let after = last.map(|id| table::entity(home, id).sk);
                self.query_some::<Entity>(Pattern::Entities(home), after.as_deref(), want).await
            }
        });
        let read: Vec<Vec<Entity>> = concurrently(reads.collect::<Vec<_>>()).await?;
        for (run, read) in runs.into_iter().zip(read) {
            run.is_over = read.len() < want;
            run.last = read.last().map(|asset| asset.id);
            run.read = read.into();
        }
        Ok(())
    }
}

/// The assets of a type in one project, read piece by piece in the order of their ids.
struct Run {
    project: ProjectId,
    /// The last one that was read.
    last: Option<EntityId>,
    /// Those that were read and not taken yet.
    read: VecDeque<Entity>,
    /// Whether nothing is left to read.
    is_over: bool,
}

impl Run {
    fn new(project: ProjectId, last: Option<EntityId>) -> Self {
        Self { project, last, read: VecDeque::new(), is_over: false }
    }

    /// Whether it is not known which asset comes next.
    fn needs_more(&self) -> bool {
        self.read.is_empty() && !self.is_over
    }
}

/// The project whose asset comes next.
fn first(runs: &mut [Run]) -> Option<&mut Run> {
    let runs = runs.iter_mut().filter(|run| !run.read.is_empty());
    runs.min_by_key(|run| run.read.front().map(|asset| asset.id))
}

/// A row of a range that holds both.
enum Either {
    Entity(Box<Entity>),
    Task(Box<Task>),
}

fn is_task(item: &Attributes) -> bool {
    item.contains_key("task_type_id")
}
