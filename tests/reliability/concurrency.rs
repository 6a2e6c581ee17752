//! Many requests at once: what the database must decide, not a look before the write.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tanuki_tests::answer::{column, text};
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::at_once::at_once;

async fn studio() -> (Arc<TestApp>, Production) {
    let app = Arc::new(TestApp::new().await);
    let show = Production::tv_show(&app, "Show").await;
    (app, show)
}

/// Differences in case and in surrounding blanks are none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_name_makes_one_asset() {
    let (app, show) = studio().await;
    let path = show.new_asset("Prop");
    let answers = at_once(16, |n| {
        let (app, path) = (app.clone(), path.clone());
        let spelling = ["Sword", "sword ", "SWORD"][n % 3];
        async move { app.post(ADMIN, &path, &json!({"name": spelling})).await }
    })
    .await;
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1, "{made:?}");
    let id = text(&made[0].body, "id");
    assert_eq!(refused.len(), 15);
    for answer in refused {
        let body = answer.error(400, "AssetAlreadyExistsException");
        assert!(body.to_string().contains(id), "the winner {id} is named: {body}");
    }
    let assets = app.get(ADMIN, &format!("/data/projects/{}/assets", show.id)).await.ok();
    assert_eq!(column(&assets, "id"), [id]);
    app.assert_whole("one name").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn instances_are_numbered_without_gap_or_double() {
    let (app, show) = studio().await;
    let parent = show.asset_id(&app, "Environment", "Castle").await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let path = format!("/data/assets/{parent}/asset-asset-instances");
    let made = at_once(32, |_| {
        let (app, path, body) =
            (app.clone(), path.clone(), json!({"asset_to_instantiate_id": sword}));
        async move { app.post(ADMIN, &path, &body).await.created() }
    })
    .await;
    let listed = app.get(ADMIN, &path).await.ok();
    let numbers = |rows: &[Value]| {
        let mut numbers: Vec<i64> = rows.iter().filter_map(|row| row["number"].as_i64()).collect();
        numbers.sort_unstable();
        numbers
    };
    let wanted: Vec<i64> = (1..=32).collect();
    assert_eq!(numbers(&made), wanted);
    assert_eq!(numbers(listed.as_array().expect("a list")), wanted);
    let names: BTreeSet<&str> = made.iter().map(|row| text(row, "name")).collect();
    assert!(names.len() == 32 && names.contains("Sword_0032"), "{names:?}");
    app.assert_whole("32 instances").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_writer_of_data_loses_a_key() {
    let (app, show) = studio().await;
    let asset = show.asset_id(&app, "Prop", "Sword").await;
    let path = format!("/data/entities/{asset}");
    at_once(8, |n| {
        let (app, path) = (app.clone(), path.clone());
        async move {
            for turn in 1..=5 {
                app.put(ADMIN, &path, &json!({"data": {format!("key{n}"): turn}})).await.ok();
            }
        }
    })
    .await;
    let asset = app.get(ADMIN, &format!("/data/assets/{asset}")).await.ok();
    let wanted: serde_json::Map<_, _> = (0..8).map(|n| (format!("key{n}"), json!(5))).collect();
    assert_eq!(asset["data"], Value::Object(wanted));
    app.assert_whole("data").await;
}

/// Shots of one episode and the assets that are cast in them.
struct Breakdown {
    app: Arc<TestApp>,
    project: String,
    episode: String,
    shots: Vec<String>,
    assets: Vec<String>,
}

impl Breakdown {
    async fn new(assets: usize) -> Self {
        let (app, show) = studio().await;
        let episode = show.episode(&app, "E10").await;
        let sequence = show.sequence(&app, "SQ10", Some(&episode)).await;
        let shots =
            vec![show.shot(&app, "SH1", &sequence).await, show.shot(&app, "SH2", &sequence).await];
        let mut ids = Vec::new();
        for n in 0..assets {
            ids.push(show.asset_id(&app, "Prop", &format!("Asset {n}")).await);
        }
        Self { app, project: show.id, episode, shots, assets: ids }
    }

    /// The assets an entity uses; its counter, and each asset's own side, must say the same.
    async fn cast_in(&self, kind: &str, entity: &str) -> BTreeSet<String> {
        let path = format!("/data/projects/{}/entities/{entity}/casting", self.project);
        let casting = self.app.get(ADMIN, &path).await.ok();
        let used: BTreeSet<String> =
            column(&casting, "asset_id").into_iter().map(str::to_owned).collect();
        assert_eq!(used.len(), casting.as_array().map_or(0, Vec::len), "no asset twice: {casting}");
        let row = self.app.get(ADMIN, &format!("/data/entities/{entity}")).await.ok();
        assert_eq!(row["nb_entities_out"], used.len(), "the counter of the {kind}");
        for asset in &self.assets {
            let users = self.app.get(ADMIN, &format!("/data/assets/{asset}/casting")).await.ok();
            let is_user = column(&users, "entity_id").contains(&entity);
            assert_eq!(is_user, used.contains(asset), "{asset} in the {kind}, seen from the asset");
        }
        used
    }

    /// The assets of both shots, once the episode is known to follow them.
    async fn consistent(&self) -> [BTreeSet<String>; 2] {
        let shots = [
            self.cast_in("shot", &self.shots[0]).await,
            self.cast_in("shot", &self.shots[1]).await,
        ];
        let of_shots: BTreeSet<String> = shots[0].union(&shots[1]).cloned().collect();
        assert_eq!(
            self.cast_in("episode", &self.episode).await,
            of_shots,
            "the episode follows its shots"
        );
        self.app.assert_whole("castings").await;
        shots
    }

    /// Casts an asset in exactly these shots.
    async fn cast(app: &TestApp, asset: &str, shots: &[String]) {
        let users: Vec<Value> = shots.iter().map(|shot| json!({"entity_id": shot})).collect();
        app.put(ADMIN, &format!("/data/assets/{asset}/casting"), &json!({"casting": users}))
            .await
            .ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counters_stay_right_when_many_cast_in_one_shot() {
    let breakdown = Breakdown::new(12).await;
    let all: BTreeSet<String> = breakdown.assets.iter().cloned().collect();
    let cast = |shots: &[String]| {
        let (app, shots, assets) =
            (breakdown.app.clone(), shots.to_vec(), breakdown.assets.clone());
        move |n: usize| {
            let (app, shots, asset) = (app.clone(), shots.clone(), assets[n].clone());
            async move { Breakdown::cast(&app, &asset, &shots).await }
        }
    };
    at_once(12, cast(&breakdown.shots)).await;
    assert_eq!(breakdown.consistent().await, [all.clone(), all.clone()]);
    at_once(12, cast(&breakdown.shots[..1])).await;
    assert_eq!(breakdown.consistent().await, [all.clone(), BTreeSet::new()]);
    at_once(12, cast(&[])).await;
    assert_eq!(breakdown.consistent().await, [BTreeSet::new(), BTreeSet::new()]);
}

/// The episode's link is taken away with the one shot and given back with the other, in one transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_episode_keeps_its_link_when_an_asset_moves() {
    let breakdown = Breakdown::new(1).await;
    for shots in [&breakdown.shots[..1], &breakdown.shots[1..], &breakdown.shots[..1]] {
        Breakdown::cast(&breakdown.app, &breakdown.assets[0], shots).await;
        breakdown.consistent().await;
    }
}

/// From the side of the shot and from that of the asset, to the same pairs: whoever wins, both sides agree.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_sides_of_a_link_agree_whoever_is_last() {
    let breakdown = Breakdown::new(4).await;
    for round in 0..4 {
        at_once(12, |n| {
            let (app, project) = (breakdown.app.clone(), breakdown.project.clone());
            let (shots, assets) = (breakdown.shots.clone(), breakdown.assets.clone());
            async move {
                let turn = n + round;
                if turn % 2 == 0 {
                    Breakdown::cast(&app, &assets[turn % 4], &shots[..turn % 3]).await;
                } else {
                    let used = &assets[..turn % 5];
                    let casting: Vec<Value> =
                        used.iter().map(|id| json!({"asset_id": id, "nb_occurences": 1})).collect();
                    let path = format!(
                        "/data/projects/{project}/entities/{}/casting",
                        shots[turn % 4 / 2]
                    );
                    app.put(ADMIN, &path, &json!(casting)).await.ok();
                }
            }
        })
        .await;
        breakdown.consistent().await;
    }
}
