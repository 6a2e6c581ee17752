//! Episodes, sequences, shots and scenes.

use tanuki_tests::prelude::*;

#[tokio::test]
async fn an_episode_holds_sequences_that_hold_shots_and_scenes() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let scene = show.scene(&app, "SC01", &episode.sequence).await;
    let body = json!({
        "name": "SH10", "sequence_id": episode.sequence, "nb_frames": 100, "description": "Wide",
        "data": {"frame_in": 1, "frame_out": 100},
    });
    let shot = app.post(MANAGER, &show.path("/shots"), &body).await.created();
    assert_has(
        &shot,
        &json!({"name": "SH10", "parent_id": episode.sequence, "nb_frames": 100, "project_id": show.id, "type": "Shot"}),
    );
    let names = async |path: String| {
        let rows = app.get(ARTIST, &path).await.ok();
        column(&rows, "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let (e, s) = (&episode.id, &episode.sequence);
    assert_eq!(names(show.path("/episodes")).await, ["E01", "E02"]);
    assert_eq!(names(show.path("/sequences")).await, ["SQ01"]);
    assert_eq!(names(show.path("/shots")).await, ["SH01", "SH02", "SH10"]);
    assert_eq!(names(format!("/data/episodes/{e}/sequences")).await, ["SQ01"]);
    assert_eq!(names(format!("/data/sequences/{s}/shots")).await, ["SH01", "SH02", "SH10"]);
    assert_eq!(names(format!("/data/sequences/{s}/scenes")).await, ["SC01"]);
    assert_eq!(names(format!("/data/episodes?project_id={}&name=e02", show.id)).await, ["E02"]);
    assert_eq!(
        names(format!("/data/sequences?episode_id={e}&name=SQ1")).await,
        Vec::<String>::new()
    );
    assert_eq!(names(format!("/data/shots/all?sequence_id={s}&name=SH10")).await, ["SH10"]);
    assert_has(
        &app.get(ARTIST, &format!("/data/scenes/{scene}")).await.ok(),
        &json!({"name": "SC01", "type": "Scene"}),
    );
}

#[tokio::test]
async fn one_of_each_tells_what_is_above_it() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let above = json!({
        "project_name": "Show", "episode_id": episode.id, "episode_name": "E02", "sequence_id": episode.sequence,
        "sequence_name": "SQ01",
    });
    assert_has(&app.get(CLIENT, &format!("/data/shots/{}", episode.shots[0])).await.ok(), &above);
    let above = json!({"project_name": "Show", "episode_id": episode.id, "episode_name": "E02", "type": "Sequence"});
    assert_has(
        &app.get(CLIENT, &format!("/data/sequences/{}", episode.sequence)).await.ok(),
        &above,
    );
    let expected = json!({"project_name": "Show", "name": "E02", "type": "Episode"});
    assert_has(&app.get(CLIENT, &format!("/data/episodes/{}", episode.id)).await.ok(), &expected);
}

#[tokio::test]
async fn a_show_starts_with_an_episode_and_a_film_has_none() {
    let (app, show) = tv_show().await;
    let film = Production::film(&app, "Film").await;
    assert_eq!(column(&app.get(ARTIST, &show.path("/episodes")).await.ok(), "name"), ["E01"]);
    assert_eq!(app.get(ARTIST, &film.path("/episodes")).await.ok(), json!([]));
}

#[tokio::test]
async fn names_are_unique_below_their_parent() {
    let (app, show) = tv_show().await;
    let [one, two] = [show.episode_of(&app, "E02", 1).await, show.episode_of(&app, "E03", 1).await];
    let check = async |kind: &str, body: Value, exception: &str| {
        app.post(MANAGER, &show.path(kind), &body).await.error(400, exception);
    };
    check("/episodes", json!({"name": "e02"}), "EpisodeAlreadyExistsException").await;
    check(
        "/sequences",
        json!({"name": "SQ01", "episode_id": one.id}),
        "SequenceAlreadyExistsException",
    )
    .await;
    check(
        "/shots",
        json!({"name": "sh01", "sequence_id": two.sequence}),
        "ShotAlreadyExistsException",
    )
    .await;
    show.scene(&app, "SC01", &one.sequence).await;
    check(
        "/scenes",
        json!({"name": "SC01", "sequence_id": one.sequence}),
        "SceneAlreadyExistsException",
    )
    .await;
    show.scene(&app, "SC01", &two.sequence).await;
}

