//! Instances that die in the middle of a call, and who completes what they began.

use std::time::Duration;

use tanuki_tests::app::TABLE;
use tanuki_tests::prelude::*;

use crate::gateway::assert_gateways;

#[tokio::test]
async fn an_instance_that_dies_in_the_middle_of_a_call_is_replaced() {
    let (app, film) = film().await;
    app.get(ADMIN, &film.path("/assets")).await.ok();
    app.gateway().delay_table(Duration::from_secs(5));
    let path = film.path("/assets");
    let kill = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        app.gateway().kill("project-assets")
    };
    let (answer, killed) = tokio::join!(app.get(ADMIN, &path), kill);
    assert_eq!(killed, 1);
    assert_gateways(&answer, 500, "Internal Server Error");
    app.gateway().delay_table(Duration::ZERO);
    app.get(ADMIN, &film.path("/assets")).await.ok();
}

/// The journals that are open in a project.
pub(crate) fn open_journals(app: &TestApp, film: &Production) -> Vec<String> {
    let id = format!("PROJECT#{}", film.id);
    let key = json!({"PK": {"S": id}, "SK": {"S": "PROJECT"}});
    let body = json!({"TableName": TABLE, "Key": key}).to_string();
    let (_, answer) = app.engine.answer("DynamoDB_20120810.GetItem", body.as_bytes());
    let answer: Value = serde_json::from_slice(&answer).expect("an answer");
    let journals = &answer["Item"]["journals"];
    assert!(journals.is_object(), "{answer}");
    let open = journals["L"].as_array().into_iter().flatten();
    open.map(|id| text(id, "S").to_owned()).collect()
}

/// Whether a change is under way in a project.
pub(crate) fn has_journals(app: &TestApp, film: &Production) -> bool {
    !open_journals(app, film).is_empty()
}

/// Kills the function of castings once it has begun a change in a project; the number of its instances.
async fn kill_in_the_middle(app: &TestApp, film: &Production) -> usize {
    let begun = async {
        while !has_journals(app, film) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), begun).await.expect("a change is begun");
    app.gateway().kill("casting")
}

/// Casts an asset in many shots, by a function that is killed in the middle.
async fn cast_and_be_killed(app: &TestApp, film: &Production, asset: &str, shots: &[String]) {
    let (path, body) = (format!("/data/assets/{asset}/casting"), json!({"casting": shots}));
    app.gateway().delay_table(Duration::from_millis(150));
    let (answer, killed) =
        tokio::join!(app.put(ADMIN, &path, &body), kill_in_the_middle(app, film));
    assert_eq!(killed, 1);
    assert_gateways(&answer, 500, "Internal Server Error");
    app.gateway().delay_table(Duration::ZERO);
}

/// The clock's event, as EventBridge sends it.
pub(crate) fn clock() -> Value {
    json!({
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
        "source": "aws.events", "account": "123456789012", "time": "2026-11-25T00:00:00Z",
        "region": "eu-central-1", "resources": ["arn:aws:events:eu-central-1:123456789012:rule/sweep"],
        "detail": {},
    })
}

#[tokio::test]
async fn a_change_cut_off_by_a_crash_is_completed_by_the_clock() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let sequence = film.sequence(&app, "SQ01", None).await;
    let shots = film.many_shots(&app, &sequence, 120).await;
    let nothing = app.gateway().invoke("maintenance", &clock()).await.expect("it sweeps");
    assert_eq!(nothing["journals"], 0, "{nothing}");
    cast_and_be_killed(&app, &film, &hero, &shots).await;
    let swept = app.gateway().invoke("maintenance", &clock()).await.expect("it sweeps");
    assert_eq!(swept["journals"], 1, "{swept}");
    assert!(!has_journals(&app, &film), "completed by the clock");
    app.assert_whole("after the sweep").await;
}

/// The function whose routes only read completes what another left half done: its policy must let it.
#[tokio::test]
async fn a_change_cut_off_by_a_crash_is_completed_by_a_function_that_reads() {
    let (app, film) = film().await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    let sequence = film.sequence(&app, "SQ01", None).await;
    let shots = film.many_shots(&app, &sequence, 120).await;
    let path = format!("/data/assets/{hero}/casting");
    app.get(ADMIN, &path).await.ok();
    cast_and_be_killed(&app, &film, &hero, &shots).await;
    app.get(ADMIN, &format!("/data/assets/{hero}/tasks")).await.ok();
    assert!(!has_journals(&app, &film), "completed by the reader");
    let users = app.get(ADMIN, &path).await.ok();
    assert_eq!(users.as_array().map(Vec::len), Some(120));
}
