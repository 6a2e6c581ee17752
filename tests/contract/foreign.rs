//! Object level authorisation: no id of another production leads into it, wherever it stands in a request.
//!
//! A manager of one production asks with ids of another, one at a time: in the path, in the query, in the body.
//! Nothing of the other may be told, and nothing there may change.

use http::Method;
use serde_json::{Value, json};
use tanuki_tests::app::{ADMIN, MANAGER};
use tanuki_tests::{Answer, TestApp};

use crate::malformed::properties;
use crate::operations::{Operation, document, operations};
use crate::sound::{SHARED, ids, sound, values};
use crate::tokens::PUBLIC;
use crate::world::World;

/// What a production has for itself.
const OWN: [&str; 11] = [
    "project_id",
    "asset_id",
    "assigned_id",
    "episode_id",
    "sequence_id",
    "shot_id",
    "scene_id",
    "task_id",
    "entity_link_id",
    "asset_instance_id",
    "descriptor_id",
];

/// In every name of the other production.
const MARK: &str = "Zanzibar";

/// Another production, of which the manager is not.
async fn foreign(app: &TestApp) -> World {
    let world = World::named(app, MARK).await;
    let (project, manager) = (world.id("project_id"), app.person(MANAGER).id);
    app.delete(ADMIN, &format!("/data/projects/{project}/team/{manager}")).await.gone();
    world
}

/// Two productions: the manager's own and another one.
struct Two {
    app: TestApp,
    own: World,
    other: World,
}

impl Two {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let (own, other) = (World::new(&app).await, foreign(&app).await);
        Self { app, own, other }
    }

    /// All there is to see of the other production.
    async fn snapshot(&self) -> Vec<Value> {
        let id = |name: &str| self.other.id(name);
        let project = format!("/data/projects/{}", id("project_id"));
        let mut all = Vec::new();
        for path in [
            project.clone(),
            format!("{project}/team"),
            format!("{project}/entity-links"),
            format!("{project}/tasks"),
            format!("{project}/metadata-descriptors"),
            format!("{project}/episodes"),
            format!("{project}/sequences"),
            format!("{project}/shots"),
            format!("{project}/scenes"),
            format!("/data/assets/with-tasks?project_id={}", id("project_id")),
            format!("/data/scenes/{}/asset-instances", id("scene_id")),
            format!("/data/shots/{}/asset-instances", id("shot_id")),
            format!("/data/tasks/{}/comments", id("task_id")),
            format!("/data/assets/{}/history", id("asset_id")),
            format!("/data/assets/{}/casting", id("asset_id")),
            format!("/data/assets/{}/cast-in", id("asset_id")),
            format!("/data/assets/{}/assets", id("asset_id")),
            format!("/data/assets/{}/asset-asset-instances", id("asset_id")),
            format!("/data/assets/{}/shot-asset-instances", id("asset_id")),
            format!("/data/assets/{}/scene-asset-instances", id("asset_id")),
        ] {
            all.push(self.app.get(ADMIN, &path).await.ok());
        }
        all
    }

    async fn ask(&self, operation: &Operation, path: &str, body: Option<&Value>) -> Answer {
        self.app.request(MANAGER, operation.method.clone(), path, body).await
    }

    /// Whether an answer has a name of the other production in it, or an id that is its own and was not sent.
    fn tells(&self, answer: &Answer, path: &str, body: Option<&Value>) -> bool {
        let said = String::from_utf8_lossy(&answer.bytes);
        let sent = format!("{path} {}", body.unwrap_or(&Value::Null));
        let mut ids = OWN.iter().map(|name| self.other.id(name));
        said.contains(MARK) || ids.any(|id| said.contains(&id) && !sent.contains(&id))
    }
}

fn with_token() -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(|o| !PUBLIC.contains(&o.id.as_str()) && o.id != "logout")
}

