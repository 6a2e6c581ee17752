//! Lambda: instances of functions, each with a Runtime API of its own, one request at a time.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::AbortHandle;

use super::logs::Logs;
use super::runtime::{self, Call, Runtime};
use super::{event, program, serve};
use crate::answer;
use crate::app::TABLE;
use crate::services::SECRET_ID;
use crate::template::Template;

/// Time that Lambda grants a process until it asks for its first event, beside that of the request.
const INIT: Duration = Duration::from_secs(10);

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

pub(super) type Answer = Result<Vec<u8>, Failure>;

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
        "URL_SUFFIX" => "amazonaws.com".to_owned(),
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
        // A clock of its own: what takes longer, or ends before, is the request's to tell.
        instance.starts_within(INIT).await;
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
        let runtime = Arc::new(Runtime::new(received, asking));
        let (server, url) = serve(runtime::router(runtime)).await;
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

    /// Waits until the process is ready, or has ended, or the time is up.
    async fn starts_within(&mut self, limit: Duration) {
        let mut asked = self.asked.clone();
        tokio::select! {
            _ = asked.wait_for(|so_far| *so_far > 0) => {}
            _ = self.child.wait() => {}
            () = tokio::time::sleep(limit) => {}
        }
    }

    /// Hands an event to the process; what a client would get of its answer, or `None` if there is none.
    pub async fn answer(&mut self, event: Vec<u8>) -> Option<answer::Answer> {
        let payload = self.call(event, Duration::from_mins(1)).await.ok()?;
        let (parts, body) = event::into_response(&payload)?.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.ok()?.to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        let (status, headers) = (parts.status, parts.headers);
        Some(answer::Answer { request: "an event".into(), status, headers, bytes, body })
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

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
