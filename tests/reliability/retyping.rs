//! An asset that gets another type while something else is done with it.
//!
//! Where a journal moves its tasks, both requests have entered the project when nothing is open there.

use model::TaskTypeId;
use model::task::NewTask;
use serde_json::{Value, json};
use tanuki_tests::answer::{column, text};
use tanuki_tests::app::{ADMIN, ARTIST};
use tanuki_tests::{Production, TestApp};

use crate::meeting::{Ground, Sent, each_way, overlapping};

/// More than a transaction moves.
const TASKS: usize = 21;
/// The call that comes after entering the project: it reads the asset, or the task.
const ENTERED: i64 = 4;

/// A show with an asset of many tasks; the asset, and the types it may get.
async fn ground() -> (Ground, (String, [String; 2])) {
    Ground::with(async |app, show| {
        let hero = show.asset(app, "Character", "Hero").await;
        let status = app.get(ADMIN, "/data/task-status?is_default=true").await.ok();
        let task_type: TaskTypeId = show.task_type(app, "Modeling").await.parse().expect("an id");
        for n in 0..TASKS {
            let task = NewTask {
                project_id: show.project_id(),
                entity_id: text(&hero, "id").parse().expect("an id"),
                entity_type_id: text(&hero, "entity_type_id").parse().expect("an id"),
                task_type_id: task_type,
                task_status_id: text(&status[0], "id").parse().expect("an id"),
                name: format!("Task {n}"),
                assigner_id: None,
                assignees: vec![app.person(ARTIST).id],
            };
            let task = task.create(app.app.store.now());
            app.app.store.task_create(task).await.expect("the task is created");
        }
        let types = ["Character", "Prop"].map(|name| show.asset_type(name).to_owned());
        (text(&hero, "id").to_owned(), types)
    })
    .await
}

fn retype(asset: &str, to: &str) -> Sent {
    Sent::put(&format!("/data/entities/{asset}"), json!({"entity_type_id": to}))
}

async fn tasks(app: &TestApp, show: &Production) -> usize {
    let tasks = app.get(ADMIN, &show.path("/tasks")).await.ok();
    tasks.as_array().map_or(0, Vec::len)
}

/// Sent twice, as by a double click: it is what was wanted, and nobody is told that its own name is in the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_gets_the_same_type_twice() {
    let (ground, (hero, [_, prop])) = ground().await;
    let requests = [retype(&hero, &prop), retype(&hero, &prop)];
    overlapping(&ground, ENTERED, requests, async |app, answers, about| {
        for answer in answers {
            assert_eq!(answer.status, 200, "{about}");
        }
        assert_eq!(tasks(app, &ground.show).await, TASKS, "{about}");
    })
    .await;
}

/// Nothing of it is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_deleted_by_force_while_it_gets_another_type() {
    let (ground, (hero, [_, prop])) = ground().await;
    let path = format!("/data/assets/{hero}");
    let requests = [Sent::delete(&format!("{path}?force=true")), retype(&hero, &prop)];
    overlapping(&ground, ENTERED, requests, async |app, [deletion, _], about| {
        assert_eq!(deletion.status, 204, "{about}");
        assert_eq!(tasks(app, &ground.show).await, 0, "{about}");
        app.get(ADMIN, &path).await.error(404, "AssetNotFoundException");
    })
    .await;
}

/// It has tasks, whether they have moved yet or not: it is canceled and keeps them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_deleted_while_it_gets_another_type() {
    let (ground, (hero, [_, prop])) = ground().await;
    let path = format!("/data/assets/{hero}");
    let requests = [Sent::delete(&path), retype(&hero, &prop)];
    overlapping(&ground, ENTERED, requests, async |app, [deletion, retyped], about| {
        assert_eq!((deletion.status.as_u16(), retyped.status.as_u16()), (204, 200), "{about}");
        assert_eq!(tasks(app, &ground.show).await, TASKS, "{about}");
        let asset = app.get(ADMIN, &path).await.ok();
        assert_eq!(asset["canceled"], Value::Bool(true), "{about}");
    })
    .await;
}

