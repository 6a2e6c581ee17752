//! The OpenAPI document: complete, and true about itself.

use std::collections::BTreeSet;

use http::Method;
use tanuki_tests::TestApp;
use tanuki_tests::app::ADMIN;

use crate::operations::{document, operations};

/// The 26 operations of the specification.
const SPECIFIED: [(&str, &str); 26] = [
    ("GET", "/api/data/assets"),
    ("GET", "/api/data/assets/with-tasks"),
    ("GET", "/api/data/assets/{asset_id}"),
    ("POST", "/api/data/projects/{project_id}/asset-types/{asset_type_id}/assets/new"),
    ("DELETE", "/api/data/assets/{asset_id}"),
    ("GET", "/api/data/projects/{project_id}/assets"),
    ("GET", "/api/data/projects/{project_id}/asset-types/{asset_type_id}/assets"),
    ("GET", "/api/data/asset-types"),
    ("GET", "/api/data/asset-types/{asset_type_id}"),
    ("GET", "/api/data/projects/{project_id}/asset-types"),
    ("GET", "/api/data/shots/{shot_id}/asset-types"),
    ("GET", "/api/data/assets/{asset_id}/tasks"),
    ("GET", "/api/data/assets/{asset_id}/task-types"),
    ("GET", "/api/data/assets/{asset_id}/casting"),
    ("PUT", "/api/data/assets/{asset_id}/casting"),
    ("GET", "/api/data/assets/{asset_id}/cast-in"),
    ("GET", "/api/data/assets/{asset_id}/assets"),
    ("GET", "/api/data/assets/{asset_id}/asset-asset-instances"),
    ("POST", "/api/data/assets/{asset_id}/asset-asset-instances"),
    ("GET", "/api/data/assets/{asset_id}/shot-asset-instances"),
    ("GET", "/api/data/assets/{asset_id}/scene-asset-instances"),
    ("POST", "/api/actions/assets/share"),
    ("POST", "/api/actions/projects/{project_id}/assets/share"),
    ("POST", "/api/actions/projects/{project_id}/asset-types/{asset_type_id}/assets/share"),
    ("GET", "/api/data/projects/{project_id}/assets/shared-used"),
    ("GET", "/api/data/projects/{project_id}/episodes/{episode_id}/assets/shared-used"),
];

