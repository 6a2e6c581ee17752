//! Putting something into what is deleted only because it is empty.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole. Whatever
//! comes first: one succeeds and the other is refused, and what somebody was told exists is there.

use std::cell::Cell;

use serde_json::json;
use tanuki_tests::answer::text;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::fuse::Fuse;
use crate::meeting::{Ground, Sent, each_way};

/// Lets a creation and a deletion meet: exactly one succeeds. `prepare` makes what is deleted and gives both requests, the
/// creation first.
async fn race(prepare: impl AsyncFn(&TestApp, &Production) -> [Sent; 2]) {
    let (created, deleted) = (Cell::new(0), Cell::new(0));
    each_way(&Ground::new().await, prepare, async |app, [creation, deletion], about| {
        let which = match (creation.status.as_u16(), deletion.status.as_u16()) {
            (200 | 201, 400) => {
                let path = format!("/data/entities/{}", text(&creation.body, "id"));
                assert_eq!(app.get(ADMIN, &path).await.status, 200, "{about}");
                &created
            }
            (400 | 404, 204) => &deleted,
            _ => panic!("{about}"),
        };
        which.update(|count| count + 1);
    })
    .await;
    assert!(created.get() > 0 && deleted.get() > 0, "{created:?} created, {deleted:?} deleted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_in_an_empty_sequence() {
    race(async |app, show| {
        let sequence = show.sequence(app, "SQ01", None).await;
        let body = json!({"name": "SH01", "sequence_id": sequence});
        let deletion = Sent::delete(&format!("/data/sequences/{sequence}"));
        [Sent::post(&show.path("/shots"), body), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_that_moves_to_an_empty_sequence() {
    race(async |app, show| {
        let sequence = show.sequence(app, "SQ01", None).await;
        let other = show.sequence(app, "SQ02", None).await;
        let shot = show.shot(app, "SH01", &other).await;
        let deletion = Sent::delete(&format!("/data/sequences/{sequence}"));
        [Sent::put(&format!("/data/entities/{shot}"), json!({"parent_id": sequence})), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequence_and_an_asset_in_an_empty_episode() {
    race(async |app, show| {
        let episode = show.episode(app, "E10").await;
        let body = json!({"name": "Name", "episode_id": episode});
        let deletion = Sent::delete(&format!("/data/episodes/{episode}"));
        [Sent::post(&show.path("/sequences"), body), deletion]
    })
    .await;
    race(async |app, show| {
        let episode = show.episode(app, "E10").await;
        let body = json!({"name": "Name", "episode_id": episode});
        let deletion = Sent::delete(&format!("/data/episodes/{episode}"));
        [Sent::post(&show.new_asset("Prop"), body), deletion]
    })
    .await;
}

/// With a task it is canceled instead, and keeps the task.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_of_what_is_deleted() {
    let prepare = async |app: &TestApp, show: &Production| {
        let task_type = show.task_type(app, "Modeling").await;
        let asset = show.asset_id(app, "Prop", "Lamp").await;
        let task = json!({"project_id": show.id, "entity_id": asset, "task_type_id": task_type});
        let deletion = Sent::delete(&format!("/data/assets/{asset}"));
        [Sent::post("/data/tasks", task), deletion]
    };
    let (created, refused) = (Cell::new(0), Cell::new(0));
    each_way(&Ground::new().await, prepare, async |app, [creation, deletion], about| {
        assert_eq!(deletion.status, 204, "{about}");
        let which = match creation.status.as_u16() {
            201 => {
                let path = format!("/data/tasks/{}", text(&creation.body, "id"));
                assert_eq!(app.get(ADMIN, &path).await.status, 200, "{about}");
                &created
            }
            400 => {
                creation.clone().invalid(&["entity_id"]);
                &refused
            }
            404 => {
                creation.clone().error(404, "EntityNotFoundException");
                &refused
            }
            _ => panic!("{about}"),
        };
        which.update(|count| count + 1);
    })
    .await;
    assert!(created.get() > 0 && refused.get() > 0, "{created:?} created, {refused:?} refused");
}

/// A deletion that dies after it has said what it wants keeps nobody from anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_dies_leaves_the_sequence_as_it_was() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    let sequence = show.sequence(&app, "SQ01", None).await;
    let path = format!("/data/sequences/{sequence}");
    let before = app.get(ADMIN, &path).await.ok();
    for _ in 0..2 {
        let fuse = Fuse::at(2);
        assert_eq!(fuse.process(&app).delete(ADMIN, &path).await.status, 500);
        assert!(fuse.is_blown());
    }
    assert_eq!(app.get(ADMIN, &path).await.ok(), before);
    show.shot(&app, "SH01", &sequence).await;
    app.delete(ADMIN, &path).await.error(400, "ValidationException");
    app.assert_whole("a sequence that was wanted empty").await;
}
