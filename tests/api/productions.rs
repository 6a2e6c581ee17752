//! Projects and their teams.

use model::vocabulary::ProjectStatus;
use model::{EntityTypeId, Project, TaskStatusId, TaskTypeId};
use tanuki_tests::prelude::*;

const PROJECTS: &str = "/data/projects";

#[tokio::test]
async fn a_project_is_created_read_changed_and_deleted() {
    let app = TestApp::new().await;
    let body = json!({"name": " Caminandes ", "production_type": "short", "fps": "24", "start_date": "2023-06-01"});
    let project = app.post(ADMIN, PROJECTS, &body).await.created();
    let expected = json!({
        "name": "Caminandes", "production_type": "short", "fps": "24", "start_date": "2023-06-01", "data": null,
        "description": null, "end_date": null,
    });
    assert_has(&project, &expected);
    let path = format!("{PROJECTS}/{}", text(&project, "id"));
    assert_has(&app.get(ADMIN, &path).await.ok(), &expected);
    let change = json!({"name": "Llamigos", "description": "Llamas", "data": {"budget": 1}, "end_date": "2024-01-31"});
    app.put(ADMIN, &path, &change).await.ok();
    assert_has(&app.get(ADMIN, &path).await.ok(), &change);
    // As in Zou, what people work on is not deleted by mistake.
    for query in ["", "?force=true"] {
        app.delete(ADMIN, &format!("{path}{query}")).await.invalid(&["project_status_id"]);
    }
    let closed = json!({"project_status_id": ProjectStatus::CLOSED});
    app.put(ADMIN, &path, &closed).await.ok();
    app.delete(ADMIN, &format!("{path}?force=true")).await.gone();
    app.get(ADMIN, &path).await.error(404, "ProjectNotFoundException");
    assert_eq!(app.get(ADMIN, PROJECTS).await.ok(), json!([]));
}

#[tokio::test]
async fn a_deleted_project_takes_everything_along() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let task = show.task(&app, &sword, "Modeling", &[ARTIST]).await;
    show.cast(&app, &sword, &[&episode.shots[0]]).await;
    show.close(&app).await;
    app.delete(ADMIN, &format!("{}?force=true", show.path(""))).await.gone();
    for path in [
        format!("/data/assets/{sword}"),
        format!("/data/shots/{}", episode.shots[0]),
        format!("/data/tasks/{}", text(&task, "id")),
        show.path("/assets"),
    ] {
        app.get(ADMIN, &path).await.expect(404);
    }
    assert_eq!(app.get(ADMIN, "/data/assets/all").await.ok(), json!([]));
    Production::tv_show(&app, "Show").await;
}

#[tokio::test]
async fn wrong_fields_and_taken_names_are_told() {
    let app = TestApp::new().await;
    let project = app.post(ADMIN, PROJECTS, &json!({"name": "Show"})).await.created();
    let error = app
        .post(ADMIN, PROJECTS, &json!({"name": "show"}))
        .await
        .error(400, "ProjectAlreadyExistsException");
    assert_eq!(error["data"]["id"], project["id"]);
    let body =
        json!({"name": "", "start_date": "soon", "nb_episodes": -1, "team": ["x"], "data": 5});
    app.post(ADMIN, PROJECTS, &body).await.invalid(&[
        "name",
        "data",
        "start_date",
        "nb_episodes",
        "team[0]",
    ]);
    app.post(ADMIN, PROJECTS, &json!({})).await.invalid(&["name"]);
    let path = format!("{PROJECTS}/{}", text(&project, "id"));
    app.put(ADMIN, &path, &json!({"name": "a\u{0}", "end_date": 5}))
        .await
        .invalid(&["name", "end_date"]);
    let unknown = json!(["9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d"]);
    let body = json!({"name": "", "task_types": unknown, "team": unknown});
    app.post(ADMIN, PROJECTS, &body).await.invalid(&["name", "task_types[0]", "team[0]"]);
    app.put(ADMIN, &path, &body).await.invalid(&["name", "task_types[0]"]);
    for unknown in ["9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d", "show"] {
        app.get(ADMIN, &format!("{PROJECTS}/{unknown}"))
            .await
            .error(404, "ProjectNotFoundException");
    }
}

#[tokio::test]
async fn projects_are_listed_to_their_teams() {
    let (app, show) = tv_show().await;
    let secret = Production::of_nobody(&app, "Secret").await;
    for path in [PROJECTS, "/data/projects/open"] {
        let names = async |who| app.get(who, path).await.ok();
        assert_eq!(sorted(&names(ADMIN).await, "name"), ["Secret", "Show"], "{path}");
        for who in [MANAGER, SUPERVISOR, ARTIST, CLIENT, VENDOR] {
            assert_eq!(column(&names(who).await, "name"), ["Show"], "{who:?} {path}");
        }
        assert_eq!(names(OUTSIDER).await, json!([]), "{path}");
        assert_eq!(
            column(&app.get(ADMIN, &format!("{path}?name=secret")).await.ok(), "name"),
            ["Secret"]
        );
        assert_eq!(app.get(ARTIST, &format!("{path}?name=secret")).await.ok(), json!([]));
    }
    let statuses = async |path: &str| app.statuses(Method::GET, path, None).await;
    assert_eq!(statuses(&show.path("")).await, [200, 200, 200, 200, 200, 200, 403, 401]);
    assert_eq!(statuses(&secret.path("")).await, [200, 403, 403, 403, 403, 403, 403, 401]);
}

