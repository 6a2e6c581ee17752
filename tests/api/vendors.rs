//! What is hidden from vendors: what is not assigned, and metadata reserved for departments. That no route tells it is
//! what `tests/contract/reserved.rs` is about.

use model::DepartmentId;
use tanuki_tests::prelude::*;

async fn department(app: &TestApp, name: &str) -> DepartmentId {
    let rows = app.get(ADMIN, &format!("/data/departments?name={name}")).await.ok();
    text(&rows[0], "id").parse().expect("an id")
}

/// A sword assigned to the vendor, who works in Modeling. Its price is reserved for Compositing, its
/// material for Modeling, its colour for nobody.
async fn sword() -> (TestApp, Production, String) {
    let (app, show) = tv_show().await;
    let modeling = department(&app, "Modeling").await;
    let vendor = format!("/data/persons/{}", app.person(VENDOR).id);
    app.put(ADMIN, &vendor, &json!({"departments": [modeling]})).await.ok();
    show.reserve(&app, "price", department(&app, "Compositing").await).await;
    show.reserve(&app, "material", modeling).await;
    let data = json!({"price": "secret price", "material": "steel", "colour": "blue"});
    let sword = show.asset_with(&app, "Prop", json!({"name": "Sword", "data": data})).await;
    let id = text(&sword, "id").to_owned();
    show.task(&app, &id, "Modeling", &[VENDOR]).await;
    (app, show, id)
}

fn routes(show: &Production, sword: &str) -> Vec<String> {
    vec![
        "/data/assets".to_owned(),
        "/data/assets/all".to_owned(),
        format!("/data/assets?id={sword}"),
        format!("/data/assets/{sword}"),
        format!("/data/entities/{sword}"),
        format!("/data/assets/with-tasks?project_id={}", show.id),
        format!("/data/assets/with-tasks?project_id={}&stream=true", show.id),
        format!("/data/assets/with-tasks?project_id={}&stream=true&compact=true", show.id),
        show.path("/assets"),
        show.path("/assets?limit=10"),
        show.path(&format!("/asset-types/{}/assets", show.asset_type("Prop"))),
    ]
}

#[tokio::test]
async fn reserved_metadata_is_hidden_in_rows_and_lists() {
    let (app, show, sword) = sword().await;
    for path in routes(&show, &sword) {
        let seen = async |who| {
            let answer = app.get(who, &path).await;
            assert_eq!(answer.status, 200, "{who:?} {path}");
            let body = String::from_utf8_lossy(&answer.bytes).into_owned();
            ["secret price", "steel", "blue"].map(|value| body.contains(value))
        };
        assert_eq!(seen(ARTIST).await, [true, true, true], "{path}");
        assert_eq!(seen(CLIENT).await, [true, true, true], "{path}");
        assert_eq!(seen(VENDOR).await, [false, true, true], "{path}");
    }
}

#[tokio::test]
async fn reserved_metadata_is_hidden_in_what_an_asset_uses() {
    let (app, show, sword) = sword().await;
    let castle = show.asset_id(&app, "Environment", "Castle").await;
    show.task(&app, &castle, "Modeling", &[VENDOR]).await;
    show.cast(&app, &sword, &[&castle]).await;
    let path = format!("/data/assets/{castle}/assets");
    let rows = app.get(VENDOR, &path).await.ok();
    assert_eq!(rows[0]["data"], json!({"material": "steel", "colour": "blue"}));
    assert_eq!(app.get(ARTIST, &path).await.ok()[0]["data"]["price"], "secret price");
}

#[tokio::test]
async fn one_role_is_never_answered_with_the_view_of_another() {
    let (app, _, sword) = sword().await;
    let path = format!("/data/assets/{sword}");
    for who in [ADMIN, VENDOR, ARTIST, VENDOR, CLIENT, VENDOR] {
        let data = app.get(who, &path).await.ok()["data"].clone();
        assert_eq!(data.get("price").is_some(), who != VENDOR, "{who:?}: {data}");
    }
}

#[tokio::test]
async fn what_is_not_assigned_is_hidden_in_rows_and_lists() {
    let (app, show, _) = sword().await;
    let hidden = show
        .asset_with(&app, "Prop", json!({"name": "Hidden", "data": {"colour": "crimson"}}))
        .await;
    let id = text(&hidden, "id");
    for path in routes(&show, id) {
        let answer = app.get(VENDOR, &path).await;
        let body = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(!body.contains("Hidden") && !body.contains("crimson"), "{path}: {body}");
        assert!(answer.status == 200 || answer.status == 403, "{path}: {}", answer.status);
    }
    for rest in
        ["", "/tasks", "/task-types", "/casting", "/cast-in", "/assets", "/asset-asset-instances"]
    {
        app.get(VENDOR, &format!("/data/assets/{id}{rest}"))
            .await
            .error(403, "NotAllowedException");
    }
}

#[tokio::test]
async fn an_asset_used_by_an_assigned_one_is_hidden_unless_it_is_assigned_too() {
    let (app, show, sword) = sword().await;
    let gem = show.asset_id(&app, "Prop", "Gem").await;
    show.cast(&app, &gem, &[&sword]).await;
    let path = format!("/data/assets/{sword}/assets");
    assert_eq!(app.get(VENDOR, &path).await.ok(), json!([]));
    show.task(&app, &gem, "Modeling", &[VENDOR]).await;
    assert_eq!(column(&app.get(VENDOR, &path).await.ok(), "name"), ["Gem"]);
}

