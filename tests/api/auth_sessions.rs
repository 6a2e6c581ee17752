//! What ends a session: logging out, another password, a person who is not active or gone.

use axum::body::Body;
use http::{Request, header};
use tanuki_tests::prelude::*;

use crate::auth::{EMAIL, PASSWORD, cookie, get_as, jane, login, refresh};

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
    let path = format!("/api/actions/persons/{id}/change-password");
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", text(&mine, "access_token")))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({"password": new, "password_2": new}).to_string()));
    app.send(request.expect("a sound request")).await.ok();
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
