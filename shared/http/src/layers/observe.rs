//! What a request leaves behind: one log line, an id in its answer, and what it cost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method};
use lambda_http::request::RequestContext;
use lambda_runtime::Context;
use model::PersonId;
use store::meter::Capacity;
use uuid::Uuid;

use crate::error::Failure;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// What the log line of a request is told under: [`log`](crate::log) adds its metrics by it.
pub(crate) const REQUEST: &str = "tanuki::request";

/// The route that a request matched: noted inside the router, for the outermost layer.
#[derive(Clone, Debug, Default)]
struct MatchedRoute(Arc<OnceLock<MatchedPath>>);

/// Inside the router: notes which of its routes the request matched.
pub(crate) fn note_route(request: &Request) {
    let matched = request.extensions().get::<MatchedRoute>();
    if let (Some(MatchedRoute(route)), Some(path)) =
        (matched, request.extensions().get::<MatchedPath>())
    {
        route.get_or_init(|| path.clone());
    }
}

/// Tells the caller what his request consumed.
pub(crate) fn tell_cost(response: &mut Response, spent: Capacity) {
    let timing = format!("rcu;dur={}, wcu;dur={}", spent.read, spent.write);
    if let Ok(timing) = HeaderValue::from_str(&timing) {
        response.headers_mut().insert(SERVER_TIMING, timing);
    }
}

/// A request under way: what its log line will tell. Neither the query nor any header is logged: they hold tokens and
/// names. The caller is told by his id.
pub(crate) struct Observed {
    started: Instant,
    cold_start: u8,
    id: String,
    function: Option<String>,
    method: Method,
    route: Arc<OnceLock<MatchedPath>>,
}

impl Observed {
    pub(crate) fn begin(request: &mut Request) -> Self {
        let MatchedRoute(route) =
            request.extensions_mut().get_or_insert_default::<MatchedRoute>().clone();
        Self {
            started: Instant::now(),
            cold_start: u8::from(is_first()),
            id: request_id(request),
            function: function(request),
            method: request.method().clone(),
            route,
        }
    }

    /// Gives the answer the request's id, and writes the log line.
    pub(crate) fn end(self, response: &mut Response, caller: Option<PersonId>, spent: Capacity) {
        let Self { started, cold_start, id, function, method, route } = self;
        let function = function.as_deref();
        let route = route.get().map_or("unknown", MatchedPath::as_str);
        let status = response.status().as_u16();
        let server_error = u8::from(response.status().is_server_error());
        let caller = caller.map(tracing::field::display);
        let failure = response.extensions().get::<Failure>();
        if let Some(Failure { exception, cause: Some(cause) }) = failure {
            let exception = &**exception;
            tracing::error!(request_id = id, route, exception, cause, "request failed");
        }
        let exception = failure.map(|failure| &*failure.exception);
        let Capacity { read: rcu, write: wcu } = spent;
        let duration_ms = started.elapsed().as_secs_f64() * 1000.0;
        // `log::METRICS` names the numbers among these.
        tracing::info!(
            target: REQUEST, request_id = id, function, %method, route, status, caller, duration_ms, rcu, wcu,
            server_error, cold_start, exception, "request"
        );
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
    }
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
