//! The API against its own description: schemathesis, from PyPI, sends what the OpenAPI document allows and what it
//! does not, and checks that each answer is one that the document tells of.

use std::process::Command;

use model::Role;
use tanuki::demo;
use tanuki_tests::{Client, Server};

use crate::python::python_with;

const RELEASE: &str = "schemathesis==4.32.5";
/// What ends the session that asks.
const LOGOUT: &str = "logout";
/// A document cannot tell which ids are there, so what it allows may be refused with a 400.
const UNDECIDABLE: &str = "positive_data_acceptance";

#[test]
fn every_answer_is_as_the_document_tells() {
    let server = Server::in_memory();
    let client = Client::log_in(&server.url, demo::email(Role::Admin));
    // It keeps what it found where it runs.
    let notes = tempfile::tempdir().expect("a directory");
    let output = Command::new(python_with(RELEASE))
        .current_dir(notes.path())
        .args(["-m", "schemathesis.cli", "run", &format!("{}/api/openapi.json", server.url)])
        .args(["--header", &format!("Authorization: Bearer {}", client.token())])
        .args(["--exclude-operation-id", LOGOUT, "--exclude-checks", UNDECIDABLE])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--seed", "1"])
        .args(["--no-color"])
        .output()
        .expect("schemathesis starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let end: String =
        said.split("FAILURES").last().unwrap_or_default().chars().take(20_000).collect();
    assert!(output.status.success(), "{end}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("Test cases:"), "something was sent:\n{said}");
}
