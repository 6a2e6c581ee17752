//! The tasks of an asset and their types.

use tanuki_tests::prelude::*;

/// A hero with a task of Modeling for the artist and one of Rigging for nobody.
async fn hero() -> (TestApp, Production, String, Value) {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let modeling = show.task(&app, &hero, "Modeling", &[ARTIST]).await;
    show.task(&app, &hero, "Rigging", &[]).await;
    (app, show, hero, modeling)
}

#[tokio::test]
async fn a_task_tells_its_names_and_its_plan() {
    let (app, show, hero, modeling) = hero().await;
    let plan = json!({
        "estimation": 5, "duration": 4, "priority": 1, "start_date": "2023-06-01", "due_date": "2023-06-15T00:00:00"
    });
    app.put(ADMIN, &format!("/data/tasks/{}", text(&modeling, "id")), &plan).await.ok();
    let path =
        format!("/data/assets/{hero}/tasks?task_type_id={}", text(&modeling, "task_type_id"));
    let rows = app.get(SUPERVISOR, &path).await.ok();
    assert_eq!(column(&rows, "id"), [text(&modeling, "id")]);
    assert_has(
        &rows[0],
        &json!({
            "entity_id": hero,
            "task_type_id": modeling["task_type_id"],
            "task_status_id": modeling["task_status_id"],
            "assignees": [app.person(ARTIST).id],
            "priority": 1,
            "estimation": 5.0,
            "duration": 4.0,
            "retake_count": 0,
            "start_date": "2023-06-01",
            "due_date": "2023-06-15",
            "name": "main",
            "project_id": show.id,
            "project_name": "Show",
            "task_type_name": "Modeling",
            "task_status_name": "Todo",
            "entity_name": "Hero",
            "entity_type_name": "Character",
            "assigner_id": app.person(ADMIN).id,
            "difficulty": 3,
            "completion_rate": 0,
            "type": "Task",
        }),
    );
}

#[tokio::test]
async fn type_and_status_narrow_the_list() {
    let (app, _, hero, modeling) = hero().await;
    let wip = app.get(ADMIN, "/data/task-status?short_name=wip").await.ok();
    let (wip, todo) = (text(&wip[0], "id"), text(&modeling, "task_status_id"));
    app.put(
        ADMIN,
        &format!("/data/tasks/{}", text(&modeling, "id")),
        &json!({"task_status_id": wip}),
    )
    .await
    .ok();
    let check = async |query: &str, expected: &[&str]| {
        let rows = app.get(ARTIST, &format!("/data/assets/{hero}/tasks?{query}")).await.ok();
        assert_eq!(sorted(&rows, "task_type_name"), expected, "{query}");
    };
    let of_type = format!("task_type_id={}", text(&modeling, "task_type_id"));
    check("", &["Modeling", "Rigging"]).await;
    check("relations=True", &["Modeling", "Rigging"]).await;
    check(&of_type, &["Modeling"]).await;
    check(&format!("task_status_id={todo}"), &["Rigging"]).await;
    check(&format!("task_status_id={wip}&{of_type}"), &["Modeling"]).await;
    check(&format!("task_status_id={todo}&{of_type}"), &[]).await;
}

#[tokio::test]
async fn wrong_filters_are_named() {
    let (app, _, hero, _) = hero().await;
    let check = async |query: &str, fields: &[&str]| {
        app.get(ARTIST, &format!("/data/assets/{hero}/{query}")).await.invalid(fields);
    };
    check("tasks?task_type_id=Modeling&task_status_id=1", &["task_type_id", "task_status_id"])
        .await;
    check("tasks?task_typ_id=Modeling", &["task_typ_id"]).await;
    let unknown = "tasks?task_type_id=Modeling&task_status_id=9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d";
    check(unknown, &["task_type_id", "task_status_id"]).await;
    check("task-types?name=Modeling", &["name"]).await;
}

#[tokio::test]
async fn types_of_tasks_are_distinct_and_ordered_by_priority() {
    let (app, show, hero, modeling) = hero().await;
    show.task(&app, &hero, "Concept", &[]).await;
    let again = json!({
        "project_id": show.id, "entity_id": hero, "task_type_id": modeling["task_type_id"], "name": "second"
    });
    app.post(ADMIN, "/data/tasks", &again).await.created();
    let rows = app.get(ARTIST, &format!("/data/assets/{hero}/task-types")).await.ok();
    assert_eq!(column(&rows, "name"), ["Concept", "Modeling", "Rigging"]);
    assert_has(
        &rows[1],
        &json!({
            "id": modeling["task_type_id"],
            "color": "#78909C",
            "priority": 2,
            "for_entity": "Asset",
            "archived": false,
            "type": "TaskType",
        }),
    );
    assert_fields(&rows[1], &["short_name", "department_id", "allow_timelog"]);
}

