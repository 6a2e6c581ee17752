//! Bodies that are sound: what they must have, and whatever names something, is filled with what the world has.
//!
//! With one field replaced they ask for what that field means: where others are missing, those are refused first.

use serde_json::{Map, Value, json};
use tanuki_tests::TestApp;
use tanuki_tests::app::ADMIN;

use crate::malformed::properties;
use crate::operations::{document, operations};
use crate::world::World;

/// What the studio shares, whatever the production.
pub(crate) const SHARED: [&str; 8] = [
    "asset_type_id",
    "entity_type_id",
    "task_type_id",
    "task_status_id",
    "project_status_id",
    "department_id",
    "person_id",
    "id",
];

/// What of a production a field of that name may mean.
pub(crate) fn ids(world: &World, name: &str) -> Vec<String> {
    let named = |names: &[&str]| names.iter().map(|name| world.id(name)).collect();
    match name {
        "project_id" | "source_project_id" => named(&["project_id"]),
        "parent_id" | "source_id" => named(&["sequence_id", "episode_id"]),
        "entity_id" | "entity_in_id" | "entity_out_id" => named(&["asset_id", "shot_id"]),
        "asset_id" | "target_asset_id" | "asset_to_instantiate_id" => named(&["asset_id"]),
        "episode_id" | "sequence_id" | "shot_id" | "scene_id" | "task_id" | "asset_instance_id" => {
            named(&[name])
        }
        "id" => named(&["asset_id", "shot_id", "episode_id", "task_id", "project_id"]),
        _ => Vec::new(),
    }
}

/// What of a production may stand in a field of that name in a body: ids, and lists of them.
pub(crate) fn values(world: &World, name: &str) -> Vec<Value> {
    let id = |name: &str| world.id(name);
    match name {
        "asset_ids" => vec![json!([id("asset_id")])],
        "entity_ids" => vec![json!([id("asset_id")]), json!([id("shot_id")])],
        "task_ids" => vec![json!([id("task_id")])],
        "casting" => vec![
            json!([{"entity_id": id("shot_id")}]),
            json!([{"asset_id": id("asset_id"), "nb_occurences": 1}]),
            json!([id("shot_id")]),
        ],
        _ => ids(world, name).into_iter().map(Value::String).collect(),
    }
}

/// A body of these fields; what must be unique is another one for each number.
pub(crate) fn sound(fields: &[String], world: &World, nth: usize) -> Map<String, Value> {
    let value = |field: &str| match field {
        "name" => Some(json!(format!("New {nth}"))),
        "first_name" => Some(json!("New")),
        "email" => Some(json!(format!("new{nth}@example.com"))),
        "password" | "password_2" | "old_password" => Some(json!("correct horse")),
        "entity_type" => Some(json!("Asset")),
        "task_type_ids" => Some(json!([world.id("task_type_id")])),
        "entity_ids" => Some(json!([world.id("shot_id")])),
        "asset_to_instantiate_id" => Some(json!(world.id("assigned_id"))),
        "casting" => {
            Some(json!([{"entity_id": world.id("shot_id"), "asset_id": world.id("assigned_id")}]))
        }
        // What may stand there depends on what it is said of.
        "id" | "parent_id" | "source_id" => None,
        shared if SHARED.contains(&shared) => Some(json!(world.id(shared))),
        field => values(world, field).into_iter().next(),
    };
    fields.iter().filter_map(|field| Some((field.clone(), value(field)?))).collect()
}

/// They ask for a password that somebody has.
const KNOWN_PASSWORD: [&str; 2] = ["login", "change_password"];

#[tokio::test]
async fn sound_bodies_are_taken() {
    let document = document();
    let (mut refused, mut taken) = (Vec::new(), 0);
    for operation in operations().iter().filter(|operation| operation.has_body()) {
        let app = TestApp::new().await;
        let world = World::new(&app).await;
        let body = sound(&properties(&document, operation), &world, 1);
        // Lists, maps and files have no fields; where none is needed, none is the body's to get wrong.
        if body.is_empty() {
            continue;
        }
        let body = Value::Object(body);
        let path = operation.path_with(|name| world.id(name));
        let answer = app.request(ADMIN, operation.method.clone(), &path, Some(&body)).await;
        if answer.status.is_success() {
            taken += 1;
        } else if !KNOWN_PASSWORD.contains(&operation.id.as_str()) {
            refused.push(format!("{} {body}: {} {}", operation.id, answer.status, answer.body));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(taken > 35, "{taken} operations");
}
