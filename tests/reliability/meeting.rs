//! Two requests that meet: one stops before one of its calls to the table while the other is done as a whole.
//!
//! Start with [`each_way`]. Every meeting is in the same studio, put back to its beginning.

use http::Method;
use serde_json::Value;
use tanuki_tests::app::{ADMIN, Who};
use tanuki_tests::{Answer, Production, TestApp};

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
        let app = TestApp::new().await;
        let show = Production::tv_show(&app, "Show").await;
        let ground = Self { app, show, directory: tempfile::tempdir().expect("a directory") };
        ground.app.engine.copy_to(&ground.file()).expect("the studio can be copied");
        ground
    }

    fn file(&self) -> std::path::PathBuf {
        self.directory.path().join("studio")
    }

    /// The studio as it was at the beginning.
    fn anew(&self) {
        self.app.engine.restore_from(&self.file()).expect("the copy can be read");
        self.app.app.store.forget();
    }
}

/// Lets two requests meet at each call of the first, and at each of the second; `prepare` gives them, and `look` judges
/// their answers, in the same order, whichever of them stopped. Nothing in the table may contradict anything else then.
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
                break;
            };
            let answers = if stops == 0 { [first, second] } else { [second, first] };
            let about = format!("request {stops} stops at {n}: {answers:?}");
            look(&ground.app, &answers, &about).await;
            ground.app.assert_whole(&about).await;
        }
    }
}

/// Stops `first` before its call `n`, does all of `second`, lets `first` on. `None` if it has no such call.
async fn interleave(app: &TestApp, n: i64, first: Sent, second: Sent) -> Option<[Answer; 2]> {
    let gate = Gate::at(n);
    let process = gate.process(app);
    let mut first = tokio::spawn(async move { first.send(&process).await });
    tokio::select! {
        _ = &mut first => return None,
        () = gate.reached() => {}
    }
    let second = second.send(&app.restarted()).await;
    gate.open();
    Some([first.await.expect("no panic"), second])
}
