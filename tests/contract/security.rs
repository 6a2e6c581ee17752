//! docs/security.md: each item of the list has tests, and each test that the page names exists.

use std::fs;
use std::path::{Path, PathBuf};

/// Where a test of a suite or a package stands, by its modules.
fn places(suite: &str, modules: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let directories = [
        format!("tests/{suite}"),
        format!("shared/{suite}/src"),
        format!("shared/{suite}/src/tests"),
        format!("functions/{suite}/src"),
    ];
    let file = modules.iter().collect::<PathBuf>().with_extension("rs");
    directories.iter().map(|place| root.join(place).join(&file)).collect()
}

fn is_test(name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    let [suite, modules @ .., test] = &parts[..] else { return false };
    let texts = places(suite, modules).into_iter().filter_map(|path| fs::read_to_string(path).ok());
    texts.into_iter().any(|text| {
        let Some((before, _)) = text.split_once(&format!("fn {test}()")) else { return false };
        let attribute = before.trim_end_matches("async ").trim_end().lines().last();
        attribute.is_some_and(|line| line.trim().starts_with("#[") && line.contains("test"))
    })
}

#[test]
fn every_test_that_the_page_names_exists() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/security.md");
    let page = fs::read_to_string(path).expect("the page");
    let mut items = 0;
    for section in page.split("\n## ").filter(|section| section.starts_with("API")) {
        let names = section.split('`').filter(|text| text.matches("::").count() >= 2);
        let names: Vec<&str> = names.collect();
        let title = section.lines().next().unwrap_or_default();
        assert!(!names.is_empty(), "{title}: no test");
        let missing: Vec<_> = names.iter().filter(|name| !is_test(name)).collect();
        assert!(missing.is_empty(), "{title}: there are no tests {missing:?}");
        items += 1;
    }
    assert_eq!(items, 10, "the list has ten items");
}
