//! The scripts, each against a server of its own.

use std::ffi::OsStr;
use std::path::Path;

use http_api::{TokenKind, Tokens};
use model::{Role, Timestamp};
use tanuki::demo;
use tanuki_tests::{Client, Server};

use crate::gazu::script;

/// A production as a pipeline makes it, read back, changed and removed; and a token that expires meanwhile.
#[test]
fn a_production_from_beginning_to_end() {
    let data = tempfile::tempdir().expect("a directory");
    let server = Server::start(data.path(), &[]);
    let expired = expired_token(&server, data.path());
    let said = script("smoke.py", &server.url, &[("TANUKI_EXPIRED_TOKEN", OsStr::new(&expired))]);
    assert!(said.ends_with("done\n"), "{said}");
}

/// A token that was good until a second ago, signed with the server's own secret.
fn expired_token(server: &Server, data: &Path) -> String {
    let client = Client::log_in(&server.url, demo::email(Role::Admin));
    let tokens = Tokens::new(&tanuki::secret::kept(data).expect("the server's secret"))
        .expect("a good secret");
    let now = Timestamp::new(chrono::Utc::now());
    let claims = tokens.verify(TokenKind::Access, client.token(), now).expect("the server's token");
    tokens.issue_for(TokenKind::Access, claims.person, claims.session, now, -1).expect("a token")
}

/// Every function of gazu that the recorded session with Zou used.
#[test]
fn the_functions_of_gazu() {
    let server = Server::in_memory();
    let said = script("surface.py", &server.url, &[]);
    let failed: Vec<&str> = said.lines().filter(|line| line.starts_with("FAIL ")).collect();
    assert!(failed.is_empty(), "{} of gazu's functions fail:\n{}", failed.len(), failed.join("\n"));
    let worked = said.lines().filter(|line| line.starts_with("ok ")).count();
    let not_yet = said.lines().filter(|line| line.starts_with("not yet ")).count();
    assert_eq!(worked + not_yet, 140, "rows of the recorded session:\n{said}");
}
