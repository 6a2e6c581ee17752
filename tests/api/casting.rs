//! Who uses an asset, and what an asset uses.

use tanuki_tests::prelude::*;

fn path(asset: &str) -> String {
    format!("/data/assets/{asset}/casting")
}

/// A film with a sword, a castle, a sequence and two shots in it.
struct Set {
    app: TestApp,
    film: Production,
    sword: String,
    castle: String,
    sequence: String,
    shots: [String; 2],
}

async fn set() -> Set {
    let (app, film) = film().await;
    let sword = film.asset_id(&app, "Prop", "Sword").await;
    let castle = film.asset_id(&app, "Environment", "Castle").await;
    let sequence = film.sequence(&app, "SQ01", None).await;
    let shots =
        [film.shot(&app, "SH01", &sequence).await, film.shot(&app, "SH02", &sequence).await];
    Set { app, film, sword, castle, sequence, shots }
}

#[tokio::test]
async fn an_asset_tells_every_entity_that_uses_it() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let scene = show.scene(&app, "SC01", &episode.sequence).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let castle = show.asset_id(&app, "Environment", "Castle").await;
    let body = json!({"casting": [
        {"entity_id": episode.shots[0], "nb_occurences": 2, "label": "main"},
        {"entity_id": episode.sequence},
        {"entity_id": episode.id},
        {"entity_id": scene},
        {"entity_id": castle},
    ]});
    let after = app.put(MANAGER, &path(&sword), &body).await.ok();
    let rows = app.get(ARTIST, &path(&sword)).await.ok();
    assert_eq!(rows, after, "the answer is the new state");
    let row = |id: &str| {
        rows.as_array().and_then(|rows| rows.iter().find(|row| row["id"] == id)).expect("the user")
    };
    assert_eq!(rows.as_array().map(Vec::len), Some(5));
    let expected = json!({
        "entity_id": episode.shots[0],
        "name": "SH01",
        "entity_type_name": "Shot",
        "sequence_name": "SQ01",
        "episode_name": "E02",
        "nb_occurences": 2,
        "label": "main",
        "project_id": show.id,
        "preview_file_id": null,
    });
    assert_has(row(&episode.shots[0]), &expected);
    let expected = json!({"name": "SQ01", "entity_type_name": "Sequence", "episode_name": "E02", "nb_occurences": 1});
    assert_has(row(&episode.sequence), &expected);
    assert_has(
        row(&episode.id),
        &json!({"name": "E02", "entity_type_name": "Episode", "label": ""}),
    );
    let expected =
        json!({"entity_type_name": "Scene", "sequence_name": "SQ01", "episode_name": "E02"});
    assert_has(row(&scene), &expected);
    let expected =
        json!({"entity_type_name": "Environment", "sequence_name": null, "episode_name": null});
    assert_has(row(&castle), &expected);
}

#[tokio::test]
async fn a_casting_is_replaced_as_a_whole() {
    let Set { app, film: _, sword, castle, sequence, shots } = set().await;
    let check = async |body: Value, expected: &[(&str, i64, &str)]| {
        let rows = app.put(MANAGER, &path(&sword), &body).await.ok();
        assert_eq!(app.get(MANAGER, &path(&sword)).await.ok(), rows);
        let mut uses: Vec<(&str, i64, &str)> = rows
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| {
                (
                    text(row, "entity_id"),
                    row["nb_occurences"].as_i64().expect("a number"),
                    text(row, "label"),
                )
            })
            .collect();
        let mut expected = expected.to_vec();
        uses.sort_unstable();
        expected.sort_unstable();
        assert_eq!(uses, expected, "{body}");
    };
    let [one, two] = [&*shots[0], &*shots[1]];
    check(json!({"casting": [{"entity_id": one, "nb_occurences": 2}]}), &[(one, 2, "")]).await;
    check(
        json!([{"entity_id": one, "label": "main"}, castle]),
        &[(one, 1, "main"), (&castle, 1, "")],
    )
    .await;
    check(json!({"casting": [two, &sequence]}), &[(two, 1, ""), (&sequence, 1, "")]).await;
    check(json!([two]), &[(two, 1, "")]).await;
    check(
        json!({"casting": [{"entity_id": two, "nb_occurences": 10_000, "label": null}]}),
        &[(two, 10_000, "")],
    )
    .await;
    check(json!({"casting": []}), &[]).await;
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_changed() {
    let Set { app, film, sword, castle, sequence: _, shots } = set().await;
    let other = Production::film(&app, "Other").await;
    let foreign = other.sequence(&app, "SQ01", None).await;
    film.cast(&app, &sword, &[&shots[0]]).await;
    let before = app.get(MANAGER, &path(&sword)).await.ok();
    let check = async |body: Value, fields: &[&str]| {
        app.put(MANAGER, &path(&sword), &body).await.invalid(fields);
        assert_eq!(app.get(MANAGER, &path(&sword)).await.ok(), before, "{body}");
    };
    let one = |field: &str, value: Value| json!({"casting": [{"entity_id": castle, field: value}]});
    let unknown = "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d";
    check(json!({}), &["casting"]).await;
    check(json!({"casting": null}), &["casting"]).await;
    check(json!({"casting": {"entity_id": castle}}), &["casting"]).await;
    check(json!({"casting": [{}, 5]}), &["casting[0].entity_id", "casting[1]"]).await;
    check(json!({"casting": [castle, unknown]}), &["casting[1].entity_id"]).await;
    check(one("entity_id", json!("castle")), &["casting[0].entity_id"]).await;
    check(one("entity_id", json!(sword)), &["casting[0].entity_id"]).await;
    check(one("entity_id", json!(film.id)), &["casting[0].entity_id"]).await;
    check(one("entity_id", json!(foreign)), &["casting[0].entity_id"]).await;
    check(json!({"casting": [castle, shots[1], castle]}), &["casting[2].entity_id"]).await;
    for number in [json!(0), json!(-1), json!(10_001), json!(1.5), json!("many")] {
        check(one("nb_occurences", number), &["casting[0].nb_occurences"]).await;
    }
    check(one("label", json!(5)), &["casting[0].label"]).await;
    let several = json!({"casting": [{"entity_id": "x", "nb_occurences": 0}, {"entity_id": castle, "label": []}]});
    check(several, &["casting[0].entity_id", "casting[0].nb_occurences", "casting[1].label"]).await;
}

