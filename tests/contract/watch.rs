//! `cargo lambda watch`: its router in Cargo.toml leads every path to the function that the template names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tanuki_tests::template::Template;

/// The lines of the router, as they must stand in Cargo.toml. The template's default has no place there.
fn expected() -> BTreeSet<String> {
    let functions = Template::read().functions().into_iter();
    let lines = functions.flat_map(|function| {
        let events = function.events.into_iter().filter(|event| event.path.starts_with('/'));
        let binary = function.binary;
        events.map(move |event| {
            format!("    {{ path = \"{}\", function = \"{binary}\" }},", event.path)
        })
    });
    lines.collect()
}

#[test]
fn the_router_of_cargo_lambda_watch_is_the_templates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("Cargo.toml");
    let router = manifest.split_once("[workspace.metadata.lambda.watch]\nrouter = [\n");
    let router = router.and_then(|(_, rest)| rest.split_once("\n]")).map_or("", |(lines, _)| lines);
    let there: Vec<&str> = router.lines().collect();
    let wanted = expected();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    assert!(
        there == wanted,
        "Cargo.toml must have:\n\n[workspace.metadata.lambda.watch]\nrouter = [\n{}\n]\n",
        wanted.join("\n")
    );
}

/// It calls `cargo run --bin NAME`, which looks among the default members only.
#[test]
fn cargo_lambda_watch_finds_the_functions() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("Cargo.toml");
    let defaults = manifest.lines().find(|line| line.starts_with("default-members = "));
    assert!(defaults.is_some_and(|line| line.contains("\"functions/*\"")), "{defaults:?}");
}
