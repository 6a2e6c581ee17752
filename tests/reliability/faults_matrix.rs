//! Every fault at every call of every writing operation.
//!
//! [`Bench`] makes one request again and again, each time in the same studio put back to its beginning, and each time
//! with the fault at a later call of the store: once, so that a retry gets through, and from there on, so that none
//! does. The answer must be the whole result or a clear error; the same request must then lead to the same state as
//! without the fault; and nothing in the table may contradict anything else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use chrono::Utc;
use http::Method;
use model::Timestamp;
use serde_json::Value;
use store::Violation;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, TestApp};
use tokio::time::Instant;

use crate::faults::{Calls, Fault, Line};

/// The longest a request may take: then the gateway gives up.
const GATEWAY: Duration = Duration::from_secs(29);
/// More calls than any request here makes.
const CALLS_MAX: usize = 1000;

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
    /// What contradicted something else afterwards, and after which run.
    pub(crate) violations: Vec<String>,
}

impl Tally {
    fn note(&mut self, about: &str, violations: &[Violation]) {
        self.violations.extend(violations.iter().map(|violation| format!("{about}: {violation}")));
    }
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

/// How long ago in seconds something may be that a test has made.
const AGE_MAX: i64 = 600;

/// Makes equal what is new each time: ids that were not there before, and times.
fn forget_chance(value: &mut Value) {
    const CHANCE: &[&str] =
        &["id", "link_id", "created_at", "updated_at", "last_comment_date", "object_id"];
    // Of these, whether there is one is no chance, nor is that it is of now.
    const MOMENTS: &[&str] = &["real_start_date", "end_date", "done_date"];
    match value {
        Value::Array(rows) => {
            rows.iter_mut().for_each(forget_chance);
            // Where names are equal, the order is that of the ids.
            rows.sort_by_key(Value::to_string);
        }
        Value::Object(fields) => {
            fields.retain(|name, _| !CHANCE.contains(&name.as_str()));
            let moments = fields.iter_mut().filter(|(name, _)| MOMENTS.contains(&name.as_str()));
            for (_, moment) in moments.filter(|(_, moment)| !moment.is_null()) {
                let then = moment.as_str().and_then(Timestamp::parse);
                let age = then.map(|then| Timestamp::new(Utc::now()).unix() - then.unix());
                assert!(age.is_some_and(|age| (0..=AGE_MAX).contains(&age)), "{moment}");
                *moment = Value::from("then");
            }
            fields.values_mut().for_each(forget_chance);
        }
        _ => {}
    }
}

/// A studio that is put back to its beginning before each run.
pub(crate) struct Bench {
    app: TestApp,
    line: Line,
    file: PathBuf,
}

impl Bench {
    /// With the studio that `app` is now; it is copied to `file`.
    pub(crate) fn new(app: &TestApp, file: PathBuf) -> Self {
        app.engine.copy_to(&file).expect("the studio can be copied");
        let line = Line::default();
        Self { app: app.through(line.store(&app.engine)), line, file }
    }

    /// The studio as it was, to a process that has just started.
    fn anew(&self) {
        self.app.engine.restore_from(&self.file).expect("the copy can be read");
        self.app.app.store.forget();
    }

    /// Makes `operation` with the fault at its first call, its second, … until it makes no more; of many calls
    /// not at all of them. There must be one that the fault can befall.
    pub(crate) async fn strike_everywhere(&self, operation: &Operation, fault: Fault) -> Tally {
        self.anew();
        let before = operation.state(&self.app).await;
        let answer = operation.send(&self.app).await;
        assert!(answer.status.is_success(), "{}: {answer:?}", operation.name);
        let wanted = operation.state(&self.app).await;
        assert_ne!(before, wanted, "{}: it must be seen", operation.name);
        let mut tally = Tally::default();
        for calls in [Calls::Only as fn(usize) -> Calls, Calls::From] {
            let mut n = 1;
            while self.strike(operation, fault, calls(n), &wanted, &mut tally).await {
                // Of long operations the later calls are much alike.
                n += 1 + n / 10;
                assert!(n < CALLS_MAX, "{}: still not through", operation.name);
            }
            assert!(n > 1, "{}: {fault:?} befell no call", operation.name);
        }
        tally
    }

    /// One run; `false` if the operation makes fewer calls.
    async fn strike(
        &self,
        operation: &Operation,
        fault: Fault,
        calls: Calls,
        wanted: &State,
        tally: &mut Tally,
    ) -> bool {
        let about = format!("{}, {fault:?} at {calls:?}", operation.name);
        self.anew();
        self.line.break_with(fault, calls);
        let start = Instant::now();
        let answer = operation.send(&self.app).await;
        let took = start.elapsed();
        if self.line.mend() == 0 {
            return false;
        }
        self.app.app.store.forget();
        assert!(took < GATEWAY, "{about}: {took:?}");
        // What befalls one call the SDK tries again, and what is slow it waits for.
        let gets_through = matches!(calls, Calls::Only(_)) || fault == Fault::Slow;
        assert_eq!(answer.status.is_success(), gets_through, "{about}: {answer:?}");
        tally.runs += 1;
        tally.slowest = tally.slowest.max(took);
        if gets_through {
            tally.succeeded += 1;
            assert_same(&operation.state(&self.app).await, wanted, &about);
            tally.note(&about, &violations(&self.app).await);
        } else {
            tally.refused += 1;
            assert_eq!(answer.header("retry-after"), Some("1"), "{about}: {answer:?}");
            answer.error(500, "StoreUnavailableException");
            let left = violations(&self.app).await;
            // Something may be open, with its consequences, but there is no other contradiction.
            if !left.iter().any(Violation::is_pending) {
                tally.note(&about, &left);
            }
            retry(&self.app, operation, wanted, &left, &about).await;
            let mut settled = violations(&self.app).await;
            // Chunks of a change that never began mean nothing to anybody, and `tanuki repair` clears them.
            settled.retain(|violation| !matches!(violation, Violation::Uncommitted { .. }));
            tally.note(&about, &settled);
        }
        true
    }
}

async fn violations(app: &TestApp) -> Vec<Violation> {
    app.app.store.check().await.expect("the table can be read")
}

fn assert_same(seen: &State, wanted: &State, about: &str) {
    for (look, (status, body)) in wanted {
        let (seen_status, seen) = &seen[look];
        let is_same = (seen_status, seen) == (status, body);
        assert!(is_same, "{about}: {look}\nseen:   {seen_status} {seen}\nwanted: {status} {body}");
    }
}

/// The same request, once the fault is over, and what the first one has `left`.
async fn retry(
    app: &TestApp,
    operation: &Operation,
    wanted: &State,
    left: &[Violation],
    about: &str,
) {
    let was_done = operation.state(app).await == *wanted;
    let is_leaving = left.iter().any(|one| matches!(one, Violation::Leaving { .. }));
    let answer = operation.send(app).await;
    let status = answer.status.as_u16();
    // A project is gone for everybody from the first write of its deletion on, and the next one completes it.
    let completes = is_leaving && answer.status.is_success();
    if was_done {
        assert!(status == operation.again || completes, "{about}, again: {answer:?}");
    } else {
        let is_gone = operation.method == Method::DELETE && status == operation.again;
        assert!(answer.status.is_success() || is_gone, "{about}, again: {answer:?}");
    }
    if !(was_done && operation.twice == Twice::Another) {
        let about = format!("{about}, again: {status}");
        assert_same(&operation.state(app).await, wanted, &about);
    }
}
