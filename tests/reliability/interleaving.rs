//! Eight writers at random on one production, over a line that is slow and now and then fails.
//!
//! The choices and the line's delays follow from the seed; ids are random, so two runs of a seed are alike, not
//! equal. Whatever happens, nothing in the table may contradict anything else, and no acknowledged key of `data`
//! is lost.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::Method;
use serde_json::{Value, json};
use tanuki_tests::answer::text;
use tanuki_tests::app::{ADMIN, ARTIST};
use tanuki_tests::{Answer, Production, TestApp};

use crate::at_once::at_once;
use crate::faults::Line;

const WRITERS: usize = 8;
const TURNS: usize = 30;
const SEEDS: u64 = 2;
/// Calls that must have failed in all storms together.
const STRIKES_MIN: usize = 100;
/// What is done at random; each must have been done by somebody.
const KINDS: [&str; 12] = [
    "create",
    "rename",
    "cast in shots",
    "cast in a shot",
    "share",
    "cancel",
    "delete",
    "create task",
    "assign",
    "delete task",
    "instantiate",
    "data",
];

/// Where all write.
struct Field {
    app: TestApp,
    show: Production,
    shots: Vec<String>,
    kept: String,
    task_type: String,
    assets: Mutex<Vec<String>>,
    tasks: Mutex<Vec<String>>,
    instances: Mutex<Vec<String>>,
    done: Mutex<BTreeMap<&'static str, usize>>,
}

impl Field {
    async fn new(line: &Line) -> Self {
        let app = TestApp::new().await;
        let show = Production::tv_show(&app, "Show").await;
        let episode = show.episode_of(&app, "E10", 4).await;
        let kept = show.asset_id(&app, "Prop", "Kept").await;
        let task_type = show.task_type(&app, "Modeling").await;
        let mut assets = vec![kept.clone()];
        for n in 0..4 {
            assets.push(show.asset_id(&app, "Character", &format!("Name {n}")).await);
        }
        let app = app.through(line.store(&app.engine));
        let (tasks, instances, done) = (Mutex::default(), Mutex::default(), Mutex::default());
        let assets = Mutex::new(assets);
        Self { app, show, shots: episode.shots, kept, task_type, assets, tasks, instances, done }
    }

    /// Something at random, if any; what is there to choose from changes all the time.
    fn any(&self, of: &Mutex<Vec<String>>, random: &mut fastrand::Rng) -> String {
        let all = of.lock().expect("no panic");
        random.choice(all.iter()).unwrap_or(&self.kept).clone()
    }

    /// One request at random.
    async fn turn(&self, random: &mut fastrand::Rng) {
        let asset = self.any(&self.assets, random);
        let entity = format!("/data/entities/{asset}");
        let name = json!(format!("Name {}", random.u8(..6)));
        let some = |of: &[String], random: &mut fastrand::Rng| -> Vec<String> {
            of.iter().filter(|_| random.bool()).cloned().collect()
        };
        let (kind, method, path, body) = match random.u8(..14) {
            0 | 1 => {
                ("create", Method::POST, self.show.new_asset("Character"), json!({"name": name}))
            }
            2 | 3 => ("rename", Method::PUT, entity, json!({"name": name})),
            4 | 5 => {
                let users = json!({"casting": some(&self.shots, random)});
                ("cast in shots", Method::PUT, format!("/data/assets/{asset}/casting"), users)
            }
            6 => {
                let shot = &self.shots[random.usize(..self.shots.len())];
                let used = some(&self.assets.lock().expect("no panic"), random);
                let path = self.show.path(&format!("/entities/{shot}/casting"));
                ("cast in a shot", Method::PUT, path, json!(used))
            }
            7 => ("share", Method::PUT, entity, json!({"is_shared": random.bool()})),
            8 => ("cancel", Method::PUT, entity, json!({"canceled": random.bool()})),
            9 if asset != self.kept => {
                ("delete", Method::DELETE, format!("/data/assets/{asset}?force=true"), Value::Null)
            }
            10 => {
                let task = json!({
                    "project_id": self.show.id, "entity_id": asset, "task_type_id": self.task_type,
                    "assignees": [self.app.person(ARTIST).id], "name": name,
                });
                ("create task", Method::POST, "/data/tasks".into(), task)
            }
            11 => {
                let task = self.any(&self.tasks, random);
                let body = json!({"person_id": self.app.person(ADMIN).id});
                ("assign", Method::PUT, format!("/actions/tasks/{task}/assign"), body)
            }
            12 => {
                let task = self.any(&self.tasks, random);
                ("delete task", Method::DELETE, format!("/data/tasks/{task}"), Value::Null)
            }
            _ => {
                let place = self.any(&self.assets, random);
                let path = format!("/data/assets/{place}/asset-asset-instances");
                ("instantiate", Method::POST, path, json!({"asset_to_instantiate_id": asset}))
            }
        };
        let of = match path.as_str() {
            "/data/tasks" => &self.tasks,
            path if path.ends_with("/assets/new") => &self.assets,
            _ => &self.instances,
        };
        let answer = self.send(kind, method, &path, &body).await;
        if answer.status == 201 {
            of.lock().expect("no panic").push(text(&answer.body, "id").to_owned());
        }
    }

