//! What a request leaves behind: one log line, an id in its answer, and what it cost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use lambda_http::request::RequestContext;
use lambda_runtime::Context;
use store::author;
use store::meter::{self, Capacity};
use uuid::Uuid;

use crate::app::Mode;
use crate::error::Failure;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// What the log line of a request is told under: [`log`](crate::log) adds its metrics by it.
pub(crate) const REQUEST: &str = "tanuki::request";

/// The route that a request met, told from inside of the router to the outermost layer.
#[derive(Clone, Debug, Default)]
struct Met(Arc<OnceLock<MatchedPath>>);

/// A layer inside of the router: notes which of its routes the request met.
pub(crate) async fn note_route(request: Request) -> Request {
    let met = request.extensions().get::<Met>();
    if let (Some(Met(met)), Some(path)) = (met, request.extensions().get::<MatchedPath>()) {
        met.get_or_init(|| path.clone());
    }
    request
}

/// A layer: adds up what the handler and its extractors consume.
pub(crate) async fn measure(State(mode): State<Mode>, request: Request, next: Next) -> Response {
    let (mut response, spent) = meter::measured(next.run(request)).await;
    let timing = format!("rcu;dur={}, wcu;dur={}", spent.read, spent.write);
    if let (Mode::Local, Ok(timing)) = (mode, HeaderValue::from_str(&timing)) {
        response.headers_mut().insert(SERVER_TIMING, timing);
    }
    response.extensions_mut().insert(spent);
    response
}

/// The outermost layer: gives the request its id and writes its log line. Neither the query nor any header
/// is logged: they hold tokens and names. The caller is told by his id.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let cold_start = u8::from(is_first());
    let id = request_id(&request);
    let function = function(&request);
    let method = request.method().clone();
    let Met(met) = request.extensions_mut().get_or_insert_default::<Met>().clone();
    let (mut response, caller) = author::unknown(next.run(request)).await;

    let function = function.as_deref();
    let route = met.get().map_or("unknown", MatchedPath::as_str);
    let status = response.status().as_u16();
    let server_error = u8::from(response.status().is_server_error());
    let caller = caller.map(tracing::field::display);
    let failure = response.extensions().get::<Failure>();
    if let Some(Failure { exception, cause: Some(cause) }) = failure {
        tracing::error!(request_id = id, route, exception = &**exception, cause, "request failed");
    }
    let exception = failure.map(|failure| &*failure.exception);
    let Capacity { read: rcu, write: wcu } =
        response.extensions().get::<Capacity>().copied().unwrap_or_default();
    let duration_ms = started.elapsed().as_secs_f64() * 1000.0;
    // `log::METRICS` names the numbers among these.
    tracing::info!(
        target: REQUEST, request_id = id, function, %method, route, status, caller, duration_ms, rcu, wcu,
        server_error, cold_start, exception, "request"
    );

    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Whether this is the first request of the process.
fn is_first() -> bool {
    static SERVED: AtomicBool = AtomicBool::new(false);
    !SERVED.swap(true, Ordering::Relaxed)
}

/// The name of the Lambda function that answers; `None` elsewhere.
fn function(request: &Request) -> Option<String> {
    let context = request.extensions().get::<Context>()?;
    Some(context.env_config.function_name.clone())
}

/// The gateway's id of the request, which its own logs know, or a fresh one.
fn request_id(request: &Request) -> String {
    let from_gateway = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    from_gateway.unwrap_or_else(|| Uuid::new_v4().to_string())
}
