//! Object property level authorisation: what a vendor may not see stands in no answer, whatever he asks.
//!
//! Every `GET` is asked by somebody who may see all, and by the vendor: once for an asset that is assigned to him, of
//! whose metadata a part is reserved for a department that is not his, and once for one that is not assigned to him.

use http::Method;
use model::DepartmentId;
use model::descriptor::Descriptor;
use serde_json::json;
use tanuki_tests::TestApp;
use tanuki_tests::app::{ADMIN, ARTIST, VENDOR};

use crate::operations::{Operation, operations};
use crate::tokens::PUBLIC;
use crate::world::World;

/// In the metadata of the vendor's asset, reserved for others.
const RESERVED: &str = "secret price";
/// In the metadata of an asset that is not his.
const UNASSIGNED: &str = "crimson lacquer";

async fn world() -> (TestApp, World) {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let project = world.id("project_id").parse().expect("an id");
    let department: DepartmentId = world.id("department_id").parse().expect("an id");
    let named = Descriptor::named(project, "price", app.app.store.now());
    let descriptor = Descriptor { departments: vec![department], ..named };
    app.app.store.descriptor_create(descriptor).await.expect("the descriptor is created");
    for (asset, data) in
        [("assigned_id", json!({"price": RESERVED})), ("asset_id", json!({"colour": UNASSIGNED}))]
    {
        let path = format!("/data/entities/{}", world.id(asset));
        app.put(ADMIN, &path, &json!({"data": data})).await.ok();
    }
    (app, world)
}

/// The paths of an operation that lead to an asset, with the query that it cannot do without.
fn paths(operation: &Operation, world: &World) -> Vec<String> {
    let parameters = operation.entry["parameters"].as_array().cloned().unwrap_or_default();
    let is_of_project =
        parameters.iter().any(|it| it["in"] == "query" && it["name"] == "project_id");
    let of = |asset: &str| {
        let query = match operation.id.as_str() {
            "list_asset_instances" if asset == "shot_id" => {
                format!("?scene_id={}", world.id("scene_id"))
            }
            "list_asset_instances" => format!("?asset_id={}", world.id(asset)),
            _ if is_of_project => format!("?project_id={}", world.id("project_id")),
            _ => String::new(),
        };
        let is_asset = |name: &str| ["asset_id", "entity_id"].contains(&name);
        operation.path_with(|name| world.id(if is_asset(name) { asset } else { name })) + &query
    };
    let mut paths = vec![of("asset_id"), of("assigned_id"), of("shot_id")];
    paths.dedup();
    paths
}

#[tokio::test]
async fn what_a_vendor_may_not_see_is_in_no_answer() {
    let (app, world) = world().await;
    let (mut wrong, mut seen) = (Vec::new(), [0; 2]);
    let reads = |it: &Operation| it.method == Method::GET && !PUBLIC.contains(&it.id.as_str());
    for operation in operations().into_iter().filter(reads).filter(|it| it.id != "logout") {
        for path in paths(&operation, &world) {
            let told = async |who| {
                let answer = app.get(who, &path).await;
                let said = String::from_utf8_lossy(&answer.bytes).into_owned();
                (answer.status.as_u16(), [RESERVED, UNASSIGNED].map(|secret| said.contains(secret)))
            };
            let (status, told_vendor) = told(VENDOR).await;
            if !matches!(status, 200 | 403 | 404) || told_vendor != [false; 2] {
                wrong.push(format!("{} {path}: {status} {told_vendor:?}", operation.id));
            }
            let (_, told_artist) = told(ARTIST).await;
            for (count, is_told) in seen.iter_mut().zip(told_artist) {
                *count += usize::from(is_told);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen.iter().all(|count| *count > 8), "{seen:?}");
}
