//! What a process remembers of an asset, and another one has changed since.

use model::task::NewTask;
use model::{Entity, EntityId};
use serde_json::json;
use tanuki_tests::answer::{column, text};
use tanuki_tests::app::{ADMIN, ARTIST};
use tanuki_tests::{Production, TestApp};

/// A film with a castle and a sword.
async fn film() -> (TestApp, Production, [String; 2]) {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let assets = [
        film.asset_id(&app, "Environment", "Castle").await,
        film.asset_id(&app, "Prop", "Sword").await,
    ];
    (app, film, assets)
}

/// Gives assets another type in a process of its own.
async fn retype(app: &TestApp, film: &Production, assets: &[String], asset_type: &str) {
    let other = app.restarted();
    for asset in assets {
        let body = json!({"entity_type_id": film.asset_type(asset_type)});
        other.put(ADMIN, &format!("/data/entities/{asset}"), &body).await.ok();
    }
}

async fn read(app: &TestApp, id: &str) -> Entity {
    let id: EntityId = id.parse().expect("an id");
    app.app.store.entity_get(id).await.expect("it is read").expect("it is there")
}

#[tokio::test]
async fn an_instance_of_an_asset_with_another_type_is_added_to_a_shot() {
    let (app, film, assets) = film().await;
    let sequence = film.sequence(&app, "SQ01", None).await;
    let shot = film.shot(&app, "SH01", &sequence).await;
    let path = format!("/data/assets/{}/asset-asset-instances", assets[0]);
    let body = json!({"asset_to_instantiate_id": assets[1]});
    let instance = app.post(ADMIN, &path, &body).await.created();
    retype(&app, &film, &assets, "FX").await;
    let path = format!("/data/shots/{shot}/asset-instances");
    app.post(ADMIN, &path, &json!({"asset_instance_id": instance["id"]})).await.created();
    app.assert_whole("an instance was added").await;
}

#[tokio::test]
async fn the_types_of_ones_own_assets_are_those_they_have_now() {
    let (app, film, assets) = film().await;
    film.task(&app, &assets[1], "Modeling", &[ARTIST]).await;
    let path = format!("/data/user/projects/{}/asset-types", film.id);
    for asset_type in ["FX", "Prop"] {
        retype(&app, &film, &assets[1..], asset_type).await;
        let types = app.get(ARTIST, &path).await.ok();
        assert_eq!(column(&types, "name"), [asset_type]);
    }
}

/// The handler had read the asset before.
#[tokio::test]
async fn what_is_created_for_an_asset_with_another_type_is_created_where_it_is_now() {
    let (app, film, assets) = film().await;
    let [castle, sword] = [read(&app, &assets[0]).await, read(&app, &assets[1]).await];
    let of_another = film.task(&app, &assets[0], "Modeling", &[]).await;
    retype(&app, &film, &assets, "FX").await;
    let store = &app.app.store;
    let instance = store.instance_create(&sword, &castle, None).await.expect("it is created");
    assert_eq!((instance.asset_id, instance.number), (sword.id, 1));
    let task_type = text(&of_another, "task_type_id").parse().expect("an id");
    let task_status = text(&of_another, "task_status_id").parse().expect("an id");
    let task = NewTask {
        project_id: sword.project_id,
        entity_id: sword.id,
        entity_type_id: sword.entity_type_id,
        task_type_id: task_type,
        task_status_id: task_status,
        name: "main".into(),
        assigner_id: None,
        assignees: Vec::new(),
    };
    let task = store.task_create(task.create(store.now())).await.expect("it is created");
    let path = format!("/data/assets/{}/tasks", assets[1]);
    let tasks = app.restarted().get(ADMIN, &path).await.ok();
    assert_eq!(column(&tasks, "id"), [task.id.to_string()]);
    app.assert_whole("a task and an instance were created").await;
}
