//! A crash between any two writes of a change that is too big for one transaction.
//!
//! [`crash_everywhere`] makes the change again and again, in a process that dies before its first write, its
//! second, … until one gets through. After each crash a process that remembers nothing must see all of the
//! state before or all of the state after, whatever it asks first, and the same request must lead to the state
//! after. The changes are in `journal_links` and `journal_rows`.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::Value;
use store::Violation;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, TestApp};

use crate::fuse::Fuse;

/// More writes than any change here takes.
const WRITES_MAX: usize = 100;

/// A request that changes much, and where the change is seen.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// The answer when it is done already.
    pub(crate) when_done: StatusCode,
    /// Paths whose answers are the state. Each comes first after some crash.
    pub(crate) looks: Vec<String>,
}

impl Change {
    pub(crate) async fn send(&self, app: &TestApp) -> Answer {
        app.request(ADMIN, self.method.clone(), &self.path, self.body.as_ref()).await
    }

    /// The state, read from the `first` look on.
    async fn state(&self, app: &TestApp, first: usize) -> State {
        let mut state = State::new();
        for look in self.looks.iter().cycle().skip(first % self.looks.len()).take(self.looks.len())
        {
            let answer = app.get(ADMIN, look).await;
            let mut body = answer.body;
            forget_times(&mut body);
            state.insert(look.clone(), (answer.status, body));
        }
        state
    }
}

/// What each look showed.
pub(crate) type State = BTreeMap<String, (StatusCode, Value)>;

/// Makes what `prepare` gives crash before each of its writes. `check` asserts the state after.
pub(crate) async fn crash_everywhere(
    app: &TestApp,
    prepare: impl AsyncFn() -> Change,
    check: impl Fn(&Change, &State),
) {
    let (mut undone, mut completed) = (0, 0);
    for n in 1..=WRITES_MAX {
        let change = prepare().await;
        let before = change.state(&app.restarted(), 0).await;
        let fuse = Fuse::at(i64::try_from(n).expect("a small number"));
        let answer = change.send(&fuse.process(app)).await;
        if fuse.is_blown() {
            assert!(answer.status.is_server_error(), "cut off before write {n}: {answer:?}");
            crash_while_completing(app, &change, n).await;
        } else {
            assert!(answer.status.is_success(), "not cut off: {answer:?}");
        }
        let found = app.app.store.check().await.expect("the table can be read");
        assert!(found.is_empty() || found.iter().any(Violation::is_pending), "{n}: {found:?}");
        let seen = change.state(&app.restarted(), n).await;
        let again = change.send(&app.restarted()).await;
        let after = change.state(&app.restarted(), 0).await;
        check(&change, &after);
        assert_whole(app, n).await;
        assert_ne!(before, after, "the change must be seen");
        if seen == before {
            assert!(again.status.is_success(), "again after write {n}: {again:?}");
            undone += 1;
        } else {
            assert_same(
                &seen,
                &after,
                &format!(
                    "cut off before write {n}, read from {} on",
                    change.looks[n % change.looks.len()]
                ),
            );
            assert_eq!(again.status, change.when_done, "again after write {n}: {again:?}");
            completed += 1;
        }
        if !fuse.is_blown() {
            assert_ne!(seen, before, "it was not cut off");
            assert!(
                undone > 0 && completed > 1,
                "{undone} crashes undone, {completed} completed: no journal?"
            );
            return;
        }
    }
    panic!("still not through after {WRITES_MAX} writes");
}

/// Nothing contradicts; chunks whose journal never began are all that a crash may leave for good.
async fn assert_whole(app: &TestApp, n: usize) {
    let mut found = app.app.store.check().await.expect("the table can be read");
    found.retain(|it| !matches!(it, Violation::Uncommitted { .. }));
    assert!(found.is_empty(), "cut off before write {n}: {found:?}");
}

/// The first reader after the crash may crash too, in the midst of completing the change.
async fn crash_while_completing(app: &TestApp, change: &Change, n: usize) {
    let fuse = Fuse::at(1 + i64::try_from(n % 3).expect("a small number"));
    let answer = app_get(&fuse, app, &change.looks[n % change.looks.len()]).await;
    assert!(fuse.is_blown() || !answer.status.is_server_error(), "{answer:?}");
}

async fn app_get(fuse: &Fuse, app: &TestApp, path: &str) -> Answer {
    fuse.process(app).get(ADMIN, path).await
}

/// Asserts that two states are one, and names the first look that differs.
fn assert_same(seen: &State, wanted: &State, about: &str) {
    for (look, wanted) in wanted {
        let seen = &seen[look];
        assert!(
            seen == wanted,
            "{about}: half done in {look}\nseen:   {} {}\nwanted: {} {}",
            seen.0,
            seen.1,
            wanted.0,
            wanted.1
        );
    }
}

/// Makes equal what was written at different seconds.
fn forget_times(value: &mut Value) {
    match value {
        Value::Array(rows) => rows.iter_mut().for_each(forget_times),
        Value::Object(fields) => {
            fields.remove("updated_at");
            fields.values_mut().for_each(forget_times);
        }
        _ => {}
    }
}

/// The rows of a list in a state.
#[track_caller]
pub(crate) fn rows<'a>(state: &'a State, look: &str) -> &'a Vec<Value> {
    let (status, body) = &state[look];
    assert_eq!(*status, StatusCode::OK, "{look}: {body}");
    body.as_array().unwrap_or_else(|| panic!("{look}: no list: {body}"))
}
