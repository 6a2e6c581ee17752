//! Canceling an asset, deleting it for good, and who may.

use tanuki_tests::prelude::*;

#[tokio::test]
async fn an_asset_without_tasks_is_gone() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let path = format!("/data/assets/{sword}");
    let answer = app.delete(MANAGER, &path).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (204, 0));
    app.get(MANAGER, &path).await.error(404, "AssetNotFoundException");
    app.delete(MANAGER, &path).await.error(404, "AssetNotFoundException");
    assert_eq!(app.get(MANAGER, "/data/assets").await.ok(), json!([]));
    show.asset(&app, "Prop", "Sword").await;
}

#[tokio::test]
async fn an_asset_with_tasks_is_canceled_and_keeps_everything() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let task = show.task(&app, &sword, "Modeling", &[ARTIST]).await;
    show.cast(&app, &sword, &[&episode.shots[0]]).await;
    let path = format!("/data/assets/{sword}");
    app.delete(MANAGER, &path).await.gone();

    let detail = app.get(ARTIST, &path).await.ok();
    assert_eq!(detail["canceled"], true);
    assert_eq!(column(&detail["tasks"], "id"), [text(&task, "id")]);
    let users = app.get(ARTIST, &format!("{path}/casting")).await.ok();
    assert!(column(&users, "entity_id").contains(&episode.shots[0].as_str()), "{users}");
    let rows = app.get(ARTIST, "/data/assets?canceled=true").await.ok();
    assert_eq!(column(&rows, "id"), [sword]);
}

#[tokio::test]
async fn a_canceled_asset_leaves_its_name_and_takes_it_back_if_it_is_free() {
    let (app, show) = tv_show().await;
    let old = show.asset_id(&app, "Prop", "Sword").await;
    show.task(&app, &old, "Modeling", &[]).await;
    app.delete(MANAGER, &format!("/data/assets/{old}")).await.gone();
    let new = show.asset_id(&app, "Prop", "Sword").await;

    let (path, restore) = (format!("/data/entities/{old}"), json!({"canceled": false}));
    let error = app.put(MANAGER, &path, &restore).await.error(400, "AssetAlreadyExistsException");
    assert_eq!(error["data"]["id"], json!(new));
    assert_eq!(app.get(MANAGER, &format!("/data/assets/{old}")).await.ok()["canceled"], true);

    app.delete(MANAGER, &format!("/data/assets/{new}")).await.gone();
    assert_has(
        &app.put(MANAGER, &path, &restore).await.ok(),
        &json!({"canceled": false, "name": "Sword"}),
    );
    app.post(MANAGER, &show.new_asset("Prop"), &json!({"name": "sword"}))
        .await
        .error(400, "AssetAlreadyExistsException");
}

#[tokio::test]
async fn force_takes_tasks_casting_and_instances_along() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let shot = &episode.shots[0];
    let [castle, sword, rust] = [
        show.asset_id(&app, "Environment", "Castle").await,
        show.asset_id(&app, "Prop", "Sword").await,
        show.asset_id(&app, "FX", "Rust").await,
    ];
    let task = show.task(&app, &sword, "Modeling", &[ARTIST]).await;
    show.cast(&app, &sword, &[shot, &castle]).await;
    show.cast(&app, &rust, &[&sword]).await;
    let instance = json!({"asset_to_instantiate_id": sword});
    let path = format!("/data/assets/{castle}/asset-asset-instances");
    let instance = app.post(ADMIN, &path, &instance).await.created();
    app.delete(MANAGER, &format!("/data/assets/{sword}?force=true")).await.gone();

    let get = async |path: String| app.get(ADMIN, &path).await;
    get(format!("/data/assets/{sword}")).await.error(404, "AssetNotFoundException");
    get(format!("/data/tasks/{}", text(&task, "id"))).await.error(404, "TaskNotFoundException");
    let path = format!("/data/asset-instances/{}", text(&instance, "id"));
    get(path).await.error(404, "AssetInstanceNotFoundException");
    for rest in ["assets", "asset-asset-instances"] {
        assert_eq!(get(format!("/data/assets/{castle}/{rest}")).await.ok(), json!([]), "{rest}");
    }
    for entity in [shot, &episode.id] {
        assert_eq!(get(show.path(&format!("/entities/{entity}/casting"))).await.ok(), json!([]));
    }
    for rest in ["casting", "cast-in"] {
        assert_eq!(get(format!("/data/assets/{rust}/{rest}")).await.ok(), json!([]), "{rest}");
    }
    let rows = get(format!("/data/assets/with-tasks?project_id={}", show.id)).await.ok();
    assert_eq!(sorted(&rows, "name"), ["Castle", "Rust"]);
}

