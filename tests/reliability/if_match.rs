//! Two callers change what both saw: one of them does.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, Production, TestApp};

use crate::gate::Gate;

/// More calls than any of these requests makes.
const CALLS_MAX: i64 = 100;

async fn send(app: &TestApp, method: Method, path: &str, tag: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api{path}"))
        .header("authorization", format!("Bearer {}", app.token(ADMIN).expect("a token")))
        .header("if-match", tag);
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    app.send(request.body(body).expect("a request")).await
}

/// Stops a change before each of its calls, makes another one with the same tag, and lets the first on.
async fn race(app: &TestApp, path: &str, first: (Method, Value), second: impl Fn(i64) -> Value) {
    let (mut won, mut lost) = (0, 0);
    for n in 1.. {
        assert!(n < CALLS_MAX, "it still goes on");
        let tag = app.get(ADMIN, path).await.header("etag").expect("a tag").to_owned();
        let gate = Gate::at(n);
        let process = gate.process(app);
        let (path_of_first, tag_of_first, (method, body)) =
            (path.to_owned(), tag.clone(), first.clone());
        let mut one = tokio::spawn(async move {
            send(&process, method, &path_of_first, &tag_of_first, &body).await
        });
        tokio::select! {
            one = &mut one => {
                one.expect("no panic").ok();
                break;
            }
            () = gate.reached() => {}
        }
        let two = send(&app.restarted(), Method::PUT, path, &tag, &second(n)).await;
        gate.open();
        let one = one.await.expect("no panic");
        match (one.status.as_u16(), two.status.as_u16()) {
            (200, 412) => won += 1,
            (412, 200) => lost += 1,
            _ => panic!("stopped at {n}: {one:?}, {two:?}"),
        }
    }
    assert!(lost > 0, "{won} won, {lost} lost");
    app.assert_whole(path).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_changes_an_asset() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let first = (Method::PUT, json!({"data": {"n": 0}}));
    race(&app, &format!("/data/entities/{hero}"), first, |n| json!({"data": {"n": n}})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_replaces_a_casting() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let sequence = film.sequence(&app, "SQ01", None).await;
    let shot = film.shot(&app, "SH01", &sequence).await;
    let users = |n: i64| json!({"casting": [{"entity_id": shot, "nb_occurences": n}]});
    race(&app, &format!("/data/assets/{hero}/casting"), (Method::PUT, users(99)), users).await;
}

/// By journals: the second finds that another one was committed since it was decided on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_replaces_a_casting_in_many_shots() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let shots = film.many_shots(&app, &film.sequence(&app, "SQ01", None).await, 30).await;
    let row = |shot: &String, n: i64| json!({"entity_id": shot, "nb_occurences": n});
    let users =
        |n: i64| json!({"casting": shots.iter().map(|shot| row(shot, n)).collect::<Vec<_>>()});
    race(&app, &format!("/data/assets/{hero}/casting"), (Method::PUT, users(999)), users).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_changes_a_task_a_project_and_a_person() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let task = film.task(&app, &hero, "Modeling", &[]).await;
    let task = format!("/data/tasks/{}", task["id"].as_str().expect("an id"));
    race(&app, &task, (Method::PUT, json!({"data": {"n": 0}})), |n| json!({"data": {"n": n}}))
        .await;
    let first = (Method::PUT, json!({"data": {"n": 0}}));
    race(&app, &film.path(""), first, |n| json!({"data": {"n": n}})).await;
    let person = format!("/data/persons/{}", app.person(tanuki_tests::app::ARTIST).id);
    let first = (Method::PUT, json!({"phone": "0"}));
    race(&app, &person, first, |n| json!({"phone": n.to_string()})).await;
}
