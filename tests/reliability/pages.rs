//! What is read page by page: the same however small the pages are, and no more of it than the answer needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use tanuki_tests::answer::{column, sorted, text};
use tanuki_tests::app::{ADMIN, ARTIST, MANAGER, VENDOR};
use tanuki_tests::production::tv_show;
use tanuki_tests::{Production, TestApp};

use crate::wire::{self, Reply, Wire};

/// Lets the table give so many items at a time, and counts the calls and the bytes it gives.
#[derive(Clone, Debug)]
struct Pages {
    limit: u64,
    calls: Arc<AtomicUsize>,
    bytes: Arc<AtomicUsize>,
}

impl Pages {
    fn of(limit: u64) -> Self {
        Self { limit, calls: Arc::default(), bytes: Arc::default() }
    }
}

impl Wire for Pages {
    async fn pass(&self, engine: &SharedHttpConnector, mut request: HttpRequest) -> Reply {
        let body = request.body().bytes().unwrap_or_default();
        let mut body: Value = serde_json::from_slice(body).expect("a call is JSON");
        if let Some(limit) = body.get_mut("Limit") {
            *limit = json!(self.limit.min(limit.as_u64().unwrap_or_default()));
            *request.body_mut() = SdkBody::from(body.to_string());
        }
        let reply = engine.call(request).await?;
        self.calls.fetch_add(1, Ordering::SeqCst);
        let bytes = reply.body().bytes().map_or(0, <[u8]>::len);
        self.bytes.fetch_add(bytes, Ordering::SeqCst);
        Ok(reply)
    }
}

/// How many bytes the table gives for a request in a process of its own.
async fn bytes(app: &TestApp, path: &str) -> usize {
    let pages = Pages::of(1000);
    wire::process(app, pages.clone()).get(ADMIN, path).await.ok();
    pages.bytes.load(Ordering::SeqCst)
}

/// A process for which every range has several pages.
fn narrow(app: &TestApp) -> TestApp {
    wire::process(app, Pages::of(3))
}

/// Two films of assets with a task each, the vendor's among them.
async fn films() -> (TestApp, [Production; 2]) {
    let app = TestApp::new().await;
    let films = [Production::film(&app, "One").await, Production::film(&app, "Two").await];
    for film in &films {
        for (n, asset) in film.many_assets(&app, "Prop", 10).await.iter().enumerate() {
            let who = [ARTIST, VENDOR][n % 2];
            film.task(&app, asset, "Modeling", &[who]).await;
        }
        let sequence = film.sequence(&app, "SQ01", None).await;
        film.many_shots(&app, &sequence, 10).await;
    }
    (app, films)
}

#[tokio::test]
async fn lists_are_the_same_in_pages_of_any_size() {
    let (app, [one, _]) = films().await;
    let small = narrow(&app);
    let modeling = one.task_type(&app, "Modeling").await;
    for (path, rows) in [
        ("/data/tasks".to_owned(), [20, 10]),
        (format!("/data/tasks?project_id={}", one.id), [10, 5]),
        (format!("/data/tasks?task_type_id={modeling}&fields=name"), [20, 10]),
        (one.path("/tasks"), [10, 5]),
        ("/data/entities?name=asset 0003".replace(' ', "%20"), [2, 2]),
        (format!("/data/entities?project_id={}", one.id), [21, 5]),
        ("/data/shots".to_owned(), [20, 0]),
        (one.path("/assets"), [10, 5]),
    ] {
        for (who, rows) in [ADMIN, VENDOR].into_iter().zip(rows) {
            let (wide, small) = (app.get(who, &path).await.ok(), small.get(who, &path).await.ok());
            assert_eq!(small, wide, "{path}");
            assert_eq!(wide.as_array().map(Vec::len), Some(rows), "{path} for {who:?}");
        }
    }
    let all = app.get(ADMIN, "/data/tasks").await.ok();
    let ids = column(&all, "id");
    for (page, data) in [(1, &ids[..6]), (3, &ids[12..18]), (4, &ids[18..]), (5, &[])] {
        let path = format!("/data/tasks?limit=6&page={page}");
        let cut = small.get(ADMIN, &path).await.ok();
        assert_eq!(column(&cut["data"], "id"), data, "{path}");
        assert_eq!((&cut["total"], &cut["nb_pages"]), (&json!(20), &json!(4)), "{path}");
    }
}