#[tokio::test]
async fn an_asset_is_never_inside_itself() {
    let Set { app, film, sword, castle, .. } = set().await;
    let gem = film.asset_id(&app, "Prop", "Gem").await;
    film.cast(&app, &sword, &[&castle]).await;
    film.cast(&app, &gem, &[&sword]).await;
    for asset in [&castle, &gem] {
        let users = if asset == &castle { vec![&gem] } else { vec![&sword, asset] };
        let answer = app.put(MANAGER, &path(asset), &json!({"casting": users})).await;
        answer.invalid(&[&format!("casting[{}].entity_id", users.len() - 1)]);
    }
    app.put(MANAGER, &path(&castle), &json!({"casting": [sword]}))
        .await
        .invalid(&["casting[0].entity_id"]);
    assert_eq!(app.get(MANAGER, &path(&castle)).await.ok(), json!([]));
    film.cast(&app, &gem, &[&sword, &castle]).await;
}

#[tokio::test]
async fn managers_cast_and_the_team_reads() {
    let Set { app, film, sword, castle, shots, .. } = set().await;
    let body = json!({"casting": [shots[0]]});
    let statuses = app.statuses(Method::PUT, &path(&sword), Some(&body)).await;
    assert_eq!(statuses, [200, 200, 403, 403, 403, 403, 403, 401]);
    film.task(&app, &castle, "Modeling", &[VENDOR]).await;
    for rest in ["casting", "cast-in", "assets"] {
        let of = |asset: &str| format!("/data/assets/{asset}/{rest}");
        let statuses = app.statuses(Method::GET, &of(&sword), None).await;
        assert_eq!(statuses, [200, 200, 200, 200, 200, 403, 403, 401], "{rest}");
        app.get(VENDOR, &of(&castle)).await.ok();
        app.get(ADMIN, &of(&shots[0])).await.error(404, "AssetNotFoundException");
        app.get(ARTIST, &format!("{}?x=1", of(&sword))).await.invalid(&["x"]);
    }
    app.put(ADMIN, &path(&shots[0]), &body).await.error(404, "AssetNotFoundException");
}

#[tokio::test]
async fn cast_in_tells_the_shots_and_then_the_assets() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let castle = show.asset_id(&app, "Environment", "Castle").await;
    let body = json!({"casting": [
        castle, episode.sequence, episode.shots[1], {"entity_id": episode.shots[0], "nb_occurences": 2}
    ]});
    app.put(MANAGER, &path(&sword), &body).await.ok();
    let rows = app.get(ARTIST, &format!("/data/assets/{sword}/cast-in")).await.ok();
    assert_eq!(rows.as_array().map(Vec::len), Some(3), "{rows}");
    assert_has(
        &rows[0],
        &json!({
            "shot_id": episode.shots[0],
            "shot_name": "SH01",
            "sequence_id": episode.sequence,
            "sequence_name": "SQ01",
            "episode_id": episode.id,
            "episode_name": "E02",
            "nb_occurences": 2,
        }),
    );
    assert_has(&rows[1], &json!({"shot_id": episode.shots[1], "nb_occurences": 1}));
    assert_has(
        &rows[2],
        &json!({"asset_id": castle, "asset_name": "Castle", "asset_type_name": "Environment", "nb_occurences": 1}),
    );
}

