//! New assets, and the assets of one project.

use futures_util::future::join_all;
use model::{EntityKind, Role};
use tanuki_tests::prelude::*;

#[tokio::test]
async fn a_new_asset_has_what_was_sent() {
    let (app, show) = tv_show().await;
    let body = json!({
        "name": "Magic Sword",
        "description": "Legendary weapon of the hero",
        "data": {"difficulty": "medium", "price": 1.5, "tags": ["a", null, {"deep": true}]},
        "is_shared": true,
    });
    let sword = app.post(MANAGER, &show.new_asset("Prop"), &body).await.created();
    assert_has(&sword, &body);
    assert_has(
        &sword,
        &json!({
            "project_id": show.id,
            "entity_type_id": show.asset_type("Prop"),
            "canceled": false,
            "source_id": null,
            "created_by": app.person(MANAGER).id,
            "updated_at": sword["created_at"],
            "type": "Asset",
        }),
    );
    assert_has(&app.get(ARTIST, &format!("/data/assets/{}", text(&sword, "id"))).await.ok(), &body);
}

#[tokio::test]
async fn a_name_is_the_same_however_it_is_capitalised() {
    let (app, show) = tv_show().await;
    for (name, other, encoded) in [
        ("ΣΑΣ", "σας", "%CF%83%CE%B1%CF%82"),
        ("Straße", "STRASSE", "STRASSE"),
        ("Big  Lamp", "big lamp", "big+lamp"),
    ] {
        show.asset(&app, "Prop", name).await;
        app.post(MANAGER, &show.new_asset("Prop"), &json!({"name": other}))
            .await
            .error(400, "AssetAlreadyExistsException");
        let found = app.get(ARTIST, &format!("/data/assets?name={encoded}")).await.ok();
        assert_eq!(column(&found, "name"), [name], "{other}");
    }
}

#[tokio::test]
async fn only_a_name_is_needed() {
    let (app, show) = tv_show().await;
    let body = json!({"name": "Lamp", "description": null, "data": null, "is_shared": null, "episode_id": null});
    for (name, body) in [("Sword", json!({"name": "Sword"})), ("Lamp", body)] {
        let asset = app.post(ADMIN, &show.new_asset("Prop"), &body).await.created();
        assert_has(
            &asset,
            &json!({"name": name, "data": {}, "is_shared": false, "source_id": null}),
        );
    }
}

#[tokio::test]
async fn a_name_is_unique_within_type_and_episode() {
    let (app, show) = tv_show().await;
    let other = Production::film(&app, "Film").await;
    let episode = show.episode(&app, "E02").await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    for name in ["Hero", "hero", "  HERO ", "Hero\u{a0}"] {
        let answer = app.post(MANAGER, &show.new_asset("Character"), &json!({"name": name})).await;
        let error = answer.error(400, "AssetAlreadyExistsException");
        assert_eq!(error["data"]["id"], json!(hero), "{name:?}");
    }
    show.asset(&app, "Prop", "Hero").await;
    other.asset(&app, "Character", "Hero").await;
    let guest = json!({"name": "Hero", "episode_id": episode});
    let guest = text(&show.asset_with(&app, "Character", guest).await, "id").to_owned();
    let again = json!({"name": "Hero", "episode_id": episode});
    let error = app
        .post(MANAGER, &show.new_asset("Character"), &again)
        .await
        .error(400, "AssetAlreadyExistsException");
    assert_eq!(error["data"]["id"], json!(guest));
}

#[tokio::test]
async fn of_creators_at_once_one_succeeds() {
    let (app, show) = tv_show().await;
    let (path, body) = (show.new_asset("Prop"), json!({"name": "Sword"}));
    let answers = join_all((0..8).map(|_| app.post(MANAGER, &path, &body))).await;
    let (created, refused): (Vec<Answer>, Vec<Answer>) =
        answers.into_iter().partition(|a| a.status == 201);
    assert_eq!(created.len(), 1);
    for answer in refused {
        let error = answer.error(400, "AssetAlreadyExistsException");
        assert_eq!(error["data"]["id"], created[0].body["id"]);
    }
    assert_eq!(column(&app.get(MANAGER, "/data/assets").await.ok(), "name"), ["Sword"]);
}

