//! What is cast in an entity: gazu's and Kitsu's routes for the breakdown.

use tanuki_tests::prelude::*;

/// A TV show with an episode of two shots and two props.
async fn set() -> (TestApp, Production, Episode, String, String) {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    (app, show, episode, sword, lamp)
}

#[tokio::test]
async fn an_entity_tells_what_is_cast_in_it() {
    let (app, show, episode, sword, lamp) = set().await;
    let path = show.path(&format!("/entities/{}/casting", episode.shots[0]));
    let body =
        json!([{"asset_id": sword, "nb_occurences": 2, "label": "main"}, {"asset_id": lamp}]);
    app.put(MANAGER, &path, &body).await.ok();
    let rows = app.get(CLIENT, &path).await.ok();
    assert_eq!(column(&rows, "asset_name"), ["Lamp", "Sword"]);
    assert_has(
        &rows[1],
        &json!({
            "asset_id": sword,
            "asset_type_name": "Prop",
            "ready_for": null,
            "episode_id": null,
            "preview_file_id": null,
            "nb_occurences": 2,
            "label": "main",
            "is_shared": false,
            "project_id": show.id,
        }),
    );
    let users = app.get(ARTIST, &format!("/data/assets/{sword}/cast-in")).await.ok();
    assert_eq!(column(&users, "shot_id"), [episode.shots[0].as_str()]);
    let assets = app.get(ARTIST, &format!("/data/shots/{}/assets", episode.shots[0])).await.ok();
    assert_eq!(column(&assets, "name"), ["Lamp", "Sword"]);
    assert_has(&assets[0], &json!({"id": lamp, "type": "Asset"}));

    app.put(MANAGER, &path, &json!([{"asset_id": lamp, "nb_occurences": 3}])).await.ok();
    let rows = app.get(ARTIST, &path).await.ok();
    assert_eq!((column(&rows, "asset_name"), &rows[0]["nb_occurences"]), (vec!["Lamp"], &json!(3)));
    app.put(MANAGER, &path, &json!([])).await.ok();
    assert_eq!(app.get(ARTIST, &path).await.ok(), json!([]));
}

/// From no side: what a casting does not show cannot be put into it.
#[tokio::test]
async fn what_is_canceled_is_not_cast_anew() {
    let (app, show, episode, sword, lamp) = set().await;
    let [one, two] = [&episode.shots[0], &episode.shots[1]];
    show.cast(&app, &sword, &[one]).await;
    app.put(MANAGER, &format!("/data/entities/{sword}"), &json!({"canceled": true})).await.ok();
    let path = show.path(&format!("/entities/{two}/casting"));
    app.put(MANAGER, &path, &json!([sword])).await.invalid(&["casting[0].asset_id"]);
    let path = format!("/data/assets/{sword}/casting");
    app.put(MANAGER, &path, &json!({"casting": [one, two]}))
        .await
        .invalid(&["casting[1].entity_id"]);
    app.put(MANAGER, &path, &json!({"casting": [one]})).await.ok();
    let path = show.path(&format!("/entities/casting/assets/{sword}"));
    app.put(MANAGER, &path, &json!({"entity_ids": [one, two]})).await.invalid(&["entity_ids[1]"]);
    app.put(MANAGER, &path, &json!({"entity_ids": [two], "nb_occurences": 0})).await.ok();
    let path = format!("/data/assets/{lamp}/asset-asset-instances");
    app.post(MANAGER, &path, &json!({"asset_to_instantiate_id": sword}))
        .await
        .invalid(&["asset_to_instantiate_id"]);
}

/// A link that was made after another one was opened for deletion is not that one.
#[tokio::test]
async fn a_link_is_deleted_and_none_that_took_its_place() {
    let (app, show, episode, sword, _) = set().await;
    let shot = &*episode.shots[0];
    show.cast(&app, &sword, &[shot]).await;
    let links = app.get(ADMIN, &show.path("/entity-links")).await.ok();
    let link = links.as_array().and_then(|links| {
        links.iter().find(|link| link["entity_out_id"] == *sword && link["entity_in_id"] == shot)
    });
    let id = text(link.expect("the link"), "id").parse().expect("an id");
    let read = app.app.store.link_get(id).await.expect("the store answers").expect("the link");
    show.cast(&app, &sword, &[]).await;
    show.cast(&app, &sword, &[shot]).await;
    app.app.store.link_delete(&read, app.person(ADMIN).id).await.expect("the store answers");
    let rows = app.get(ADMIN, &format!("/data/assets/{sword}/casting")).await.ok();
    assert!(column(&rows, "entity_id").contains(&shot), "{rows}");
}

