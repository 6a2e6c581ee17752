//! The feed of events: what changed, told once, in order, to those who manage it.

use std::collections::BTreeSet;

use tanuki_tests::prelude::*;

/// Name and ids of each event a query gives, oldest first.
async fn told(app: &TestApp, who: Who, query: &str) -> Vec<(String, Value)> {
    let rows = app.get(who, &format!("/data/events/last{query}")).await.ok();
    let rows = rows.as_array().expect("a bare array").iter().rev();
    rows.map(|row| (text(row, "name").to_owned(), row["data"].clone())).collect()
}

fn event(name: &str, data: Value) -> (String, Value) {
    (name.to_owned(), data)
}

/// What a project tells from now on: a query for `told`, and how much of it is old.
async fn from_here(app: &TestApp, show: &Production) -> (String, usize) {
    let query = format!("?project_id={}&limit=1000", show.id);
    let old = told(app, ADMIN, &query).await.len();
    (query, old)
}

#[tokio::test]
async fn what_happens_in_a_project_is_told_in_order() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let (query, old) = from_here(&app, &show).await;
    let sword = app.post(MANAGER, &show.new_asset("Prop"), &json!({"name": "Sword"})).await;
    let sword = text(&sword.created(), "id").to_owned();
    let path = format!("/data/entities/{sword}");
    app.put(MANAGER, &path, &json!({"name": "Axe"})).await.ok();
    let task = show.task(&app, &sword, "Modeling", &[ARTIST]).await;
    let task = text(&task, "id");
    let statuses = app.get(ADMIN, "/data/task-status?short_name=wip").await.ok();
    let body = json!({"task_status_id": statuses[0]["id"], "comment": "There"});
    let comment = app.post(ADMIN, &format!("/actions/tasks/{task}/comment"), &body).await;
    let comment = text(&comment.created(), "id").to_owned();
    show.cast(&app, &sword, &[&episode.shots[0]]).await;
    app.put(MANAGER, &path, &json!({"entity_type_id": show.asset_type("FX")})).await.ok();
    app.delete(MANAGER, &format!("/data/assets/{sword}?force=true")).await.gone();

    let shot = &episode.shots[0];
    let artist = app.person(ARTIST).id;
    let expected = [
        event("asset:new", json!({"asset_id": sword})),
        event("asset:update", json!({"asset_id": sword})),
        event("task:new", json!({"task_id": task, "entity_id": sword})),
        event("task:assign", json!({"task_id": task, "person_id": artist})),
        event("task:update", json!({"task_id": task, "entity_id": sword})),
        event("comment:new", json!({"comment_id": comment, "task_id": task})),
        event("episode:casting-update", json!({"episode_id": episode.id})),
        event("shot:casting-update", json!({"shot_id": shot})),
    ];
    let rows = told(&app, MANAGER, &query).await;
    let (new, rest) = rows[old..].split_at(expected.len());
    assert_eq!(new[..6], expected[..6]);
    let set = |rows: &[(String, Value)]| {
        rows.iter().map(|(name, data)| format!("{name} {data}")).collect::<BTreeSet<_>>()
    };
    assert_eq!(set(&new[6..]), set(&expected[6..]), "one transaction has no order");
    // The type, with the task and the links that follow it.
    assert!(rest.contains(&event("asset:update", json!({"asset_id": sword}))));
    assert!(rest.contains(&event("asset:delete", json!({"asset_id": sword}))));
    assert!(rest.contains(&event("task:delete", json!({"task_id": task, "entity_id": sword}))));
    let deletions = rest.iter().filter(|(name, _)| name == "asset:delete").count();
    assert_eq!(deletions, 1, "what is moved is not deleted: {rest:?}");
}

