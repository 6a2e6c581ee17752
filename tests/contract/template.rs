//! `template.yaml` and the code: the same functions, paths, keys, variables, and no permission too many.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::json;
use store::table::{PK, SHARED_INDEX, SHARED_PK, SHARED_SK, SK, TTL};
use tanuki::routes;
use tanuki_tests::template::{Event, Function, Statement, Template};

use crate::architecture::sources;

/// Where requests go that match no route.
const DEFAULT: (&str, &str) = ("auth", "$default");
/// Routes that an API has at most, unless AWS raises the quota.
const ROUTES_MAX: usize = 300;
/// A function's resource policy holds 20 KB, and each event adds a statement of up to 480 bytes.
const EVENTS_MAX: usize = 42;

/// `list_assets` → `ListAssets`.
fn camel_case(id: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    id.split(['_', '-']).map(capital).collect()
}

/// The events a function must have: one for each path, named after the path's first operation.
fn expected(function: routes::Function) -> Vec<Event> {
    let any = |name, path: &str| Event { name, method: "ANY".into(), path: path.into() };
    let mut events = Vec::new();
    for (path, item) in &function.openapi().paths.paths {
        let first = [&item.get, &item.post, &item.put, &item.delete].into_iter().flatten().next();
        let id = first.and_then(|operation| operation.operation_id.as_deref());
        let name = camel_case(id.expect("an operation id"));
        events.push(any(name, path));
    }
    if function.name == DEFAULT.0 {
        events.push(any("Unknown".into(), DEFAULT.1));
    }
    events
}

fn line(event: &Event) -> String {
    let Event { name, method, path } = event;
    format!(
        "{name}: {{Type: HttpApi, Properties: {{ApiId: !Ref Api, Method: {method}, Path: \"{path}\"}}}}"
    )
}

fn lines(events: &[Event]) -> BTreeSet<String> {
    events.iter().map(line).collect()
}

fn functions() -> BTreeMap<String, Function> {
    Template::read().functions().into_iter().map(|f| (f.binary.clone(), f)).collect()
}

#[test]
fn every_package_is_a_function_and_every_function_a_package() {
    let template = Template::read();
    let mut packages: BTreeSet<&str> =
        routes::functions().iter().map(|function| function.name).collect();
    packages.extend(routes::SCHEDULED);
    let functions = template.functions();
    let binaries: BTreeSet<&str> = functions.iter().map(|f| f.binary.as_str()).collect();
    assert_eq!(binaries, packages);
    assert_eq!(functions.len(), packages.len(), "a binary is one function");
    for Function { id, binary, .. } in &functions {
        assert_eq!(*id, format!("{}Function", camel_case(binary)));
        let properties = template.properties(id);
        assert_eq!(properties["CodeUri"], format!("functions/{binary}"), "{id}");
        assert_eq!(
            properties["FunctionName"],
            json!({"!Sub": format!("tanuki-${{Stage}}-{binary}")})
        );
        let logs = properties["LoggingConfig"]["LogGroup"]["!Ref"].as_str().expect("a log group");
        let name = json!({"!Sub": format!("/aws/lambda/tanuki-${{Stage}}-{binary}")});
        assert_eq!(template.properties(logs)["LogGroupName"], name, "{id}");
    }
}

#[test]
fn every_path_leads_to_its_function_and_no_other_does() {
    let functions = functions();
    let mut wrong = String::new();
    for function in routes::functions() {
        let package = function.name;
        let (there, wanted) = (lines(&functions[package].events), lines(&expected(function)));
        let missing = wanted.difference(&there).map(|line| format!("add to {package}: {line}\n"));
        let extra =
            there.difference(&wanted).map(|line| format!("remove from {package}: {line}\n"));
        wrong.extend(missing.chain(extra));
    }
    assert!(wrong.is_empty(), "template.yaml, Events:\n{wrong}");
}

#[test]
fn no_path_is_served_by_two_functions() {
    let mut owners = BTreeMap::new();
    for function in routes::functions() {
        let package = function.name;
        for path in function.openapi().paths.paths.keys() {
            let other = owners.insert(path.clone(), package);
            assert_eq!(other, None, "{path} is a path of {package}, too: a path has one function");
        }
    }
}

#[test]
fn the_routes_fit_the_quotas() {
    let functions = functions();
    let routes: usize = functions.values().map(|function| function.events.len()).sum();
    assert!(routes <= ROUTES_MAX, "{routes} routes");
    for function in functions.values() {
        let events = function.events.len();
        assert!(events <= EVENTS_MAX, "{} has {events} events", function.id);
    }
}

