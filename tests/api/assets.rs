//! The assets of all projects, and one of them.

use tanuki_tests::prelude::*;

#[tokio::test]
async fn a_row_has_the_fields_of_the_seed_and_of_zou() {
    let (app, show) = tv_show().await;
    let body =
        json!({"name": "Hero", "description": "Main protagonist", "data": {"difficulty": "hard"}});
    let hero = show.asset_with(&app, "Character", body).await;
    for path in ["/data/assets", "/data/assets/all"] {
        let rows = app.get(ARTIST, path).await.ok();
        assert_eq!(column(&rows, "id"), [text(&hero, "id")], "{path}");
        assert_has(
            &rows[0],
            &json!({
                "name": "Hero",
                "description": "Main protagonist",
                "project_id": show.id,
                "entity_type_id": show.asset_type("Character"),
                "preview_file_id": null,
                "canceled": false,
                "is_shared": false,
                "data": {"difficulty": "hard"},
                "created_at": hero["created_at"],
                "updated_at": hero["updated_at"],
                "created_by": app.person(ADMIN).id,
                "code": null,
                "source_id": null,
                "ready_for": null,
                "status": "running",
                "type": "Asset",
            }),
        );
    }
}

#[tokio::test]
async fn only_the_assets_of_the_callers_projects_are_listed() {
    let (app, show) = tv_show().await;
    let secret = Production::of_nobody(&app, "Secret").await;
    show.asset(&app, "Character", "Hero").await;
    secret.asset(&app, "Character", "Spy").await;
    for path in ["/data/assets", "/data/assets/all"] {
        let names = async |who| app.get(who, path).await.ok();
        assert_eq!(sorted(&names(ADMIN).await, "name"), ["Hero", "Spy"]);
        for who in [MANAGER, SUPERVISOR, ARTIST, CLIENT] {
            assert_eq!(column(&names(who).await, "name"), ["Hero"], "{who:?}");
        }
        for who in [VENDOR, OUTSIDER] {
            assert_eq!(names(who).await, json!([]), "{who:?}");
        }
        app.get(NOBODY, path).await.error(401, "NotAuthenticatedException");
    }
    let query = format!("/data/assets?project_id={}", secret.id);
    assert_eq!(app.get(ARTIST, &query).await.ok(), json!([]), "a filter opens no door");
}

#[tokio::test]
async fn a_vendor_is_listed_what_is_assigned_to_him() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    show.task(&app, &sword, "Modeling", &[VENDOR]).await;
    show.task(&app, &lamp, "Modeling", &[ARTIST]).await;
    for path in ["/data/assets", "/data/assets/all", &format!("/data/assets?id={sword}")] {
        assert_eq!(column(&app.get(VENDOR, path).await.ok(), "name"), ["Sword"], "{path}");
    }
    assert_eq!(app.get(VENDOR, &format!("/data/assets?id={lamp}")).await.ok(), json!([]));
}

#[tokio::test]
async fn every_filter_narrows_the_list() {
    let (app, show) = tv_show().await;
    let other = Production::film(&app, "Film").await;
    let episode = show.episode(&app, "E02").await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    show.asset_with(&app, "Character", json!({"name": "Guest", "episode_id": episode})).await;
    show.asset_with(&app, "Environment", json!({"name": "Forest", "is_shared": true})).await;
    let old = show.asset_id(&app, "Prop", "Old").await;
    show.task(&app, &old, "Modeling", &[]).await;
    app.delete(ADMIN, &format!("/data/assets/{old}")).await.gone();
    other.asset(&app, "Prop", "Hero").await;

    let check = async |query: &str, expected: &[&str]| {
        for path in ["/data/assets", "/data/assets/all"] {
            let rows = app.get(ARTIST, &format!("{path}?{query}")).await.ok();
            assert_eq!(sorted(&rows, "name"), expected, "{path}?{query}");
        }
    };
    let (show_id, character) = (&show.id, show.asset_type("Character"));
    check("", &["Forest", "Guest", "Hero", "Hero", "Old"]).await;
    check(&format!("project_id={show_id}"), &["Forest", "Guest", "Hero", "Old"]).await;
    check(&format!("asset_type_id={character}"), &["Guest", "Hero"]).await;
    check(&format!("entity_type_id={character}"), &["Guest", "Hero"]).await;
    check(&format!("episode_id={episode}"), &["Guest"]).await;
    check(&format!("source_id={episode}"), &["Guest"]).await;
    check("name=hERO", &["Hero", "Hero"]).await;
    check("name=Her", &[]).await;
    check(&format!("name=Hero&project_id={show_id}"), &["Hero"]).await;
    check(&format!("name=Hero&entity_type_id={}", show.asset_type("Prop")), &["Hero"]).await;
    check(&format!("id={hero}"), &["Hero"]).await;
    check(&format!("id={hero}&name=Guest"), &[]).await;
    check("is_shared=true", &["Forest"]).await;
    check("is_shared=False&canceled=0", &["Guest", "Hero", "Hero"]).await;
    check("canceled=1", &["Old"]).await;
    check("canceled=false", &["Forest", "Guest", "Hero", "Hero"]).await;
    check("relations=true", &["Forest", "Guest", "Hero", "Hero", "Old"]).await;
}

