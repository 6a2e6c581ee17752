//! An answer in Lambda's event, which takes 6 MB of it: all as text in JSON, or as base64 if it is compressed. Lambda itself
//! would make a bare 500 of more.

use std::pin::Pin;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::response::Parts;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use lambda_http::Body as EventBody;
use model::Error;

use crate::app::Mode;
use crate::error::ApiError;

/// Bytes of an event that Lambda takes.
const EVENT_MAX: usize = 6 * 1024 * 1024;
/// Left for the status and the headers.
const HEADERS_MAX: usize = 64 * 1024;
/// The fewest bytes a row can be compressed to: its id has 122 random bits.
const ROW_MIN: usize = 15;

/// The most rows, each with an id of its own, that an answer may have: more certainly do not fit, however well they are
/// compressed. `None` where answers of any size are sent.
pub(crate) fn rows_max(mode: Mode) -> Option<usize> {
    match mode {
        Mode::Local => None,
        Mode::Cloud => Some((EVENT_MAX - HEADERS_MAX) / 4 * 3 / ROW_MIN),
    }
}

/// Replaces an answer that does not fit by a 413 that says how to get it otherwise. This comes before the log line is written,
/// so that the line says what is answered.
pub(crate) async fn refuse_oversized(answer: Response) -> Response {
    let (parts, body) = answer.into_parts();
    let bytes = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            return instead(parts, ApiError::from(Error::internal(error)).into_response());
        }
    };
    if size_in_event(&parts.headers, &bytes) <= EVENT_MAX - HEADERS_MAX {
        return Response::from_parts(parts, Body::from(bytes));
    }
    tracing::warn!(bytes = bytes.len(), "an answer does not fit into what Lambda takes");
    instead(parts, ApiError::from(Error::AnswerTooLarge).into_response())
}

/// Another answer in the place of one. It keeps the headers that all answers have, and what was found out for the log.
fn instead(mut of: Parts, answer: Response) -> Response {
    for name in
        [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ETAG]
    {
        of.headers.remove(name);
    }
    let (mut parts, body) = answer.into_parts();
    parts.headers.extend(of.headers);
    of.extensions.extend(parts.extensions);
    parts.extensions = of.extensions;
    Response::from_parts(parts, body)
}

/// An answer as `lambda_http` takes it. All text is UTF-8 here: left to itself the crate looks for other character sets, and
/// a function would carry their tables, 150 KB of them.
pub(crate) struct LambdaResponse(pub(crate) Response);

impl lambda_http::IntoResponse for LambdaResponse {
    fn into_response(self) -> Pin<Box<dyn Future<Output = http::Response<EventBody>> + Send>> {
        Box::pin(async {
            let (mut parts, body) = self.0.into_parts();
            let bytes = match body.collect().await {
                Ok(body) => Vec::from(body.to_bytes()),
                Err(error) => {
                    tracing::error!(%error, "an answer broke off");
                    parts.status = http::StatusCode::INTERNAL_SERVER_ERROR;
                    Vec::new()
                }
            };
            let body = if is_text(&parts.headers) {
                String::from_utf8(bytes)
                    .map_or_else(|error| EventBody::Binary(error.into_bytes()), EventBody::Text)
            } else {
                EventBody::Binary(bytes)
            };
            http::Response::from_parts(parts, body)
        })
    }
}

/// Whether a body is sent as the text that it is.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map_or(Ok(""), |value| value.to_str());
    let kind = kind.unwrap_or("binary");
    let is_text =
        kind.is_empty() || kind.starts_with("text") || kind.starts_with("application/json");
    is_text && !headers.contains_key(header::CONTENT_ENCODING)
}

/// How many bytes a body is in the event.
fn size_in_event(headers: &HeaderMap, body: &[u8]) -> usize {
    if !is_text(headers) {
        return body.len().div_ceil(3) * 4;
    }
    let escaped = |byte: &u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    body.iter().map(escaped).sum()
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, StatusCode};

    use super::*;

    async fn of_type(
        kind: &'static str,
        body: Vec<u8>,
        encoding: Option<&'static str>,
    ) -> StatusCode {
        let mut answer = Response::new(Body::from(body));
        let told = encoding.map(HeaderValue::from_static);
        answer.headers_mut().extend(told.map(|value| (header::CONTENT_ENCODING, value)));
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        answer.headers_mut().insert("x-request-id", HeaderValue::from_static("7"));
        let answer = refuse_oversized(answer).await;
        assert_eq!(answer.headers()["x-request-id"], "7");
        let is_refused = answer.status() == StatusCode::PAYLOAD_TOO_LARGE;
        let expected = if is_refused { "application/json" } else { kind };
        assert_eq!(answer.headers()[header::CONTENT_TYPE], expected);
        let is_encoded = answer.headers().contains_key(header::CONTENT_ENCODING);
        assert_eq!(is_encoded, !is_refused && encoding.is_some());
        answer.status()
    }

    async fn status(body: Vec<u8>, encoding: Option<&'static str>) -> StatusCode {
        of_type("application/json", body, encoding).await
    }

    #[tokio::test]
    async fn text_is_sent_as_it_is_and_all_else_as_base64() {
        let sent = async |headers: &[(header::HeaderName, &'static str)], body: &'static [u8]| {
            let mut answer = Response::new(Body::from(body));
            for (name, value) in headers {
                answer.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            lambda_http::IntoResponse::into_response(LambdaResponse(answer)).await.into_body()
        };
        let json = || (header::CONTENT_TYPE, "application/json");
        let gzip = (header::CONTENT_ENCODING, "gzip");
        let csv = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
        let lines = (header::CONTENT_TYPE, "application/x-ndjson");
        let text = EventBody::Text("ü".into());
        let bytes = EventBody::Binary("ü".into());
        assert_eq!(sent(&[], "ü".as_bytes()).await, text);
        assert_eq!(sent(&[json()], "ü".as_bytes()).await, text);
        assert_eq!(sent(&[csv], "ü".as_bytes()).await, text);
        assert_eq!(sent(&[lines], "ü".as_bytes()).await, bytes);
        assert_eq!(sent(&[json(), gzip], "ü".as_bytes()).await, bytes);
        // No text that it says to be: nothing of it is lost.
        assert_eq!(sent(&[json()], &[0xff]).await, EventBody::Binary(vec![0xff]));
    }

    #[tokio::test]
    async fn what_does_not_fit_is_refused() {
        let fits = EVENT_MAX - HEADERS_MAX;
        assert_eq!(status(vec![b'x'; fits], None).await, 200);
        assert_eq!(status(vec![b'x'; fits + 1], None).await, 413);
        assert_eq!(status(vec![b'"'; fits / 2], None).await, 200);
        assert_eq!(status(vec![b'"'; fits / 2 + 1], None).await, 413);
        assert_eq!(status(vec![0; fits / 4 * 3], Some("gzip")).await, 200);
        assert_eq!(status(vec![0; fits], Some("gzip")).await, 413);
        // What is not known for text is base64, too.
        assert_eq!(of_type("application/x-ndjson", vec![b'x'; fits / 4 * 3], None).await, 200);
        assert_eq!(of_type("application/x-ndjson", vec![b'x'; fits], None).await, 413);
        assert_eq!(of_type("text/csv; charset=utf-8", vec![b'x'; fits], None).await, 200);
    }
}
