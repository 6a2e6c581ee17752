//! Tasks: creation, assignment, status, deletion.

use tanuki_tests::prelude::*;

const UNKNOWN: &str = "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d";

async fn hero() -> (TestApp, Production, String) {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    (app, show, hero)
}

async fn status(app: &TestApp, short_name: &str) -> String {
    let rows = app.get(ADMIN, &format!("/data/task-status?short_name={short_name}")).await.ok();
    text(&rows[0], "id").to_owned()
}

#[tokio::test]
async fn a_task_starts_with_the_defaults() {
    let (app, show, hero) = hero().await;
    let modeling = show.task_type(&app, "Modeling").await;
    let body = json!({"project_id": show.id, "entity_id": hero, "task_type_id": modeling});
    let task = app.post(SUPERVISOR, "/data/tasks", &body).await.created();
    let expected = json!({
        "project_id": show.id, "entity_id": hero, "task_type_id": modeling, "name": "main", "assignees": [],
        "task_status_id": status(&app, "todo").await, "priority": 0, "estimation": 0.0, "type": "Task",
    });
    assert_has(&task, &expected);
    assert_has(
        &app.get(ARTIST, &format!("/data/tasks/{}", text(&task, "id"))).await.ok(),
        &expected,
    );
}

#[tokio::test]
async fn a_task_is_unique_by_entity_type_and_name() {
    let (app, show, hero) = hero().await;
    let task = show.task(&app, &hero, "Modeling", &[]).await;
    let body =
        json!({"project_id": show.id, "entity_id": hero, "task_type_id": task["task_type_id"]});
    let error =
        app.post(ADMIN, "/data/tasks", &body).await.error(400, "TaskAlreadyExistsException");
    assert_eq!(error["data"]["id"], task["id"]);
    let mut other = body.clone();
    other["name"] = json!("second");
    app.post(ADMIN, "/data/tasks", &other).await.created();
}

#[tokio::test]
async fn what_is_wrong_with_a_task_is_named() {
    let (app, show, hero) = hero().await;
    let modeling = show.task_type(&app, "Modeling").await;
    app.post(ADMIN, "/data/tasks", &json!({})).await.invalid(&["entity_id", "task_type_id"]);
    let sound = json!({"project_id": show.id, "entity_id": hero, "task_type_id": modeling});
    let other = Production::film(&app, "Other").await.asset_id(&app, "Prop", "Foreign").await;
    for (field, value) in [
        ("project_id", json!(UNKNOWN)),
        ("entity_id", json!(UNKNOWN)),
        ("task_type_id", json!(UNKNOWN)),
        ("task_status_id", json!(UNKNOWN)),
        ("name", json!("")),
    ] {
        let mut body = sound.clone();
        body[field] = value;
        app.post(ADMIN, "/data/tasks", &body).await.invalid(&[field]);
    }
    let mut body = sound.clone();
    (body["name"], body["task_type_id"], body["assigner_id"]) =
        (json!(""), json!(UNKNOWN), json!(UNKNOWN));
    app.post(ADMIN, "/data/tasks", &body).await.invalid(&["name", "task_type_id", "assigner_id"]);
    let body = json!({"entity_id": UNKNOWN, "task_type_id": 5});
    app.post(ADMIN, "/data/tasks", &body).await.invalid(&["task_type_id", "entity_id"]);
    let body = json!({"entity_id": 5, "task_type_id": UNKNOWN});
    app.post(ADMIN, "/data/tasks", &body).await.invalid(&["entity_id", "task_type_id"]);
    let mut body = sound.clone();
    body["entity_id"] = json!(other);
    app.post(ADMIN, "/data/tasks", &body).await.invalid(&["project_id"]);
    let mut body = sound.clone();
    body["assignees"] = json!([app.person(ARTIST).id, UNKNOWN]);
    app.post(ADMIN, "/data/tasks", &body).await.error(400, "ValidationException");
    assert_eq!(app.get(ADMIN, &format!("/data/assets/{hero}/tasks")).await.ok(), json!([]));
}

#[tokio::test]
async fn supervisors_create_tasks() {
    let (app, show, hero) = hero().await;
    let modeling = show.task_type(&app, "Modeling").await;
    for (n, (who, expected)) in
        EVERYBODY.into_iter().zip([201, 201, 201, 403, 403, 403, 403, 401]).enumerate()
    {
        let body = json!({"project_id": show.id, "entity_id": hero, "task_type_id": modeling, "name": format!("task {n}")});
        assert_eq!(app.post(who, "/data/tasks", &body).await.status, expected, "{who:?}");
    }
}

