//! Which tokens are accepted, and what the others are told.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_api::{TokenKind, Tokens};
use tanuki_tests::prelude::*;

use crate::auth::{EMAIL, PASSWORD, get_as, jane, login};

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
