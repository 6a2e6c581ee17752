//! What a request leaves in the log, and what it must not.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;

use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};
use tracing_subscriber::fmt::format::JsonFields;

use super::*;
use crate::log::{Lines, METRICS, Metrics};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

async fn logged(uri: &str) -> (Reply, Vec<Value>) {
    logged_with(Metrics::Embedded, uri).await
}

async fn logged_with(metrics: Metrics, uri: &str) -> (Reply, Vec<Value>) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .fmt_fields(JsonFields::new())
        .event_format(Lines::new(metrics))
        .with_writer(move || writer.clone());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    let headers = [(http::header::AUTHORIZATION, "Bearer the-token")];
    let reply = ask("GET", uri, &headers, Body::empty()).await;
    drop(guard);
    (reply, log.lines())
}

#[test]
fn only_a_development_build_tells_of_insides() {
    let told = if cfg!(debug_assertions) { LevelFilter::TRACE } else { LevelFilter::INFO };
    assert_eq!(STATIC_MAX_LEVEL, told);
}

#[tokio::test]
async fn a_request_is_one_line() {
    let (reply, lines) = logged("/api/query?name=the-name").await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line["request_id"], reply.header("x-request-id").unwrap());
    let told = |name: &str| line[name].clone();
    assert_eq!([told("method"), told("route")], ["GET", "/api/query"]);
    assert_eq!([told("status"), told("level")], [json!(200), json!("INFO")]);
    assert_eq!([told("rcu"), told("wcu")], [0.0, 0.0]);
    for (metric, _) in METRICS {
        assert!(line[metric].is_number(), "{metric}: {line}");
    }
    assert_eq!([told("server_error"), told("caller")], [json!(0), Value::Null]);
    let text = line.to_string();
    assert!(!text.contains("the-name") && !text.contains("the-token"), "{text}");
}

#[tokio::test]
async fn a_line_declares_its_metrics() {
    let (_, lines) = logged("/api/fail/internal").await;
    let [error, line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&error["_aws"], &line["server_error"]), (&Value::Null, &json!(1)));
    assert!(line["_aws"]["Timestamp"].as_u64() > Some(1_700_000_000_000));
    let [declared] = line["_aws"]["CloudWatchMetrics"].as_array().unwrap().as_slice() else {
        panic!("{line}")
    };
    assert_eq!(declared["Namespace"], "Tanuki");
    assert_eq!(declared["Dimensions"], json!([["function"]]));
    assert_eq!(declared["Metrics"][0], json!({"Name": "duration_ms", "Unit": "Milliseconds"}));
    for metric in declared["Metrics"].as_array().unwrap() {
        assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{metric}: {line}");
    }
    let (_, lines) = logged_with(Metrics::None, "/api/small").await;
    assert_eq!((&lines[0]["_aws"], &lines[0]["status"]), (&Value::Null, &json!(200)));
}

#[tokio::test]
async fn the_cause_of_a_failure_is_told_once() {
    for (which, cause) in [("internal", "the secret cause"), ("panic", "panic: of the test")] {
        let (reply, lines) = logged(&format!("/api/fail/{which}")).await;
        let [error, line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((&error["level"], &error["cause"]), (&json!("ERROR"), &json!(cause)));
        assert_eq!(error["request_id"], reply.header("x-request-id").unwrap());
        assert_eq!(line["exception"], "InternalServerErrorException");
        assert!(!line.to_string().contains(cause));
        assert!(!String::from_utf8_lossy(&reply.body).contains(cause));
    }
    let (_, lines) = logged("/api/nowhere").await;
    assert_eq!((&lines[0]["route"], lines.len()), (&json!("unknown"), 1));
}

/// What does not fit is found out last of all.
#[tokio::test]
async fn what_is_told_is_what_is_answered() {
    let (reply, lines) = logged("/api/huge").await;
    assert_eq!(reply.error(), (413, "AnswerTooLargeException".to_owned()));
    let [warning, line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(warning["level"], "WARN");
    let told = |name: &str| line[name].clone();
    assert_eq!([told("status"), told("exception")], [json!(413), json!("AnswerTooLargeException")]);
    assert_eq!([told("route"), told("rcu")], [json!("/api/huge"), json!(0.0)]);
    assert_eq!(line["request_id"], reply.header("x-request-id").unwrap());
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn the_gateways_request_id_is_kept() {
    let event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/api/query/", "rawQueryString": "name=%C3%89",
        "cookies": ["a=1"], "headers": {"host": "example.com"}, "isBase64Encoded": false,
        "requestContext": {
            "accountId": "1", "apiId": "1", "domainName": "example.com", "domainPrefix": "x",
            "requestId": "from-the-gateway", "routeKey": "$default", "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000", "timeEpoch": 1,
            "http": {"method": "GET", "path": "/api/query/", "protocol": "HTTP/1.1", "sourceIp": "1.2.3.4", "userAgent": "t"},
        },
    });
    let request = lambda_http::request::from_str(&event.to_string()).unwrap();
    let router = crate::layers::router(routes, app(Mode::Cloud));
    let response = crate::layers::service(router, Mode::Cloud).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["x-request-id"], "from-the-gateway");
}
