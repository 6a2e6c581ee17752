//! Giving an entity another place or another type while somebody deletes or casts.
//!
//! As in `creation`, one of two requests stops before its first call to the table, its second, … while the other is done
//! as a whole. A move that was answered is not undone, and nothing is left behind.

use std::cell::Cell;

use model::task::NewTask;
use model::{EntityId, TaskTypeId};
use serde_json::{Value, json};
use tanuki_tests::answer::{column, text};
use tanuki_tests::app::{ADMIN, MANAGER};
use tanuki_tests::{Production, TestApp};

use crate::meeting::{Ground, Sent, each_way};

/// Lets a change of an entity and a forced deletion of what it is in meet: what was answered to have left is there.
async fn leaves(prepare: impl AsyncFn(&TestApp, &Production) -> ([Sent; 2], String)) {
    let (left, deleted) = (Cell::new(0), Cell::new(0));
    let path = std::cell::RefCell::new(String::new());
    let requests = async |app: &TestApp, show: &Production| {
        let (requests, entity) = prepare(app, show).await;
        path.replace(format!("/data/entities/{entity}"));
        requests
    };
    each_way(&Ground::new().await, requests, async |app, [change, deletion], about| {
        assert_eq!(deletion.status, 204, "{about}");
        let path = path.borrow().clone();
        let found = app.restarted().get(ADMIN, &path).await.status;
        match change.status.as_u16() {
            200 => assert_eq!(found, 200, "{about}"),
            400 | 404 => assert_eq!(found, 404, "{about}"),
            _ => panic!("{about}"),
        }
        if found == 200 { &left } else { &deleted }.update(|count| count + 1);
    })
    .await;
    assert!(left.get() > 0 && deleted.get() > 0, "{left:?} left, {deleted:?} deleted");
}

fn change(entity: &str, body: Value) -> Sent {
    Sent::put(&format!("/data/entities/{entity}"), body)
}

