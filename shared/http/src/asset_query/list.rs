//! Lists of assets: in which order and in which pages they are answered.
//!
//! A whole list is ordered by type name, asset name, id. A page is cut from the order type name, id: no
//! rename shifts it, and it costs what it holds.

use std::collections::{BTreeMap, BTreeSet};

use http::Uri;
use model::{Entity, EntityId, EntityKind, EntityTypeId, Error, ProjectId};
use serde::{Deserialize, Serialize};
use store::{AssetFilter, Position, concurrently};

use crate::access::Access;
use crate::app::App;
use crate::asset_types::AssetTypes;
use crate::error::Result;
use crate::page::{PageQuery, Paged, link_header};
use crate::tokens::Tokens;

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

/// Where a page starts. What a cursor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Start {
    /// The last row of the page before; without it the pages before are skipped.
    after: Option<Position>,
    /// The page's number, counted from 1.
    page: i64,
}

impl Start {
    /// Reads a page's number or its cursor.
    pub(crate) fn read(tokens: &Tokens, asked: &PageQuery) -> model::Result<Self> {
        match (&asked.cursor, asked.page) {
            (None, page) => Ok(Self { after: None, page: page.unwrap_or(1) }),
            (Some(_), Some(_)) => {
                Err(Error::invalid("cursor", "must not be given together with page"))
            }
            (Some(cursor), None) => tokens
                .read_cursor(cursor)
                .ok_or_else(|| Error::invalid("cursor", "is not from a link of this API")),
        }
    }

    /// How many rows are skipped.
    fn skipped(&self, limit: usize) -> usize {
        let pages = if self.after.is_some() { 0 } else { self.page.saturating_sub(1) };
        usize::try_from(pages).unwrap_or(usize::MAX).saturating_mul(limit)
    }

    fn next(&self, last: &Entity) -> Self {
        let after = Position { asset_type_id: last.entity_type_id, id: last.id };
        Self { after: Some(after), page: self.page.saturating_add(1) }
    }

    fn previous_page(&self) -> Option<i64> {
        (self.page > 1).then(|| self.page - 1)
    }
}

impl AssetPages<'_> {
    /// The page that is asked for, of `limit` rows.
    pub(crate) async fn page(
        &self,
        uri: &Uri,
        start: Start,
        limit: Option<i64>,
    ) -> Result<Paged<Entity>> {
        let limit = usize::try_from(limit.unwrap_or(LIMIT_DEFAULT)).map_err(Error::internal)?;
        let tokens = &self.source.app.tokens;
        let skipped = start.skipped(limit);
        // One row more tells whether another page follows.
        let rows = self.rows_after(start.after, skipped.saturating_add(limit + 1)).await?;
        let mut rows: Vec<Entity> = rows.into_iter().skip(skipped).collect();
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let next =
            rows.last().filter(|_| has_next).map(|last| tokens.sign_cursor(&start.next(last)));
        let link = link_header(uri, next.transpose()?.as_deref(), start.previous_page());
        Ok(Paged { rows, link })
    }

    /// At most `count` rows after a position, in the order of pages.
    async fn rows_after(&self, after: Option<Position>, count: usize) -> Result<Vec<Entity>> {
        let AssetSource { app, projects, filter } = &self.source;
        if self.source.is_short() {
            let place = |id: EntityTypeId, asset: EntityId| (self.types.place(id), asset);
            let mut rows = self.source.assets().await?;
            rows.retain(|row| {
                after.is_none_or(|end| {
                    place(row.entity_type_id, row.id) > place(end.asset_type_id, end.id)
                })
            });
            rows.sort_unstable_by_key(|row| place(row.entity_type_id, row.id));
            rows.truncate(count);
            return Ok(rows);
        }
        let projects: Vec<ProjectId> = projects.iter().map(|access| access.project.id).collect();
        let order = self.types_in_order(&projects).await?;
        Ok(app.store.assets_page(&projects, &order, filter, after, count).await?)
    }

    /// The types to read, in their order.
    async fn types_in_order(&self, projects: &[ProjectId]) -> Result<Vec<EntityTypeId>> {
        let AssetSource { app, filter, .. } = &self.source;
        if let Some(id) = filter.asset_type_id {
            return Ok(vec![id]);
        }
        let marked = projects.iter().map(|project| app.store.asset_types_marked(*project));
        let marked = concurrently(marked).await?;
        let types: BTreeSet<EntityTypeId> = marked.into_iter().flatten().collect();
        let mut types: Vec<EntityTypeId> = types.into_iter().collect();
        types.sort_unstable_by_key(|id| self.types.place(*id));
        Ok(types)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn start(page: Option<i64>, cursor: Option<String>) -> Result<Start, String> {
        let tokens = Tokens::new(&[7; 32]).unwrap();
        let asked = PageQuery { page, limit: None, cursor };
        Start::read(&tokens, &asked).map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_skips_those_before_it() {
        let skipped = |page| start(page, None).unwrap().skipped(100);
        assert_eq!((skipped(None), skipped(Some(1)), skipped(Some(3))), (0, 0, 200));
        assert_eq!(skipped(Some(i64::MAX)), usize::MAX);
        assert_eq!(start(Some(3), None).unwrap().previous_page(), Some(2));
    }

    #[test]
    fn a_cursor_goes_on_after_its_position() {
        let position = Position { asset_type_id: EntityTypeId::new(), id: EntityId::new() };
        let second = Start { after: Some(position), page: 2 };
        let cursor = Tokens::new(&[7; 32]).unwrap().sign_cursor(&second).unwrap();
        let read = start(None, Some(cursor.clone())).unwrap();
        assert_eq!((read, read.skipped(100), read.previous_page()), (second, 0, Some(1)));
        assert!(start(Some(2), Some(cursor)).unwrap_err().starts_with("cursor must not"));
        assert!(start(None, Some("x".into())).unwrap_err().starts_with("cursor is not"));
    }
}
