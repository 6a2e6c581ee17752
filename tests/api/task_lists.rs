//! Finding tasks: the filters gazu uses, the lists of a project and of an episode, what roles see of them.

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
    let full = app.get(ARTIST, &format!("/data/tasks/{}/full", text(&modeling, "id"))).await.ok();
    assert_has(&full["entity"], &json!({"name": "Hero"}));
    assert_has(&full["project"], &json!({"name": "Show"}));
    assert_has(&full["task_type"], &json!({"name": "Modeling"}));
    assert_has(&full["task_status"], &json!({"short_name": "todo"}));
    assert_eq!(column(&full["persons"], "id"), [app.person(ARTIST).id.to_string()]);
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