/// As in Zou: rows of castings do not say what is canceled, and Kitsu would show it for ever.
#[tokio::test]
async fn what_is_canceled_is_no_row_and_keeps_its_place() {
    let (app, show, episode, sword, lamp) = set().await;
    let shot = &episode.shots[0];
    let path = show.path(&format!("/entities/{shot}/casting"));
    let body = json!([{"asset_id": sword, "nb_occurences": 2}, {"asset_id": lamp}]);
    app.put(MANAGER, &path, &body).await.ok();
    show.task(&app, &sword, "Modeling", &[]).await;
    app.delete(MANAGER, &format!("/data/assets/{sword}")).await.gone();
    let names = async |path: &str| {
        let rows = app.get(ARTIST, path).await.ok();
        column(&rows, "asset_name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(&path).await, ["Lamp"]);
    let by_shot = show.path(&format!("/sequences/{}/casting", episode.sequence));
    let by_shot = app.get(ARTIST, &by_shot).await.ok();
    assert_eq!(column(&by_shot[shot], "asset_name"), ["Lamp"]);
    // Whole rows say that they are canceled.
    let assets = app.get(ARTIST, &format!("/data/shots/{shot}/assets")).await.ok();
    assert_eq!(column(&assets, "name"), ["Lamp", "Sword"]);

    // Whoever sends back what he saw takes nothing away.
    let named = json!({"asset_id": sword, "nb_occurences": 9});
    let many = json!({shot: [{"asset_id": lamp, "nb_occurences": 5}, named]});
    app.put(MANAGER, &path, &json!([{"asset_id": lamp, "nb_occurences": 3}])).await.ok();
    app.put(MANAGER, &path, &json!([{"asset_id": lamp}, named])).await.ok();
    app.put(MANAGER, &show.path("/entities/casting"), &many).await.ok();
    let other = show.path(&format!("/entities/{}/casting", episode.shots[1]));
    app.put(MANAGER, &other, &json!([named])).await.invalid(&["casting[0].asset_id"]);
    app.put(MANAGER, &format!("/data/entities/{sword}"), &json!({"canceled": false})).await.ok();
    let rows = app.get(ARTIST, &path).await.ok();
    assert_eq!(column(&rows, "asset_name"), ["Lamp", "Sword"]);
    assert_eq!((&rows[0]["nb_occurences"], &rows[1]["nb_occurences"]), (&json!(5), &json!(2)));

    show.task(&app, shot, "Modeling", &[]).await;
    let cast_in = format!("/data/assets/{sword}/cast-in");
    assert_eq!(column(&app.get(ARTIST, &cast_in).await.ok(), "shot_id"), [shot.as_str()]);
    app.delete(MANAGER, &format!("/data/shots/{shot}")).await.gone();
    assert_eq!(app.get(ARTIST, &cast_in).await.ok(), json!([]));
}

#[tokio::test]
async fn wrong_castings_change_nothing() {
    let (app, show, episode, sword, lamp) = set().await;
    let other = Production::film(&app, "Other").await;
    let foreign = other.asset_id(&app, "Prop", "Foreign").await;
    let path = show.path(&format!("/entities/{}/casting", episode.shots[0]));
    app.put(MANAGER, &path, &json!([{"asset_id": sword}])).await.ok();
    let before = app.get(MANAGER, &path).await.ok();
    for wrong in [
        json!([{"asset_id": lamp}, {"asset_id": "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d"}]),
        json!([{"asset_id": lamp}, {"asset_id": episode.shots[1]}]),
        json!([{"asset_id": foreign}]),
        json!([{"asset_id": lamp}, {"asset_id": lamp}]),
        json!([{"asset_id": lamp, "nb_occurences": 0}]),
        json!([{"asset_id": lamp, "nb_occurences": 10_001}]),
        json!([{"asset_id": "lamp"}]),
        json!([{}]),
        json!([5]),
        json!({}),
        json!("lamp"),
    ] {
        app.put(MANAGER, &path, &wrong).await.error(400, "ValidationException");
        assert_eq!(app.get(MANAGER, &path).await.ok(), before, "{wrong}");
    }
    let of_sword = show.path(&format!("/entities/{sword}/casting"));
    let itself = json!([{"asset_id": sword}]);
    app.put(MANAGER, &of_sword, &itself).await.error(400, "ValidationException");
    show.cast(&app, &sword, &[&lamp]).await;
    app.put(MANAGER, &of_sword, &json!([{"asset_id": lamp}]))
        .await
        .error(400, "ValidationException");
}

#[tokio::test]
async fn managers_cast_and_the_team_reads() {
    let (app, show, episode, sword, _) = set().await;
    let shot = &episode.shots[0];
    let path = show.path(&format!("/entities/{shot}/casting"));
    let body = json!([{"asset_id": sword}]);
    assert_eq!(
        app.statuses(Method::PUT, &path, Some(&body)).await,
        [200, 200, 403, 403, 403, 403, 403, 401]
    );
    assert_eq!(
        app.statuses(Method::GET, &path, None).await,
        [200, 200, 200, 200, 200, 403, 403, 401]
    );
    let elsewhere =
        Production::film(&app, "Other").await.path(&format!("/entities/{shot}/casting"));
    app.get(ADMIN, &elsewhere).await.error(404, "EntityNotFoundException");
    app.put(ADMIN, &elsewhere, &body).await.error(404, "EntityNotFoundException");
}

#[tokio::test]
async fn an_unshared_asset_does_not_leak_through_another_production() {
    let (app, show, episode, _, lamp) = set().await;
    let secret = Production::of_nobody(&app, "Secret").await;
    let spy = secret.asset_id(&app, "Character", "Spy").await;
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [spy]})).await.ok();
    secret.cast(&app, &spy, &[&episode.shots[0], &lamp]).await;
    let paths = [
        show.path(&format!("/entities/{}/casting", episode.shots[0])),
        show.path("/sequences/all/casting"),
        show.path("/episodes/casting"),
        show.path("/assets/shared-used"),
        format!("/data/shots/{}/assets", episode.shots[0]),
        format!("/data/assets/{lamp}/assets"),
    ];
    let seen = async |path: &str| {
        let answer = app.get(ARTIST, path).await;
        assert_eq!(answer.status, 200, "{path}");
        String::from_utf8_lossy(&answer.bytes).contains("Spy")
    };
    for path in &paths {
        assert!(seen(path).await, "{path} shows what is shared");
    }
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [spy], "is_shared": false}))
        .await
        .ok();
    for path in &paths {
        assert!(!seen(path).await, "{path} hides what is not shared any more");
    }
}

