//! The asset types of the studio, of a project, of a shot.

use model::EntityKind;
use model::entity::UNUSED_TYPES;
use tanuki_tests::prelude::*;

#[tokio::test]
async fn the_studio_has_asset_types_and_no_others() {
    let app = TestApp::new().await;
    let rows = app.get(ARTIST, "/data/asset-types").await.ok();
    assert_eq!(column(&rows, "name"), ["Character", "Environment", "FX", "Prop"]);
    assert_has(
        &rows[0],
        &json!({"short_name": null, "description": null, "task_types": [], "archived": false, "type": "AssetType"}),
    );
    assert_fields(&rows[0], &["id", "created_at", "updated_at"]);
}

#[tokio::test]
async fn a_new_type_is_listed_with_what_was_sent() {
    let (app, show) = tv_show().await;
    let modeling = show.task_type(&app, "Modeling").await;
    let body = json!({
        "name": "Vehicle", "short_name": "VEH", "description": "Drives", "task_types": [modeling], "archived": true
    });
    let vehicle = app.post(MANAGER, "/data/entity-types", &body).await.created();
    let rows = app.get(ARTIST, "/data/asset-types").await.ok();
    assert_eq!(column(&rows, "name"), ["Character", "Environment", "FX", "Prop", "Vehicle"]);
    let one = app.get(ARTIST, &format!("/data/asset-types/{}", text(&vehicle, "id"))).await.ok();
    assert_has(&one, &body);
    assert_eq!(rows[4], one);
}

#[tokio::test]
async fn one_type_is_told_by_its_id() {
    let (app, show) = tv_show().await;
    let id = show.asset_type("Character");
    let expected = json!({"id": id, "name": "Character", "task_types": [], "archived": false, "type": "AssetType"});
    assert_has(&app.get(CLIENT, &format!("/data/asset-types/{id}")).await.ok(), &expected);
}

#[tokio::test]
async fn what_is_no_asset_type_is_not_found() {
    let (app, show) = tv_show().await;
    let time_bound = EntityKind::TIME_BOUND.into_iter().filter_map(EntityKind::entity_type);
    let others = time_bound.chain(UNUSED_TYPES.map(|(_, id)| id)).map(|id| id.to_string());
    for id in others.chain([show.id.clone(), "Character".to_owned()]) {
        app.get(ADMIN, &format!("/data/asset-types/{id}"))
            .await
            .error(404, "AssetTypeNotFoundException");
    }
}

#[tokio::test]
async fn types_of_the_studio_need_only_a_token() {
    let (app, show) = tv_show().await;
    for path in ["/data/asset-types", &format!("/data/asset-types/{}", show.asset_type("Prop"))] {
        assert_eq!(
            app.statuses(Method::GET, path, None).await,
            [200, 200, 200, 200, 200, 200, 200, 401],
            "{path}"
        );
        app.get(OUTSIDER, &format!("{path}?nam=Prop")).await.invalid(&["nam"]);
    }
}

#[tokio::test]
async fn a_project_has_the_types_of_its_assets() {
    let (app, show) = tv_show().await;
    let path = show.path("/asset-types");
    assert_eq!(app.get(ARTIST, &path).await.ok(), json!([]));
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    show.asset(&app, "Prop", "Lamp").await;
    show.asset(&app, "Character", "Hero").await;
    Production::film(&app, "Film").await.asset(&app, "FX", "Smoke").await;
    let rows = app.get(ARTIST, &path).await.ok();
    assert_eq!(column(&rows, "name"), ["Character", "Prop"]);
    assert_has(
        &rows[1],
        &json!({"id": show.asset_type("Prop"), "archived": false, "type": "AssetType"}),
    );

    app.delete(ADMIN, &format!("/data/assets/{sword}")).await.gone();
    assert_eq!(
        column(&app.get(ARTIST, &path).await.ok(), "name"),
        ["Character", "Prop"],
        "the lamp is left"
    );
    let lamp = app.get(ADMIN, "/data/assets?name=Lamp").await.ok();
    app.delete(ADMIN, &format!("/data/assets/{}", text(&lamp[0], "id"))).await.gone();
    assert_eq!(column(&app.get(ARTIST, &path).await.ok(), "name"), ["Character"]);
}

#[tokio::test]
async fn the_types_of_a_project_are_for_its_team() {
    let (app, show) = tv_show().await;
    show.asset(&app, "Prop", "Sword").await;
    let path = show.path("/asset-types");
    assert_eq!(
        app.statuses(Method::GET, &path, None).await,
        [200, 200, 200, 200, 200, 200, 403, 401]
    );
    app.get(ARTIST, &format!("{path}?x=1")).await.invalid(&["x"]);
    app.get(ARTIST, "/data/projects/9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d/asset-types")
        .await
        .error(404, "ProjectNotFoundException");
}

