//! Replacing castings at once: at the end the casting is what one of the callers asked for, and nothing of the others.
//!
//! Asked from the asset's side by many, and from the entity's side by two, one of which stops before each of its calls to
//! the table while the other is done as a whole.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tanuki_tests::answer::column;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::at_once::at_once;
use crate::journal_links::{shots, users};
use crate::meeting::{Ground, Sent, each_way};

/// More assets than one transaction casts.
const MANY: usize = 16;

/// Eight replacements of one asset's users at once, by journals and by transactions: one of the sets stays, and
/// nothing of the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_replacements_one_is_the_last() {
    let app = Arc::new(TestApp::new().await);
    let show = Production::tv_show(&app, "Show").await;
    let asset = show.asset_id(&app, "Prop", "Sword").await;
    let shots = shots(&app, &show, None, 60).await;
    let path = format!("/data/assets/{asset}/casting");
    let sets: Vec<Vec<String>> =
        (0..8).map(|n| shots[n..n + if n < 4 { 50 } else { 5 }].to_vec()).collect();
    at_once(8, |n| {
        let (app, path, body) = (app.clone(), path.clone(), users(&sets[n], 1));
        async move { app.put(ADMIN, &path, &body).await.ok() }
    })
    .await;
    let rows = app.get(ADMIN, &path).await.ok();
    let left: BTreeSet<&str> = column(&rows, "entity_id").into_iter().collect();
    let is_left =
        |set: &Vec<String>| set.iter().map(String::as_str).collect::<BTreeSet<_>>() == left;
    assert!(sets.iter().any(is_left), "a mixture: {left:?}");
    let mut found = app.app.store.check().await.expect("the table can be read");
    // Those whose set had changed before their journal began.
    found.retain(|it| !matches!(it, store::Violation::Uncommitted { .. }));
    assert!(found.is_empty(), "{found:?}");
}

/// What each of two shots shall use.
type Wanted = [Vec<String>; 2];

/// Two shots of an episode that use an asset, and others they may use.
struct Studio {
    ground: Ground,
    shots: Vec<String>,
    assets: Vec<String>,
}

impl Studio {
    async fn new() -> Self {
        let (ground, (shots, assets)) = Ground::with(async |app, show| {
            let episode = show.episode_of(app, "E10", 2).await;
            let old = show.asset_id(app, "Prop", "Old").await;
            show.cast(app, &old, &[&episode.shots[0], &episode.shots[1]]).await;
            (episode.shots, show.many_assets(app, "Character", 2 * MANY).await)
        })
        .await;
        Self { ground, shots, assets }
    }

    /// Two sets of so many assets, which have none in common.
    fn sets(&self, count: usize) -> [Vec<String>; 2] {
        [self.assets[..count].to_vec(), self.assets[MANY..MANY + count].to_vec()]
    }

    /// Replaces what one of the shots uses.
    fn of_one(&self, shot: usize, assets: &[String]) -> Sent {
        let path = format!("/entities/{}/casting", self.shots[shot]);
        Sent::put(&self.ground.show.path(&path), json!(assets))
    }

    /// Replaces what both of them use.
    fn of_both(&self, assets: &[String]) -> Sent {
        let path = self.ground.show.path("/entities/casting");
        Sent::put(&path, json!({&self.shots[0]: assets, &self.shots[1]: assets}))
    }

    async fn casting(&self, app: &TestApp) -> Wanted {
        let path = self.ground.show.path("/sequences/all/casting");
        let castings = app.get(ADMIN, &path).await.ok();
        [0, 1].map(|shot| {
            let rows = castings.get(&self.shots[shot]).cloned().unwrap_or_else(|| json!([]));
            let mut ids: Vec<String> =
                column(&rows, "asset_id").into_iter().map(str::to_owned).collect();
            ids.sort_unstable();
            ids
        })
    }

    /// Lets two replacements meet. Both are made, and the shots use what the one of them wanted or the other; now this,
    /// now that.
    async fn one_is_the_last(&self, requests: [Sent; 2], wanted: [Wanted; 2]) {
        self.one_is_the_last_after(&[], requests, wanted).await;
    }

