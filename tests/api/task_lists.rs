//! Finding tasks: the filters gazu uses, the lists of a project and of an episode, what roles see of them.

use model::Role;
use tanuki_tests::prelude::*;

/// A hero with two tasks, a lamp with one for the vendor.
async fn set() -> (TestApp, Production, [String; 2], [Value; 3]) {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    let tasks = [
        show.task(&app, &hero, "Modeling", &[ARTIST]).await,
        show.task(&app, &hero, "Rigging", &[]).await,
        show.task(&app, &lamp, "Modeling", &[VENDOR]).await,
    ];
    (app, show, [hero, lamp], tasks)
}

fn ids<'a>(tasks: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    let mut ids: Vec<String> = tasks.into_iter().map(|task| text(task, "id").to_owned()).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn tasks_are_found_by_what_gazu_asks_for() {
    let (app, show, [hero, _], [modeling, rigging, lamp]) = set().await;
    let check = async |query: &str, expected: &[&Value]| {
        let rows = app.get(ARTIST, &format!("/data/tasks?{query}")).await.ok();
        assert_eq!(ids(rows.as_array().expect("rows")), ids(expected.iter().copied()), "{query}");
    };
    let of_type = format!("task_type_id={}", text(&modeling, "task_type_id"));
    check(&format!("name=main&{of_type}&entity_id={hero}"), &[&modeling]).await;
    check(&format!("entity_id={hero}"), &[&modeling, &rigging]).await;
    check(&format!("project_id={}", show.id), &[&modeling, &rigging, &lamp]).await;
    check(&format!("project_id={}&{of_type}", show.id), &[&modeling, &lamp]).await;
    app.get(ARTIST, "/data/tasks?entity=1").await.invalid(&["entity"]);
}

