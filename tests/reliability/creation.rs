//! Creating something while what it is in is deleted.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done from its beginning to
//! its end. Whatever comes first: at the end nothing is in what is gone.

use http::Method;
use serde_json::{Value, json};
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, Production, TestApp};

use crate::gate::Gate;

/// More calls than any of these requests makes.
const CALLS_MAX: i64 = 80;

/// A request.
#[derive(Clone, Debug)]
struct Sent {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Sent {
    fn post(path: &str, body: Value) -> Self {
        Self { method: Method::POST, path: path.into(), body: Some(body) }
    }

    fn put(path: &str, body: Value) -> Self {
        Self { method: Method::PUT, path: path.into(), body: Some(body) }
    }

    fn delete(path: &str) -> Self {
        Self { method: Method::DELETE, path: path.into(), body: None }
    }

    async fn send(self, app: &TestApp) -> Answer {
        app.request(ADMIN, self.method, &self.path, self.body.as_ref()).await
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

/// Interleaves a creation and a deletion both ways. `prepare` makes what is deleted anew and gives both requests,
/// the creation first; `created` are the answers it may have.
async fn race(prepare: impl AsyncFn(&TestApp, &str) -> [Sent; 2]) {
    let app = TestApp::new().await;
    let (mut created, mut refused) = (0, 0);
    for stops in ["creation", "deletion"] {
        for n in 1.. {
            assert!(n < CALLS_MAX, "the {stops} still goes on");
            let [creation, deletion] = prepare(&app, &format!("{stops} {n}")).await;
            let (first, second) =
                if stops == "creation" { (creation, deletion) } else { (deletion, creation) };
            let Some([one, other]) = interleave(&app, n, first, second).await else { break };
            let (creation, deletion) =
                if stops == "creation" { (one, other) } else { (other, one) };
            let about = format!("the {stops} stops at {n}: {creation:?}, {deletion:?}");
            assert_eq!(deletion.status, 204, "{about}");
            match creation.status.as_u16() {
                200 | 201 => created += 1,
                400 | 403 | 404 => refused += 1,
                _ => panic!("{about}"),
            }
            app.assert_whole(&about).await;
        }
    }
    assert!(created > 0 && refused > 0, "{created} created, {refused} refused");
}

async fn show(app: &TestApp, name: &str) -> Production {
    Production::tv_show(app, name).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_in_a_sequence() {
    race(async |app, name| {
        let show = show(app, name).await;
        let sequence = show.sequence(app, "SQ01", None).await;
        show.shot(app, "SH00", &sequence).await;
        let body = json!({"name": "SH01", "sequence_id": sequence});
        let deletion = Sent::delete(&format!("/data/sequences/{sequence}?force=true"));
        [Sent::post(&show.path("/shots"), body), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequence_and_an_asset_in_an_episode() {
    race(async |app, name| {
        let show = show(app, name).await;
        let episode = show.episode(app, "E10").await;
        let body = json!({"name": "SQ01", "episode_id": episode});
        let deletion = Sent::delete(&format!("/data/episodes/{episode}?force=true"));
        [Sent::post(&show.path("/sequences"), body), deletion]
    })
    .await;
    race(async |app, name| {
        let show = show(app, name).await;
        let episode = show.episode(app, "E10").await;
        let body = json!({"name": "Hero", "episode_id": episode});
        let deletion = Sent::delete(&format!("/data/episodes/{episode}?force=true"));
        [Sent::post(&show.new_asset("Prop"), body), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_that_moves_to_another_sequence() {
    race(async |app, name| {
        let show = show(app, name).await;
        let sequence = show.sequence(app, "SQ01", None).await;
        let other = show.sequence(app, "SQ02", None).await;
        let shot = show.shot(app, "SH00", &other).await;
        let body = json!({"parent_id": sequence});
        let deletion = Sent::delete(&format!("/data/sequences/{sequence}?force=true"));
        [Sent::put(&format!("/data/entities/{shot}"), body), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_in_a_project() {
    race(async |app, name| {
        let show = show(app, name).await;
        let creation = Sent::post(&show.new_asset("Prop"), json!({"name": "Hero"}));
        [creation, Sent::delete(&format!("/data/projects/{}?force=true", show.id))]
    })
    .await;
}
