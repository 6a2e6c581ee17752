//! Lists longer than the 1 MB that one answer of the database holds, and names longer than its keys.

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};
use tanuki_tests::answer::{column, text};
use tanuki_tests::app::{ADMIN, NOBODY};
use tanuki_tests::{Answer, Production, TestApp};

use crate::wire::{self, Reply, Wire};

const ASSETS: usize = 3000;
/// Bytes of a partition key in DynamoDB.
const PK_MAX: usize = 2048;
/// Bytes of a sort key.
const SK_MAX: usize = 1024;

/// A film with assets of 1 KB each in one type, made in an order that is not the one of their names.
async fn film() -> (TestApp, Production) {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let path = film.new_asset("Prop");
    let creations = (0..ASSETS).map(|n| {
        let place = n * 7919 % ASSETS;
        let body =
            json!({"name": name(place), "data": {"notes": format!("{place:04}").repeat(256)}});
        let (app, path) = (&app, &path);
        async move { app.post(ADMIN, path, &body).await.created() }
    });
    stream::iter(creations).buffer_unordered(16).collect::<Vec<_>>().await;
    (app, film)
}

/// Names in their order; some letters are big, which does not matter to it.
fn name(place: usize) -> String {
    format!("{} {place:04}", ["Äther", "äther", "ÄTHER"][place % 3])
}

fn assert_whole(about: &str, rows: &Value) {
    let wanted: Vec<String> = (0..ASSETS).map(name).collect();
    assert_eq!(column(rows, "name"), wanted, "{about}");
    let first = rows[0]["data"]["notes"].as_str();
    assert_eq!(first.map(str::len), Some(1024), "{about}: {}", rows[0]);
}

/// The path of the `next` link.
fn next(answer: &Answer) -> Option<String> {
    let links = answer.header("link")?;
    let next = links.split(", ").find(|link| link.ends_with("rel=\"next\""))?;
    Some(next.trim_start_matches('<').split('>').next()?.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_lists_are_whole_and_in_order() {
    let (app, film) = film().await;
    let (project, prop) = (&film.id, film.asset_type("Prop"));
    for list in [
        format!("/data/projects/{project}/assets"),
        format!("/data/projects/{project}/asset-types/{prop}/assets"),
        format!("/data/assets/all?project_id={project}"),
        format!("/data/assets/with-tasks?project_id={project}"),
    ] {
        let answer = app.get(ADMIN, &list).await;
        assert!(answer.bytes.len() > 3_000_000, "{list}: more than three answers of the database");
        assert_whole(&list, &answer.ok());
    }
    let pages = [
        format!("/data/projects/{project}/assets?limit=1000"),
        format!("/data/projects/{project}/asset-types/{prop}/assets?limit=1000"),
        format!("/data/assets?project_id={project}&limit=1000"),
    ];
    for first in pages {
        let (mut ids, mut names, mut path) = (Vec::new(), Vec::new(), Some(first.clone()));
        while let Some(page) = path {
            let answer = app.get(ADMIN, &page).await;
            path = next(&answer);
            let rows = answer.ok();
            let rows = rows.as_array().expect("a bare array");
            assert!(
                rows.len() == 1000 || path.is_none(),
                "{page}: only the last page is short: {}",
                rows.len()
            );
            ids.extend(rows.iter().map(|row| text(row, "id").to_owned()));
            names.extend(rows.iter().map(|row| text(row, "name").to_lowercase()));
        }
        assert!(ids.is_sorted_by(|a, b| a < b), "{first}: by id, none twice");
        names.sort_unstable();
        assert_eq!(
            names,
            (0..ASSETS).map(|place| name(place).to_lowercase()).collect::<Vec<_>>(),
            "{first}"
        );
    }
}

/// DynamoDB as to the length of keys, which the embedded engine does not mind.
#[derive(Clone, Debug)]
struct Strict;

/// Whether DynamoDB takes the keys of a call, wherever in it they stand: those of a query, and those of each item that is
/// read or written.
fn is_taken(request: &Value) -> bool {
    let values = &request["ExpressionAttributeValues"];
    let is_query_taken = fits(&values[":pk"], PK_MAX)
        && fits(&values[":from"], SK_MAX)
        && fits(&values[":to"], SK_MAX);
    is_query_taken && are_keys_taken(request)
}

fn are_keys_taken(part: &Value) -> bool {
    match part {
        Value::Array(parts) => parts.iter().all(are_keys_taken),
        Value::Object(parts) => {
            fits(&part["PK"], PK_MAX)
                && fits(&part["SK"], SK_MAX)
                && parts.values().all(are_keys_taken)
        }
        _ => true,
    }
}

fn fits(key: &Value, most: usize) -> bool {
    key["S"].as_str().is_none_or(|key| key.len() <= most)
}

impl Wire for Strict {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        let body = request.body().bytes().unwrap_or_default();
        if serde_json::from_slice(body).is_ok_and(|body| is_taken(&body)) {
            return engine.call(request).await;
        }
        let refusal = r#"{"__type":"com.amazon.coral.validate#ValidationException"}"#;
        Ok(HttpResponse::new(400.try_into().expect("a status"), SdkBody::from(refusal)))
    }
}

/// A name that is longer than any there can be is nobody's.
#[tokio::test]
async fn nothing_has_a_name_that_no_key_can_hold() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    film.asset(&app, "Prop", "Lamp").await;
    let strict = wire::process(&app, Strict);
    for (list, name) in [
        ("/data/entities?".to_owned(), "x".repeat(1100)),
        ("/data/shots?".to_owned(), "x".repeat(5000)),
        // Normalised, this is 1920 bytes.
        (format!("/data/entities?project_id={}&", film.id), "%F0%9D%85%A0".repeat(160)),
    ] {
        let rows = strict.get(ADMIN, &format!("{list}name={name}")).await;
        assert_eq!(rows.ok(), json!([]), "{list}");
    }
    // The longest there can be is somebody's.
    let longest = json!({"name": "\u{1f600}".repeat(160)});
    strict.post(ADMIN, &film.new_asset("Prop"), &longest).await.created();
    let body = json!({"email": "\u{1d160}".repeat(254), "password": "correct horse"});
    let answer = strict.post(NOBODY, "/auth/login", &body).await;
    answer.error(400, "WrongCredentialsException");
}

/// In a batch and in a transaction, too.
#[test]
fn the_wire_finds_keys_wherever_they_stand() {
    let long = json!({"PK": {"S": "x"}, "SK": {"S": "x".repeat(SK_MAX + 1)}});
    for call in [
        json!({"Key": long}),
        json!({"Item": long}),
        json!({"RequestItems": {"tanuki": {"Keys": [long]}}}),
        json!({"RequestItems": {"tanuki": [{"PutRequest": {"Item": long}}]}}),
        json!({"TransactItems": [{"ConditionCheck": {"Key": long}}]}),
        json!({"ExpressionAttributeValues": {":to": long["SK"]}}),
    ] {
        assert!(!is_taken(&call), "{:?}", call.to_string().get(..40));
    }
    let short = json!({"PK": {"S": "x".repeat(PK_MAX)}, "SK": {"S": "x".repeat(SK_MAX)}});
    assert!(is_taken(&json!({"TransactItems": [{"Put": {"Item": short}}]})));
}
