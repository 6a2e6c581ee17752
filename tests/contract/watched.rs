//! What watches a deployment: alarms on all that can go wrong, on metrics that exist.

use std::collections::BTreeSet;

use http_api::log::{METRICS, NAMESPACE, OPEN_JOURNAL};
use serde_json::{Value, json};
use tanuki_tests::template::{Function, Template};

/// What must not go unnoticed.
const WATCHED: [(&str, &str); 8] = [
    ("AWS/ApiGateway", "5xx"),
    ("AWS/ApiGateway", "Latency"),
    ("AWS/Lambda", "Errors"),
    ("AWS/Lambda", "Throttles"),
    ("AWS/DynamoDB", "ReadThrottleEvents"),
    ("AWS/DynamoDB", "WriteThrottleEvents"),
    ("AWS/DynamoDB", "SystemErrors"),
    (NAMESPACE, OPEN_JOURNAL),
];

/// The alarms: logical id and properties.
fn alarms(template: &Template) -> Vec<(&String, &Value)> {
    let resources = template.document["Resources"].as_object().expect("Resources");
    let alarms = resources.iter().filter(|(_, r)| r["Type"] == "AWS::CloudWatch::Alarm");
    let alarms: Vec<_> = alarms.map(|(id, resource)| (id, &resource["Properties"])).collect();
    assert!(!alarms.is_empty());
    alarms
}

/// The metrics an alarm looks at, by namespace and name.
fn metrics(alarm: &Value) -> Vec<(&str, &str)> {
    let of_queries = alarm["Metrics"].as_array().into_iter().flatten();
    let all = of_queries.map(|query| &query["MetricStat"]["Metric"]).chain([alarm]);
    all.filter_map(|m| Some((m["Namespace"].as_str()?, m["MetricName"].as_str()?))).collect()
}

#[test]
fn all_that_can_go_wrong_is_an_alarm_that_tells_somebody() {
    let template = Template::read();
    let mut watched = BTreeSet::new();
    for (id, alarm) in alarms(&template) {
        watched.extend(metrics(alarm));
        let told = json!({"!If": ["HasAlarmTopic", [{"!Ref": "AlarmTopicArn"}], {"!Ref": "AWS::NoValue"}]});
        assert_eq!(alarm["AlarmActions"], told, "{id}");
        assert_eq!(alarm["TreatMissingData"], "notBreaching", "{id}: nobody asked is no failure");
    }
    assert_eq!(watched, BTreeSet::from(WATCHED));
}

#[test]
fn the_slowest_hundredth_is_watched() {
    let template = Template::read();
    assert_eq!(template.properties("LatencyAlarm")["ExtendedStatistic"], "p99");
}

#[test]
fn every_function_is_watched() {
    let template = Template::read();
    for metric in ["Errors", "Throttles"] {
        let queries = alarms(&template).into_iter().flat_map(|(_, alarm)| {
            alarm["Metrics"].as_array().into_iter().flatten().map(|q| &q["MetricStat"]["Metric"])
        });
        let of_metric = queries.filter(|q| q["MetricName"] == metric);
        let watched: BTreeSet<&str> =
            of_metric.filter_map(|q| q["Dimensions"][0]["Value"]["!Ref"].as_str()).collect();
        let functions = template.functions();
        let all: BTreeSet<&str> = functions.iter().map(|function| function.id.as_str()).collect();
        assert_eq!(watched, all, "{metric}");
    }
}

/// An alarm on a metric that nobody writes is silent for ever.
#[test]
fn a_change_left_open_is_counted_as_the_code_counts_it() {
    let template = Template::read();
    let alarm = template.properties("OpenJournalAlarm");
    assert_eq!(alarm["Dimensions"], json!([{"Name": "table", "Value": {"!Ref": "Table"}}]));
}

/// What the dashboard shows: namespace, metric, and whose it is.
fn shown(template: &Template) -> Vec<[String; 3]> {
    let body = template.properties("Dashboard")["DashboardBody"]["!Sub"].as_str();
    let body: Value = serde_json::from_str(body.expect("a dashboard")).expect("JSON");
    let widgets = body["widgets"].as_array().into_iter().flatten();
    let mut shown: Vec<[String; 3]> = Vec::new();
    for row in widgets.flat_map(|it| it["properties"]["metrics"].as_array().into_iter().flatten()) {
        let row: Vec<&str> =
            row.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let [namespace, metric, _] = shown.last().cloned().unwrap_or_default();
        match row[..] {
            // As the row before, of another function.
            ["...", whose] => shown.push([namespace, metric, whose.into()]),
            [of, metric, _, whose] if of != "." && whose != "." => {
                shown.push([of.into(), metric.into(), whose.into()]);
            }
            _ => {}
        }
    }
    shown
}

/// A widget of a metric that nobody writes is empty for ever.
#[test]
fn the_dashboard_shows_every_function() {
    let template = Template::read();
    let shown = shown(&template);
    let of = |namespace: &str, metric: &str| -> BTreeSet<&str> {
        let rows = shown.iter().filter(|row| row[0] == namespace && row[1] == metric);
        rows.map(|row| row[2].as_str()).collect()
    };
    let functions = template.functions();
    let names = |are: fn(&Function) -> bool| -> BTreeSet<String> {
        functions.iter().filter(|it| are(it)).map(|it| format!("${{{}}}", it.id)).collect()
    };
    let (all, asked) = (names(|_| true), names(|function| !function.events.is_empty()));
    for metric in ["Duration", "Errors", "Throttles"] {
        assert_eq!(of("AWS/Lambda", metric), all.iter().map(String::as_str).collect(), "{metric}");
    }
    for [_, metric, _] in shown.iter().filter(|row| row[0] == NAMESPACE) {
        assert!(METRICS.iter().any(|(known, _)| known == metric), "{metric} is not written");
    }
    for metric in ["duration_ms", "server_error", "cold_start"] {
        assert_eq!(of(NAMESPACE, metric), asked.iter().map(String::as_str).collect(), "{metric}");
    }
}