#[tokio::test]
async fn a_parent_is_of_the_right_kind_and_project() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let other = Production::tv_show(&app, "Other").await.episode_of(&app, "E02", 0).await;
    for id in [&episode.sequence, &other.id, "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d", "E02"] {
        let body = json!({"name": "SQ02", "episode_id": id});
        app.post(MANAGER, &show.path("/sequences"), &body).await.invalid(&["episode_id"]);
    }
    for kind in ["/shots", "/scenes"] {
        for id in [json!(episode.id), json!(other.sequence), json!("SQ01"), Value::Null] {
            let body = json!({"name": "N", "sequence_id": id});
            app.post(MANAGER, &show.path(kind), &body).await.invalid(&["sequence_id"]);
        }
        app.post(MANAGER, &show.path(kind), &json!({})).await.invalid(&["name", "sequence_id"]);
    }
}

#[tokio::test]
async fn managers_build_the_breakdown() {
    let (app, show) = tv_show().await;
    let sequence = show.sequence(&app, "SQ00", None).await;
    for kind in ["/episodes", "/sequences", "/shots", "/scenes"] {
        for (n, (who, expected)) in
            EVERYBODY.into_iter().zip([201, 201, 403, 403, 403, 403, 403, 401]).enumerate()
        {
            let body = json!({"name": format!("N{n}"), "sequence_id": sequence});
            assert_eq!(
                app.post(who, &show.path(kind), &body).await.status,
                expected,
                "{kind} {who:?}"
            );
        }
        let statuses = app.statuses(Method::GET, &show.path(kind), None).await;
        assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 403, 401], "{kind}");
        let vendors = app.get(VENDOR, &show.path(kind)).await.ok();
        assert_eq!(vendors, json!([]), "{kind}: nothing is assigned to him");
    }
}

#[tokio::test]
async fn each_kind_has_its_own_route() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    for (kind, exception) in [
        ("episodes", "EpisodeNotFoundException"),
        ("sequences", "SequenceNotFoundException"),
        ("shots", "ShotNotFoundException"),
        ("scenes", "SceneNotFoundException"),
    ] {
        app.get(ADMIN, &format!("/data/{kind}/{hero}")).await.error(404, exception);
        app.get(ADMIN, &format!("/data/{kind}/x")).await.error(404, exception);
        app.put(ADMIN, &format!("/data/{kind}/{hero}"), &json!({"name": "N"}))
            .await
            .error(404, exception);
        app.delete(ADMIN, &format!("/data/{kind}/{hero}?force=true")).await.error(404, exception);
    }
    app.get(OUTSIDER, &format!("/data/shots/{}", episode.shots[0]))
        .await
        .error(403, "NotAllowedException");
    app.get(ADMIN, &format!("/data/assets/{hero}")).await.ok();
}

#[tokio::test]
async fn a_shot_is_changed_and_moved() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let other = show.sequence(&app, "SQ02", Some(&episode.id)).await;
    let path = format!("/data/shots/{}", episode.shots[0]);
    let change =
        json!({"name": "SH99", "nb_frames": 12, "parent_id": other, "data": {"fps": "24"}});
    app.put(MANAGER, &path, &change).await.ok();
    assert_has(
        &app.get(ARTIST, &path).await.ok(),
        &json!({"name": "SH99", "nb_frames": 12, "sequence_name": "SQ02"}),
    );
    let listed = app.get(ARTIST, &format!("/data/sequences/{other}/shots")).await.ok();
    assert_eq!(column(&listed, "name"), ["SH99"]);
    assert_eq!(
        app.get(ARTIST, &format!("/data/sequences/{}/shots", episode.sequence)).await.ok(),
        json!([])
    );
    app.put(ARTIST, &path, &change).await.error(403, "NotAllowedException");
}

