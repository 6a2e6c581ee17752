//! What ends a session: logging out, another password, a person who is not active or gone.

use axum::body::Body;
use http::{Request, header, request};
use model::throttle::Scope;
use tanuki_tests::prelude::*;

use crate::auth::{EMAIL, PASSWORD, cookie, get_as, get_with, jane, login, refresh};

#[tokio::test]
async fn who_is_not_active_is_out_at_once() {
    let (app, id) = jane().await;
    let token = text(&login(&app, EMAIL, PASSWORD).await.ok(), "access_token").to_owned();
    get_as(&app, "/data/assets", &token).await.ok();
    app.put(ADMIN, &format!("/data/persons/{id}"), &json!({"active": false})).await.ok();
    get_as(&app, "/data/assets", &token).await.error(401, "NotAuthenticatedException");
    login(&app, EMAIL, PASSWORD).await.error(400, "WrongCredentialsException");
}

#[tokio::test]
async fn who_is_not_active_cannot_refresh() {
    let (app, id) = jane().await;
    let token = text(&login(&app, EMAIL, PASSWORD).await.ok(), "refresh_token").to_owned();
    let change = async |active: bool| {
        app.put(ADMIN, &format!("/data/persons/{id}"), &json!({"active": active})).await.ok()
    };
    change(false).await;
    refresh(&app, &token).await.error(401, "NotAuthenticatedException");
    // Back again, one logs in anew: the old sessions are over.
    change(true).await;
    refresh(&app, &token).await.error(401, "NotAuthenticatedException");
    login(&app, EMAIL, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_at_once() {
    let (app, id) = jane().await;
    let log_in = async |password: &str| login(&app, EMAIL, password).await.ok();
    let (mine, other) = (log_in(PASSWORD).await, log_in(PASSWORD).await);
    let new = "battery staple";
    let body = json!({"old_password": PASSWORD, "password": new, "password_2": new});
    let answer = post_as(&app, "/auth/change-password", text(&mine, "access_token"), &body).await;
    assert_eq!(answer.ok(), json!({"success": true}));
    let alive = async |tokens: &Value| {
        let access = get_as(&app, "/data/assets", text(tokens, "access_token")).await.status;
        let refresh = refresh(&app, text(tokens, "refresh_token")).await.status;
        (access.as_u16(), refresh.as_u16())
    };
    assert_eq!(alive(&other).await, (401, 401));
    assert_eq!(alive(&mine).await, (200, 200), "the one who changed it");
    login(&app, EMAIL, PASSWORD).await.error(400, "WrongCredentialsException");
    let later = log_in(new).await;
    // Given by the administrator, it ends all.
    app.put(ADMIN, &format!("/data/persons/{id}"), &json!({"password": PASSWORD})).await.ok();
    assert_eq!((alive(&mine).await, alive(&later).await), ((401, 401), (401, 401)));
}

/// Somebody who has got hold of a token must not be able to keep its owner out.
#[tokio::test]
async fn one_changes_a_password_by_the_one_that_counts() {
    let (app, id) = jane().await;
    let token = text(&login(&app, EMAIL, PASSWORD).await.ok(), "access_token").to_owned();
    let new = json!({"password": "battery staple", "password_2": "battery staple"});
    let own = async |old: &Value, rest: &Value| {
        let mut body = rest.clone();
        body["old_password"] = old.clone();
        post_as(&app, "/auth/change-password", &token, &body).await
    };
    own(&json!("battery staple"), &new).await.invalid(&["old_password"]);
    own(&Value::Null, &json!({"password": "short"})).await.invalid(&[
        "old_password",
        "password",
        "password_2",
    ]);
    let by_admins = format!("/actions/persons/{id}/change-password");
    post_as(&app, &by_admins, &token, &new).await.invalid(&["password"]);
    let request = as_bearer(Request::put(format!("/api/data/persons/{id}")), &token);
    let body = Body::from(json!({"password": "battery staple"}).to_string());
    app.send(request.body(body).expect("a sound request")).await.invalid(&["password"]);
    login(&app, EMAIL, PASSWORD).await.ok();
    // Guessing it is slowed down as guessing at the login is.
    for _ in 0..Scope::Pair.limit() {
        own(&json!("guessed"), &new).await.invalid(&["old_password"]);
    }
    let answer = own(&json!(PASSWORD), &new).await;
    assert!(answer.header("retry-after").is_some());
    answer.error(400, "TooManyLoginAttemptsException");
    // Who has none gives himself one.
    let none_yet = format!("/actions/persons/{}/change-password", app.person(ARTIST).id);
    app.post(ARTIST, &none_yet, &new).await.ok();
    app.post(ARTIST, &none_yet, &new).await.invalid(&["password"]);
}

#[tokio::test]
async fn who_is_deleted_is_out_at_once() {
    let (app, id) = jane().await;
    let token = text(&login(&app, EMAIL, PASSWORD).await.ok(), "access_token").to_owned();
    app.delete(ADMIN, &format!("/data/persons/{id}")).await.gone();
    get_as(&app, "/data/assets", &token).await.error(401, "NotAuthenticatedException");
    login(&app, EMAIL, PASSWORD).await.error(400, "WrongCredentialsException");
}

#[tokio::test]
async fn a_logout_revokes_both_tokens_at_once() {
    let (app, _) = jane().await;
    let tokens = login(&app, EMAIL, PASSWORD).await.ok();
    let other = login(&app, EMAIL, PASSWORD).await.ok();
    let answer = get_as(&app, "/auth/logout", text(&tokens, "access_token")).await;
    assert!(cookie(&answer.headers, "access_token_cookie").starts_with("access_token_cookie=;"));
    assert_eq!(answer.ok()["logout"], true);
    get_as(&app, "/data/assets", text(&tokens, "access_token"))
        .await
        .error(401, "NotAuthenticatedException");
    get_as(&app, "/auth/refresh-token", text(&tokens, "refresh_token"))
        .await
        .error(401, "NotAuthenticatedException");
    get_as(&app, "/data/assets", text(&other, "access_token")).await.ok();
}

/// Kitsu shows who logs out the page to log in, whatever the answer is: then nothing may be left in the browser.
#[tokio::test]
async fn a_browser_logs_out_after_its_access_token_has_expired() {
    let (app, _) = jane().await;
    let answer = login(&app, EMAIL, PASSWORD).await;
    let kept = cookie(&answer.headers, "refresh_token_cookie");
    let kept = kept.split(';').next().expect("name=value");
    let tokens = answer.ok();
    let log_out =
        async |cookies: &str| get_with(&app, "/auth/logout", header::COOKIE, cookies).await;
    let forgets = |answer: &Answer| {
        for name in ["access_token_cookie", "refresh_token_cookie"] {
            assert!(cookie(&answer.headers, name).starts_with(&format!("{name}=; Max-Age=0")));
        }
    };
    let answer = log_out(&format!("access_token_cookie=x; {kept}")).await;
    forgets(&answer);
    assert_eq!(answer.ok()["logout"], true);
    refresh(&app, text(&tokens, "refresh_token")).await.error(401, "NotAuthenticatedException");
    get_as(&app, "/data/assets", text(&tokens, "access_token"))
        .await
        .error(401, "NotAuthenticatedException");
    let answer = log_out("access_token_cookie=x; refresh_token_cookie=y").await;
    forgets(&answer);
    answer.error(401, "NotAuthenticatedException");
    // A refresh token in the header is none that calls the API.
    let tokens = login(&app, EMAIL, PASSWORD).await.ok();
    get_as(&app, "/auth/logout", text(&tokens, "refresh_token"))
        .await
        .error(401, "NotAuthenticatedException");
    refresh(&app, text(&tokens, "refresh_token")).await.ok();
}

#[tokio::test]
async fn a_link_of_another_page_logs_nobody_out() {
    let (app, _) = jane().await;
    let tokens = login(&app, EMAIL, PASSWORD).await.ok();
    let log_out = async |site: &str, mode: &str| {
        let cookie = format!("access_token_cookie={}", text(&tokens, "access_token"));
        let request = Request::get("/api/auth/logout").header(header::COOKIE, cookie);
        let request = request.header("sec-fetch-site", site).header("sec-fetch-mode", mode);
        app.send(request.body(Body::empty()).expect("a sound request")).await
    };
    for (site, mode) in [("cross-site", "navigate"), ("same-site", "no-cors")] {
        log_out(site, mode).await.error(403, "NotAllowedException");
    }
    get_as(&app, "/data/assets", text(&tokens, "access_token")).await.ok();
    // Kitsu on another host of the same site, which may ask.
    log_out("same-site", "cors").await.ok();
}

fn as_bearer(request: request::Builder, token: &str) -> request::Builder {
    request
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
}

async fn post_as(app: &TestApp, path: &str, token: &str, body: &Value) -> Answer {
    let request = as_bearer(Request::post(format!("/api{path}")), token);
    app.send(request.body(Body::from(body.to_string())).expect("a sound request")).await
}
