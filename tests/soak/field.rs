//! [`Field`]: a show, and what clients do to it at random.

use std::sync::{Mutex, PoisonError};

use fastrand::Rng;
use http::Method;
use serde_json::{Value, json};
use tanuki_tests::Client;
use tanuki_tests::answer::text;

/// Things of a kind above which some are deleted rather than created.
const KEPT: usize = 300;

/// Ids of what is there, more or less: somebody else may delete it at any time.
#[derive(Debug, Default)]
struct Pool(Mutex<Vec<String>>);

impl Pool {
    fn any(&self, random: &mut Rng) -> Option<String> {
        random.choice(self.0.lock().unwrap_or_else(PoisonError::into_inner).iter()).cloned()
    }

    fn some(&self, random: &mut Rng, count: usize) -> Vec<String> {
        (0..count).filter_map(|_| self.any(random)).collect()
    }

    fn add(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(id.to_owned());
    }

    /// Takes one out to be deleted, if there are enough.
    fn surplus(&self, random: &mut Rng) -> Option<String> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = random.usize(..all.len().max(1));
        (all.len() > KEPT).then(|| all.swap_remove(at))
    }
}

/// Where all work.
#[derive(Debug)]
pub(crate) struct Field {
    project: String,
    asset_type: String,
    task_type: String,
    status: String,
    assets: Pool,
    sequences: Pool,
    shots: Pool,
    tasks: Pool,
}

