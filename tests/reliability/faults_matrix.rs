//! Every fault at every call of every writing operation.
//!
//! [`strike_everywhere`] makes one request again and again, each time in a copy of the same studio, and each time
//! with the fault at a later call of the store: once, so that a retry gets through, and from there on, so that none
//! does. The answer must be the whole result or a clear error; the same request must then lead to the same state as
//! without the fault; and nothing in the table may contradict anything else.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use http::Method;
use serde_json::Value;
use store::{Store, Violation};
use tanuki::engine::Engine;
use tanuki_tests::app::{ADMIN, TABLE};
use tanuki_tests::{Answer, TestApp};

use crate::faults::{Calls, Fault, Faults};

/// The longest a request may take: then the gateway gives up.
const GATEWAY: Duration = Duration::from_secs(29);
/// More calls than any request here makes.
const CALLS_MAX: usize = 200;

/// A request that writes, and where it is seen.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// How the same request is answered when it was done already.
    pub(crate) again: u16,
    /// What a second one does.
    pub(crate) twice: Twice,
    /// Paths whose answers are the state.
    pub(crate) looks: Vec<String>,
}

/// What the same request does when it was done already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twice {
    /// Nothing more.
    Same,
    /// Another one of the same: only the client knows whether that is meant.
    Another,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) runs: usize,
    pub(crate) succeeded: usize,
    pub(crate) refused: usize,
    pub(crate) slowest: Duration,
}

type State = BTreeMap<String, (u16, Value)>;

impl Operation {
    async fn send(&self, app: &TestApp) -> Answer {
        app.request(ADMIN, self.method.clone(), &self.path, self.body.as_ref()).await
    }

    async fn state(&self, app: &TestApp) -> State {
        let mut state = State::new();
        for look in &self.looks {
            let answer = app.get(ADMIN, look).await;
            let mut body = answer.body;
            forget_chance(&mut body);
            state.insert(look.clone(), (answer.status.as_u16(), body));
        }
        state
    }
}

/// Makes equal what is new each time: ids that were not there before, and times.
fn forget_chance(value: &mut Value) {
    const CHANCE: &[&str] =
        &["id", "created_at", "updated_at", "last_comment_date", "object_id", "asset_instance_id"];
    match value {
        Value::Array(rows) => rows.iter_mut().for_each(forget_chance),
        Value::Object(fields) => {
            fields.retain(|name, _| !CHANCE.contains(&name.as_str()));
            fields.values_mut().for_each(forget_chance);
        }
        _ => {}
    }
}

/// Strikes `operation` in copies of the studio that was copied to `file`.
pub(crate) async fn strike_everywhere(
    app: &TestApp,
    file: &Path,
    operation: &Operation,
    fault: Fault,
) -> Tally {
    let sound = copy(app, file, |engine| Store::new(engine.client(), TABLE));
    let before = operation.state(&sound).await;
    let answer = operation.send(&sound).await;
    assert!(answer.status.is_success(), "{}: {answer:?}", operation.name);
    let wanted = operation.state(&sound).await;
    assert_ne!(before, wanted, "{}: it must be seen", operation.name);
    sound.assert_whole(operation.name).await;
    let mut tally = Tally::default();
    for calls in [Calls::Only as fn(usize) -> Calls, Calls::From] {
        for n in 1..=CALLS_MAX {
            if !strike(app, file, operation, fault, calls(n), &wanted, &mut tally).await {
                break;
            }
            assert!(n < CALLS_MAX, "{}: still not through", operation.name);
        }
    }
    tally
}

fn copy(app: &TestApp, file: &Path, store: impl Fn(&Engine) -> Store) -> TestApp {
    let engine = Engine::memory_from(file).expect("the copy can be read");
    let store = store(&engine);
    app.copied(engine, store)
}

async fn strike(
    app: &TestApp,
    file: &Path,
    operation: &Operation,
    fault: Fault,
    calls: Calls,
    wanted: &State,
    tally: &mut Tally,
) -> bool {
    let about = format!("{}, {fault:?} at {calls:?}", operation.name);
    let faults = Faults::new(fault, calls);
    let struck = copy(app, file, |engine| faults.store(engine));
    let start = tokio::time::Instant::now();
    let answer = operation.send(&struck).await;
    let took = start.elapsed();
    if faults.struck() == 0 {
        return false;
    }
    assert!(took < GATEWAY, "{about}: {took:?}");
    tally.runs += 1;
    tally.slowest = tally.slowest.max(took);
    let sound = struck.restarted();
    if answer.status.is_success() {
        tally.succeeded += 1;
        assert_eq!(&operation.state(&sound).await, wanted, "{about}: {answer:?}");
    } else {
        tally.refused += 1;
        assert_eq!(answer.header("retry-after"), Some("1"), "{about}: {answer:?}");
        answer.error(500, "StoreUnavailableException");
        assert_open(&sound, &about).await;
        retry(&sound, operation, wanted, &about).await;
    }
    sound.assert_whole(&about).await;
    true
}

/// What a failed request may leave: something open, with its consequences, but no other contradiction.
async fn assert_open(app: &TestApp, about: &str) {
    let found = app.app.store.check().await.expect("the table can be read");
    let is_pending = found.iter().any(Violation::is_pending);
    assert!(found.is_empty() || is_pending, "{about}: {found:?}");
}

/// The same request, once the fault is over.
async fn retry(app: &TestApp, operation: &Operation, wanted: &State, about: &str) {
    let was_done = operation.state(app).await == *wanted;
    let answer = operation.send(app).await;
    let status = answer.status.as_u16();
    if was_done {
        assert_eq!(status, operation.again, "{about}, again: {answer:?}");
    } else {
        let is_gone = operation.method == Method::DELETE && status == operation.again;
        assert!(answer.status.is_success() || is_gone, "{about}, again: {answer:?}");
    }
    if !(was_done && operation.twice == Twice::Another) {
        let about = format!("{about}, again: {status}");
        assert_eq!(operation.state(app).await, *wanted, "{about}");
    }
}
