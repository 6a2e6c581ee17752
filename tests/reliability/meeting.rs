//! Two requests that meet: one stops before one of its calls to the table while the other is done as a whole.
//!
//! Start with [`each_way`]. Every meeting is in the same studio, put back to its beginning.

use std::ops::Range;

use http::Method;
use serde_json::Value;
use tanuki_tests::app::{ADMIN, Who};
use tanuki_tests::{Answer, Production, TestApp};
use tokio::task::JoinHandle;

use crate::gate::Gate;

/// More calls than any of these requests makes.
const CALLS_MAX: i64 = 80;

/// A request of an administrator, unless it says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    who: Who,
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Sent {
    pub(crate) fn post(path: &str, body: Value) -> Self {
        Self { who: ADMIN, method: Method::POST, path: path.into(), body: Some(body) }
    }

    pub(crate) fn put(path: &str, body: Value) -> Self {
        Self { method: Method::PUT, ..Self::post(path, body) }
    }

    pub(crate) fn delete(path: &str) -> Self {
        Self { who: ADMIN, method: Method::DELETE, path: path.into(), body: None }
    }

    /// The same by somebody else.
    pub(crate) fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    pub(crate) async fn send(self, app: &TestApp) -> Answer {
        app.request(self.who, self.method, &self.path, self.body.as_ref()).await
    }
}

/// A studio with a show, and a copy of it.
pub(crate) struct Ground {
    pub(crate) app: TestApp,
    pub(crate) show: Production,
    directory: tempfile::TempDir,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        Self::with(async |_, _| ()).await.0
    }

    /// With something in it that every meeting finds there.
    pub(crate) async fn with<T>(furnish: impl AsyncFn(&TestApp, &Production) -> T) -> (Self, T) {
        let app = TestApp::new().await;
        let show = Production::tv_show(&app, "Show").await;
        let furniture = furnish(&app, &show).await;
        let ground = Self { app, show, directory: tempfile::tempdir().expect("a directory") };
        ground.app.engine.copy_to(&ground.file()).expect("the studio can be copied");
        (ground, furniture)
    }

    fn file(&self) -> std::path::PathBuf {
        self.directory.path().join("studio")
    }

    /// The studio as it was at the beginning.
    pub(crate) fn anew(&self) {
        self.app.engine.restore_from(&self.file()).expect("the copy can be read");
        self.app.app.store.forget();
    }
}

/// Lets two requests meet at each call of the first, and at each of the second; `prepare` gives them, and `look` judges
/// their answers, in the same order, whichever of them stopped. Neither is a 5xx, and nothing in the table may contradict
/// anything else then.
pub(crate) async fn each_way(
    ground: &Ground,
    prepare: impl AsyncFn(&TestApp, &Production) -> [Sent; 2],
    look: impl AsyncFn(&TestApp, &[Answer; 2], &str),
) {
    for stops in [0, 1] {
        for n in 1.. {
            assert!(n < CALLS_MAX, "request {stops} still goes on");
            ground.anew();
            let [one, other] = prepare(&ground.app, &ground.show).await;
            let (first, second) = if stops == 0 { (one, other) } else { (other, one) };
            let Some([first, second]) = interleave(&ground.app, n, first, second).await else {
                assert!(n > 1, "request {stops} makes no call");
                break;
            };
            let answers = if stops == 0 { [first, second] } else { [second, first] };
            let about = format!("request {stops} stops at {n}: {answers:?}");
            assert!(answers.iter().all(|answer| !answer.status.is_server_error()), "{about}");
            look(&ground.app, &answers, &about).await;
            ground.app.assert_whole(&about).await;
        }
    }
}

/// Lets two requests overlap, and neither is done as a whole: the first stops before its call `n`, then the second before
/// its first, its second, …; then the first is done, and then the second. `look` judges their answers in this order.
pub(crate) async fn overlapping(
    ground: &Ground,
    n: i64,
    requests: [Sent; 2],
    look: impl AsyncFn(&TestApp, &[Answer; 2], &str),
) {
    let is_done = overlapping_at(ground, n, 1..CALLS_MAX, requests, look).await;
    assert!(is_done, "the second request still goes on");
}

/// The same, where the second stops before these of its calls only; whether it was done before one of them.
pub(crate) async fn overlapping_at(
    ground: &Ground,
    n: i64,
    at: Range<i64>,
    [first, second]: [Sent; 2],
    look: impl AsyncFn(&TestApp, &[Answer; 2], &str),
) -> bool {
    for m in at {
        ground.anew();
        let gates = [Gate::at(n), Gate::at(m)];
        let (first, stands) = arrive(&ground.app, &gates[0], first.clone()).await;
        assert!(stands, "the first request has no call {n}");
        let (second, goes_on) = arrive(&ground.app, &gates[1], second.clone()).await;
        gates[0].open();
        let first = first.await.expect("no panic");
        gates[1].open();
        let answers = [first, second.await.expect("no panic")];
        let about = format!("the second stops at {m}: {answers:?}");
        assert!(answers.iter().all(|answer| !answer.status.is_server_error()), "{about}");
        look(&ground.app, &answers, &about).await;
        ground.app.assert_whole(&about).await;
        if !goes_on {
            return true;
        }
    }
    false
}

/// Sends a request, and waits until it stands at its gate; `false` if it never does.
async fn arrive(app: &TestApp, gate: &Gate, sent: Sent) -> (JoinHandle<Answer>, bool) {
    let process = gate.process(app);
    let (done, is_done) = tokio::sync::oneshot::channel::<()>();
    let request = tokio::spawn(async move {
        let answer = sent.send(&process).await;
        drop(done);
        answer
    });
    let stands = tokio::select! {
        _ = is_done => false,
        () = gate.reached() => true,
    };
    (request, stands)
}

/// Stops `first` before its call `n`, does all of `second`, lets `first` on. `None` if it has no such call, and is done.
async fn interleave(app: &TestApp, n: i64, first: Sent, second: Sent) -> Option<[Answer; 2]> {
    let gate = Gate::at(n);
    let process = gate.process(app);
    let mut first = tokio::spawn(async move { first.send(&process).await });
    tokio::select! {
        answer = &mut first => {
            let answer = answer.expect("no panic");
            assert!(!answer.status.is_server_error(), "it does not reach call {n}: {answer:?}");
            return None;
        }
        () = gate.reached() => {}
    }
    let second = second.send(&app.restarted()).await;
    gate.open();
    Some([first.await.expect("no panic"), second])
}
