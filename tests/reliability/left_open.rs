//! Changes that meet one which a crash left open: they are made, and so is the other.
//!
//! A deletion or a move of many items is committed first and completed after: in between an entity is gone, or elsewhere,
//! and the links that name it are not.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use store::Violation;
use tanuki_tests::answer::text;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, Production, TestApp};

use crate::fuse::Fuse;
use crate::journal_links::{shots, users};

/// Long enough for any of these changes, and shorter than a wait without end.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request from a process that dies when it has committed to the change.
pub(crate) async fn dies(app: &TestApp, method: Method, path: &str, body: Option<Value>) {
    let open = async || {
        let found = app.app.store.check().await.expect("the table can be read");
        found.iter().filter(|it| matches!(it, Violation::Open { .. })).count()
    };
    let before = open().await;
    for n in 2.. {
        let fuse = Fuse::at(n);
        let answer = fuse.process(app).request(ADMIN, method.clone(), path, body.as_ref()).await;
        assert!(fuse.is_blown() && answer.status.is_server_error(), "{path}: {answer:?}");
        if open().await > before {
            return;
        }
    }
}

/// The same, from one that remembers nothing and ends.
async fn lives(app: &TestApp, method: Method, path: &str, body: Option<Value>) -> Answer {
    let app = app.restarted();
    let request = app.request(ADMIN, method, path, body.as_ref());
    tokio::time::timeout(PATIENCE, request).await.unwrap_or_else(|_| panic!("{path} has no end"))
}

pub(crate) async fn assert_swept(app: &TestApp) {
    let store = app.restarted().app.store;
    let swept = store.sweep_as_of(store.now().plus_seconds(7200), PATIENCE).await;
    let swept = swept.expect("the notes can be read");
    assert_eq!((swept.failed, swept.left), (0, 0), "{swept:?}");
    app.assert_whole("after a sweep").await;
}

/// Two productions, the second of which borrows the assets of the first.
struct Two {
    app: TestApp,
    library: Production,
    film: Production,
}

impl Two {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let library = Production::film(&app, "Library").await;
        let film = Production::film(&app, "Film").await;
        Self { app, library, film }
    }

    /// A shared asset of the library.
    async fn lent(&self, name: &str) -> String {
        let body = json!({"name": name, "is_shared": true});
        text(&self.library.asset_with(&self.app, "Prop", body).await, "id").to_owned()
    }

    /// An entity of the film that uses `count` things of its own and this asset.
    async fn uses(&self, entity: &str, count: usize, asset: &str) {
        let mut rows = vec![json!({"asset_id": asset})];
        for n in 0..count {
            let name = format!("Part {n} of {entity}");
            let part = self.film.asset_id(&self.app, "FX", &name).await;
            rows.push(json!({"asset_id": part}));
        }
        let path = self.film.path(&format!("/entities/{entity}/casting"));
        self.app.put(ADMIN, &path, &json!(rows)).await.ok();
    }

    /// A lent asset that is cast in `others` and in a shot of the film, which uses much else: asset and shot.
    async fn lent_to_a_shot(&self, others: &[String]) -> (String, String) {
        let (app, film) = (&self.app, &self.film);
        let asset = self.lent("Lamp").await;
        let sequence = film.sequence(app, "SQ01", None).await;
        let shot = film.shot(app, "SH01", &sequence).await;
        self.uses(&shot, 30, &asset).await;
        let all: Vec<String> = others.iter().chain([&shot]).cloned().collect();
        app.put(ADMIN, &format!("/data/assets/{asset}/casting"), &users(&all, 1)).await.ok();
        (asset, shot)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_is_deleted_while_one_of_its_users_is_being() {
    // Few users: one transaction; many: a journal of its own.
    for other_users in [0, 30] {
        let two = Two::new().await;
        let Two { app, library, .. } = &two;
        let others = shots(app, library, None, other_users).await;
        let (asset, shot) = two.lent_to_a_shot(&others).await;
        dies(app, Method::DELETE, &format!("/data/shots/{shot}?force=true"), None).await;
        let path = format!("/data/assets/{asset}?force=true");
        lives(app, Method::DELETE, &path, None).await.gone();
        lives(app, Method::GET, &path, None).await.error(404, "AssetNotFoundException");
        assert_swept(app).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_deletions_are_left_open() {
    let two = Two::new().await;
    let Two { app, library, film } = &two;
    let (asset, shot) = two.lent_to_a_shot(&shots(app, library, None, 30).await).await;
    dies(app, Method::DELETE, &format!("/data/shots/{shot}?force=true"), None).await;
    dies(app, Method::DELETE, &format!("/data/assets/{asset}?force=true"), None).await;
    // Whoever comes into the library first completes both, as far as they concern each other.
    lives(app, Method::GET, &library.path("/assets"), None).await.ok();
    lives(app, Method::GET, &film.path("/shots"), None).await.ok();
    app.assert_whole("after both were visited").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_is_deleted_while_one_that_uses_it_is_moved() {
    let two = Two::new().await;
    let Two { app, film, .. } = &two;
    let asset = two.lent("Lamp").await;
    let house = film.asset_id(app, "Environment", "House").await;
    two.uses(&house, 60, &asset).await;
    let prop = film.asset_type("Prop");

    let body = json!({"entity_type_id": prop});
    dies(app, Method::PUT, &format!("/data/entities/{house}"), Some(body)).await;
    let path = format!("/data/assets/{asset}?force=true");
    lives(app, Method::DELETE, &path, None).await.gone();
    let moved = lives(app, Method::GET, &format!("/data/assets/{house}"), None).await.ok();
    assert_eq!(moved["asset_type_name"], "Prop", "{moved}");
    let uses = lives(app, Method::GET, &format!("/data/assets/{house}/assets"), None).await.ok();
    assert_eq!(uses.as_array().map(Vec::len), Some(60), "{uses}");
    assert_swept(app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_leaves_its_users_while_one_of_them_is_being_deleted() {
    let two = Two::new().await;
    let Two { app, library, .. } = &two;
    let others = shots(app, library, None, 40).await;
    let (asset, shot) = two.lent_to_a_shot(&others).await;
    let path = format!("/data/assets/{asset}/casting");
    dies(app, Method::DELETE, &format!("/data/shots/{shot}?force=true"), None).await;
    let kept = lives(app, Method::PUT, &path, Some(users(&others[..10], 2))).await.ok();
    assert_eq!(kept.as_array().map(Vec::len), Some(10), "{kept}");
    assert_swept(app).await;
}
