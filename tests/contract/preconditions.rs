//! `If-Match`: every `PUT` and `DELETE` is made on what the caller saw, or not at all.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Method, Request, header};
use model::vocabulary::ProjectStatus;
use serde_json::{Value, json};
use tanuki_tests::app::{ADMIN, ARTIST, CLIENT, MANAGER, TABLE, VENDOR};
use tanuki_tests::{Answer, TestApp, Who};

use crate::operations::{Operation, operations};
use crate::world::World;

/// Paths without a `GET`, so that nothing can match: with `If-Match` they are always 412. An action is no thing
/// that one could have seen; of a place in a team, a setting or a link the list around it is what can be seen.
const UNSEEN: &[&str] = &[
    "assign_person_tasks",
    "assign_task",
    "clear_assignations",
    "cast_asset",
    "set_castings",
    "delete_entity_link",
    "delete_project_tasks_of_type",
    "remove_person_from_department",
    "remove_project_asset_type",
    "remove_project_task_status",
    "remove_project_task_type",
    "remove_shot_asset_instance",
    "remove_team_member",
    "update_team_member",
];

/// Every `PUT` with a body that changes something, then every `DELETE`, what is in others first.
fn changes(world: &World) -> Vec<(&'static str, Value)> {
    let (asset, shot, task) = (world.id("asset_id"), world.id("shot_id"), world.id("task_id"));
    let described = || json!({"description": "told anew"});
    let none = Value::Null;
    vec![
        ("assign_person_tasks", json!({"task_ids": [task]})),
        ("assign_task", json!({"person_id": world.id("person_id")})),
        ("clear_assignations", json!({"task_ids": [task]})),
        ("cast_asset", json!({"entity_ids": [shot], "nb_occurences": 3})),
        ("set_castings", json!({&shot: [{"asset_id": asset, "nb_occurences": 4}]})),
        ("update_team_member", json!({"role": "supervisor"})),
        ("update_asset_instance", described()),
        ("update_entity", described()),
        ("update_episode", described()),
        ("update_sequence", described()),
        ("update_shot", described()),
        ("update_scene", described()),
        ("set_asset_casting", json!({"casting": [{"entity_id": shot, "nb_occurences": 5}]})),
        ("update_department", json!({"name": "Another department"})),
        ("update_person", json!({"phone": "1234"})),
        ("update_metadata_descriptor", json!({"name": "Depth"})),
        ("update_entity_type", json!({"name": "Another type"})),
        ("update_project", json!({"name": "Another project"})),
        ("update_task_status", json!({"name": "Another status"})),
        ("update_task_type", json!({"name": "Another task type"})),
        ("update_task", json!({"priority": 2})),
        ("set_entity_casting", json!([])),
        ("remove_shot_asset_instance", none.clone()),
        ("delete_asset_instance", none.clone()),
        ("delete_entity_link", none.clone()),
        ("remove_person_from_department", none.clone()),
        ("remove_project_asset_type", none.clone()),
        ("remove_project_task_status", none.clone()),
        ("remove_project_task_type", none.clone()),
        ("delete_project_tasks_of_type", none.clone()),
        ("delete_task", none.clone()),
        ("delete_entity", none.clone()),
        ("delete_shot", none.clone()),
        ("delete_scene", none.clone()),
        ("delete_sequence", none.clone()),
        ("delete_episode", none.clone()),
        ("delete_metadata_descriptor", none.clone()),
        ("delete_asset", none.clone()),
        ("delete_department", none.clone()),
        ("delete_entity_type", none.clone()),
        ("delete_task_status", none.clone()),
        ("delete_task_type", none.clone()),
        ("remove_team_member", none.clone()),
        ("delete_project", none.clone()),
        ("delete_person", none),
    ]
}

/// The tag of nothing that is there.
const STALE: &str = "\"other\"";

/// A change of the world, ready to be sent.
struct Change {
    operation: Operation,
    path: String,
    body: Value,
}

impl Change {
    async fn send(&self, app: &TestApp, if_match: &str) -> Answer {
        // What holds others is deleted with them.
        let holds = ["delete_sequence", "delete_episode"].contains(&self.operation.id.as_str());
        self.send_as(app, ADMIN, if holds { "?force=true" } else { "" }, if_match).await
    }

    async fn send_as(&self, app: &TestApp, who: Who, query: &str, if_match: &str) -> Answer {
        let uri = format!("{}{query}", self.path);
        let mut request = Request::builder().method(self.operation.method.clone()).uri(uri);
        let token = app.token(who).expect("a token");
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        request = request.header(header::IF_MATCH, if_match);
        let body = match &self.body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        app.send(request.body(body).expect("a request")).await
    }

    async fn tag(&self, app: &TestApp) -> String {
        let answer = app.get(ADMIN, &self.path).await;
        assert_eq!(answer.status, 200, "{}: {}", self.operation.id, answer.body);
        answer.header("etag").expect("a tag").to_owned()
    }

    fn is_seen(&self) -> bool {
        !UNSEEN.contains(&self.operation.id.as_str())
    }
}

