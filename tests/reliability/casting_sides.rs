//! How often shots use one asset, changed at once from all sides: for some of its users, for all of them, and as a part of
//! what the shots use. Each of two requests finds one of the shots as it shall be. At the end both are as the one or the
//! other request wants them.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::{Map, json};
use tanuki_tests::TestApp;
use tanuki_tests::app::ADMIN;

use crate::meeting::{Ground, Sent, each_way, overlapping_at};
use crate::wire::{self, Reply, Wire};

/// More calls than a journal of thirty castings makes from its note to its end.
const JOURNAL_CALLS: i64 = 30;

/// By which path a request changes how often shots use the asset.
#[derive(Clone, Copy, Debug)]
enum Side {
    /// That of the asset in some shots, which leaves all else alone.
    Uses,
    /// That of all users of the asset.
    Users,
    /// That of all that the shots use.
    Castings,
}

/// Shots of an episode, and an asset they may use.
struct Studio {
    ground: Ground,
    shots: Vec<String>,
    asset: String,
}

impl Studio {
    /// With so many shots, of which the first use the asset.
    async fn new(count: usize, users: usize) -> Self {
        let (ground, (shots, asset)) = Ground::with(async |app, show| {
            let shots = show.episode_of(app, "E10", count).await.shots;
            let asset = show.asset_id(app, "Prop", "Sword").await;
            let users: Vec<&str> = shots[..users].iter().map(String::as_str).collect();
            show.cast(app, &asset, &users).await;
            (shots, asset)
        })
        .await;
        Self { ground, shots, asset }
    }

    /// Has some of the shots use the asset so often.
    fn request(&self, side: Side, shots: &[String], often: i64) -> Sent {
        let (show, asset) = (&self.ground.show, &self.asset);
        let uses = often > 0;
        match side {
            Side::Uses => {
                let body = json!({"entity_ids": shots, "nb_occurences": often});
                Sent::put(&show.path(&format!("/entities/casting/assets/{asset}")), body)
            }
            Side::Users => {
                let user = |shot| json!({"entity_id": shot, "nb_occurences": often});
                let users: Vec<_> = shots.iter().filter(|_| uses).map(user).collect();
                Sent::put(&format!("/data/assets/{asset}/casting"), json!({"casting": users}))
            }
            Side::Castings => {
                let rows = json!([{"asset_id": asset, "nb_occurences": often}]);
                let rows = if uses { rows } else { json!([]) };
                let castings: Map<_, _> =
                    shots.iter().map(|shot| (shot.clone(), rows.clone())).collect();
                Sent::put(&show.path("/entities/casting"), json!(castings))
            }
        }
    }

    /// How often each shot uses the asset.
    async fn uses(&self, app: &TestApp) -> Vec<i64> {
        let castings = app.get(ADMIN, &self.ground.show.path("/sequences/all/casting")).await.ok();
        let often = |shot| castings[shot][0]["nb_occurences"].as_i64().unwrap_or_default();
        self.shots.iter().map(|shot: &String| often(shot)).collect()
    }

    /// The number of the first call of a request that writes, counted from 1.
    async fn first_write_of(&self, sent: &Sent) -> i64 {
        self.ground.anew();
        let calls = Calls::default();
        sent.clone().send(&wire::process(&self.ground.app, calls.clone())).await.ok();
        let first_write = calls.first_write.load(Ordering::SeqCst);
        assert!(first_write > 0, "it writes nothing");
        first_write
    }
}

/// Counts calls up to the first that writes.
#[derive(Clone, Debug, Default)]
struct Calls {
    so_far: Arc<AtomicI64>,
    first_write: Arc<AtomicI64>,
}

impl Wire for Calls {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        let number = self.so_far.fetch_add(1, Ordering::SeqCst) + 1;
        let operation = request.headers().get("x-amz-target").unwrap_or_default();
        if operation.ends_with("TransactWriteItems") && self.first_write.load(Ordering::SeqCst) == 0
        {
            self.first_write.store(number, Ordering::SeqCst);
        }
        engine.call(request).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_shots_are_as_one_of_two_requests_wants_them() {
    let studio = Studio::new(2, 0).await;
    let shots = &studio.shots;
    for (sides, wanted) in [
        ([Side::Uses, Side::Uses], [1, 0]),
        ([Side::Uses, Side::Uses], [1, 2]),
        ([Side::Uses, Side::Users], [0, 1]),
        ([Side::Uses, Side::Users], [1, 0]),
        ([Side::Uses, Side::Users], [1, 2]),
        ([Side::Uses, Side::Castings], [0, 1]),
        ([Side::Uses, Side::Castings], [1, 0]),
        ([Side::Uses, Side::Castings], [1, 2]),
        ([Side::Users, Side::Castings], [0, 1]),
        ([Side::Users, Side::Castings], [1, 0]),
        ([Side::Users, Side::Castings], [1, 2]),
    ] {
        let requests = [0, 1].map(|n| studio.request(sides[n], shots, wanted[n]));
        let lasted = [Cell::new(0), Cell::new(0)];
        let prepare = async |app: &TestApp, _: &_| {
            for n in [0, 1] {
                let one = &shots[n..=n];
                studio.request(Side::Castings, one, wanted[n]).send(app).await.ok();
            }
            requests.clone()
        };
        each_way(&studio.ground, prepare, async |app, answers, about| {
            assert!(answers.iter().all(|answer| answer.status == 200), "{about}");
            let uses = studio.uses(app).await;
            let last = wanted.iter().position(|often| uses == [*often; 2]);
            let last = last.unwrap_or_else(|| panic!("{sides:?}, a mixture: {uses:?}, {about}"));
            lasted[last].update(|count| count + 1);
        })
        .await;
        assert!(lasted.iter().all(|count| count.get() > 0), "{sides:?}: {lasted:?}");
    }
}

/// More than one transaction casts: whoever has decided before the journal begins, and writes while it is open, is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shots_change_while_a_journal_casts_in_them() {
    let studio = Studio::new(30, 1).await;
    let (all, few) = (&studio.shots[..], &studio.shots[..2]);
    for (taking, casting) in [
        (Side::Uses, Side::Uses),
        (Side::Castings, Side::Uses),
        (Side::Castings, Side::Users),
        (Side::Users, Side::Castings),
    ] {
        // Those of all shots that use the asset still, if it is taken out of them at last.
        let rest = i64::from(!matches!(taking, Side::Users));
        let wanted = [[&[0, 0], &[rest; 28][..]].concat(), vec![1; 30]];
        let sides = [taking, casting];
        let requests = [studio.request(taking, few, 0), studio.request(casting, all, 1)];
        let write = studio.first_write_of(&requests[0]).await;
        let begun = studio.first_write_of(&requests[1]).await;
        let calls = begun..begun + JOURNAL_CALLS;
        let lasted = [Cell::new(0), Cell::new(0)];
        overlapping_at(&studio.ground, write, calls, requests, async |app, answers, about| {
            assert!(answers.iter().all(|answer| answer.status == 200), "{about}");
            let uses = studio.uses(app).await;
            let last = wanted.iter().position(|wanted| *wanted == uses);
            let last = last.unwrap_or_else(|| panic!("{sides:?}, a mixture: {uses:?}, {about}"));
            lasted[last].update(|count| count + 1);
        })
        .await;
        assert!(lasted.iter().all(|count| count.get() > 0), "{sides:?}: {lasted:?}");
    }
}
