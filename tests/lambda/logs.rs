//! What functions write to their logs: a line for each request, and nothing that must stay secret.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_api::log::{METRICS, NAMESPACE, OPEN_JOURNAL};
use tanuki_tests::app::{SECRET, TABLE, token_secret};
use tanuki_tests::prelude::*;

use crate::crashes::open_journals;
use crate::gateway::limited;
use crate::policies::with_open_journal;

/// Whether a line is that of a request.
fn is_request(line: &Value) -> bool {
    line["message"] == "request"
}

/// A line as JSON: there is nothing else in the log, not even of a panic.
#[track_caller]
fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// The lines of a function's requests, once there are so many: they come through a pipe.
async fn requests(app: &TestApp, function: &str, count: usize) -> Vec<Value> {
    for _ in 0..100 {
        let lines = app.gateway().logs(function).into_iter().map(|line| parsed(&line));
        let lines: Vec<Value> = lines.filter(is_request).collect();
        if lines.len() >= count {
            return lines;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{function} wrote: {:?}", app.gateway().logs(function));
}

#[tokio::test]
async fn every_request_is_a_line_with_its_metrics() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    app.get(ADMIN, &format!("/data/assets/{hero}?relations=nonsense")).await;
    app.get(ARTIST, &format!("/data/assets/{hero}")).await.ok();
    app.get(NOBODY, "/data/assets").await.error(401, "NotAuthenticatedException");

    let lines = requests(&app, "assets", 3).await;
    let [first, second, third] = lines.as_slice() else { panic!("{lines:?}") };
    for line in &lines {
        assert_eq!((&line["function"], &line["method"]), (&json!("assets"), &json!("GET")));
        assert!(line["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{line}");
        let declared = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(
            (&declared["Namespace"], &declared["Dimensions"]),
            (&json!(NAMESPACE), &json!([["function"]]))
        );
        for (metric, _) in METRICS {
            assert!(line[metric].is_number(), "{metric}: {line}");
        }
    }
    assert_eq!(second["route"], "/api/data/assets/{asset_id}");
    assert_eq!((&second["status"], &third["status"]), (&json!(200), &json!(401)));
    assert_eq!(second["caller"], app.person(ARTIST).id.to_string());
    assert_eq!(third["caller"], Value::Null);
    assert!(second["rcu"].as_f64() > Some(0.0) && second["wcu"].as_f64() == Some(0.0), "{second}");
    let cold: Vec<&Value> = lines.iter().map(|line| &line["cold_start"]).collect();
    assert_eq!((cold[0], cold[1], first["server_error"].as_u64()), (&json!(1), &json!(0), Some(0)));
}

/// The passwords that are sent: the first, its successors, and one that is wrong.
const PASSWORDS: [&str; 5] =
    ["correct horse", "battery staple", "stable genius", "hay in a stack", "wrong stable"];
const EMAIL: &str = "jane.roe@studio.example";

/// What stands in a log if the token secret does: its text, its bytes as they are printed, and as a string in JSON.
fn forms_of_the_secret() -> Vec<String> {
    let bytes = &SECRET[..8];
    let text = serde_json::to_string(std::str::from_utf8(bytes).expect("characters"));
    let text = text.expect("JSON").trim_matches('"').to_owned();
    let listed = format!("{bytes:?}").trim_matches(['[', ']']).to_owned();
    let hexadecimal = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let encoded = STANDARD.encode(SECRET).trim_end_matches('=').to_owned();
    assert!(token_secret().contains(&encoded));
    vec![encoded, text, listed, hexadecimal]
}

/// The statuses that a function wrote of its requests, in their order.
fn statuses(lines: &[Value]) -> Vec<u64> {
    lines.iter().filter_map(|line| line["status"].as_u64()).collect()
}

/// Sends passwords, tokens and addresses to wherever they may be sent, and asks while the table does not answer in time;
/// what else must not be told.
async fn tell_all(app: &TestApp, film: &Production) -> Vec<String> {
    let person = json!({"first_name": "Jane", "last_name": "Roe", "email": EMAIL, "password": PASSWORDS[0], "role": "user"});
    let made = app.post(ADMIN, "/data/persons", &person).await.created();
    let jane = format!("/data/persons/{}", text(&made, "id"));
    app.post(ADMIN, "/data/persons", &person).await.error(400, "PersonAlreadyExistsException");
    let login = async |password: &str| {
        app.post(NOBODY, "/auth/login", &json!({"email": EMAIL, "password": password})).await
    };
    let tokens = login(PASSWORDS[0]).await.ok();
    let (token, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    login(PASSWORDS[4]).await.error(400, "WrongCredentialsException");
    let send = async |method: &str, path: &str, token: &str, body: String| {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("/api{path}"))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"));
        app.send(request.body(axum::body::Body::from(body)).expect("a request")).await
    };
    send("GET", "/auth/refresh-token", refresh, String::new()).await.ok();
    let own = |old: &str, new: &str| {
        json!({"old_password": old, "password": new, "password_2": new}).to_string()
    };
    let path = "/auth/change-password";
    send("POST", path, token, own(PASSWORDS[0], PASSWORDS[1])).await.ok();
    send("POST", path, token, own(PASSWORDS[4], PASSWORDS[2])).await.invalid(&["old_password"]);
    let cut = format!("{{\"email\": \"{EMAIL}\", \"password\": \"{}", PASSWORDS[1]);
    send("POST", "/auth/login", token, cut).await.invalid(&["body"]);
    let by_address = format!("/data/persons?email={EMAIL}");
    let found = send("GET", &by_address, token, String::new()).await.ok();
    assert_eq!(column(&found, "email"), [EMAIL]);
    send("GET", "/auth/logout", token, String::new()).await.ok();

    app.put(ADMIN, &jane, &json!({"password": PASSWORDS[2], "email": EMAIL})).await.ok();
    let new = json!({"password": PASSWORDS[3], "password_2": PASSWORDS[3]});
    let path = jane.replace("/data/", "/actions/") + "/change-password";
    app.post(ADMIN, &path, &new).await.ok();
    film.asset_id(app, "Prop", EMAIL).await;
    let taken = app.post(ADMIN, &film.new_asset("Prop"), &json!({"name": EMAIL})).await;
    taken.error(400, "AssetAlreadyExistsException");

    app.gateway().delay_table(Duration::from_secs(30));
    let (one, two) = tokio::join!(login(PASSWORDS[3]), app.get(ADMIN, &by_address));
    for answer in [one, two] {
        answer.error(500, "StoreUnavailableException");
    }
    vec![token.to_owned(), refresh.to_owned()]
}

#[tokio::test]
async fn no_line_holds_a_secret_or_an_address() {
    let (app, film) = limited(Duration::from_secs(8), 10).await;
    let mut secrets = tell_all(&app, &film).await;
    secrets.extend(forms_of_the_secret());
    secrets.extend([ADMIN, ARTIST].map(|who| app.token(who).expect("a token").to_owned()));
    secrets.extend(PASSWORDS.map(str::to_owned));
    let others = [EMAIL, "studio.example", "example.com", "eyJ", "$argon2", "Bearer"];
    secrets.extend(others.map(str::to_owned));

    let told = [
        ("auth", vec![200, 400, 200, 200, 400, 400, 200, 500]),
        ("people", vec![201, 400, 200, 200, 200, 500]),
        ("project-assets", vec![201, 400]),
    ];
    for (function, expected) in &told {
        let lines = requests(&app, function, expected.len()).await;
        assert_eq!(statuses(&lines), *expected, "{function}");
    }
    let lines: Vec<String> =
        told.iter().flat_map(|(function, _)| app.gateway().logs(function)).collect();
    let failures = lines.iter().map(|line| parsed(line));
    let failures: Vec<Value> =
        failures.filter(|line| line["message"] == "request failed").collect();
    assert_eq!(failures.len(), 2, "{lines:?}");
    for line in failures {
        assert_eq!(line["level"], "ERROR", "{line}");
        assert!(line["cause"].as_str().is_some_and(|cause| !cause.is_empty()), "{line}");
    }
    for line in &lines {
        let found = secrets.iter().find(|secret| line.contains(secret.as_str()));
        assert_eq!(found, None, "{line}");
    }
}

/// Makes a journal look as old as if it had been opened years ago.
fn age(app: &TestApp, journal: &str) {
    let key = json!({"PK": {"S": format!("JOURNAL#{journal}")}, "SK": {"S": "HEAD"}});
    let update = json!({
        "TableName": TABLE, "Key": key, "UpdateExpression": "SET opened_at = :t",
        "ConditionExpression": "attribute_exists(opened_at)",
        "ExpressionAttributeValues": {":t": {"S": "2020-01-01T00:00:00Z"}},
    });
    let update = update.to_string();
    let (status, answer) = app.engine.answer("DynamoDB_20120810.UpdateItem", update.as_bytes());
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_change_left_open_is_counted_unless_its_writer_may_be_at_work() {
    let (app, film) = film().await;
    let told = async |asset: &str, requests_so_far: usize| {
        app.get(ADMIN, &format!("/data/assets/{asset}/tasks")).await.ok();
        requests(&app, "asset-tasks", requests_so_far).await;
        assert_eq!(open_journals(&app, &film), Vec::<String>::new());
        let lines = app.gateway().logs("asset-tasks").into_iter().map(|line| parsed(&line));
        lines.filter(|line| line[OPEN_JOURNAL] == 1).collect::<Vec<_>>()
    };
    let hero = with_open_journal(&app, &film).await;
    assert_eq!(told(&hero, 1).await, Vec::<Value>::new());

    let lamp = with_open_journal(&app, &film).await;
    let open = open_journals(&app, &film);
    age(&app, &open[0]);
    let lines = told(&lamp, 2).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&line["table"], &line["journal"]), (&json!(TABLE), &json!(open[0])));
    assert_eq!(line["level"], "WARN");
    let declared = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(declared["Dimensions"], json!([["table"]]));
    assert_eq!(declared["Metrics"], json!([{"Name": OPEN_JOURNAL, "Unit": "Count"}]));
}