#[test]
fn the_table_is_the_stores() {
    let template = Template::read();
    let table = template.properties("Table");
    let key = |pk: &str, sk: &str| json!([{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]);
    let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    assert_eq!(table["KeySchema"], key(PK, SK));
    assert_eq!(
        table["AttributeDefinitions"],
        json!([text(PK), text(SK), text(SHARED_PK), text(SHARED_SK)])
    );
    assert_eq!(
        table["GlobalSecondaryIndexes"],
        json!([{
            "IndexName": SHARED_INDEX,
            "KeySchema": key(SHARED_PK, SHARED_SK),
            "Projection": {"ProjectionType": "ALL"},
        }])
    );
    assert_eq!(table["TimeToLiveSpecification"], json!({"AttributeName": TTL, "Enabled": true}));
}

#[test]
fn the_table_outlives_the_stack() {
    let template = Template::read();
    let table = &template.document["Resources"]["Table"];
    assert_eq!(
        (&table["DeletionPolicy"], &table["UpdateReplacePolicy"]),
        (&json!("Retain"), &json!("Retain"))
    );
    let properties = &table["Properties"];
    assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(properties["DeletionProtectionEnabled"], true);
    let recovery = &properties["PointInTimeRecoverySpecification"];
    assert_eq!(recovery["PointInTimeRecoveryEnabled"], true);
}

fn source(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn functions_are_told_what_they_read_and_nothing_else() {
    let source = source("shared/http/src/config.rs");
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let read: BTreeSet<&str> = ["variable(\"", "required(\""]
        .iter()
        .flat_map(|call| code.split(call).skip(1))
        .filter_map(|rest| rest.split('"').next())
        // Lambda's own, and the SDK's: a template may not, or need not, set them.
        .filter(|name| !name.starts_with("AWS_"))
        .collect();
    assert!(read.contains("TABLE_NAME"), "{read:?}");
    let told = Template::read().variables();
    let mut told: BTreeSet<&str> = told.iter().map(String::as_str).collect();
    assert!(told.remove("SSL_CERT_FILE"), "read by the TLS library itself");
    assert_eq!(told, read);
}

/// The transform makes a new version, which requests then get, where it sees a change; of a parameter it sees the name.
#[test]
fn another_value_of_a_parameter_is_another_version() {
    let template = Template::read();
    let globals = &template.document["Globals"]["Function"];
    let told = globals["Environment"]["Variables"].as_object().expect("Variables").values();
    let references = told.chain([&globals["Architectures"][0]]);
    let names: Vec<&str> = references.filter_map(|it| it["!Ref"].as_str()).collect();
    let parameters = template.document["Parameters"].as_object().expect("Parameters");
    let mut of_versions: Vec<String> = names
        .into_iter()
        .filter(|name| parameters.contains_key(*name))
        .map(|name| format!("${{{name}}}"))
        .collect();
    of_versions.sort_unstable();
    assert!(of_versions.len() > 3, "{of_versions:?}");
    for function in template.functions() {
        let properties = template.properties(&function.id);
        assert_eq!(properties["AutoPublishAliasAllProperties"], true, "{}", function.id);
        let description = properties["VersionDescription"]["!Sub"].as_str().expect("a description");
        let mut parts: Vec<&str> = description.split(' ').collect();
        parts.sort_unstable();
        assert_eq!(parts, of_versions, "{}", function.id);
    }
}

/// `sam build` reads the architecture, too.
#[test]
fn parameters_are_where_both_commands_read_them() {
    let text = source("samconfig.toml");
    let mut section = "";
    let mut found = 0;
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        } else if line.starts_with("parameter_overrides") {
            assert!(section.ends_with(".global.parameters]"), "{section}");
            found += 1;
        }
    }
    assert_eq!(found, 3, "dev, default, prod");
}

#[test]
fn a_slow_store_is_answered_before_the_function_is_stopped() {
    let template = Template::read();
    let function = &template.document["Globals"]["Function"];
    let seconds = function["Timeout"].as_u64().expect("a time limit");
    // The gateway waits 30 s: a second is left for the way.
    assert!(20 < seconds && seconds < 29, "between the store's limit and the gateway's: {seconds}");
    let own = template.functions().into_iter().filter(|f| !f.events.is_empty());
    let own = own.filter(|f| !template.properties(&f.id)["Timeout"].is_null());
    assert_eq!(own.count(), 0, "one limit for all functions that a gateway waits for");
}

