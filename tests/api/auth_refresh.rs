//! Refresh tokens: each use hands out the next one, and one that was replaced ends the session.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header;
use tanuki_tests::app::TABLE;
use tanuki_tests::prelude::*;

use crate::auth::{EMAIL, PASSWORD, cookie, get_as, get_with, jane, login, refresh};

#[tokio::test]
async fn a_refresh_token_gets_a_new_access_token() {
    let (app, id) = jane().await;
    let tokens = login(&app, EMAIL, PASSWORD).await.ok();
    let refreshed = get_as(&app, "/auth/refresh-token", text(&tokens, "refresh_token")).await;
    cookie(&refreshed.headers, "access_token_cookie");
    let refreshed = refreshed.ok();
    let seen = get_as(&app, "/auth/authenticated", text(&refreshed, "access_token")).await.ok();
    assert_eq!(seen["user"]["id"], json!(id));
}

#[tokio::test]
async fn a_refresh_hands_out_the_next_refresh_token() {
    let (app, _) = jane().await;
    let first = text(&login(&app, EMAIL, PASSWORD).await.ok(), "refresh_token").to_owned();
    let answer = refresh(&app, &first).await;
    let kept = cookie(&answer.headers, "refresh_token_cookie");
    let second = text(&answer.ok(), "refresh_token").to_owned();
    assert!(second != first && kept.starts_with(&format!("refresh_token_cookie={second};")));
    let exp = |token: &str| claims(token)["exp"].as_i64();
    assert_eq!(exp(&second), exp(&first), "the session ends when it was to end");
    let answer = refresh(&app, &second).await.ok();
    get_as(&app, "/data/assets", text(&answer, "access_token")).await.ok();
    assert_ne!(text(&answer, "refresh_token"), second);
}

/// Zou hands out no new refresh token, so its clients may keep the first one for as long as it lives.
#[tokio::test]
async fn a_client_that_keeps_its_refresh_token_stays_logged_in() {
    let (app, _) = jane().await;
    let first = text(&login(&app, EMAIL, PASSWORD).await.ok(), "refresh_token").to_owned();
    let mut offered = Vec::new();
    for n in 0..4 {
        let answer = refresh(&app, &first).await.ok();
        get_as(&app, "/data/assets", text(&answer, "access_token")).await.ok();
        offered.push(claims(text(&answer, "refresh_token"))["jti"].clone());
        if n == 1 {
            age(&app, &first, "offered_at");
        }
    }
    // Who asks twice at once gets the same successor, whoever asks later another one.
    offered.dedup();
    assert_eq!(offered.len(), 2, "{offered:?}");
}

/// Both go on with a copy of the same token, one after the other.
#[tokio::test]
async fn a_thief_who_keeps_pace_is_given_away() {
    let (app, _) = jane().await;
    let stolen = text(&login(&app, EMAIL, PASSWORD).await.ok(), "refresh_token").to_owned();
    let owner = refresh(&app, &stolen).await.ok();
    age(&app, &stolen, "offered_at");
    let thief = refresh(&app, &stolen).await.ok();
    refresh(&app, text(&owner, "refresh_token")).await.error(401, "NotAuthenticatedException");
    refresh(&app, text(&thief, "refresh_token")).await.error(401, "NotAuthenticatedException");
}

/// What scripts of the page cannot see, they cannot have told.
#[tokio::test]
async fn who_refreshes_by_cookie_gets_cookies_only() {
    let (app, _) = jane().await;
    let answer = login(&app, EMAIL, PASSWORD).await;
    let kept = cookie(&answer.headers, "refresh_token_cookie");
    assert!(kept.contains("; Path=/api/auth;"), "{kept}");
    let kept = kept.split(';').next().expect("name=value");
    let answer = get_with(&app, "/auth/refresh-token", header::COOKIE, kept).await;
    let access = cookie(&answer.headers, "access_token_cookie");
    cookie(&answer.headers, "refresh_token_cookie");
    assert_eq!(answer.ok(), json!({"refresh": true}));
    let access = access.split(';').next().expect("name=value");
    get_with(&app, "/data/assets", header::COOKIE, access).await.ok();
}

#[tokio::test]
async fn a_replaced_refresh_token_ends_the_session() {
    let (app, _) = jane().await;
    let tokens = login(&app, EMAIL, PASSWORD).await.ok();
    let other = login(&app, EMAIL, PASSWORD).await.ok();
    let first = text(&tokens, "refresh_token");
    let second = text(&refresh(&app, first).await.ok(), "refresh_token").to_owned();
    let third = refresh(&app, &second).await.ok();
    // A request that was overtaken: for a minute the old one still counts.
    refresh(&app, first).await.ok();
    age(&app, first, "rotated_at");
    refresh(&app, first).await.error(401, "NotAuthenticatedException");
    // Whoever of the two has the copy is out.
    refresh(&app, text(&third, "refresh_token")).await.error(401, "NotAuthenticatedException");
    for tokens in [&tokens, &third] {
        let answer = get_as(&app, "/data/assets", text(tokens, "access_token")).await;
        answer.error(401, "NotAuthenticatedException");
    }
    get_as(&app, "/data/assets", text(&other, "access_token")).await.ok();
    refresh(&app, text(&other, "refresh_token")).await.ok();
}

/// A request that is refused leaves the token as it was.
#[tokio::test]
async fn a_refused_refresh_uses_no_token() {
    let (app, _) = jane().await;
    let first = text(&login(&app, EMAIL, PASSWORD).await.ok(), "refresh_token").to_owned();
    let second = text(&refresh(&app, &first).await.ok(), "refresh_token").to_owned();
    let session = || engine(&app, "GetItem", json!({"Key": session_key(&second)}));
    let before = session();
    get_as(&app, "/auth/refresh-token?x=1", &second).await.invalid(&["x"]);
    assert_eq!(session(), before);
    refresh(&app, &second).await.ok();
    assert_ne!(session(), before);
}

/// Moves the moment at which a session's refresh token was replaced, or offered, into the past: past the grace.
fn age(app: &TestApp, token: &str, moment: &str) {
    let update = json!({
        "Key": session_key(token),
        "UpdateExpression": format!("SET refresh.{moment} = :then"),
        "ExpressionAttributeValues": {":then": {"N": "0"}},
    });
    engine(app, "UpdateItem", update);
}

/// Asks the table itself.
fn engine(app: &TestApp, action: &str, mut request: Value) -> Value {
    request["TableName"] = json!(TABLE);
    let target = format!("DynamoDB_20120810.{action}");
    let (status, answer) = app.engine.answer(&target, request.to_string().as_bytes());
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    serde_json::from_slice(&answer).expect("JSON")
}

fn session_key(token: &str) -> Value {
    let claims = claims(token);
    json!({
        "PK": {"S": format!("PERSON#{}", text(&claims, "sub"))},
        "SK": {"S": format!("SESSION#{}", text(&claims, "sid"))},
    })
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(payload).expect("base64");
    serde_json::from_slice(&bytes).expect("JSON")
}
