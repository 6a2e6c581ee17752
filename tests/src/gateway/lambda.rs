//! Lambda: instances of functions, each with a Runtime API of its own, one request at a time.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::logs::Logs;
use super::{PAYLOAD_MAX, program, serve};
use crate::app::TABLE;
use crate::services::SECRET_ID;
use crate::template::Template;

/// What Lambda grants.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time of one request.
    pub time: Duration,
    /// Instances of a function at once.
    pub instances: usize,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// All instances are busy.
    Throttled,
    /// The time was up; the instance is gone.
    TimedOut,
    /// The process ended.
    Crashed,
    /// The function says that it failed.
    Failed,
    /// The answer is too large.
    TooLarge,
}

type Answer = Result<Vec<u8>, Failure>;

/// A function and its instances.
#[derive(Debug)]
pub(super) struct Function {
    name: String,
    environment: HashMap<String, String>,
    limits: Limits,
    free: Semaphore,
    idle: Mutex<Vec<Instance>>,
    /// Process ids of all instances, those that are gone included.
    started: Mutex<Vec<u32>>,
    logs: Logs,
}

/// Where this machine keeps what the template's file has in Lambda: all certificates that TLS trusts, in one file.
fn certificates() -> &'static str {
    let known = [
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/ssl/cert.pem",
    ];
    known.into_iter().find(|path| Path::new(path).exists()).unwrap_or_default()
}