#[tokio::test]
async fn no_foreign_id_in_a_path_leads_anywhere() {
    let two = Two::new().await;
    let before = two.snapshot().await;
    let mut wrong = Vec::new();
    let mut seen_by_others = 0;
    for operation in with_token() {
        for foreign in operation.path_ids().into_iter().filter(|name| !SHARED.contains(name)) {
            let path = operation.path_with(|name| {
                if name == foreign { two.other.id(name) } else { two.own.id(name) }
            });
            let body = operation.has_body().then(|| json!({}));
            let answer = two.ask(&operation, &path, body.as_ref()).await;
            let told = two.tells(&answer, &path, body.as_ref());
            if !matches!(answer.status.as_u16(), 403 | 404) || told {
                let (id, status) = (&operation.id, answer.status);
                wrong.push(format!("{id} {foreign}: {status} {}", answer.body));
            }
        }
        // Whoever may see the other production would be told.
        if operation.method == Method::GET {
            let path = operation.path_with(|name| two.other.id(name));
            let answer = two.app.get(ADMIN, &path).await;
            seen_by_others += usize::from(two.tells(&answer, &path, None));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen_by_others > 60, "{seen_by_others} operations");
    assert_eq!(two.snapshot().await, before);
}

#[tokio::test]
async fn no_foreign_id_in_a_query_is_told_of() {
    let two = Two::new().await;
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for operation in with_token().filter(|operation| operation.method == Method::GET) {
        let parameters = operation.entry["parameters"].as_array().cloned().unwrap_or_default();
        let in_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        let names = in_query.filter_map(|parameter| parameter["name"].as_str());
        for name in names.filter(|name| *name == "id" || name.ends_with("_id")) {
            for value in ids(&two.other, name) {
                let path = operation.path_with(|name| two.own.id(name));
                let path = format!("{path}?{name}={value}");
                let answer = two.ask(&operation, &path, None).await;
                asked += 1;
                if answer.status.is_server_error() || two.tells(&answer, &path, None) {
                    let (id, status) = (&operation.id, answer.status);
                    wrong.push(format!("{id} {name}: {status} {}", answer.body));
                }
            }
        }
    }
    assert!(asked > 50, "{asked} questions");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_foreign_id_in_a_body_leads_anywhere() {
    let document = document();
    let (mut wrong, mut asked) = (Vec::new(), 0);
    let mut two = Two::new().await;
    let mut before = two.snapshot().await;
    for operation in with_token().filter(Operation::has_body) {
        let fields = properties(&document, &operation);
        let mut bodies = vec![
            json!([two.other.id("asset_id")]),
            json!({two.other.id("shot_id"): [{"asset_id": two.own.id("asset_id"), "nb_occurences": 1}]}),
            json!({two.own.id("shot_id"): [{"asset_id": two.other.id("asset_id"), "nb_occurences": 1}]}),
        ];
        for foreign in &fields {
            for value in values(&two.other, foreign) {
                // Whatever else is asked for is there and the manager's.
                let mut body = sound(&fields, &two.own, bodies.len() + asked);
                body.insert(foreign.clone(), value);
                bodies.push(Value::Object(body));
            }
        }
        for body in bodies {
            let path = operation.path_with(|name| two.own.id(name));
            let answer = two.ask(&operation, &path, Some(&body)).await;
            asked += 1;
            if answer.status.is_server_error() || two.tells(&answer, &path, Some(&body)) {
                let (id, status) = (&operation.id, answer.status);
                wrong.push(format!("{id} {body}: {status} {}", answer.body));
            }
            if answer.status.is_success() && operation.method == Method::DELETE {
                // What is deleted is missing in the next question.
                two = Two::new().await;
                before = two.snapshot().await;
            }
        }
        let after = two.snapshot().await;
        if after != before {
            wrong.push(format!("{} changes another production", operation.id));
            before = after;
        }
    }
    assert!(asked > 100, "{asked} questions");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Casts the other production's asset in the own one, instantiates it there, and takes it back; the ids of all that.
async fn lent_and_taken_back(two: &Two) -> Vec<String> {
    let (app, own) = (&two.app, |name: &str| two.own.id(name));
    let asset = two.other.id("asset_id");
    let share = async |is_shared: bool| {
        let body = json!({"asset_ids": [asset], "is_shared": is_shared});
        app.post(ADMIN, "/actions/assets/share", &body).await.ok();
    };
    share(true).await;
    let users = ["shot_id", "episode_id", "scene_id", "asset_id"].map(own);
    app.put(ADMIN, &format!("/data/assets/{asset}/casting"), &json!({"casting": users})).await.ok();
    let path = format!("/data/assets/{}/asset-asset-instances", own("asset_id"));
    let in_asset = app.post(ADMIN, &path, &json!({"asset_to_instantiate_id": asset})).await;
    let path = format!("/data/scenes/{}/asset-instances", own("scene_id"));
    let in_scene = app.post(ADMIN, &path, &json!({"asset_id": asset})).await.created();
    let path = format!("/data/shots/{}/asset-instances", own("shot_id"));
    app.post(ADMIN, &path, &json!({"asset_instance_id": in_scene["id"]})).await.created();
    share(false).await;
    let instances = [in_asset.created(), in_scene].map(|row| row["id"].clone());
    let instances = instances.iter().filter_map(Value::as_str).map(str::to_owned);
    instances.chain([asset]).collect()
}

#[tokio::test]
async fn what_is_not_shared_any_more_is_told_of_nowhere() {
    let two = Two::new().await;
    let hidden = lent_and_taken_back(&two).await;
    let (mut wrong, mut seen_by_others) = (Vec::new(), 0);
    // The feed of events tells of what happened while it was shared.
    let reads = |operation: &Operation| {
        [Method::GET, Method::PUT].contains(&operation.method) && operation.id != "list_last_events"
    };
    for operation in with_token().filter(reads) {
        let parameters = operation.entry["parameters"].as_array().cloned().unwrap_or_default();
        let is_of_project =
            parameters.iter().any(|it| it["in"] == "query" && it["name"] == "project_id");
        let query = if is_of_project {
            format!("?project_id={}", two.own.id("project_id"))
        } else {
            String::new()
        };
        for entity in ["asset_id", "shot_id", "episode_id", "scene_id"] {
            let path = operation
                .path_with(|name| two.own.id(if name == "entity_id" { entity } else { name }));
            let body = operation.has_body().then(|| json!({}));
            let path = format!("{path}{query}");
            let has_hidden = |answer: &Answer| {
                let said = String::from_utf8_lossy(&answer.bytes);
                two.tells(answer, &path, body.as_ref()) || hidden.iter().any(|id| said.contains(id))
            };
            let answer = two.ask(&operation, &path, body.as_ref()).await;
            if has_hidden(&answer) {
                wrong.push(format!("{} {path}: {}", operation.id, answer.body));
            }
            if operation.method == Method::GET {
                seen_by_others += usize::from(has_hidden(&two.app.get(ADMIN, &path).await));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen_by_others > 20, "{seen_by_others} answers");
}
