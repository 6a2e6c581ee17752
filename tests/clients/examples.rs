//! The scripts in `examples/`, as a studio runs them: against the demo, one after the other.

use std::path::Path;
use std::process::{Command, Output};

use tanuki_tests::Server;

use crate::python::{GAZU, python_with};

fn run(server: &Server, arguments: &[&str]) -> Output {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    Command::new(python_with(GAZU))
        .args(arguments)
        .current_dir(examples)
        .env("TANUKI_API", format!("{}/api", server.url))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python starts")
}

/// What a script printed; it must end with `code`.
fn said(server: &Server, arguments: &[&str], code: i32) -> String {
    let output = run(server, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_production_is_built_from_a_spreadsheet() {
    let server = Server::in_memory();
    let expected = "Character: Mira, The Postman\nEnvironment: Jetty, Lighthouse\n\
                    Prop: Diary, Telescope\nPuppet: Gull\n";
    let script = ["production_from_csv.py", "Salt and Light"];
    assert_eq!(said(&server, &script, 0), expected);
    assert_eq!(said(&server, &script, 0), expected, "run again, it changes nothing");
}

#[test]
fn a_report_tells_what_nobody_models() {
    let server = Server::in_memory();
    assert_eq!(
        said(&server, &["report_missing_modeling.py", "Paper Tide"], 1),
        "Character: Ito, The Gull\nEnvironment: Gutter River\nProp: Newspaper\n\
         4 without Modeling\n"
    );
    let complete = ["report_missing_modeling.py", "Lantern Road"];
    assert_eq!(said(&server, &complete, 0), "0 without Modeling\n");
    let unknown = run(&server, &["report_missing_modeling.py", "Nothing"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no project 'Nothing'"));
}

#[test]
fn a_show_is_cast_from_a_breakdown_sheet_and_mirrored() {
    let server = Server::in_memory();
    assert_eq!(
        said(&server, &["cast_from_breakdown.py", "Lantern Road"], 0),
        "E04 / SQ010 / SH010: 3 assets\nE04 / SQ010 / SH020: 2 assets\n\
         E04 / SQ020 / SH010: 1 assets\n"
    );
    let mirror = ["mirror_project.py", "Lantern Road", "Lantern Road Copy"];
    assert_eq!(said(&server, &mirror, 0), "40 assets and 21 shots\n");
    assert_eq!(said(&server, &mirror, 0), "40 assets and 21 shots\n", "nothing is made twice");
}

#[test]
fn a_library_of_props_is_shared() {
    let server = Server::in_memory();
    let shared = said(&server, &["share_prop_library.py", "Lantern Road"], 0);
    assert!(shared.contains("Brass Kettle\n") && shared.ends_with("14 shared\n"), "{shared}");
}