    /// The same after other requests.
    async fn one_is_the_last_after(
        &self,
        before: &[Sent],
        requests: [Sent; 2],
        mut wanted: [Wanted; 2],
    ) {
        wanted.iter_mut().flatten().for_each(|assets| assets.sort_unstable());
        let lasted = [Cell::new(0), Cell::new(0)];
        let prepare = async |app: &TestApp, _: &Production| {
            for sent in before {
                sent.clone().send(app).await.ok();
            }
            requests.clone()
        };
        each_way(&self.ground, prepare, async |app, answers, about| {
            assert!(answers.iter().all(|answer| answer.status == 200), "{about}");
            let casting = self.casting(app).await;
            let last = wanted.iter().position(|wanted| *wanted == casting);
            let last = last.unwrap_or_else(|| panic!("a mixture: {casting:?}, {about}"));
            lasted[last].update(|count| count + 1);
        })
        .await;
        assert!(lasted.iter().all(|count| count.get() > 0), "{lasted:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_shot_is_cast_twice() {
    let studio = Studio::new().await;
    let old = studio.casting(&studio.ground.app).await[1].clone();
    // By one transaction each, and by a journal each.
    for count in [1, MANY] {
        let sets = studio.sets(count);
        let wanted = sets.clone().map(|set| [set, old.clone()]);
        studio.one_is_the_last(sets.map(|set| studio.of_one(0, &set)), wanted).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_shots_are_cast_twice() {
    let studio = Studio::new().await;
    for count in [1, MANY] {
        let sets = studio.sets(count);
        let wanted = sets.clone().map(|set| [set.clone(), set]);
        studio.one_is_the_last(sets.map(|set| studio.of_both(&set)), wanted).await;
    }
}

/// The other shot uses what was asked for both in any case.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_is_cast_alone_and_with_another() {
    let studio = Studio::new().await;
    for count in [1, MANY] {
        let [both, alone] = studio.sets(count);
        let requests = [studio.of_both(&both), studio.of_one(0, &alone)];
        let wanted = [[both.clone(), both.clone()], [alone, both]];
        studio.one_is_the_last(requests, wanted).await;
    }
}

/// Each of the two requests finds one of the shots as it shall be, and so has only the other one to change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_shots_are_each_cast_as_one_of_them_is() {
    let studio = Studio::new().await;
    let sets = studio.sets(1);
    let before = [0, 1].map(|shot| studio.of_one(shot, &sets[shot]));
    let wanted = sets.clone().map(|set| [set.clone(), set]);
    studio.one_is_the_last_after(&before, sets.map(|set| studio.of_both(&set)), wanted).await;
}

/// More shots than the commit of a change can depend on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_shots_are_cast_twice() {
    let app = Arc::new(TestApp::new().await);
    let film = Production::film(&app, "Film").await;
    let shots = film.many_shots(&app, &film.sequence(&app, "SQ", None).await, 91).await;
    let assets = film.many_assets(&app, "Prop", 4).await;
    let path = film.path("/entities/casting");
    for round in 0..4 {
        at_once(2, |n| {
            // Each of the shots has one of the two sets already, now and then.
            let set = &assets[2 * n..][..2];
            let body: serde_json::Map<String, serde_json::Value> =
                shots.iter().map(|shot| (shot.clone(), json!(set))).collect();
            let (app, path) = (app.clone(), path.clone());
            async move { app.put(ADMIN, &path, &json!(body)).await.ok() }
        })
        .await;
        let castings = app.get(ADMIN, &film.path("/sequences/all/casting")).await.ok();
        let used: BTreeSet<BTreeSet<&str>> = shots
            .iter()
            .map(|shot| column(&castings[shot], "asset_id").into_iter().collect())
            .collect();
        let sets = [&assets[..2], &assets[2..]]
            .map(|set| BTreeSet::from([set.iter().map(String::as_str).collect()]));
        assert!(sets.contains(&used), "a mixture in round {round}: {used:?}");
    }
    app.assert_whole("cast twice").await;
}