#[tokio::test]
async fn an_episodic_asset_belongs_to_an_episode_of_the_project() {
    let (app, show) = tv_show().await;
    let other = Production::tv_show(&app, "Other").await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let guest = show
        .asset_with(&app, "Character", json!({"name": "Guest", "episode_id": episode.id}))
        .await;
    assert_eq!(guest["source_id"], json!(episode.id));

    let foreign = other.episode(&app, "E02").await;
    for id in [&foreign, &episode.shots[0], &show.id, "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d", "E02"]
    {
        let body = json!({"name": "Stranger", "episode_id": id});
        app.post(MANAGER, &show.new_asset("Character"), &body).await.invalid(&["episode_id"]);
    }
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    let (app, show) = tv_show().await;
    let check = async |body: Value, fields: &[&str]| {
        app.post(MANAGER, &show.new_asset("Prop"), &body).await.invalid(fields);
    };
    check(json!({}), &["name"]).await;
    check(json!([]), &["body"]).await;
    check(json!("Sword"), &["body"]).await;
    for name in [
        json!(null),
        json!(""),
        json!("   "),
        json!(5),
        json!("a\u{0}b"),
        json!("a\nb"),
        json!("é".repeat(161)),
    ] {
        check(json!({"name": name}), &["name"]).await;
    }
    let body = json!({"name": "", "description": 5, "data": [], "is_shared": "maybe", "episode_id": "E02"});
    check(body, &["name", "description", "data", "is_shared", "episode_id"]).await;
    // What is found out in the store, and what the query has no business with, together with the rest.
    let body = json!({"name": "Height", "entity_type": "Asset", "data_type": "number"});
    app.post(MANAGER, &show.path("/metadata-descriptors"), &body).await.created();
    let body = json!({"name": "", "data": {"height": "tall"}, "episode_id": show.id});
    check(body.clone(), &["name", "data.height", "episode_id"]).await;
    let path = format!("{}?force=true", show.new_asset("Prop"));
    let all = ["force", "name", "data.height", "episode_id"];
    app.post(MANAGER, &path, &body).await.invalid(&all);
    assert_eq!(app.get(ADMIN, "/data/assets").await.ok(), json!([]), "nothing was kept");
}

#[tokio::test]
async fn a_name_may_have_160_characters() {
    let (app, show) = tv_show().await;
    let name = "é".repeat(160);
    assert_eq!(show.asset(&app, "Prop", &name).await["name"], json!(name));
}

#[tokio::test]
async fn metadata_is_bounded_in_depth_and_size() {
    let (app, show) = tv_show().await;
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({"in": inner}));
    show.asset_with(&app, "Prop", json!({"name": "Deep", "data": {"a": nested(15)}})).await;
    let deeper = json!({"name": "Deeper", "data": {"a": nested(16), "b": nested(3)}});
    app.post(MANAGER, &show.new_asset("Prop"), &deeper).await.invalid(&["data.a"]);

    let sized =
        |bytes: usize| json!({"name": format!("Big {bytes}"), "data": {"a": "x".repeat(bytes)}});
    let big = show.asset_with(&app, "Prop", sized(250_000)).await;
    assert_eq!(text(&big["data"], "a").len(), 250_000);
    app.post(MANAGER, &show.new_asset("Prop"), &sized(300_001)).await.invalid(&["data"]);
    // All that an asset holds counts.
    let mut body = sized(290_000);
    show.asset_with(&app, "Prop", body.clone()).await;
    body["name"] = json!("Too big");
    body["description"] = json!("x".repeat(10_000));
    app.post(MANAGER, &show.new_asset("Prop"), &body).await.invalid(&["data"]);
    let path = format!("/data/entities/{}", text(&big, "id"));
    let more = json!({"data": {"b": "x".repeat(50_000)}});
    app.put(MANAGER, &path, &more).await.invalid(&["data"]);
    app.put(MANAGER, &path, &json!({"data": {"b": "x".repeat(40_000)}})).await.ok();
}

#[tokio::test]
async fn only_asset_types_have_assets() {
    let (app, show) = tv_show().await;
    let shots = EntityKind::Shot.entity_type().expect("the type of shots").to_string();
    for id in [&shots, &show.id, "Prop"] {
        let of_type = show.path(&format!("/asset-types/{id}/assets"));
        app.get(ADMIN, &of_type).await.error(404, "AssetTypeNotFoundException");
        let body = json!({"name": "Sword"});
        app.post(ADMIN, &format!("{of_type}/new"), &body)
            .await
            .error(404, "AssetTypeNotFoundException");
    }
}

#[tokio::test]
async fn managers_create_assets() {
    let (app, show) = tv_show().await;
    for (n, (who, expected)) in
        EVERYBODY.into_iter().zip([201, 201, 403, 403, 403, 403, 403, 401]).enumerate()
    {
        let body = json!({"name": format!("Prop {n}")});
        assert_eq!(app.post(who, &show.new_asset("Prop"), &body).await.status, expected, "{who:?}");
    }
    assert_eq!(sorted(&app.get(ADMIN, "/data/assets").await.ok(), "name"), ["Prop 0", "Prop 1"]);
}

