//! Assets that are shared by one while another takes them back.

use std::sync::Arc;

use serde_json::{Value, json};
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::at_once::at_once;
use crate::meeting::{Ground, Sent, each_way};

/// Their size makes one chunk of them two transactions: between these somebody completes it, and undoes it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assets_are_all_shared_or_none() {
    let furnish = async |app: &TestApp, show: &Production| {
        let mut ids = Vec::new();
        for n in 0..13 {
            let body =
                json!({"name": format!("Crowd {n}"), "data": {"notes": "x".repeat(285_000)}});
            let asset = show.asset_with(app, "Prop", body).await;
            ids.push(asset["id"].clone());
        }
        ids
    };
    let (ground, assets) = Ground::with(furnish).await;
    let prepare = async |_: &TestApp, show: &Production| {
        let path = format!("/actions/projects/{}/assets/share", show.id);
        [true, false].map(|is_shared| {
            Sent::post(&path, json!({"asset_ids": assets, "is_shared": is_shared}))
        })
    };
    let look = async |app: &TestApp, _: &[_; 2], about: &str| {
        let shared = shared_of(app, &ground.show, &assets).await;
        assert!([0, assets.len()].contains(&shared), "{shared} are shared: {about:.300}");
    };
    each_way(&ground, prepare, look).await;
}

/// One of them is as one of the requests wants it, the other as the other wants it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_no_change_still_belongs_to_it() {
    let furnish = async |app: &TestApp, show: &Production| {
        let shared = json!({"name": "Lamp", "is_shared": true});
        let lamp = show.asset_with(app, "Prop", shared).await["id"].clone();
        [lamp, json!(show.asset_id(app, "Prop", "Chair").await)]
    };
    let (ground, assets) = Ground::with(furnish).await;
    let path = format!("/actions/projects/{}/assets/share", ground.show.id);
    let prepare = async |_: &TestApp, _: &Production| {
        [true, false].map(|is_shared| {
            Sent::post(&path, json!({"asset_ids": assets, "is_shared": is_shared}))
        })
    };
    let look = async |app: &TestApp, _: &[_; 2], about: &str| {
        let shared = shared_of(app, &ground.show, &assets).await;
        assert!([0, assets.len()].contains(&shared), "{shared} are shared: {about}");
    };
    each_way(&ground, prepare, look).await;
}

/// More than one transaction shares. As one of the requests wants them are now sixty, now all but ten: too few for a journal,
/// if those were all it is about.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_assets_are_all_shared_or_none() {
    let app = Arc::new(TestApp::new().await);
    let film = Production::film(&app, "Film").await;
    let assets: Vec<Value> =
        film.many_assets(&app, "Prop", 120).await.into_iter().map(Value::from).collect();
    let path = format!("/actions/projects/{}/assets/share", film.id);
    for round in 0..4 {
        let right = if round % 2 == 0 { &assets[..60] } else { &assets[10..] };
        app.post(ADMIN, &path, &json!({"asset_ids": assets, "is_shared": false})).await.ok();
        app.post(ADMIN, &path, &json!({"asset_ids": right, "is_shared": true})).await.ok();
        at_once(2, |n| {
            let (app, path) = (app.clone(), path.clone());
            let body = json!({"asset_ids": assets, "is_shared": n == 0});
            async move { app.post(ADMIN, &path, &body).await.ok() }
        })
        .await;
        let shared = shared_of(&app, &film, &assets).await;
        assert!([0, assets.len()].contains(&shared), "{shared} are shared in round {round}");
    }
}

/// How many of these assets are shared.
async fn shared_of(app: &TestApp, show: &Production, assets: &[Value]) -> usize {
    let rows = app.get(ADMIN, &show.path("/assets")).await.ok();
    let rows = rows.as_array().expect("rows").iter();
    rows.filter(|row| assets.contains(&row["id"])).filter(|row| row["is_shared"] == true).count()
}
