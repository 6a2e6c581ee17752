//! Malformed input is always answered with a 4xx in the one error shape.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, TestApp};

use crate::operations::{Operation, document, operations};
use crate::sound::sound;
use crate::world::World;

#[track_caller]
fn assert_client_error(answer: &Answer, about: &str) {
    assert!(answer.status.is_client_error(), "{about}: {} {}", answer.status, answer.body);
    answer.assert_error_shape();
}

/// What is no id, as it stands in a path.
const BAD: [&str; 11] = [
    "no-uuid",
    "00000000000000000000000000000000",
    "{00000000-0000-0000-0000-000000000000}",
    "00000000-0000-0000-0000-000000000000%20",
    "00000000-0000-0000-0000-000000000000%3Fforce=true",
    "00000000-0000-0000-0000-000000000000%0A",
    "%00",
    "%2F",
    "%22",
    "%FF",
    "%F0%9F%92%A9",
];

#[tokio::test]
async fn a_path_id_that_is_no_uuid_is_not_found() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    for operation in operations() {
        for wrong in operation.path_ids() {
            for bad in BAD {
                let path = operation
                    .path_with(|name| if name == wrong { bad.into() } else { world.id(name) });
                let answer =
                    app.request(ADMIN, operation.method.clone(), &path, Some(&json!({}))).await;
                assert_eq!(answer.status, 404, "{} {path}: {}", operation.method, answer.body);
                answer.assert_error_shape();
            }
        }
    }
}

#[tokio::test]
async fn a_path_id_of_nothing_is_not_found() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    for operation in operations() {
        for wrong in operation.path_ids() {
            let unknown = uuid::Uuid::new_v4().to_string();
            let path = operation
                .path_with(|name| if name == wrong { unknown.clone() } else { world.id(name) });
            let answer =
                app.request(ADMIN, operation.method.clone(), &path, Some(&json!({}))).await;
            assert_eq!(
                answer.status, 404,
                "{} {} ({wrong}): {}",
                operation.method, operation.path, answer.body
            );
            answer.assert_error_shape();
        }
    }
}

#[tokio::test]
async fn an_unknown_query_parameter_is_named() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    // It asks with a refresh token.
    for operation in operations().into_iter().filter(|o| o.id != "refresh_token") {
        let path = format!("{}?asset_typ_id=1", operation.path_with(|name| world.id(name)));
        let body = operation.has_body().then(|| json!({}));
        let answer = app.request(ADMIN, operation.method.clone(), &path, body.as_ref()).await;
        let about = format!("{} {path}", operation.method);
        assert_eq!(answer.status, 400, "{about}: {}", answer.body);
        answer.assert_error_shape();
        assert!(
            answer.body["message"].as_str().is_some_and(|m| m.contains("asset_typ_id")),
            "{about}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    for operation in operations().into_iter().filter(Operation::has_body) {
        let app = TestApp::new().await;
        let world = World::new(&app).await;
        for garbage in ["{", "", "{\"name\": 1e400}", "\u{0}", "nul", "[[[[", "{\"a\":1}}"] {
            let path = operation.path_with(|name| world.id(name));
            let token = app.token(ADMIN).expect("a token");
            let request = Request::builder()
                .method(operation.method.clone())
                .uri(&path)
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json")
                .body(Body::from(garbage))
                .expect("a sound request");
            let answer = app.send(request).await;
            if garbage.is_empty() && answer.status.is_success() {
                continue; // every field is optional: no body says nothing
            }
            assert_client_error(&answer, &format!("{} {garbage:?}", operation.id));
        }
    }
}

/// Each documented field in turn gets values of wrong types in a body that is sound otherwise; none may be a 5xx, and a
/// refusal has its shape.
#[tokio::test]
async fn wrong_types_in_a_body_are_refused_or_ignored() {
    let document = document();
    for operation in operations().into_iter().filter(Operation::has_body) {
        let app = TestApp::new().await;
        let world = World::new(&app).await;
        let path = operation.path_with(|name| world.id(name));
        let fields = properties(&document, &operation);
        let wholes = [
            json!([]),
            json!(1),
            json!("text"),
            json!(null),
            json!([1]),
            json!(["x"]),
            json!([null]),
        ]
        .into_iter();
        let parts = fields.iter().flat_map(|field| {
            let values = [
                json!({"a": 1}),
                json!([1, "x", null]),
                json!(-1),
                json!("\u{0}"),
                json!("x".repeat(30_000)),
                json!(1.5e300),
                json!(true),
            ];
            values.map(|value| (field, value))
        });
        let parts = parts.enumerate().map(|(n, (field, value))| {
            let mut body = sound(&fields, &world, n);
            body.insert(field.clone(), value);
            Value::Object(body)
        });
        let bodies: Vec<Value> = wholes.chain(parts).collect();
        assert!(bodies.len() > 7 || fields.is_empty(), "{}", operation.id);
        for body in bodies {
            let answer = app.request(ADMIN, operation.method.clone(), &path, Some(&body)).await;
            assert!(
                answer.status.as_u16() < 500,
                "{} {}: {}",
                operation.id,
                cut(&body),
                answer.body
            );
            if !answer.status.is_success() {
                answer.assert_error_shape();
            }
        }
    }
}

fn cut(body: &Value) -> String {
    body.to_string().chars().take(200).collect()
}

/// The names of the fields of an operation's body.
pub(crate) fn properties(document: &Value, operation: &Operation) -> Vec<String> {
    fn collect(document: &Value, schema: &Value, found: &mut Vec<String>) {
        if let Some(reference) = schema["$ref"].as_str()
            && let Some(target) = document.pointer(reference.trim_start_matches('#'))
        {
            collect(document, target, found);
        }
        found.extend(
            schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()),
        );
        for part in ["allOf", "oneOf", "anyOf"] {
            schema[part]
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|part| collect(document, part, found));
        }
    }
    let mut found = Vec::new();
    let content = operation.entry["requestBody"]["content"].as_object();
    for media in content.into_iter().flat_map(|content| content.values()) {
        collect(document, &media["schema"], &mut found);
    }
    found
}