#[tokio::test]
async fn the_tasks_of_an_asset_are_created_at_once() {
    let (app, show, hero) = hero().await;
    let types = [show.task_type(&app, "Modeling").await, show.task_type(&app, "Rigging").await];
    let path = format!("/data/entities/{hero}/tasks");
    let created = app.post(MANAGER, &path, &json!({"task_type_ids": types})).await.created();
    let mut expected = types.to_vec();
    expected.sort_unstable();
    assert_eq!(sorted(&created, "task_type_id"), expected);
    let rows = app.get(ARTIST, &format!("/data/assets/{hero}/tasks")).await.ok();
    assert_eq!(sorted(&rows, "task_type_name"), ["Modeling", "Rigging"]);

    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    let path = format!("/actions/projects/{}/task-types/{}/assets/create-tasks", show.id, types[1]);
    let created = app.post(MANAGER, &path, &json!([hero, lamp])).await.created();
    assert!(column(&created, "entity_id").contains(&lamp.as_str()), "{created}");
    let rows = app.get(ARTIST, &format!("/data/assets/{hero}/tasks")).await.ok();
    assert_eq!(rows.as_array().map(Vec::len), Some(2), "what is there is not doubled");
    app.post(ARTIST, &path, &json!([lamp])).await.error(403, "NotAllowedException");
}

