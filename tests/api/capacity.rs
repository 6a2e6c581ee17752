//! What each of the 26 endpoints costs, in capacity units, on a small production, and what a login: a studio pays for
//! these, and they are the same on every machine. A change of a number is a change of the product's price.

use tanuki_tests::capacity::{EXPECTED, LOGINS};
use tanuki_tests::docs;
use tanuki_tests::prelude::*;
use tanuki_tests::prices;

/// A show of four assets, two of them with a task, an episode of two shots, a scene, a borrowed asset.
struct Small {
    app: TestApp,
    show: Production,
    episode: Episode,
    hero: String,
    castle: String,
    lamp: String,
}

async fn small() -> Small {
    let (app, show) = tv_show().await;
    let library = Production::film(&app, "Library").await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let [hero, castle, lamp, sword] = [
        show.asset_id(&app, "Character", "Hero").await,
        show.asset_id(&app, "Environment", "Castle").await,
        show.asset_id(&app, "Prop", "Lamp").await,
        show.asset_id(&app, "Prop", "Sword").await,
    ];
    show.task(&app, &hero, "Modeling", &[ARTIST]).await;
    show.task(&app, &sword, "Modeling", &[]).await;
    show.cast(&app, &hero, &[&episode.shots[0], &episode.shots[1]]).await;
    show.cast(&app, &sword, &[&episode.shots[0], &castle]).await;
    let tree = library.asset_id(&app, "Environment", "Tree").await;
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [tree]})).await.ok();
    library.cast(&app, &tree, &[&episode.shots[0]]).await;
    let scene = show.scene(&app, "SC01", &episode.sequence).await;
    let body = json!({"asset_id": hero});
    let instance =
        app.post(ADMIN, &format!("/data/scenes/{scene}/asset-instances"), &body).await.created();
    let body = json!({"asset_instance_id": instance["id"]});
    app.post(ADMIN, &format!("/data/shots/{}/asset-instances", episode.shots[0]), &body)
        .await
        .created();
    Small { app, show, episode, hero, castle, lamp }
}

#[tokio::test]
async fn every_endpoint_costs_what_it_did() {
    let Small { app, show, episode, hero, castle, lamp } = small().await;
    let prop = show.asset_type("Prop");
    let get = |path: String| (Method::GET, path, None);
    let of_hero = |rest: &str| (Method::GET, format!("/data/assets/{hero}/{rest}"), None);
    let share = |path: String, body: Value| (Method::POST, path, Some(body));
    let requests: [(Method, String, Option<Value>); 26] = [
        get("/data/assets".to_owned()),
        get(format!("/data/assets/with-tasks?project_id={}", show.id)),
        get(format!("/data/assets/{hero}")),
        (Method::POST, show.new_asset("Prop"), Some(json!({"name": "Gem"}))),
        (Method::DELETE, format!("/data/assets/{lamp}"), None),
        get(show.path("/assets")),
        get(show.path(&format!("/asset-types/{prop}/assets"))),
        get("/data/asset-types".to_owned()),
        get(format!("/data/asset-types/{prop}")),
        get(show.path("/asset-types")),
        get(format!("/data/shots/{}/asset-types", episode.shots[0])),
        of_hero("tasks"),
        of_hero("task-types"),
        of_hero("casting"),
        (
            Method::PUT,
            format!("/data/assets/{hero}/casting"),
            Some(json!({"casting": [episode.shots[1], castle]})),
        ),
        of_hero("cast-in"),
        get(format!("/data/assets/{castle}/assets")),
        get(format!("/data/assets/{castle}/asset-asset-instances")),
        (
            Method::POST,
            format!("/data/assets/{castle}/asset-asset-instances"),
            Some(json!({"asset_to_instantiate_id": hero})),
        ),
        of_hero("shot-asset-instances"),
        of_hero("scene-asset-instances"),
        share("/actions/assets/share".to_owned(), json!({"asset_ids": [hero]})),
        share(format!("/actions/projects/{}/assets/share", show.id), json!({})),
        share(
            format!("/actions/projects/{}/asset-types/{prop}/assets/share", show.id),
            json!({"is_shared": false}),
        ),
        get(show.path("/assets/shared-used")),
        get(show.path(&format!("/episodes/{}/assets/shared-used", episode.id))),
    ];
    let document = serde_json::to_value(tanuki::routes::openapi()).expect("the document is JSON");
    let mut spent = Vec::new();
    for ((name, ..), (method, path, body)) in EXPECTED.into_iter().zip(requests) {
        assert_eq!(operation(&document, &method, &path), name, "{method} {path}");
        let answer = app.request(MANAGER, method, &path, body.as_ref()).await;
        assert!(answer.status.is_success(), "{name}: {} {}", answer.status, answer.body);
        let (read, write) = answer.capacity();
        spent.push((name, read, write));
    }
    assert_eq!(spent, EXPECTED);
}

