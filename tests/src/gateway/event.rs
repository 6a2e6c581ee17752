//! Payload format 2.0: a request as the event of a function, and a function's answer as a response.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use uuid::Uuid;

use super::routes::Found;

/// Where a test's request comes from, as the gateway sees it: no client can say so, and no function reads it.
pub const SOURCE_IP: HeaderName = HeaderName::from_static("x-test-source-ip");

/// The path of a request, as the gateway compares and hands it on: decoded once. `%2F` is a slash then and `%3F` a
/// question mark; the query stays as it came.
pub(super) fn path(parts: &Parts) -> String {
    percent_decode_str(parts.uri.path()).decode_utf8_lossy().into_owned()
}

/// The event of a request.
pub(super) fn from_request(parts: &Parts, body: &[u8], route: &Found) -> Vec<u8> {
    let path = path(parts);
    let source = texts(&parts.headers, &SOURCE_IP).next().unwrap_or("127.0.0.1");
    let cookies: Vec<&str> = texts(&parts.headers, &header::COOKIE)
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .collect();
    let (body, is_base64) = match (body, std::str::from_utf8(body)) {
        ([], _) => (Value::Null, false),
        (_, Ok(text)) if is_text(&parts.headers) => (json!(text), false),
        (bytes, _) => (json!(STANDARD.encode(bytes)), true),
    };
    let mut event = json!({
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": parts.uri.query().unwrap_or_default(),
        "headers": headers(&parts.headers, source),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "127.0.0.1",
            "domainPrefix": "local",
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source,
                "userAgent": texts(&parts.headers, &header::USER_AGENT).next().unwrap_or_default(),
            },
            "requestId": Uuid::new_v4().to_string(),
            "routeKey": route.key,
            "stage": "$default",
            "time": "24/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1_795_521_600_000_u64,
        },
        "isBase64Encoded": is_base64,
    });
    // What is empty is left out.
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !route.parameters.is_empty() {
        event["pathParameters"] = json!(route.parameters);
    }
    if !body.is_null() {
        event["body"] = body;
    }
    event.to_string().into_bytes()
}

/// Names in lower case, several values of one joined by commas, without the cookies. What a client says of those before
/// it is kept, and the address it comes from follows.
fn headers<'h>(headers: &'h HeaderMap, source: &str) -> BTreeMap<&'h str, String> {
    const FORWARDED: &str = "x-forwarded-for";
    let names = headers.keys().filter(|name| *name != header::COOKIE && *name != SOURCE_IP);
    let joined = |name: &HeaderName| texts(headers, name).collect::<Vec<_>>().join(",");
    let mut all: BTreeMap<&str, String> = names.map(|name| (name.as_str(), joined(name))).collect();
    let told = all.remove(FORWARDED).map(|told| format!("{told}, {source}"));
    all.insert(FORWARDED, told.unwrap_or_else(|| source.to_owned()));
    all
}

fn texts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

/// Whether the gateway hands a body on as text.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = texts(headers, &header::CONTENT_TYPE).next().unwrap_or_default();
    ["text/", "application/json", "application/xml", "application/javascript"]
        .iter()
        .any(|prefix| kind.starts_with(prefix))
}

/// The response a function's answer describes; `None` if it describes none.
pub(super) fn into_response(payload: &[u8]) -> Option<Response> {
    let answer: Value = serde_json::from_slice(payload).ok()?;
    let mut response =
        Response::builder().status(u16::try_from(answer["statusCode"].as_u64()?).ok()?);
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        // The gateway counts the bytes itself.
        if name != "content-length" {
            response = response.header(name, HeaderValue::from_str(value.as_str()?).ok()?);
        }
    }
    for cookie in answer["cookies"].as_array().into_iter().flatten() {
        response = response.header(header::SET_COOKIE, cookie.as_str()?);
    }
    let body = answer["body"].as_str().unwrap_or_default();
    let body = match answer["isBase64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(body).ok()?,
        _ => body.as_bytes().to_vec(),
    };
    response.body(Body::from(body)).ok()
}