#[tokio::test]
async fn a_closed_project_is_not_open() {
    let (app, show) = tv_show().await;
    let states = app.get(ARTIST, "/data/project-status").await.ok();
    assert_eq!(sorted(&states, "name"), ["Closed", "Open"]);
    let closed = app.get(ARTIST, "/data/project-status?name=Closed").await.ok();
    let row = app.get(ADMIN, &show.path("")).await.ok();
    assert_eq!(row["project_status_name"], "Open");
    let mut row = row;
    row["project_status_id"] = closed[0]["id"].clone();
    app.put(ADMIN, &show.path(""), &row).await.ok();
    assert_eq!(app.get(ADMIN, "/data/projects/open").await.ok(), json!([]));
    assert_eq!(column(&app.get(ARTIST, PROJECTS).await.ok(), "name"), ["Show"]);
}

#[tokio::test]
async fn admins_create_and_delete_managers_change() {
    let (app, show) = tv_show().await;
    for (n, (who, expected)) in
        EVERYBODY.into_iter().zip([201, 403, 403, 403, 403, 403, 403, 401]).enumerate()
    {
        let body = json!({"name": format!("P{n}")});
        assert_eq!(app.post(who, PROJECTS, &body).await.status, expected, "{who:?}");
    }
    let body = json!({"description": "New"});
    let statuses = app.statuses(Method::PUT, &show.path(""), Some(&body)).await;
    assert_eq!(statuses, [200, 200, 403, 403, 403, 403, 403, 401]);
    for who in [MANAGER, SUPERVISOR, ARTIST, CLIENT, VENDOR, OUTSIDER] {
        app.delete(who, &show.path("")).await.error(403, "NotAllowedException");
    }
}

#[tokio::test]
async fn a_team_is_kept_by_managers() {
    let (app, show) = tv_show().await;
    let outsider = app.person(OUTSIDER).id;
    let (team, member) = (show.path("/team"), show.path(&format!("/team/{outsider}")));
    let members = async || app.get(ARTIST, &team).await.ok().as_array().map(Vec::len);
    assert_eq!(members().await, Some(6));
    let body = json!({"person_id": outsider});
    app.post(ARTIST, &team, &body).await.error(403, "NotAllowedException");
    app.get(OUTSIDER, &show.path("/assets")).await.error(403, "NotAllowedException");
    app.post(MANAGER, &team, &body).await.created();
    app.post(MANAGER, &team, &body).await.created();
    assert_eq!(members().await, Some(7), "twice is once");
    app.get(OUTSIDER, &show.path("/assets")).await.ok();

    app.delete(ARTIST, &member).await.error(403, "NotAllowedException");
    app.delete(MANAGER, &member).await.gone();
    assert_eq!(members().await, Some(6));
    app.get(OUTSIDER, &show.path("/assets")).await.error(403, "NotAllowedException");
    app.post(MANAGER, &team, &json!({})).await.invalid(&["person_id"]);
    app.post(MANAGER, &team, &json!({"person_id": show.id})).await.invalid(&["person_id"]);
}

#[tokio::test]
async fn a_team_may_be_given_when_the_project_is_created() {
    let app = TestApp::new().await;
    let body = json!({"name": "Show", "team": [app.person(ARTIST).id]});
    let project = app.post(ADMIN, PROJECTS, &body).await.created();
    let detail = app.get(ARTIST, &format!("{PROJECTS}/{}", text(&project, "id"))).await.ok();
    assert_eq!(detail["team"], json!([app.person(ARTIST).id]));
    app.get(MANAGER, &format!("{PROJECTS}/{}", text(&project, "id")))
        .await
        .error(403, "NotAllowedException");
}

#[tokio::test]
async fn settings_add_types_and_statuses() {
    let (app, show) = tv_show().await;
    let modeling = show.task_type(&app, "Modeling").await;
    let todo = app.get(ADMIN, "/data/task-status?short_name=todo").await.ok();
    for (kind, body) in [
        ("asset-types", json!({"asset_type_id": show.asset_type("Prop")})),
        ("task-types", json!({"task_type_id": modeling, "priority": 3})),
        ("task-status", json!({"task_status_id": todo[0]["id"]})),
    ] {
        let path = show.path(&format!("/settings/{kind}"));
        app.post(MANAGER, &path, &body).await.created();
        app.post(ARTIST, &path, &body).await.error(403, "NotAllowedException");
        app.post(MANAGER, &path, &json!({})).await.error(400, "ValidationException");
    }
    let detail = app.get(ARTIST, &show.path("")).await.ok();
    let expected = json!({
        "asset_types": [show.asset_type("Prop")], "task_types": [modeling], "task_statuses": [todo[0]["id"]]
    });
    assert_has(&detail, &expected);
    assert_eq!(
        column(&app.get(ARTIST, &show.path("/task-types")).await.ok(), "id"),
        [modeling.as_str()]
    );
}

