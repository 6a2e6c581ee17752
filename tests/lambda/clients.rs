//! gazu through the gateway: the script that runs against the local server runs against the functions, too.

use std::ffi::OsStr;

use http_api::{TokenKind, Tokens};
use model::{Role, Timestamp};
use store::Store;
use tanuki::demo;
use tanuki::engine::Engine;
use tanuki_tests::app::{SECRET, TABLE, token_secret};
use tanuki_tests::{Client, Gateway};

use crate::python::script;

#[tokio::test(flavor = "multi_thread")]
async fn a_production_from_beginning_to_end() {
    let engine = Engine::memory().expect("the engine starts");
    let store = Store::new(engine.client(), TABLE);
    store.table_create().await.expect("the table is created");
    store.studio_init().await.expect("the vocabulary is written");
    demo::load(&store).await.expect("the demo is loaded");
    let gateway = Gateway::start(&engine, &token_secret()).await;

    let url = gateway.url.clone();
    let said = tokio::task::spawn_blocking(move || {
        let expired = expired_token(&url);
        script("smoke.py", &url, &[("TANUKI_EXPIRED_TOKEN", OsStr::new(&expired))])
    });
    let said = said.await.expect("the script ends");
    assert!(said.ends_with("done\n"), "{said}");
    assert_eq!(gateway.denied(), Vec::<String>::new());
}

/// A token that was good until a second ago.
fn expired_token(url: &str) -> String {
    let client = Client::log_in(url, demo::email(Role::Admin));
    let tokens = Tokens::new(&SECRET).expect("a good secret");
    let now = Timestamp::new(chrono::Utc::now());
    let claims = tokens.verify(TokenKind::Access, client.token(), now).expect("a good token");
    let (past, id) = (now.plus_seconds(-1), uuid::Uuid::new_v4());
    let expired =
        tokens.issue_until(TokenKind::Access, claims.person, claims.session, id, now, past);
    expired.expect("a token")
}
