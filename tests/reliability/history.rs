//! History and what it tells are one: neither a crash nor many at once can part them.
//!
//! Told from the first entry to the last, the history of an asset gives what the asset is now. The feed of events tells
//! each change once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tanuki_tests::answer::{column, text};
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::at_once::at_once;
use crate::fuse::Fuse;
use crate::journal::{Change, State, crash_everywhere, rows};
use crate::journal_links::{shots, users};

fn history_of(asset: &str) -> String {
    format!("/data/assets/{asset}/history?limit=1000")
}

/// Every field an entry has told, with its last value. Each entry must start where the one before has ended.
fn replayed(entries: &[Value]) -> BTreeMap<String, Value> {
    let mut fields = BTreeMap::new();
    for entry in entries.iter().rev() {
        for (field, pair) in entry["changes"].as_object().expect("changes") {
            let before = fields.insert(field.clone(), pair[1].clone()).unwrap_or_default();
            let is_first_word = before.is_null() && pair[0] == false;
            assert!(before == pair[0] || is_first_word, "{field} was {before}, then {entry}");
        }
    }
    fields
}

/// Who uses the asset how often: as the history tells it, and as the casting does.
fn assert_casting(entries: &[Value], casting: &[Value]) {
    let told: BTreeMap<String, Value> = replayed(entries)
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .filter_map(|(field, value)| {
            Some((field.strip_prefix("casting.")?.to_owned(), value["nb_occurences"].clone()))
        })
        .collect();
    let cast: BTreeMap<String, Value> = casting
        .iter()
        .map(|row| (text(row, "entity_id").to_owned(), row["nb_occurences"].clone()))
        .collect();
    assert_eq!(told, cast);
}

/// What the feed of a project tells of a change that is made again and again.
struct Feed {
    look: String,
    old: RefCell<BTreeSet<String>>,
}

impl Feed {
    fn of(production: &Production) -> Self {
        let look = format!("/data/events/last?project_id={}&limit=20000", production.id);
        Self { look, old: RefCell::default() }
    }

    /// The change begins: what was told before is not its.
    async fn begin(&self, app: &TestApp) {
        let rows = app.get(ADMIN, &self.look).await.ok();
        *self.old.borrow_mut() = column(&rows, "id").into_iter().map(str::to_owned).collect();
    }

    /// Name and ids of each event of the change, in no order.
    fn told(&self, rows: &[Value]) -> Vec<String> {
        let old = self.old.borrow();
        let new = rows.iter().filter(|row| !old.contains(text(row, "id")));
        let mut told: Vec<String> =
            new.map(|row| format!("{} {}", text(row, "name"), row["data"])).collect();
        told.sort_unstable();
        told
    }

    /// What the change tells when nothing disturbs it.
    async fn undisturbed(&self, app: &TestApp, change: &Change) -> Vec<String> {
        let answer = change.send(app).await;
        assert!(answer.status.is_success(), "{answer:?}");
        let rows = app.get(ADMIN, &self.look).await.ok();
        self.told(rows.as_array().expect("a bare array"))
    }
}

/// Asserts that so many things of a kind are told of, each once.
fn assert_once(told: &[String], kind: &str, count: usize) {
    let of_kind: Vec<&String> = told.iter().filter(|event| event.starts_with(kind)).collect();
    assert!(of_kind.len() == count && of_kind.is_sorted_by(|a, b| a < b), "{told:?}");
}

/// Two chunks, each in two transactions at most, of which each tells of an episode once.
const EPISODE_TOLD_MAX: usize = 4;

/// What was told, in order, the casting of an episode once, and not more often than there are transactions.
fn episodes_once(mut told: Vec<String>) -> Vec<String> {
    let is_of_episode = |event: &String| event.starts_with("episode:casting-update");
    for event in told.iter().filter(|event| is_of_episode(event)) {
        let times = told.iter().filter(|other| *other == event).count();
        assert!(times <= EPISODE_TOLD_MAX, "{times} times {event}");
    }
    told.dedup_by(|next, before| is_of_episode(next) && next == before);
    told
}

