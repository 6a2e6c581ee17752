//! The program itself, killed with -9 while clients write: what was answered is there after the next start.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use model::Role;
use serde_json::{Value, json};
use tanuki::demo;
use tanuki_tests::answer::{column, text};
use tanuki_tests::server::program;
use tanuki_tests::{Client, Server};

/// Clients that write at once.
const WRITERS: usize = 4;
/// Answered castings after which the server is killed.
const ANSWERS: usize = 12;
/// How often it is killed.
const KILLS: usize = 3;
/// Shots an asset is cast in: more than one transaction holds, so a kill may fall into a journal.
const SHOTS: usize = 30;
/// Longer than any answer takes: without one for so long the server hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where the clients write.
#[derive(Clone, Debug)]
struct Film {
    project: String,
    asset_type: String,
    shots: Vec<String>,
}

impl Film {
    fn new(client: &Client) -> Self {
        let create = |path: &str, body: Value| {
            let row = client.post(path, &body).expect("an answer").created();
            text(&row, "id").to_owned()
        };
        let project =
            create("/data/projects", json!({"name": "Killed", "production_type": "featurefilm"}));
        let sequence =
            create(&format!("/data/projects/{project}/sequences"), json!({"name": "SQ10"}));
        let shot = |n| {
            let body = json!({"name": format!("SH{n:03}"), "sequence_id": sequence});
            create(&format!("/data/projects/{project}/shots"), body)
        };
        let shots = (0..SHOTS).map(shot).collect();
        let types = client.get("/data/asset-types").ok();
        Self { project, asset_type: text(&types[0], "id").to_owned(), shots }
    }

    /// Creates assets and casts each in all shots, until the server is gone; tells what was answered.
    fn write(&self, client: &Client, writer: &str, answered: &Sender<Answered>) {
        let path =
            format!("/data/projects/{}/asset-types/{}/assets/new", self.project, self.asset_type);
        let users: Vec<Value> = self.shots.iter().map(|shot| json!({"entity_id": shot})).collect();
        for n in 0.. {
            let Ok(asset) = client.post(&path, &json!({"name": format!("{writer} {n}")})) else {
                return;
            };
            let asset = text(&asset.created(), "id").to_owned();
            let _ = answered.send(Answered::Created(asset.clone()));
            let Ok(casting) =
                client.put(&format!("/data/assets/{asset}/casting"), &json!({"casting": users}))
            else {
                return;
            };
            casting.ok();
            let _ = answered.send(Answered::Cast(asset));
        }
    }
}

/// A write that was answered: it must not be lost.
#[derive(Debug)]
enum Answered {
    Created(String),
    Cast(String),
}

/// All that was answered so far.
#[derive(Debug, Default)]
struct Record {
    created: BTreeSet<String>,
    cast: BTreeSet<String>,
}

impl Record {
    fn add(&mut self, answered: Answered) {
        match answered {
            Answered::Created(asset) => self.created.insert(asset),
            Answered::Cast(asset) => self.cast.insert(asset),
        };
    }

    /// Asserts that it is all there, and that what was not answered is there wholly or not at all.
    fn assert_kept(&self, client: &Client, film: &Film) {
        let project = &film.project;
        let assets = client.get(&format!("/data/projects/{project}/assets")).ok();
        let assets: BTreeSet<&str> = column(&assets, "id").into_iter().collect();
        let lost: Vec<_> = self.created.iter().filter(|id| !assets.contains(id.as_str())).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let mut cast_in: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for asset in assets {
            let users = client.get(&format!("/data/assets/{asset}/casting")).ok();
            let users = column(&users, "entity_id");
            assert!(
                users.is_empty() || users.len() == SHOTS,
                "{asset} is half cast: {}",
                users.len()
            );
            assert!(
                !users.is_empty() || !self.cast.contains(asset),
                "the casting of {asset} is lost"
            );
            for shot in users {
                cast_in.entry(shot.to_owned()).or_default().insert(asset);
            }
        }
        let rows = client.get(&format!("/data/projects/{project}/shots")).ok();
        let castings = client.get(&format!("/data/projects/{project}/sequences/all/casting")).ok();
        for shot in rows.as_array().expect("a list") {
            let id = text(shot, "id");
            let used: BTreeSet<&str> = column(&castings[id], "asset_id").into_iter().collect();
            assert_eq!(Some(&used), cast_in.get(id), "both sides of the links of {id}");
            assert_eq!(shot["nb_entities_out"], used.len(), "{shot}");
        }
    }
}

#[test]
fn nothing_answered_is_lost_by_kill_9() {
    let data = tempfile::tempdir().expect("a directory");
    let mut server = Server::start(data.path(), &[]);
    let mut client = Client::log_in(&server.url, demo::email(Role::Admin));
    let film = Film::new(&client);
    let mut record = Record::default();
    for kill in 0..KILLS {
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (client, film, sender) = (client.clone(), &film, sender.clone());
                scope
                    .spawn(move || film.write(&client, &format!("Asset {kill} {writer}"), &sender));
            }
            drop(sender);
            let mut castings = 0;
            while castings < ANSWERS {
                let Ok(answered) = receiver.recv_timeout(PATIENCE) else {
                    // Or its clients would wait for it, and the test for them.
                    server.kill();
                    panic!("no casting was answered, for {PATIENCE:?} or for good");
                };
                castings += usize::from(matches!(answered, Answered::Cast(_)));
                record.add(answered);
            }
            server.kill();
            for answered in &receiver {
                record.add(answered);
            }
        });
        server = Server::start(data.path(), &[]);
        // The same token: sessions and the secret are kept too.
        client = client.at(&server.url);
        record.assert_kept(&client, &film);
    }
    assert!(record.cast.len() >= KILLS * ANSWERS);
    server.kill();
    let mut repair = Command::new(program());
    let output = repair.args(["repair", "--data"]).arg(data.path()).output().expect("it runs");
    let told = String::from_utf8(output.stdout).expect("text");
    // Chunks whose journal never began are all that may be left.
    let is_harmless = |line: &str| line.starts_with("litter") || line.contains("no violations");
    assert!(!told.is_empty() && told.lines().all(is_harmless), "{told}");
}
