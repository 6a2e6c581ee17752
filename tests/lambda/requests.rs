//! What an event says of a request: the path, which the gateway decodes, and the address it comes from.

use axum::body::Body;
use http::Request;
use model::throttle::Scope;
use tanuki_tests::gateway::SOURCE_IP;
use tanuki_tests::prelude::*;

use crate::auth::{EMAIL, PASSWORD, jane};

/// Encoded characters that end no id, lead nowhere, and begin neither a query nor a fragment.
const STRAY: [&str; 17] = [
    "%20",
    "%00",
    "%0A",
    "%09",
    "%22",
    "%23",
    "%25",
    "%252F",
    "%2E%2E",
    "%3F",
    "%3Fforce=true",
    "%5C",
    "%7B",
    "%C3%A9",
    "%FF",
    "%C0%AF",
    "%F0%9F%92%A9",
];

#[tokio::test]
async fn what_is_encoded_in_a_path_is_no_part_of_an_id() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    for stray in STRAY {
        for path in [format!("/data/assets/{hero}{stray}"), format!("/data/assets/{stray}{hero}")] {
            let answer = app.get(ADMIN, &path).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.body);
            answer.error(404, "AssetNotFoundException");
            app.get(NOBODY, &path).await.error(401, "NotAuthenticatedException");
        }
        let path = format!("/data/assets/{hero}/tasks{stray}");
        app.get(ADMIN, &path).await.error(404, "RouteNotFoundException");
    }
}

/// As a client does that puts an id into a path as it got it.
#[tokio::test]
async fn a_question_mark_in_a_path_begins_no_query() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    film.task(&app, &hero, "Modeling", &[ARTIST]).await;
    for stray in ["%3Fforce=true", "%3Fforce=true%23", "%23", "%3F"] {
        let path = format!("/data/assets/{hero}{stray}");
        app.delete(ADMIN, &path).await.error(404, "AssetNotFoundException");
        app.delete(ADMIN, &format!("{path}?force=true")).await.error(404, "AssetNotFoundException");
    }
    let row = app.get(ADMIN, &format!("/data/assets/{hero}")).await.ok();
    assert_eq!(row["canceled"], false, "{row}");
    let tasks = app.get(ADMIN, &format!("/data/assets/{hero}/tasks")).await.ok();
    assert_eq!(tasks.as_array().map(Vec::len), Some(1));
}

/// The gateway decodes a path before it chooses a route: an encoded slash is one.
#[tokio::test]
async fn an_encoded_slash_is_a_slash() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    film.task(&app, &hero, "Modeling", &[ARTIST]).await;
    let tasks = app.get(ADMIN, &format!("/data/assets/{hero}/tasks")).await.ok();
    let path = format!("/data/assets/{hero}%2Ftasks");
    assert_eq!(app.get(ADMIN, &path).await.ok(), tasks);
    app.get(OUTSIDER, &path).await.error(403, "NotAllowedException");
    let answer = app.get(ADMIN, &format!("/data/assets/{hero}%2F")).await;
    let location = format!("/api/data/assets/{hero}");
    assert_eq!((answer.status.as_u16(), answer.header("location")), (308, Some(&*location)));
}

/// The function of unknown paths has paths of its own, which are reached by their own routes only.
#[tokio::test]
async fn no_detour_leads_to_another_route() {
    let (app, _) = jane().await;
    let body = json!({"email": EMAIL, "password": PASSWORD});
    app.post(NOBODY, "/auth/login", &body).await.ok();
    for path in [
        "/auth/x/../login",
        "/auth/x/%2E%2E/login",
        "/auth/x%2F..%2Flogin",
        "/auth/./login",
        "/auth%5Clogin",
        "/auth/lo%09gin",
        "/auth/lo%0Agin",
        "/auth/login%3Fx=1",
        "/auth/login%23",
        "/auth/lo%2567in",
    ] {
        app.post(NOBODY, path, &body).await.error(404, "RouteNotFoundException");
    }
}

#[tokio::test]
async fn a_query_arrives_as_it_was_sent() {
    let (app, film) = film().await;
    let name = "50% & more? #1 + ü/%41";
    let asset = film.asset_id(&app, "Prop", name).await;
    let query = "name=50%25+%26%20more%3F%20%231%20%2B%20%C3%BC%2F%2541";
    let rows = app.get(ADMIN, &format!("/data/assets?{query}")).await.ok();
    assert_eq!(column(&rows, "id"), [&*asset]);
}

/// A login from an address, which says that it came from elsewhere.
async fn login_from(app: &TestApp, address: &str, password: &str, forged: i64) -> Answer {
    let body = json!({"email": EMAIL, "password": password}).to_string();
    let request = Request::post("/api/auth/login")
        .header("content-type", "application/json")
        .header(SOURCE_IP, address)
        .header("x-forwarded-for", format!("203.0.113.{forged}"))
        .header("forwarded", format!("for=203.0.113.{forged}"))
        .header("x-real-ip", format!("203.0.113.{forged}"));
    app.send(request.body(Body::from(body)).expect("a sound request")).await
}

#[tokio::test]
async fn guesses_are_counted_by_the_address_that_the_gateway_sees() {
    let (app, _) = jane().await;
    for nth in 0..Scope::Pair.limit() {
        let answer = login_from(&app, "198.51.100.7", "battery staple", nth).await;
        answer.error(400, "WrongCredentialsException");
    }
    let answer = login_from(&app, "198.51.100.7", PASSWORD, 99).await;
    answer.error(400, "TooManyLoginAttemptsException");
    login_from(&app, "198.51.100.8", PASSWORD, 0).await.ok();
}