#[test]
fn the_26_specified_operations_are_there() {
    let there: BTreeSet<(String, String)> =
        operations().into_iter().map(|o| (o.method.to_string(), o.path)).collect();
    let missing: Vec<_> = SPECIFIED
        .iter()
        .filter(|(m, p)| !there.contains(&((*m).to_owned(), (*p).to_owned())))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn operation_ids_are_unique() {
    let operations = operations();
    let ids: BTreeSet<&str> = operations.iter().map(|o| o.id.as_str()).collect();
    assert_eq!(ids.len(), operations.len());
}

#[test]
fn every_path_parameter_is_documented_and_no_other() {
    for operation in operations() {
        let parameters = operation.entry["parameters"].as_array().cloned().unwrap_or_default();
        let documented: BTreeSet<&str> = parameters
            .iter()
            .filter(|p| p["in"] == "path")
            .filter_map(|p| p["name"].as_str())
            .collect();
        let used: BTreeSet<&str> = operation.path_ids().into_iter().collect();
        assert_eq!(documented, used, "{} {}", operation.method, operation.path);
    }
}

#[test]
fn every_operation_says_what_it_does_and_how_it_fails() {
    for operation in operations() {
        let about = format!("{} ({})", operation.id, operation.path);
        assert!(
            operation.entry["summary"].as_str().is_some_and(|s| !s.is_empty()),
            "{about}: no summary"
        );
        assert!(
            operation.entry["tags"].as_array().is_some_and(|t| t.len() == 1),
            "{about}: no tag"
        );
        let responses = operation.entry["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{about}: no success");
        for status in ["400", "500"] {
            assert!(responses.contains_key(status), "{about}: {status} is not documented");
        }
    }
}

/// Words that tell of an operation instead of asking for it.
const TELLING: [&str; 22] = [
    "Adds", "Assigns", "Casts", "Changes", "Comments", "Creates", "Declares", "Deletes", "Gets",
    "Gives", "Lists", "Logs", "Puts", "Removes", "Replaces", "Returns", "Sets", "Shares", "Takes",
    "Tells", "Updates", "Uploads",
];

/// "Create an asset." for what changes something, "The tasks of an asset." for what is read.
#[test]
fn summaries_speak_in_one_voice() {
    for operation in operations() {
        let summary = operation.entry["summary"].as_str().expect("a summary");
        let first = summary.split(' ').next().unwrap_or_default();
        assert!(!TELLING.contains(&first), "{}: {summary}", operation.id);
        let wrong: &[&str] = if operation.method == Method::GET {
            &["Get", "List"]
        } else {
            &["A", "An", "One", "The", "What"]
        };
        assert!(!wrong.contains(&first), "{}: {summary}", operation.id);
    }
}

/// `Idempotency-Key` and `If-Match` are read around the handlers, and described in one place.
#[test]
fn the_headers_of_changes_are_documented() {
    for operation in operations() {
        let parameters = operation.entry["parameters"].as_array().cloned().unwrap_or_default();
        let headers: Vec<&str> = parameters
            .iter()
            .filter(|p| p["in"] == "header" && p["required"] == false)
            .filter_map(|p| p["name"].as_str())
            .collect();
        let (header, statuses): (&str, &[&str]) = match operation.method.as_str() {
            "POST" if operation.path.starts_with("/api/auth/") => continue,
            "POST" if operation.entry["security"] == serde_json::json!([{}]) => continue,
            "POST" => ("Idempotency-Key", &["409", "422"]),
            "PUT" | "DELETE" => ("If-Match", &["412"]),
            _ => continue,
        };
        assert!(headers.contains(&header), "{}: {headers:?}", operation.id);
        for status in statuses {
            assert!(
                operation.entry["responses"].get(status).is_some(),
                "{}: {status}",
                operation.id
            );
        }
    }
}

#[test]
fn every_body_and_answer_has_a_schema() {
    let has_schema = |value: &serde_json::Value| {
        let content = value["content"].as_object();
        content.is_some_and(|c| c.values().all(|media| media.get("schema").is_some()))
    };
    for operation in operations() {
        if operation.has_body() {
            assert!(
                has_schema(&operation.entry["requestBody"]),
                "{}: the body has no schema",
                operation.id
            );
        }
        for (status, response) in operation.entry["responses"].as_object().expect("responses") {
            assert!(
                status == "204" || status == "304" || has_schema(response),
                "{} {status}: no schema",
                operation.id
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                found.extend(map.get("$ref").and_then(|r| r.as_str()).map(str::to_owned));
                map.values().for_each(|v| references(v, found));
            }
            serde_json::Value::Array(all) => all.iter().for_each(|v| references(v, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

/// The document comes from the same attribute as the route, so a documented route that does not answer is a
/// route that was merged into no function.
#[tokio::test]
async fn every_documented_route_answers() {
    let app = TestApp::new().await;
    for operation in operations() {
        let path = operation.path_with(|_| uuid::Uuid::nil().to_string());
        let answer = app.request(ADMIN, operation.method.clone(), &path, None).await;
        let is_missing = matches!(
            answer.body["exception"].as_str(),
            Some("RouteNotFoundException" | "MethodNotAllowedException")
        );
        assert!(!is_missing, "{} {}", operation.method, operation.path);
    }
}

#[tokio::test]
async fn the_document_and_its_page_are_served() {
    let app = TestApp::new().await;
    let served = app.get(tanuki_tests::Who::Nobody, "/api/openapi.json").await.ok();
    assert_eq!(served, document());
    let page = app.request(tanuki_tests::Who::Nobody, Method::GET, "/api/docs/", None).await;
    let html = String::from_utf8_lossy(&page.bytes).into_owned();
    assert_eq!(page.status, 200, "{html}");
    assert!(html.contains("<title>Tanuki API</title>"), "{html}");
    assert!(!html.contains("https://"), "the page needs nothing from the network");
    let of_scripts = html.split("<script src=\"./").skip(1).filter_map(|it| it.split('"').next());
    let of_styles = html.split("<link ").skip(1).filter_map(|it| it.split("href=\"").nth(1));
    let of_styles = of_styles.filter_map(|it| it.split('"').next()?.strip_prefix("./"));
    let files: Vec<&str> = of_scripts.chain(of_styles).collect();
    assert!(files.len() > 3, "{html}");
    for file in files {
        app.get(tanuki_tests::Who::Nobody, &format!("/api/docs/{file}")).await.ok();
    }
}