#[tokio::test]
async fn metadata_descriptors_tell_the_columns() {
    let (app, show) = tv_show().await;
    let departments = app.get(ADMIN, "/data/departments?name=Compositing").await.ok();
    let path = show.path("/metadata-descriptors");
    let body = json!({
        "name": "Shot Price", "entity_type": "Asset", "data_type": "number", "departments": [departments[0]["id"]]
    });
    let descriptor = app.post(MANAGER, &path, &body).await.created();
    assert_has(
        &descriptor,
        &json!({"name": "Shot Price", "field_name": "shot_price", "entity_type": "Asset"}),
    );
    assert_eq!(column(&app.get(ARTIST, &path).await.ok(), "id"), [text(&descriptor, "id")]);
    app.post(ARTIST, &path, &body).await.error(403, "NotAllowedException");
    app.post(MANAGER, &path, &json!({"name": "", "entity_type": "Thing"}))
        .await
        .error(400, "ValidationException");

    let sword = show
        .asset_with(
            &app,
            "Prop",
            json!({"name": "Sword", "data": {"shot_price": 5, "colour": "blue"}}),
        )
        .await;
    let id = text(&sword, "id");
    show.task(&app, id, "Modeling", &[VENDOR]).await;
    let data = async || app.get(VENDOR, &format!("/data/assets/{id}")).await.ok()["data"].clone();
    assert_eq!(data().await, json!({"colour": "blue"}));
    let one = format!("{path}/{}", text(&descriptor, "id"));
    app.put(MANAGER, &one, &json!({"departments": []})).await.ok();
    assert_eq!(data().await, json!({"colour": "blue", "shot_price": 5}));
    app.delete(MANAGER, &one).await.gone();
    assert_eq!(app.get(ARTIST, &path).await.ok(), json!([]));
}

#[tokio::test]
async fn metadata_of_a_project_is_bounded_with_what_is_there() {
    let (app, show) = tv_show().await;
    let large = |key: &str| json!({"data": {key: "x".repeat(60_000)}});
    app.put(MANAGER, &show.path(""), &large("one")).await.ok();
    app.put(MANAGER, &show.path(""), &large("other")).await.invalid(&["data"]);
}

#[tokio::test]
async fn what_a_project_holds_at_most_fits_into_an_item() {
    let (app, show) = tv_show().await;
    let prop = show.asset_type("Prop");
    let types = |count: usize| json!({"asset_types": vec![prop; count]});
    app.put(MANAGER, &show.path(""), &types(401)).await.invalid(&["asset_types"]);
    let repeated = app.put(MANAGER, &show.path(""), &types(400)).await.ok();
    assert_eq!(repeated["asset_types"], json!([prop]));
    let full = |mut project: Project| {
        project.asset_types = (0..400).map(|_| EntityTypeId::new()).collect();
        project.task_types = (0..400).map(|_| TaskTypeId::new()).collect();
        project.task_statuses = (0..400).map(|_| TaskStatusId::new()).collect();
        Ok(project)
    };
    let id = show.id.parse().expect("an id");
    app.app.store.project_update(id, full).await.expect("a full project");
    let texts = json!({
        "description": "\u{1f600}".repeat(5_000), "data": {"notes": "x".repeat(63_900)},
    });
    app.put(MANAGER, &show.path(""), &texts).await.ok();
    let more = json!({
        "description": "\u{1f600}".repeat(5_001), "data": {"more": "x".repeat(1_000)}, "homepage": 7,
    });
    app.put(MANAGER, &show.path(""), &more).await.invalid(&["homepage", "data", "description"]);
    app.post(ADMIN, PROJECTS, &more).await.invalid(&["name", "homepage", "description"]);
    let fx = json!({"asset_type_id": show.asset_type("FX")});
    let path = show.path("/settings/asset-types");
    app.post(MANAGER, &path, &fx).await.invalid(&["asset_type_id"]);
}

/// As many members as one transaction takes in beside a show and its episode, and one more.
#[tokio::test]
async fn a_show_is_created_with_its_team() {
    let app = TestApp::new().await;
    let team = app.persons(29).await;
    for count in [28, 29] {
        let team = &team[..count];
        let body = json!({"name": count.to_string(), "production_type": "tvshow", "team": team});
        let show = app.post(ADMIN, PROJECTS, &body).await.created();
        assert_eq!(show["team"].as_array().map(Vec::len), Some(count));
        assert!(show["first_episode_id"].is_string(), "{show}");
        app.post(ADMIN, PROJECTS, &body).await.error(400, "ProjectAlreadyExistsException");
    }
    app.assert_whole("two shows, and two that were refused").await;
}
