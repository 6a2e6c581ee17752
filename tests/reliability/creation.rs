//! Creating something while what it is in is deleted.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done from its beginning to
//! its end. Whatever comes first: at the end nothing is in what is gone.

use std::cell::Cell;

use serde_json::json;
use tanuki_tests::answer::text;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::meeting::{Ground, Sent, each_way};

/// Lets a creation and a deletion meet. `prepare` makes what is deleted and gives both requests, the creation first.
async fn race(prepare: impl AsyncFn(&TestApp, &Production) -> [Sent; 2]) {
    let (created, refused) = (Cell::new(0), Cell::new(0));
    each_way(&Ground::new().await, prepare, async |_, [creation, deletion], about| {
        assert_eq!(deletion.status, 204, "{about}");
        let which = match creation.status.as_u16() {
            200 | 201 => &created,
            400 | 403 | 404 => &refused,
            _ => panic!("{about}"),
        };
        which.update(|count| count + 1);
    })
    .await;
    assert!(created.get() > 0 && refused.get() > 0, "{created:?} created, {refused:?} refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_in_a_sequence() {
    race(async |app, show| {
        let sequence = show.sequence(app, "SQ01", None).await;
        show.shot(app, "SH00", &sequence).await;
        let body = json!({"name": "SH01", "sequence_id": sequence});
        let deletion = Sent::delete(&format!("/data/sequences/{sequence}?force=true"));
        [Sent::post(&show.path("/shots"), body), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequence_and_an_asset_in_an_episode() {
    race(async |app, show| {
        let episode = show.episode(app, "E10").await;
        let body = json!({"name": "SQ01", "episode_id": episode});
        let deletion = Sent::delete(&format!("/data/episodes/{episode}?force=true"));
        [Sent::post(&show.path("/sequences"), body), deletion]
    })
    .await;
    race(async |app, show| {
        let episode = show.episode(app, "E10").await;
        let body = json!({"name": "Hero", "episode_id": episode});
        let deletion = Sent::delete(&format!("/data/episodes/{episode}?force=true"));
        [Sent::post(&show.new_asset("Prop"), body), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_that_moves_to_another_sequence() {
    race(async |app, show| {
        let sequence = show.sequence(app, "SQ01", None).await;
        let other = show.sequence(app, "SQ02", None).await;
        let shot = show.shot(app, "SH00", &other).await;
        let body = json!({"parent_id": sequence});
        let deletion = Sent::delete(&format!("/data/sequences/{sequence}?force=true"));
        [Sent::put(&format!("/data/entities/{shot}"), body), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_in_a_project() {
    race(async |app, show| {
        show.close(app).await;
        let creation = Sent::post(&show.new_asset("Prop"), json!({"name": "Hero"}));
        [creation, Sent::delete(&format!("/data/projects/{}?force=true", show.id))]
    })
    .await;
}

/// A person, and the path of his deletion.
async fn person(app: &TestApp) -> (String, Sent) {
    let person = json!({"first_name": "Ada", "email": "ada@example.com"});
    let person = app.post(ADMIN, "/data/persons", &person).await.created();
    let id = text(&person, "id").to_owned();
    let deletion = Sent::delete(&format!("/data/persons/{id}"));
    (id, deletion)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_of_a_team() {
    race(async |app, show| {
        show.close(app).await;
        let (person, _) = person(app).await;
        let creation = Sent::post(&show.path("/team"), json!({"person_id": person}));
        [creation, Sent::delete(&format!("/data/projects/{}?force=true", show.id))]
    })
    .await;
    race(async |app, show| {
        let (person, deletion) = person(app).await;
        [Sent::post(&show.path("/team"), json!({"person_id": person})), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_project_with_its_team() {
    race(async |app, _| {
        let (person, deletion) = person(app).await;
        let team = json!({"name": "New", "production_type": "tvshow", "team": [person]});
        [Sent::post("/data/projects", team), deletion]
    })
    .await;
    // And with more of them than one transaction takes in.
    race(async |app, _| {
        let (person, deletion) = person(app).await;
        let mut team = app.persons(28).await;
        team.push(person);
        [Sent::post("/data/projects", json!({"name": "New", "team": team})), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_descriptor_of_a_project() {
    race(async |app, show| {
        show.close(app).await;
        let body = json!({"name": "Height", "entity_type": "Asset", "data_type": "number"});
        let creation = Sent::post(&show.path("/metadata-descriptors"), body);
        [creation, Sent::delete(&format!("/data/projects/{}?force=true", show.id))]
    })
    .await;
}

/// A name that is taken while the project goes is free again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_name_of_a_project() {
    race(async |app, show| {
        show.close(app).await;
        let path = format!("/data/projects/{}", show.id);
        let body = json!({"name": "Renamed"});
        [Sent::put(&path, body), Sent::delete(&format!("{path}?force=true"))]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_on_a_task() {
    race(async |app, show| {
        let hero = show.asset_id(app, "Prop", "Hero").await;
        let task = show.task(app, &hero, "Modeling", &[]).await;
        let (person, deletion) = person(app).await;
        let path = format!("/actions/tasks/{}/assign", text(&task, "id"));
        [Sent::put(&path, json!({"person_id": person})), deletion]
    })
    .await;
    race(async |app, show| {
        let hero = show.asset_id(app, "Prop", "Hero").await;
        let task = show.task(app, &hero, "Modeling", &[]).await;
        let (person, _) = person(app).await;
        let path = format!("/actions/tasks/{}/assign", text(&task, "id"));
        let deletion = Sent::delete(&format!("/data/tasks/{}", text(&task, "id")));
        [Sent::put(&path, json!({"person_id": person})), deletion]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_with_an_assignee() {
    race(async |app, show| {
        let hero = show.asset_id(app, "Prop", "Hero").await;
        let task_type = show.task_type(app, "Modeling").await;
        let (person, deletion) = person(app).await;
        let body = json!({
            "project_id": show.id, "entity_id": hero, "task_type_id": task_type,
            "assignees": [person],
        });
        [Sent::post("/data/tasks", body), deletion]
    })
    .await;
}