/// Of what is looked through, only what is found is sent.
#[tokio::test]
async fn what_is_in_use_is_found_on_any_page() {
    let (app, [one, two]) = films().await;
    let word = async |kind: &str, body: Value| {
        let row = app.post(ADMIN, &format!("/data/{kind}"), &body).await.created();
        format!("/data/{kind}/{}", text(&row, "id"))
    };
    let task_type = word("task-types", json!({"name": "Carving"})).await;
    let status = word("task-status", json!({"name": "Carved", "short_name": "crv"})).await;
    let kind = word("entity-types", json!({"name": "Statue"})).await;
    let id = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let refused = async |path: &str, field: &str| {
        narrow(&app).delete(ADMIN, path).await.invalid(&[field]);
    };
    for film in [&one, &two] {
        let last = app.get(ADMIN, &film.path("/assets")).await.ok();
        let asset = text(&last[9], "id");
        let entity = format!("/data/entities/{asset}");
        let body = json!({"entity_type_id": id(&kind)});
        app.put(ADMIN, &entity, &body).await.ok();
        refused(&kind, "entity_type_id").await;
        app.put(ADMIN, &entity, &json!({"entity_type_id": film.asset_type("FX")})).await.ok();
        app.put(ADMIN, &entity, &json!({"ready_for": id(&task_type)})).await.ok();
        refused(&task_type, "task_type_id").await;
        app.put(ADMIN, &entity, &json!({"ready_for": null})).await.ok();
        let body = json!({
            "project_id": film.id, "entity_id": asset, "task_type_id": id(&task_type),
            "task_status_id": id(&status),
        });
        let task = app.post(ADMIN, "/data/tasks", &body).await.created();
        refused(&task_type, "task_type_id").await;
        refused(&status, "task_status_id").await;
        app.delete(ADMIN, &format!("/data/tasks/{}", text(&task, "id"))).await.gone();
    }
    let deletion = async |path: &str| {
        let pages = Pages::of(1000);
        wire::process(&app, pages.clone()).delete(ADMIN, path).await.gone();
        pages.bytes.load(Ordering::SeqCst)
    };
    let others = [
        word("task-types", json!({"name": "Chasing"})).await,
        word("task-status", json!({"name": "Chased", "short_name": "chs"})).await,
    ];
    let before = [deletion(&task_type).await, deletion(&status).await];
    deletion(&kind).await;
    let tasks = bytes(&app, "/data/tasks").await;
    for asset in one.many_assets(&app, "Character", 20).await {
        one.task(&app, &asset, "Modeling", &[]).await;
    }
    let tasks = bytes(&app, "/data/tasks").await - tasks;
    for (path, before) in others.iter().zip(before) {
        let after = deletion(path).await;
        assert!(after < before + tasks / 10, "{path}: {before}, then {after}, by {tasks} more");
    }
}

#[tokio::test]
async fn the_feeds_are_one_in_pages_of_any_size() {
    let (app, [one, _]) = films().await;
    let last = "/data/events/last";
    let all = app.get(ADMIN, &format!("{last}?limit=20000")).await.ok();
    let all = all.as_array().expect("a bare array").as_slice();
    assert!(
        all.len() > 60 && all.is_sorted_by(|a, b| text(a, "created_at") >= text(b, "created_at"))
    );
    let small = narrow(&app);
    let of_name = |name: &str, limit: usize| {
        all.iter().filter(|row| row["name"] == name).take(limit).cloned().collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("limit=20000".to_owned(), all.to_vec()),
        ("limit=7".to_owned(), all[..7].to_vec()),
        ("name=asset:new&limit=13".to_owned(), of_name("asset:new", 13)),
        ("name=person:new".to_owned(), of_name("person:new", 100)),
        ("name=asset:no%22thing".to_owned(), Vec::new()),
    ] {
        let rows = small.get(ADMIN, &format!("{last}?{query}")).await.ok();
        assert_eq!(rows, json!(expected), "{query}");
    }
    assert_eq!(of_name("asset:new", 13).len(), 13);
    // Few are sent where few are asked for, of very many entries.
    one.many_assets(&app, "FX", 150).await;
    let of_all = bytes(&app, &format!("{last}?limit=20000")).await;
    for few in ["limit=1", "name=project:new"] {
        let bytes = bytes(&app, &format!("{last}?{few}")).await;
        assert!(bytes < of_all / 2, "{few}: {bytes} of {of_all}");
    }
}

