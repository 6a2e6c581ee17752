//! The program as it is called: what it prints where, and with which exit code.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use aws_sdk_dynamodb::types::AttributeValue;
use tanuki::engine::Engine;

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
        "--allow-host",
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
    // Nobody could ever log in.
    fails_with(&["--memory", "--no-demo"], "cannot be used with");
    fails_with(&["--allow-host", "http://studio"], "without scheme and port");
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

#[test]
fn what_is_gone_afterwards_is_only_served() {
    fails_with(&["init", "--email", "me@example.com", "--memory"], "--memory keeps nothing");
    fails_with(&["token", "--email", "me@example.com", "--memory"], "--memory keeps nothing");
    fails_with(&["check", "--memory"], "--memory keeps nothing");
    fails_with(&["repair", "--memory"], "--memory keeps nothing");
}

/// Neither a directory nor a table comes into being by being asked for.
#[test]
fn a_slip_makes_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let slip = directory.path().join("slip");
    let path = slip.to_str().expect("a plain path");
    for command in [&["token", "--email", "me@example.com"][..], &["check"], &["repair"]] {
        fails_with(&[command, &["--data", path]].concat(), "there is no studio");
        assert!(!slip.exists(), "{command:?}");
    }
    assert!(tanuki(&["init", "--email", "me@example.com", "--data", path]).status.success());
    for command in [&["token", "--email", "me@example.com"][..], &["check"], &["repair"]] {
        let line = [command, &["--data", path, "--table", "typo"]].concat();
        fails_with(&line, "cannot use the table `typo`");
    }
}

#[test]
fn what_is_no_database_is_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().to_str().expect("a plain path");
    for damage in ["", "SQLite forma", "something else altogether"] {
        std::fs::write(directory.path().join("tanuki.db"), damage).expect("a file");
        for command in [&["check"][..], &["repair"], &["--port", "0"]] {
            fails_with(&[command, &["--data", data]].concat(), "tanuki.db is no database");
        }
        let kept = std::fs::read_to_string(directory.path().join("tanuki.db"));
        assert_eq!(kept.expect("the file"), damage);
    }
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

/// The names and sizes of the files in a directory.
fn files(directory: &Path) -> BTreeMap<String, u64> {
    let files = std::fs::read_dir(directory).expect("the directory");
    let files = files.map(|file| {
        let file = file.expect("a file");
        let name = file.file_name().into_string().expect("a plain name");
        (name, file.metadata().expect("its size").len())
    });
    files.collect()
}

/// Puts an item of texts into a studio.
async fn put(directory: &Path, item: &[(&str, &str)]) {
    let engine = Engine::open(directory).expect("the studio");
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let item = item.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
    let put = engine.client().put_item().table_name("tanuki").set_item(Some(item));
    put.send().await.expect("it is put");
}

/// `check` tells what is wrong and changes nothing; `repair` completes what a crash left open, and only that.
#[tokio::test]
async fn what_contradicts_is_told_and_what_is_open_completed() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().to_str().expect("a plain path");
    assert!(tanuki(&["init", "--email", "me@example.com", "--data", data]).status.success());
    let id = "00000000-0000-4000-8000-000000000000";
    let open = [
        ("PK", "OPEN"),
        ("SK", &format!("JOURNAL#{id}")),
        ("work", "Journal"),
        ("id", id),
        ("created_at", "2020-01-01T00:00:00Z"),
    ];
    put(directory.path(), &open).await;
    let before = files(directory.path());
    let check = tanuki(&["check", "--data", data]);
    assert_eq!(check.status.code(), Some(1));
    let line = format!("litter: 0 chunks of journal {id}, which never began");
    assert_eq!(text(&check.stdout).trim(), line);
    assert!(text(&check.stderr).contains("1 violations"), "{}", text(&check.stderr));
    assert_eq!(files(directory.path()), before);
    for command in ["repair", "check"] {
        let output = tanuki(&[command, "--data", data]);
        assert_eq!(output.status.code(), Some(0), "{command}: {}", text(&output.stdout));
    }

    let stray = [("PK", &*format!("ENTITY#{id}")), ("SK", "LOCATOR")];
    put(directory.path(), &stray).await;
    for command in ["check", "repair", "check"] {
        let output = tanuki(&[command, "--data", data]);
        assert_eq!(output.status.code(), Some(1), "{command}");
        let line =
            format!("stray: Locator of an entity [ENTITY#{id} | LOCATOR] belongs to nothing");
        assert_eq!(text(&output.stdout).trim(), line, "{command}");
    }
}