#[tokio::test]
async fn the_breakdown_is_read_in_whole() {
    let (app, show, episode, sword, lamp) = set().await;
    let (one, two) = (&episode.shots[0], &episode.shots[1]);
    show.cast(&app, &sword, &[one, two]).await;
    show.cast(&app, &lamp, &[two, &sword]).await;
    let get = async |rest: &str| app.get(ARTIST, &show.path(rest)).await.ok();
    let of_episode = format!("/episodes/{}/sequences/all/casting", episode.id);
    for rest in
        [&format!("/sequences/{}/casting", episode.sequence), "/sequences/all/casting", &of_episode]
    {
        let by_shot = get(rest).await;
        assert_eq!(by_shot.as_object().map(serde_json::Map::len), Some(2), "{rest}");
        assert_eq!(column(&by_shot[one], "asset_name"), ["Sword"], "{rest}");
        assert_eq!(column(&by_shot[two], "asset_name"), ["Lamp", "Sword"], "{rest}");
        assert_has(
            &by_shot[one][0],
            &json!({
                "asset_id": sword, "name": "Sword", "asset_type_name": "Prop", "sequence_name": "SQ01",
                "nb_occurences": 1, "label": "", "is_shared": false, "project_id": show.id, "preview_file_id": null,
            }),
        );
    }
    let by_episode = get("/episodes/casting").await;
    assert_eq!(column(&by_episode[&episode.id], "asset_name"), ["Lamp", "Sword"]);
    let by_asset = get(&format!("/asset-types/{}/casting", show.asset_type("Prop"))).await;
    assert_eq!(column(&by_asset[&sword], "asset_name"), ["Lamp"]);
    for rest in ["/sequences/all/casting", "/episodes/casting", "/entity-links"] {
        let statuses = app.statuses(Method::GET, &show.path(rest), None).await;
        assert_eq!((statuses[6], statuses[7]), (403, 401), "{rest}");
    }
}