fn forced(kind: &str, id: &str) -> Sent {
    Sent::delete(&format!("/data/{kind}/{id}?force=true"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_out_of_its_sequence() {
    leaves(async |app, show| {
        let sequence = show.sequence(app, "SQ01", None).await;
        let other = show.sequence(app, "SQ02", None).await;
        let shot = show.shot(app, "SH01", &sequence).await;
        let requests = [change(&shot, json!({"parent_id": other})), forced("sequences", &sequence)];
        (requests, shot)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_out_of_its_episode() {
    leaves(async |app, show| {
        let episode = show.episode(app, "E10").await;
        let body = json!({"name": "Guest", "episode_id": episode});
        let guest = text(&show.asset_with(app, "Prop", body).await, "id").to_owned();
        let requests = [change(&guest, json!({"source_id": null})), forced("episodes", &episode)];
        (requests, guest)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_out_of_its_episode() {
    leaves(async |app, show| {
        let [episode, other] =
            [show.episode_of(app, "E10", 1).await, show.episode_of(app, "E11", 0).await];
        let shot = episode.shots[0].clone();
        let body = json!({"parent_id": other.sequence});
        ([change(&shot, body), forced("episodes", &episode.id)], shot)
    })
    .await;
}

/// So many that their move takes a journal.
const TASKS: usize = 30;

/// An asset with tasks, made without a request for each.
async fn hero(app: &TestApp, show: &Production) -> String {
    let id = show.asset_id(app, "Prop", "Hero").await;
    let first = show.task(app, &id, "Modeling", &[]).await;
    let store = &app.app.store;
    let task_type: TaskTypeId = text(&first, "task_type_id").parse().expect("an id");
    let entity: EntityId = id.parse().expect("an id");
    let entity = store.entity_get(entity).await.expect("it is read").expect("it is there");
    let tasks = (1..TASKS).map(|n| {
        let task = NewTask {
            project_id: entity.project_id,
            entity_id: entity.id,
            entity_type_id: entity.entity_type_id,
            task_type_id: task_type,
            task_status_id: text(&first, "task_status_id").parse().expect("an id"),
            name: format!("part {n}"),
            assigner_id: None,
            assignees: Vec::new(),
        };
        store.task_create(task.create(store.now()))
    });
    futures_util::future::try_join_all(tasks).await.expect("the tasks are created");
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_gets_another_type_while_it_is_deleted() {
    let ground = Ground::new().await;
    let requests = async |app: &TestApp, show: &Production| {
        let hero = hero(app, show).await;
        let body = json!({"entity_type_id": show.asset_type("FX")});
        [change(&hero, body), forced("assets", &hero)]
    };
    each_way(&ground, requests, async |_, [retype, deletion], about| {
        assert_eq!(deletion.status, 204, "{about}");
        assert!([200, 404].contains(&retype.status.as_u16()), "{about}");
    })
    .await;
}

/// A shot with casting stays in its episode.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_into_another_episode_while_something_is_cast_in_it() {
    let (moved, cast) = (Cell::new(0), Cell::new(0));
    let requests = async |app: &TestApp, show: &Production| {
        let [episode, other] =
            [show.episode_of(app, "E10", 1).await, show.episode_of(app, "E11", 0).await];
        let hero = show.asset_id(app, "Prop", "Hero").await;
        let body = json!({"casting": [episode.shots[0]]});
        let casting = Sent::put(&format!("/data/assets/{hero}/casting"), body);
        [change(&episode.shots[0], json!({"parent_id": other.sequence})), casting]
    };
    each_way(&Ground::new().await, requests, async |_, [change, casting], about| {
        assert_eq!(casting.status, 200, "{about}");
        match change.status.as_u16() {
            200 => moved.update(|count| count + 1),
            400 => cast.update(|count| count + 1),
            _ => panic!("{about}"),
        }
    })
    .await;
    assert!(moved.get() > 0 && cast.get() > 0, "{moved:?} moved, {cast:?} cast first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_casting_is_replaced_while_another_production_casts() {
    let requests = async |app: &TestApp, show: &Production| {
        let lamp = show.asset_id(app, "Prop", "Lamp").await;
        let body = json!({"asset_ids": [lamp], "is_shared": true});
        app.post(ADMIN, "/actions/assets/share", &body).await.ok();
        let film = Production::of_nobody(app, "Film").await;
        let sequence = film.sequence(app, "SQ01", None).await;
        let foreign = film.shot(app, "SH01", &sequence).await;
        let episode = show.episode_of(app, "E10", 1).await;
        let path = format!("/data/projects/{}/entities/{foreign}/casting", film.id);
        let body = json!({"casting": [{"asset_id": lamp, "nb_occurences": 2}]});
        let replaced = json!({"casting": [episode.shots[0]]});
        let replaces = Sent::put(&format!("/data/assets/{lamp}/casting"), replaced).by(MANAGER);
        [replaces, Sent::put(&path, body)]
    };
    each_way(&Ground::new().await, requests, async |app, answers, about| {
        assert_eq!(answers.each_ref().map(|answer| answer.status.as_u16()), [200, 200], "{about}");
        let lamps = app.restarted().get(ADMIN, "/data/assets?name=Lamp").await.ok();
        let path = format!("/data/assets/{}/cast-in", text(&lamps[0], "id"));
        let users = app.restarted().get(ADMIN, &path).await.ok();
        assert_eq!(column(&users, "shot_name").len(), 2, "{about}: {users}");
    })
    .await;
}

/// Where a shot is that moves to another episode, and what is cast in it.
struct Stage {
    shot: String,
    all: Vec<String>,
    assets: [String; 2],
    other: String,
}

impl Stage {
    async fn set(app: &TestApp, show: &Production, shots: usize) -> Self {
        let [from, to] =
            [show.episode_of(app, "E10", 0).await, show.episode_of(app, "E11", 0).await];
        let all = show.many_shots(app, &from.sequence, shots).await;
        let assets =
            [show.asset_id(app, "Prop", "Lamp").await, show.asset_id(app, "Prop", "Sword").await];
        Self { shot: all[0].clone(), all, assets, other: to.sequence }
    }

    fn goes(&self) -> Sent {
        Sent::put(&format!("/data/entities/{}", self.shot), json!({"parent_id": self.other}))
    }
}

/// Lets a casting in a shot and the shot's move to another episode meet: the shot is cast where it is, or stays.
async fn cast_and_moved(
    ground: &Ground,
    prepare: impl AsyncFn(&TestApp, &Production) -> [Sent; 2],
) {
    each_way(ground, prepare, async |app, [cast, moved], about| {
        assert_eq!(cast.status, 200, "{about}");
        let is_moved = moved.status == 200;
        assert!(is_moved || moved.status == 400, "{about}");
        let shot = app.get(ADMIN, &moved.request["PUT /api".len()..]).await.ok();
        assert_eq!(shot["parent_id"] == moved.body["parent_id"], is_moved, "{about}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_moves_to_another_episode_while_assets_are_cast_in_it() {
    let (ground, stage) = Ground::with(async |app, show| Stage::set(app, show, 1).await).await;
    let [lamp, sword] = &stage.assets;
    let casting = ground.show.path(&format!("/entities/{}/casting", stage.shot));
    cast_and_moved(&ground, async |_, _| [Sent::put(&casting, json!([lamp])), stage.goes()]).await;
    let casting = ground.show.path("/entities/casting");
    let castings = json!({&stage.shot: [lamp, sword]});
    cast_and_moved(&ground, async |_, _| [Sent::put(&casting, castings.clone()), stage.goes()])
        .await;
}

/// What was cast in it goes while it moves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_moves_to_another_episode_while_it_is_emptied() {
    let (ground, stage) = Ground::with(async |app, show| {
        let stage = Stage::set(app, show, 1).await;
        show.cast(app, &stage.assets[0], &[&stage.shot]).await;
        stage
    })
    .await;
    let casting = ground.show.path(&format!("/entities/{}/casting", stage.shot));
    cast_and_moved(&ground, async |_, _| [Sent::put(&casting, json!([])), stage.goes()]).await;
}

/// What is cast by a journal is cast where the shot is when the journal comes to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shot_moves_to_another_episode_while_an_asset_is_cast_in_many() {
    let (ground, stage) = Ground::with(async |app, show| Stage::set(app, show, 25).await).await;
    let casting = format!("/data/assets/{}/casting", stage.assets[0]);
    let users = json!({"casting": stage.all});
    cast_and_moved(&ground, async |_, _| [Sent::put(&casting, users.clone()), stage.goes()]).await;
}

/// As long as it is canceled it is deleted; once somebody has it back, it is canceled at the most, for it has a task.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_restored_is_not_deleted_for_good() {
    let (kept, deleted) = (Cell::new(0), Cell::new(0));
    let asset = std::cell::RefCell::new(String::new());
    let requests = async |app: &TestApp, show: &Production| {
        let hero = show.asset_id(app, "Character", "Hero").await;
        show.task(app, &hero, "Modeling", &[]).await;
        app.delete(ADMIN, &format!("/data/assets/{hero}")).await.gone();
        let path = format!("/actions/projects/{}/delete-entities", show.id);
        let deletion = Sent::post(&path, json!([hero]));
        asset.replace(format!("/data/assets/{hero}"));
        [change(&hero, json!({"canceled": false})), deletion]
    };
    each_way(&Ground::new().await, requests, async |app, [restored, deletion], about| {
        assert_eq!(deletion.status, 200, "{about}");
        let path = asset.borrow().clone();
        let found = app.restarted().get(ADMIN, &path).await.status;
        match restored.status.as_u16() {
            200 => assert_eq!(found, 200, "{about}"),
            404 => assert_eq!(found, 404, "{about}"),
            _ => panic!("{about}"),
        }
        if found == 200 { &kept } else { &deleted }.update(|count| count + 1);
    })
    .await;
    assert!(kept.get() > 0 && deleted.get() > 0, "{kept:?} kept, {deleted:?} deleted");
}
