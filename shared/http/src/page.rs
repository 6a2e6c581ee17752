//! Lists in pages: [`PageQuery`] is what the caller asks for, [`Paged`] what he gets.
//!
//! A page is a bare array; where to go from it stands in the `Link` header (RFC 8288), see [`link_header`].

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use form_urlencoded::Serializer;
use http::{HeaderValue, Uri, header};
use model::Error;
use model::fields::{self, Fields, Input};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use utoipa::IntoParams;

use crate::reply::Json;
use crate::tokens::Tokens;

/// The most rows a page may have.
pub const LIMIT_MAX: i64 = 1000;
/// The longest cursor that is read, in characters: one of assets names the types that are done, up to 500 of them.
pub(crate) const CURSOR_LENGTH_MAX: usize = 8000;
/// The bytes of a digest that tell one list from another.
const DIGEST_BYTES: usize = 9;

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The page to answer, counted from 1.
    #[param(minimum = 1)]
    pub page: Option<i64>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<i64>,
    /// Where to go on, from the `next` link of an earlier page.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// Reads `page`, `limit` and `cursor`. `None` when an error was recorded.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let page = fields.optional("page", fields::integer(1..=i64::MAX));
        let limit = fields.optional("limit", fields::integer(1..=LIMIT_MAX));
        let cursor = fields.optional("cursor", fields::text(CURSOR_LENGTH_MAX));
        Some(Self { page: page?, limit: limit?, cursor: cursor? })
    }

    /// Whether the caller wants a part of the list, not all of it.
    pub fn is_given(&self) -> bool {
        *self != Self::default()
    }
}

/// Which part of a list that only goes forward is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CursorQuery {
    /// Rows of a page (default: 100).
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<i64>,
    /// Where to go on, from the `next` link of an earlier page.
    pub cursor: Option<String>,
}

impl Input for CursorQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let limit = fields.optional("limit", fields::integer(1..=LIMIT_MAX));
        let cursor = fields.optional("cursor", fields::text(CURSOR_LENGTH_MAX));
        Some(Self { limit: limit?, cursor: cursor? })
    }
}

impl CursorQuery {
    /// Rows of a page.
    pub fn limit(&self) -> usize {
        self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100)
    }

    /// The position in the cursor, if there is one; 400 if it is not one of ours.
    pub fn position<T: DeserializeOwned>(&self, tokens: &Tokens) -> model::Result<Option<T>> {
        let read = |cursor: &String| tokens.read_cursor(cursor).ok_or_else(foreign_cursor);
        self.cursor.as_ref().map(read).transpose()
    }
}

/// The error of a cursor that is from another list, or from nowhere.
pub fn foreign_cursor() -> Error {
    Error::invalid("cursor", "is not from a link of this list")
}

/// Which list a request is about: a digest of its path and its filters, in whatever order. It is the same on all pages.
pub(crate) fn list_digest(uri: &Uri) -> String {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let is_filter = |name: &str| !matches!(name, "page" | "limit" | "cursor" | fields::IGNORED);
    let mut filters: Vec<_> = query.filter(|(name, _)| is_filter(name)).collect();
    filters.sort_unstable();
    let filters = Serializer::new(String::new()).extend_pairs(filters).finish();
    let digest = Sha256::digest(format!("{}?{filters}", uri.path()));
    URL_SAFE_NO_PAD.encode(&digest[..DIGEST_BYTES])
}

/// The `Link` header of a page of a list that only goes forward.
pub fn next_link(uri: &Uri, cursor: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&link(uri, "next", "cursor", cursor)).ok()
}

/// The `Link` header of a page: `first`, `prev` if there is a page before, `next` if there are more rows.
///
/// One value for all three: of repeated headers the gateway keeps one. Each link is the request's own path
/// and query with only the place changed.
pub fn link_header(
    uri: &Uri,
    next_cursor: Option<&str>,
    prev_page: Option<i64>,
) -> Option<HeaderValue> {
    let next = next_cursor.map(|cursor| link(uri, "next", "cursor", cursor));
    let prev = prev_page.map(|page| link(uri, "prev", "page", &page.to_string()));
    let first = Some(link(uri, "first", "page", "1"));
    let links: Vec<String> = [next, prev, first].into_iter().flatten().collect();
    HeaderValue::from_str(&links.join(", ")).ok()
}

