//! A request that changes nothing writes nothing: no event, no entry in a history, no other `updated_at`.

use axum::body::Body;
use http::{Request, header};
use tanuki_tests::prelude::*;

/// The last that was told in the studio and its projects.
async fn told(app: &TestApp) -> Value {
    app.get(ADMIN, "/data/events/last?limit=1").await.ok()
}

/// Makes a request twice; the second time nothing may change where `look` shows it.
async fn twice(app: &TestApp, method: Method, path: &str, body: Value, look: &str) {
    let body = (!body.is_null()).then_some(body);
    let send = async || app.request(ADMIN, method.clone(), path, body.as_ref()).await.status;
    let first = send().await;
    assert!(first.is_success(), "{method} {path}: {first}");
    let before = (app.get(ADMIN, look).await.ok(), told(app).await);
    assert_eq!(send().await, first, "{method} {path}");
    let after = (app.get(ADMIN, look).await.ok(), told(app).await);
    assert_eq!(before.0, after.0, "{method} {path}");
    assert_eq!(before.1, after.1, "{method} {path} tells nothing");
}

#[tokio::test]
async fn who_is_assigned_already_is_not_assigned_anew() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let task = film.task(&app, &hero, "Modeling", &[]).await;
    let id = text(&task, "id");
    let (artist, look) = (app.person(ARTIST).id, format!("/data/tasks/{id}"));
    let many = json!({"task_ids": [id]});
    let put = async |path: &str, body: Value| twice(&app, Method::PUT, path, body, &look).await;
    put(&format!("/actions/tasks/{id}/assign"), json!({"person_id": artist})).await;
    put(&format!("/actions/persons/{artist}/assign"), many.clone()).await;
    let other = json!({"task_ids": [id], "person_id": app.person(VENDOR).id});
    put("/actions/tasks/clear-assignation", other).await;
    put("/actions/tasks/clear-assignation", many).await;
    let done = app.get(ADMIN, "/data/task-status?short_name=done").await.ok();
    put(&look, json!({"estimation": 60, "task_status_id": done[0]["id"], "data": {"a": 1}})).await;
}

#[tokio::test]
async fn what_a_project_has_already_is_not_given_anew() {
    let (app, film) = film().await;
    let artist = app.person(ARTIST).id;
    let modeling = film.task_type(&app, "Modeling").await;
    let todo = app.get(ADMIN, "/data/task-status?short_name=todo").await.ok();
    let (team, project) = (film.path("/team"), film.path(""));
    let member = json!({"person_id": artist, "role": "supervisor"});
    twice(&app, Method::POST, &team, member, &team).await;
    let path = film.path(&format!("/team/{artist}"));
    twice(&app, Method::PUT, &path, json!({"role": "client"}), &team).await;
    twice(&app, Method::PUT, &path, json!({"role": null}), &team).await;
    for (kind, body) in [
        ("asset-types", json!({"asset_type_id": film.asset_type("Prop")})),
        ("task-types", json!({"task_type_id": modeling})),
        ("task-status", json!({"task_status_id": todo[0]["id"]})),
    ] {
        let path = film.path(&format!("/settings/{kind}"));
        twice(&app, Method::POST, &path, body, &project).await;
    }
    twice(&app, Method::PUT, &project, json!({"name": "Movie", "fps": "24"}), &project).await;
}

#[tokio::test]
async fn a_person_keeps_the_departments_as_they_are() {
    let app = TestApp::new().await;
    let departments = app.get(ADMIN, "/data/departments").await.ok();
    let ids = [0, 1].map(|n| departments[n]["id"].clone());
    let artist = app.person(ARTIST).id;
    let look = format!("/data/persons/{artist}");
    let add = format!("/actions/persons/{artist}/departments/add");
    for id in &ids {
        twice(&app, Method::POST, &add, json!({"department_id": id}), &look).await;
    }
    twice(&app, Method::POST, &add, json!({"department_id": ids[0]}), &look).await;
    assert_eq!(app.get(ADMIN, &look).await.ok()["departments"], json!(ids), "in their order");
    twice(&app, Method::PUT, &look, json!({"phone": "1234", "active": true}), &look).await;
}

#[tokio::test]
async fn a_word_that_stays_as_it_is_is_not_written() {
    let app = TestApp::new().await;
    for (kind, body) in [
        ("task-status", json!({"is_default": true})),
        ("task-types", json!({"name": "Sculpting"})),
        ("entity-types", json!({"name": "Creature"})),
        ("departments", json!({"name": "Fur"})),
    ] {
        let rows = app.get(ADMIN, &format!("/data/{kind}")).await.ok();
        let path = format!("/data/{kind}/{}", text(&rows[0], "id"));
        twice(&app, Method::PUT, &path, body, &path).await;
    }
}

#[tokio::test]
async fn an_entity_that_stays_as_it_is_is_not_written() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    show.task(&app, &hero, "Modeling", &[]).await;
    let (asset, history) = (format!("/data/assets/{hero}"), format!("/data/assets/{hero}/history"));
    let path = format!("/data/entities/{hero}");
    let body = json!({
        "name": "Villain", "data": {"height": 1.5}, "entity_type_id": show.asset_type("Prop")
    });
    twice(&app, Method::PUT, &path, body.clone(), &asset).await;
    twice(&app, Method::PUT, &path, body, &history).await;
    for shown in [&episode.shots[0], &episode.sequence, &episode.id] {
        let path = format!("/data/entities/{shown}");
        twice(&app, Method::PUT, &path, json!({"description": "Night"}), &path).await;
    }
    twice(&app, Method::DELETE, &asset, Value::Null, &asset).await;
    twice(&app, Method::DELETE, &asset, Value::Null, &history).await;
}

#[tokio::test]
async fn what_the_caller_saw_counts_also_where_nothing_changes() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let path = format!("/data/entities/{hero}");
    let seen = app.get(ADMIN, &path).await;
    let tag = seen.header("etag").expect("a tag").to_owned();
    let put = async |tag: &str| {
        let request = Request::put(format!("/api{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", app.token(ADMIN).expect("a token")))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::IF_MATCH, tag)
            .body(Body::from(json!({"name": "Hero"}).to_string()));
        app.send(request.expect("a request")).await
    };
    assert_eq!(put("\"another\"").await.status, 412);
    assert_eq!(put(&tag).await.status, 200);
    assert_eq!(app.get(ADMIN, &path).await.header("etag"), Some(tag.as_str()));
}