/// What a function finds in its environment: the template's variables and those of Lambda.
pub(super) fn environment(
    template: &Template,
    function: &str,
    endpoint: &str,
) -> HashMap<String, String> {
    let template_value = |name: &str| match name {
        "TABLE_NAME" => TABLE.to_owned(),
        "TOKEN_SECRET_ID" => SECRET_ID.to_owned(),
        "LOG_LEVEL" => "info".to_owned(),
        "METRICS" => "embedded".to_owned(),
        "OIDC_ISSUER" | "OIDC_AUDIENCE" => String::new(),
        "SSL_CERT_FILE" => certificates().to_owned(),
        other => panic!("what is {other} for a function?"),
    };
    let told = template.variables().into_iter().map(|name| {
        let value = template_value(&name);
        (name, value)
    });
    let of_lambda = [
        ("AWS_LAMBDA_FUNCTION_NAME", function),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_REGION", "eu-central-1"),
        // The table knows by the key which role calls.
        ("AWS_ACCESS_KEY_ID", function),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint),
    ];
    told.chain(of_lambda.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

impl Function {
    pub(super) fn new(name: &str, environment: HashMap<String, String>, limits: Limits) -> Self {
        Self {
            name: name.to_owned(),
            environment,
            limits,
            free: Semaphore::new(limits.instances),
            idle: Mutex::default(),
            started: Mutex::default(),
            logs: Logs::default(),
        }
    }

    /// What all instances wrote so far, line by line.
    pub(super) fn logs(&self) -> Vec<String> {
        self.logs.lines()
    }

    /// Hands an event to an instance, a new one if none is idle.
    pub(super) async fn invoke(&self, event: Vec<u8>) -> Answer {
        let Ok(_permit) = self.free.try_acquire() else { return Err(Failure::Throttled) };
        let idle = lock(&self.idle).pop();
        let mut instance = match idle {
            Some(instance) => instance,
            None => self.start().await,
        };
        let answer = instance.call(event, self.limits.time).await;
        // Dropped otherwise, and so killed.
        if !matches!(answer, Err(Failure::TimedOut | Failure::Crashed)) {
            lock(&self.idle).push(instance);
        }
        answer
    }

    pub(super) fn kill(&self) -> usize {
        let started = std::mem::take(&mut *lock(&self.started));
        for id in &started {
            let _ = std::process::Command::new("kill").args(["-9", &id.to_string()]).status();
        }
        started.len()
    }

    async fn start(&self) -> Instance {
        let instance = self.instance(&program::of(&self.name)).await;
        lock(&self.started).push(instance.id());
        instance
    }

    /// Starts a program in this function's place.
    pub(super) async fn instance(&self, program: &Path) -> Instance {
        Instance::start(program, &self.environment, &self.logs).await
    }

    /// Starts an instance with other values of some variables.
    pub(super) async fn instance_with(&self, other: &[(&str, &str)]) -> Instance {
        let other = other.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut environment = self.environment.clone();
        environment.extend(other);
        Instance::start(&program::of(&self.name), &environment, &self.logs).await
    }
}

/// A process that handles one event after the other.
#[derive(Debug)]
pub struct Instance {
    child: Child,
    calls: mpsc::Sender<Call>,
    asked: watch::Receiver<usize>,
    server: AbortHandle,
}

impl Instance {
    async fn start(program: &Path, environment: &HashMap<String, String>, logs: &Logs) -> Self {
        let (calls, received) = mpsc::channel(1);
        let (asking, asked) = watch::channel(0);
        let runtime = Runtime { calls: received.into(), asking, pending: Mutex::default() };
        let (server, url) = serve(router(Arc::new(runtime))).await;
        let address = url.trim_start_matches("http://");
        let mut child = Command::new(program)
            .env_clear()
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the function starts");
        logs.take(child.stdout.take());
        logs.take(child.stderr.take());
        Self { child, calls, asked, server }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id().expect("a process that was not waited for")
    }

    /// Waits until the process has asked so often for an event: once, and it is ready.
    pub async fn has_asked(&self, times: usize) {
        let mut asked = self.asked.clone();
        asked.wait_for(|so_far| *so_far >= times).await.expect("the Runtime API is there");
    }

    /// Hands an event to the process; whether it answered it.
    pub async fn answers(&mut self, event: Vec<u8>) -> bool {
        self.call(event, Duration::from_mins(1)).await.is_ok()
    }

    async fn call(&mut self, event: Vec<u8>, limit: Duration) -> Answer {
        let (answer, answered) = oneshot::channel();
        let deadline = SystemTime::now() + limit;
        if self.calls.send(Call { event, deadline, answer }).await.is_err() {
            return Err(Failure::Crashed);
        }
        tokio::select! {
            answer = answered => answer.unwrap_or(Err(Failure::Crashed)),
            _ = self.child.wait() => Err(Failure::Crashed),
            () = tokio::time::sleep(limit) => Err(Failure::TimedOut),
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// An event on its way to an instance.
#[derive(Debug)]
struct Call {
    event: Vec<u8>,
    deadline: SystemTime,
    answer: oneshot::Sender<Answer>,
}

/// The Runtime API of one instance.
#[derive(Debug)]
struct Runtime {
    calls: tokio::sync::Mutex<mpsc::Receiver<Call>>,
    /// How often an event was asked for.
    asking: watch::Sender<usize>,
    pending: Mutex<Option<oneshot::Sender<Answer>>>,
}

impl Runtime {
    fn answer(&self, answer: Answer) {
        if let Some(pending) = lock(&self.pending).take() {
            let _ = pending.send(answer);
        }
    }
}

fn router(runtime: Arc<Runtime>) -> Router {
    let api = Router::new()
        .route("/runtime/invocation/next", get(next))
        .route("/runtime/invocation/{id}/response", post(response))
        .route("/runtime/invocation/{id}/error", post(error))
        .route("/runtime/init/error", post(error));
    Router::new().nest("/2018-06-01", api).layer(DefaultBodyLimit::disable()).with_state(runtime)
}

/// Waits for an event.
async fn next(State(runtime): State<Arc<Runtime>>) -> Response {
    runtime.asking.send_modify(|times| *times += 1);
    let Some(call) = runtime.calls.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    *lock(&runtime.pending) = Some(call.answer);
    let deadline = call.deadline.duration_since(UNIX_EPOCH).unwrap_or_default();
    let headers = [
        ("lambda-runtime-aws-request-id", Uuid::new_v4().to_string()),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:123456789012:function:f".into(),
        ),
        ("lambda-runtime-trace-id", "Root=1-0-0".into()),
    ];
    (headers, call.event).into_response()
}

async fn response(State(runtime): State<Arc<Runtime>>, body: Bytes) -> StatusCode {
    if body.len() > PAYLOAD_MAX {
        runtime.answer(Err(Failure::TooLarge));
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    runtime.answer(Ok(body.to_vec()));
    StatusCode::ACCEPTED
}

async fn error(State(runtime): State<Arc<Runtime>>, body: Bytes) -> StatusCode {
    eprintln!("a function failed: {}", String::from_utf8_lossy(&body));
    runtime.answer(Err(Failure::Failed));
    StatusCode::ACCEPTED
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