/// The operation that a request is, by the OpenAPI document.
fn operation<'d>(document: &'d Value, method: &Method, path: &str) -> &'d str {
    let path = format!("/api{}", path.split('?').next().unwrap_or_default());
    let fits = |template: &str| {
        let parts = template.split('/').zip(path.split('/'));
        template.split('/').count() == path.split('/').count()
            && parts.into_iter().all(|(part, given)| part.starts_with('{') || part == given)
    };
    let paths = document["paths"].as_object().expect("paths").iter();
    let fitting = paths.filter(|(template, _)| fits(template));
    // A name stands before a parameter.
    let (_, found) = fitting.min_by_key(|(path, _)| path.matches('{').count()).expect("a path");
    text(&found[method.as_str().to_lowercase()], "operationId")
}

/// What clients ask for first: whole lists of the studio, which are small and many times read.
#[tokio::test]
async fn lists_of_the_studio_are_ranges() {
    let app = TestApp::new().await;
    app.persons(40).await;
    // Two units are the caller's.
    for (path, units) in [
        ("/data/persons", 6.0),
        ("/data/task-types", 3.0),
        ("/data/task-status", 3.0),
        ("/data/entity-types", 3.0),
        ("/data/departments", 3.0),
        ("/data/project-status", 3.0),
    ] {
        let answer = app.get(ADMIN, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.capacity(), (units, 0.0), "{path}");
    }
}

#[tokio::test]
async fn a_login_costs_what_it_did() {
    let app = TestApp::new().await;
    let person =
        json!({"first_name": "Jane", "email": "jane@example.com", "password": "correct horse"});
    app.post(ADMIN, "/data/persons", &person).await.created();
    let login = async |email: &str, password: &str| {
        app.post(NOBODY, "/auth/login", &json!({"email": email, "password": password})).await
    };
    let right = login("jane@example.com", "correct horse").await;
    let request = http::Request::get("/api/auth/refresh-token")
        .header("authorization", format!("Bearer {}", text(&right.body, "refresh_token")))
        .body(axum::body::Body::empty());
    let refreshed = app.send(request.expect("a sound request")).await;
    let wrong = login("jane@example.com", "battery staple").await;
    let nobodys = login("joan@example.com", "correct horse").await;
    for _ in 0..9 {
        login("jane@example.com", "battery staple").await.error(400, "WrongCredentialsException");
    }
    let late = login("jane@example.com", "correct horse").await;
    let answers = [right, wrong, nobodys, late, refreshed];
    assert_eq!(answers.each_ref().map(|answer| answer.status.as_u16()), [200, 400, 400, 400, 200]);
    let mut spent = Vec::new();
    for ((name, ..), answer) in LOGINS.into_iter().zip(answers) {
        let (read, write) = answer.capacity();
        spent.push((name, read, write));
    }
    assert_eq!(spent, LOGINS);
}

#[test]
fn the_costs_are_told() {
    let row = |(name, read, write): (&str, f64, f64)| {
        let price = read * prices::READ_UNITS + write * prices::WRITE_UNITS;
        let (operation, how) = name.split_at(name.find(',').unwrap_or(name.len()));
        format!("| `{operation}`{how} | {read} | {write} | {price:.2} |\n")
    };
    let rows = [EXPECTED.map(row).concat(), LOGINS.map(row).concat()];
    docs::assert_told("cost.md", &rows.concat());
}
