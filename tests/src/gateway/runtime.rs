//! The Runtime API, where an instance asks for events and leaves its answers.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use super::PAYLOAD_MAX;
use super::lambda::{Answer, Failure, lock};

/// An event on its way to an instance.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) event: Vec<u8>,
    pub(super) deadline: SystemTime,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// The Runtime API of one instance.
#[derive(Debug)]
pub(super) struct Runtime {
    calls: tokio::sync::Mutex<mpsc::Receiver<Call>>,
    /// How often an event was asked for.
    asking: watch::Sender<usize>,
    pending: Mutex<Option<oneshot::Sender<Answer>>>,
}

impl Runtime {
    pub(super) fn new(calls: mpsc::Receiver<Call>, asking: watch::Sender<usize>) -> Self {
        Self { calls: calls.into(), asking, pending: Mutex::default() }
    }

    fn answer(&self, answer: Answer) {
        if let Some(pending) = lock(&self.pending).take() {
            let _ = pending.send(answer);
        }
    }
}

pub(super) fn router(runtime: Arc<Runtime>) -> Router {
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
