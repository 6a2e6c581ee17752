//! Crashes while many assets are changed by one request.

use http::{Method, StatusCode};
use serde_json::json;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::journal::{Change, State, crash_everywhere, rows};

/// More than two transactions hold.
const ASSETS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_assets_shared() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    for n in 0..ASSETS {
        let asset_type = ["Prop", "Character"][n % 2];
        film.asset(&app, asset_type, &format!("Asset {n:03}")).await;
    }
    let (project, prop) = (film.id.as_str(), film.asset_type("Prop"));
    let all = format!("/data/projects/{project}/assets");
    let share = format!("/actions/projects/{project}/assets/share");
    let looks = vec![
        all.clone(),
        format!("/data/projects/{project}/asset-types/{prop}/assets"),
        format!("/data/assets/with-tasks?project_id={project}"),
        format!("/data/assets?project_id={project}&is_shared=true"),
        "/data/assets?is_shared=true".into(),
        "/data/assets/all".into(),
    ];
    let prepare = async || {
        app.post(ADMIN, &share, &json!({"is_shared": false})).await.ok();
        Change {
            method: Method::POST,
            path: share.clone(),
            body: Some(json!({"is_shared": true})),
            when_done: StatusCode::OK,
            looks: looks.clone(),
        }
    };
    let check = |_: &Change, state: &State| {
        for look in [&all, "/data/assets?is_shared=true"] {
            let rows = rows(state, look);
            assert_eq!(rows.len(), ASSETS, "{look}");
            assert!(rows.iter().all(|row| row["is_shared"] == true), "{look}");
        }
    };
    crash_everywhere(&app, prepare, check).await;
}
