//! Assets that are shared by one while another takes them back.

use serde_json::{Value, json};
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

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
        let path = ground.show.path("/assets");
        let rows = app.get(ADMIN, &path).await.ok();
        let rows = rows.as_array().expect("rows").iter();
        let is_shared = |row: &&Value| row["is_shared"] == true;
        let shared = rows.filter(|row| assets.contains(&row["id"])).filter(is_shared).count();
        assert!([0, assets.len()].contains(&shared), "{shared} are shared: {about:.300}");
    };
    each_way(&ground, prepare, look).await;
}
