//! Crashes while links are changed: an asset's users replaced, an asset with everything on it deleted.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tanuki_tests::answer::text;
use tanuki_tests::app::{ADMIN, ARTIST};
use tanuki_tests::{Production, TestApp};

use crate::journal::{Change, State, crash_everywhere, rows};

/// `count` shots in one sequence.
pub(crate) async fn shots(
    app: &TestApp,
    production: &Production,
    episode: Option<&str>,
    count: usize,
) -> Vec<String> {
    let sequence = production.sequence(app, "SQ10", episode).await;
    let mut shots = Vec::new();
    for n in 0..count {
        shots.push(production.shot(app, &format!("SH{n:03}"), &sequence).await);
    }
    shots
}

/// The body that casts an asset in entities.
pub(crate) fn users(entities: &[String], nb_occurences: i64) -> Value {
    json!({"casting": entities.iter().map(|id| json!({"entity_id": id, "nb_occurences": nb_occurences})).collect::<Vec<_>>()})
}

/// An asset cast in 20 shots of two episodes; afterwards in 60: ten are removed, ten change, fifty are new.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_cast_in_sixty_shots() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    let project = show.id.as_str();
    let first = show.episode(&app, "E10").await;
    let second = show.episode(&app, "E11").await;
    let mut shots_of_both = shots(&app, &show, Some(&first), 15).await;
    shots_of_both.extend(shots(&app, &show, Some(&second), 55).await);
    let asset = show.asset_id(&app, "Prop", "Lantern").await;
    let path = format!("/data/assets/{asset}/casting");
    let links = format!("/data/projects/{project}/entity-links");
    let all_shots = format!("/data/projects/{project}/shots");
    let looks = vec![
        path.clone(),
        format!("/data/assets/{asset}/cast-in"),
        links.clone(),
        all_shots.clone(),
        format!("/data/projects/{project}/episodes"),
        format!("/data/projects/{project}/sequences/all/casting"),
        format!("/data/projects/{project}/episodes/casting"),
        format!("/data/shots/{}/assets", shots_of_both[69]),
    ];
    let new_users = &shots_of_both[10..];
    let prepare = async || {
        app.put(ADMIN, &path, &users(&shots_of_both[..20], 1)).await.ok();
        Change {
            method: Method::PUT,
            path: path.clone(),
            body: Some(users(new_users, 2)),
            when_done: StatusCode::OK,
            looks: looks.clone(),
        }
    };
    let check = |_: &Change, state: &State| {
        let wanted: BTreeSet<&str> = new_users.iter().map(String::as_str).collect();
        let shots_in =
            |row: &&Value| shots_of_both.iter().any(|shot| row["entity_id"] == json!(shot));
        let seen: Vec<&Value> = rows(state, &path).iter().filter(shots_in).collect();
        assert_eq!(seen.iter().map(|row| text(row, "entity_id")).collect::<BTreeSet<_>>(), wanted);
        assert!(seen.len() == 60 && seen.iter().all(|row| row["nb_occurences"] == 2), "{seen:?}");
        let linked = rows(state, &links).iter().map(|row| text(row, "entity_in_id"));
        let linked: BTreeSet<&str> =
            linked.filter(|id| shots_of_both.iter().any(|shot| shot == id)).collect();
        assert_eq!(linked, wanted, "the same links from the other side");
        for shot in rows(state, &all_shots) {
            let links = i32::from(wanted.contains(text(shot, "id")));
            assert_eq!(shot["nb_entities_out"], links, "{shot}");
        }
    };
    crash_everywhere(&app, prepare, check).await;
}

/// A production with an asset that has 30 tasks, 40 links and instances, and another one that borrows it.
struct Laden<'a> {
    app: &'a TestApp,
    film: Production,
    other: Production,
    shots: Vec<String>,
    other_shots: Vec<String>,
    parts: Vec<String>,
    parent: String,
    scene: String,
    task_type: String,
}

