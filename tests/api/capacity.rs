//! What each of the 26 endpoints costs, in capacity units, on a small production: a studio pays for these,
//! and they are the same on every machine. A change of a number is a change of the product's price.

use tanuki_tests::docs;
use tanuki_tests::prelude::*;

/// Read and write units of each endpoint, in the order of the contract. A change of an asset is two units more
/// than its items cost: its entry in the history is written, or at last deleted, in the same transaction. A transaction of
/// any size is two units more for the feed of events.
const EXPECTED: [(&str, f64, f64); 26] = [
    ("list_assets", 18.0, 0.0),
    ("list_assets_with_tasks", 11.0, 0.0),
    ("get_asset", 9.0, 0.0),
    // One of the reads is of the metadata descriptors, which say what `data` may be, and one of the project, once the
    // asset is written: whether it is still there.
    ("create_asset", 7.0, 10.0),
    ("delete_asset", 12.0, 10.0),
    ("list_project_assets", 9.0, 0.0),
    ("list_project_asset_type_assets", 7.0, 0.0),
    ("list_asset_types", 3.0, 0.0),
    ("get_asset_type", 3.0, 0.0),
    ("list_project_asset_types", 9.0, 0.0),
    ("list_shot_asset_types", 7.0, 0.0),
    ("list_asset_tasks", 9.0, 0.0),
    ("list_asset_task_types", 7.0, 0.0),
    ("get_asset_casting", 12.0, 0.0),
    ("set_asset_casting", 29.0, 26.0),
    ("get_asset_cast_in", 12.0, 0.0),
    ("list_linked_assets", 9.0, 0.0),
    ("list_asset_instances", 6.0, 0.0),
    ("create_asset_instance", 7.0, 10.0),
    ("list_shot_asset_instances", 7.0, 0.0),
    ("list_scene_asset_instances", 8.0, 0.0),
    ("share_assets", 6.0, 7.0),
    ("share_project_assets", 12.0, 17.0),
    ("share_asset_type_assets", 9.0, 12.0),
    ("list_shared_used_in_project", 9.0, 0.0),
    ("list_shared_used_in_episode", 10.0, 0.0),
];

/// A show of four assets, two of them with a task, an episode of two shots, a scene, a borrowed asset.
struct Small {
    app: TestApp,
    show: Production,
    episode: Episode,
    hero: String,
    castle: String,
    lamp: String,
}

async fn small() -> Small {
    let (app, show) = tv_show().await;
    let library = Production::film(&app, "Library").await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let [hero, castle, lamp, sword] = [
        show.asset_id(&app, "Character", "Hero").await,
        show.asset_id(&app, "Environment", "Castle").await,
        show.asset_id(&app, "Prop", "Lamp").await,
        show.asset_id(&app, "Prop", "Sword").await,
    ];
    show.task(&app, &hero, "Modeling", &[ARTIST]).await;
    show.task(&app, &sword, "Modeling", &[]).await;
    show.cast(&app, &hero, &[&episode.shots[0], &episode.shots[1]]).await;
    show.cast(&app, &sword, &[&episode.shots[0], &castle]).await;
    let tree = library.asset_id(&app, "Environment", "Tree").await;
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [tree]})).await.ok();
    library.cast(&app, &tree, &[&episode.shots[0]]).await;
    let scene = show.scene(&app, "SC01", &episode.sequence).await;
    let body = json!({"asset_id": hero});
    let instance =
        app.post(ADMIN, &format!("/data/scenes/{scene}/asset-instances"), &body).await.created();
    let body = json!({"asset_instance_id": instance["id"]});
    app.post(ADMIN, &format!("/data/shots/{}/asset-instances", episode.shots[0]), &body)
        .await
        .created();
    Small { app, show, episode, hero, castle, lamp }
}

#[tokio::test]
async fn every_endpoint_costs_what_it_did() {
    let Small { app, show, episode, hero, castle, lamp } = small().await;
    let prop = show.asset_type("Prop");
    let get = |path: String| (Method::GET, path, None);
    let of_hero = |rest: &str| (Method::GET, format!("/data/assets/{hero}/{rest}"), None);
    let share = |path: String, body: Value| (Method::POST, path, Some(body));
    let requests: [(Method, String, Option<Value>); 26] = [
        get("/data/assets".to_owned()),
        get(format!("/data/assets/with-tasks?project_id={}", show.id)),
        get(format!("/data/assets/{hero}")),
        (Method::POST, show.new_asset("Prop"), Some(json!({"name": "Gem"}))),
        (Method::DELETE, format!("/data/assets/{lamp}"), None),
        get(show.path("/assets")),
        get(show.path(&format!("/asset-types/{prop}/assets"))),
        get("/data/asset-types".to_owned()),
        get(format!("/data/asset-types/{prop}")),
        get(show.path("/asset-types")),
        get(format!("/data/shots/{}/asset-types", episode.shots[0])),
        of_hero("tasks"),
        of_hero("task-types"),
        of_hero("casting"),
        (
            Method::PUT,
            format!("/data/assets/{hero}/casting"),
            Some(json!({"casting": [episode.shots[1], castle]})),
        ),
        of_hero("cast-in"),
        get(format!("/data/assets/{castle}/assets")),
        get(format!("/data/assets/{castle}/asset-asset-instances")),
        (
            Method::POST,
            format!("/data/assets/{castle}/asset-asset-instances"),
            Some(json!({"asset_to_instantiate_id": hero})),
        ),
        of_hero("shot-asset-instances"),
        of_hero("scene-asset-instances"),
        share("/actions/assets/share".to_owned(), json!({"asset_ids": [hero]})),
        share(format!("/actions/projects/{}/assets/share", show.id), json!({})),
        share(
            format!("/actions/projects/{}/asset-types/{prop}/assets/share", show.id),
            json!({"is_shared": false}),
        ),
        get(show.path("/assets/shared-used")),
        get(show.path(&format!("/episodes/{}/assets/shared-used", episode.id))),
    ];
    let mut spent = Vec::new();
    for ((name, ..), (method, path, body)) in EXPECTED.into_iter().zip(requests) {
        let answer = app.request(MANAGER, method, &path, body.as_ref()).await;
        assert!(answer.status.is_success(), "{name}: {} {}", answer.status, answer.body);
        let (read, write) = answer.capacity();
        spent.push((name, read, write));
    }
    assert_eq!(spent, EXPECTED);
}

/// US dollars for a million read units and a million write units, on demand, in us-east-1.
const PRICES: (f64, f64) = (0.125, 0.625);

#[test]
fn the_costs_are_told() {
    let row = |(name, read, write): (&str, f64, f64)| {
        let price = read * PRICES.0 + write * PRICES.1;
        format!("| `{name}` | {read} | {write} | {price:.2} |\n")
    };
    docs::assert_told("cost.md", &EXPECTED.map(row).concat());
}
