//! The writing operations of [`crate::faults_matrix`], on one studio that all of them share.

use http::Method;
use serde_json::{Value, json};
use tanuki_tests::answer::text;
use tanuki_tests::app::{ADMIN, ARTIST, VENDOR};
use tanuki_tests::{Production, TestApp};

use crate::faults::Fault;
use crate::faults_matrix::{Bench, Operation, Tally, Twice};
use crate::journal_links::{shots, users};

/// A show and what is in it; another one that uses its shared asset; both copied to a file.
struct World {
    app: TestApp,
    show: Production,
    shots: Vec<String>,
    sword: String,
    castle: String,
    task: String,
    status: String,
    directory: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let show = Production::tv_show(&app, "Show").await;
        let other = Production::film(&app, "Other").await;
        let episode = show.episode(&app, "E10").await;
        let shots = shots(&app, &show, Some(&episode), 30).await;
        let sword =
            show.asset_with(&app, "Prop", json!({"name": "Sword", "is_shared": true})).await;
        let sword = text(&sword, "id").to_owned();
        let castle = show.asset_id(&app, "Environment", "Castle").await;
        let borrower = other.sequence(&app, "SQ01", None).await;
        let borrower = other.shot(&app, "SH01", &borrower).await;
        app.put(ADMIN, &format!("/data/assets/{sword}/casting"), &users(&[borrower], 1)).await.ok();
        let task = show.task(&app, &sword, "Modeling", &[ARTIST]).await;
        let instance = json!({"asset_to_instantiate_id": sword});
        app.post(ADMIN, &format!("/data/assets/{castle}/asset-asset-instances"), &instance)
            .await
            .created();
        let statuses = app.get(ADMIN, "/data/task-status").await.ok();
        let status = text(&statuses[0], "id").to_owned();
        let directory = tempfile::tempdir().expect("a directory");
        let task = text(&task, "id").to_owned();
        Self { app, show, shots, sword, castle, task, status, directory }
    }

    /// The studio as it is now, to strike at.
    fn bench(&self, name: &str) -> Bench {
        Bench::new(&self.app, self.directory.path().join(name))
    }

    fn operation(
        &self,
        name: &'static str,
        method: Method,
        path: String,
        body: Value,
    ) -> Operation {
        let looks = vec![
            self.show.path("/assets"),
            format!("/data/assets/{}", self.sword),
            format!("/data/assets/{}/casting", self.sword),
        ];
        let body = (!body.is_null()).then_some(body);
        Operation { name, method, path, body, again: 200, twice: Twice::Same, looks }
    }
}

async fn strike(bench: &Bench, operation: Operation, faults: &[Fault]) {
    for fault in faults {
        let tally = bench.strike_everywhere(&operation, *fault).await;
        report(operation.name, *fault, &tally);
        assert!(tally.violations.is_empty(), "{}", tally.violations.join("\n"));
    }
}

/// One line a pair, for the table in docs/reliability.md: `cargo test … -- faults --nocapture`.
fn report(name: &str, fault: Fault, tally: &Tally) {
    println!(
        "| {name} | {fault:?} | {} | {} | {} | {:.1} s | {} |",
        tally.runs,
        tally.succeeded,
        tally.refused,
        tally.slowest.as_secs_f64(),
        tally.violations.len()
    );
}

/// One of each kind: what was not done, what was done and not heard of, what lost a race, what was done in part. The
/// SDK treats the others like one of these; two operations try them all.
const KINDS: &[Fault] = &[Fault::Throttled, Fault::ReplyLost, Fault::Conflict, Fault::Unprocessed];

#[tokio::test(start_paused = true)]
async fn assets_under_faults() {
    let world = World::new().await;
    let bench = world.bench("studio");
    let create = world.operation(
        "create asset",
        Method::POST,
        world.show.new_asset("Prop"),
        json!({"name": "Lantern", "data": {"height": 2}}),
    );
    strike(&bench, Operation { again: 400, ..create }, KINDS).await;
    let path = format!("/data/entities/{}", world.sword);
    let body = json!({"name": "Blade", "data": {"height": 2}});
    let rename = world.operation("update asset", Method::PUT, path, body);
    strike(&bench, rename, &Fault::ALL).await;
    let path = format!("/data/assets/{}", world.sword);
    let cancel = world.operation("cancel asset", Method::DELETE, path, Value::Null);
    strike(&bench, Operation { again: 204, ..cancel }, KINDS).await;
    let path = format!("/data/assets/{}?force=true", world.sword);
    let delete = world.operation("delete asset by force", Method::DELETE, path, Value::Null);
    strike(&bench, Operation { again: 404, ..delete }, KINDS).await;
}