/// A request at random: method, path, headers, body.
type Turn = (Method, String, Vec<(&'static str, String)>, Option<Value>);

impl Field {
    /// A new show, with a first sequence, shot and asset.
    pub(crate) fn new(client: &Client) -> Self {
        let body = json!({"name": "Soak", "production_type": "featurefilm"});
        let project = client.post("/data/projects", &body).expect("an answer").created();
        let first = |path: &str| text(&client.get(path).ok()[0], "id").to_owned();
        Self {
            project: text(&project, "id").to_owned(),
            asset_type: first("/data/asset-types"),
            task_type: first("/data/task-types?for_entity=Asset"),
            status: first("/data/task-status"),
            assets: Pool::default(),
            sequences: Pool::default(),
            shots: Pool::default(),
            tasks: Pool::default(),
        }
    }

    /// Sends one request; the status, if there was an answer.
    pub(crate) fn turn(&self, client: &Client, random: &mut Rng) -> Option<u16> {
        let (method, path, headers, body) =
            if random.u8(..10) < 4 { self.read(random) } else { self.write(client, random) };
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = client.request_with(method, &path, &headers, body.as_ref()).ok()?;
        if answer.status == 201 {
            let pool = match &answer.body["type"] {
                kind if kind == "Task" => Some(&self.tasks),
                kind if kind == "Shot" => Some(&self.shots),
                kind if kind == "Sequence" => Some(&self.sequences),
                _ if path.ends_with("/assets/new") => Some(&self.assets),
                _ => None,
            };
            if let Some(pool) = pool {
                pool.add(text(&answer.body, "id"));
            }
        }
        Some(answer.status.as_u16())
    }

    fn in_project(&self, rest: &str) -> String {
        format!("/data/projects/{}{rest}", self.project)
    }

    fn read(&self, random: &mut Rng) -> Turn {
        let project = &self.project;
        let (asset, shot) = (self.assets.any(random), self.shots.any(random));
        let path = match (random.u8(..9), asset, shot) {
            (0, ..) => self.in_project("/assets"),
            (1, ..) => format!("/data/assets/with-tasks?project_id={project}"),
            (2, ..) => format!("/data/assets?project_id={project}&limit=50"),
            (3, ..) => format!("/export/csv/projects/{project}/assets.csv"),
            (4 | 5, Some(asset), _) => format!("/data/assets/{asset}"),
            (6, Some(asset), _) => format!("/data/assets/{asset}/casting"),
            (7, Some(asset), _) => format!("/data/assets/{asset}/history"),
            (8, _, Some(shot)) => format!("/data/shots/{shot}/assets"),
            _ => "/data/asset-types".into(),
        };
        (Method::GET, path, vec![("accept-encoding", "gzip".into())], None)
    }

    fn write(&self, client: &Client, random: &mut Rng) -> Turn {
        let name = || format!("Thing {:x}", fastrand::u64(..));
        let key = || vec![("idempotency-key", name().replace(' ', "-"))];
        let post = |path: String, body: Value| (Method::POST, path, key(), Some(body));
        let put = |path: String, body: Value| (Method::PUT, path, Vec::new(), Some(body));
        let delete = |path: String| (Method::DELETE, path, Vec::new(), None);
        let new_asset = || {
            let path = format!("/asset-types/{}/assets/new", self.asset_type);
            post(self.in_project(&path), json!({"name": name()}))
        };
        let Some(asset) = self.assets.any(random) else { return new_asset() };
        let Some(sequence) = self.sequences.any(random) else {
            return post(self.in_project("/sequences"), json!({"name": name()}));
        };
        match random.u8(..16) {
            0 => self
                .assets
                .surplus(random)
                .map_or_else(new_asset, |id| delete(format!("/data/assets/{id}?force=true"))),
            1 => new_asset(),
            2 | 3 => {
                let body = json!({"name": name(), "sequence_id": sequence});
                self.shots.surplus(random).map_or_else(
                    || post(self.in_project("/shots"), body),
                    |id| delete(format!("/data/shots/{id}?force=true")),
                )
            }
            4 if random.u8(..20) == 0 => {
                self.sequences.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
                delete(format!("/data/sequences/{sequence}?force=true"))
            }
            4 | 5 => put(format!("/data/entities/{asset}"), json!({"name": name()})),
            6 => {
                // What was seen, or nothing.
                let path = format!("/data/entities/{asset}");
                let seen = client.request(Method::GET, &path, None).ok();
                let tag = seen.as_ref().and_then(|seen| seen.header("etag")).unwrap_or("*");
                let body = json!({"data": {"n": random.u32(..)}});
                (Method::PUT, path, vec![("if-match", tag.to_owned())], Some(body))
            }
            7 | 8 => {
                let mut users = self.shots.some(random, 12);
                users.sort_unstable();
                users.dedup();
                put(format!("/data/assets/{asset}/casting"), json!({"casting": users}))
            }
            9 => match self.shots.any(random) {
                Some(shot) => {
                    let mut assets = self.assets.some(random, 8);
                    assets.sort_unstable();
                    assets.dedup();
                    put(self.in_project(&format!("/entities/{shot}/casting")), json!(assets))
                }
                None => new_asset(),
            },
            10 | 11 => self.tasks.surplus(random).map_or_else(
                || {
                    let body = json!({
                        "project_id": self.project, "entity_id": asset, "name": name(),
                        "task_type_id": self.task_type,
                    });
                    post("/data/tasks".into(), body)
                },
                |id| delete(format!("/data/tasks/{id}")),
            ),
            12 => match self.tasks.any(random) {
                Some(task) => {
                    let body = json!({"task_status_id": self.status, "comment": name()});
                    post(format!("/actions/tasks/{task}/comment"), body)
                }
                None => new_asset(),
            },
            13 => put(format!("/data/entities/{asset}"), json!({"canceled": random.bool()})),
            14 if random.u8(..10) == 0 => {
                let path = format!("/actions/projects/{}/assets/share", self.project);
                post(path, json!({"is_shared": random.bool()}))
            }
            14 => {
                let assets = self.assets.some(random, 5);
                post("/actions/assets/share".into(), json!({"asset_ids": assets}))
            }
            _ => {
                let other = self.assets.any(random).unwrap_or_else(|| asset.clone());
                let body = json!({"asset_to_instantiate_id": other});
                post(format!("/data/assets/{asset}/asset-asset-instances"), body)
            }
        }
    }
}