#[tokio::test]
async fn a_vendor_learns_no_types_of_assets_hidden_from_him() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    show.asset(&app, "Character", "Secret").await;
    let path = show.path("/asset-types");
    assert_eq!(app.get(VENDOR, &path).await.ok(), json!([]));
    show.task(&app, &sword, "Modeling", &[VENDOR]).await;
    assert_eq!(column(&app.get(VENDOR, &path).await.ok(), "name"), ["Prop"]);
}

#[tokio::test]
async fn a_shot_has_the_types_of_the_assets_cast_in_it() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 2).await;
    for (asset_type, name) in [("Prop", "Sword"), ("Prop", "Lamp"), ("Character", "Hero")] {
        let asset = show.asset_id(&app, asset_type, name).await;
        show.cast(&app, &asset, &[&episode.shots[0]]).await;
    }
    show.asset(&app, "FX", "Smoke").await;
    let of = |shot: &str| format!("/data/shots/{shot}/asset-types");
    let rows = app.get(ARTIST, &of(&episode.shots[0])).await.ok();
    assert_eq!(column(&rows, "name"), ["Character", "Prop"]);
    assert_has(&rows[0], &json!({"id": show.asset_type("Character"), "type": "AssetType"}));
    assert_eq!(app.get(ARTIST, &of(&episode.shots[1])).await.ok(), json!([]));

    let statuses = app.statuses(Method::GET, &of(&episode.shots[0]), None).await;
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 403, 401]);
    for id in [&episode.sequence, &episode.id, "SH01"] {
        app.get(ADMIN, &of(id)).await.error(404, "ShotNotFoundException");
    }
    app.get(ARTIST, &format!("{}?x=1", of(&episode.shots[0]))).await.invalid(&["x"]);
}

#[tokio::test]
async fn a_shot_tells_the_types_of_what_the_caller_sees() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let secret = Production::of_nobody(&app, "Secret").await;
    let smoke = secret.asset_id(&app, "FX", "Smoke").await;
    let share = async |is_shared: bool| {
        let body = json!({"asset_ids": [smoke], "is_shared": is_shared});
        app.post(ADMIN, "/actions/assets/share", &body).await.ok();
    };
    share(true).await;
    for asset in [&sword, &hero, &smoke] {
        show.cast(&app, asset, &[&episode.shots[0]]).await;
    }
    let path = format!("/data/shots/{}/asset-types", episode.shots[0]);
    let types = async |who| {
        let rows = app.get(who, &path).await.ok();
        column(&rows, "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(types(ARTIST).await, ["Character", "FX", "Prop"]);
    assert_eq!(types(VENDOR).await, Vec::<String>::new());
    show.task(&app, &sword, "Modeling", &[VENDOR]).await;
    assert_eq!(types(VENDOR).await, ["Prop"]);
    share(false).await;
    assert_eq!(types(ARTIST).await, ["Character", "Prop"]);
    assert_eq!(types(ADMIN).await, ["Character", "FX", "Prop"]);
}

/// As in the shot's casting: docs/decisions/0034.
#[tokio::test]
async fn a_canceled_asset_gives_a_shot_no_type() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let mut props = Vec::new();
    for name in ["Sword", "Lamp", "Gem"] {
        props.push(show.asset_id(&app, "Prop", name).await);
    }
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let lender = Production::film(&app, "Lender").await;
    let smoke = lender.asset_with(&app, "FX", json!({"name": "Smoke", "is_shared": true})).await;
    let smoke = text(&smoke, "id").to_owned();
    for asset in props.iter().chain([&hero, &smoke]) {
        show.cast(&app, asset, &[&episode.shots[0]]).await;
    }
    show.task(&app, &props[0], "Modeling", &[VENDOR]).await;
    let path = format!("/data/shots/{}/asset-types", episode.shots[0]);
    let types = async |who| {
        let rows = app.get(who, &path).await.ok();
        column(&rows, "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let cancel = async |asset: &str, canceled: bool| {
        let body = json!({"canceled": canceled});
        app.put(ADMIN, &format!("/data/entities/{asset}"), &body).await.ok();
    };
    cancel(&hero, true).await;
    assert_eq!(types(ARTIST).await, ["FX", "Prop"]);
    cancel(&smoke, true).await;
    assert_eq!(types(ARTIST).await, ["Prop"]);
    assert_eq!(types(VENDOR).await, ["Prop"]);
    for prop in &props {
        assert_eq!(types(ARTIST).await, ["Prop"], "one is left");
        cancel(prop, true).await;
        assert_eq!(types(VENDOR).await, Vec::<String>::new(), "his is canceled");
    }
    assert_eq!(types(ARTIST).await, Vec::<String>::new());
    cancel(&hero, false).await;
    assert_eq!(types(ARTIST).await, ["Character"]);
}