#[tokio::test]
async fn a_membership_overrides_the_role_in_its_project() {
    let (app, show) = tv_show().await;
    let other = Production::film(&app, "Film").await;
    show.join_as(&app, ARTIST, Role::Manager).await;
    show.join_as(&app, MANAGER, Role::User).await;
    let post = async |who, at: &Production| {
        let body = json!({"name": format!("{who:?}")});
        app.post(who, &at.new_asset("Prop"), &body).await.status.as_u16()
    };
    assert_eq!([post(ARTIST, &show).await, post(MANAGER, &show).await], [201, 403]);
    assert_eq!([post(ARTIST, &other).await, post(MANAGER, &other).await], [403, 201]);
}

#[tokio::test]
async fn a_project_lists_all_its_assets_in_order() {
    let (app, show) = tv_show().await;
    let other = Production::film(&app, "Film").await;
    other.asset(&app, "Prop", "Elsewhere").await;
    show.many_assets(&app, "FX", 101).await;
    show.asset(&app, "Prop", "zebra").await;
    show.asset(&app, "Character", "Hero").await;
    let rows = app.get(CLIENT, &show.path("/assets")).await.ok();
    let names = column(&rows, "name");
    assert_eq!(names.len(), 103, "no default limit");
    assert_eq!(
        (names[0], names[1], names[101], names[102]),
        ("Hero", "Asset 0000", "Asset 0100", "zebra")
    );
    assert_has(
        &rows[0],
        &json!({"project_id": show.id, "type": "Asset", "data": {}, "canceled": false}),
    );

    let path = show.path(&format!("/assets?asset_type_id={}", show.asset_type("Prop")));
    assert_eq!(column(&app.get(CLIENT, &path).await.ok(), "name"), ["zebra"]);
    let page = app.get(CLIENT, &show.path("/assets?page=2&limit=100")).await.ok();
    assert_eq!(page.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_project_lists_the_assets_of_a_type() {
    let (app, show) = tv_show().await;
    show.asset(&app, "Prop", "Sword").await;
    show.asset(&app, "Prop", "lamp").await;
    show.asset(&app, "Character", "Hero").await;
    let of = |name: &str| show.path(&format!("/asset-types/{}/assets", show.asset_type(name)));
    let rows = app.get(ARTIST, &of("Prop")).await.ok();
    assert_eq!(column(&rows, "name"), ["lamp", "Sword"]);
    assert_has(
        &rows[0],
        &json!({"project_id": show.id, "entity_type_id": show.asset_type("Prop")}),
    );
    assert_eq!(app.get(ARTIST, &of("FX")).await.ok(), json!([]));
}

#[tokio::test]
async fn the_lists_of_a_project_are_for_its_team() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    show.asset(&app, "Prop", "Lamp").await;
    show.task(&app, &sword, "Modeling", &[VENDOR]).await;
    let of_type = show.path(&format!("/asset-types/{}/assets", show.asset_type("Prop")));
    for path in [show.path("/assets"), of_type] {
        assert_eq!(
            app.statuses(Method::GET, &path, None).await,
            [200, 200, 200, 200, 200, 200, 403, 401],
            "{path}"
        );
        assert_eq!(column(&app.get(CLIENT, &path).await.ok(), "name"), ["Lamp", "Sword"], "{path}");
        assert_eq!(column(&app.get(VENDOR, &path).await.ok(), "name"), ["Sword"], "{path}");
        app.get(ARTIST, &format!("{path}?asset_typ=1")).await.invalid(&["asset_typ"]);
        app.get(ARTIST, &path.replace(&show.id, "show"))
            .await
            .error(404, "ProjectNotFoundException");
        let nowhere = path.replace(&show.id, "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d");
        app.get(ARTIST, &nowhere).await.error(404, "ProjectNotFoundException");
    }
    app.get(ARTIST, &show.path("/assets?asset_type_id=Prop&limit=0"))
        .await
        .invalid(&["asset_type_id", "limit"]);
    let query = format!("limit=0&entity_type_id={0}&source_id={0}", show.id);
    app.get(ARTIST, &show.path(&format!("/assets?{query}"))).await.invalid(&[
        "limit",
        "entity_type_id",
        "source_id",
    ]);
    let of_type = format!("/asset-types/{}/assets?canceled=x&{query}", show.asset_type("Prop"));
    let wrong = ["canceled", "limit", "entity_type_id", "source_id"];
    app.get(ARTIST, &show.path(&of_type)).await.invalid(&wrong);
}
