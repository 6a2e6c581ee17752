//! [`Start`]: where a page of assets starts, and what its cursor holds.
//!
//! Between two pages a type may be renamed, and stand elsewhere in the order. So a cursor tells which types are done:
//! the next page goes on by id in the type of the last row, wherever that stands now, and then with all types that are
//! not done, in the order of its own time. No row that nobody touches is left out or comes twice.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Uri;
use model::{Entity, EntityTypeId, Error};
use serde::{Deserialize, Serialize};
use store::Position;

use crate::asset_types::AssetTypes;
use crate::page::{PageQuery, foreign_cursor, list_digest};
use crate::tokens::Tokens;

/// Where a page starts. What a cursor holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Start {
    /// Of which list: see [`list_digest`].
    list: String,
    /// The page's number, counted from 1.
    page: i64,
    /// The last row of the page before; without it the pages before are skipped.
    after: Option<Position>,
    /// The types all of whose rows were on the pages before.
    done: Done,
}

/// Types, each by the first bytes of its id: ids are random, and a cursor stays short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
struct Done(BTreeSet<[u8; ID_BYTES]>);

const ID_BYTES: usize = 8;

impl Start {
    /// Reads a page's number, or its cursor, which must be from a link of the same list.
    pub(crate) fn read(tokens: &Tokens, uri: &Uri, asked: &PageQuery) -> model::Result<Self> {
        let list = list_digest(uri);
        match (&asked.cursor, asked.page) {
            (None, page) => {
                Ok(Self { list, page: page.unwrap_or(1), after: None, done: Done::default() })
            }
            (Some(_), Some(_)) => {
                Err(Error::invalid("cursor", "must not be given together with page"))
            }
            (Some(cursor), None) => tokens
                .read_cursor::<Self>(cursor)
                .filter(|start| start.list == list)
                .ok_or_else(foreign_cursor),
        }
    }

    /// How many rows are skipped.
    pub(super) fn skipped(&self, limit: usize) -> usize {
        let pages = if self.after.is_some() { 0 } else { self.page.saturating_sub(1) };
        usize::try_from(pages).unwrap_or(usize::MAX).saturating_mul(limit)
    }

    /// The last row of the page before.
    pub(super) fn after(&self) -> Option<Position> {
        self.after
    }

    /// Whether a row that is not of a type that is done is still to come.
    pub(super) fn is_to_come(&self, row: &Entity) -> bool {
        let after = self.after.filter(|after| after.asset_type_id == row.entity_type_id);
        after.is_none_or(|after| row.id > after.id)
    }

    /// Of the types of a list those that are left: first that of the last row, the others by name.
    pub(super) fn walk(
        &self,
        types: impl IntoIterator<Item = EntityTypeId>,
        order: &AssetTypes,
    ) -> Vec<EntityTypeId> {
        let types: BTreeSet<EntityTypeId> = types.into_iter().collect();
        let mut left: Vec<EntityTypeId> =
            types.into_iter().filter(|id| !self.done.has(*id)).collect();
        left.sort_unstable_by_key(|id| (Some(*id) != self.in_type(), order.place(*id)));
        left
    }

    /// The start of the page after the one that ends with `last`, found on a walk. All before its type is done, and so is
    /// the type this page started in, if there is nothing of it any more.
    pub(super) fn next(&self, walk: &[EntityTypeId], last: &Entity) -> Self {
        let here = last.entity_type_id;
        let passed = walk.iter().copied().take_while(|id| *id != here);
        let passed = passed.chain(self.in_type().filter(|id| *id != here));
        Self {
            list: self.list.clone(),
            page: self.page.saturating_add(1),
            after: Some(Position { asset_type_id: here, id: last.id }),
            done: Done(self.done.0.iter().copied().chain(passed.map(beginning)).collect()),
        }
    }

    pub(super) fn previous_page(&self) -> Option<i64> {
        (self.page > 1).then(|| self.page - 1)
    }

    fn in_type(&self) -> Option<EntityTypeId> {
        self.after.map(|after| after.asset_type_id)
    }
}

impl Done {
    fn has(&self, id: EntityTypeId) -> bool {
        self.0.contains(&beginning(id))
    }
}

fn beginning(id: EntityTypeId) -> [u8; ID_BYTES] {
    std::array::from_fn(|n| id.0.as_bytes()[n])
}

impl From<Done> for String {
    fn from(done: Done) -> Self {
        URL_SAFE_NO_PAD.encode(done.0.into_iter().flatten().collect::<Vec<u8>>())
    }
}

