//! The instances of assets in assets, in scenes and in shots.

use futures_util::future::join_all;
use tanuki_tests::prelude::*;

/// A castle that may hold swords.
async fn castle() -> (TestApp, Production, String, String) {
    let (app, show) = tv_show().await;
    let castle = show.asset_id(&app, "Environment", "Castle").await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    (app, show, castle, sword)
}

fn path(asset: &str) -> String {
    format!("/data/assets/{asset}/asset-asset-instances")
}

#[tokio::test]
async fn an_instance_tells_parent_and_target() {
    let (app, _, castle, sword) = castle().await;
    let body = json!({"asset_to_instantiate_id": sword, "description": "On the wall"});
    let instance = app.post(MANAGER, &path(&castle), &body).await.created();
    let expected = json!({
        "asset_id": castle,
        "target_asset_id": sword,
        "number": 1,
        "name": "Sword_0001",
        "description": "On the wall",
        "active": true,
        "data": null,
        "scene_id": null,
        "updated_at": instance["created_at"],
        "type": "AssetInstance",
    });
    assert_has(&instance, &expected);
    assert_eq!(app.get(CLIENT, &path(&castle)).await.ok(), json!([instance]));
    assert_eq!(app.get(CLIENT, &path(&sword)).await.ok(), json!([]), "the sword holds nothing");
}

#[tokio::test]
async fn numbers_count_each_target_in_each_parent() {
    let (app, show, castle, sword) = castle().await;
    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    let add = async |parent: &str, target: &str| {
        let body = json!({"asset_to_instantiate_id": target});
        text(&app.post(ARTIST, &path(parent), &body).await.created(), "name").to_owned()
    };
    assert_eq!(add(&castle, &sword).await, "Sword_0001");
    assert_eq!(add(&castle, &sword).await, "Sword_0002");
    assert_eq!(add(&castle, &lamp).await, "Lamp_0001");
    assert_eq!(add(&lamp, &sword).await, "Sword_0001");
    assert_eq!(add(&castle, &sword).await, "Sword_0003");
    let names = app.get(ARTIST, &path(&castle)).await.ok();
    assert_eq!(sorted(&names, "name"), ["Lamp_0001", "Sword_0001", "Sword_0002", "Sword_0003"]);
}

#[tokio::test]
async fn creators_at_once_get_numbers_without_gap_or_double() {
    let (app, _, castle, sword) = castle().await;
    let (path, body) = (path(&castle), json!({"asset_to_instantiate_id": sword}));
    let created = join_all(
        (0..12)
            .map(|_| async { app.post(ARTIST, &path, &body).await.created()["number"].as_i64() }),
    );
    let mut numbers: Vec<i64> = created.await.into_iter().flatten().collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<i64>>());
}

#[tokio::test]
async fn what_cannot_be_instantiated_is_named() {
    let (app, show, castle, _) = castle().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let foreign = Production::film(&app, "Film").await.asset_id(&app, "Prop", "Foreign").await;
    let check = async |body: Value, fields: &[&str]| {
        app.post(MANAGER, &path(&castle), &body).await.invalid(fields);
    };
    check(json!({}), &["asset_to_instantiate_id"]).await;
    check(
        json!({"asset_to_instantiate_id": "Sword", "description": 5}),
        &["asset_to_instantiate_id", "description"],
    )
    .await;
    for id in ["9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d", &episode.shots[0], &foreign] {
        check(json!({"asset_to_instantiate_id": id}), &["asset_to_instantiate_id"]).await;
        let body = json!({"asset_to_instantiate_id": id, "description": 5});
        check(body, &["description", "asset_to_instantiate_id"]).await;
    }
    assert_eq!(app.get(ARTIST, &path(&castle)).await.ok(), json!([]));
}

