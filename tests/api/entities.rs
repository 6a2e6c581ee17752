//! Changing an entity of any kind: gazu's and Kitsu's `PUT /data/entities/{id}`.

use axum::body::Body;
use http::{Request, header};
use model::EntityKind;
use tanuki_tests::prelude::*;

const UNKNOWN: &str = "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d";

/// A sword, and the path that changes it.
async fn sword() -> (TestApp, Production, String, String) {
    let (app, show) = tv_show().await;
    let data = json!({"material": "steel", "length": 90});
    let sword = show
        .asset_with(&app, "Prop", json!({"name": "Sword", "description": "Old", "data": data}))
        .await;
    let id = text(&sword, "id").to_owned();
    let path = format!("/data/entities/{id}");
    (app, show, id, path)
}

#[tokio::test]
async fn what_is_given_changes_and_the_rest_stays() {
    let (app, _, id, path) = sword().await;
    let body =
        json!({"name": " Blade ", "description": "New", "is_casting_standby": true, "code": "BLD"});
    app.put(MANAGER, &path, &body).await.ok();
    let expected = json!({
        "id": id, "name": "Blade", "description": "New", "is_casting_standby": true, "code": "BLD",
        "data": {"material": "steel", "length": 90}, "canceled": false,
    });
    assert_has(&app.get(ARTIST, &path).await.ok(), &expected);
    assert_has(&app.get(ARTIST, &format!("/data/assets/{id}")).await.ok(), &expected);
}

#[tokio::test]
async fn metadata_is_merged_by_key() {
    let (app, _, id, path) = sword().await;
    let change = json!({"data": {"length": 100, "colour": "blue", "material": null}});
    let changed = app.put(MANAGER, &path, &change).await.ok();
    let expected = json!({"material": null, "length": 100, "colour": "blue"});
    assert_eq!(changed["data"], expected);
    assert_eq!(app.get(ARTIST, &format!("/data/assets/{id}")).await.ok()["data"], expected);
}

#[tokio::test]
async fn what_is_protected_or_unknown_is_ignored() {
    let (app, show, id, path) = sword().await;
    let before = app.get(ADMIN, &path).await.ok();
    let body = json!({
        "id": UNKNOWN, "project_id": UNKNOWN, "created_at": "2001-01-01T00:00:00Z", "created_by": UNKNOWN,
        "type": "Shot", "nb_entities_out": 7, "nothing": "known", "description": "New",
    });
    let after = app.put(MANAGER, &path, &body).await.ok();
    let kept = json!({
        "id": id, "project_id": show.id, "created_at": before["created_at"], "created_by": before["created_by"],
        "type": "Asset", "nb_entities_out": 0, "description": "New",
    });
    assert_has(&after, &kept);
    assert!(after.get("nothing").is_none());
}

#[tokio::test]
async fn a_row_may_be_sent_back_as_it_came() {
    let (app, _, id, path) = sword().await;
    for path_of in ["/data/entities", "/data/assets"] {
        let row = app.get(MANAGER, &format!("{path_of}/{id}")).await.ok();
        let after = app.put(MANAGER, &path, &row).await.ok();
        assert_has(
            &after,
            &json!({"name": "Sword", "description": "Old", "data": row["data"], "canceled": false}),
        );
    }
}

#[tokio::test]
async fn a_new_name_must_be_free() {
    let (app, show, _, path) = sword().await;
    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    let error = app
        .put(MANAGER, &path, &json!({"name": "lamp"}))
        .await
        .error(400, "AssetAlreadyExistsException");
    assert_eq!(error["data"]["id"], json!(lamp));
    app.put(MANAGER, &path, &json!({"name": "SWORD"})).await.ok();
    app.put(MANAGER, &path, &json!({"name": "Blade"})).await.ok();
    show.asset(&app, "Prop", "Sword").await;
}

#[tokio::test]
async fn an_episode_is_given_and_taken() {
    let (app, show, id, path) = sword().await;
    let episode = show.episode(&app, "E02").await;
    app.put(MANAGER, &path, &json!({"source_id": episode})).await.ok();
    let listed = async || app.get(ARTIST, &format!("/data/assets?episode_id={episode}")).await.ok();
    assert_eq!(column(&listed().await, "id"), [id.as_str()]);
    show.asset(&app, "Prop", "Sword").await;
    app.put(MANAGER, &path, &json!({"source_id": null}))
        .await
        .error(400, "AssetAlreadyExistsException");
    app.put(MANAGER, &path, &json!({"source_id": null, "name": "Blade"})).await.ok();
    assert_eq!(listed().await, json!([]));
    app.put(MANAGER, &path, &json!({"episode_id": episode, "source_id": null})).await.ok();
    assert_eq!(column(&listed().await, "name"), ["Blade"], "gazu sends both");
}

