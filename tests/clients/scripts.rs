//! The scripts, each against a server of its own.

use std::ffi::OsStr;
use std::path::Path;

use http_api::{TokenKind, Tokens};
use model::{Role, Timestamp};
use tanuki::demo;
use tanuki_tests::{Client, Server, docs};

use crate::python::{script, script_with};

/// A release whose casting functions ask for other paths.
const OLDER: &str = "gazu==1.1.12";

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
    let tokens = Tokens::new(&tanuki::secret::load_or_create(data).expect("the server's secret"))
        .expect("a good secret");
    let now = Timestamp::new(chrono::Utc::now());
    let claims = tokens.verify(TokenKind::Access, client.token(), now).expect("the server's token");
    let (past, id) = (now.plus_seconds(-1), uuid::Uuid::new_v4());
    let expired =
        tokens.issue_until(TokenKind::Access, claims.person, claims.session, id, now, past);
    expired.expect("a token")
}

/// Every function of gazu that the recorded session with Zou used, more that concern assets and what uses them, and
/// those that are refused.
#[test]
fn the_functions_of_gazu() {
    let server = Server::in_memory();
    let said = script("surface.py", &server.url, &[]);
    let failed: Vec<&str> = said.lines().filter(|line| line.starts_with("FAIL ")).collect();
    assert!(failed.is_empty(), "{} of gazu's functions fail:\n{}", failed.len(), failed.join("\n"));
    docs::assert_told("compatibility.md", &table(&said));
    let worked = said.lines().filter(|line| line.starts_with("ok ")).count();
    let not_here = said.lines().filter(|line| line.starts_with("not here ")).count();
    assert_eq!((worked, not_here), (236, 43), "no row is lost:\n{said}");
}

/// The casting functions of an older gazu, which ask for the shots' casting by paths of their own.
#[test]
fn an_older_gazu_casts() {
    let server = Server::in_memory();
    let said = script_with(OLDER, "older.py", &server.url, &[]);
    assert!(said.ends_with("done\n"), "{said}");
}

/// The rows of the documentation: what works, and what does not and why.
fn table(said: &str) -> String {
    let row = |line: &str| {
        let works = line.strip_prefix("ok ").map(|name| (name, "yes"));
        let not_here = || line.strip_prefix("not here ")?.split_once(": ");
        let (name, verdict) = works
            .map(|(name, yes)| (name, yes.to_owned()))
            .or_else(|| not_here().map(|(name, why)| (name, format!("no: {why}"))))?;
        Some(format!("| `{name}` | {verdict} |\n"))
    };
    said.lines().filter_map(row).collect()
}