#[tokio::test(start_paused = true)]
async fn castings_under_faults() {
    let world = World::new().await;
    let bench = world.bench("studio");
    let path = format!("/data/assets/{}/casting", world.sword);
    let body = users(&world.shots[..3], 2);
    let users_of = world.operation("cast an asset in 3 shots", Method::PUT, path.clone(), body);
    strike(&bench, users_of, KINDS).await;
    let of_shot = world.show.path(&format!("/entities/{}/casting", world.shots[0]));
    let body = json!([{"asset_id": world.sword, "nb_occurences": 2}, {"asset_id": world.castle, "nb_occurences": 1}]);
    let assets_of = world.operation("cast 2 assets in a shot", Method::PUT, of_shot, body);
    strike(&bench, assets_of, KINDS).await;
    let body = users(&world.shots, 2);
    let many = world.operation("cast an asset in 30 shots", Method::PUT, path, body);
    strike(&bench, many, KINDS).await;
}

#[tokio::test(start_paused = true)]
async fn tasks_under_faults() {
    let world = World::new().await;
    let bench = world.bench("studio");
    let (app, show) = (&world.app, &world.show);
    let body = json!({
        "project_id": show.id, "entity_id": world.castle, "assignees": [app.person(ARTIST).id],
        "task_type_id": show.task_type(app, "Modeling").await,
    });
    let mut create = world.operation("create task", Method::POST, "/data/tasks".into(), body);
    create.looks.push(show.path("/tasks"));
    strike(&bench, Operation { again: 400, ..create }, KINDS).await;
    let path = format!("/actions/tasks/{}/assign", world.task);
    let body = json!({"person_id": app.person(VENDOR).id});
    strike(&bench, world.operation("assign task", Method::PUT, path, body), &Fault::ALL).await;
    let path = format!("/actions/tasks/{}/comment", world.task);
    let body = json!({"task_status_id": world.status, "comment": "Look"});
    let mut comment = world.operation("comment task", Method::POST, path, body);
    comment.looks.push(format!("/data/tasks/{}/comments", world.task));
    strike(&bench, Operation { again: 201, twice: Twice::Another, ..comment }, KINDS).await;
    let path = format!("/data/tasks/{}", world.task);
    let delete = world.operation("delete task", Method::DELETE, path, Value::Null);
    strike(&bench, Operation { again: 404, ..delete }, KINDS).await;
}

#[tokio::test(start_paused = true)]
async fn instances_under_faults() {
    let world = World::new().await;
    let bench = world.bench("studio");
    let path = format!("/data/assets/{}/asset-asset-instances", world.castle);
    let body = json!({"asset_to_instantiate_id": world.sword});
    let mut create = world.operation("create instance", Method::POST, path.clone(), body);
    create.looks.push(path);
    strike(&bench, Operation { again: 201, twice: Twice::Another, ..create }, KINDS).await;
}

#[tokio::test(start_paused = true)]
async fn sharing_under_faults() {
    let world = World::new().await;
    let bench = world.bench("studio");
    let path = format!("/actions{}/share", world.show.path("/assets").trim_start_matches("/data"));
    let share =
        world.operation("share 2 assets", Method::POST, path.clone(), json!({"is_shared": true}));
    strike(&bench, share, KINDS).await;
    world.show.many_assets(&world.app, "Prop", 100).await;
    let bench = world.bench("more");
    let share = world.operation("share 102 assets", Method::POST, path, json!({"is_shared": true}));
    strike(&bench, share, KINDS).await;
}

#[tokio::test(start_paused = true)]
async fn projects_under_faults() {
    let world = World::new().await;
    let bench = world.bench("studio");
    let body = json!({
        "name": "New", "production_type": "tvshow",
        "team": [world.app.person(ARTIST).id, world.app.person(VENDOR).id],
    });
    let mut create = world.operation("create project", Method::POST, "/data/projects".into(), body);
    create.looks = vec!["/data/projects".into()];
    strike(&bench, Operation { again: 400, ..create }, KINDS).await;
    world.show.close(&world.app).await;
    let bench = world.bench("closed");
    let path = world.show.path("?force=true");
    let mut delete = world.operation("delete project", Method::DELETE, path, Value::Null);
    delete.looks = vec!["/data/projects".into(), world.show.path(""), "/data/assets/all".into()];
    strike(&bench, Operation { again: 404, ..delete }, &[Fault::ReplyLost]).await;
}
