//! Logging in and out, tokens, and who a token stands for.

use axum::body::Body;
use http::{HeaderMap, Request, header};
use http_api::{TokenKind, Tokens};
use tanuki_tests::prelude::*;

const EMAIL: &str = "jane@example.com";
const PASSWORD: &str = "correct horse";

/// A studio with Jane, an artist with a password, in it; and her id.
async fn jane() -> (TestApp, String) {
    let app = TestApp::new().await;
    let body = json!({"first_name": "Jane", "last_name": "Doe", "email": EMAIL, "password": PASSWORD, "role": "user"});
    let person = app.post(ADMIN, "/data/persons", &body).await.created();
    (app, text(&person, "id").to_owned())
}

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post(NOBODY, "/auth/login", &json!({"email": email, "password": password})).await
}

/// `GET` with one header.
async fn get_with(app: &TestApp, path: &str, name: header::HeaderName, value: &str) -> Answer {
    let request = Request::get(format!("/api{path}")).header(name, value);
    app.send(request.body(Body::empty()).expect("a sound request")).await
}

async fn get_as(app: &TestApp, path: &str, token: &str) -> Answer {
    get_with(app, path, header::AUTHORIZATION, &format!("Bearer {token}")).await
}

fn cookie(headers: &HeaderMap, name: &str) -> String {
    let cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut found = cookies.filter(|line| line.starts_with(&format!("{name}=")));
    found.next().unwrap_or_else(|| panic!("no cookie {name} in {headers:?}")).to_owned()
}