#[tokio::test]
async fn a_page_of_tasks_is_told_as_zou_tells_it() {
    let (app, show, ..) = set().await;
    let path = format!("/data/tasks?project_id={}&page=1&limit=2&relations=true", show.id);
    let page = app.get(ARTIST, &path).await.ok();
    assert_has(&page, &json!({"total": 3, "nb_pages": 2, "limit": 2, "offset": 0, "page": 1}));
    assert_eq!(page["data"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_project_lists_its_tasks() {
    let (app, show, _, tasks) = set().await;
    let path = show.path("/tasks");
    let seen = async |who| ids(app.get(who, &path).await.ok().as_array().expect("rows"));
    assert_eq!(seen(ARTIST).await, ids(&tasks));
    assert_eq!(seen(CLIENT).await, ids(&tasks));
    assert_eq!(seen(VENDOR).await, ids([&tasks[2]]));
    app.get(OUTSIDER, &path).await.error(403, "NotAllowedException");
    let rows = app.get(CLIENT, &path).await.ok();
    for row in rows.as_array().expect("rows") {
        assert_has(row, &json!({"assignees": [], "assigner_id": null, "estimation": 0.0}));
    }
}

#[tokio::test]
async fn one_task_is_for_those_who_may_see_its_asset() {
    let (app, _, _, [modeling, _, lamp]) = set().await;
    for (task, vendor) in [(&modeling, 403), (&lamp, 200)] {
        for rest in ["", "/full"] {
            let path = format!("/data/tasks/{}{rest}", text(task, "id"));
            let statuses = app.statuses(Method::GET, &path, None).await;
            assert_eq!(statuses, [200, 200, 200, 200, 200, vendor, 403, 401], "{path}");
        }
    }
    let path = format!("/data/tasks/{}/full", text(&modeling, "id"));
    let full = app.get(ARTIST, &path).await.ok();
    assert_has(&full["entity"], &json!({"name": "Hero"}));
    assert_has(&full["project"], &json!({"name": "Show"}));
    assert_has(&full["task_type"], &json!({"name": "Modeling"}));
    assert_has(&full["task_status"], &json!({"short_name": "todo"}));
    assert_eq!(column(&full["persons"], "id"), [app.person(ARTIST).id.to_string()]);
    // Whole rows; of persons as everywhere else.
    let project = json!({"type": "Project", "file_tree": null, "revision_padding": 0});
    assert_has(&full["project"], &project);
    assert_has(&full["persons"][0], &json!({"type": "Person", "seniority": "mid"}));
    let full = app.get(SUPERVISOR, &path).await.ok();
    assert_has(&full["persons"][0], &json!({"type": "Person", "studio_id": null}));
    assert!(full["persons"][0].get("email").is_none(), "{full}");
}

#[tokio::test]
async fn an_episode_lists_the_tasks_of_its_assets() {
    let (app, show, ..) = set().await;
    let episode = show.episode(&app, "E02").await;
    let guest =
        show.asset_with(&app, "Prop", json!({"name": "Guest", "episode_id": episode})).await;
    let task = show.task(&app, text(&guest, "id"), "Modeling", &[ARTIST]).await;
    let path = format!("/data/episodes/{episode}/asset-tasks");
    let rows = app.get(ARTIST, &path).await.ok();
    assert_eq!(column(&rows, "id"), [text(&task, "id")]);
    app.get(OUTSIDER, &path).await.error(403, "NotAllowedException");
}

#[tokio::test]
async fn done_tasks_leave_the_list_of_what_is_to_do() {
    let (app, _, [hero, _], [modeling, ..]) = set().await;
    let (id, person) = (text(&modeling, "id"), app.person(ARTIST).id);
    let seen = async |path: &str| ids(app.get(ARTIST, path).await.ok().as_array().expect("rows"));
    let of_person = |list: &str| format!("/data/persons/{person}/{list}");
    let check = async |open: &[&Value], done: &[&Value]| {
        let [open, done] = [open, done].map(|tasks| ids(tasks.iter().copied()));
        assert_eq!(seen(&of_person("tasks")).await, open);
        assert_eq!(seen("/data/user/tasks").await, open);
        assert_eq!(seen(&of_person("done-tasks")).await, done);
        assert_eq!(seen("/data/user/done-tasks").await, done);
    };
    check(&[&modeling], &[]).await;
    let statuses = app.get(ADMIN, "/data/task-status?is_done=true").await.ok();
    let body = json!({"task_status_id": statuses[0]["id"]});
    app.put(MANAGER, &format!("/data/tasks/{id}"), &body).await.ok();
    check(&[], &[&modeling]).await;
    app.get(VENDOR, "/data/user/done-tasks").await.ok();
    let nobody = format!("/data/persons/{hero}/done-tasks");
    app.get(ARTIST, &nobody).await.error(404, "PersonNotFoundException");
}

#[tokio::test]
async fn tasks_of_one_kind_of_work_are_found_on_any_entity() {
    let (app, show, [hero, lamp], [modeling, rigging, ..]) = set().await;
    let path = |entity: &str, of: &Value| {
        format!("/data/entities/{entity}/task-types/{}/tasks", text(of, "task_type_id"))
    };
    let seen = async |who, entity: &str, of: &Value| {
        ids(app.get(who, &path(entity, of)).await.ok().as_array().expect("rows"))
    };
    assert_eq!(seen(ARTIST, &hero, &modeling).await, ids([&modeling]));
    assert_eq!(seen(ARTIST, &hero, &rigging).await, ids([&rigging]));
    assert_eq!(seen(ARTIST, &lamp, &rigging).await, ids([]));
    app.get(VENDOR, &path(&hero, &modeling)).await.error(403, "NotAllowedException");
    let episode = show.episode_of(&app, "E02", 1).await;
    let scene = show.scene(&app, "SC01", &episode.sequence).await;
    for (path, entity) in
        [("episodes", &episode.id), ("sequences", &episode.sequence), ("scenes", &scene)]
    {
        let types = format!("/data/{path}/{entity}/task-types");
        assert_eq!(app.get(ARTIST, &types).await.ok(), json!([]));
        show.task(&app, entity, "Modeling", &[]).await;
        let rows = app.get(ARTIST, &types).await.ok();
        assert_eq!(sorted(&rows, "id"), [text(&modeling, "task_type_id")], "{path}");
    }
}

#[tokio::test]
async fn tasks_are_deleted_together() {
    let (app, show, [hero, lamp], [modeling, rigging, vendors]) = set().await;
    let other = Production::film(&app, "Other").await;
    let elsewhere = other.asset_id(&app, "Prop", "Elsewhere").await;
    let foreign = other.task(&app, &elsewhere, "Modeling", &[]).await;
    let path = format!("/actions/projects/{}/delete-tasks", show.id);
    let named = json!([rigging["id"], foreign["id"], show.id]);
    app.post(ARTIST, &path, &named).await.error(403, "NotAllowedException");
    app.post(MANAGER, &path, &json!({"ids": []})).await.expect(400);
    app.post(MANAGER, &path, &json!(["none"])).await.expect(400);
    assert_eq!(app.post(MANAGER, &path, &named).await.ok(), json!([rigging["id"]]));
    assert_eq!(app.post(MANAGER, &path, &named).await.ok(), json!([]));
    let of_type = format!(
        "/actions/projects/{}/task-types/{}/delete-tasks",
        show.id,
        text(&modeling, "task_type_id")
    );
    app.delete(SUPERVISOR, &of_type).await.error(403, "NotAllowedException");
    app.delete(MANAGER, &of_type).await.gone();
    for (entity, gone) in [(&hero, &modeling), (&lamp, &vendors)] {
        let tasks = app.get(ADMIN, &format!("/data/assets/{entity}/tasks")).await.ok();
        assert_eq!(tasks, json!([]));
        app.get(ADMIN, &format!("/data/tasks/{}", text(gone, "id"))).await.expect(404);
    }
    app.get(ADMIN, &format!("/data/tasks/{}", text(&foreign, "id"))).await.ok();
    app.assert_whole("tasks deleted together").await;
}

/// Whoever has another role in each production sees of each, in a list over both, what that role may.
#[tokio::test]
async fn a_list_over_productions_shows_of_each_what_ones_role_there_may_see() {
    let app = TestApp::new().await;
    let (own, other) =
        (Production::film(&app, "Own").await, Production::of_nobody(&app, "Other").await);
    other.join_as(&app, ARTIST, Role::Vendor).await;
    let (mut assets, mut tasks) = (Vec::new(), Vec::new());
    for (film, assignees) in [(&own, &[][..]), (&other, &[ARTIST][..]), (&other, &[][..])] {
        let asset = film.asset(&app, "Prop", &format!("Lamp {}", assets.len())).await;
        tasks.push(film.task(&app, text(&asset, "id"), "Modeling", assignees).await);
        assets.push(asset);
    }
    let seen = async |path: &str| ids(app.get(ARTIST, path).await.ok().as_array().expect("rows"));
    assert_eq!(seen("/data/tasks").await, ids(&tasks[..2]));
    assert_eq!(seen("/data/entities").await, ids(&assets[..2]));
}
