//! The invariants of ARCHITECTURE.md, each a test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The Rust files below a folder of the workspace.
pub(crate) fn sources(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let directory = root().join(folder);
    let entries =
        fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let below = paths.flat_map(|path| if path.is_dir() { sources(path) } else { vec![path] });
    below.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn functions() -> Vec<String> {
    let entries = fs::read_dir(root().join("functions")).expect("functions/");
    let names =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    names.collect()
}

#[test]
fn the_chart_in_the_architecture_page_is_the_tables() {
    let page = read("ARCHITECTURE.md");
    let chart = store::table::chart();
    assert!(
        page.contains(&chart),
        "put the output of `cargo run -- table` into ARCHITECTURE.md:\n{chart}"
    );
}

/// What a package needs to be built: the names by which it calls it.
fn dependencies(folder: &str) -> BTreeSet<String> {
    let manifest = read(format!("{folder}/Cargo.toml"));
    let (_, rest) = manifest.split_once("[dependencies]\n").expect("dependencies");
    let lines = rest.lines().take_while(|line| !line.starts_with('['));
    let name = |line: &str| line.split(['.', ' ', '=']).next().map(str::to_owned);
    lines.filter(|line| !line.starts_with('#')).filter_map(name).collect()
}

/// Our own packages below a folder, by the names by which others call them.
fn packages_in(folder: &str) -> BTreeSet<String> {
    let manifest = read("Cargo.toml");
    let path = format!("path = \"{folder}");
    let lines = manifest.lines().filter(|line| line.contains(&path));
    lines.filter_map(|line| line.split(" = ").next().map(str::to_owned)).collect()
}

#[test]
fn a_function_never_imports_another_function() {
    let others = packages_in("functions/");
    assert_eq!(others.len(), functions().len());
    for name in functions() {
        let found = dependencies(&format!("functions/{name}"));
        assert!(found.contains("store") || found.contains("http-api"), "{name}: {found:?}");
        assert!(found.is_disjoint(&others), "{name} depends on another function: {found:?}");
    }
}

#[test]
fn what_is_shipped_sees_neither_the_local_server_nor_the_tests() {
    let outside = &packages_in("local") | &packages_in("tests");
    assert_eq!(outside, ["parsers", "tanuki", "tanuki-tests"].map(str::to_owned).into());
    let shared = ["model", "store", "http"].map(|name| format!("shared/{name}"));
    let functions = functions().into_iter().map(|name| format!("functions/{name}"));
    for folder in shared.into_iter().chain(functions) {
        let found = dependencies(&folder);
        assert!(found.is_disjoint(&outside), "{folder} depends on {found:?}");
    }
}

#[test]
fn the_model_knows_no_io_and_the_store_no_http() {
    let model = read("shared/model/Cargo.toml");
    for outside in ["aws", "axum", "tokio", "lambda", "store", "http"] {
        assert!(!model.contains(&format!("\n{outside}")), "the model depends on {outside}");
    }
    let store = read("shared/store/Cargo.toml");
    for outside in ["axum", "lambda", "http", "utoipa"] {
        assert!(!store.contains(&format!("\n{outside}")), "the store depends on {outside}");
    }
}

#[test]
fn every_function_is_served_locally_under_its_own_name() {
    let mut served: Vec<&str> =
        tanuki::routes::functions().iter().map(|function| function.name).collect();
    served.extend(tanuki::routes::SCHEDULED);
    let mut there = functions();
    served.sort_unstable();
    there.sort_unstable();
    assert_eq!(served, there);
}

#[test]
fn a_functions_main_holds_no_logic() {
    for name in functions() {
        let main = read(format!("functions/{name}/src/main.rs"));
        let lines = main.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(lines <= 8, "functions/{name}/src/main.rs has {lines} lines");
        let is_scheduled = tanuki::routes::SCHEDULED.contains(&name.as_str());
        let served = if is_scheduled { format!("{name}::serve") } else { "http_api::serve".into() };
        assert!(main.contains(&served), "functions/{name}/src/main.rs does not call {served}");
    }
}

#[test]
fn nothing_scans_the_table() {
    let found = [sources("shared"), sources("functions")].concat();
    assert!(found.len() > 30);
    // No request leads there: `tanuki check` looks at the whole table.
    let check = root().join("shared/store/src/check.rs");
    assert!(found.contains(&check));
    for path in found.into_iter().filter(|path| *path != check) {
        let text = fs::read_to_string(&path).expect("a source");
        assert!(!text.contains(".scan("), "{} scans", path.display());
    }
}

/// What an index holds may be older than what was answered: nothing reads one but the library of shared assets.
#[test]
fn one_query_reads_an_index() {
    let all = [sources("shared"), sources("functions"), sources("local")].concat();
    let mut found = BTreeMap::new();
    for path in all {
        let text = fs::read_to_string(&path).expect("a source");
        let count = text.matches(".index_name(").count() + text.matches("IndexName").count();
        if count > 0 {
            let name = path.strip_prefix(root()).expect("in the workspace");
            found.insert(name.display().to_string(), count);
        }
    }
    let expected = ["shared/store/src/query.rs", "shared/store/src/setup.rs"];
    assert_eq!(found, expected.map(|name| (name.to_owned(), 1)).into());
}

/// But for what is measured: a function only logs what a request costs.
#[test]
fn the_suite_of_the_api_runs_behind_the_gateway_too() {
    let (api, lambda) = (read("tests/api/main.rs"), read("tests/lambda/main.rs"));
    let modules: Vec<&str> =
        api.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    assert!(modules.len() > 30);
    let left_out: Vec<&str> = modules
        .into_iter()
        .filter(|name| !lambda.contains(&format!("\"../api/{name}.rs\"]\nmod {name};")))
        .collect();
    assert_eq!(left_out, ["capacity"]);
}