#[tokio::test]
async fn another_type_takes_tasks_and_casting_along() {
    let (app, show, id, path) = sword().await;
    let task = show.task(&app, &id, "Modeling", &[VENDOR]).await;
    let sequence = show.sequence(&app, "SQ01", None).await;
    let shot = show.shot(&app, "SH01", &sequence).await;
    show.cast(&app, &id, &[&shot]).await;
    app.put(MANAGER, &path, &json!({"entity_type_id": show.asset_type("FX")})).await.ok();

    let detail = app.get(VENDOR, &format!("/data/assets/{id}")).await.ok();
    assert_has(
        &detail,
        &json!({"asset_type_name": "FX", "name": "Sword", "data": {"material": "steel", "length": 90}}),
    );
    assert_eq!(column(&detail["tasks"], "id"), [text(&task, "id")]);
    assert_eq!(column(&app.get(ARTIST, &show.path("/asset-types")).await.ok(), "name"), ["FX"]);
    let casting = app.get(ARTIST, &show.path(&format!("/entities/{shot}/casting"))).await.ok();
    assert_has(&casting[0], &json!({"asset_id": id, "asset_type_name": "FX"}));
    let rows =
        app.get(ARTIST, &format!("/data/assets/with-tasks?project_id={}", show.id)).await.ok();
    assert_eq!(
        (column(&rows, "asset_type_name"), column(&rows[0]["tasks"], "id")),
        (vec!["FX"], vec![text(&task, "id")])
    );
    app.put(ADMIN, &format!("/data/tasks/{}", text(&task, "id")), &json!({"priority": 2}))
        .await
        .ok();
    show.asset(&app, "Prop", "Sword").await;
    let back = json!({"entity_type_id": show.asset_type("Prop")});
    app.put(MANAGER, &path, &back).await.error(400, "AssetAlreadyExistsException");
}

#[tokio::test]
async fn sharing_readiness_and_pictures_are_kept() {
    let (app, show, id, path) = sword().await;
    let modeling = show.task_type(&app, "Modeling").await;
    let body = json!({"is_shared": true, "ready_for": modeling, "preview_file_id": UNKNOWN});
    app.put(MANAGER, &path, &body).await.ok();
    assert_has(&app.get(ARTIST, &format!("/data/assets/{id}")).await.ok(), &body);
    assert_eq!(
        column(&app.get(ARTIST, "/data/assets?is_shared=true").await.ok(), "id"),
        [id.as_str()]
    );
    let none = json!({"is_shared": false, "ready_for": null, "preview_file_id": null});
    app.put(MANAGER, &path, &none).await.ok();
    assert_has(&app.get(ARTIST, &format!("/data/assets/{id}")).await.ok(), &none);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_changes() {
    let (app, show, _, path) = sword().await;
    let foreign = Production::tv_show(&app, "Other").await.episode(&app, "E02").await;
    let before = app.get(ADMIN, &path).await.ok();
    let check =
        async |body: Value, fields: &[&str]| app.put(MANAGER, &path, &body).await.invalid(fields);
    check(
        json!({"name": "", "description": 5, "data": [], "canceled": "maybe"}),
        &["name", "description", "canceled", "data"],
    )
    .await;
    check(json!({"description": "New", "source_id": foreign}), &["source_id"]).await;
    check(json!({"source_id": "main"}), &["source_id"]).await;
    check(json!({"name": "", "source_id": foreign}), &["name", "source_id"]).await;
    check(json!({"description": "New", "ready_for": UNKNOWN}), &["ready_for"]).await;
    let shots = EntityKind::Shot.entity_type().expect("the type of shots");
    check(json!({"entity_type_id": shots}), &["entity_type_id"]).await;
    check(json!({"entity_type_id": UNKNOWN}), &["entity_type_id"]).await;
    check(json!({"parent_id": show.id}), &["parent_id"]).await;
    check(json!([]), &["body"]).await;
    // What curl says of a body unless it is told otherwise.
    let form = Request::put(format!("/api{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", app.token(MANAGER).unwrap_or_default()))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(json!({"source_id": foreign}).to_string()));
    app.send(form.expect("a request")).await.invalid(&["source_id"]);
    assert_eq!(app.get(ADMIN, &path).await.ok(), before);
}

#[tokio::test]
async fn managers_change_everything_and_supervisors_metadata() {
    let (app, show, id, path) = sword().await;
    show.task(&app, &id, "Modeling", &[VENDOR]).await;
    let data = json!({"data": {"colour": "blue"}});
    assert_eq!(
        app.statuses(Method::PUT, &path, Some(&data)).await,
        [200, 200, 200, 403, 403, 403, 403, 401]
    );
    app.put(SUPERVISOR, &path, &json!({"name": "Blade", "data": {"colour": "red"}}))
        .await
        .error(403, "NotAllowedException");
    assert_has(
        &app.get(ADMIN, &path).await.ok(),
        &json!({"name": "Sword", "data": {
            "material": "steel", "length": 90, "colour": "blue"
        }}),
    );
    assert_eq!(
        app.statuses(Method::GET, &path, None).await,
        [200, 200, 200, 200, 200, 200, 403, 401]
    );
    app.get(ADMIN, &format!("/data/entities/{UNKNOWN}"))
        .await
        .error(404, "EntityNotFoundException");
    app.put(ADMIN, "/data/entities/sword", &data).await.error(404, "EntityNotFoundException");
}