#[tokio::test]
async fn an_assignment_that_ends_hides_the_asset_again() {
    let (app, show, sword) = sword().await;
    let tasks = app.get(ADMIN, &format!("/data/assets/{sword}/tasks")).await.ok();
    let task = format!("/data/tasks/{}", text(&tasks[0], "id"));
    app.put(ADMIN, &task, &json!({"assignees": []})).await.ok();
    app.get(VENDOR, &format!("/data/assets/{sword}")).await.error(403, "NotAllowedException");
    assert_eq!(app.get(VENDOR, &show.path("/assets")).await.ok(), json!([]));
}

/// Kitsu leads to a shot through its episode and sequence, and to an asset of an episode through that.
#[tokio::test]
async fn a_vendor_sees_the_episodes_and_sequences_of_what_is_assigned_to_him() {
    let (app, show) = tv_show().await;
    let [one, other, third] = ["E11", "E12", "E13"].map(|name| show.episode_of(&app, name, 2));
    let (one, _, third) = (one.await, other.await, third.await);
    show.task(&app, &one.shots[0], "Modeling", &[VENDOR]).await;
    let hero = json!({"name": "Hero", "episode_id": third.id});
    let hero = show.asset_with(&app, "Character", hero).await;
    show.task(&app, text(&hero, "id"), "Modeling", &[VENDOR]).await;
    let ids = async |path: &str| {
        let rows = app.get(VENDOR, path).await.ok();
        column(&rows, "id").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for path in [show.path("/episodes"), format!("/data/episodes?project_id={}", show.id)] {
        assert_eq!(ids(&path).await, [&*one.id, &third.id], "{path}");
    }
    for path in [
        show.path("/sequences"),
        format!("/data/sequences?project_id={}", show.id),
        format!("/data/episodes/{}/sequences", one.id),
    ] {
        assert_eq!(ids(&path).await, [&*one.sequence], "{path}");
    }
    for path in [show.path("/shots"), format!("/data/sequences/{}/shots", one.sequence)] {
        assert_eq!(ids(&path).await, [&*one.shots[0]], "{path}");
    }
    assert_eq!(ids(&format!("/data/episodes/{}/sequences", third.id)).await, Vec::<String>::new());
    app.get(VENDOR, &format!("/data/episodes/{}", one.id)).await.ok();
    for path in [
        format!("/data/sequences/{}", third.sequence),
        format!("/data/sequences/{}/shots", third.sequence),
        format!("/data/shots/{}", one.shots[1]),
    ] {
        app.get(VENDOR, &path).await.error(403, "NotAllowedException");
    }
}

/// A sword of the vendor's stands in a castle of theirs and in a hidden one, and from both in a shot.
#[tokio::test]
async fn an_instance_in_a_hidden_asset_is_hidden() {
    let (app, show, sword) = sword().await;
    let shot = show.episode_of(&app, "E11", 1).await.shots.remove(0);
    show.task(&app, &shot, "Modeling", &[VENDOR]).await;
    let castle = show.asset_id(&app, "Environment", "Castle").await;
    show.task(&app, &castle, "Modeling", &[VENDOR]).await;
    let hidden = show.asset_id(&app, "Environment", "Dungeon").await;
    let mut instances = Vec::new();
    for place in [&castle, &hidden] {
        let path = format!("/data/assets/{place}/asset-asset-instances");
        let body = json!({"asset_to_instantiate_id": sword});
        let instance = app.post(ADMIN, &path, &body).await.created();
        let added = json!({"asset_instance_id": instance["id"]});
        app.post(ADMIN, &format!("/data/shots/{shot}/asset-instances"), &added).await.created();
        instances.push(text(&instance, "id").to_owned());
    }
    for path in [
        format!("/data/assets/{sword}/shot-asset-instances"),
        format!("/data/shots/{shot}/asset-instances"),
        format!("/data/asset-instances?asset_id={sword}"),
        format!("/data/shots/{shot}"),
    ] {
        for (who, expected) in [(ARTIST, [true, true]), (VENDOR, [true, false])] {
            let body = app.get(who, &path).await.ok().to_string();
            let seen = [0, 1].map(|n| body.contains(&instances[n]));
            assert_eq!(seen, expected, "{who:?} {path}");
            assert!(who != VENDOR || !body.contains(&hidden), "{path}: {body}");
        }
    }
    app.get(VENDOR, &format!("/data/asset-instances/{}", instances[0])).await.ok();
    let path = format!("/data/asset-instances/{}", instances[1]);
    app.get(ARTIST, &path).await.ok();
    app.get(VENDOR, &path).await.error(403, "NotAllowedException");
}

/// A shot in which only a hidden instance is, is not among those of the asset.
#[tokio::test]
async fn a_shot_of_hidden_instances_alone_is_left_out() {
    let (app, show, sword) = sword().await;
    let shot = show.episode_of(&app, "E11", 1).await.shots.remove(0);
    let hidden = show.asset_id(&app, "Environment", "Dungeon").await;
    let path = format!("/data/assets/{hidden}/asset-asset-instances");
    let body = json!({"asset_to_instantiate_id": sword});
    let instance = app.post(ADMIN, &path, &body).await.created();
    let added = json!({"asset_instance_id": instance["id"]});
    app.post(ADMIN, &format!("/data/shots/{shot}/asset-instances"), &added).await.created();
    let path = format!("/data/assets/{sword}/shot-asset-instances");
    assert_eq!(app.get(VENDOR, &path).await.ok(), json!({}));
}
