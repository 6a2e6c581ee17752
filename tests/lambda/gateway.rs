//! What only exists behind a gateway: routes, encodings, limits.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::time::Duration;

use axum::body::Body;
use flate2::read::GzDecoder;
use http::Request;
use http_api::{KeySet, Tokens};
use tanuki_tests::Gateway;
use tanuki_tests::app::token_secret;
use tanuki_tests::gateway::{BODY_MAX, Instance, Limits, PAYLOAD_MAX};
use tanuki_tests::prelude::*;
use tanuki_tests::template::Template;

/// A studio behind a gateway with limits of its own.
pub(crate) async fn limited(time: Duration, instances: usize) -> (TestApp, Production) {
    let (app, film) = film().await;
    let limits = Limits { time, instances };
    let gateway = Gateway::start_with(&app.engine, &token_secret(), limits).await;
    (app.behind(gateway), film)
}

/// The gateway's own body.
#[track_caller]
pub(crate) fn assert_gateways(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status, status, "{}: {}", answer.request, answer.body);
    assert_eq!(answer.body, json!({"message": message}), "{}", answer.request);
}

#[tokio::test]
async fn every_path_of_the_template_is_known_to_its_function() {
    let app = TestApp::new().await;
    for event in Template::read().functions().iter().flat_map(|function| &function.events) {
        if event.path == "$default" {
            continue;
        }
        let is_id = |part: &str| part.starts_with('{');
        let nil = uuid::Uuid::nil().to_string();
        let parts = event.path.split('/').map(|part| if is_id(part) { nil.as_str() } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        let answer = app.request(ADMIN, Method::OPTIONS, &path, None).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.body);
        let allowed = answer.header("allow").expect("the methods").to_owned();
        assert!(allowed.ends_with("OPTIONS"), "{path}: {allowed}");
    }
}

#[tokio::test]
async fn head_and_wrong_methods_are_the_functions() {
    let app = TestApp::new().await;
    for path in ["/api", "/data/asset-types"] {
        let head = app.request(ADMIN, Method::HEAD, path, None).await;
        assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0), "{path}");
        assert!(head.header("etag").is_some(), "{path}");
    }
    let answer = app.delete(ADMIN, "/data/asset-types").await;
    assert_eq!(answer.header("allow"), Some("GET,HEAD,OPTIONS"));
    answer.error(405, "MethodNotAllowedException");
}

#[tokio::test]
async fn what_is_no_route_has_the_error_shape() {
    let app = TestApp::new().await;
    for path in
        ["/api/nowhere", "/api/data/assets/a/b/c", "/api/data/assets/%00", "/api/data/assets/%20"]
    {
        let answer = app.get(ADMIN, path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        answer.assert_error_shape();
    }
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_route() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let body = json!({"asset_ids": [hero]});
    let answer = app.post(ADMIN, "/actions/assets/share/", &body).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (308, Some("/api/actions/assets/share"))
    );
    let shared = app.post(ADMIN, answer.header("location").expect("a path"), &body).await.ok();
    assert_eq!(shared[0]["is_shared"], true);

    let answer = app.get(ADMIN, "/data/assets/?page=1&name=Hero").await;
    assert_eq!(answer.header("location"), Some("/api/data/assets?page=1&name=Hero"));
    // Its own paths a function answers at once.
    app.get(NOBODY, "/api/status/").await.ok();
}

#[tokio::test]
async fn a_token_comes_by_cookie() {
    let app = TestApp::new().await;
    let token = app.token(ADMIN).expect("a token");
    let request = Request::get("/api/data/assets")
        .header("cookie", "first=1")
        .header("cookie", format!("access_token_cookie={token}; last=2"));
    app.send(request.body(Body::empty()).expect("a request")).await.ok();
}

/// Without a deployment, and without logging anybody out.
#[tokio::test]
async fn a_key_is_exchanged_while_functions_run() {
    let app = TestApp::new().await;
    app.get(ADMIN, "/data/asset-types").await.ok();
    let old: Value = serde_json::from_str(&token_secret()).expect("JSON");
    let new = json!({"kid": "2", "key": "a secret of thirty-two bytes, or more"});
    let tokens = Tokens::of(KeySet::parse(&json!([new, old]).to_string()).expect("two keys"));
    let (person, now) = (app.person(ADMIN).id, app.app.store.now());
    let session = app.open_session(person, 1000).await;
    let token = tokens.issue(person, session.id, now).expect("a token");
    app.gateway().exchange_secret(&json!([new, old]).to_string());
    let request = Request::get("/api/data/asset-types")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty());
    app.send(request.expect("a request")).await.ok();
    app.get(ADMIN, "/data/asset-types").await.ok();
}

#[tokio::test]
async fn bodies_that_are_not_text_arrive() {
    let app = TestApp::new().await;
    let send = async |body: &[u8], content_type: &str| {
        let request = Request::post("/api/data/departments")
            .header("authorization", format!("Bearer {}", app.token(ADMIN).expect("a token")))
            .header("content-type", content_type);
        app.send(request.body(Body::from(body.to_vec())).expect("a request")).await
    };
    let body = json!({"name": "Größe", "color": "#123456"}).to_string();
    let made = send(body.as_bytes(), "application/octet-stream").await;
    assert_eq!(made.created()["name"], "Größe");
    send(b"{\"name\": \"\xff\"}", "application/json").await.error(400, "ValidationException");
}