#[tokio::test]
async fn what_holds_something_goes_only_with_force() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    for path in
        [format!("/data/episodes/{}", episode.id), format!("/data/sequences/{}", episode.sequence)]
    {
        app.delete(MANAGER, &path).await.invalid(&["force"]);
        app.get(ADMIN, &path).await.ok();
    }
    app.delete(ARTIST, &format!("/data/episodes/{}?force=true", episode.id))
        .await
        .error(403, "NotAllowedException");
    app.delete(MANAGER, &format!("/data/episodes/{}?force=true", episode.id)).await.gone();
    for (kind, id) in
        [("episodes", &episode.id), ("sequences", &episode.sequence), ("shots", &episode.shots[0])]
    {
        app.get(ADMIN, &format!("/data/{kind}/{id}")).await.expect(404);
    }
    assert_eq!(app.get(ADMIN, &show.path("/shots")).await.ok(), json!([]));
}

#[tokio::test]
async fn a_shot_with_tasks_is_canceled() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let [one, two] = [&episode.shots[0], &episode.shots[1]];
    let types = app.get(ADMIN, "/data/task-types?for_entity=Shot&name=Layout").await.ok();
    let task = json!({"project_id": show.id, "entity_id": one, "task_type_id": types[0]["id"]});
    app.post(ADMIN, "/data/tasks", &task).await.created();
    app.delete(MANAGER, &format!("/data/shots/{one}")).await.gone();
    app.delete(MANAGER, &format!("/data/shots/{two}")).await.gone();
    assert_eq!(app.get(ADMIN, &format!("/data/shots/{one}")).await.ok()["canceled"], true);
    app.get(ADMIN, &format!("/data/shots/{two}")).await.error(404, "ShotNotFoundException");
}

#[tokio::test]
async fn kitsu_reads_the_breakdown_with_its_tasks() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let query = format!("project_id={}", show.id);
    for (kind, name) in [("shots", "SH01"), ("sequences", "SQ01")] {
        let rows = app.get(ARTIST, &format!("/data/{kind}/with-tasks?{query}")).await.ok();
        assert_eq!(column(&rows, "name"), [name]);
        assert_has(&rows[0], &json!({"tasks": [], "episode_id": episode.id, "canceled": false}));
        app.get(OUTSIDER, &format!("/data/{kind}/with-tasks?{query}"))
            .await
            .error(403, "NotAllowedException");
        app.get(ARTIST, &format!("/data/{kind}/with-tasks")).await.invalid(&["project_id"]);
    }
    let stream =
        app.get(ARTIST, &format!("/data/shots/with-tasks?{query}&stream=true&compact=true")).await;
    assert_eq!(stream.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = String::from_utf8_lossy(&stream.bytes)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let fields: Vec<&str> = lines[0]["shot_fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!((lines.len(), fields.len(), fields[10]), (2, 23, "name"));
    assert_eq!(lines[1][10], "SH01");
    let shots =
        async |form: &str| app.get(ARTIST, &format!("/data/shots/with-tasks?{query}{form}")).await;
    let mut whole = lines[0].clone();
    whole["rows"] = json!(lines[1..]);
    assert_eq!(shots("&compact=true").await.ok(), whole);
    let stream = String::from_utf8_lossy(&shots("&stream=true").await.bytes).into_owned();
    let rows: Vec<Value> =
        stream.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&rows[0], json!(rows[1..])), (&json!({"compact": false}), shots("").await.ok()));
}

#[tokio::test]
async fn what_the_project_lacks_is_named_with_all_else_that_is_wrong() {
    let (app, show) = tv_show().await;
    for kind in ["Shot", "Scene", "Sequence", "Episode"] {
        let body = json!({"name": "Height", "entity_type": kind, "data_type": "number"});
        app.post(MANAGER, &show.path("/metadata-descriptors"), &body).await.created();
    }
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let body =
        json!({"name": "", "data": {"height": "tall"}, "sequence_id": hero, "episode_id": hero});
    let check = async |path: &str, fields: &[&str]| {
        app.post(MANAGER, &show.path(path), &body).await.invalid(fields);
    };
    check("/shots", &["name", "sequence_id", "data.height"]).await;
    check("/scenes", &["name", "sequence_id", "data.height"]).await;
    check("/sequences", &["name", "episode_id", "data.height"]).await;
    check("/episodes", &["name", "data.height"]).await;
}
