//! Two requests that meet: one stops before one of its calls to the table while the other is done as a whole.

use http::Method;
use serde_json::Value;
use tanuki_tests::app::{ADMIN, NOBODY, Who};
use tanuki_tests::{Answer, TestApp};

use crate::gate::Gate;

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

    /// The same without a token.
    pub(crate) fn by_nobody(self) -> Self {
        Self { who: NOBODY, ..self }
    }

    pub(crate) async fn send(self, app: &TestApp) -> Answer {
        app.request(self.who, self.method, &self.path, self.body.as_ref()).await
    }
}

/// Stops `first` before its call `n`, does all of `second`, lets `first` on. `None` if it has no such call.
pub(crate) async fn interleave(
    app: &TestApp,
    n: i64,
    first: Sent,
    second: Sent,
) -> Option<[Answer; 2]> {
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
