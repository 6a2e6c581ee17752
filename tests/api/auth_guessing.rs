//! Guessing passwords: slowed down for whoever guesses, and for nobody else.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, header};
use http_api::Connection;
use model::throttle::Scope;
use sha2::{Digest as _, Sha256};
use tanuki_tests::app::TABLE;
use tanuki_tests::prelude::*;

use crate::auth::{EMAIL, PASSWORD, jane};

const HOME: [u8; 4] = [192, 0, 2, 1];
const TOO_MANY: &str = "TooManyLoginAttemptsException";

/// A login from an address of its own.
async fn login_from(app: &TestApp, address: [u8; 4], email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password}).to_string();
    let request = Request::post("/api/auth/login")
        .header(header::CONTENT_TYPE, "application/json")
        // What a client says of itself does not count.
        .header("x-forwarded-for", "203.0.113.9")
        .extension(Connection(address.into()));
    app.send(request.body(Body::from(body)).expect("a sound request")).await
}

async fn fail(app: &TestApp, address: [u8; 4], email: &str) -> String {
    let answer = login_from(app, address, email, "battery staple").await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    text(&answer.body, "exception").to_owned()
}

/// Fails as often as one address may.
async fn fail_until_refused(app: &TestApp, address: [u8; 4], email: &str) {
    for _ in 0..Scope::Pair.limit() {
        assert_eq!(fail(app, address, email).await, "WrongCredentialsException");
    }
    assert_eq!(fail(app, address, email).await, TOO_MANY);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_says_for_how_long() {
    let (app, _) = jane().await;
    let app = app.without_gateway();
    fail_until_refused(&app, HOME, EMAIL).await;
    // The right one is not looked at either: nobody learns by it that it is.
    let answer = login_from(&app, HOME, "JANE@example.com", PASSWORD).await;
    let seconds: i64 = answer.header("retry-after").expect("a time").parse().expect("seconds");
    assert!((1..=Scope::Pair.window()).contains(&seconds), "{seconds}");
    assert_has(&answer.body, &json!({"login": false, "too_many_failed_login_attemps": true}));
    answer.error(400, TOO_MANY);
    // Everybody else at that address, and Jane at another one.
    app.put(
        ADMIN,
        &format!("/data/persons/{}", app.person(ARTIST).id),
        &json!({"password": PASSWORD}),
    )
    .await
    .ok();
    let artist = app.person(ARTIST).email.clone().expect("an address");
    login_from(&app, HOME, &artist, PASSWORD).await.ok();
    login_from(&app, [192, 0, 2, 2], EMAIL, PASSWORD).await.ok();
    app.assert_whole("counters and known addresses").await;
}

#[tokio::test]
async fn an_unknown_address_is_slowed_down_as_a_known_one() {
    let app = TestApp::new().await.without_gateway();
    fail_until_refused(&app, HOME, "nobody@example.com").await;
}

#[tokio::test]
async fn a_login_makes_the_failures_before_it_forgotten() {
    let (app, _) = jane().await;
    let app = app.without_gateway();
    for _ in 0..3 {
        for _ in 0..Scope::Pair.limit() - 1 {
            assert_eq!(fail(&app, HOME, EMAIL).await, "WrongCredentialsException");
        }
        login_from(&app, HOME, EMAIL, PASSWORD).await.ok();
    }
}

/// However many addresses he has.
#[tokio::test]
async fn a_stranger_locks_nobody_out_of_where_he_was_before() {
    let (app, _) = jane().await;
    let app = app.without_gateway();
    login_from(&app, HOME, EMAIL, PASSWORD).await.ok();
    count(&app, &format!("LOGIN#{}", digest(EMAIL)), Scope::Account.limit());
    assert_eq!(fail(&app, [198, 51, 100, 1], EMAIL).await, TOO_MANY);
    let elsewhere = login_from(&app, [198, 51, 100, 2], EMAIL, PASSWORD).await;
    elsewhere.error(400, TOO_MANY);
    login_from(&app, HOME, EMAIL, PASSWORD).await.ok();
}

#[tokio::test]
async fn an_address_that_tries_many_people_is_slowed_down() {
    let (app, _) = jane().await;
    let app = app.without_gateway();
    count(&app, "LOGIN#198.51.100.1", Scope::Address.limit());
    assert_eq!(fail(&app, [198, 51, 100, 1], "anybody@example.com").await, TOO_MANY);
    login_from(&app, HOME, EMAIL, PASSWORD).await.ok();
}

/// A password that was not looked at has not failed: neither by the person nor by the address is it counted.
#[tokio::test]
async fn what_is_not_looked_at_is_not_counted() {
    let (app, _) = jane().await;
    let app = app.without_gateway();
    let of_home = "LOGIN#192.0.2.1";
    count(&app, of_home, Scope::Address.limit());
    for _ in 0..=Scope::Pair.limit() {
        login_from(&app, HOME, EMAIL, PASSWORD).await.error(400, TOO_MANY);
    }
    count(&app, of_home, 0);
    login_from(&app, HOME, EMAIL, PASSWORD).await.ok();
}

#[tokio::test]
async fn failures_are_forgotten_after_a_while() {
    let (app, _) = jane().await;
    let app = app.without_gateway();
    count_until(&app, &format!("LOGIN#{}#192.0.2.1", digest(EMAIL)), 1000, 1);
    fail_until_refused(&app, HOME, EMAIL).await;
}

/// Sets a counter of failed logins, as if they had failed just now.
fn count(app: &TestApp, key: &str, failures: i64) {
    count_until(app, key, failures, app.app.store.now().unix() + 600);
}

fn count_until(app: &TestApp, key: &str, failures: i64, until: i64) {
    let number = |n: i64| json!({"N": n.to_string()});
    let item = json!({
        "PK": {"S": key}, "SK": {"S": "FAILURES"}, "failures": number(failures), "expires_at": number(until),
    });
    let put = json!({"TableName": TABLE, "Item": item}).to_string();
    assert_eq!(app.engine.answer("DynamoDB_20120810.PutItem", put.as_bytes()).0, 200);
}

fn digest(email: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(email))
}