#[tokio::test]
async fn a_film_has_no_episodes_to_tell() {
    let Set { app, film, sword, shots, sequence, .. } = set().await;
    let users = film.cast(&app, &sword, &[&shots[0]]).await;
    assert_has(&users[0], &json!({"sequence_name": "SQ01", "episode_name": null}));
    let rows = app.get(ARTIST, &format!("/data/assets/{sword}/cast-in")).await.ok();
    assert_has(
        &rows[0],
        &json!({"sequence_id": sequence, "episode_id": null, "episode_name": null}),
    );
}

#[tokio::test]
async fn linked_assets_are_whole_rows() {
    let Set { app, film, sword, castle, .. } = set().await;
    let lamp = film.asset(&app, "Prop", "lamp").await;
    for asset in [&sword, text(&lamp, "id")] {
        film.cast(&app, asset, &[&castle]).await;
    }
    let rows = app.get(ARTIST, &format!("/data/assets/{castle}/assets")).await.ok();
    assert_eq!(column(&rows, "name"), ["lamp", "Sword"]);
    assert_eq!(rows[0], lamp);
    assert_eq!(app.get(ARTIST, &format!("/data/assets/{sword}/assets")).await.ok(), json!([]));
}

#[tokio::test]
async fn a_shared_asset_is_cast_in_other_productions() {
    let Set { app, film, sword, .. } = set().await;
    let other = Production::film(&app, "Other").await;
    let sequence = other.sequence(&app, "SQ01", None).await;
    let shot = other.shot(&app, "SH01", &sequence).await;
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [sword]})).await.ok();
    film.cast(&app, &sword, &[&shot]).await;
    let rows = app.get(ARTIST, &path(&sword)).await.ok();
    assert_has(&rows[0], &json!({"entity_id": shot, "project_id": other.id}));
    let casting = app.get(ARTIST, &other.path(&format!("/entities/{shot}/casting"))).await.ok();
    assert_has(&casting[0], &json!({"asset_id": sword, "is_shared": true, "project_id": film.id}));
}

#[tokio::test]
async fn users_in_a_production_hidden_from_the_caller_are_hidden() {
    let Set { app, film, sword, shots, .. } = set().await;
    let secret = Production::of_nobody(&app, "Secret").await;
    let sequence = secret.sequence(&app, "SQ01", None).await;
    let shot = secret.shot(&app, "SH01", &sequence).await;
    let spy = secret.asset_id(&app, "Character", "Spy").await;
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [sword]})).await.ok();
    film.cast(&app, &sword, &[&shots[0], &shot, &spy]).await;
    for rest in ["casting", "cast-in"] {
        let of = format!("/data/assets/{sword}/{rest}");
        assert_eq!(app.get(ADMIN, &of).await.ok().as_array().map(Vec::len), Some(3), "{rest}");
        let answer = app.get(ARTIST, &of).await;
        let seen = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert_eq!(answer.ok().as_array().map(Vec::len), Some(1), "{seen}");
        assert!(
            !seen.contains(&spy) && !seen.contains(&shot) && !seen.contains(&secret.id),
            "{seen}"
        );
    }
    let foreign = json!({"casting": [shots[0], shot]});
    app.put(MANAGER, &path(&sword), &foreign).await.invalid(&["casting[1].entity_id"]);
    assert_eq!(
        app.get(ADMIN, &path(&sword)).await.ok().as_array().map(Vec::len),
        Some(3),
        "nothing changed"
    );
}

#[tokio::test]
async fn what_is_wrong_with_the_query_is_told_with_the_rows() {
    let Set { app, film, sword, shots, .. } = set().await;
    let unknown = "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d";
    let of_shot = film.path(&format!("/entities/{}/casting", shots[0]));
    for (path, key) in [(path(&sword), "entity_id"), (of_shot, "asset_id")] {
        let path = format!("{path}?foo=1&foo=2");
        let body = json!({"casting": [{key: unknown, "nb_occurences": 0}]});
        let fields = ["foo", "casting[0].nb_occurences", &format!("casting[0].{key}")];
        app.put(MANAGER, &path, &body).await.invalid(&fields);
        app.put(MANAGER, &path, &json!({"casting": []})).await.invalid(&["foo"]);
        app.put(MANAGER, &path, &json!({})).await.invalid(&["foo", "casting"]);
        app.put(MANAGER, &path, &json!(1)).await.invalid(&["foo", "body"]);
    }
}