/// Cast in 12 shots of two episodes, then in 30, two of them the same: a journal, cut off everywhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_tells_its_changes_once() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    let episodes = [show.episode(&app, "E10").await, show.episode(&app, "E11").await];
    let mut all = shots(&app, &show, Some(&episodes[0]), 20).await;
    all.extend(shots(&app, &show, Some(&episodes[1]), 20).await);
    let asset = show.asset_id(&app, "Prop", "Lantern").await;
    let path = format!("/data/assets/{asset}/casting");
    let feed = Feed::of(&show);
    let looks = vec![path.clone(), history_of(&asset), feed.look.clone()];
    let prepare = async || {
        app.put(ADMIN, &path, &users(&all[..12], 1)).await.ok();
        feed.begin(&app).await;
        let body = Some(users(&all[10..], 2));
        let (path, looks) = (path.clone(), looks.clone());
        Change { method: Method::PUT, path, body, when_done: StatusCode::OK, looks }
    };
    let wanted = episodes_once(feed.undisturbed(&app, &prepare().await).await);
    // Ten shots lose it, two change, twenty-eight get it. Their episodes are told of by each transaction that changes them,
    // and how many these are depends on which chunk comes first.
    assert_once(&wanted, "shot:casting-update", 40);
    assert_once(&wanted, "episode:casting-update", 2);
    let check = |_: &Change, state: &State| {
        assert_casting(rows(state, &looks[1]), rows(state, &path));
        assert_eq!(episodes_once(feed.told(rows(state, &feed.look))), wanted);
    };
    crash_everywhere(&app, prepare, check).await;
}

/// 60 assets shared: two items each, two chunks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_assets_shared_are_told_each() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let assets = film.many_assets(&app, "Prop", 60).await;
    let share = format!("/actions/projects/{}/assets/share", film.id);
    let feed = Feed::of(&film);
    let histories: Vec<String> = assets.iter().step_by(13).map(|asset| history_of(asset)).collect();
    let prepare = async || {
        app.post(ADMIN, &share, &json!({"is_shared": false})).await.ok();
        feed.begin(&app).await;
        let (path, body) = (share.clone(), Some(json!({})));
        let looks = histories.iter().chain([&feed.look]).cloned().collect();
        Change { method: Method::POST, path, body, when_done: StatusCode::OK, looks }
    };
    let wanted = feed.undisturbed(&app, &prepare().await).await;
    assert_once(&wanted, "asset:update", assets.len());
    let check = |_: &Change, state: &State| {
        assert_eq!(feed.told(rows(state, &feed.look)), wanted);
        for look in &histories {
            let entries = rows(state, look);
            assert_eq!(entries[0]["action"], "shared", "{look}");
            assert_eq!(entries[0]["person_id"], json!(app.person(ADMIN).id), "{look}");
            assert_eq!(replayed(entries)["is_shared"], true, "{look}");
        }
    };
    crash_everywhere(&app, prepare, check).await;
}

/// A change that is not made is not told.
#[tokio::test]
async fn a_change_that_fails_leaves_no_trace() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let asset = film.asset_id(&app, "Prop", "Sword").await;
    let before = app.get(ADMIN, &history_of(&asset)).await.ok();
    let path = format!("/data/entities/{asset}");
    let changes = [json!({"name": "Axe"}), json!({"data": {"a": 1}}), json!({"canceled": true})];
    for body in &changes {
        let fuse = Fuse::at(1);
        let answer = fuse.process(&app).put(ADMIN, &path, body).await;
        assert!(fuse.is_blown() && answer.status.is_server_error(), "{answer:?}");
        assert_eq!(app.get(ADMIN, &history_of(&asset)).await.ok(), before, "{body}");
    }
    let taken = film.asset_id(&app, "Prop", "Axe").await;
    app.put(ADMIN, &path, &json!({"name": "axe"})).await.error(400, "AssetAlreadyExistsException");
    assert_eq!(app.get(ADMIN, &history_of(&asset)).await.ok(), before);
    let told = app.get(ADMIN, &history_of(&taken)).await.ok();
    assert_eq!(told.as_array().map(Vec::len), Some(1));
}

/// Renamed and cast by many at once: the entries are a chain.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn entries_stand_in_the_order_of_their_changes() {
    let app = Arc::new(TestApp::new().await);
    let film = Production::film(&app, "Film").await;
    let shots = shots(&app, &film, None, 4).await;
    let asset = film.asset_id(&app, "Prop", "Sword").await;
    at_once(24, |n| {
        let (app, asset, shot) = (app.clone(), asset.clone(), shots[n % 4].clone());
        async move {
            let update = format!("/data/entities/{asset}");
            let casting = format!("/data/assets/{asset}/casting");
            match n % 3 {
                0 => app.put(ADMIN, &update, &json!({"name": format!("Sword {n}")})).await.ok(),
                1 => app.put(ADMIN, &update, &json!({"data": {"n": n}})).await.ok(),
                _ => app.put(ADMIN, &casting, &users(&[shot], 1)).await.ok(),
            }
        }
    })
    .await;
    let entries = app.get(ADMIN, &history_of(&asset)).await.ok();
    let entries = entries.as_array().expect("entries");
    let casting = app.get(ADMIN, &format!("/data/assets/{asset}/casting")).await.ok();
    assert_casting(entries, casting.as_array().expect("rows"));
    let row = app.get(ADMIN, &format!("/data/assets/{asset}")).await.ok();
    let told = replayed(entries);
    assert_eq!((&told["name"], &told["data.n"]), (&row["name"], &row["data"]["n"]));
}
