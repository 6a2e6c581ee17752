//! Journals whose chunks take several transactions, and journals that several complete at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http::{Method, StatusCode};
use serde_json::json;
use tanuki_tests::answer::text;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::at_once::at_once;
use crate::journal::{Change, State, crash_everywhere, rows};
use crate::journal_links::users;
use crate::left_open::{assert_swept, dies};
use crate::wire::{self, Reply, Wire};

/// As many as one transaction might take if each step were small.
const EPISODES: usize = 24;

/// A shared asset of another production, and a shot in each of many episodes: each use of the one in the other is a link of
/// the shot and one of its episode, with all that leads to both.
async fn wide(app: &TestApp) -> (Production, String, Vec<String>) {
    let library = Production::film(app, "Library").await;
    let show = Production::tv_show(app, "Show").await;
    let lent = library.asset_with(app, "Prop", json!({"name": "Lamp", "is_shared": true})).await;
    let mut shots = Vec::new();
    for n in 0..EPISODES {
        let episode = show.episode(app, &format!("Part {n:02}")).await;
        let sequence = show.sequence(app, "SQ01", Some(&episode)).await;
        shots.push(show.shot(app, "SH01", &sequence).await);
    }
    (show, text(&lent, "id").to_owned(), shots)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_of_which_few_fit_one_transaction() {
    let app = TestApp::new().await;
    let (show, asset, shots) = wide(&app).await;
    let path = format!("/data/assets/{asset}/casting");
    let episodes = show.path("/episodes/casting");
    let looks = vec![
        path.clone(),
        episodes.clone(),
        format!("/data/assets/{asset}/cast-in"),
        show.path("/entity-links"),
        show.path("/assets/shared-used"),
    ];
    let prepare = async || {
        app.put(ADMIN, &path, &users(&shots[..1], 1)).await.ok();
        Change {
            method: Method::PUT,
            path: path.clone(),
            body: Some(users(&shots, 2)),
            when_done: StatusCode::OK,
            looks: looks.clone(),
        }
    };
    let check = |_: &Change, state: &State| {
        let cast = rows(state, &path);
        let seen: BTreeSet<&str> = cast.iter().map(|row| text(row, "entity_id")).collect();
        assert!(shots.iter().all(|shot| seen.contains(shot.as_str())), "{cast:?}");
        let (status, in_episodes) = &state[&episodes];
        assert!(status.is_success(), "{in_episodes}");
        let uses = in_episodes.as_object().into_iter().flat_map(|map| map.values());
        let uses: Vec<_> = uses.filter_map(|rows| rows.as_array()).flatten().collect();
        assert_eq!(uses.len(), EPISODES, "each episode uses it once: {in_episodes}");
    };
    crash_everywhere(&app, prepare, check).await;
}

/// Counts the transactions that met another; before each call another task has its turn.
#[derive(Clone, Debug, Default)]
struct Refusals(Arc<AtomicU32>);

impl Wire for Refusals {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        tokio::task::yield_now().await;
        let reply = engine.call(request).await;
        if reply.as_ref().is_ok_and(|reply| reply.status().as_u16() == 400) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        reply
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_complete_one_journal() {
    let app = TestApp::new().await;
    let (show, asset, shots) = wide(&app).await;
    let path = format!("/data/assets/{asset}/casting");
    dies(&app, Method::PUT, &path, Some(users(&shots, 2))).await;
    let look = Arc::new(format!("/data/shots/{}/assets", shots[0]));
    let refusals = Refusals::default();
    let readers = at_once(6, |_| {
        let (process, look) = (wire::process(&app, refusals.clone()), look.clone());
        async move { process.get(ADMIN, &look).await }
    });
    for answer in readers.await {
        assert_eq!(answer.ok().as_array().map(Vec::len), Some(1), "each sees the change");
    }
    assert!(refusals.0.load(Ordering::SeqCst) > 0, "they have not met");
    assert_swept(&app).await;
    let links = app.get(ADMIN, &show.path("/entity-links")).await.ok();
    let of_shots = links.as_array().into_iter().flatten();
    let of_shots: Vec<_> =
        of_shots.filter(|row| shots.iter().any(|shot| *shot == row["entity_in_id"])).collect();
    assert_eq!(of_shots.len(), EPISODES, "{of_shots:?}");
    let history = app.get(ADMIN, &format!("/data/assets/{asset}/history")).await.ok();
    let told = history.to_string();
    for shot in &shots {
        assert_eq!(told.matches(&format!("casting.{shot}")).count(), 1, "{shot}: {told}");
    }
}
