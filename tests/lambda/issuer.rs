//! Tokens of another issuer, whom a function is told of by its environment.

use tanuki_tests::prelude::*;

use crate::auth::get_as;
use crate::oidc::{AUDIENCE, Issuer, Key};

#[tokio::test]
async fn a_function_that_is_told_of_an_issuer_takes_its_tokens() {
    let app = TestApp::new().await;
    let key = Key::ec("e");
    let issuer = Issuer::start(&[&key]).await;
    let environment = [("OIDC_ISSUER", issuer.url.as_str()), ("OIDC_AUDIENCE", AUDIENCE)];
    let mut auth = app.gateway().instance_with("auth", &environment).await;
    let mut ask = async |token: &str| {
        let request = http::Request::get("/api/auth/authenticated")
            .header("authorization", format!("Bearer {token}"));
        let event = app.gateway().event(request.body(()).expect("a request"));
        let (function, event) = event.expect("a route");
        assert_eq!(function, "auth");
        auth.answer(event).await.expect("an answer")
    };
    let claims = issuer.claims(&app);
    let token = key.sign(&claims);
    let seen = ask(&token).await.ok();
    assert_eq!(seen["user"]["id"], json!(app.person(ARTIST).id));
    let mut of_another = claims.clone();
    of_another["aud"] = json!("another");
    ask(&key.sign(&of_another)).await.error(401, "NotAuthenticatedException");
    ask(&Key::ec("e").sign(&claims)).await.error(401, "NotAuthenticatedException");
    ask(app.token(MANAGER).expect("a token")).await.ok();
    // The others are told of none.
    get_as(&app, "/auth/authenticated", &token).await.error(401, "NotAuthenticatedException");
}