#[test]
fn what_no_request_reaches_is_called_by_the_clock_and_watched() {
    let template = Template::read();
    let text = source("template.yaml");
    for function in template.functions() {
        let is_scheduled = tanuki::routes::SCHEDULED.contains(&function.binary.as_str());
        assert_eq!(function.events.is_empty(), is_scheduled, "{}", function.id);
        assert_eq!(function.schedules.len(), usize::from(is_scheduled), "{}", function.id);
        for metric in ["Errors", "Throttles"] {
            let watched = format!(
                "MetricName: {metric}, Dimensions: [{{Name: FunctionName, Value: !Ref {}}}]",
                function.id
            );
            assert!(text.contains(&watched), "no alarm for the {metric} of {}", function.id);
        }
        for schedule in &function.schedules {
            assert!(schedule.rate.starts_with("rate("), "{schedule:?}");
            let properties = template.properties(&function.id);
            let event = &properties["Events"][&schedule.name]["Properties"];
            assert!(
                event["RetryPolicy"]["MaximumRetryAttempts"].as_u64() > Some(0),
                "{schedule:?}"
            );
            let retries = &properties["EventInvokeConfig"]["MaximumRetryAttempts"];
            assert!(retries.as_u64() > Some(0), "{schedule:?}");
        }
    }
}

/// `sam build` builds with `panic = "abort"` otherwise, and a panic ends the instance.
#[test]
fn a_panic_does_not_end_an_instance() {
    let manifest = source("Cargo.toml");
    let release = manifest.split("[profile.release]").nth(1).expect("the profile");
    let settings = release.split("\n[").next().unwrap_or_default();
    assert!(settings.contains("panic = \"unwind\""), "{settings}");
}

/// What the store does, as IAM calls it.
fn used_actions() -> BTreeSet<&'static str> {
    let calls: [(&str, &[&str]); 10] = [
        (".get_item()", &["GetItem"]),
        (".batch_get_item()", &["BatchGetItem"]),
        (".query()", &["Query"]),
        (".put_item()", &["PutItem"]),
        (".update_item()", &["UpdateItem"]),
        (".delete_item()", &["DeleteItem"]),
        (".batch_write_item()", &["BatchWriteItem"]),
        (".transact_get_items()", &["GetItem"]),
        (".transact_write_items()", &["PutItem", "UpdateItem", "DeleteItem"]),
        (".condition_check(", &["ConditionCheckItem"]),
    ];
    let files = sources("shared/store/src").into_iter();
    let text: String = files.map(|path| fs::read_to_string(path).expect("a source")).collect();
    let used = calls.iter().filter(|(call, _)| text.contains(call));
    used.flat_map(|(_, actions)| actions.iter().copied()).collect()
}

#[test]
fn no_function_may_do_more_than_the_store_does_on_the_table_and_its_index() {
    let used = used_actions();
    for Function { id, statements, events, .. } in functions().values() {
        assert!(!statements.is_empty(), "{id} may do nothing");
        let reads_secret = |s: &&Statement| s.actions == ["secretsmanager:GetSecretValue"];
        let secrets: Vec<_> = statements.iter().filter(reads_secret).collect();
        // Whom nobody sends requests to reads no tokens.
        assert_eq!(secrets.len(), usize::from(!events.is_empty()), "{id}: {secrets:?}");
        assert!(secrets.iter().all(|s| s.resources == ["TokenSecret"]), "{id}: {secrets:?}");
        for statement in statements.iter().filter(|s| !reads_secret(s)) {
            for action in &statement.actions {
                let name = action.strip_prefix("dynamodb:").unwrap_or(action);
                assert!(used.contains(name), "{id} may {action}, which the store never does");
            }
            for resource in &statement.resources {
                let index = format!("${{Table.Arn}}/index/{SHARED_INDEX}");
                let is_index = *resource == index;
                assert!(is_index || resource == "Table.Arn", "{id} reaches {resource}");
                assert!(
                    !is_index || statement.actions == ["dynamodb:Query"],
                    "{id}: an index is only queried"
                );
            }
        }
    }
}

#[test]
fn no_other_origin_is_allowed_unless_it_is_named() {
    let template = Template::read();
    let cors = &template.properties("Api")["CorsConfiguration"];
    assert_eq!(cors["AllowOrigins"], json!({"!Ref": "AllowedOrigins"}));
    let default = &template.document["Parameters"]["AllowedOrigins"]["Default"];
    assert_eq!(*default, "https://nobody.invalid", "a name that nobody can own, and no wildcard");
    let read = [
        "authorization",
        "content-encoding",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
    ];
    assert_eq!(cors["AllowHeaders"], json!(read), "what is read, and no wildcard");
}
