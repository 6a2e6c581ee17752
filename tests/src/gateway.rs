//! API Gateway and Lambda, as far as clients and functions see them: what `template.yaml` describes, with the
//! real binaries.
//!
//! [`Gateway::start`] reads the template and opens a port. A request is matched to a route ([`routes`]), becomes
//! an event ([`event`]), and is handed to an instance of the function ([`lambda`]), which is started when none
//! is free and asks for events at its Runtime API ([`runtime`]). Instances reach the embedded engine over HTTP
//! ([`table`]), each under the name of its function, and may do there what the template's policy allows. All ends when
//! the [`Gateway`] is dropped.

mod event;
mod lambda;
mod logs;
mod program;
mod routes;
mod runtime;
mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::response::Parts;
use http::uri::PathAndQuery;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::json;
use tanuki::engine::Engine;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use ureq::Agent;
use ureq::config::AutoHeaderValue;

pub use self::event::SOURCE_IP;
use self::lambda::{Failure, Function};
pub use self::lambda::{Instance, Limits};
use self::routes::Routes;
pub use self::table::Permission;
use self::table::Table;
use crate::template::Template;

/// The largest body the gateway takes, in bytes.
pub const BODY_MAX: usize = 10 * 1024 * 1024;
/// The largest event and the largest answer of a function, in bytes.
pub const PAYLOAD_MAX: usize = 6 * 1024 * 1024;

/// A running gateway.
#[derive(Debug)]
pub struct Gateway {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    front: Arc<Front>,
    table: Arc<Table>,
    /// Where functions find the table and the secret.
    services: String,
    servers: [AbortHandle; 2],
    agent: Agent,
}

#[derive(Debug)]
struct Front {
    routes: Routes,
    functions: HashMap<String, Function>,
}

impl Gateway {
    /// Opens the API of the template on a free port, over the table of an engine. `secret` is the text of the token
    /// secret.
    pub async fn start(engine: &Engine, secret: &str) -> Self {
        let template = Template::read();
        let limit = template.document["Globals"]["Function"]["Timeout"].as_u64();
        let time = Duration::from_secs(limit.expect("a time limit"));
        Self::start_with(engine, secret, Limits { time, instances: 100 }).await
    }

    /// The same, with other limits than the template's.
    pub async fn start_with(engine: &Engine, secret: &str, limits: Limits) -> Self {
        let template = Template::read();
        let table = Arc::new(Table::new(engine.clone(), &template, secret));
        let (table_server, services) = serve(table::router(table.clone())).await;
        let functions = template.functions().into_iter().map(|function| {
            let environment = lambda::environment(&template, &function.binary, &services);
            (function.binary.clone(), Function::new(&function.binary, environment, limits))
        });
        let functions = functions.collect();
        let front = Arc::new(Front { routes: Routes::of(&template), functions });
        let (server, url) = serve(Router::new().fallback(answer).with_state(front.clone())).await;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .build();
        let servers = [server, table_server];
        Self { url, front, table, services, servers, agent: agent.into() }
    }

    /// Sends a request as it is; the answer's head and body. A redirect is an answer, too.
    pub async fn send(&self, request: Request<Body>) -> (Parts, Vec<u8>) {
        let (mut parts, body) = request.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes().to_vec();
        let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        parts.uri = format!("{}{path}", self.url).parse().expect("an address");
        let request = Request::from_parts(parts, body);
        let agent = self.agent.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let (parts, mut body) = agent.run(request).expect("an answer").into_parts();
            let body = body.with_config().limit(u64::MAX).read_to_vec().expect("a whole body");
            (parts, body)
        });
        answer.await.expect("the request is sent")
    }

    /// Hands an event to a function, as the clock does; what it answered, or `None` if it failed.
    pub async fn invoke(
        &self,
        function: &str,
        event: &serde_json::Value,
    ) -> Option<serde_json::Value> {
        let answer = self.front.functions[function].invoke(event.to_string().into_bytes()).await;
        serde_json::from_slice(&answer.ok()?).ok()
    }

    /// What functions tried on the table and their policy does not allow.
    pub fn denied(&self) -> Vec<String> {
        self.table.denied()
    }

    /// From now on the token secret is another text.
    pub fn exchange_secret(&self, secret: &str) {
        self.table.exchange_secret(secret);
    }

    /// What each function did on the table, as its policy would name it: actions and resources.
    pub fn used(&self) -> BTreeMap<String, BTreeSet<Permission>> {
        self.table.used()
    }

    /// The lines that a function's instances wrote.
    pub fn logs(&self, function: &str) -> Vec<String> {
        self.front.functions[function].logs()
    }

    /// Which function a request goes to, and as what event.
    pub fn event(&self, request: Request<()>) -> Option<(String, Vec<u8>)> {
        let (parts, ()) = request.into_parts();
        let route = self.front.routes.find(&parts.method, &event::path(&parts))?;
        Some((route.function.clone(), event::from_request(&parts, &[], &route)))
    }

    /// Starts a program in a function's place: with its environment, under its policy, and called by nobody else.
    pub async fn instance(&self, function: &str, program: &Path) -> Instance {
        self.front.functions[function].instance(program).await
    }

    /// Starts a function with other values of some variables, called by nobody else.
    pub async fn instance_with(&self, function: &str, other: &[(&str, &str)]) -> Instance {
        self.front.functions[function].instance_with(other).await
    }

    /// Where functions find the table and the secret: `http://127.0.0.1:PORT`.
    pub fn services(&self) -> &str {
        &self.services
    }

    /// From now on the table takes this long to answer.
    pub fn delay_table(&self, delay: Duration) {
        self.table.delay(delay);
    }

    /// `kill -9` for every instance of a function; the number of them.
    pub fn kill(&self, function: &str) -> usize {
        self.front.functions[function].kill()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.servers.iter().for_each(AbortHandle::abort);
        // Whatever a test is about: what the template allows must be enough.
        assert!(std::thread::panicking() || self.denied().is_empty(), "{:?}", self.denied());
    }
}

/// Serves a router on a free port of this machine, and tells where.
async fn serve(router: Router) -> (AbortHandle, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a port");
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    (server.abort_handle(), format!("http://{address}"))
}

async fn answer(State(front): State<Arc<Front>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    };
    let Some(route) = front.routes.find(&parts.method, &event::path(&parts)) else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let event = event::from_request(&parts, &body, &route);
    if event.len() > PAYLOAD_MAX {
        return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    }
    match front.functions[&route.function].invoke(event).await {
        Ok(payload) => event::into_response(&payload).unwrap_or_else(failed),
        Err(Failure::Throttled) => message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        Err(failure) => {
            eprintln!("{} {}: {failure:?}", parts.method, parts.uri);
            failed()
        }
    }
}

fn failed() -> Response {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// An answer of the gateway's own.
fn message(status: StatusCode, text: &str) -> Response {
    let body = json!({"message": text}).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