/// In a scene and in an asset, spelt as Zou spells them.
#[tokio::test]
async fn instances_are_told() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let scene = show.scene(&app, "SC01", &episode.sequence).await;
    let [hero, castle] = [
        show.asset_id(&app, "Character", "Hero").await,
        show.asset_id(&app, "Environment", "Castle").await,
    ];
    let (query, old) = from_here(&app, &show).await;
    let path = format!("/data/scenes/{scene}/asset-instances");
    let in_scene = app.post(MANAGER, &path, &json!({"asset_id": hero})).await.created();
    let path = format!("/data/assets/{castle}/asset-asset-instances");
    let body = json!({"asset_to_instantiate_id": hero});
    let in_castle = app.post(MANAGER, &path, &body).await.created();
    let [in_scene, in_castle] = [text(&in_scene, "id"), text(&in_castle, "id")];
    let path = format!("/data/asset-instances/{in_scene}");
    app.put(MANAGER, &path, &json!({"description": "At the gate"})).await.ok();
    let shot = &episode.shots[0];
    let shots = format!("/data/shots/{shot}/asset-instances");
    let body = json!({"asset_instance_id": in_scene});
    app.post(MANAGER, &shots, &body).await.created();
    app.delete(MANAGER, &format!("{shots}/{in_scene}")).await.gone();
    app.post(MANAGER, &shots, &body).await.created();
    // Again changes nothing, and tells nothing.
    app.post(MANAGER, &shots, &body).await.created();
    app.delete(MANAGER, &path).await.gone();
    let of = |id: &str| json!({"asset_instance_id": id, "asset_id": hero});
    let in_shot = json!({"asset_instance_id": in_scene, "shot_id": shot});
    let expected = [
        event("asset_instance:new", of(in_scene)),
        event("asset_instance:new", of(in_castle)),
        event("asset-instance:update", of(in_scene)),
        event("asset_instance:add-to-shot", in_shot.clone()),
        event("asset_instance:remove-from-shot", in_shot.clone()),
        event("asset_instance:add-to-shot", in_shot.clone()),
        event("asset_instance:remove-from-shot", in_shot),
        event("asset-instance:delete", json!({"asset_instance_id": in_scene})),
    ];
    assert_eq!(told(&app, MANAGER, &query).await[old..], expected);
    // What goes with its asset is told by that.
    app.delete(MANAGER, &format!("/data/assets/{hero}?force=true")).await.gone();
    let rest = &told(&app, MANAGER, &query).await[old + expected.len()..];
    assert_eq!(rest, [event("asset:delete", json!({"asset_id": hero}))]);
}

#[tokio::test]
async fn what_was_refused_is_not_told() {
    let (app, show) = tv_show().await;
    show.asset_id(&app, "Prop", "Lamp").await;
    let (query, old) = from_here(&app, &show).await;
    app.post(MANAGER, &show.new_asset("Prop"), &json!({"name": "lamp"})).await.expect(400);
    app.post(ARTIST, &show.new_asset("Prop"), &json!({"name": "Sword"})).await.expect(403);
    assert_eq!(told(&app, ADMIN, &query).await.len(), old);
}

#[tokio::test]
async fn a_change_of_very_many_items_is_told_entity_by_entity() {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let episode = show.episode_of(&app, "E02", 60).await;
    let (query, old) = from_here(&app, &show).await;
    let shots: Vec<&str> = episode.shots.iter().map(String::as_str).collect();
    app.put(MANAGER, &format!("/data/assets/{hero}/casting"), &json!({"casting": shots}))
        .await
        .ok();
    let rows = &told(&app, ADMIN, &query).await[old..];
    let told = |row: &&(String, Value)| row.0 == "shot:casting-update";
    let cast: BTreeSet<_> = rows.iter().filter(told).map(|row| text(&row.1, "shot_id")).collect();
    assert_eq!(cast, shots.into_iter().collect::<BTreeSet<_>>());
    assert!(!rows.iter().any(|(name, _)| name == "project:update"), "a journal is not news");
    let manager = app.person(MANAGER).id.to_string();
    let answer = app.get(ADMIN, &format!("/data/events/last{query}")).await.ok();
    let users: BTreeSet<_> = answer
        .as_array()
        .expect("rows")
        .iter()
        .take(rows.len())
        .map(|row| text(row, "user_id"))
        .collect();
    assert_eq!(users, BTreeSet::from([manager.as_str()]));
}

