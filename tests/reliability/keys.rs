//! `Idempotency-Key` and crashes: between the claim, the change and the kept answer.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tanuki_tests::app::{ADMIN, TABLE};
use tanuki_tests::{Answer, Production, TestApp};

use crate::fuse::Fuse;

async fn create(app: &TestApp, film: &Production, name: &str) -> Answer {
    let request = Request::post(format!("/api{}", film.new_asset("Prop")))
        .header("authorization", format!("Bearer {}", app.token(ADMIN).expect("a token")))
        .header("idempotency-key", name);
    app.send(request.body(Body::from(json!({"name": name}).to_string())).expect("a request")).await
}

/// Lets so many seconds pass for a key.
fn age(app: &TestApp, key: &str, seconds: i64) {
    let person = app.person(ADMIN).id;
    let key = json!({"PK": {"S": format!("REPLAY#{person}#{key}")}, "SK": {"S": "REPLAY"}});
    let by = json!({":by": {"N": (-seconds).to_string()}});
    let body = json!({
        "TableName": TABLE, "Key": key, "UpdateExpression": "ADD claimed_at :by, expires_at :by",
        "ConditionExpression": "attribute_exists(PK)", "ExpressionAttributeValues": by,
    });
    let (status, answer) =
        app.engine.answer("DynamoDB_20120810.UpdateItem", body.to_string().as_bytes());
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
}

async fn names(app: &TestApp, film: &Production) -> usize {
    let assets: Value = app.get(ADMIN, &film.path("/assets")).await.ok();
    assets.as_array().map_or(0, Vec::len)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_before_the_change_is_started_over() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    film.asset(&app, "Prop", "First").await;
    // Its claim is the first write, a mark that the project has props is there, the asset is the second.
    let answer = create(&Fuse::at(2).process(&app), &film, "Lantern").await;
    answer.error(500, "StoreUnavailableException");
    create(&app, &film, "Lantern").await.error(409, "RequestStillRunningException");
    age(&app, "Lantern", 61);
    create(&app, &film, "Lantern").await.created();
    assert_eq!(names(&app, &film).await, 2);
    app.assert_whole("started over").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_after_the_change_is_told_by_the_change() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    film.asset(&app, "Prop", "First").await;
    // The third write is the answer's.
    create(&Fuse::at(3).process(&app), &film, "Lantern").await.created();
    create(&app, &film, "Lantern").await.error(409, "RequestStillRunningException");
    age(&app, "Lantern", 61);
    create(&app, &film, "Lantern").await.error(400, "AssetAlreadyExistsException");
    assert_eq!(names(&app, &film).await, 2);
    app.assert_whole("told by the change").await;
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    create(&app, &film, "Lantern").await.created();
    age(&app, "Lantern", 24 * 3600 - 60);
    create(&app, &film, "Lantern").await.created();
    age(&app, "Lantern", 61);
    create(&app, &film, "Lantern").await.error(400, "AssetAlreadyExistsException");
}
