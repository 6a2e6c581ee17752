//! The program as it is called: what it prints where, and with which exit code.

use std::process::{Command, Output};

fn tanuki(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tanuki"));
    program.args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

/// Fails with one line on stderr that says what to do, and nothing on stdout.
fn fails_with(arguments: &[&str], expected: &str) {
    let output = tanuki(arguments);
    let complaint = text(&output.stderr);
    assert!(!output.status.success(), "{arguments:?}");
    assert!(complaint.contains(expected), "{arguments:?}: {complaint}");
    assert!(!complaint.contains("panicked"), "{arguments:?}: {complaint}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
}

#[test]
fn help_names_every_option() {
    let output = tanuki(&["--help"]);
    assert!(output.status.success());
    for option in [
        "--port",
        "--memory",
        "--data",
        "--endpoint",
        "--table",
        "--no-demo",
        "--oidc-issuer",
        "--oidc-audience",
    ] {
        assert!(text(&output.stdout).contains(option), "{option}");
    }
}

#[test]
fn the_chart_and_the_document_go_to_stdout() {
    let chart = tanuki(&["table"]);
    assert!(text(&chart.stdout).starts_with("| Item | PK | SK |"), "{}", text(&chart.stdout));
    let document = tanuki(&["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&document.stdout).expect("JSON");
    assert!(document["paths"]["/api/data/assets/{asset_id}"].is_object());
}

#[test]
fn what_cannot_be_served_is_told_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    fails_with(&["--memory", "--port", &port], "choose another with --port");
    fails_with(&["--port", "70000"], "70000");
    fails_with(&["--endpoint", "localhost:8000"], "--endpoint");
    fails_with(&["--memory", "--data", "x"], "cannot be used with");
    fails_with(&["--oidc-issuer", "https://id.example"], "--oidc-audience");
    let unsafe_issuer = ["--memory", "--oidc-issuer", "http://id.example", "--oidc-audience", "us"];
    fails_with(&unsafe_issuer, "must be an https address");
}

#[test]
fn a_data_directory_that_cannot_be_is_told() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().to_str().expect("a plain path");
    fails_with(&["--port", "0", "--data", path], path);
}

/// The first administrator can log in once the studio is served, and a second `init` for the address is refused.
#[test]
fn a_studio_is_made_ready() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().to_str().expect("a plain path");
    let first = tanuki(&["init", "--email", "me@example.com", "--data", data]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let password = text(&first.stdout).trim().rsplit(' ').next().expect("a password");
    assert_eq!(password.len(), 22, "{password}");
    fails_with(&["init", "--email", "me@example.com", "--data", data], "me@example.com");
    fails_with(
        &["token", "--email", "other@example.com", "--data", data],
        "nobody has the address",
    );
    let token = tanuki(&["token", "--email", "me@example.com", "--data", data]);
    assert_eq!(text(&token.stdout).trim().split('.').count(), 3, "{}", text(&token.stdout));
}

#[test]
fn a_studio_is_checked_and_repaired() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().to_str().expect("a plain path");
    for command in ["check", "repair"] {
        fails_with(&[command, "--data", data], "there is no studio");
    }
    assert!(tanuki(&["init", "--email", "me@example.com", "--data", data]).status.success());
    for command in ["check", "repair"] {
        let output = tanuki(&[command, "--data", data]);
        assert!(output.status.success(), "{command}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains("no violations"), "{command}");
    }
}