#[tokio::test]
async fn a_task_is_assigned_and_the_vendor_sees_its_asset() {
    let (app, show, hero) = hero().await;
    let task = show.task(&app, &hero, "Modeling", &[ARTIST]).await;
    let id = text(&task, "id");
    let vendor = app.person(VENDOR).id;
    let artist = app.person(ARTIST).id;
    let body = json!({"person_id": vendor});
    app.put(ARTIST, &format!("/actions/tasks/{id}/assign"), &body)
        .await
        .error(403, "NotAllowedException");
    app.get(VENDOR, &format!("/data/assets/{hero}")).await.error(403, "NotAllowedException");
    app.put(SUPERVISOR, &format!("/actions/tasks/{id}/assign"), &body).await.ok();
    app.get(VENDOR, &format!("/data/assets/{hero}")).await.ok();
    let mut expected = vec![artist.to_string(), vendor.to_string()];
    expected.sort_unstable();
    let detail = app.get(ADMIN, &format!("/data/tasks/{id}")).await.ok();
    let mut assignees: Vec<&str> =
        detail["assignees"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assignees.sort_unstable();
    assert_eq!(assignees, expected);

    let other = app.person(OTHER_ARTIST).id;
    let rows = app
        .put(ADMIN, &format!("/actions/persons/{other}/assign"), &json!({"task_ids": [id]}))
        .await
        .ok();
    assert_eq!(column(&rows, "id"), [id]);
    app.put(ADMIN, &format!("/data/tasks/{id}"), &json!({"assignees": [other]})).await.ok();
    assert_eq!(
        app.get(ADMIN, &format!("/data/tasks/{id}")).await.ok()["assignees"],
        json!([other])
    );
    app.put(ADMIN, &format!("/actions/tasks/{id}/assign"), &json!({"person_id": UNKNOWN}))
        .await
        .invalid(&["person_id"]);
}

#[tokio::test]
async fn a_comment_moves_a_task_on() {
    let (app, show, hero) = hero().await;
    let task = show.task(&app, &hero, "Modeling", &[ARTIST]).await;
    let id = text(&task, "id");
    let path = format!("/actions/tasks/{id}/comment");
    let wip = status(&app, "wip").await;
    let comment = app
        .post(ARTIST, &path, &json!({"task_status_id": wip, "comment": "Started"}))
        .await
        .created();
    let expected = json!({"object_id": id, "text": "Started", "task_status_id": wip, "person_id": app.person(ARTIST).id});
    assert_has(&comment, &expected);
    let task = app.get(ARTIST, &format!("/data/tasks/{id}")).await.ok();
    assert_eq!(task["task_status_id"], json!(wip));
    assert_eq!(text(&task, "real_start_date").len(), "2023-01-15T10:30:00Z".len());
    assert_eq!(task["last_comment_date"], comment["created_at"]);

    let retake = json!({"task_status_id": status(&app, "retake").await, "comment": ""});
    app.post(SUPERVISOR, &path, &retake).await.created();
    let done = json!({"task_status_id": status(&app, "done").await});
    app.post(SUPERVISOR, &path, &done).await.created();
    let task = app.get(ARTIST, &format!("/data/tasks/{id}")).await.ok();
    assert_eq!(task["retake_count"], 1);
    assert!(task["end_date"].is_string() && task["done_date"].is_string(), "{task}");
    app.post(ARTIST, &path, &json!({"task_status_id": UNKNOWN})).await.invalid(&["task_status_id"]);
    let wrong = json!({"task_status_id": UNKNOWN, "person_id": UNKNOWN, "comment": 5});
    app.post(ADMIN, &path, &wrong).await.invalid(&["comment", "task_status_id", "person_id"]);
    for year in ["9999-12-31T23:59:59-01:00", "+12345-06-07T00:00:00"] {
        let wrong = json!({"comment": "Late", "created_at": year});
        app.post(ADMIN, &path, &wrong).await.invalid(&["task_status_id", "created_at"]);
    }
    app.post(VENDOR, &path, &done).await.error(403, "NotAllowedException");
    app.post(OUTSIDER, &path, &done).await.error(403, "NotAllowedException");
}

#[tokio::test]
async fn a_status_leaves_its_dates_however_it_is_set() {
    let (app, show, hero) = hero().await;
    let task = show.task(&app, &hero, "Modeling", &[]).await;
    let path = format!("/data/tasks/{}", text(&task, "id"));
    let put = async |short_name: &str| {
        let body = json!({"task_status_id": status(&app, short_name).await});
        app.put(SUPERVISOR, &path, &body).await.ok()
    };
    let task = put("wip").await;
    assert!(task["real_start_date"].is_string() && task["end_date"].is_null(), "{task}");
    assert_eq!(put("retake").await["retake_count"], 1);
    let task = put("done").await;
    assert!(task["end_date"].is_string() && task["done_date"].is_string(), "{task}");
    let task = put("wip").await;
    assert!(task["done_date"].is_null(), "{task}");
    assert!(task["last_comment_date"].is_null(), "nobody has said anything: {task}");

    let rigging = show.task_type(&app, "Rigging").await;
    let body = json!({
        "entity_id": hero, "task_type_id": rigging, "task_status_id": status(&app, "done").await
    });
    let task = app.post(SUPERVISOR, "/data/tasks", &body).await.created();
    assert!(task["done_date"].is_string() && task["last_comment_date"].is_null(), "{task}");
}

#[tokio::test]
async fn a_task_is_planned_and_its_plan_is_checked() {
    let (app, show, hero) = hero().await;
    let task = show.task(&app, &hero, "Modeling", &[]).await;
    let path = format!("/data/tasks/{}", text(&task, "id"));
    let body = json!({"estimation": 60.5, "difficulty": 5, "start_date": "2023-06-01", "description": "Careful"});
    app.put(SUPERVISOR, &path, &body).await.ok();
    assert_has(&app.get(ARTIST, &path).await.ok(), &body);
    app.put(ADMIN, &path, &json!({"start_date": null})).await.ok();
    assert_has(
        &app.get(ARTIST, &path).await.ok(),
        &json!({"start_date": null, "estimation": 60.5}),
    );
    let wrong =
        json!({"estimation": -1, "completion_rate": 101, "due_date": "soon", "priority": 1.5});
    app.put(ADMIN, &path, &wrong).await.invalid(&[
        "priority",
        "estimation",
        "completion_rate",
        "due_date",
    ]);
    app.put(ARTIST, &path, &body).await.error(403, "NotAllowedException");
    app.put(ADMIN, &format!("/data/tasks/{UNKNOWN}"), &body)
        .await
        .error(404, "TaskNotFoundException");
}

#[tokio::test]
async fn a_deleted_task_is_gone_everywhere() {
    let (app, show, hero) = hero().await;
    let task = show.task(&app, &hero, "Modeling", &[VENDOR]).await;
    let path = format!("/data/tasks/{}", text(&task, "id"));
    app.delete(ARTIST, &path).await.error(403, "NotAllowedException");
    app.delete(MANAGER, &format!("{path}?force=True")).await.gone();
    app.get(ADMIN, &path).await.error(404, "TaskNotFoundException");
    assert_eq!(app.get(ADMIN, &format!("/data/assets/{hero}")).await.ok()["tasks"], json!([]));
    app.get(VENDOR, &format!("/data/assets/{hero}")).await.error(403, "NotAllowedException");
    show.task(&app, &hero, "Modeling", &[]).await;
}

/// Which project counts stands in the body only: the table in `tests/contract/roles.rs` cannot tell.
#[tokio::test]
async fn supervisors_assign_many_tasks_and_take_them_back() {
    let (app, show, hero) = hero().await;
    let task = show.task(&app, &hero, "Modeling", &[]).await;
    let body = json!({"task_ids": [task["id"]]});
    let assign = format!("/actions/persons/{}/assign", app.person(ARTIST).id);
    for (path, after) in [(assign.as_str(), 1), ("/actions/tasks/clear-assignation", 0)] {
        let mut seen = Vec::new();
        // Those who may come last: nobody else has changed anything before.
        for who in EVERYBODY.into_iter().rev() {
            let status = app.put(who, path, &body).await.status.as_u16();
            let kept = app.get(ADMIN, &format!("/data/tasks/{}", text(&task, "id"))).await.ok();
            let assignees = kept["assignees"].as_array().map(Vec::len);
            let expected = if status == 200 { after } else { 1 - after };
            assert_eq!(assignees, Some(expected), "{path} by {who:?}: {status}");
            seen.push(status);
        }
        assert_eq!(seen, [401, 403, 403, 403, 403, 200, 200, 200], "{path}");
        // Who may not is told so, whatever he sends: a 400 would tell which tasks there are.
        for body in [json!({}), json!({"task_ids": [UNKNOWN]})] {
            for who in [ARTIST, CLIENT, VENDOR] {
                app.put(who, path, &body).await.error(403, "NotAllowedException");
            }
            app.put(SUPERVISOR, path, &body).await.error(400, "ValidationException");
        }
    }
}
