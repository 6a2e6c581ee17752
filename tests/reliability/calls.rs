//! How often a request calls the table: each call is a way there and back, and work for the processor.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::json;
use tanuki_tests::answer::text;
use tanuki_tests::app::{ADMIN, ARTIST, Who};
use tanuki_tests::{Production, TestApp};

use crate::wire::{self, Reply, Wire};

/// Counts the calls of a process.
#[derive(Clone, Debug, Default)]
struct Count(Arc<AtomicU32>);

impl Wire for Count {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        self.0.fetch_add(1, Ordering::SeqCst);
        engine.call(request).await
    }
}

/// The caller, the session, the project, the membership and the locator come by one call, of a task, and of an entity that
/// is not known yet, its project and itself by a second; each of these requests asks for what it is about by the others.
#[tokio::test]
async fn a_get_reads_its_project_with_its_caller() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let task = film.task(&app, &hero, "Modeling", &[ARTIST]).await;
    for (path, calls) in [
        ("/auth/authenticated".to_owned(), 1),
        (film.path("/metadata-descriptors"), 2),
        (film.path("/team"), 3),
        (format!("/data/tasks/{}", text(&task, "id")), 2),
        (format!("/data/assets/{hero}/scene-asset-instances"), 3),
    ] {
        for who in [ADMIN, ARTIST] {
            let count = Count::default();
            let process = wire::process(&app, count.clone());
            process.get(who, &path).await.ok();
            assert_eq!(count.0.swap(0, Ordering::SeqCst), calls, "{path}");
            process.get(who, &path).await.ok();
            let again = if path.contains(&hero) { calls - 1 } else { calls };
            assert_eq!(count.0.load(Ordering::SeqCst), again, "{path}, where the entity is known");
        }
    }
}

/// All projects, up to fifty, are entered at once; what is asked for of each is two calls, or one.
#[tokio::test]
async fn all_projects_are_entered_by_one_call() {
    let app = TestApp::new().await;
    for n in 0..4 {
        let film = Production::film(&app, &format!("Film {n}")).await;
        let hero = film.asset_id(&app, "Character", "Hero").await;
        film.task(&app, &hero, "Modeling", &[ARTIST]).await;
    }
    for (path, calls) in [
        // Caller, list of projects, projects; then two of each project.
        ("/data/tasks", 3 + 2 * 4),
        // Team and descriptors.
        ("/data/projects/open", 3 + 2 * 4),
        ("/data/metadata-descriptors", 3 + 4),
        // The feeds, and that of the studio.
        ("/data/events/last", 3 + 4 + 1),
        // Team and descriptors; the vocabulary, departments, persons and memberships.
        ("/data/user/context", 3 + 2 * 4 + 4),
    ] {
        let count = Count::default();
        let answer = wire::process(&app, count.clone()).get(ADMIN, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(count.0.load(Ordering::SeqCst), calls, "{path}");
    }
}

/// How many calls a request makes in a process of its own.
async fn calls(app: &TestApp, who: Who, path: &str) -> u32 {
    let count = Count::default();
    let answer = wire::process(app, count.clone()).get(who, path).await;
    assert_eq!(answer.status, 200, "{path}");
    count.0.load(Ordering::SeqCst)
}

/// Where few of many are asked for, those are not looked for one by one.
#[tokio::test]
async fn a_page_of_few_among_many_is_read_at_once() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let props = film.many_assets(&app, "Prop", 40).await;
    for id in &props[..3] {
        app.put(ADMIN, &format!("/data/entities/{id}"), &json!({"canceled": true})).await.ok();
    }
    let page = format!("/data/assets?project_id={}&limit=3", film.id);
    let of_all = calls(&app, ADMIN, &page).await;
    for few in ["canceled=true", "is_shared=true"] {
        assert_eq!(calls(&app, ADMIN, &format!("{page}&page=1&{few}")).await, of_all, "{few}");
    }
}

/// What is assigned to somebody is read at once, on however many entities it is.
#[tokio::test]
async fn the_tasks_of_a_person_are_read_at_once() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let props = film.many_assets(&app, "Prop", 5).await;
    film.task(&app, &props[0], "Modeling", &[ARTIST]).await;
    let of_one = calls(&app, ARTIST, "/data/user/tasks").await;
    for prop in &props[1..] {
        film.task(&app, prop, "Modeling", &[ARTIST]).await;
    }
    assert_eq!(calls(&app, ARTIST, "/data/user/tasks").await, of_one);
}

/// The requests by which cold starts are measured, one of each function: docs/decisions/0029.
#[tokio::test]
async fn the_first_request_of_each_function_makes_so_many_calls() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    film.task(&app, &hero, "Modeling", &[ARTIST]).await;
    let of_hero = |rest: &str| format!("/data/assets/{hero}{rest}");
    for (path, calls) in [
        ("/auth/authenticated".to_owned(), 1),
        ("/data/asset-types".to_owned(), 2),
        (film.path("/shots"), 2),
        ("/data/persons".to_owned(), 2),
        (of_hero("/shot-asset-instances"), 3),
        ("/data/projects".to_owned(), 3),
        (film.path("/assets/shared-used"), 3),
        (of_hero("/casting"), 4),
        (film.path("/assets"), 4),
        (of_hero("/tasks"), 4),
        ("/data/tasks".to_owned(), 5),
        (of_hero(""), 6),
        (format!("/export/csv/projects/{}/assets.csv", film.id), 7),
    ] {
        let count = Count::default();
        let answer = wire::process(&app, count.clone()).get(ADMIN, &path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(count.0.load(Ordering::SeqCst), calls, "{path}");
    }
}