impl TryFrom<String> for Done {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text)?;
        let (ids, rest) = bytes.as_chunks();
        if !rest.is_empty() {
            return Err(base64::DecodeError::InvalidLength(bytes.len()));
        }
        Ok(Self(ids.iter().copied().collect()))
    }
}

#[cfg(test)]
mod tests {
    use model::entity::NewEntity;
    use model::vocabulary::EntityType;
    use model::{ProjectId, Timestamp};

    use super::*;
    use crate::page::CURSOR_LENGTH_MAX;

    const LIST: &str = "/api/data/assets?canceled=false";

    fn start(page: Option<i64>, cursor: Option<String>) -> Result<Start, String> {
        start_of(LIST, page, cursor)
    }

    fn start_of(
        list: &'static str,
        page: Option<i64>,
        cursor: Option<String>,
    ) -> Result<Start, String> {
        let tokens = Tokens::new(&[7; 32]).unwrap();
        let asked = PageQuery { page, limit: None, cursor };
        Start::read(&tokens, &Uri::from_static(list), &asked).map_err(|error| error.to_string())
    }

    fn sign(start: &Start) -> String {
        Tokens::new(&[7; 32]).unwrap().sign_cursor(start).unwrap()
    }

    fn asset(asset_type: EntityTypeId) -> Entity {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        NewEntity::named(ProjectId::new(), asset_type, "Hero").create(now)
    }

    fn types(count: usize) -> (AssetTypes, Vec<EntityTypeId>) {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let types = (0..count).map(|n| EntityType::named(format!("Type {n:04}"), now)).collect();
        let types = AssetTypes::new(types);
        let ids = types.clone().into_rows().into_iter().map(|one| one.id).collect();
        (types, ids)
    }

    #[test]
    fn a_page_skips_those_before_it() {
        let skipped = |page| start(page, None).unwrap().skipped(100);
        assert_eq!((skipped(None), skipped(Some(1)), skipped(Some(3))), (0, 0, 200));
        assert_eq!(skipped(Some(i64::MAX)), usize::MAX);
        assert_eq!(start(Some(3), None).unwrap().previous_page(), Some(2));
    }

    #[test]
    fn a_cursor_goes_on_in_its_list_and_no_other() {
        let (_, ids) = types(3);
        let second = start(None, None).unwrap().next(&ids, &asset(ids[2]));
        let cursor = sign(&second);
        let read = start(None, Some(cursor.clone())).unwrap();
        assert_eq!((read.skipped(100), read.previous_page()), (0, Some(1)));
        assert_eq!(read, second);
        assert!(start(Some(2), Some(cursor.clone())).unwrap_err().starts_with("cursor must not"));
        assert!(start(None, Some("x".into())).unwrap_err().starts_with("cursor is not"));
        assert!(
            start_of("/api/data/assets?limit=5&canceled=false", None, Some(cursor.clone())).is_ok()
        );
        for other in ["/api/data/assets", "/api/data/assets/all?canceled=false"] {
            let error = start_of(other, None, Some(cursor.clone())).unwrap_err();
            assert!(error.starts_with("cursor is not"), "{other}: {error}");
        }
    }

    #[test]
    fn a_walk_goes_on_in_the_type_it_is_in_and_leaves_out_what_is_done() {
        let (order, ids) = types(4);
        let first = start(None, None).unwrap();
        assert_eq!(first.walk(ids.iter().rev().copied(), &order), ids);
        let second = first.next(&ids, &asset(ids[2]));
        assert_eq!(second.walk(ids.clone(), &order), ids[2..]);
        // The last type is now the first, and what the page ended in is gone.
        let (order, _) = types(0);
        let walk = second.walk([ids[3], ids[0]], &order);
        assert_eq!(walk, [ids[3]]);
        let third = second.next(&walk, &asset(ids[3]));
        assert_eq!(third.walk(ids.clone(), &order), [ids[3]]);
    }

    #[test]
    fn a_cursor_names_up_to_500_types_that_are_done() {
        let (_, ids) = types(501);
        let cursor = |walk: &[EntityTypeId]| {
            sign(&start(None, None).unwrap().next(walk, &asset(walk[walk.len() - 1])))
        };
        assert!(cursor(&ids[..11]).len() < 600, "{}", cursor(&ids[..11]).len());
        assert!(cursor(&ids).len() <= CURSOR_LENGTH_MAX);
    }
}
