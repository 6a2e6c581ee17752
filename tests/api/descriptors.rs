//! Metadata that a project declares: what is written is what was declared, on every way in; and who sees what is declared.

use model::Role;
use model::descriptor::{DESCRIPTORS_MAX, Descriptor};
use tanuki_tests::prelude::*;

/// Declares a key of the `data` of a kind of entity.
async fn declare(
    app: &TestApp,
    show: &Production,
    entity_type: &str,
    name: &str,
    more: Value,
) -> Value {
    let mut body = json!({"name": name, "entity_type": entity_type});
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
    app.post(MANAGER, &show.path("/metadata-descriptors"), &body).await.created()
}

async fn declared() -> (TestApp, Production) {
    let (app, show) = tv_show().await;
    let list = json!({"data_type": "list", "choices": ["easy", "hard"]});
    declare(&app, &show, "Asset", "Difficulty", list).await;
    declare(&app, &show, "Asset", "Height", json!({"data_type": "number"})).await;
    declare(&app, &show, "Asset", "Due", json!({"data_type": "date"})).await;
    declare(&app, &show, "Shot", "Night", json!({"data_type": "boolean"})).await;
    (app, show)
}

#[tokio::test]
async fn a_new_asset_must_fit() {
    let (app, show) = declared().await;
    let path = show.new_asset("Prop");
    let new =
        async |data: Value| app.post(MANAGER, &path, &json!({"name": "Sword", "data": data})).await;
    let wrong = json!({"difficulty": "medium", "height": "tall", "due": "soon", "colour": 7});
    new(wrong).await.invalid(&["data.difficulty", "data.due", "data.height"]);
    let right =
        json!({"difficulty": "easy", "height": "1.5", "due": null, "night": 3, "colour": [7]});
    assert_eq!(new(right.clone()).await.created()["data"], right, "kept as it was sent");
}

#[tokio::test]
async fn all_errors_of_a_new_asset_come_at_once() {
    let (app, show) = declared().await;
    let body = json!({"name": "Sword", "data": {"height": []}, "episode_id": show.id});
    let answer = app.post(MANAGER, &show.new_asset("Prop"), &body).await;
    answer.invalid(&["data.height", "episode_id"]);
}

#[tokio::test]
async fn a_changed_value_must_fit() {
    let (app, show) = declared().await;
    let asset =
        show.asset_with(&app, "Prop", json!({"name": "Sword", "data": {"height": 1}})).await;
    let path = format!("/data/entities/{}", text(&asset, "id"));
    for who in [MANAGER, SUPERVISOR] {
        let wrong = json!({"data": {"difficulty": "Easy", "height": true}});
        app.put(who, &path, &wrong).await.invalid(&["data.difficulty", "data.height"]);
    }
    let wrong = json!({"ready_for": show.id, "data": {"due": 1}});
    app.put(MANAGER, &path, &wrong).await.invalid(&["ready_for", "data.due"]);
    assert_eq!(app.get(ADMIN, &path).await.ok()["data"], json!({"height": 1}), "nothing changed");
    let right = json!({"data": {"difficulty": "hard", "height": null}});
    let changed = app.put(SUPERVISOR, &path, &right).await.ok();
    assert_eq!(changed["data"], json!({"difficulty": "hard", "height": null}));
}

#[tokio::test]
async fn a_value_from_before_may_be_sent_back() {
    let (app, show) = tv_show().await;
    let data = json!({"size": "huge", "colour": "blue"});
    let asset = show.asset_with(&app, "Prop", json!({"name": "Sword", "data": data})).await;
    declare(&app, &show, "Asset", "Size", json!({"data_type": "number", "required": true})).await;
    let path = format!("/data/entities/{}", text(&asset, "id"));
    let data = json!({"size": "huge", "colour": "red"});
    let changed = app.put(MANAGER, &path, &json!({"data": data})).await.ok();
    assert_eq!(changed["data"], data);
    app.put(MANAGER, &path, &json!({"data": {"size": "big"}})).await.invalid(&["data.size"]);
}

#[tokio::test]
async fn what_is_required_must_be_there() {
    let (app, show) = declared().await;
    let required = declare(&app, &show, "Asset", "Shop", json!({"required": true})).await;
    assert_eq!(required["required"], true);
    let path = show.new_asset("Prop");
    for data in [json!(null), json!({}), json!({"shop": null}), json!({"shop": ""})] {
        let body = json!({"name": "Sword", "data": data});
        app.post(MANAGER, &path, &body).await.invalid(&["data.shop"]);
    }
    let body = json!({"name": "Sword", "data": {"shop": "Ours"}});
    let asset = app.post(MANAGER, &path, &body).await.created();
    let asset = format!("/data/entities/{}", text(&asset, "id"));
    app.put(MANAGER, &asset, &json!({"data": {"shop": null}})).await.invalid(&["data.shop"]);
    app.put(MANAGER, &asset, &json!({"data": {"height": 2}})).await.ok();
    let one = show.path(&format!("/metadata-descriptors/{}", text(&required, "id")));
    assert_eq!(app.put(MANAGER, &one, &json!({"required": false})).await.ok()["required"], false);
    app.put(MANAGER, &asset, &json!({"data": {"shop": null}})).await.ok();
    app.put(MANAGER, &one, &json!({"required": 7})).await.invalid(&["required"]);
}

