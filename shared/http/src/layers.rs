//! What every request passes on its way in and out. Start with [`service`].

pub mod etag;
pub mod idempotency;
pub(crate) mod observe;
pub(crate) mod payload;
pub(crate) mod precondition;
pub(crate) mod slash;

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state, map_request, map_response};
use axum::response::Response;
use http::{HeaderValue, Method, StatusCode, header};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::normalize_path::NormalizePath;

use self::observe::{measure, observe};
use self::payload::fitting;
use crate::app::Mode;
use crate::error::{panicked, shape};

/// Bodies below this many bytes are not worth compressing.
const COMPRESS_MIN: u64 = 1024;

/// The routes with all around them: for `lambda_http::run`, or for `axum::serve` by
/// `axum::ServiceExt::<axum::extract::Request>::into_make_service`.
pub type Service = NormalizePath<Router>;

/// Puts the layers around what a process serves, as a whole: axum makes those of a router anew for every route.
pub fn service<S>(routes: S, mode: Mode) -> Service
where
    S: tower::Service<Request, Response = Response, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send,
{
    let layered = Router::new()
        .fallback_service(routes)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(shape))
        .layer(from_fn(etag::tag))
        .layer(
            // Level 1 costs a third of the default's time and JSON shrinks nearly as well.
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(SizeAbove::new(COMPRESS_MIN)),
        )
        .layer(from_fn(etag::tag_gzip))
        .layer(map_response(add_headers));
    let layered = match mode {
        Mode::Local => layered,
        // Around all else that answers: a panic is no exception.
        Mode::Cloud => layered.layer(map_response(fitting)).layer(map_response(insist_on_tls)),
    };
    let layered = layered
        .layer(from_fn(head_as_get))
        .layer(map_response(finish))
        .layer(from_fn_with_state(mode, measure))
        .layer(from_fn(observe));
    NormalizePath::trim_trailing_slash(layered)
}

/// Notes which of a router's routes a request meets: its log line names it.
pub fn noted<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.route_layer(map_request(observe::note_route))
}

/// Answers a HEAD as the GET, only without the body: tag, length and status are the same.
async fn head_as_get(mut request: Request, next: Next) -> Response {
    if *request.method() != Method::HEAD {
        return next.run(request).await;
    }
    *request.method_mut() = Method::GET;
    let (mut parts, body) = next.run(request).await.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}

/// Tells browsers that nothing of what a gateway serves is to be had without TLS.
async fn insist_on_tls(mut response: Response) -> Response {
    let year = HeaderValue::from_static("max-age=31536000");
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, year);
    response
}

async fn add_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    // What one caller gets is not another's, and must be asked for again: the tag makes that cheap.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    headers.entry(header::VARY).or_insert(HeaderValue::from_static("accept-encoding"));
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    // The local server's documentation is the only page; what else comes is data, and is shown in no frame.
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if kind.is_none_or(|kind| !kind.starts_with(b"text/html")) {
        let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.insert(header::CONTENT_SECURITY_POLICY, nothing);
    }
    response
}

async fn finish(mut response: Response) -> Response {
    let has_no_body =
        matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let headers = response.headers_mut();
    if has_no_body {
        headers.remove(header::CONTENT_LENGTH);
    }
    let allowed = headers.get(header::ALLOW).and_then(|methods| methods.to_str().ok());
    if let Some(with_options) =
        allowed.and_then(|methods| HeaderValue::from_str(&format!("{methods},OPTIONS")).ok())
    {
        headers.insert(header::ALLOW, with_options);
    }
    response
}
