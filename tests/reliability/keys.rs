//! `Idempotency-Key` and crashes: between the claim, the change and the kept answer.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tanuki_tests::answer::text;
use tanuki_tests::app::{ADMIN, TABLE};
use tanuki_tests::{Answer, Production, TestApp};

use crate::fuse::Fuse;
use crate::wire::{self, Reply, Wire};

async fn post(app: &TestApp, key: &str, path: &str, body: &Value) -> Answer {
    let request = Request::post(format!("/api{path}"))
        .header("authorization", format!("Bearer {}", app.token(ADMIN).expect("a token")))
        .header("idempotency-key", key);
    app.send(request.body(Body::from(body.to_string())).expect("a request")).await
}

async fn create(app: &TestApp, film: &Production, name: &str) -> Answer {
    post(app, name, &film.new_asset("Prop"), &json!({"name": name})).await
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

/// What can be created under a key: the paths and bodies, and where to count it.
async fn creations(app: &TestApp, film: &Production) -> Vec<(String, Value, String)> {
    let hero = film.asset_id(app, "Character", "Hero").await;
    let lantern = film.asset_id(app, "Prop", "Lantern").await;
    let sequence = film.sequence(app, "SEQ", None).await;
    film.shot(app, "SH01", &sequence).await;
    let task = film.task(app, &hero, "Modeling", &[ADMIN]).await;
    let task = text(&task, "id");
    let statuses = app.get(ADMIN, "/data/task-status").await.ok();
    let rigging = film.task_type(app, "Rigging").await;
    let comment = json!({"task_status_id": statuses[0]["id"], "comment": "Done"});
    vec![
        (format!("/actions/tasks/{task}/comment"), comment, format!("/data/tasks/{task}/comments")),
        (
            format!("/data/assets/{hero}/asset-asset-instances"),
            json!({"asset_to_instantiate_id": lantern}),
            format!("/data/assets/{hero}/asset-asset-instances"),
        ),
        (film.new_asset("Prop"), json!({"name": "Rope"}), film.path("/assets")),
        (
            film.path("/shots"),
            json!({"name": "SH02", "sequence_id": sequence}),
            film.path("/shots"),
        ),
        (
            "/data/tasks".into(),
            json!({"entity_id": hero, "task_type_id": rigging}),
            film.path("/tasks"),
        ),
    ]
}

/// How many rows a list has, of instances all together.
async fn count(app: &TestApp, path: &str) -> usize {
    match app.get(ADMIN, path).await.ok() {
        Value::Array(rows) => rows.len(),
        Value::Object(groups) => groups.values().filter_map(Value::as_array).map(Vec::len).sum(),
        other => panic!("{path}: {other}"),
    }
}

/// Sends it until the process dies between what is created and the kept answer, and then again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_crash_leaves_without_an_answer_is_answered_as_it_was_created() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    for (n, (path, body, list)) in creations(&app, &film).await.into_iter().enumerate() {
        let (key, before) = (format!("key-{n}"), count(&app, &list).await);
        // The third write is the answer's: the first is the claim, the second what is created.
        let first = post(&Fuse::at(3).process(&app), &key, &path, &body).await.created();
        post(&app, &key, &path, &body).await.error(409, "RequestStillRunningException");
        age(&app, &key, 61);
        let again = post(&app, &key, &path, &body).await.created();
        assert_eq!(again["id"], first["id"], "{path}");
        let replayed = post(&app, &key, &path, &body).await;
        assert_eq!(replayed.header("idempotency-replayed"), Some("true"));
        assert_eq!(replayed.created(), again);
        assert_eq!(count(&app, &list).await, before + 1, "{path}");
    }
    app.assert_whole("answered as it was created").await;
}

/// Loses the replies to what writes this.
#[derive(Clone, Debug)]
struct Losing(&'static str);

impl Wire for Losing {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
        let is_lost = target.ends_with("TransactWriteItems") && body.contains(self.0);
        let reply = engine.call(request).await;
        if is_lost { Err(ConnectorError::io("the connection is gone".into())) } else { reply }
    }
}

/// A change that is made, although the request fails, is not made again by the same request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_created_when_the_reply_was_lost_is_answered_at_once() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    for (n, (path, body, list)) in creations(&app, &film).await.into_iter().enumerate() {
        let (key, before) = (format!("key-{n}"), count(&app, &list).await);
        // Only what creates something writes that.
        let process = wire::process(&app, Losing("\"created\":"));
        let lost = post(&process, &key, &path, &body).await;
        assert!(lost.status.is_server_error(), "{path}: {lost:?}");
        assert_eq!(count(&app, &list).await, before + 1, "{path}: it is made");
        let again = post(&app, &key, &path, &body).await.created();
        assert_eq!(count(&app, &list).await, before + 1, "{path}");
        assert_eq!(post(&app, &key, &path, &body).await.created(), again);
    }
    app.assert_whole("answered at once").await;
}

/// What is under another request's key by now is not written any more: that one may have written it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_lost_the_key_creates_nothing() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    for (n, (path, body, list)) in creations(&app, &film).await.into_iter().enumerate() {
        let (key, before) = (format!("key-{n}"), count(&app, &list).await);
        let other = Arc::new(app.restarted());
        let late = Late { app: other, key: key.clone(), path: path.clone(), body: body.clone() };
        let process = wire::process(&app, late);
        let answer = post(&process, &key, &path, &body).await;
        answer.error(409, "RequestStillRunningException");
        assert_eq!(count(&app, &list).await, before + 1, "{path}: by the other one");
    }
}

/// Lets the key's time pass and another process do the request, before what is created is written.
#[derive(Clone, Debug)]
struct Late {
    app: Arc<TestApp>,
    key: String,
    path: String,
    body: Value,
}

impl Wire for Late {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
        if target.ends_with("TransactWriteItems") && body.contains("\"created\":") {
            age(&self.app, &self.key, 61);
            let other = post(&self.app, &self.key, &self.path, &self.body).await;
            assert!(other.status.is_success(), "{other:?}");
        }
        engine.call(request).await
    }
}

/// What was created under a key and deleted before it was answered is not created again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_gone_again_is_told() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    film.asset(&app, "Prop", "First").await;
    let lantern = create(&Fuse::at(3).process(&app), &film, "Lantern").await.created();
    let path = format!("/data/assets/{}?force=true", text(&lantern, "id"));
    app.delete(ADMIN, &path).await.gone();
    age(&app, "Lantern", 61);
    create(&app, &film, "Lantern").await.error(422, "IdempotencyKeySpentException");
    assert_eq!(names(&app, &film).await, 1);
}

/// What was done is not told as a refusal, although the same request would be refused now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_would_be_refused_by_now_is_told() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let lantern = film.asset_id(&app, "Prop", "Lantern").await;
    let path = format!("/data/assets/{hero}/asset-asset-instances");
    let body = json!({"asset_to_instantiate_id": lantern});
    post(&Fuse::at(3).process(&app), "key", &path, &body).await.created();
    let canceled = json!({"canceled": true});
    app.put(ADMIN, &format!("/data/entities/{lantern}"), &canceled).await.ok();
    age(&app, "key", 61);
    post(&app, "key", &path, &body).await.error(422, "IdempotencyKeySpentException");
    post(&app, "another", &path, &body).await.error(400, "ValidationException");
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