#[tokio::test]
async fn compressed_answers_arrive() {
    let (app, film) = film().await;
    film.many_assets(&app, "Prop", 50).await;
    let path = format!("/api{}", film.path("/assets"));
    let request = Request::get(path)
        .header("authorization", format!("Bearer {}", app.token(ADMIN).expect("a token")))
        .header("accept-encoding", "gzip");
    let answer = app.send(request.body(Body::empty()).expect("a request")).await;
    let plain = app.get(ADMIN, &film.path("/assets")).await;
    assert_eq!(unzipped(&answer), plain.bytes);
}

/// What a compressed answer says.
#[track_caller]
fn unzipped(answer: &Answer) -> Vec<u8> {
    assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (200, Some("gzip")));
    let mut bytes = Vec::new();
    GzDecoder::new(&*answer.bytes).read_to_end(&mut bytes).expect("a sound zip");
    bytes
}

#[tokio::test]
async fn too_large_a_request_is_the_gateways_to_refuse() {
    let app = TestApp::new().await;
    for size in [PAYLOAD_MAX, BODY_MAX + 1] {
        let body = json!({"name": "x".repeat(size)});
        let answer = app.post(ADMIN, "/data/departments", &body).await;
        assert_gateways(&answer, 413, "Request Entity Too Large");
    }
    // What fits the event and is still too much for a name is the function's.
    let body = json!({"name": "x".repeat(PAYLOAD_MAX - 10_000)});
    app.post(ADMIN, "/data/departments", &body).await.invalid(&["name"]);
}

/// Lambda's limit: a client that takes gzip, as gazu and browsers do, does not meet it.
#[tokio::test]
async fn too_large_an_answer_is_refused_unless_it_is_compressed() {
    let (app, film) = film().await;
    for n in 0..25 {
        let data = json!({"notes": "x".repeat(260_000)});
        let body = json!({"name": format!("Prop {n}"), "data": data});
        film.asset_with(&app, "Prop", body).await;
    }
    let answer = app.get(ADMIN, &film.path("/assets")).await;
    answer.error(413, "AnswerTooLargeException");
    let request = Request::get(format!("/api{}", film.path("/assets")))
        .header("authorization", format!("Bearer {}", app.token(ADMIN).expect("a token")))
        .header("accept-encoding", "gzip");
    let answer = app.send(request.body(Body::empty()).expect("a request")).await;
    let rows: Value = serde_json::from_slice(&unzipped(&answer)).expect("JSON");
    let names: BTreeSet<&str> = column(&rows, "name").into_iter().collect();
    assert_eq!((rows.as_array().map(Vec::len), names.len()), (Some(25), 25));
    let notes = |row: &Value| text(&row["data"], "notes").len();
    assert!(rows.as_array().into_iter().flatten().all(|row| notes(row) == 260_000));
}

/// A function of 1 MB may hold 128 KB of what is stored: the template's have hundreds of times that.
#[tokio::test]
async fn what_a_function_has_no_memory_for_is_refused_before_it_dies_of_it() {
    let (app, film) = film().await;
    film.many_assets(&app, "Prop", 600).await;
    let little = [("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1")];
    let mut small = app.gateway().instance_with("project-assets", &little).await;
    let mut large = app.gateway().instance_with("project-assets", &[]).await;
    let ask = async |instance: &mut Instance, path: &str| {
        let request = Request::get(format!("/api{path}"))
            .header("authorization", format!("Bearer {}", app.token(ADMIN).expect("a token")));
        let event = app.gateway().event(request.body(()).expect("a request"));
        let (function, event) = event.expect("a route");
        assert_eq!(function, "project-assets");
        instance.answer(event).await.expect("an answer")
    };
    let all = film.path("/assets");
    let few = film.path(&format!("/asset-types/{}/assets", film.asset_type("Environment")));
    ask(&mut small, &all).await.error(413, "AnswerTooLargeException");
    ask(&mut small, &few).await.ok();
    assert_eq!(ask(&mut large, &all).await.ok().as_array().map(Vec::len), Some(600));
}

#[tokio::test]
async fn a_request_is_given_up_in_time() {
    let (app, film) = limited(Duration::from_secs(5), 10).await;
    app.get(ADMIN, &film.path("/assets")).await.ok();
    app.gateway().delay_table(Duration::from_secs(10));
    let answer = app.get(ADMIN, &film.path("/assets")).await;
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    answer.error(500, "StoreUnavailableException");
    app.gateway().delay_table(Duration::ZERO);
    app.get(ADMIN, &film.path("/assets")).await.ok();
}

/// One that has no time to give up: such as one that computes without end.
#[tokio::test]
async fn a_function_that_takes_too_long_is_stopped() {
    let (app, film) = limited(Duration::from_millis(1900), 10).await;
    app.get(ADMIN, &film.path("/assets")).await.ok();
    app.gateway().delay_table(Duration::from_secs(10));
    let answer = app.get(ADMIN, &film.path("/assets")).await;
    assert_gateways(&answer, 500, "Internal Server Error");
    app.gateway().delay_table(Duration::ZERO);
    app.get(ADMIN, &film.path("/assets")).await.ok();
}

#[tokio::test]
async fn a_function_without_a_free_instance_is_unavailable() {
    let (app, film) = limited(Duration::from_secs(20), 1).await;
    app.get(ADMIN, &film.path("/assets")).await.ok();
    app.gateway().delay_table(Duration::from_millis(500));
    let path = film.path("/assets");
    let (one, two) = tokio::join!(app.get(ADMIN, &path), app.get(ADMIN, &path));
    let (answered, refused) = if one.status == 200 { (one, two) } else { (two, one) };
    answered.ok();
    assert_gateways(&refused, 503, "Service Unavailable");
}
