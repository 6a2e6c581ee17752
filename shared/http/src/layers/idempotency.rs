//! `Idempotency-Key` on `POST`: the same request under the same key is done once and answered alike, for a day
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! Around the handlers. The key is the caller's own; who the caller is, is checked first, and again when a
//! stored answer is given, together with their role in the studio and in every project the request had entered. Paths
//! below `/api/auth/` ignore the header: their answers hold tokens. A request without it passes as if this were not there.

use std::io::{Read as _, Write as _};

use axum::body::Body;
use axum::extract::{FromRequestParts as _, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use model::error::KeySpent;
use model::{Error, ProjectId, Role};
use sha2::{Digest as _, Sha256};
use store::{Claim, Claimed, KeptAnswer};

use crate::access::entered;
use crate::app::App;
use crate::caller::Caller;
use crate::error::{ApiError, Failure, Result};
use crate::extract;
use crate::tokens::Tokens;

/// The header with the key.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that is given again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Paths below this one ignore the header: their answers hold tokens.
const SECRET_PATHS: &str = "/api/auth/";
/// Characters of a key.
const KEY_MAX: usize = 255;
/// Bytes of a compressed answer that, as base64, fit into an item with all the rest.
const BODY_MAX: usize = 256 * 1024;
/// What of an answer's head belongs to its body.
const KEPT_HEADERS: [HeaderName; 4] =
    [header::CONTENT_TYPE, header::CONTENT_DISPOSITION, header::LOCATION, header::LINK];

/// Whether an operation takes a key.
pub(crate) fn concerns(method: &Method, path: &str) -> bool {
    *method == Method::POST && !path.starts_with(SECRET_PATHS)
}

/// Whether a request is to be done once.
pub(crate) fn is_asked(request: &Request) -> bool {
    let is_keyed = request.headers().contains_key(IDEMPOTENCY_KEY);
    is_keyed && concerns(request.method(), request.uri().path())
}

/// Answers such a request.
pub(crate) async fn once(app: &App, request: Request, next: Next) -> Response {
    keyed(app, request, next).await.unwrap_or_else(ApiError::into_response)
}

async fn keyed(app: &App, request: Request, next: Next) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let caller = match Caller::from_request_parts(&mut parts, app).await {
        // Whether that matters is the handler's to say.
        Err(ApiError(Error::Unauthenticated(_))) => {
            return Ok(next.run(Request::from_parts(parts, body)).await);
        }
        caller => caller?,
    };
    let key = key(&parts.headers)?;
    let body = extract::collect(body).await?;
    let fingerprint = fingerprint(&app.tokens, &parts, &body)?;
    match app.store.replay_claim(caller.person.id, &key, &fingerprint).await? {
        Claim::Another => Err(Error::KeySpent(KeySpent::Reused).into()),
        Claim::Running => Err(Error::StillRunning.into()),
        Claim::Answered(answer) => {
            require_unchanged(app, &caller, &answer).await?;
            replayed(*answer)
        }
        Claim::Yours(claimed) => {
            let request = Request::from_parts(parts, Body::from(body));
            let work = claimed.bind(entered::collect(next.run(request)));
            let (mut response, entered) = work.await;
            // It was not refused when it was done.
            if claimed.has_created() && response.status().is_client_error() && is_final(&response) {
                response = ApiError(Error::KeySpent(KeySpent::Overtaken)).into_response();
            }
            keep(app, &claimed, caller.person.role, entered, response).await
        }
    }
}

/// The key: a string in quotes, as the draft says, or the bare text.
fn key(headers: &HeaderMap) -> Result<String> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let text = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let key = quoted.unwrap_or(text);
    let is_sound = (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if !is_sound || values.next().is_some() {
        let message = "must be given once, with 1 to 255 visible ASCII characters";
        return Err(Error::invalid("Idempotency-Key", message).into());
    }
    Ok(key.to_owned())
}

/// Two requests with the same are the same. Signed: a bare hash of a body that holds a password would help to guess it.
fn fingerprint(tokens: &Tokens, parts: &Parts, body: &[u8]) -> Result<String> {
    let mut hash = Sha256::new();
    let content_type = parts.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    for part in [parts.method.as_str().as_bytes(), target.as_bytes(), content_type.unwrap_or(b"")] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(body);
    let signed = tokens.sign_cursor(&("request", STANDARD.encode(hash.finalize())))?;
    // Of the signed text the signature alone, which tells nothing.
    Ok(signed.rsplit('.').next().unwrap_or_default().to_owned())
}

/// Fails if the caller may not be what he was when the request was done.
async fn require_unchanged(app: &App, caller: &Caller, answer: &KeptAnswer) -> Result<()> {
    let mut is_same = caller.person.role == answer.role;
    for (project, role) in &answer.entered {
        is_same = is_same && caller.enter(app, *project).await?.role == *role;
    }
    let changed = || Error::Forbidden("Your role has changed since the request was done").into();
    if is_same { Ok(()) } else { Err(changed()) }
}