#[tokio::test]
async fn force_is_said_in_every_spelling_of_the_clients() {
    let (app, show) = tv_show().await;
    for (spelling, is_gone) in [
        ("true", true),
        ("True", true),
        ("1", true),
        ("false", false),
        ("False", false),
        ("0", false),
    ] {
        let sword = show.asset_id(&app, "Prop", &format!("Sword {spelling}")).await;
        show.task(&app, &sword, "Modeling", &[]).await;
        app.delete(MANAGER, &format!("/data/assets/{sword}?force={spelling}")).await.gone();
        let status = app.get(MANAGER, &format!("/data/assets/{sword}")).await.status;
        assert_eq!(status == 404, is_gone, "{spelling}: {status}");
    }
}

#[tokio::test]
async fn a_wrong_query_deletes_nothing() {
    let (app, show) = tv_show().await;
    let path = format!("/data/assets/{}", show.asset_id(&app, "Prop", "Sword").await);
    for (query, field) in [("force=maybe", "force"), ("forse=true", "forse"), ("force=", "force")] {
        app.delete(MANAGER, &format!("{path}?{query}")).await.invalid(&[field]);
    }
    app.get(MANAGER, &path).await.ok();
}

#[tokio::test]
async fn managers_delete_everything_and_others_what_they_created() {
    let (app, show) = tv_show().await;
    for (n, (who, foreign, own)) in [
        (ADMIN, 204, 204),
        (MANAGER, 204, 204),
        (SUPERVISOR, 403, 204),
        (ARTIST, 403, 204),
        (CLIENT, 403, 403),
        (VENDOR, 403, 403),
        (OUTSIDER, 403, 403),
        (NOBODY, 401, 401),
    ]
    .into_iter()
    .enumerate()
    {
        for (creator, expected) in
            [(OTHER_ARTIST, foreign), (if who == NOBODY { ADMIN } else { who }, own)]
        {
            let name = format!("Prop {n} {creator:?}");
            let asset = show.asset_of(&app, creator, "Prop", &name).await;
            let task = show.task(&app, &asset, "Modeling", &[VENDOR]).await;
            let path = format!("/data/assets/{asset}");
            assert_eq!(app.delete(who, &path).await.status, expected, "{who:?} {name}");
            let detail = app.get(ADMIN, &path).await.ok();
            assert_eq!(detail["canceled"], expected == 204, "{who:?} {name}");
            assert_eq!(detail["tasks"][0]["id"], task["id"]);
        }
    }
}

#[tokio::test]
async fn a_creator_who_left_the_team_deletes_nothing() {
    let (app, show) = tv_show().await;
    let sword = show.asset_of(&app, ARTIST, "Prop", "Sword").await;
    let member = show.path(&format!("/team/{}", app.person(ARTIST).id));
    app.delete(ADMIN, &member).await.gone();
    app.delete(ARTIST, &format!("/data/assets/{sword}")).await.error(403, "NotAllowedException");
    app.get(ADMIN, &format!("/data/assets/{sword}")).await.ok();
}

#[tokio::test]
async fn what_is_no_asset_cannot_be_deleted() {
    let (app, show) = tv_show().await;
    let episode = show.episode(&app, "E02").await;
    for id in [episode.as_str(), "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d", "sword"] {
        app.delete(ADMIN, &format!("/data/assets/{id}?force=true"))
            .await
            .error(404, "AssetNotFoundException");
    }
    app.get(ADMIN, &format!("/data/episodes/{episode}")).await.ok();
}
