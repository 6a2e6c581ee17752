//! Entity tags: an answer that has not changed is not sent again (`If-None-Match`), and a change is refused
//! when what the caller saw is not what is there any more (`If-Match`: see `precondition`).
//!
//! The tag is a hash of the body before compression, so it is strong and the same in every process. The
//! compressed answer is another representation and has a tag of its own, with `-gzip` at the end.

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use model::Error;
use sha2::{Digest, Sha256};

use crate::error::ApiError;

const GZIP_SUFFIX: &str = "-gzip";

/// The tag, without quotes, of a body: 32 hexadecimal digits.
fn tag_of(body: &[u8]) -> String {
    let half =
        Sha256::digest(body).iter().take(16).fold(0, |half, byte| half << 8 | u128::from(*byte));
    format!("{half:032x}")
}

fn quoted(tag: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{tag}\"")).ok()
}

/// What a request asks for of its answer's tag.
pub(crate) struct Tag {
    is_read: bool,
    known: Vec<Known>,
}

impl Tag {
    pub(crate) fn of(request: &Request) -> Self {
        let is_read = *request.method() == Method::GET;
        Self { is_read, known: listed(request.headers(), &header::IF_NONE_MATCH) }
    }

    /// Inside of compression: tags every 200 of a `GET`; answers 304 to those who have it.
    pub(crate) async fn put_on(self, response: Response) -> Response {
        if !self.is_read || response.status() != StatusCode::OK {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => return ApiError(Error::internal(error)).into_response(),
        };
        let tag = tag_of(&body);
        let seen = self.known.iter().find_map(|one| one.of(&tag));
        if let Some(value) = quoted(seen.unwrap_or(&tag)) {
            parts.headers.insert(header::ETAG, value);
        }
        if seen.is_some() {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            return Response::from_parts(parts, Body::empty());
        }
        Response::from_parts(parts, Body::from(body))
    }
}

/// Outside of compression: keeps it from refusing (RFC 9110 allows to ignore a preference).
pub(crate) fn prepare(request: &mut Request) {
    if !accepts_gzip(request.headers()) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
}

/// Outside of compression: gives the compressed representation its own tag.
pub(crate) fn tag_gzip(response: &mut Response) {
    let headers = response.headers_mut();
    let tag = headers
        .get(header::ETAG)
        .and_then(|tag| tag.to_str().ok())
        .map(|tag| tag.trim_matches('"'));
    if let Some(tag) = tag.filter(|_| headers.contains_key(header::CONTENT_ENCODING))
        && let Some(value) = quoted(&format!("{tag}{GZIP_SUFFIX}"))
    {
        headers.insert(header::ETAG, value);
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lines =
        headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused =
            weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
        matches!(name.trim().to_ascii_lowercase().as_str(), "gzip" | "x-gzip" | "*") && !is_refused
    })
}

/// One element of `If-None-Match` or `If-Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// `*`
    Any,
    Strong(String),
    Weak(String),
}

impl Known {
    /// The tag of the caller's representation, if it is one of the body tagged `tag`, compared weakly.
    fn of<'t>(&'t self, tag: &'t str) -> Option<&'t str> {
        match self {
            Self::Any => Some(tag),
            Self::Strong(known) | Self::Weak(known) => {
                (uncompressed(known) == tag).then_some(known)
            }
        }
    }

    /// Whether it is a representation of the body tagged `tag`, compared strongly.
    fn is(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Strong(known) => uncompressed(known) == tag,
            Self::Weak(_) => false,
        }
    }
}

fn uncompressed(tag: &str) -> &str {
    tag.strip_suffix(GZIP_SUFFIX).unwrap_or(tag)
}

pub(crate) fn listed(headers: &HeaderMap, name: &HeaderName) -> Vec<Known> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    // Our tags hold no comma, so one that does is not ours and may fall apart.
    let listed =
        lines.flat_map(|line| line.split(',')).map(str::trim).filter(|tag| !tag.is_empty());
    listed
        .map(|tag| match tag.strip_prefix("W/") {
            _ if tag == "*" => Known::Any,
            Some(weak) => Known::Weak(weak.trim_matches('"').to_owned()),
            None => Known::Strong(tag.trim_matches('"').to_owned()),
        })
        .collect()
}

/// Whether a body is one of what the caller has seen, compared strongly.
pub(crate) fn is_one_of(known: &[Known], body: &[u8]) -> bool {
    let tag = tag_of(body);
    known.iter().any(|one| one.is(&tag))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_accepted_when_named_and_not_refused() {
        let check = |value, expected| {
            assert_eq!(accepts_gzip(&headers(header::ACCEPT_ENCODING, value)), expected, "{value}");
        };
        check("gzip", true);
        check("deflate, GZip;q=0.5", true);
        check("*", true);
        check("gzip;q=0", false);
        check("gzip; q=0.000, identity", false);
        check("identity;q=0", false);
        check("br", false);
    }

    #[test]
    fn if_match_compares_strongly() {
        let body = json!({"id": 1}).to_string();
        let tag = tag_of(body.as_bytes());
        let check = |value: String, expected: bool| {
            let header = HeaderValue::from_str(&value).unwrap();
            let headers = HeaderMap::from_iter([(header::IF_MATCH, header)]);
            let known = listed(&headers, &header::IF_MATCH);
            assert_eq!(is_one_of(&known, body.as_bytes()), expected, "{value}");
        };
        check("*".into(), true);
        check(format!("\"{tag}\""), true);
        check(format!("\"other\", \"{tag}-gzip\""), true);
        check(format!("W/\"{tag}\""), false);
        check("\"other\"".into(), false);
        check(String::new(), false);
    }
}