/// Keeps a final answer and passes it on. That it could not be kept does not undo what was done.
async fn keep(
    app: &App,
    claimed: &Claimed,
    role: Role,
    entered: Vec<(ProjectId, Role)>,
    response: Response,
) -> Result<Response> {
    if !is_final(&response) {
        if let Err(error) = app.store.replay_drop(claimed).await {
            tracing::warn!(%error, "an idempotency key could not be given back");
        }
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Error::internal)?.to_bytes();
    let answer = KeptAnswer {
        status: parts.status.as_u16(),
        headers: KEPT_HEADERS.iter().filter_map(|name| kept(&parts.headers, name)).collect(),
        body: packed(&body)?,
        exception: parts.extensions.get::<Failure>().map(|failure| failure.exception.to_string()),
        role,
        entered,
    };
    if let Err(error) = app.store.replay_keep(claimed, answer).await {
        tracing::warn!(%error, "an answer could not be kept");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Whether the same request would be answered alike, and the answer holds no secret.
fn is_final(response: &Response) -> bool {
    let status = response.status();
    let passes = matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::CONFLICT
            | StatusCode::TOO_EARLY
            | StatusCode::TOO_MANY_REQUESTS
    );
    let is_answer = status.is_success() || (status.is_client_error() && !passes);
    let headers = response.headers();
    let cache = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok());
    let is_secret = headers.contains_key(header::SET_COOKIE)
        || cache.is_some_and(|value| value.contains("no-store"));
    is_answer && !is_secret
}

fn kept(headers: &HeaderMap, name: &HeaderName) -> Option<(String, String)> {
    Some((name.to_string(), headers.get(name)?.to_str().ok()?.to_owned()))
}

/// A body as it is kept; `None` if it is too large.
fn packed(body: &[u8]) -> Result<Option<String>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).map_err(Error::internal)?;
    let gzip = encoder.finish().map_err(Error::internal)?;
    Ok((gzip.len() <= BODY_MAX).then(|| STANDARD.encode(gzip)))
}

fn unpacked(kept: &str) -> Result<Vec<u8>> {
    let (gzip, mut body) = (STANDARD.decode(kept).map_err(Error::internal)?, Vec::new());
    GzDecoder::new(gzip.as_slice()).read_to_end(&mut body).map_err(Error::internal)?;
    Ok(body)
}

fn replayed(answer: KeptAnswer) -> Result<Response> {
    let Some(body) = answer.body else { return Err(Error::KeySpent(KeySpent::NotKept).into()) };
    let mut response = Response::new(Body::from(unpacked(&body)?));
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(Error::internal)?;
    for (name, value) in &answer.headers {
        let name = HeaderName::try_from(name).map_err(Error::internal)?;
        response.headers_mut().insert(name, HeaderValue::try_from(value).map_err(Error::internal)?);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    if let Some(exception) = answer.exception {
        response.extensions_mut().insert(Failure { exception: exception.into(), cause: None });
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_quoted_or_bare() {
        let check = |value: &str, expected: Option<&str>| {
            let value = HeaderValue::from_str(value).unwrap();
            let found = key(&HeaderMap::from_iter([(IDEMPOTENCY_KEY, value)]));
            assert_eq!(found.ok().as_deref(), expected);
        };
        check("\"8e03978e-40d5\"", Some("8e03978e-40d5"));
        check("8e03978e-40d5", Some("8e03978e-40d5"));
        check("", None);
        check("\"\"", None);
        check("a b", None);
        check(&"x".repeat(255), Some(&"x".repeat(255)));
        check(&"x".repeat(256), None);
    }

    #[test]
    fn the_same_requests_have_the_same_fingerprint() {
        let tokens = Tokens::new(&[7; 32]).unwrap();
        let print = |uri: &str, body: &[u8]| {
            let (parts, ()) = http::Request::post(uri).body(()).unwrap().into_parts();
            fingerprint(&tokens, &parts, body).unwrap()
        };
        let one = print("/api/data/tasks", b"{}");
        assert!(one.len() >= 43, "{one}");
        assert_eq!(one, print("/api/data/tasks", b"{}"));
        for other in [print("/api/data/tasks?a=1", b"{}"), print("/api/data/tasks", b"{ }")] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let body = b"{\"name\": \"Hero\"}".repeat(1000);
        assert_eq!(unpacked(&packed(&body).unwrap().unwrap()).unwrap(), body);
        let noise: Vec<u8> = (0..20_000u32).flat_map(|n| Sha256::digest(n.to_le_bytes())).collect();
        assert_eq!(packed(&noise).unwrap(), None);
    }
}