/// A feed whose entries are all older is not read on for something newer.
#[tokio::test]
async fn a_feed_that_was_quiet_is_not_read_to_its_end() {
    let app = TestApp::new().await;
    let quiet = Production::film(&app, "Quiet").await;
    let sequence = quiet.sequence(&app, "SQ01", None).await;
    quiet.many_shots(&app, &sequence, 40).await;
    let film = Production::film(&app, "Film").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let pages = Pages::of(3);
    let path = "/data/events/last?name=asset:new&limit=1";
    let rows = wire::process(&app, pages.clone()).get(ADMIN, path).await.ok();
    assert_eq!(column(&rows, "name"), ["asset:new"]);
    assert_eq!(rows[0]["data"], json!({"asset_id": hero}));
    // Caller, list of projects, projects; two feeds, and that of the studio.
    assert_eq!(pages.calls.load(Ordering::SeqCst), 3 + 3);
}

/// Kitsu's page of an episode: what the production has besides is not read.
#[tokio::test]
async fn an_episode_of_a_large_production_is_read_by_itself() {
    let (app, show) = tv_show().await;
    let first = show.episode_of(&app, "E02", 1).await;
    let second = show.episode_of(&app, "E03", 1).await;
    let shots = show.many_shots(&app, &second.sequence, 125).await;
    let [hero, sword, lamp, tree] = [
        show.asset_id(&app, "Character", "Hero").await,
        show.asset_id(&app, "Prop", "Sword").await,
        show.asset_id(&app, "Prop", "Lamp").await,
        show.asset_id(&app, "Environment", "Tree").await,
    ];
    let guest = json!({"name": "Guest", "episode_id": first.id});
    let guest = text(&show.asset_with(&app, "Character", guest).await, "id").to_owned();
    for asset in [&hero, &lamp, &guest, &tree] {
        show.task(&app, asset, "Modeling", &[ARTIST]).await;
        show.task(&app, asset, "Rigging", &[]).await;
    }
    show.task(&app, &hero, "Concept", &[VENDOR]).await;
    let list = format!("/data/assets/with-tasks?project_id={}", show.id);
    let of_first = format!("{list}&compact=true&episode_id={}", first.id);
    let mut everywhere: Vec<&str> = shots.iter().map(String::as_str).collect();
    show.cast(&app, &lamp, &everywhere).await;
    everywhere.push(&first.shots[0]);
    show.cast(&app, &hero, &everywhere[64..]).await;
    show.cast(&app, &sword, &[&first.shots[0]]).await;
    let small = app.get(MANAGER, &of_first).await.ok();
    show.cast(&app, &hero, &everywhere).await;
    show.cast(&app, &tree, &everywhere[..1]).await;
    let large = app.get(MANAGER, &of_first).await.ok();
    // So many castings are not read at once any more, and show the same.
    assert_eq!(large, small);
    let names = |answer: &Value| {
        let rows = answer["rows"].as_array().expect("rows").iter();
        rows.map(|row| row[1].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&large), ["Guest", "Hero", "Sword"]);
    assert_eq!(names(&app.get(VENDOR, &of_first).await.ok()), ["Hero"]);
    let whole = app.get(MANAGER, &list).await.ok();
    assert_eq!(sorted(&whole, "name"), ["Guest", "Hero", "Lamp", "Sword", "Tree"]);
    for row in whole.as_array().expect("rows") {
        let expected: &[&String] = match text(row, "name") {
            "Hero" => &[&first.id, &second.id],
            "Sword" => &[&first.id],
            "Lamp" | "Tree" => &[&second.id],
            _ => &[],
        };
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(row["casting_episode_ids"], json!(expected), "{row}");
    }
    let before = bytes(&app, &of_first).await;
    show.many_assets(&app, "FX", 50).await;
    show.many_assets(&app, "Prop", 50).await;
    let with_more = bytes(&app, &of_first).await;
    // The type of effects is one more that the production has.
    assert!(with_more < before + 1000, "{before}, then {with_more}");
}
