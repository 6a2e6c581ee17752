//! `template.yaml`: which routes the gateway throttles by themselves, and how far.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Map, Value, json};
use tanuki_tests::template::Template;

use crate::operations::operations;

/// Routes whose requests change up to thousands of items. What scripts call for one thing after the other is not among
/// them: gazu takes the gateway's 429 for success.
const BULK: [&str; 9] = [
    "ANY /api/actions/assets/share",
    "ANY /api/actions/projects/{project_id}/assets/share",
    "ANY /api/actions/projects/{project_id}/asset-types/{asset_type_id}/assets/share",
    "ANY /api/actions/projects/{project_id}/delete-entities",
    "ANY /api/actions/projects/{project_id}/delete-tasks",
    "ANY /api/actions/projects/{project_id}/task-types/{task_type_id}/delete-tasks",
    "ANY /api/data/projects/{project_id}/entities/casting",
    "ANY /api/import/csv/projects/{project_id}/assets",
    "ANY /api/import/csv/projects/{project_id}/casting",
];

#[test]
fn logins_bulk_changes_and_unknown_paths_are_throttled_by_themselves() {
    let template = Template::read();
    let limits =
        |rate: u32, burst: u32| json!({"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst});
    let guessed = ["ANY /api/auth/change-password", "ANY /api/auth/login", "$default"];
    let guessed = guessed.map(|route| (route.to_owned(), limits(10, 20)));
    let bulk = BULK.map(|route| (route.to_owned(), limits(5, 10)));
    let expected: Value = guessed.into_iter().chain(bulk).collect::<Map<_, _>>().into();
    let api = template.properties("Api");
    assert_eq!(api["RouteSettings"], expected);
    let all = json!({"ThrottlingRateLimit": {"!Ref": "ThrottlingRate"}, "ThrottlingBurstLimit": {"!Ref": "ThrottlingBurst"}});
    assert_eq!(api["DefaultRouteSettings"], all);
    let functions = template.functions();
    let routes: BTreeSet<String> = functions
        .iter()
        .flat_map(|function| &function.events)
        .map(|event| match event.path.as_str() {
            "$default" => event.path.clone(),
            path => format!("{} {path}", event.method),
        })
        .collect();
    for route in expected.as_object().expect("routes").keys() {
        assert!(routes.contains(route), "{route} is throttled, but no route");
    }
}

/// A path with a `GET` is read by everybody all day, and throttled with it.
#[test]
fn nothing_that_is_read_is_throttled_as_a_bulk_change() {
    let read = operations().into_iter().filter(|operation| operation.method == Method::GET);
    let read: BTreeSet<String> = read.map(|operation| format!("ANY {}", operation.path)).collect();
    let both: Vec<&&str> = BULK.iter().filter(|route| read.contains(**route)).collect();
    assert!(both.is_empty(), "{both:?}");
}