impl<'a> Laden<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let film = Production::film(app, "Film").await;
        let other = Production::film(app, "Other").await;
        let shots = shots(app, &film, None, 30).await;
        let other_shots = self::shots(app, &other, None, 4).await;
        let sequence = film.sequence(app, "Scenes", None).await;
        let scene = film.scene(app, "SC01", &sequence).await;
        let mut parts = Vec::new();
        for n in 0..5 {
            parts.push(film.asset_id(app, "Prop", &format!("Part {n}")).await);
        }
        let parent = film.asset_id(app, "Environment", "Parent").await;
        let task_type = film.task_type(app, "Modeling").await;
        Self { app, film, other, shots, other_shots, parts, parent, scene, task_type }
    }

    /// A new asset of this name with all that belongs to it.
    async fn asset(&self, name: &str) -> String {
        let app = self.app;
        let body = json!({"name": name, "is_shared": true});
        let asset = text(&self.film.asset_with(app, "Character", body).await, "id").to_owned();
        for n in 0..30 {
            let task = json!({
                "project_id": self.film.id, "entity_id": asset, "task_type_id": self.task_type,
                "name": format!("task {n}"), "assignees": [app.person(ARTIST).id],
            });
            app.post(ADMIN, "/data/tasks", &task).await.created();
        }
        let used_in: Vec<String> =
            self.shots.iter().chain(&self.other_shots).chain([&self.parent]).cloned().collect();
        app.put(ADMIN, &format!("/data/assets/{asset}/casting"), &users(&used_in, 1)).await.ok();
        let parts: Vec<Value> =
            self.parts.iter().map(|id| json!({"asset_id": id, "nb_occurences": 1})).collect();
        app.put(
            ADMIN,
            &format!("/data/projects/{}/entities/{asset}/casting", self.film.id),
            &json!(parts),
        )
        .await
        .ok();
        let instance = json!({"asset_id": asset});
        let path = format!("/data/scenes/{}/asset-instances", self.scene);
        let instance = app.post(ADMIN, &path, &instance).await.created();
        let path = format!("/data/shots/{}/asset-instances", self.shots[0]);
        app.post(ADMIN, &path, &json!({"asset_instance_id": text(&instance, "id")}))
            .await
            .created();
        let inside = json!({"asset_to_instantiate_id": self.parts[0]});
        app.post(ADMIN, &format!("/data/assets/{asset}/asset-asset-instances"), &inside)
            .await
            .created();
        asset
    }

    /// Where the asset itself is seen.
    fn looks_at(asset: &str) -> Vec<String> {
        [
            "",
            "/tasks",
            "/task-types",
            "/casting",
            "/cast-in",
            "/assets",
            "/asset-asset-instances",
            "/scene-asset-instances",
            "/history",
        ]
        .map(|part| format!("/data/assets/{asset}{part}"))
        .into()
    }

    /// Where the asset is seen in something else.
    fn looks_around(&self) -> Vec<String> {
        let (film, other) = (&self.film.id, &self.other.id);
        let character = self.film.asset_type("Character");
        vec![
            format!("/data/projects/{film}/assets"),
            format!("/data/projects/{film}/asset-types/{character}/assets"),
            format!("/data/projects/{film}/asset-types"),
            format!("/data/assets/with-tasks?project_id={film}"),
            format!("/data/projects/{film}/tasks"),
            format!("/data/projects/{film}/shots"),
            format!("/data/projects/{film}/entity-links"),
            format!("/data/projects/{film}/sequences/all/casting"),
            format!("/data/assets/{}/assets", self.parent),
            format!("/data/assets/{}/casting", self.parts[0]),
            format!("/data/scenes/{}/asset-instances", self.scene),
            format!("/data/shots/{}/asset-instances", self.shots[0]),
            format!("/data/projects/{other}/shots"),
            format!("/data/projects/{other}/assets/shared-used"),
            format!("/data/projects/{other}/sequences/all/casting"),
            format!("/data/shots/{}/assets", self.other_shots[0]),
        ]
    }
}

/// The asset is gone from everything, and its name is free for the next one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_deleted_by_force() {
    let app = TestApp::new().await;
    let laden = Laden::new(&app).await;
    let prepare = async || {
        let asset = laden.asset("Doomed").await;
        let looks = laden.looks_around().into_iter().chain(Laden::looks_at(&asset)).collect();
        let path = format!("/data/assets/{asset}?force=true");
        Change { method: Method::DELETE, path, body: None, when_done: StatusCode::NOT_FOUND, looks }
    };
    let check = |change: &Change, state: &State| {
        let asset = change.path.trim_start_matches("/data/assets/").trim_end_matches("?force=true");
        for (look, (status, body)) in state {
            let is_its_own = look.starts_with(&format!("/data/assets/{asset}"));
            let wanted = if is_its_own { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(*status, wanted, "{look}: {body}");
            assert!(!body.to_string().contains(asset), "{look} still shows it: {body}");
        }
        for shot in rows(state, &format!("/data/projects/{}/shots", laden.film.id)) {
            assert_eq!(shot["nb_entities_out"], 0, "{shot}");
        }
    };
    crash_everywhere(&app, prepare, check).await;
}

/// Everything follows the asset to its new type, in the production that borrows it too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_moved_to_another_type() {
    let app = TestApp::new().await;
    let laden = Laden::new(&app).await;
    let asset = laden.asset("Shifter").await;
    let path = format!("/data/entities/{asset}");
    let prop = laden.film.asset_type("Prop");
    let prepare = async || {
        let old = json!({"entity_type_id": laden.film.asset_type("Character")});
        app.put(ADMIN, &path, &old).await.ok();
        let prop_list = format!("/data/projects/{}/asset-types/{prop}/assets", laden.film.id);
        let looks = laden
            .looks_around()
            .into_iter()
            .chain(Laden::looks_at(&asset))
            .chain([prop_list])
            .collect();
        let body = Some(json!({"entity_type_id": prop}));
        Change { method: Method::PUT, path: path.clone(), body, when_done: StatusCode::OK, looks }
    };
    let check = |_: &Change, state: &State| {
        let (status, body) = &state[&format!("/data/assets/{asset}")];
        assert_eq!(
            (status.as_u16(), body["asset_type_name"].as_str()),
            (200, Some("Prop")),
            "{body}"
        );
        assert_eq!(body["tasks"].as_array().map(Vec::len), Some(30), "{body}");
        let here = rows(state, &format!("/data/projects/{}/assets", laden.film.id));
        assert_eq!(here.iter().filter(|row| row["id"] == json!(asset)).count(), 1, "{here:?}");
        let (_, castings) =
            &state[&format!("/data/projects/{}/sequences/all/casting", laden.other.id)];
        for shot in &laden.other_shots {
            let row = &castings[shot][0];
            assert_eq!(
                (&row["asset_id"], &row["asset_type_name"]),
                (&json!(asset), &json!("Prop")),
                "{castings}"
            );
        }
    };
    crash_everywhere(&app, prepare, check).await;
}
