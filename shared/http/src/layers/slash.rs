//! The way from a path that ends with a slash to the one without it.
//!
//! A function answers its own paths with or without the slash. The gateway brings a path with a slash, which it
//! does not know, to the function of unknown paths: that one can only tell the caller where to go.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use lambda_http::RequestExt as _;

/// Where a request goes on, if its path ended with a slash when it came from the gateway.
pub(crate) fn without_slash(request: &Request) -> Option<HeaderValue> {
    location(request.raw_http_path(), request.uri().query())
}

/// A redirect that keeps method and body.
pub(crate) fn redirect(location: HeaderValue) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response()
}

fn location(path: &str, query: Option<&str>) -> Option<HeaderValue> {
    let path = path.strip_suffix('/')?;
    // Only what a route may look like: nothing leads to another host.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    let is_ours = path.starts_with("/api/") && !path.ends_with('/') && path.chars().all(is_plain);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    is_ours.then(|| HeaderValue::from_str(&format!("{path}{query}")).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_with_a_slash_goes_on() {
        let check = |path, query, expected: Option<&str>| {
            let found = location(path, query);
            assert_eq!(found.as_ref().map(|v| v.to_str().unwrap()), expected, "{path}");
        };
        check("/api/actions/assets/share/", None, Some("/api/actions/assets/share"));
        check(
            "/api/data/assets/",
            Some("page=2&name=a%20b"),
            Some("/api/data/assets?page=2&name=a%20b"),
        );
        check("/api/data/assets", None, None);
        check("", None, None);
        check("/", None, None);
        check("/api/", None, None);
        check("/api/data//", None, None);
        check("//elsewhere.example/", None, None);
        check("/api/\\elsewhere.example/", None, None);
        check("/api/a b/", None, None);
    }
}
