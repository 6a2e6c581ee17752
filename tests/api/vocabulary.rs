//! The studio's vocabulary: entity types, task types, task statuses.

use model::{EntityKind, Person, Role};
use store::Store;
use tanuki::engine::Engine;
use tanuki_tests::prelude::*;

/// A word of the vocabulary, from its creation to its end; `change` is what is put.
async fn live(app: &TestApp, kind: &str, exception: &str, body: Value, change: Value) {
    let path = format!("/data/{kind}");
    let created = app.post(MANAGER, &path, &body).await.created();
    assert_has(&created, &body);
    let one = format!("{path}/{}", text(&created, "id"));
    assert_has(&app.get(CLIENT, &one).await.ok(), &body);
    let name = text(&body, "name");
    let found = app.get(CLIENT, &format!("{path}?name={}", name.to_uppercase())).await.ok();
    assert_eq!(column(&found, "id"), [text(&created, "id")]);

    let again = app
        .post(MANAGER, &path, &body)
        .await
        .error(400, &format!("{exception}AlreadyExistsException"));
    assert_eq!(again["data"]["id"], created["id"]);
    app.post(MANAGER, &path, &json!({})).await.error(400, "ValidationException");
    app.post(MANAGER, &path, &json!({"name": 5})).await.error(400, "ValidationException");
    app.get(CLIENT, &format!("{path}?nmae=x")).await.invalid(&["nmae"]);

    assert_has(&app.put(MANAGER, &one, &change).await.ok(), &change);
    assert_has(&app.get(CLIENT, &one).await.ok(), &change);
    for who in [SUPERVISOR, ARTIST, CLIENT, VENDOR] {
        app.post(who, &path, &json!({"name": "Mine"})).await.error(403, "NotAllowedException");
        app.put(who, &one, &change).await.error(403, "NotAllowedException");
        app.delete(who, &one).await.error(403, "NotAllowedException");
    }
    app.delete(MANAGER, &one).await.gone();
    let missing = format!("{exception}NotFoundException");
    app.get(CLIENT, &one).await.error(404, &missing);
    app.delete(MANAGER, &one).await.error(404, &missing);
    app.get(CLIENT, &format!("{path}/x")).await.error(404, &missing);
    app.get(NOBODY, &path).await.error(401, "NotAuthenticatedException");
}

#[tokio::test]
async fn an_entity_type_lives() {
    let app = TestApp::new().await;
    let body = json!({"name": "Vehicle", "short_name": "VEH", "description": "Drives"});
    live(
        &app,
        "entity-types",
        "EntityType",
        body,
        json!({"name": "Car", "archived": true, "description": null}),
    )
    .await;
}

#[tokio::test]
async fn a_task_type_lives() {
    let app = TestApp::new().await;
    let body =
        json!({"name": "Grooming", "color": "#123456", "for_entity": "Asset", "priority": 7});
    live(
        &app,
        "task-types",
        "TaskType",
        body,
        json!({"name": "Fur", "priority": 1, "archived": true}),
    )
    .await;
}

#[tokio::test]
async fn a_task_status_lives() {
    let app = TestApp::new().await;
    let body = json!({"name": "Checked", "short_name": "chk", "color": "#abcdef"});
    live(
        &app,
        "task-status",
        "TaskStatus",
        body,
        json!({"is_done": true, "is_client_allowed": false}),
    )
    .await;
}

#[tokio::test]
async fn the_defaults_are_kitsus() {
    let app = TestApp::new().await;
    let get = async |path: &str| app.get(ARTIST, path).await.ok();
    let types = get("/data/entity-types").await;
    let expected = [
        "Character",
        "Concept",
        "Edit",
        "Environment",
        "Episode",
        "FX",
        "Prop",
        "Scene",
        "Sequence",
        "Shot",
    ];
    assert_eq!(sorted(&types, "name"), expected);
    let tasks = get("/data/task-types?for_entity=Asset").await;
    assert_eq!(sorted(&tasks, "name"), ["Concept", "Modeling", "Rigging", "Shading"]);
    assert_eq!(
        column(&get("/data/task-status?short_name=wip").await, "name"),
        ["Work In Progress"]
    );
    assert_eq!(
        sorted(&get("/data/task-status?is_default=True").await, "name"),
        ["Neutral", "Todo"]
    );
}

