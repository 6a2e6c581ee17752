//! `Idempotency-Key`: the same request under the same key is done once.

use axum::body::Body;
use http::Request;
use model::Role;
use tanuki_tests::prelude::*;

/// Sends a request under a key.
async fn send(app: &TestApp, who: Who, key: &str, path: &str, body: &Value) -> Answer {
    let mut request = Request::post(format!("/api{path}"))
        .header("content-type", "application/json")
        .header("idempotency-key", key.as_bytes());
    if let Some(token) = app.token(who) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    app.send(request.body(Body::from(body.to_string())).expect("a request")).await
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

#[tokio::test]
async fn the_same_request_is_done_once() {
    let (app, film) = film().await;
    let (path, body) = (film.new_asset("Prop"), json!({"name": "Lantern"}));
    let first = send(&app, MANAGER, "one", &path, &body).await;
    assert_eq!((first.status.as_u16(), is_replayed(&first)), (201, false));
    for key in ["one", "\"one\""] {
        let again = send(&app, MANAGER, key, &path, &body).await;
        assert_eq!((again.status.as_u16(), is_replayed(&again)), (201, true));
        assert_eq!(again.bytes, first.bytes);
        assert_eq!(again.header("content-type"), first.header("content-type"));
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    }
    // Under another key, or none, it is another request.
    send(&app, MANAGER, "two", &path, &body).await.error(400, "AssetAlreadyExistsException");
    app.post(MANAGER, &path, &body).await.error(400, "AssetAlreadyExistsException");
    app.assert_whole("one key").await;
}

#[tokio::test]
async fn a_key_is_one_requests() {
    let (app, film) = film().await;
    let path = film.new_asset("Prop");
    send(&app, MANAGER, "one", &path, &json!({"name": "Lantern"})).await.created();
    let other_body = send(&app, MANAGER, "one", &path, &json!({"name": "Lamp"})).await;
    other_body.error(422, "IdempotencyKeySpentException");
    let body = json!({"name": "Lantern"});
    let other_path = send(&app, ADMIN, "one", &path, &body).await;
    other_path.error(400, "AssetAlreadyExistsException");
    let other_path = send(&app, MANAGER, "one", "/data/departments", &body).await;
    other_path.error(422, "IdempotencyKeySpentException");
    let assets = app.get(MANAGER, &film.path("/assets")).await.ok();
    assert_eq!(column(&assets, "name"), ["Lantern"]);
}

/// A comment has no name that could be taken: without a key there would be two.
#[tokio::test]
async fn a_comment_is_made_once() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let task = film.task(&app, &hero, "Modeling", &[ARTIST]).await;
    let statuses = app.get(ADMIN, "/data/task-status").await.ok();
    let path = format!("/actions/tasks/{}/comment", text(&task, "id"));
    let body = json!({"task_status_id": statuses[0]["id"], "comment": "Done"});
    let first = send(&app, ARTIST, "k", &path, &body).await.created();
    let again = send(&app, ARTIST, "k", &path, &body).await.created();
    assert_eq!(first["id"], again["id"]);
    let path = format!("/data/tasks/{}/comments", text(&task, "id"));
    let comments = app.get(ARTIST, &path).await.ok();
    assert_eq!(comments.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_key_is_the_callers_own() {
    let (app, film) = film().await;
    let (path, body) = (film.new_asset("Prop"), json!({"name": "Lantern"}));
    send(&app, MANAGER, "one", &path, &body).await.created();
    let others = send(&app, ADMIN, "one", &path, &body).await;
    assert!(!is_replayed(&others));
    others.error(400, "AssetAlreadyExistsException");
    send(&app, ARTIST, "one", &path, &body).await.error(403, "NotAllowedException");
    send(&app, NOBODY, "one", &path, &body).await.error(401, "NotAuthenticatedException");
}

#[tokio::test]
async fn a_refusal_is_an_answer_too() {
    let (app, film) = film().await;
    let path = film.new_asset("Prop");
    let first = send(&app, MANAGER, "one", &path, &json!({"name": ""})).await;
    let again = send(&app, MANAGER, "one", &path, &json!({"name": ""})).await;
    assert_eq!((is_replayed(&first), is_replayed(&again)), (false, true));
    assert_eq!(first.bytes, again.bytes);
    again.invalid(&["name"]);
}

#[tokio::test]
async fn of_many_at_once_one_is_done() {
    let (app, film) = film().await;
    let (path, body) = (film.new_asset("Prop"), json!({"name": "Lantern"}));
    let sent = (0..8).map(|_| send(&app, MANAGER, "one", &path, &body));
    let answers = futures_util::future::join_all(sent).await;
    for answer in answers {
        match answer.status.as_u16() {
            201 => {}
            409 => {
                assert_eq!(answer.header("retry-after"), Some("1"));
                answer.error(409, "RequestStillRunningException");
            }
            _ => panic!("{answer:?}"),
        }
    }
    assert!(is_replayed(&send(&app, MANAGER, "one", &path, &body).await));
}

#[tokio::test]
async fn a_stored_answer_is_for_those_who_may_still_have_it() {
    let (app, film) = film().await;
    let (path, body) = (film.new_asset("Prop"), json!({"name": "Lantern"}));
    send(&app, MANAGER, "one", &path, &body).await.created();
    let manager = app.person(MANAGER).id;
    film.join_as(&app, MANAGER, Role::Client).await;
    send(&app, MANAGER, "one", &path, &body).await.error(403, "NotAllowedException");
    app.delete(ADMIN, &film.path(&format!("/team/{manager}"))).await.gone();
    send(&app, MANAGER, "one", &path, &body).await.error(403, "NotAllowedException");
    film.join(&app, MANAGER).await;
    assert!(is_replayed(&send(&app, MANAGER, "one", &path, &body).await));
    let person = format!("/data/persons/{manager}");
    app.put(ADMIN, &person, &json!({"role": "supervisor"})).await.ok();
    send(&app, MANAGER, "one", &path, &body).await.error(403, "NotAllowedException");
    app.put(ADMIN, &person, &json!({"role": "manager", "active": false})).await.ok();
    send(&app, MANAGER, "one", &path, &body).await.error(401, "NotAuthenticatedException");
}

#[tokio::test]
async fn a_key_is_sound() {
    let (app, film) = film().await;
    let (path, body) = (film.new_asset("Prop"), json!({"name": "Lantern"}));
    for key in ["", "\"\"", "a b", "cl\u{e9}", "\u{1f98a}", &"x".repeat(256)] {
        send(&app, MANAGER, key, &path, &body).await.invalid(&["Idempotency-Key"]);
    }
    send(&app, NOBODY, "", &path, &body).await.error(401, "NotAuthenticatedException");
}

/// A login's answer is a secret, and no two are alike.
#[tokio::test]
async fn logins_are_not_kept() {
    let app = TestApp::new().await;
    let body = json!({
        "first_name": "Ada", "last_name": "Byron", "email": "ada@example.com",
        "password": "a password that is long enough",
    });
    app.post(ADMIN, "/data/persons", &body).await.created();
    let login = json!({"email": "ada@example.com", "password": "a password that is long enough"});
    let first = send(&app, NOBODY, "one", "/auth/login", &login).await.ok();
    let again = send(&app, NOBODY, "one", "/auth/login", &login).await;
    assert!(!is_replayed(&again));
    assert_ne!(first["access_token"], again.ok()["access_token"]);
}

/// Without a key nothing is read or written for it.
#[tokio::test]
async fn a_key_costs_those_who_send_it() {
    let (app, film) = film().await;
    let app = app.without_gateway();
    let path = film.new_asset("Prop");
    film.asset(&app, "Prop", "First").await;
    let bare = app.post(MANAGER, &path, &json!({"name": "One"})).await.capacity();
    let keyed = send(&app, MANAGER, "k", &path, &json!({"name": "Two"})).await.capacity();
    let again = send(&app, MANAGER, "k", &path, &json!({"name": "Two"})).await.capacity();
    assert_eq!((keyed.0 - bare.0, keyed.1 - bare.1), (3.0, 6.0), "{bare:?} {keyed:?}");
    assert_eq!(again, (5.0, 0.0));
}