#[tokio::test]
async fn many_entities_are_cast_at_once() {
    let (app, show, episode, sword, lamp) = set().await;
    let (one, two) = (&episode.shots[0], &episode.shots[1]);
    let path = show.path("/entities/casting");
    let body = json!({one: [{"asset_id": sword, "nb_occurences": 1, "label": "animate"}], two: [{"asset_id": lamp}]});
    app.put(MANAGER, &path, &body).await.ok();
    let casting = async |shot: &str| {
        app.get(ARTIST, &show.path(&format!("/entities/{shot}/casting"))).await.ok()
    };
    assert_eq!(column(&casting(one).await, "asset_name"), ["Sword"]);
    assert_eq!(column(&casting(two).await, "asset_name"), ["Lamp"]);
    let wrong = json!({one: [], two: [{"asset_id": "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d"}]});
    app.put(MANAGER, &path, &wrong).await.error(400, "ValidationException");
    assert_eq!(column(&casting(one).await, "asset_name"), ["Sword"], "nothing was changed");
    app.put(ARTIST, &path, &body).await.error(403, "NotAllowedException");

    let path = show.path(&format!("/entities/casting/assets/{lamp}"));
    let body = json!({"entity_ids": [one, two], "nb_occurences": 2, "label": "back"});
    app.put(MANAGER, &path, &body).await.ok();
    assert_eq!(column(&casting(one).await, "asset_name"), ["Lamp", "Sword"]);
    assert_has(
        &casting(two).await[0],
        &json!({"asset_name": "Lamp", "nb_occurences": 2, "label": "back"}),
    );
    app.put(MANAGER, &path, &json!({"entity_ids": [one], "nb_occurences": 0})).await.ok();
    assert_eq!(column(&casting(one).await, "asset_name"), ["Sword"], "zero takes it out");
    assert_eq!(column(&casting(two).await, "asset_name"), ["Lamp"]);
}

#[tokio::test]
async fn a_link_is_deleted_by_its_id() {
    let (app, show, episode, sword, _) = set().await;
    show.cast(&app, &sword, &[&episode.shots[0]]).await;
    let links = app.get(ARTIST, &show.path("/entity-links")).await.ok();
    let links = links.as_array().expect("links");
    let link = links
        .iter()
        .find(|link| link["entity_in_id"] == json!(episode.shots[0]))
        .expect("the shot's link");
    assert_has(link, &json!({"entity_out_id": sword, "nb_occurences": 1, "label": ""}));
    let path = format!("/data/entity-links/{}", text(link, "id"));
    app.delete(ARTIST, &path).await.error(403, "NotAllowedException");
    app.delete(MANAGER, &path).await.gone();
    app.delete(MANAGER, &path).await.error(404, "EntityLinkNotFoundException");
    assert_eq!(
        app.get(ARTIST, &show.path("/entity-links")).await.ok(),
        json!([]),
        "the episode's link went too"
    );
}

/// gazu before 1.2 asks by paths of its own.
#[tokio::test]
async fn older_paths_of_the_shots_casting_answer_as_the_newer_ones() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let episode = show.episode_of(&app, "E02", 2).await;
    show.cast(&app, &sword, &[&episode.shots[1]]).await;
    let of_sequence = format!("/sequences/{}", episode.sequence);
    let of_episode = format!("/episodes/{}", episode.id);
    for (older, newer) in [
        (format!("{of_sequence}/shots/casting"), format!("{of_sequence}/casting")),
        (format!("{of_episode}/shots/casting"), format!("{of_episode}/sequences/all/casting")),
        ("/shots/casting".to_owned(), "/sequences/all/casting".to_owned()),
    ] {
        let cast = app.get(ARTIST, &show.path(&older)).await.ok();
        assert_eq!(cast[&episode.shots[1]][0]["asset_id"], json!(sword), "{older}");
        assert_eq!(cast, app.get(ARTIST, &show.path(&newer)).await.ok(), "{older}");
        app.get(OUTSIDER, &show.path(&older)).await.error(403, "NotAllowedException");
    }
}