/// Clients take the first of a list, or of a name: what most of a studio's work is about stands in front of what is for
/// concepts.
#[tokio::test]
async fn what_is_for_concepts_comes_last() {
    let app = TestApp::new().await;
    let get = async |path: &str| app.get(ARTIST, path).await.ok();
    let default = get("/data/task-status?is_default=True").await;
    assert_eq!(column(&default, "name"), ["Todo", "Neutral"]);
    let concept = get("/data/task-types?name=Concept").await;
    assert_eq!(column(&concept, "for_entity"), ["Asset", "Concept"]);
}

#[tokio::test]
async fn one_status_is_the_default() {
    let (app, show) = film().await;
    let body =
        json!({"name": "Fresh", "short_name": "fresh", "color": "#123456", "is_default": true});
    let fresh = app.post(MANAGER, "/data/task-status", &body).await.created();
    let defaults = async || {
        let all = app.get(ARTIST, "/data/task-status?is_default=true").await.ok();
        sorted(&all, "name").join(", ")
    };
    assert_eq!(defaults().await, "Fresh, Neutral", "that of concepts stays");
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let task = show.task(&app, &hero, "Modeling", &[]).await;
    assert_eq!(task["task_status_id"], fresh["id"]);
    let todo = app.get(ARTIST, "/data/task-status?short_name=todo").await.ok();
    let todo = format!("/data/task-status/{}", text(&todo[0], "id"));
    app.put(MANAGER, &todo, &json!({"is_default": true})).await.ok();
    assert_eq!(defaults().await, "Neutral, Todo");
    // What is archived takes no place. Where there are two for any reason, the one that is made it again is the only one.
    let second = json!({
        "name": "Second", "short_name": "second", "color": "#123456", "is_default": true, "archived": true
    });
    let second = app.post(MANAGER, "/data/task-status", &second).await.created();
    assert_eq!(defaults().await, "Neutral, Second, Todo");
    app.put(MANAGER, &todo, &json!({"is_default": true})).await.ok();
    assert_eq!(defaults().await, "Neutral, Todo");
    let gave_way = app.get(ARTIST, &format!("/data/task-status/{}", text(&second, "id"))).await;
    assert_eq!(gave_way.ok()["is_default"], false);
}

#[tokio::test]
async fn a_task_type_is_unique_for_its_kind_of_entity() {
    let app = TestApp::new().await;
    let body = |for_entity: &str| json!({"name": "Modeling", "color": "#123456", "for_entity": for_entity});
    app.post(ADMIN, "/data/task-types", &body("Shot")).await.created();
    app.post(ADMIN, "/data/task-types", &body("Asset"))
        .await
        .error(400, "TaskTypeAlreadyExistsException");
    app.post(ADMIN, "/data/task-types", &body("Thing")).await.invalid(&["for_entity"]);
    // What the store has to look up is told together with the rest.
    let unknown = uuid::Uuid::new_v4();
    let wrong = json!({"name": "", "department_id": unknown});
    app.post(ADMIN, "/data/task-types", &wrong).await.invalid(&["name", "department_id"]);
    let wrong = json!({"name": "", "task_types": [unknown]});
    app.post(ADMIN, "/data/entity-types", &wrong).await.invalid(&["name", "task_types[0]"]);
}

#[tokio::test]
async fn the_types_of_shots_and_their_like_stay() {
    let app = TestApp::new().await;
    let shots = EntityKind::Shot.entity_type().expect("the type of shots");
    let path = format!("/data/entity-types/{shots}");
    app.delete(ADMIN, &path).await.error(400, "ValidationException");
    assert_eq!(app.get(ADMIN, &path).await.ok()["name"], "Shot");
}

