//! The assets of a project with their tasks, whole, compact and as a stream.

use tanuki_tests::prelude::*;

const ASSET_FIELDS: [&str; 14] = [
    "id",
    "name",
    "preview_file_id",
    "description",
    "asset_type_name",
    "asset_type_id",
    "canceled",
    "ready_for",
    "episode_id",
    "casting_episode_ids",
    "is_casting_standby",
    "is_shared",
    "data",
    "tasks",
];

const TASK_FIELDS: [&str; 19] = [
    "id",
    "due_date",
    "done_date",
    "duration",
    "entity_id",
    "estimation",
    "end_date",
    "is_subscribed",
    "last_comment_date",
    "last_preview_file_id",
    "priority",
    "real_start_date",
    "retake_count",
    "start_date",
    "difficulty",
    "task_status_id",
    "task_type_id",
    "assignees",
    "data",
];

fn path(show: &Production, query: &str) -> String {
    format!("/data/assets/with-tasks?project_id={}{query}", show.id)
}

#[tokio::test]
async fn a_row_has_the_asset_and_all_its_tasks() {
    let (app, show) = tv_show().await;
    let body =
        json!({"name": "Hero", "description": "Main protagonist", "data": {"difficulty": "hard"}});
    let hero = show.asset_with(&app, "Character", body).await;
    let id = text(&hero, "id");
    let modeling = show.task(&app, id, "Modeling", &[ARTIST]).await;
    let rigging = show.task(&app, id, "Rigging", &[]).await;
    let plan = json!({"estimation": 5, "duration": 4, "priority": 1});
    app.put(ADMIN, &format!("/data/tasks/{}", text(&modeling, "id")), &plan).await.ok();

    let rows = app.get(ARTIST, &path(&show, "")).await.ok();
    assert_eq!(column(&rows, "name"), ["Hero"]);
    assert_fields(&rows[0], &ASSET_FIELDS);
    assert_has(
        &rows[0],
        &json!({
            "id": id,
            "asset_type_id": show.asset_type("Character"),
            "asset_type_name": "Character",
            "preview_file_id": null,
            "description": "Main protagonist",
            "episode_id": null,
            "casting_episode_ids": [],
            "is_casting_standby": false,
            "is_shared": false,
            "canceled": false,
            "ready_for": null,
            "data": {"difficulty": "hard"},
        }),
    );
    let mut expected = [text(&modeling, "id"), text(&rigging, "id")];
    expected.sort_unstable();
    assert_eq!(sorted(&rows[0]["tasks"], "id"), expected);
    let tasks = rows[0]["tasks"].as_array().expect("tasks");
    let task = tasks.iter().find(|task| task["id"] == modeling["id"]).expect("the modeling");
    assert_fields(task, &TASK_FIELDS);
    assert_has(
        task,
        &json!({
            "entity_id": id,
            "task_type_id": modeling["task_type_id"],
            "task_status_id": modeling["task_status_id"],
            "assignees": [app.person(ARTIST).id],
            "priority": 1,
            "estimation": 5.0,
            "duration": 4.0,
            "is_subscribed": false,
        }),
    );
}

#[tokio::test]
async fn assets_without_tasks_and_canceled_ones_are_there_too() {
    let (app, show) = tv_show().await;
    let old = show.asset_id(&app, "Prop", "Old").await;
    show.task(&app, &old, "Modeling", &[]).await;
    app.delete(ADMIN, &format!("/data/assets/{old}")).await.gone();
    show.asset(&app, "Character", "Zoe").await;
    show.asset(&app, "Character", "anna").await;
    let rows = app.get(ARTIST, &path(&show, "")).await.ok();
    assert_eq!(column(&rows, "name"), ["anna", "Zoe", "Old"]);
    assert_eq!((&rows[0]["tasks"], &rows[2]["canceled"]), (&json!([]), &json!(true)));
}

/// `Main` belongs to no episode, `Guest` to the first, `Stranger` to the second; `Cast` to the second
/// and is cast in a shot of the first.
async fn episodic() -> (TestApp, Production, Episode) {
    let (app, show) = tv_show().await;
    let first = show.episode_of(&app, "E02", 1).await;
    let second = show.episode(&app, "E03").await;
    show.asset(&app, "Prop", "Main").await;
    for (name, episode) in [("Guest", &first.id), ("Stranger", &second), ("Cast", &second)] {
        show.asset_with(&app, "Prop", json!({"name": name, "episode_id": episode})).await;
    }
    let cast = app.get(ADMIN, "/data/assets?name=Cast").await.ok();
    show.cast(&app, text(&cast[0], "id"), &[&first.shots[0]]).await;
    (app, show, first)
}

