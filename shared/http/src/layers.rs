//! What every request passes on its way in and out. Start with [`service`].

pub mod etag;
pub mod idempotency;
pub(crate) mod observe;
pub(crate) mod payload;
pub(crate) mod precondition;
pub(crate) mod slash;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_request};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Method, StatusCode, header};
use lambda_http::RequestExt as _;
use model::Error;
use store::{author, meter};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::normalize_path::NormalizePath;

use self::etag::Tag;
use self::observe::Observed;
use self::payload::refuse_oversized;
use self::precondition::Reader;
use crate::app::{App, Mode};
use crate::error::{ApiError, Shape, panicked};

/// Bodies below this many bytes are not worth compressing.
const COMPRESS_MIN: u64 = 1024;

/// The routes with all layers around them: for `lambda_http::run`, or for `axum::serve` by
/// `axum::ServiceExt::<axum::extract::Request>::into_make_service`.
pub type Service = NormalizePath<Router>;

/// Puts the layers around what a process serves. They are few, and what they do are plain functions: each layer of axum's
/// copies all that it is around, for every request.
pub fn service<S>(routes: S, mode: Mode) -> Service
where
    S: tower::Service<Request, Response = Response, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send,
{
    let compression = CompressionLayer::new()
        // Level 1 costs a third of the default's time and JSON shrinks nearly as well.
        .quality(CompressionLevel::Fastest)
        // gazu writes a file that it downloads as it comes.
        .compress_when(SizeAbove::new(COMPRESS_MIN).and(NotForContentType::new("text/csv")));
    let layered = ServiceBuilder::new()
        .layer(from_fn_with_state(mode, around_compression))
        .layer(compression)
        .layer(from_fn(inside_compression))
        .layer(CatchPanicLayer::custom(panicked))
        .service(routes);
    NormalizePath::trim_trailing_slash(Router::new().fallback_service(layered))
}

/// Notes which of a router's routes a request meets: its log line names it.
pub fn note_routes(router: Router) -> Router {
    router.route_layer(map_request(async |request: Request| {
        observe::note_route(&request);
        request
    }))
}

/// Some routes with their state and what is around each, still without what is around all: see [`service`].
pub(crate) fn router(bare: impl Fn() -> Router<App> + Send + 'static, app: App) -> Router {
    let router = bare();
    let around = AroundRoute { app: app.clone(), reader: Reader::new(bare, app.clone()) };
    router.route_layer(from_fn_with_state(Arc::new(around), around_route)).with_state(app)
}

/// What is around each route: whoever repeats a request, or changes only what he saw.
async fn around_route(
    State(route): State<Arc<AroundRoute>>,
    request: Request,
    next: Next,
) -> Response {
    observe::note_route(&request);
    if idempotency::is_asked(&request) {
        // Rarely asked for, and large: on the heap, where not every request holds it.
        Box::pin(idempotency::once(&route.app, request, next)).await
    } else if precondition::is_asked(&request) {
        Box::pin(precondition::enforce(route.reader.clone(), request, next)).await
    } else {
        next.run(request).await
    }
}

/// What [`around_route`] needs besides the request.
struct AroundRoute {
    app: App,
    reader: Reader,
}

async fn around_compression(
    State(mode): State<Mode>,
    mut request: Request,
    next: Next,
) -> Response {
    let observed = Observed::begin(&mut request);
    let is_head = head_as_get(&mut request);
    etag::prepare(&mut request);
    let (limit, room) = (time_left(&request), room(&request));
    let answered = async {
        let answer = meter::with_room(room, next.run(request));
        match limit {
            None => answer.await,
            Some(limit) => tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| late()),
        }
    };
    let ((mut answer, spent), caller) = author::tracked(meter::measured(answered)).await;
    etag::tag_gzip(&mut answer);
    add_headers(&mut answer);
    // Whatever answers: a panic is no exception.
    if mode == Mode::Cloud {
        answer = refuse_oversized(answer).await;
        insist_on_tls(&mut answer);
    }
    if is_head {
        answer = without_body(answer);
    }
    finish(&mut answer);
    if mode == Mode::Local {
        observe::tell_cost(&mut answer, spent);
    }
    observed.end(&mut answer, caller, spent);
    answer
}

async fn inside_compression(request: Request, next: Next) -> Response {
    let (shape, tag) = (Shape::of(&request), Tag::of(&request));
    let answer = shape.give(next.run(request).await);
    tag.put_on(answer).await
}

/// Time kept for compressing and sending the answer when a request is given up.
const RESERVE: Duration = Duration::from_secs(2);

/// How long a request may still take; `None` where nothing stops it, as under `cargo lambda watch`, whose deadlines are long
/// past. We give it up before Lambda stops the function: we know what it was doing, and Lambda would take the instance along.
fn time_left(request: &Request) -> Option<Duration> {
    let deadline = request.lambda_context_ref()?.deadline().checked_sub(RESERVE)?;
    deadline.duration_since(SystemTime::now()).ok()
}

/// How much a request may hold of what it reads for each MB of a function's memory, in read capacity units of 4 KB: an eighth
/// of the memory. As rows, the same takes two to three times as much, and as text as much again.
const ROOM_PER_MB: f64 = 1024.0 / 4.0 / 8.0;

/// How much a request may hold of what it reads, in read capacity units. Only a `GET` on Lambda is limited: a change has to be
/// completed whatever it takes, and elsewhere the memory is the machine's.
fn room(request: &Request) -> f64 {
    let memory = request.lambda_context_ref().map_or(0, |context| context.env_config.memory);
    let is_bounded = *request.method() == Method::GET && memory > 0;
    if is_bounded { f64::from(memory) * ROOM_PER_MB } else { f64::INFINITY }
}

/// The answer to a request that was given up. As after a crash, a change is completed by whoever meets it, or was not begun.
fn late() -> Response {
    ApiError::from(Error::Unavailable("the request took too long".into())).into_response()
}

/// A HEAD is answered as the GET, only without the body: tag, length and status are the same.
fn head_as_get(request: &mut Request) -> bool {
    let is_head = *request.method() == Method::HEAD;
    if is_head {
        *request.method_mut() = Method::GET;
    }
    is_head
}

fn without_body(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}

/// Tells browsers that nothing of what a gateway serves is to be had without TLS.
fn insist_on_tls(response: &mut Response) {
    let year = HeaderValue::from_static("max-age=31536000");
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, year);
}

fn add_headers(response: &mut Response) {
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
}

fn finish(response: &mut Response) {
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
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    /// A request that Lambda will stop so long after the time to give it up; `None` is 1970.
    fn request(path: &str, left: Option<Duration>) -> Request {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let mut context = lambda_http::Context::default();
        if let Some(left) = left {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
            context.deadline = u64::try_from((now + RESERVE + left).as_millis()).unwrap();
        }
        request.with_lambda_context(context)
    }

    #[tokio::test]
    async fn a_request_is_given_up_before_its_instance_is_stopped() {
        let routes = Router::new()
            .route("/slow", get(std::future::pending::<Response>))
            .route("/quick", get(async || "there"));
        let service = service(routes, Mode::Cloud);
        let soon = Some(Duration::from_millis(100));
        let send = async |path| service.clone().oneshot(request(path, soon)).await.unwrap();
        let answer = send("/slow").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.headers().contains_key(header::RETRY_AFTER), "{answer:?}");
        assert_eq!(send("/quick").await.status(), StatusCode::OK);
        assert!(time_left(&Request::default()).is_none(), "nobody stops the local server");
        assert!(time_left(&request("/slow", None)).is_none(), "nor what began before it was sent");
    }
}
