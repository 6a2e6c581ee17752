//! What functions write to their logs: a line for each request, and nothing that must stay secret.

use http_api::log::{METRICS, NAMESPACE, OPEN_JOURNAL};
use tanuki_tests::app::TABLE;
use tanuki_tests::prelude::*;

use crate::gateway::open_journals;
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
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
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

#[tokio::test]
async fn no_line_holds_a_secret_or_an_address() {
    const PASSWORDS: [&str; 3] = ["correct horse", "battery staple", "wrong stable"];
    const EMAIL: &str = "jane.roe@studio.example";
    let (app, film) = film().await;
    let person = json!({"first_name": "Jane", "last_name": "Roe", "email": EMAIL, "password": PASSWORDS[0], "role": "user"});
    app.post(ADMIN, "/data/persons", &person).await.created();
    app.post(ADMIN, "/data/persons", &person).await.error(400, "PersonAlreadyExistsException");
    let login = async |password: &str| {
        app.post(NOBODY, "/auth/login", &json!({"email": EMAIL, "password": password})).await
    };
    let tokens = login(PASSWORDS[0]).await.ok();
    let (token, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    assert_eq!(login(PASSWORDS[2]).await.status, 400);
    let send = async |method: &str, path: &str, token: &str, body: String| {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("/api{path}"))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"));
        app.send(request.body(axum::body::Body::from(body)).expect("a request")).await
    };
    send("GET", "/auth/refresh-token", refresh, String::new()).await.ok();
    let change =
        json!({"old_password": PASSWORDS[0], "password": PASSWORDS[1], "password_2": PASSWORDS[1]});
    send("POST", "/auth/change-password", token, change.to_string()).await;
    send("POST", "/auth/login", token, format!("{{\"email\": \"{EMAIL}\", \"password\": ")).await;
    send("GET", &format!("/data/persons?email={EMAIL}"), token, String::new()).await;
    // Failures of every kind: the table does not answer in time, a name is taken, a body makes no sense.
    film.asset_id(&app, "Prop", "Lamp").await;
    app.post(ADMIN, &film.new_asset("Prop"), &json!({"name": "Lamp"})).await;
    send("GET", "/auth/logout", token, String::new()).await.ok();

    requests(&app, "auth", 6).await;
    let functions = tanuki::routes::functions();
    let lines: Vec<String> =
        functions.iter().flat_map(|function| app.gateway().logs(function.name)).collect();
    assert!(lines.len() > 10, "{lines:?}");
    let of_admin = app.token(ADMIN).expect("a token");
    let secret = String::from_utf8_lossy(&tanuki_tests::app::SECRET).into_owned();
    let mut secrets = vec![
        EMAIL,
        "studio.example",
        token,
        refresh,
        of_admin,
        &*secret,
        "eyJ",
        "$argon2",
        "Bearer",
    ];
    secrets.extend(PASSWORDS);
    for line in &lines {
        parsed(line);
        let found = secrets.iter().find(|secret| line.contains(**secret));
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