#[tokio::test]
async fn the_feed_is_cut_by_time_name_and_number() {
    let (app, show) = tv_show().await;
    for name in ["One", "Two", "Three"] {
        show.asset_id(&app, "Prop", name).await;
        app.post(MANAGER, &show.new_asset("Prop"), &json!({"name": format!("{name} b")}))
            .await
            .created();
    }
    let of = |query: &str| format!("?project_id={}&{query}", show.id);
    let count = async |query: &str| told(&app, ADMIN, &of(query)).await.len();
    let all = count("limit=20000").await;
    assert!(all >= 6);
    assert_eq!(count("limit=2").await, 2);
    assert_eq!(count("name=asset:new").await, 6);
    assert_eq!(count("name=asset:new&limit=4").await, 4);
    assert_eq!(count("name=asset:nothing").await, 0);
    assert_eq!(count("only_files=True").await, 0);
    assert_eq!(count("only_files=False").await, all);
    assert_eq!(count("after=2020-01-01T00:00:00&before=2100-01-01").await, all);
    assert_eq!(count("after=2100-01-01").await, 0);
    assert_eq!(count("before=2020-01-01").await, 0);
    assert_eq!(count("after=2100-01-01&before=2020-01-01").await, 0);
    for wrong in ["limit=0", "limit=20001", "after=yesterday", "only_files=maybe", "page=1"] {
        app.get(ADMIN, &format!("/data/events/last{}", of(wrong))).await.expect(400);
    }
}

#[tokio::test]
async fn managers_follow_their_own_projects_and_the_studio() {
    let (app, show) = tv_show().await;
    let other = Production::of_nobody(&app, "Other").await;
    let hidden = other.asset_id(&app, "Prop", "Secret").await;
    app.post(ADMIN, "/data/departments", &json!({"name": "Lighting"})).await.created();
    let is_told = async |who, name: &str, field: &str, id: Option<&str>| {
        told(&app, who, "?limit=20000")
            .await
            .iter()
            .any(|(told, data)| told == name && id.is_none_or(|id| data[field] == *id))
    };
    let asset = show.asset_id(&app, "Prop", "Open").await;
    assert!(is_told(ADMIN, "asset:new", "asset_id", Some(&asset)).await);
    assert!(is_told(MANAGER, "asset:new", "asset_id", Some(&asset)).await);
    assert!(is_told(ADMIN, "asset:new", "asset_id", Some(&hidden)).await);
    assert!(!is_told(MANAGER, "asset:new", "asset_id", Some(&hidden)).await);
    assert!(!is_told(OUTSIDER, "asset:new", "asset_id", None).await);
    for who in [ADMIN, MANAGER, OUTSIDER] {
        assert!(is_told(who, "department:new", "department_id", None).await, "{who:?}");
    }
    let path = format!("/data/events/last?project_id={}", show.id);
    for who in [SUPERVISOR, ARTIST, CLIENT, VENDOR, OUTSIDER] {
        app.get(who, &path).await.expect(403);
    }
    // Less in this team than in the studio.
    let member = show.path(&format!("/team/{}", app.person(MANAGER).id));
    app.put(ADMIN, &member, &json!({"role": "user"})).await.ok();
    app.get(MANAGER, &path).await.expect(403);
    assert!(!is_told(MANAGER, "asset:new", "asset_id", Some(&asset)).await);
}

/// What a journal writes is told as what its author does, and that there is a project at all.
#[tokio::test]
async fn a_project_with_a_large_team_is_told() {
    let app = TestApp::new().await;
    let team = app.persons(40).await;
    let body = json!({"name": "Large", "team": team, "production_type": "tvshow"});
    let project = app.post(ADMIN, "/data/projects", &body).await.created();
    let path = format!("/data/events/last?limit=1000&project_id={}", text(&project, "id"));
    let rows = app.get(ADMIN, &path).await.ok();
    let rows = rows.as_array().expect("a bare array");
    let count = |name: &str| rows.iter().filter(|row| row["name"] == name).count();
    assert_eq!(
        ["project:new", "episode:new", "project:team-update"].map(count),
        [1, 1, 40],
        "{rows:?}"
    );
    assert_eq!(rows.len(), 42);
    let admin = app.person(ADMIN).id.to_string();
    assert!(rows.iter().all(|row| row["user_id"] == admin.as_str()), "{rows:?}");
}