#[tokio::test]
async fn many_are_deleted_at_once() {
    let (app, show, sword, _) = sword().await;
    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    show.task(&app, &lamp, "Modeling", &[]).await;
    let path = format!("/actions/projects/{}/delete-entities", show.id);
    app.post(ARTIST, &path, &json!([sword])).await.error(403, "NotAllowedException");
    let deleted = app.post(MANAGER, &path, &json!([sword, lamp, UNKNOWN])).await.ok();
    assert_eq!(deleted, json!([sword, lamp]));
    app.get(ADMIN, &format!("/data/assets/{sword}")).await.error(404, "AssetNotFoundException");
    assert_eq!(app.get(ADMIN, &format!("/data/assets/{lamp}")).await.ok()["canceled"], true);
}

#[tokio::test]
async fn an_entity_of_any_kind_is_deleted_by_its_rules() {
    let (app, show, id, path) = sword().await;
    show.task(&app, &id, "Modeling", &[]).await;
    app.delete(ARTIST, &path).await.error(403, "NotAllowedException");
    app.delete(MANAGER, &format!("{path}?force=perhaps")).await.invalid(&["force"]);
    app.delete(MANAGER, &path).await.gone();
    assert_has(&app.get(ADMIN, &path).await.ok(), &json!({"canceled": true}));
    app.delete(MANAGER, &format!("{path}?force=True")).await.gone();
    app.delete(MANAGER, &path).await.error(404, "EntityNotFoundException");
    let episode = show.episode_of(&app, "E02", 1).await;
    let sequence = format!("/data/entities/{}", episode.sequence);
    app.delete(MANAGER, &sequence).await.invalid(&["force"]);
    app.delete(MANAGER, &format!("{sequence}?force=true")).await.gone();
    app.get(ADMIN, &format!("/data/entities/{}", episode.shots[0])).await.expect(404);
    app.assert_whole("entities of any kind deleted").await;
}

/// What Kitsu's page of an asset asks beside the asset itself.
#[tokio::test]
async fn an_entity_has_no_news_and_no_concepts() {
    let (app, show, sword, path) = sword().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let shot = &episode.shots[0];
    show.cast(&app, &sword, &[shot]).await;
    let news =
        json!({"data": [], "total": 0, "nb_pages": 0, "limit": 2000, "offset": 0, "page": 1});
    for path in [&path, &format!("/data/entities/{shot}")] {
        let linked = format!("{path}/entities-linked/with-tasks");
        assert_eq!(app.get(ARTIST, &format!("{path}/news")).await.ok(), news);
        assert_eq!(app.get(ARTIST, &linked).await.ok(), json!([]));
        for path in [&linked, &format!("{path}/news")] {
            let statuses = app.statuses(Method::GET, path, None).await;
            assert_eq!(statuses, [200, 200, 200, 200, 200, 403, 403, 401], "{path}");
        }
    }
    app.get(ADMIN, &format!("/data/entities/{UNKNOWN}/news"))
        .await
        .error(404, "EntityNotFoundException");
}

/// One meaning under one name, whatever the route.
#[tokio::test]
async fn an_entity_is_tied_to_what_its_own_route_says() {
    let (app, show, sword, path) = sword().await;
    let film = Production::of_nobody(&app, "Film").await;
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [sword]})).await.ok();
    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let sequence = film.sequence(&app, "SQ01", None).await;
    show.cast(&app, &sword, &[&episode.shots[0], &lamp, &sequence]).await;
    for (who, users) in [(ADMIN, 4), (ARTIST, 3)] {
        let entity = app.get(who, &path).await.ok();
        let asset = app.get(who, &format!("/data/assets/{sword}")).await.ok();
        assert_eq!(entity["entities_in"].as_array().map(Vec::len), Some(users), "{entity}");
        assert_eq!(entity["entities_in"], asset["entities_in"], "{who:?}");
        assert_eq!(entity["entities_out"], asset["entities_out"], "{who:?}");
    }
    let of_lamp = app.get(ARTIST, &format!("/data/entities/{lamp}")).await.ok();
    assert_eq!(of_lamp["entities_out"], json!([sword]));
}

#[tokio::test]
async fn what_is_wrong_is_said_in_a_sentence() {
    let (app, show, _, path) = sword().await;
    let message = async |body: Value| {
        text(&app.put(MANAGER, &path, &body).await.expect(400), "message").to_owned()
    };
    let parent = message(json!({"parent_id": show.id})).await;
    assert_eq!(parent, "parent_id must be left out: an asset has no parent");
    let deep = (0..16).fold(json!(1), |inner, _| json!([inner]));
    let deep = message(json!({"data": {"a": deep}})).await;
    assert_eq!(deep, "data.a must nest at most 16 levels deep, counting data");
    let nameless = app.get(MANAGER, "/data/assets?=1").await;
    assert_eq!(nameless.body["message"], "query has a parameter without a name");
    nameless.invalid(&["query"]);
}
