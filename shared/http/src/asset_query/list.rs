//! Lists of assets: in which order and in which pages they are answered.
//!
//! A whole list is ordered by type name, asset name, id. A page is cut from the order type name, id: no
//! rename shifts it ([`Start`] tells how), and it costs what it holds.

use std::collections::{BTreeMap, BTreeSet};

use http::Uri;
use model::{Entity, EntityKind, EntityTypeId, ProjectId};
use store::{AssetFilter, concurrently};

use crate::access::Access;
use crate::app::App;
use crate::asset_query::start::Start;
use crate::asset_types::AssetTypes;
use crate::error::Result;
use crate::page::{Paged, link_header};

/// Rows of a page whose `limit` was not said.
pub(crate) const LIMIT_DEFAULT: i64 = 100;

/// Assets of projects the caller has entered.
pub(crate) struct AssetSource<'a> {
    pub(crate) app: &'a App,
    pub(crate) projects: &'a [Access],
    pub(crate) filter: AssetFilter,
}

/// A list of them that is answered in pages.
pub(crate) struct AssetPages<'a> {
    pub(crate) source: AssetSource<'a>,
    pub(crate) types: &'a AssetTypes,
}

impl AssetPages<'_> {
    /// The page that is asked for, of `limit` rows.
    pub(crate) async fn page(
        &self,
        uri: &Uri,
        start: Start,
        limit: Option<i64>,
    ) -> Result<Paged<Entity>> {
        let limit =
            usize::try_from(limit.unwrap_or(LIMIT_DEFAULT)).map_err(model::Error::internal)?;
        let tokens = &self.source.app.tokens;
        let skipped = start.skipped(limit);
        // One row more tells whether another page follows.
        let (walk, rows) = self.rows_from(&start, skipped.saturating_add(limit + 1)).await?;
        let mut rows: Vec<Entity> = rows.into_iter().skip(skipped).collect();
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| has_next);
        let next = last.map(|last| tokens.sign_cursor(&start.next(&walk, last)));
        let link = link_header(uri, next.transpose()?.as_deref(), start.previous_page());
        Ok(Paged { rows, link })
    }

    /// At most `count` rows from a start, in the order of pages, and the types they were looked for in, in that order.
    async fn rows_from(
        &self,
        start: &Start,
        count: usize,
    ) -> Result<(Vec<EntityTypeId>, Vec<Entity>)> {
        let AssetSource { app, projects, filter } = &self.source;
        if self.source.is_short() {
            let mut rows = self.source.assets().await?;
            let walk = start.walk(rows.iter().map(|row| row.entity_type_id), self.types);
            let place = |id: EntityTypeId| walk.iter().position(|one| *one == id);
            rows.retain(|row| place(row.entity_type_id).is_some() && start.is_to_come(row));
            rows.sort_by_cached_key(|row| (place(row.entity_type_id), row.id));
            rows.truncate(count);
            return Ok((walk, rows));
        }
        let projects: Vec<ProjectId> = projects.iter().map(|access| access.project.id).collect();
        let walk = start.walk(self.asset_types(&projects).await?, self.types);
        let rows = app.store.assets_page(&projects, &walk, filter, start.after(), count).await?;
        Ok((walk, rows))
    }

    /// The types that may have assets in the list.
    async fn asset_types(&self, projects: &[ProjectId]) -> Result<BTreeSet<EntityTypeId>> {
        let AssetSource { app, filter, .. } = &self.source;
        if let Some(id) = filter.asset_type_id {
            return Ok(BTreeSet::from([id]));
        }
        let marked = projects.iter().map(|project| app.store.asset_types_marked(*project));
        let marked = concurrently(marked).await?;
        Ok(marked.into_iter().flatten().collect())
    }
}

impl AssetSource<'_> {
    /// All of them, in no order.
    pub(crate) async fn assets(&self) -> Result<Vec<Entity>> {
        if self.is_library() {
            return self.library().await;
        }
        let rows = concurrently(self.projects.iter().map(|access| self.rows_of(access))).await?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Whether they are read as a whole to be cut afterwards: there is another way in than the types' partitions.
    fn is_short(&self) -> bool {
        let AssetFilter { id, source_id, name, .. } = &self.filter;
        id.is_some()
            || source_id.is_some()
            || name.is_some()
            || self.is_library()
            || self.projects.iter().any(Access::sees_only_assigned)
    }

    async fn rows_of(&self, access: &Access) -> Result<Vec<Entity>> {
        let (store, project) = (&self.app.store, access.project.id);
        let Some(only) = access.only_entities(self.app).await? else {
            return Ok(store.assets_of_project(project, &self.filter).await?);
        };
        let assigned =
            store.entities_get(&only.into_iter().collect::<Vec<_>>()).await?.into_values();
        let is_listed = |row: &Entity| row.kind == EntityKind::Asset && row.project_id == project;
        let mut rows: Vec<Entity> =
            assigned.filter(|row| is_listed(row) && self.filter.matches(row)).collect();
        access.hide_reserved(self.app, &mut rows).await?;
        Ok(rows)
    }

    /// Whether the shared assets of several projects are asked for: what other productions may cast, which
    /// the index of shared assets holds without the canceled ones.
    fn is_library(&self) -> bool {
        let AssetFilter { id, source_id, is_shared, canceled, .. } = &self.filter;
        self.projects.len() > 1
            && *is_shared == Some(true)
            && *canceled == Some(false)
            && id.is_none()
            && source_id.is_none()
    }

    async fn library(&self) -> Result<Vec<Entity>> {
        let mut by_project: BTreeMap<ProjectId, Vec<Entity>> = BTreeMap::new();
        for asset in self.app.store.assets_shared().await? {
            if self.filter.matches(&asset) {
                by_project.entry(asset.project_id).or_default().push(asset);
            }
        }
        let mut rows = Vec::new();
        for access in self.projects {
            let shared = by_project.remove(&access.project.id).unwrap_or_default();
            rows.extend(access.visible_entities(self.app, shared).await?);
        }
        Ok(rows)
    }
}