#[tokio::test]
async fn types_of_the_same_priority_are_ordered_by_name() {
    let (app, show, hero, _) = hero().await;
    for name in ["shader", "Groom"] {
        let body = json!({"name": name, "priority": 2, "for_entity": "Asset", "color": "#ffffff"});
        let id = text(&app.post(ADMIN, "/data/task-types", &body).await.created(), "id").to_owned();
        let task = json!({"project_id": show.id, "entity_id": hero, "task_type_id": id});
        app.post(ADMIN, "/data/tasks", &task).await.created();
    }
    let rows = app.get(ARTIST, &format!("/data/assets/{hero}/task-types")).await.ok();
    assert_eq!(column(&rows, "name"), ["Groom", "Modeling", "shader", "Rigging"]);
}

/// Alone, in the list of assets and in a list of their own; as their types.
#[tokio::test]
async fn tasks_stand_in_the_order_of_their_types_everywhere() {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let mut types = Vec::new();
    for (name, priority) in [("zeta", 9), ("Eta", 9), ("alpha", 7), ("Beta", 8), ("Gamma", 1)] {
        let body =
            json!({"name": name, "priority": priority, "for_entity": "Asset", "color": "#ffffff"});
        let id = text(&app.post(ADMIN, "/data/task-types", &body).await.created(), "id").to_owned();
        let task = json!({"project_id": show.id, "entity_id": hero, "task_type_id": id});
        app.post(ADMIN, "/data/tasks", &task).await.created();
        types.push(id);
    }
    let expected: Vec<&str> = [4, 2, 3, 1, 0].iter().map(|n| &*types[*n]).collect();
    let asset = app.get(ARTIST, &format!("/data/assets/{hero}")).await.ok();
    assert_eq!(column(&asset["tasks"], "task_type_id"), expected);
    let list = app.get(ARTIST, &format!("/data/assets/with-tasks?project_id={}", show.id)).await;
    assert_eq!(column(&list.ok()[0]["tasks"], "task_type_id"), expected);
    let tasks = app.get(ARTIST, &format!("/data/assets/{hero}/tasks")).await.ok();
    assert_eq!(column(&tasks, "task_type_id"), expected);
    let rows = app.get(ARTIST, &format!("/data/assets/{hero}/task-types")).await.ok();
    assert_eq!(column(&rows, "id"), expected);
}

#[tokio::test]
async fn tasks_are_for_the_team_and_for_vendors_who_work_on_the_asset() {
    let (app, show, hero, _) = hero().await;
    for rest in ["tasks", "task-types"] {
        let path = format!("/data/assets/{hero}/{rest}");
        assert_eq!(
            app.statuses(Method::GET, &path, None).await,
            [200, 200, 200, 200, 200, 403, 403, 401],
            "{rest}"
        );
        app.get(ADMIN, &format!("/data/assets/{}/{rest}", show.id))
            .await
            .error(404, "AssetNotFoundException");
    }
    show.task(&app, &hero, "Shading", &[VENDOR]).await;
    for rest in ["tasks", "task-types"] {
        app.get(VENDOR, &format!("/data/assets/{hero}/{rest}")).await.ok();
    }
}

#[tokio::test]
async fn an_asset_without_tasks_has_none() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    for rest in ["tasks", "task-types"] {
        assert_eq!(app.get(ARTIST, &format!("/data/assets/{sword}/{rest}")).await.ok(), json!([]));
    }
}

#[tokio::test]
async fn a_client_sees_a_task_without_who_when_and_how_much() {
    let (app, _, hero, modeling) = hero().await;
    let plan = json!({
        "estimation": 5, "duration": 4, "priority": 1, "completion_rate": 50, "nb_drawings": 7,
        "start_date": "2023-06-01", "due_date": "2023-06-15",
    });
    app.put(ADMIN, &format!("/data/tasks/{}", text(&modeling, "id")), &plan).await.ok();
    let path =
        format!("/data/assets/{hero}/tasks?task_type_id={}", text(&modeling, "task_type_id"));
    let rows = app.get(CLIENT, &path).await.ok();
    assert_has(
        &rows[0],
        &json!({
            "id": modeling["id"],
            "task_type_name": "Modeling",
            "task_status_name": "Todo",
            "assignees": [],
            "assigner_id": null,
            "start_date": null,
            "due_date": null,
            "real_start_date": null,
            "end_date": null,
            "last_comment_date": null,
            "estimation": 0.0,
            "duration": 0.0,
            "priority": 0,
            "difficulty": 0,
            "retake_count": 0,
            "completion_rate": 0,
            "nb_drawings": 0,
        }),
    );
}