fn link(uri: &Uri, rel: &str, place: &str, value: &str) -> String {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let kept = query.filter(|(name, _)| name != "page" && name != "cursor");
    let query =
        Serializer::new(String::new()).extend_pairs(kept).append_pair(place, value).finish();
    format!("<{}?{query}>; rel=\"{rel}\"", uri.path())
}

/// 200 with the rows of a page, and its `Link`.
#[derive(Debug)]
pub struct Paged<T> {
    /// The rows: a bare array.
    pub rows: Vec<T>,
    /// From [`link_header`]; none when the list is whole.
    pub link: Option<HeaderValue>,
}

impl<T> Paged<T> {
    /// A list that is not cut.
    pub fn whole(rows: Vec<T>) -> Self {
        Self { rows, link: None }
    }
}

impl<T: Serialize> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        let link = self.link.map(|link| [(header::LINK, link)]);
        (link, Json(self.rows)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn links_keep_the_query_and_change_the_place() {
        let check = |uri: &'static str, cursor, prev, expected: &str| {
            let header = link_header(&Uri::from_static(uri), cursor, prev).unwrap();
            assert_eq!(header.to_str().unwrap(), expected, "{uri}");
        };
        check("/api/data/assets", None, None, r#"</api/data/assets?page=1>; rel="first""#);
        check(
            "https://host/api/data/assets?page=2&limit=10&name=a%20b%26%C3%A9",
            Some("a.b=c"),
            Some(1),
            "</api/data/assets?limit=10&name=a+b%26%C3%A9&cursor=a.b%3Dc>; rel=\"next\", \
             </api/data/assets?limit=10&name=a+b%26%C3%A9&page=1>; rel=\"prev\", \
             </api/data/assets?limit=10&name=a+b%26%C3%A9&page=1>; rel=\"first\"",
        );
        check(
            "/api/x?cursor=old&limit=5",
            Some("new"),
            None,
            r#"</api/x?limit=5&cursor=new>; rel="next", </api/x?limit=5&page=1>; rel="first""#,
        );
    }

    #[test]
    fn a_list_is_its_path_and_its_filters() {
        let digest = |uri: &'static str| list_digest(&Uri::from_static(uri));
        let list = digest("/api/x?name=a%20b&id=1");
        assert_eq!(list.len(), 12);
        for same in [
            "/api/x?id=1&name=a+b",
            "/api/x?limit=5&id=1&page=2&name=a+b&relations=true",
            "https://host/api/x?id=1&name=%61+b&cursor=old",
        ] {
            assert_eq!(digest(same), list, "{same}");
        }
        for other in ["/api/x", "/api/y?name=a+b&id=1", "/api/x?name=ab&id=1", "/api/x?id=1"] {
            assert_ne!(digest(other), list, "{other}");
        }
    }

    struct OnlyPage(PageQuery);

    impl Input for OnlyPage {
        fn read(fields: &mut Fields<'_>) -> Option<Self> {
            PageQuery::read(fields).map(Self)
        }
    }

    #[test]
    fn pages_are_bounded() {
        let read = |query: Value| {
            Fields::read_query::<OnlyPage>(query.as_object().unwrap()).map(|page| page.0)
        };
        assert!(!read(json!({})).unwrap().is_given());
        let page = read(json!({"page": "2", "limit": "1000"})).unwrap();
        assert_eq!((page.page, page.limit, page.is_given()), (Some(2), Some(1000), true));
        let error = read(json!({"page": "0", "limit": "1001"})).unwrap_err().to_string();
        assert!(error.contains("page must") && error.contains("limit must"), "{error}");
    }
}