#[tokio::test]
async fn the_team_instantiates_but_clients_and_vendors() {
    let (app, show, castle, sword) = castle().await;
    show.task(&app, &castle, "Modeling", &[VENDOR]).await;
    let body = json!({"asset_to_instantiate_id": sword});
    let statuses = app.statuses(Method::POST, &path(&castle), Some(&body)).await;
    assert_eq!(statuses, [201, 201, 201, 201, 403, 403, 403, 401]);
    assert_eq!(app.get(ADMIN, &path(&castle)).await.ok().as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn instances_are_read_by_the_team_and_by_vendors_who_work_on_the_asset() {
    let (app, show, castle, sword) = castle().await;
    show.task(&app, &sword, "Modeling", &[VENDOR]).await;
    for rest in ["asset-asset-instances", "shot-asset-instances", "scene-asset-instances"] {
        let of = |asset: &str| format!("/data/assets/{asset}/{rest}");
        let statuses = app.statuses(Method::GET, &of(&castle), None).await;
        assert_eq!(statuses, [200, 200, 200, 200, 200, 403, 403, 401], "{rest}");
        app.get(VENDOR, &of(&sword)).await.ok();
        app.get(ADMIN, &of(&show.id)).await.error(404, "AssetNotFoundException");
        app.get(ARTIST, &format!("{}?x=1", of(&castle))).await.invalid(&["x"]);
    }
}

/// A sword in a scene, twice, and its first instance in two shots.
async fn scene() -> (TestApp, Production, String, String, Episode, [Value; 2]) {
    let (app, show, _, sword) = castle().await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let scene = show.scene(&app, "SC01", &episode.sequence).await;
    let body = json!({"asset_id": sword, "description": "Drawn"});
    let of_scene = format!("/data/scenes/{scene}/asset-instances");
    let one = app.post(ADMIN, &of_scene, &body).await.created();
    let two = app.post(ADMIN, &of_scene, &body).await.created();
    for shot in &episode.shots {
        let added = json!({"asset_instance_id": one["id"]});
        app.post(ADMIN, &format!("/data/shots/{shot}/asset-instances"), &added).await.created();
    }
    (app, show, sword, scene, episode, [one, two])
}

#[tokio::test]
async fn instances_in_scenes_are_keyed_by_scene() {
    let (app, show, sword, scene, episode, [one, two]) = scene().await;
    let other = show.scene(&app, "SC02", &episode.sequence).await;
    let body = json!({"asset_id": sword});
    let third =
        app.post(ADMIN, &format!("/data/scenes/{other}/asset-instances"), &body).await.created();
    let expected = json!({
        "asset_id": sword, "scene_id": scene, "target_asset_id": null, "number": 2, "name": "Sword_0002",
        "description": "Drawn", "active": true, "type": "AssetInstance",
    });
    assert_has(&two, &expected);
    let by_scene =
        app.get(ARTIST, &format!("/data/assets/{sword}/scene-asset-instances")).await.ok();
    let ids = |rows: &Value| sorted(rows, "id").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut expected = vec![text(&one, "id").to_owned(), text(&two, "id").to_owned()];
    expected.sort_unstable();
    assert_eq!(ids(&by_scene[&scene]), expected);
    assert_eq!(ids(&by_scene[&other]), [text(&third, "id")]);
    assert_eq!(by_scene.as_object().map(serde_json::Map::len), Some(2));
}

#[tokio::test]
async fn instances_in_shots_are_keyed_by_shot() {
    let (app, _, sword, _, episode, [one, _]) = scene().await;
    let by_shot = app.get(ARTIST, &format!("/data/assets/{sword}/shot-asset-instances")).await.ok();
    assert_eq!(by_shot.as_object().map(serde_json::Map::len), Some(2));
    for shot in &episode.shots {
        assert_eq!(column(&by_shot[shot], "id"), [text(&one, "id")]);
        assert_has(
            &by_shot[shot][0],
            &json!({"asset_id": sword, "name": "Sword_0001", "number": 1}),
        );
    }
}

#[tokio::test]
async fn the_instances_of_a_shot_are_in_the_order_of_their_numbers() {
    let (app, _, sword, scene, episode, _) = scene().await;
    let body = json!({"asset_id": sword});
    let of_shot = format!("/data/shots/{}/asset-instances", episode.shots[1]);
    for _ in 3..10 {
        let path = format!("/data/scenes/{scene}/asset-instances");
        let made = app.post(ADMIN, &path, &body).await.created();
        app.post(ADMIN, &of_shot, &json!({"asset_instance_id": made["id"]})).await.created();
    }
    let by_shot = app.get(ARTIST, &format!("/data/assets/{sword}/shot-asset-instances")).await.ok();
    let numbers = by_shot[&episode.shots[1]].as_array().into_iter().flatten();
    let numbers: Vec<i64> = numbers.filter_map(|row| row["number"].as_i64()).collect();
    assert_eq!(numbers, [1, 3, 4, 5, 6, 7, 8, 9]);
}

#[tokio::test]
async fn an_asset_without_instances_has_an_empty_object() {
    let (app, _, castle, _) = castle().await;
    for rest in ["shot-asset-instances", "scene-asset-instances"] {
        assert_eq!(app.get(ARTIST, &format!("/data/assets/{castle}/{rest}")).await.ok(), json!({}));
    }
}

#[tokio::test]
async fn shots_and_scenes_tell_their_instances_by_asset() {
    let (app, _, sword, scene, episode, [one, two]) = scene().await;
    let by_asset = app.get(ARTIST, &format!("/data/scenes/{scene}/asset-instances")).await.ok();
    let mut expected = [text(&one, "id"), text(&two, "id")];
    expected.sort_unstable();
    assert_eq!(sorted(&by_asset[&sword], "id"), expected);
    let of_shot = format!("/data/shots/{}/asset-instances", episode.shots[0]);
    assert_eq!(column(&app.get(ARTIST, &of_shot).await.ok()[&sword], "id"), [text(&one, "id")]);

    app.delete(ADMIN, &format!("{of_shot}/{}", text(&one, "id"))).await.gone();
    assert_eq!(app.get(ARTIST, &of_shot).await.ok(), json!({}));
    let by_shot = app.get(ARTIST, &format!("/data/assets/{sword}/shot-asset-instances")).await.ok();
    assert_eq!(
        by_shot.as_object().map(|shots| shots.keys().cloned().collect()),
        Some(vec![episode.shots[1].clone()])
    );
}

#[tokio::test]
async fn an_instance_of_the_longest_name_is_sent_back() {
    let (app, show, castle, _) = castle().await;
    let long = show.asset_id(&app, "Prop", &"x".repeat(160)).await;
    let body = json!({"asset_to_instantiate_id": long});
    let path = format!("/data/assets/{castle}/asset-asset-instances");
    let made = app.post(ADMIN, &path, &body).await.created();
    let path = format!("/data/asset-instances/{}", text(&made, "id"));
    let row = app.get(ADMIN, &path).await.ok();
    assert_eq!(app.put(ADMIN, &path, &row).await.ok()["name"], row["name"]);
}

#[tokio::test]
async fn one_instance_is_read_changed_and_deleted() {
    let (app, _, sword, scene, episode, [one, _]) = scene().await;
    let path = format!("/data/asset-instances/{}", text(&one, "id"));
    assert_has(
        &app.get(ARTIST, &path).await.ok(),
        &json!({"asset_id": sword, "scene_id": scene, "active": true}),
    );
    let change = json!({"active": false, "description": null, "data": {"pose": "up"}});
    assert_has(&app.put(ADMIN, &path, &change).await.ok(), &change);
    assert_has(&app.get(ARTIST, &path).await.ok(), &change);
    app.put(ADMIN, &path, &json!({"active": "maybe"})).await.invalid(&["active"]);
    app.get(OUTSIDER, &path).await.error(403, "NotAllowedException");

    app.delete(ADMIN, &path).await.gone();
    app.get(ADMIN, &path).await.error(404, "AssetInstanceNotFoundException");
    let of_shot = format!("/data/shots/{}/asset-instances", episode.shots[0]);
    assert_eq!(app.get(ARTIST, &of_shot).await.ok(), json!({}), "it left its shots too");
}
