//! Logging in and out, tokens, and who a token stands for.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Request, header};
use http_api::{Connection, TokenKind, Tokens};
use model::throttle::Scope;
use sha2::{Digest as _, Sha256};
use tanuki_tests::app::TABLE;
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

const HOME: [u8; 4] = [192, 0, 2, 1];
const TOO_MANY: &str = "TooManyLoginAttemptsException";

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

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post(NOBODY, "/auth/login", &json!({"email": email, "password": password})).await
}

/// `GET` with one header.
async fn get_with(app: &TestApp, path: &str, name: header::HeaderName, value: &str) -> Answer {
    let request = Request::get(format!("/api{path}")).header(name, value);
    app.send(request.body(Body::empty()).expect("a sound request")).await
}

pub(crate) async fn get_as(app: &TestApp, path: &str, token: &str) -> Answer {
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

/// Moves the moment at which a session's refresh token was replaced into the past: past the grace.
fn age_rotation(app: &TestApp, token: &str) {
    let claims = claims(token);
    let key = json!({
        "PK": {"S": format!("PERSON#{}", text(&claims, "sub"))},
        "SK": {"S": format!("SESSION#{}", text(&claims, "sid"))},
    });
    let update = json!({
        "TableName": TABLE,
        "Key": key,
        "UpdateExpression": "SET refresh.rotated_at = :then",
        "ExpressionAttributeValues": {":then": {"N": "0"}},
    });
    let (status, answer) =
        app.engine.answer("DynamoDB_20120810.UpdateItem", update.to_string().as_bytes());
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(payload).expect("base64");
    serde_json::from_slice(&bytes).expect("JSON")
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    get_as(app, "/auth/refresh-token", token).await
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
    for _ in 0..4 {
        let answer = refresh(&app, &first).await.ok();
        get_as(&app, "/data/assets", text(&answer, "access_token")).await.ok();
        offered.push(claims(text(&answer, "refresh_token"))["jti"].clone());
    }
    // Also whoever asks twice at once: both have a token that counts.
    offered.dedup();
    assert_eq!(offered.len(), 1, "the same successor, as nobody has used it");
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
    age_rotation(&app, first);
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
    let session = app.open_session(person, 1000).await;
    let long_ago = app.app.store.now().plus_seconds(-100);
    for (kind, path) in
        [(TokenKind::Access, "/data/assets"), (TokenKind::Refresh, "/auth/refresh-token")]
    {
        let issue = |seconds| {
            let (id, exp) = (session.refresh_id, long_ago.plus_seconds(seconds));
            let token = app.app.tokens.issue_until(kind, person, session.id, id, long_ago, exp);
            token.expect("a token")
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
    let session = app.open_session(person, 1000).await;
    let now = app.app.store.now();
    let foreign = Tokens::new(&[8; 32]).expect("long enough").issue(person, session.id, now);
    let ours = app.app.tokens.issue(person, session.id, now).expect("a token");
    let [_, claims, signature] = ours.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    let head = |alg| json!({"alg": alg, "typ": "access+jwt", "kid": "1"}).to_string();
    let head = |alg| URL_SAFE_NO_PAD.encode(head(alg));
    let (none, hs512) = (head("none"), head("HS512"));
    let unknown = app.app.tokens.issue(model::PersonId::new(), session.id, now);
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