#[tokio::test]
async fn an_episode_narrows_the_list() {
    let (app, show, episode) = episodic().await;
    let check = async |query: &str, expected: &[&str]| {
        let rows = app.get(ARTIST, &path(&show, query)).await.ok();
        assert_eq!(column(&rows, "name"), expected, "{query}");
    };
    check("", &["Cast", "Guest", "Main", "Stranger"]).await;
    check("&episode_id=all", &["Cast", "Guest", "Main", "Stranger"]).await;
    check("&episode_id=main", &["Main"]).await;
    check(&format!("&episode_id={}", episode.id), &["Cast", "Guest", "Main"]).await;
    check(&format!("&episode_id={}&asset_type_id={}", episode.id, show.asset_type("FX")), &[])
        .await;
}

#[tokio::test]
async fn a_row_tells_the_episodes_of_the_asset() {
    let (app, show, episode) = episodic().await;
    let rows = app.get(ARTIST, &path(&show, "")).await.ok();
    assert_eq!(rows[0]["casting_episode_ids"], json!([episode.id]), "Cast");
    assert_eq!(
        (&rows[1]["episode_id"], &rows[1]["casting_episode_ids"]),
        (&json!(episode.id), &json!([])),
        "Guest"
    );
    assert_eq!(rows[2]["episode_id"], Value::Null, "Main");
}

#[tokio::test]
async fn the_compact_form_says_the_same_in_arrays() {
    let (app, show) = tv_show().await;
    let body =
        json!({"name": "Hero", "description": "Main protagonist", "data": {"difficulty": "hard"}});
    let hero = show.asset_with(&app, "Character", body).await;
    show.asset(&app, "Prop", "Sword").await;
    show.task(&app, text(&hero, "id"), "Modeling", &[ARTIST, OTHER_ARTIST]).await;
    let plain = app.get(ARTIST, &path(&show, "")).await.ok();

    let answer = app.get(ARTIST, &path(&show, "&stream=true&compact=true")).await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let lines = lines(&answer);
    assert_eq!(
        lines[0],
        json!({"compact": true, "asset_fields": ASSET_FIELDS, "task_fields": TASK_FIELDS})
    );
    let unpacked: Vec<Value> = lines[1..].iter().map(unpack).collect();
    let narrowed: Vec<Value> = plain.as_array().expect("rows").iter().map(narrow).collect();
    assert_eq!(unpacked, narrowed);
    // Not line by line it is one object.
    let mut whole = lines[0].clone();
    whole["rows"] = json!(lines[1..]);
    assert_eq!(app.get(ARTIST, &path(&show, "&compact=true")).await.ok(), whole);
}

/// The JSON values of a body, one a line.
fn lines(answer: &Answer) -> Vec<Value> {
    let body = std::str::from_utf8(&answer.bytes).expect("text");
    body.lines().map(|line| serde_json::from_str(line).expect("JSON on every line")).collect()
}