/// Whether the task of that name has moved yet or not, its name is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_gets_no_second_task_of_a_name_while_it_gets_another_type() {
    let (ground, (hero, [_, prop])) = ground().await;
    let task_type = ground.show.task_type(&ground.app, "Modeling").await;
    let body = json!({
        "project_id": ground.show.id, "entity_id": hero, "task_type_id": task_type, "name": "Task 7",
    });
    let requests = [Sent::post("/data/tasks", body), retype(&hero, &prop)];
    overlapping(&ground, ENTERED, requests, async |app, [creation, retyped], about| {
        assert_eq!((creation.status.as_u16(), retyped.status.as_u16()), (400, 200), "{about}");
        assert_eq!(tasks(app, &ground.show).await, TASKS, "{about}");
    })
    .await;
}

/// Nor by a task that gets the name of another, wherever the two are by then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_task_gets_the_name_of_another_while_their_asset_gets_another_type() {
    let (ground, (hero, [_, prop])) = ground().await;
    let all = ground.app.get(ADMIN, &ground.show.path("/tasks")).await.ok();
    let mut all: Vec<&Value> = all.as_array().expect("rows").iter().collect();
    // They move from the last id on.
    all.sort_unstable_by_key(|task| text(task, "id"));
    let (first, last) = (all[0], all[TASKS - 1]);
    // With nothing read, with all read that it is decided on, and before it is written.
    for (n, task, other) in [
        (ENTERED, first, last),
        (ENTERED, last, first),
        (ENTERED + 4, first, last),
        (ENTERED + 5, first, last),
    ] {
        let path = format!("/data/tasks/{}", text(task, "id"));
        let requests = [Sent::put(&path, json!({"name": other["name"]})), retype(&hero, &prop)];
        overlapping(&ground, n, requests, async |app, [renamed, retyped], about| {
            assert_eq!((renamed.status.as_u16(), retyped.status.as_u16()), (400, 200), "{about}");
            assert_eq!(tasks(app, &ground.show).await, TASKS, "{about}");
        })
        .await;
    }
}

/// Back to the type it had, or on to a third one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_gets_another_type_while_it_gets_another_type() {
    let (ground, (hero, [character, prop])) = ground().await;
    let fx = ground.show.asset_type("FX").to_owned();
    for to in [character, fx] {
        let requests = [retype(&hero, &to), retype(&hero, &prop)];
        overlapping(&ground, ENTERED, requests, async |app, answers, about| {
            assert!(answers.iter().all(|answer| answer.status == 200), "{about}");
            assert_eq!(tasks(app, &ground.show).await, TASKS, "{about}");
        })
        .await;
    }
}

/// Of whatever type they are when it is written, what was answered to be cast is cast.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_that_gets_another_type_is_cast() {
    let (ground, (shots, castle, hero)) = Ground::with(async |app, show| {
        let sequence = show.sequence(app, "SQ01", None).await;
        let shots = show.many_shots(app, &sequence, 25).await;
        let castle = show.asset_id(app, "Environment", "Castle").await;
        (shots, castle, show.asset_id(app, "Character", "Hero").await)
    })
    .await;
    let prop = ground.show.asset_type("Prop");
    let castings = ground.show.path("/entities/casting");
    let of_shot = json!({&shots[0]: [hero]});
    let of_castle = json!({&castle: [hero]});
    let of_many = json!({"entity_ids": shots});
    let many = ground.show.path(&format!("/entities/casting/assets/{hero}"));
    for (asset, casting, uses) in [
        (&hero, Sent::put(&castings, of_shot), 1),
        (&castle, Sent::put(&castings, of_castle), 1),
        (&hero, Sent::put(&many, of_many), 25),
    ] {
        let requests = async |_: &TestApp, _: &Production| [retype(asset, prop), casting.clone()];
        each_way(&ground, requests, async |app, answers, about| {
            assert!(answers.iter().all(|answer| answer.status == 200), "{about}");
            let users = app.get(ADMIN, &format!("/data/assets/{hero}/casting")).await.ok();
            assert_eq!(column(&users, "entity_id").len(), uses, "{about}");
        })
        .await;
    }
}