#[tokio::test]
async fn wrong_and_unknown_filters_are_named() {
    let (app, show) = tv_show().await;
    show.asset(&app, "Character", "Hero").await;
    for path in ["/data/assets", "/data/assets/all"] {
        let check = async |query: &str, fields: &[&str]| {
            app.get(ARTIST, &format!("{path}?{query}")).await.invalid(fields);
        };
        check("asset_typ_id=1", &["asset_typ_id"]).await;
        check("project_id=show&asset_type_id=", &["project_id", "asset_type_id"]).await;
        check("id=1", &["id"]).await;
        check("episode_id=main", &["episode_id"]).await;
        check("is_shared=maybe&canceled=2", &["is_shared", "canceled"]).await;
        check("is_shared=false&is_shared=true", &["is_shared"]).await;
        check("page=0&limit=1001", &["page", "limit"]).await;
        check("limit=ten", &["limit"]).await;
        let unknown = show.id.as_str();
        let query = format!("limit=0&asset_type_id={unknown}&episode_id={unknown}");
        check(&query, &["limit", "asset_type_id", "episode_id"]).await;
    }
}

#[tokio::test]
async fn the_list_is_cut_at_a_hundred_where_the_seed_says_so() {
    let (app, show) = tv_show().await;
    let episode = show.episode(&app, "E02").await;
    show.many_assets(&app, "Prop", 101).await;
    let count = async |path: &str| app.get(ARTIST, path).await.ok().as_array().map(Vec::len);
    assert_eq!(count("/data/assets").await, Some(100));
    assert_eq!(count(&format!("/data/assets?project_id={}", show.id)).await, Some(100));
    assert_eq!(count("/data/assets?page=2").await, Some(1));
    assert_eq!(count("/data/assets?limit=1000").await, Some(101));
    assert_eq!(count("/data/assets/all").await, Some(101));
    assert_eq!(count("/data/assets/all?limit=7").await, Some(7));
    assert_eq!(count("/data/assets?is_shared=false").await, Some(101), "Kitsu reads whole lists");
    assert_eq!(count("/data/assets?is_shared=false&limit=7").await, Some(7));
    assert_eq!(count(&format!("/data/assets?source_id={episode}")).await, Some(0));
}

#[tokio::test]
async fn a_whole_list_is_ordered_by_type_then_name() {
    let (app, show) = tv_show().await;
    for (asset_type, name) in [
        ("Prop", "lamp"),
        ("Prop", "Zebra"),
        ("Character", "émile"),
        ("Character", "Zoe"),
        ("Prop", "Émeraude"),
    ] {
        show.asset(&app, asset_type, name).await;
    }
    let rows = app.get(ARTIST, "/data/assets/all").await.ok();
    assert_eq!(column(&rows, "name"), ["Zoe", "émile", "lamp", "Zebra", "Émeraude"]);
}

