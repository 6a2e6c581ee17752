//! Crashes that nobody comes back after: the scheduled function completes what they left.

use std::time::Duration;

use http::Method;
use model::entity::NewEntity;
use serde_json::{Value, json};
use tanuki_tests::answer::{sorted, text};
use tanuki_tests::app::{ADMIN, ARTIST, MANAGER};
use tanuki_tests::{Production, TestApp};

use crate::fuse::Fuse;
use crate::gate::Gate;
use crate::journal_links::{shots, users};

/// What Lambda gives the function.
const TIME: Duration = Duration::from_mins(5);
/// More writes than any request here makes.
const WRITES_MAX: i64 = 80;

/// The scheduled function, in a process that remembers nothing.
async fn sweep(app: &TestApp) -> store::Swept {
    let store = app.restarted().app.store;
    let swept = maintenance::handle(&store, TIME).await.expect("nothing fails");
    assert_eq!((swept.failed, swept.left), (0, 0), "{swept:?}");
    swept
}

/// The same, when all that waits need not wait any more.
async fn sweep_later(app: &TestApp) -> store::Swept {
    let store = app.restarted().app.store;
    store.sweep_as_of(store.now().plus_seconds(7200), TIME).await.expect("the notes can be read")
}

/// Makes a request crash before each of its writes; after each crash a sweep leaves the table whole.
async fn crash_and_sweep(
    app: &TestApp,
    prepare: impl AsyncFn(i64) -> (Method, String, Option<Value>),
) {
    for n in 1..=WRITES_MAX {
        let (method, path, body) = prepare(n).await;
        let fuse = Fuse::at(n);
        let answer = fuse.process(app).request(ADMIN, method, &path, body.as_ref()).await;
        assert_eq!(answer.status.is_server_error(), fuse.is_blown(), "{answer:?}");
        sweep(app).await;
        let later = sweep_later(app).await;
        app.assert_whole(&format!("{path} cut off before write {n}, then swept: {later:?}")).await;
        assert_eq!(sweep_later(app).await, store::Swept::default(), "nothing is open");
        if !fuse.is_blown() {
            assert!(n > 1, "it writes");
            return;
        }
    }
    panic!("still not through after {WRITES_MAX} writes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_casting_that_nobody_completes() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let shots = shots(&app, &film, None, 40).await;
    crash_and_sweep(&app, async |n| {
        let asset = film.asset_id(&app, "Prop", &format!("Lantern {n}")).await;
        (Method::PUT, format!("/data/assets/{asset}/casting"), Some(users(&shots, 1)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_team_that_nobody_completes() {
    let app = TestApp::new().await;
    let team = app.persons(60).await;
    crash_and_sweep(&app, async |n| {
        let project = json!({"name": format!("Project {n}"), "team": team});
        (Method::POST, "/data/projects".to_owned(), Some(project))
    })
    .await;
    // Nobody asks when it sweeps, and yet it is known who did it; and nothing was done twice.
    let projects = app.get(ADMIN, "/data/projects").await.ok();
    let projects = projects.as_array().map_or(0, Vec::len);
    let events = app.get(ADMIN, "/data/events/last?limit=1000&name=project:team-update").await.ok();
    let events = events.as_array().expect("a bare array");
    let admin = app.person(ADMIN).id.to_string();
    assert!(projects > 1);
    assert_eq!(events.len(), projects * team.len());
    assert!(events.iter().all(|event| event["user_id"] == admin.as_str()), "{events:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_that_nobody_deletes_again() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let shots = shots(&app, &film, None, 30).await;
    crash_and_sweep(&app, async |n| {
        let asset = film.asset_id(&app, "Prop", &format!("Lantern {n}")).await;
        let body = users(&shots, 1);
        app.put(ADMIN, &format!("/data/assets/{asset}/casting"), &body).await.ok();
        (Method::DELETE, format!("/data/assets/{asset}?force=true"), None)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_project_that_nobody_deletes_again() {
    let app = TestApp::new().await;
    let library = Production::film(&app, "Library").await;
    let lamp = library.asset_id(&app, "Prop", "Lamp").await;
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [lamp]})).await.ok();
    crash_and_sweep(&app, async |n| {
        let show = Production::tv_show(&app, &format!("Show {n}")).await;
        let episode = show.episode_of(&app, "E10", 2).await;
        let hero = show.asset_id(&app, "Character", "Hero").await;
        show.task(&app, &hero, "Modeling", &[ARTIST]).await;
        show.cast(&app, &hero, &[&episode.shots[0]]).await;
        // In the episode by itself, and by its shots.
        show.cast(&app, &lamp, &[&episode.shots[0], &episode.id]).await;
        show.close(&app).await;
        (Method::DELETE, format!("/data/projects/{}?force=true", show.id), None)
    })
    .await;
}

/// Whoever completes a change that was cut off, the events tell who made it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tasks_of_a_retype_that_nobody_completes_tell_who_began_it() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let (fx, admin) = (film.asset_type("FX").to_owned(), app.person(ADMIN).id.to_string());
    // More than one transaction moves.
    let mut task_types = Vec::new();
    for n in 0..30 {
        let body = json!({"name": format!("Step {n}"), "for_entity": "Asset"});
        let created = app.post(ADMIN, "/data/task-types", &body).await.created();
        task_types.push(text(&created, "id").to_owned());
    }
    crash_and_sweep(&app, async |n| {
        let asset = film.asset_id(&app, "Prop", &format!("Lantern {n}")).await;
        for task_type in &task_types {
            let path =
                format!("/actions/projects/{}/task-types/{task_type}/assets/create-tasks", film.id);
            app.post(ADMIN, &path, &json!([asset])).await.created();
        }
        (Method::PUT, format!("/data/entities/{asset}"), Some(json!({"entity_type_id": fx})))
    })
    .await;
    let events = app.get(ADMIN, "/data/events/last?limit=5000&name=task:update").await.ok();
    let events = events.as_array().expect("a bare array");
    assert!(events.len() > task_types.len(), "tasks were moved");
    assert!(events.iter().all(|event| event["user_id"] == admin.as_str()), "{events:?}");
}

/// Nobody uses a type any more that only such a project used.
#[tokio::test]
async fn a_project_whose_type_is_deleted_before_it_is() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let vehicle = app.post(ADMIN, "/data/entity-types", &json!({"name": "Vehicle"})).await;
    let vehicle = text(&vehicle.created(), "id").to_owned();
    let path = film.path(&format!("/asset-types/{vehicle}/assets/new"));
    app.post(ADMIN, &path, &json!({"name": "Cart"})).await.created();
    film.close(&app).await;
    let path = format!("/data/projects/{}?force=true", film.id);
    let answer = Fuse::at(2).process(&app).delete(ADMIN, &path).await;
    assert_eq!(answer.status, 500, "{answer:?}");
    app.delete(ADMIN, &format!("/data/entity-types/{vehicle}")).await.gone();
    sweep(&app).await;
    app.assert_whole("a project without its type, swept").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequence_that_nobody_deletes_again() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    let deletion = async |n: i64| {
        let sequence = show.sequence(&app, &format!("SQ {n}"), None).await;
        show.shot(&app, "SH01", &sequence).await;
        format!("/data/sequences/{sequence}?force=true")
    };
    crash_and_sweep(&app, async |n| (Method::DELETE, deletion(n).await, None)).await;
}

/// A person in a team, with tasks and a login.
async fn person(app: &TestApp, show: &Production, n: i64) -> String {
    let body = json!({
        "first_name": "Ada", "last_name": "Byron", "email": format!("ada{n}@example.com"),
        "password": "a password that is long enough",
    });
    let person = app.post(ADMIN, "/data/persons", &body).await.created();
    let id = text(&person, "id").to_owned();
    let member = json!({"person_id": id});
    app.post(ADMIN, &show.path("/team"), &member).await.created();
    for name in ["Hero", "Villain"] {
        let asset = show.asset_id(app, "Character", &format!("{name} {n}")).await;
        let task = show.task(app, &asset, "Modeling", &[MANAGER]).await;
        let path = format!("/actions/tasks/{}/assign", text(&task, "id"));
        app.put(ADMIN, &path, &json!({"person_id": id})).await.ok();
    }
    app.open_session(id.parse().expect("an id"), 3600).await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_whom_nobody_deletes_again() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    crash_and_sweep(&app, async |n| {
        (Method::DELETE, format!("/data/persons/{}", person(&app, &show, n).await), None)
    })
    .await;
    // One was cut off before the first write, and is there as before.
    let left = app.get(ADMIN, "/data/persons?last_name=Byron").await.ok();
    assert_eq!(sorted(&left, "email"), ["ada1@example.com"]);
    let tasks = app.get(ADMIN, &format!("/data/persons/{}/tasks", text(&left[0], "id"))).await.ok();
    assert_eq!(tasks.as_array().map(Vec::len), Some(2));
}

/// A task with more comments than one transaction deletes.
async fn discussed(app: &TestApp, show: &Production, asset: &str) -> String {
    let task = show.task(app, asset, "Modeling", &[ARTIST]).await;
    let path = format!("/actions/tasks/{}/comment", text(&task, "id"));
    for _ in 0..120 {
        let comment = json!({"task_status_id": task["task_status_id"], "comment": "Once more"});
        app.post(ADMIN, &path, &comment).await.created();
    }
    text(&task, "id").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_nobody_deletes_again() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    crash_and_sweep(&app, async |n| {
        let asset = show.asset_id(&app, "Prop", &format!("Lantern {n}")).await;
        let task = discussed(&app, &show, &asset).await;
        (Method::DELETE, format!("/data/tasks/{task}"), None)
    })
    .await;
    crash_and_sweep(&app, async |n| {
        let asset = show.asset_id(&app, "Prop", &format!("Torch {n}")).await;
        discussed(&app, &show, &asset).await;
        (Method::DELETE, format!("/data/assets/{asset}?force=true"), None)
    })
    .await;
}

/// From the first write on a person is gone, however much is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_person_is_nobody() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    let id = person(&app, &show, 1).await;
    let path = format!("/data/persons/{id}");
    let answer = Fuse::at(2).process(&app).delete(ADMIN, &path).await;
    assert_eq!(answer.status, 500, "{answer:?}");
    app.get(ADMIN, &path).await.error(404, "PersonNotFoundException");
    let login = json!({"email": "ada1@example.com", "password": "a password that is long enough"});
    assert!(app.post(ADMIN, "/auth/login", &login).await.status.is_client_error());
    let team = app.get(ADMIN, &show.path("/team")).await.ok();
    assert!(!sorted(&team, "id").contains(&id.as_str()), "{team}");
    let found = app.app.store.check().await.expect("the table can be read");
    assert!(found.iter().any(store::Violation::is_pending), "{found:?}");
    app.delete(ADMIN, &path).await.error(404, "PersonNotFoundException");
    sweep(&app).await;
    app.assert_whole("half a person, swept").await;
}

/// What is written into a project, or for a person, after the last look of the deletion, by processes that die before they
/// look back: the sweep's last look.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_too_late_is_taken_along() {
    let app = TestApp::new().await;
    let (show, other) =
        (Production::tv_show(&app, "Show").await, Production::tv_show(&app, "Other").await);
    let hero = other.asset_id(&app, "Character", "Hero").await;
    let task = other.task(&app, &hero, "Modeling", &[]).await;
    let person: model::PersonId = person(&app, &show, 1).await.parse().expect("an id");
    let (store, project) = (&app.app.store, show.project_id());
    let login = store.login_of(person).await.expect("it is read").expect("the person is there");
    app.delete(ADMIN, &format!("/data/persons/{person}")).await.gone();
    show.close(&app).await;
    app.delete(ADMIN, &format!("/data/projects/{project}?force=true")).await.gone();
    app.assert_whole("deleted").await;
    // Handlers that had looked before go on. Some are refused.
    let member = model::project::Membership { project_id: project, person_id: person, role: None };
    assert!(store.team_add(member).await.is_err());
    let height = model::descriptor::Descriptor::named(project, "Height", store.now());
    assert!(store.descriptor_create(height).await.is_err());
    let session = store.session_create(&login, 3600).await.expect("nothing fails");
    assert!(session.is_none(), "nobody logs in as somebody who is gone");
    app.assert_whole("refused").await;
    // Some write.
    let prop = show.asset_type("Prop").parse().expect("an id");
    let lamp = NewEntity::named(project, prop, "Lamp").create(store.now());
    let dies = Fuse::at(3).process(&app).app.store;
    assert!(dies.entity_create(lamp).await.is_err(), "it would take it back");
    let dies = Fuse::at(2).process(&app).app.store;
    let assign = |mut task: model::Task| {
        task.assignees.push(person);
        Ok(task)
    };
    let id = text(&task, "id").parse().expect("an id");
    assert!(dies.task_update(id, assign).await.is_err(), "it would take it back");
    let found = store.check().await.expect("the table can be read");
    assert!(found.iter().any(store::Violation::is_pending), "{found:?}");
    // The person, the project, and its episode.
    assert_eq!(sweep(&app).await.waiting, 3);
    app.assert_whole("swept").await;
    assert_eq!(sweep_later(&app).await.deletions, 3);
    assert_eq!(sweep_later(&app).await, store::Swept::default());
}

/// When nothing is open a sweep is one read.
#[tokio::test]
async fn a_sweep_costs_one_unit_when_nothing_is_open() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    show.asset(&app, "Prop", "Lantern").await;
    let (swept, spent) = store::meter::measured(sweep(&app)).await;
    assert_eq!(swept, store::Swept::default());
    // `handle` measures its own: none of it is counted here.
    assert_eq!((spent.read, spent.write), (0.0, 0.0));
    let (_, spent) = store::meter::measured(app.app.store.sweep(TIME)).await;
    assert_eq!((spent.read, spent.write), (1.0, 0.0));
}

/// What does not fit into the time is left, and nothing is lost by that.
#[tokio::test]
async fn a_sweep_ends_in_time() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    for n in 0..3 {
        let sequence = show.sequence(&app, &format!("SQ {n}"), None).await;
        app.delete(ADMIN, &format!("/data/sequences/{sequence}?force=true")).await.gone();
    }
    let swept = app.app.store.sweep(Duration::ZERO).await.expect("the notes can be read");
    assert_eq!(swept, store::Swept { left: 3, ..store::Swept::default() });
    assert_eq!(sweep_later(&app).await.deletions, 3);
}

/// It keeps no other from its turn, and gets another one itself. The clock is paused: only what hangs takes time.
#[tokio::test(start_paused = true)]
async fn a_piece_of_work_that_hangs_is_put_back() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    for n in 0..3 {
        let sequence = show.sequence(&app, &format!("SQ {n}"), None).await;
        app.delete(ADMIN, &format!("/data/sequences/{sequence}?force=true")).await.gone();
    }
    // The first call reads the notes.
    let store = Gate::at(2).process(&app).app.store;
    let later = store.now().plus_seconds(7200);
    let swept = store.sweep_as_of(later, Duration::from_secs(4)).await.expect("the notes");
    assert_eq!(swept, store::Swept { deletions: 3, ..store::Swept::default() });
}