    /// Sends it, and counts it if it is done.
    async fn send(&self, kind: &'static str, method: Method, path: &str, body: &Value) -> Answer {
        let body = Some(body).filter(|body| !body.is_null());
        let answer = self.app.request(ADMIN, method, path, body).await;
        if answer.status.is_server_error() {
            answer.clone().error(500, "StoreUnavailableException");
        }
        if answer.status.is_success() {
            *self.done.lock().expect("no panic").entry(kind).or_default() += 1;
        }
        answer
    }
}

/// How many calls failed, and what was done how often.
async fn storm(seed: u64) -> (usize, BTreeMap<&'static str, usize>) {
    let line = Line::default();
    let field = Arc::new(Field::new(&line).await);
    line.storm(seed);
    let kept = at_once(WRITERS, |writer| {
        let field = field.clone();
        let writer_seed = seed * 100 + u64::try_from(writer).expect("a small number");
        async move {
            let mut random = fastrand::Rng::with_seed(writer_seed);
            let (key, mut last) = (format!("writer{writer}"), 0);
            for turn in 1..=TURNS {
                field.turn(&mut random).await;
                let path = format!("/data/entities/{}", field.kept);
                let body = json!({"data": {&key: turn}});
                let answer = field.send("data", Method::PUT, &path, &body).await;
                // What failed may have been done, too.
                if answer.status == 200 {
                    last = turn;
                }
            }
            (key, last)
        }
    })
    .await;
    let struck = line.calm();
    // The next request completes what is open.
    field.app.get(ADMIN, &field.show.path("/assets")).await.ok();
    field.app.assert_whole(&format!("seed {seed}")).await;
    let asset = field.app.get(ADMIN, &format!("/data/assets/{}", field.kept)).await.ok();
    for (key, last) in kept {
        let found = asset["data"][&key].as_u64().unwrap_or_default();
        assert!(found >= last as u64, "seed {seed}: {key} is {found}, {last} was acknowledged");
    }
    let done = field.done.lock().expect("no panic").clone();
    (struck, done)
}

#[tokio::test(start_paused = true)]
async fn writers_at_random_in_a_storm() {
    let (mut struck, mut done) = (0, BTreeMap::<&str, usize>::new());
    for seed in 1..=SEEDS {
        let (calls, turns) = storm(seed).await;
        struck += calls;
        for (kind, count) in turns {
            *done.entry(kind).or_default() += count;
        }
    }
    println!("{struck} calls failed; done: {done:?}");
    assert!(struck >= STRIKES_MIN, "{struck} calls failed");
    assert!(KINDS.iter().all(|kind| done.contains_key(kind)), "{done:?}");
}