#[tokio::test]
async fn a_key_is_one_that_metadata_can_have() {
    let (app, show) = declared().await;
    let path = show.path("/metadata-descriptors");
    let body = |name: &str| json!({"name": name, "entity_type": "Asset", "required": true});
    app.post(MANAGER, &path, &body(&"\u{9ad8}".repeat(86))).await.invalid(&["name"]);
    let longest = app.post(MANAGER, &path, &body(&"\u{9ad8}".repeat(85))).await.created();
    let data = json!({text(&longest, "field_name"): "tall"});
    let new = json!({"name": "Sword", "data": data});
    app.post(MANAGER, &show.new_asset("Prop"), &new).await.created();
    let wrong = json!({"name": "\u{9ad8}".repeat(86), "entity_type": "Nothing"});
    app.post(MANAGER, &path, &wrong).await.invalid(&["name", "entity_type"]);
    // All that is wrong at once, with what the store has to look up.
    let wrong = json!({"name": "", "entity_type": "Asset", "departments": [show.id]});
    app.post(MANAGER, &path, &wrong).await.invalid(&["name", "departments[0]"]);
    let one = format!("{path}/{}", text(&longest, "id"));
    app.put(MANAGER, &one, &wrong).await.invalid(&["name", "departments[0]"]);
}

#[tokio::test]
async fn each_kind_has_its_own() {
    let (app, show) = declared().await;
    let sequence = show.sequence(&app, "SQ01", None).await;
    let shot = async |name: &str, data: Value| {
        let body = json!({"name": name, "sequence_id": sequence, "data": data});
        app.post(MANAGER, &show.path("/shots"), &body).await
    };
    shot("SH01", json!({"night": 1})).await.invalid(&["data.night"]);
    let made = shot("SH01", json!({"night": "true", "height": "tall"})).await.created();
    let path = format!("/data/shots/{}", text(&made, "id"));
    app.put(MANAGER, &path, &json!({"data": {"night": "dark"}})).await.invalid(&["data.night"]);
    app.put(MANAGER, &path, &json!({"data": {"night": false}})).await.ok();
}

#[tokio::test]
async fn choices_fit_into_an_item() {
    let (app, show) = tv_show().await;
    let choices = |count: usize| vec!["\u{1f600}".repeat(160); count];
    let mood = |count: usize| {
        let choices = choices(count);
        json!({"name": "Mood", "entity_type": "Shot", "data_type": "list", "choices": choices})
    };
    let path = show.path("/metadata-descriptors");
    app.post(MANAGER, &path, &mood(1000)).await.invalid(&["choices"]);
    let mood = app.post(MANAGER, &path, &mood(300)).await.created();
    let path = format!("{path}/{}", text(&mood, "id"));
    app.put(MANAGER, &path, &json!({"choices": choices(1000)})).await.invalid(&["choices"]);
}

/// What is there may be changed, and makes room when it goes.
#[tokio::test]
async fn a_project_has_at_most_so_many() {
    let (app, show) = tv_show().await;
    for n in 0..DESCRIPTORS_MAX {
        let named =
            Descriptor::named(show.project_id(), &format!("Column {n}"), app.app.store.now());
        app.app.store.descriptor_create(named).await.expect("it is not too many yet");
    }
    let path = show.path("/metadata-descriptors");
    let body = json!({"name": "One more", "entity_type": "Shot"});
    app.post(MANAGER, &path, &body).await.invalid(&["name"]);
    let all = app.get(MANAGER, &path).await.ok();
    assert_eq!(all.as_array().map(Vec::len), Some(DESCRIPTORS_MAX));
    let one = format!("{path}/{}", text(&all[0], "id"));
    app.put(MANAGER, &one, &json!({"name": "Renamed"})).await.ok();
    app.delete(MANAGER, &one).await.gone();
    app.post(MANAGER, &path, &body).await.created();
}

/// Who is something else in a team than in the studio sees of its metadata what he is there, in every list.
#[tokio::test]
async fn lists_of_projects_go_by_the_role_in_the_team() {
    let app = TestApp::new().await;
    let film = Production::of_nobody(&app, "Film").await;
    film.join(&app, MANAGER).await;
    film.join(&app, VENDOR).await;
    film.join_as(&app, ARTIST, Role::Client).await;
    let departments = app.get(ADMIN, "/data/departments").await.ok();
    let department = text(&departments[0], "id");
    for (name, more) in [
        ("Height", json!({})),
        ("Mood", json!({"for_client": true})),
        ("Budget", json!({"departments": [department]})),
    ] {
        let mut body = json!({"name": name, "entity_type": "Asset", "data_type": "string"});
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        app.post(ADMIN, &film.path("/metadata-descriptors"), &body).await.created();
    }
    for (who, names) in [
        (MANAGER, &["Budget", "Height", "Mood"][..]),
        (VENDOR, &["Height", "Mood"]),
        (ARTIST, &["Mood"]),
        (OTHER_ARTIST, &[]),
    ] {
        let seen = async |path: &str, at: fn(&Value) -> &Value| {
            let answer = app.get(who, path).await.ok();
            column(at(&answer), "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let one = format!("/data/metadata-descriptors?project_id={}", film.id);
        for path in ["/data/metadata-descriptors", &one] {
            assert_eq!(seen(path, |rows| rows).await, names, "{who:?} {path}");
        }
        if who == OTHER_ARTIST {
            continue;
        }
        for path in ["/data/projects/open", "/data/projects/all", "/data/user/projects/open"] {
            assert_eq!(seen(path, |rows| &rows[0]["descriptors"]).await, names, "{who:?} {path}");
        }
        let in_context: fn(&Value) -> &Value = |context| &context["projects"][0]["descriptors"];
        assert_eq!(seen("/data/user/context", in_context).await, names, "{who:?}");
    }
}