async fn world() -> (TestApp, Vec<Change>) {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    // Nothing else may need what is deleted: new ones, which nobody uses.
    let artist = app.person(ARTIST).id;
    let new = async |path: &str, body: Value| {
        let row = app.post(ADMIN, path, &body).await.created();
        row["id"].as_str().expect("an id").to_owned()
    };
    let unused = [
        ("entity_type_id", new("/data/entity-types", json!({"name": "Unused type"})).await),
        ("task_type_id", new("/data/task-types", json!({"name": "Unused task type"})).await),
        (
            "task_status_id",
            new("/data/task-status", json!({"name": "Unused", "short_name": "uu"})).await,
        ),
        ("department_id", new("/data/departments", json!({"name": "Unused department"})).await),
    ];
    let (project, asset_type) = (world.id("project_id"), world.id("asset_type_id"));
    let path = format!("/data/projects/{project}/asset-types/{asset_type}/assets/new");
    let unused_asset = new(&path, json!({"name": "Unused asset"})).await;
    // So that it may be deleted.
    let closed = json!({"project_status_id": ProjectStatus::CLOSED});
    app.put(ADMIN, &format!("/data/projects/{project}"), &closed).await.ok();
    let all = operations();
    let change = |(id, body): (&str, Value)| {
        let operation = all.iter().find(|it| it.id == id).unwrap_or_else(|| panic!("no {id}"));
        let is_own = ["entity-types", "task-types", "task-status", "departments"]
            .iter()
            .any(|list| operation.path.starts_with(&format!("/api/data/{list}/")));
        let fill = |name: &str| {
            if id == "set_entity_casting" && name == "entity_id" {
                return world.id("shot_id");
            }
            if id == "delete_entity" {
                return unused_asset.clone();
            }
            let unused = unused.iter().find(|(known, _)| is_own && *known == name);
            unused.map_or_else(|| world.id(name), |(_, id)| id.clone())
        };
        Change { operation: operation.clone(), path: operation.path_with(fill), body }
    };
    let changes = changes(&world).into_iter().map(change).collect();
    app.open_session(artist, 60).await;
    (app, changes)
}

/// Everything in the table.
fn table(app: &TestApp) -> Value {
    let body = json!({"TableName": TABLE, "ConsistentRead": true}).to_string();
    let (status, answer) = app.engine.answer("DynamoDB_20120810.Scan", body.as_bytes());
    assert_eq!(status, 200);
    let page: Value = serde_json::from_slice(&answer).expect("a page");
    assert!(page.get("LastEvaluatedKey").is_none(), "one page holds the world");
    page["Items"].clone()
}

#[tokio::test]
async fn every_change_is_listed() {
    let (_, changes) = world().await;
    let listed: BTreeSet<&str> = changes.iter().map(|it| it.operation.id.as_str()).collect();
    let all = operations();
    let is_change = |it: &&Operation| [Method::PUT, Method::DELETE].contains(&it.method);
    let there: BTreeSet<&str> = all.iter().filter(is_change).map(|it| it.id.as_str()).collect();
    assert_eq!(listed, there);
    for it in &changes {
        let path = &it.operation.path;
        let has_get = all.iter().any(|o| o.method == Method::GET && o.path == *path);
        assert_eq!(has_get, it.is_seen(), "{}: {path}", it.operation.id);
    }
}

#[tokio::test]
async fn nothing_is_changed_that_is_not_what_the_caller_saw() {
    let (app, changes) = world().await;
    let before = table(&app);
    for change in &changes {
        for wrong in ["\"0123456789abcdef0123456789abcdef\"", "W/\"1\"", ""] {
            let answer = change.send(&app, wrong).await;
            answer.error(412, "PreconditionFailedException");
            assert!(table(&app) == before, "{} changed something", change.operation.id);
        }
        if !change.is_seen() {
            change.send(&app, "*").await.error(412, "PreconditionFailedException");
            assert!(table(&app) == before, "{} changed something", change.operation.id);
        }
    }
}

#[tokio::test]
async fn what_the_caller_saw_is_changed() {
    let (app, changes) = world().await;
    for change in changes.iter().filter(|it| it.is_seen()) {
        let tag = change.tag(&app).await;
        let answer = change.send(&app, &format!("\"other\", {tag}")).await;
        assert!(answer.status.is_success(), "{}: {}", change.operation.id, answer.body);
        if change.operation.method == Method::PUT {
            assert_ne!(change.tag(&app).await, tag, "{} changes something", change.operation.id);
            change.send(&app, &tag).await.error(412, "PreconditionFailedException");
            let again = change.send(&app, "*").await;
            assert!(again.status.is_success(), "{}: {}", change.operation.id, again.body);
        }
    }
    app.assert_whole("changed and deleted").await;
}

/// Only administrators may do it.
const ADMINS: [&str; 4] =
    ["update_person", "delete_person", "delete_project", "remove_person_from_department"];

/// What else is wrong is told first: what is not there, what the caller may not, what the body lacks.
#[tokio::test]
async fn the_precondition_is_checked_last() {
    let (app, changes) = world().await;
    let before = table(&app);
    for change in &changes {
        let missing = Change {
            operation: change.operation.clone(),
            path: change.operation.path_with(|_| uuid::Uuid::nil().to_string()),
            body: change.body.clone(),
        };
        let id = change.operation.id.as_str();
        let answer = missing.send(&app, STALE).await;
        if change.operation.path_ids().is_empty() {
            answer.error(412, "PreconditionFailedException");
        } else {
            assert_eq!(answer.status, 404, "{id}: {}", answer.body);
        }
        for who in [CLIENT, VENDOR] {
            change.send_as(&app, who, "", STALE).await.error(403, "NotAllowedException");
        }
        let who = if ADMINS.contains(&id) { ADMIN } else { MANAGER };
        let wrong = Change { body: json!("nonsense"), ..missing };
        let wrong = Change { path: change.path.clone(), ..wrong };
        let query = if change.operation.method == Method::PUT { "" } else { "?nonsense=1" };
        let answer = wrong.send_as(&app, who, query, STALE).await;
        assert_eq!(answer.status, 400, "{id}: {}", answer.body);
    }
    assert!(table(&app) == before, "something was changed");
}