#[tokio::test]
async fn a_login_answers_the_person_and_two_tokens() {
    let (app, id) = jane().await;
    let answer = login(&app, EMAIL, PASSWORD).await;
    let body = String::from_utf8_lossy(&answer.bytes).into_owned();
    assert!(
        !body.contains("argon2") && !body.contains(PASSWORD) && !body.contains("\"password"),
        "{body}"
    );
    for name in ["access_token_cookie", "refresh_token_cookie"] {
        let cookie = cookie(&answer.headers, name);
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
    let body = answer.ok();
    assert_eq!(body["login"], true);
    assert_has(
        &body["user"],
        &json!({"id": id, "email": EMAIL, "full_name": "Jane Doe", "role": "user"}),
    );
    let seen = get_as(&app, "/auth/authenticated", text(&body, "access_token")).await.ok();
    assert_eq!((&seen["authenticated"], &seen["user"]["id"]), (&json!(true), &json!(id)));
}

#[tokio::test]
async fn an_address_is_known_in_any_case() {
    let (app, id) = jane().await;
    assert_eq!(login(&app, "JANE@Example.com", PASSWORD).await.ok()["user"]["id"], json!(id));
}

#[tokio::test]
async fn a_wrong_password_looks_like_an_unknown_person() {
    let (app, _) = jane().await;
    let wrong = login(&app, EMAIL, "battery staple").await;
    let unknown = login(&app, "nobody@example.com", PASSWORD).await;
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
    assert!(wrong.headers.get(header::SET_COOKIE).is_none());
    assert_eq!(wrong.body["login"], json!(false));
    wrong.error(400, "WrongCredentialsException");
}

#[tokio::test]
async fn missing_credentials_are_named() {
    let (app, _) = jane().await;
    let check = async |body: Value, fields: &[&str]| {
        app.post(NOBODY, "/auth/login", &body).await.invalid(fields);
    };
    check(json!({}), &["email", "password"]).await;
    check(json!({"email": EMAIL}), &["password"]).await;
    check(json!({"email": 5, "password": null}), &["email", "password"]).await;
    check(json!([]), &["body"]).await;
}

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
async fn who_is_deleted_is_out_at_once() {
    let (app, id) = jane().await;
    let token = text(&login(&app, EMAIL, PASSWORD).await.ok(), "access_token").to_owned();
    app.delete(ADMIN, &format!("/data/persons/{id}")).await.gone();
    get_as(&app, "/data/assets", &token).await.error(401, "NotAuthenticatedException");
    login(&app, EMAIL, PASSWORD).await.error(400, "WrongCredentialsException");
}

#[tokio::test]
async fn a_form_logs_in_too() {
    let (app, id) = jane().await;
    let request = Request::post("/api/auth/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")
        .body(Body::from("email=jane%40example.com&password=correct+horse"));
    let answer = app.send(request.expect("a sound request")).await;
    assert_eq!(answer.ok()["user"]["id"], json!(id));
}

#[tokio::test]
async fn the_cookie_alone_is_enough() {
    let (app, _) = jane().await;
    let answer = login(&app, EMAIL, PASSWORD).await;
    let set = cookie(&answer.headers, "access_token_cookie");
    let pair = set.split(';').next().expect("name=value");
    get_with(&app, "/data/assets", header::COOKIE, pair).await.ok();
    get_with(&app, "/data/assets", header::COOKIE, "access_token_cookie=x")
        .await
        .error(401, "NotAuthenticatedException");
}

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
async fn the_two_tokens_do_not_stand_for_each_other() {
    let (app, _) = jane().await;
    let tokens = login(&app, EMAIL, PASSWORD).await.ok();
    get_as(&app, "/data/assets", text(&tokens, "refresh_token"))
        .await
        .error(401, "NotAuthenticatedException");
    get_as(&app, "/auth/refresh-token", text(&tokens, "access_token"))
        .await
        .error(401, "NotAuthenticatedException");
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

#[tokio::test]
async fn an_expired_token_says_what_gazu_waits_for() {
    let app = TestApp::new().await;
    let person = app.person(ARTIST).id;
    let session = app.app.store.session_create(person, 1000).await.expect("the session is opened");
    let long_ago = app.app.store.now().plus_seconds(-100);
    for (kind, path) in
        [(TokenKind::Access, "/data/assets"), (TokenKind::Refresh, "/auth/refresh-token")]
    {
        let issue = |seconds| {
            app.app.tokens.issue_for(kind, person, session, long_ago, seconds).expect("a token")
        };
        let error = get_as(&app, path, &issue(50)).await.error(401, "NotAuthenticatedException");
        assert_eq!(error["message"], "Signature has expired");
        get_as(&app, path, &issue(500)).await.ok();
    }
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_refused() {
    let app = TestApp::new().await;
    let person = app.person(ARTIST).id;
    let session = app.app.store.session_create(person, 1000).await.expect("the session is opened");
    let now = app.app.store.now();
    let foreign =
        Tokens::new(&[8; 32]).expect("long enough").issue(TokenKind::Access, person, session, now);
    let ours = app.app.tokens.issue(TokenKind::Access, person, session, now).expect("a token");
    let [_, claims, signature] = ours.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    // {"alg":"none","typ":"JWT"} and {"alg":"HS512","typ":"JWT"}
    let (none, hs512) =
        ("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9");
    let unknown = app.app.tokens.issue(TokenKind::Access, model::PersonId::new(), session, now);
    for token in [
        "",
        "garbage",
        "a.b.c",
        &foreign.expect("a token"),
        &unknown.expect("a token"),
        &format!("{none}.{claims}."),
        &format!("{none}.{claims}.{signature}"),
        &format!("{hs512}.{claims}.{signature}"),
        &app.app.tokens.sign_cursor(&json!({"sub": person})).expect("a cursor"),
    ] {
        let answer = get_as(&app, "/data/assets", token).await;
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{token}");
        answer.error(401, "NotAuthenticatedException");
    }
    get_as(&app, "/data/assets", &ours).await.ok();
}

#[tokio::test]
async fn the_context_is_what_kitsu_starts_with() {
    let (app, show) = tv_show().await;
    Production::of_nobody(&app, "Secret").await;
    let context = app.get(ARTIST, "/data/user/context").await.ok();
    assert_eq!(sorted(&context["asset_types"], "name"), ["Character", "Environment", "FX", "Prop"]);
    assert_eq!(column(&context["projects"], "id"), [show.id.as_str()]);
    assert_fields(
        &context,
        &["departments", "persons", "task_types", "task_status", "project_status"],
    );
    assert!(!context.to_string().contains("argon2"));
    app.get(NOBODY, "/data/user/context").await.error(401, "NotAuthenticatedException");
    app.get(NOBODY, "/auth/authenticated").await.error(401, "NotAuthenticatedException");
}