#[tokio::test]
async fn a_type_in_use_stays() {
    let (app, show) = tv_show().await;
    show.asset(&app, "Prop", "Sword").await;
    let path = format!("/data/entity-types/{}", show.asset_type("Prop"));
    app.delete(ADMIN, &path).await.expect(400);
    assert_eq!(app.get(ADMIN, &path).await.ok()["name"], "Prop");
}

#[tokio::test]
async fn a_task_type_that_assets_are_ready_for_stays() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let rigging = show.task_type(&app, "Rigging").await;
    let (asset, path) = (format!("/data/entities/{sword}"), format!("/data/task-types/{rigging}"));
    let listed = json!({"task_types": [rigging]});
    let prop = format!("/data/entity-types/{}", show.asset_type("Prop"));
    app.put(MANAGER, &prop, &listed).await.ok();
    app.put(MANAGER, &asset, &json!({"ready_for": rigging})).await.ok();
    app.delete(MANAGER, &format!("{path}?force=true")).await.invalid(&["task_type_id"]);
    app.get(ARTIST, &path).await.ok();
    app.put(MANAGER, &asset, &json!({"ready_for": null})).await.ok();
    app.delete(MANAGER, &path).await.gone();
    assert_eq!(app.get(ARTIST, &prop).await.ok()["task_types"], json!([]));
    app.put(MANAGER, &asset, &json!({"ready_for": rigging})).await.invalid(&["ready_for"]);
}

#[tokio::test]
async fn a_department_in_use_stays() {
    let (app, show) = tv_show().await;
    let create = async |path: &str, body: Value| {
        text(&app.post(ADMIN, path, &body).await.created(), "id").to_owned()
    };
    let department = create("/data/departments", json!({"name": "Grooming"})).await;
    let path = format!("/data/departments/{department}");
    let stays = async || {
        app.delete(MANAGER, &format!("{path}?force=true")).await.invalid(&["department_id"]);
        app.get(ARTIST, &path).await.ok();
    };
    let artist = format!("/actions/persons/{}/departments", app.person(ARTIST).id);
    let member = json!({"department_id": department});
    app.post(ADMIN, &format!("{artist}/add"), &member).await.created();
    stays().await;
    app.delete(ADMIN, &format!("{artist}/{department}")).await.gone();

    let body = json!({"name": "Fur", "department_id": department});
    let task_type = format!("/data/task-types/{}", create("/data/task-types", body).await);
    stays().await;
    app.delete(ADMIN, &task_type).await.gone();

    let descriptors = show.path("/metadata-descriptors");
    let body = json!({"name": "Price", "entity_type": "Asset", "departments": [department]});
    let descriptor = format!("{descriptors}/{}", create(&descriptors, body).await);
    stays().await;
    app.put(ADMIN, &descriptor, &json!({"departments": []})).await.ok();
    app.delete(MANAGER, &path).await.gone();
    app.get(ARTIST, &path).await.error(404, "DepartmentNotFoundException");
}

/// A table that holds persons and no vocabulary was filled in another layout, which has it elsewhere.
#[tokio::test]
async fn no_second_vocabulary_is_written() {
    let engine = Engine::memory().expect("the engine starts");
    let store = Store::new(engine.client(), "tanuki");
    store.table_create().await.expect("the table is created");
    let person = Person::named("Ada", "Lovelace", "ada@example.com", Role::Admin, store.now());
    store.person_create(person, None).await.expect("the person is created");
    let refused = store.studio_init().await.expect_err("it is not ours").to_string();
    assert!(refused.contains("take another table"), "{refused}");
    let words = store.words().await.expect("they can be read");
    assert!(words.entity_types.is_empty() && words.task_types.is_empty(), "{words:?}");
}
