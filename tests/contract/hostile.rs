//! Input that is made to break things: it is taken or refused, and never a 5xx.
//!
//! Each value is put into every documented field of every body that is sound otherwise, and into every documented
//! parameter of every query.
//! JSON is written by hand here: what breaks readers is mostly what no JSON writer would write.

use axum::body::Body;
use http::Request;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, TestApp};

use crate::malformed::properties;
use crate::operations::{Operation, document, operations};
use crate::sound::sound;
use crate::world::World;

/// Values as they stand in a body.
fn values() -> Vec<(&'static str, String)> {
    let text = |content: &str| format!("\"{content}\"");
    let nested = |open: &str, close: &str, depth: usize| open.repeat(depth) + &close.repeat(depth);
    vec![
        ("NUL", text("a\\u0000b")),
        ("half a surrogate pair", text("\\ud800")),
        ("a surrogate pair the wrong way round", text("\\udc00\\ud800")),
        ("right to left", text("\u{202e}gnp.exe")),
        ("not normalised", text("e\u{301}\u{301}\u{301}")),
        ("a non-character", text("\u{ffff}\u{10ffff}")),
        ("160 characters of four bytes", text(&"\u{1f98a}".repeat(160))),
        ("161 characters of four bytes", text(&"\u{1f98a}".repeat(161))),
        ("nothing but spaces", text(" \u{a0}\u{2003}\u{200b}")),
        ("quotes of other languages", text("'; DROP TABLE persons; -- ${jndi:ldap://x} {{7*7}}")),
        ("a path", text("../../../../etc/passwd")),
        ("2^63", "9223372036854775808".into()),
        ("-2^63 - 1", "-9223372036854775809".into()),
        ("10^400", "1e400".into()),
        ("10^-400", "1e-400".into()),
        ("10^-200", "1e-200".into()),
        ("2^63 - 1", "9223372036854775807".into()),
        ("minus zero", "-0".into()),
        ("minus zero with a point", "-0.0".into()),
        ("not a number, as text", text("NaN")),
        ("NaN", "NaN".into()),
        ("200 digits", "9".repeat(200)),
        ("arrays within arrays", nested("[", "]", 120)),
        ("arrays within very many arrays", nested("[", "]", 50_000)),
        ("objects within objects", format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120))),
        ("an array that never ends", "[".repeat(50_000)),
        ("10 000 numbers", format!("[{}1]", "1,".repeat(9_999))),
        ("a key twice", "{\"a\":1,\"a\":{\"a\":2}}".into()),
        ("keys of a prototype", "{\"__proto__\":{\"role\":\"admin\"},\"constructor\":1}".into()),
        ("a key of DynamoDB's", "{\"PK\":\"PROJECT\",\"#pk\":{\"S\":\"x\"},\"\":1}".into()),
        ("a long key", format!("{{\"{}\":1}}", "k".repeat(70_000))),
    ]
}

#[track_caller]
fn assert_no_failure(answer: &Answer, about: &str) {
    assert!(answer.status.as_u16() < 500, "{about}: {} {}", answer.status, answer.body);
    if answer.status.is_client_error() {
        answer.assert_error_shape();
    }
}

async fn send(app: &TestApp, operation: &Operation, uri: &str, body: String) -> Answer {
    let request = Request::builder()
        .method(operation.method.clone())
        .uri(uri)
        .header("authorization", format!("Bearer {}", app.token(ADMIN).expect("a token")))
        .header("content-type", "application/json")
        .body(Body::from(body))
        .expect("a sound request");
    app.send(request).await
}

#[tokio::test]
async fn no_value_in_a_body_breaks_anything() {
    let document = document();
    for operation in operations().iter().filter(|operation| operation.has_body()) {
        let app = TestApp::new().await;
        let world = World::new(&app).await;
        let uri = operation.path_with(|name| world.id(name));
        let fields = properties(&document, operation);
        for (n, (about, value)) in values().into_iter().enumerate() {
            let whole = [value.clone(), format!("[{value},{value}]")];
            // In a sound body, where no other field is refused first.
            let alone = fields.iter().enumerate().map(|(field, name)| {
                let mut rest = sound(&fields, &world, n * fields.len() + field);
                rest.remove(name);
                let mut parts = vec![format!("\"{name}\":{value}")];
                parts.extend(rest.iter().map(|(name, value)| format!("\"{name}\":{value}")));
                format!("{{{}}}", parts.join(","))
            });
            let pairs: Vec<_> = fields.iter().map(|field| format!("\"{field}\":{value}")).collect();
            let all = format!("{{{}}}", pairs.join(","));
            let twice = format!("{{{0},{0}}}", pairs.join(","));
            let alone: Vec<_> = alone.collect();
            for body in whole.into_iter().chain([all, twice]).chain(alone) {
                let answer = send(&app, operation, &uri, body).await;
                assert_no_failure(&answer, &format!("{} with {about}", operation.id));
            }
        }
        app.assert_whole(&format!("{} with hostile bodies", operation.id)).await;
    }
}

#[tokio::test]
async fn no_value_in_a_query_breaks_anything() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let long = "9".repeat(5_000);
    let plain = [
        "",
        "\u{0}",
        "-1",
        "9223372036854775808",
        "1e400",
        "NaN",
        "[\"a\",",
        "[[1]]",
        "null",
        "\u{202e}",
    ];
    let mut values: Vec<String> = plain.map(encoded).into();
    values.extend(["%ff%fe".to_owned(), "%".to_owned(), "%zz".to_owned(), "+".to_owned(), long]);
    let mut sent = 0;
    for operation in operations().iter().filter(|operation| operation.method == http::Method::GET) {
        let path = operation.path_with(|name| world.id(name));
        let parameters = operation.entry["parameters"].as_array().cloned().unwrap_or_default();
        let in_query = |parameter: &&Value| parameter["in"] == "query";
        for parameter in parameters.iter().filter(in_query) {
            let name = parameter["name"].as_str().expect("a name");
            for value in &values {
                let twice = format!("{path}?{name}={value}&{name}={value}");
                for uri in [format!("{path}?{name}={value}"), twice] {
                    let answer = send(&app, operation, &uri, String::new()).await;
                    let about = &uri[..uri.len().min(300)];
                    assert_no_failure(&answer, about);
                    sent += 1;
                }
            }
        }
    }
    assert!(sent > 5_000, "{sent} requests");
}
