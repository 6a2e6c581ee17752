//! Metadata is merged: two changes that are each small enough may not be too much together.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole. One of
//! them is refused.

use serde_json::json;
use tanuki_tests::answer::text;
use tanuki_tests::{Production, TestApp};

use crate::meeting::{Ground, Sent, each_way};

/// More than half of what an entity, a task or an instance may have.
const MORE_THAN_HALF: usize = 250_000;

/// Lets two callers add a key each to the metadata at a path, of so many bytes.
async fn race(bytes: usize, prepare: impl AsyncFn(&TestApp, &Production) -> String) {
    let prepare = async |app: &TestApp, show: &Production| {
        let path = prepare(app, show).await;
        let large = |key: &str| Sent::put(&path, json!({"data": {key: "x".repeat(bytes)}}));
        [large("one"), large("other")]
    };
    each_way(&Ground::new().await, prepare, async |_, answers, about| {
        let mut statuses = answers.each_ref().map(|answer| answer.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "{:?}", about.get(..400));
        let refused = answers.iter().find(|answer| answer.status == 400).expect("one of them");
        refused.clone().invalid(&["data"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_project() {
    race(60_000, async |_, show| show.path("")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_task() {
    race(MORE_THAN_HALF, async |app, show| {
        let asset = show.asset_id(app, "Prop", "Lamp").await;
        format!("/data/tasks/{}", text(&show.task(app, &asset, "Modeling", &[]).await, "id"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_an_instance() {
    race(MORE_THAN_HALF, async |app, show| {
        let lamp = show.asset_id(app, "Prop", "Lamp").await;
        let bulb = json!({"asset_to_instantiate_id": show.asset_id(app, "Prop", "Bulb").await});
        let path = format!("/data/assets/{lamp}/asset-asset-instances");
        let instance = app.post(tanuki_tests::app::ADMIN, &path, &bulb).await.created();
        format!("/data/asset-instances/{}", text(&instance, "id"))
    })
    .await;
}
