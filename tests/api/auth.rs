//! Logging in, and what one is then told; with the steps that all tests of sessions and tokens begin with.

use axum::body::Body;
use http::{HeaderMap, Request, header};
use tanuki_tests::prelude::*;

pub(crate) const EMAIL: &str = "jane@example.com";
pub(crate) const PASSWORD: &str = "correct horse";

/// A studio with Jane, an artist with a password, in it; and her id.
pub(crate) async fn jane() -> (TestApp, String) {
    let app = TestApp::new().await;
    let body = json!({"first_name": "Jane", "last_name": "Doe", "email": EMAIL, "password": PASSWORD, "role": "user"});
    let person = app.post(ADMIN, "/data/persons", &body).await.created();
    (app, text(&person, "id").to_owned())
}

pub(crate) async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post(NOBODY, "/auth/login", &json!({"email": email, "password": password})).await
}

/// `GET` with one header.
pub(crate) async fn get_with(
    app: &TestApp,
    path: &str,
    name: header::HeaderName,
    value: &str,
) -> Answer {
    let request = Request::get(format!("/api{path}")).header(name, value);
    app.send(request.body(Body::empty()).expect("a sound request")).await
}

/// `GET` with a token.
pub(crate) async fn get_as(app: &TestApp, path: &str, token: &str) -> Answer {
    get_with(app, path, header::AUTHORIZATION, &format!("Bearer {token}")).await
}

/// Asks for new tokens.
pub(crate) async fn refresh(app: &TestApp, token: &str) -> Answer {
    get_as(app, "/auth/refresh-token", token).await
}

/// The line that sets a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> String {
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