#[tokio::test]
async fn one_asset_tells_its_names_and_tasks() {
    let (app, show) = tv_show().await;
    let body =
        json!({"name": "Hero", "description": "Main protagonist", "data": {"height": "180cm"}});
    let hero = show.asset_with(&app, "Character", body).await;
    let id = text(&hero, "id");
    let task = show.task(&app, id, "Modeling", &[ARTIST]).await;
    let detail = app.get(ARTIST, &format!("/data/assets/{id}")).await.ok();
    assert_has(
        &detail,
        &json!({
            "id": id,
            "name": "Hero",
            "description": "Main protagonist",
            "project_id": show.id,
            "project_name": "Show",
            "entity_type_id": show.asset_type("Character"),
            "asset_type_id": show.asset_type("Character"),
            "asset_type_name": "Character",
            "preview_file_id": null,
            "data": {"height": "180cm"},
            "canceled": false,
            "is_shared": false,
            "ready_for": null,
            "code": null,
            "status": "running",
            "source_id": null,
            "episode_id": null,
            "created_by": app.person(ADMIN).id,
            "casting_episode_ids": [],
            "created_at": hero["created_at"],
            "type": "Asset",
        }),
    );
    assert_eq!(column(&detail["tasks"], "id"), [text(&task, "id")]);
    assert_has(
        &detail["tasks"][0],
        &json!({
            "task_type_id": task["task_type_id"],
            "task_status_id": task["task_status_id"],
            "assignees": [app.person(ARTIST).id],
            "entity_id": id,
        }),
    );
}

#[tokio::test]
async fn one_asset_tells_the_episodes_it_is_cast_in() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let body = json!({"name": "Guest", "episode_id": episode.id});
    let guest = text(&show.asset_with(&app, "Character", body).await, "id").to_owned();
    show.cast(&app, &guest, &[&episode.shots[0]]).await;
    let detail = app.get(CLIENT, &format!("/data/assets/{guest}")).await.ok();
    let expected = json!({"episode_id": episode.id, "source_id": episode.id, "casting_episode_ids": [episode.id]});
    assert_has(&detail, &expected);
    // Of its own production, alone as in lists.
    let film = Production::film(&app, "Borrower").await;
    let lent = show.asset_with(&app, "Prop", json!({"name": "Lent", "is_shared": true})).await;
    let lent = text(&lent, "id");
    show.cast(&app, lent, &[&episode.id, &film.episode(&app, "E01").await]).await;
    let detail = app.get(ADMIN, &format!("/data/assets/{lent}")).await.ok();
    assert_eq!(detail["casting_episode_ids"], json!([episode.id]));
    let path = format!("/data/assets/with-tasks?project_id={}&id={lent}", show.id);
    let rows = app.get(ADMIN, &path).await.ok();
    assert_eq!(rows[0]["casting_episode_ids"], json!([episode.id]));
}

#[tokio::test]
async fn one_asset_is_for_the_team_and_for_vendors_who_work_on_it() {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let path = format!("/data/assets/{hero}");
    assert_eq!(
        app.statuses(Method::GET, &path, None).await,
        [200, 200, 200, 200, 200, 403, 403, 401]
    );
    show.task(&app, &hero, "Modeling", &[VENDOR]).await;
    assert_eq!(
        app.statuses(Method::GET, &path, None).await,
        [200, 200, 200, 200, 200, 200, 403, 401]
    );
}

#[tokio::test]
async fn what_is_no_asset_is_not_found() {
    let (app, show) = tv_show().await;
    let episode = show.episode(&app, "E02").await;
    for id in [&episode, &show.id, "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d", "hero", "%00", "null"] {
        for who in [ADMIN, OUTSIDER] {
            let error = app
                .get(who, &format!("/data/assets/{id}"))
                .await
                .error(404, "AssetNotFoundException");
            assert_eq!(error["message"], "Asset not found");
        }
    }
}

#[tokio::test]
async fn a_client_sees_tasks_without_the_studios_fields() {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let task = show.task(&app, &hero, "Modeling", &[ARTIST]).await;
    let plan = json!({"estimation": 480, "priority": 2, "start_date": "2023-06-01", "due_date": "2023-06-15"});
    app.put(ADMIN, &format!("/data/tasks/{}", text(&task, "id")), &plan).await.ok();
    let of =
        async |who| app.get(who, &format!("/data/assets/{hero}")).await.ok()["tasks"][0].clone();
    assert_has(
        &of(ARTIST).await,
        &json!({"estimation": 480.0, "priority": 2, "due_date": "2023-06-15"}),
    );
    let blank = json!({
        "id": task["id"],
        "task_status_id": task["task_status_id"],
        "assignees": [],
        "estimation": 0.0,
        "duration": 0.0,
        "priority": 0,
        "retake_count": 0,
        "start_date": null,
        "due_date": null,
    });
    assert_has(&of(CLIENT).await, &blank);
}