fn unpack(row: &Value) -> Value {
    let mut asset = zip(&ASSET_FIELDS, row);
    let tasks = asset["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .map(|task| zip(&TASK_FIELDS, task))
        .collect();
    asset["tasks"] = Value::Array(tasks);
    asset
}

fn zip(fields: &[&str], values: &Value) -> Value {
    let values = values.as_array().expect("an array of values");
    assert_eq!(values.len(), fields.len());
    fields.iter().map(|field| (*field).to_owned()).zip(values.iter().cloned()).collect()
}

/// A plain row with the fields of the compact one only.
fn narrow(row: &Value) -> Value {
    let mut asset = pick(&ASSET_FIELDS, row);
    let tasks = asset["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .map(|task| pick(&TASK_FIELDS, task))
        .collect();
    asset["tasks"] = Value::Array(tasks);
    asset
}

fn pick(fields: &[&str], row: &Value) -> Value {
    fields.iter().map(|field| ((*field).to_owned(), row[*field].clone())).collect()
}

#[tokio::test]
async fn a_stream_is_a_row_a_line() {
    let (app, show) = tv_show().await;
    show.asset(&app, "Character", "Hero").await;
    show.asset(&app, "Prop", "Sword").await;
    let plain = app.get(ARTIST, &path(&show, "")).await.ok();
    let answer = app.get(ARTIST, &path(&show, "&stream=true")).await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let lines = lines(&answer);
    assert_eq!(lines[0], json!({"compact": false}));
    assert_eq!(json!(lines[1..]), plain);
}

#[tokio::test]
async fn the_forms_of_kitsu_leave_non_episodic_assets_out_of_an_episode() {
    let (app, show, episode) = episodic().await;
    let query = format!("&episode_id={}", episode.id);
    let compact =
        lines(&app.get(ARTIST, &path(&show, &format!("{query}&stream=true&compact=true"))).await);
    let names: Vec<Value> = compact[1..].iter().map(|row| unpack(row)["name"].clone()).collect();
    assert_eq!(names, ["Cast", "Guest"]);
    let stream = lines(&app.get(ARTIST, &path(&show, &format!("{query}&stream=true"))).await);
    assert_eq!(column(&json!(stream[1..]), "name"), ["Cast", "Guest"]);
}

#[tokio::test]
async fn an_asset_type_narrows_the_list() {
    let (app, show) = tv_show().await;
    show.asset(&app, "Character", "Hero").await;
    show.asset(&app, "Prop", "Sword").await;
    let query = format!("&asset_type_id={}", show.asset_type("Prop"));
    assert_eq!(column(&app.get(ARTIST, &path(&show, &query)).await.ok(), "name"), ["Sword"]);
    let query = format!("&asset_type_id={}", show.asset_type("FX"));
    assert_eq!(app.get(ARTIST, &path(&show, &query)).await.ok(), json!([]));
}

#[tokio::test]
async fn a_project_is_required_and_wrong_filters_are_named() {
    let (app, show) = tv_show().await;
    let check = async |path: &str, fields: &[&str]| app.get(ARTIST, path).await.invalid(fields);
    check("/data/assets/with-tasks", &["project_id"]).await;
    check("/data/assets/with-tasks?project_id=show", &["project_id"]).await;
    check("/data/assets/with-tasks?project_id=", &["project_id"]).await;
    check(&path(&show, "&episod_id=all"), &["episod_id"]).await;
    check(&path(&show, "&episode_id=E02&asset_type_id=Prop"), &["episode_id", "asset_type_id"])
        .await;
    check(&path(&show, "&compact=maybe"), &["compact"]).await;
    check(&path(&show, &format!("&project_id={}", show.id)), &["project_id"]).await;
    // What the store has to look up is told together with the rest.
    let nobody = uuid::Uuid::new_v4();
    check(
        &path(&show, &format!("&compact=maybe&episode_id={nobody}&asset_type_id={nobody}")),
        &["compact", "episode_id", "asset_type_id"],
    )
    .await;
    let query = format!("/data/assets/with-tasks?compact=maybe&project_id={nobody}");
    check(&query, &["compact", "project_id"]).await;
    check(&format!("{query}&asset_type_id={nobody}"), &["compact", "project_id", "asset_type_id"])
        .await;
    let query = format!("/data/assets/with-tasks?asset_type_id={nobody}");
    check(&query, &["project_id", "asset_type_id"]).await;
    for list in ["shots", "sequences"] {
        let query = format!("/data/{list}/with-tasks?project_id={}&episode_id={nobody}", show.id);
        check(&format!("{query}&x=1"), &["x", "episode_id"]).await;
    }
    for list in ["", "/all"] {
        let query = format!("/data/assets{list}?project_id={nobody}&asset_type_id={nobody}");
        check(&query, &["project_id", "asset_type_id"]).await;
        check(&format!("{query}&page=0"), &["page", "project_id", "asset_type_id"]).await;
    }
}

#[tokio::test]
async fn the_list_is_for_the_team() {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    show.asset(&app, "Prop", "Sword").await;
    let statuses = app.statuses(Method::GET, &path(&show, ""), None).await;
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 403, 401]);
    assert_eq!(app.get(VENDOR, &path(&show, "")).await.ok(), json!([]));

    let task = show.task(&app, &hero, "Modeling", &[VENDOR]).await;
    show.task(&app, &hero, "Rigging", &[ARTIST]).await;
    let rows = app.get(VENDOR, &path(&show, "")).await.ok();
    assert_eq!(column(&rows, "name"), ["Hero"]);
    assert!(column(&rows[0]["tasks"], "id").contains(&text(&task, "id")));
    let compact = lines(&app.get(VENDOR, &path(&show, "&stream=true&compact=true")).await);
    assert_eq!(compact.len(), 2, "the fields and one row");
}

#[tokio::test]
async fn a_client_sees_that_there_is_work_and_not_whose() {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let task = show.task(&app, &hero, "Modeling", &[ARTIST]).await;
    let plan = json!({"estimation": 480, "priority": 2, "start_date": "2023-06-01", "due_date": "2023-06-15"});
    app.put(ADMIN, &format!("/data/tasks/{}", text(&task, "id")), &plan).await.ok();
    let plain = app.get(CLIENT, &path(&show, "")).await.ok()[0]["tasks"][0].clone();
    let compact = lines(&app.get(CLIENT, &path(&show, "&stream=true&compact=true")).await);
    for task_row in [plain, unpack(&compact[1])["tasks"][0].clone()] {
        assert_has(
            &task_row,
            &json!({
                "id": task["id"],
                "task_status_id": task["task_status_id"],
                "assignees": [],
                "estimation": 0.0,
                "priority": 0,
                "difficulty": 0,
                "start_date": null,
                "due_date": null,
            }),
        );
    }
}
