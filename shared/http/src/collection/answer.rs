//! What a list answers: [`Listing`] says what it looks like, [`Listed`] is its text.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use model::Error;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::Filters;
use crate::error::Result;
use crate::reply::json_text;

/// Rows of a page whose `limit` was not said.
const LIMIT_DEFAULT: usize = 1000;

/// The rows that were asked for: all of them, or one page.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Listing<T> {
    /// Without `page` and `limit`.
    Whole(Vec<T>),
    /// With one of them.
    Page(ListPage<T>),
}

/// A page of a list, and where it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListPage<T> {
    /// The rows of the page.
    pub data: Vec<T>,
    /// Rows of all pages.
    pub total: usize,
    /// How many pages there are.
    pub nb_pages: usize,
    /// Rows of a full page.
    pub limit: usize,
    /// Rows before this page.
    pub offset: usize,
    /// This page, counted from 1.
    pub page: usize,
}

/// What a list answers, a [`Listing`] of rows that may lack fields, as it is sent: its rows are turned into JSON one by one,
/// so that there is only its text in memory.
#[derive(Debug)]
pub struct Listed(pub(super) Vec<u8>);

impl IntoResponse for Listed {
    fn into_response(self) -> Response {
        json_text(StatusCode::OK, self.0)
    }
}

impl Listed {
    /// All rows.
    pub(super) fn whole(rows: impl IntoIterator<Item = Result<Box<RawValue>>>) -> Result<Self> {
        let mut text = vec![b'['];
        for row in rows {
            if text.len() > 1 {
                text.push(b',');
            }
            text.extend_from_slice(row?.get().as_bytes());
        }
        text.push(b']');
        Ok(Self(text))
    }

    /// The rows of a page of so many.
    pub(super) fn page(cut: Cut, data: Vec<Box<RawValue>>, total: usize) -> Result<Self> {
        let Cut { page, limit, offset } = cut;
        let page = ListPage { data, total, nb_pages: total.div_ceil(limit), limit, offset, page };
        Ok(Self(serde_json::to_vec(&page).map_err(Error::internal)?))
    }
}

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) page: usize,
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl<T> Filters<T> {
    /// Rows that were kept, in whatever form they are answered, cut to the page and to the fields asked for.
    pub fn page<R: Serialize>(&self, rows: impl IntoIterator<Item = R>) -> Result<Listed> {
        let Some(cut) = self.cut() else {
            return Listed::whole(rows.into_iter().map(|row| self.text(&row)));
        };
        let (mut data, mut total) = (Vec::new(), 0);
        for row in rows {
            if total >= cut.offset && data.len() < cut.limit {
                data.push(self.text(&row)?);
            }
            total += 1;
        }
        Listed::page(cut, data, total)
    }

    /// A row as it is sent.
    pub(super) fn text(&self, row: &impl Serialize) -> Result<Box<RawValue>> {
        let Some(fields) = &self.fields else {
            return Ok(to_raw_value(row).map_err(Error::internal)?);
        };
        let mut row = serde_json::to_value(row).map_err(Error::internal)?;
        if let Value::Object(row) = &mut row {
            row.retain(|field, _| {
                field == "id"
                    || field == "type"
                    || fields.split(',').any(|kept| kept.trim() == field)
            });
        }
        Ok(to_raw_value(&row).map_err(Error::internal)?)
    }

    /// Which rows are asked for; `None` if all are.
    pub(super) fn cut(&self) -> Option<Cut> {
        if self.page.is_none() && self.limit.is_none() {
            return None;
        }
        let count = |number: Option<i64>, default| {
            number.and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
        };
        let (page, limit) = (count(self.page, 1), count(self.limit, LIMIT_DEFAULT));
        Some(Cut { page, limit, offset: (page - 1).saturating_mul(limit) })
    }
}
