//! What takes more than one transaction of the store holds, by its size or by the number of productions.

use tanuki_tests::prelude::*;

/// So many that their share fits no transaction, though their number would.
const LARGE: usize = 45;

/// An asset of some 100 KB.
async fn large(app: &TestApp, film: &Production, name: &str) -> String {
    let body = json!({"name": name, "data": {"text": "x".repeat(100_000)}});
    text(&film.asset_with(app, "Prop", body).await, "id").to_owned()
}

fn all_are(rows: &Value, count: usize, is_shared: bool) -> bool {
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.len() == count && rows.iter().all(|row| row["is_shared"] == is_shared)
}

#[tokio::test]
async fn large_assets_are_shared_together() {
    let (app, film) = film().await;
    let mut assets = Vec::new();
    for n in 0..LARGE {
        assets.push(large(&app, &film, &format!("Large {n}")).await);
    }
    let share = "/actions/assets/share";
    let rows = app.post(MANAGER, share, &json!({"asset_ids": assets})).await.ok();
    assert!(all_are(&rows, LARGE, true));
    assert!(all_are(&app.get(ADMIN, &film.path("/assets")).await.ok(), LARGE, true));
    // More than a chunk of a journal.
    film.many_assets(&app, "Prop", 20).await;
    let share = format!("/actions/projects/{}/assets/share", film.id);
    for is_shared in [true, false] {
        app.post(MANAGER, &share, &json!({"is_shared": is_shared})).await.ok();
        let rows = app.get(ADMIN, &film.path("/assets")).await.ok();
        assert!(all_are(&rows, LARGE + 20, is_shared));
    }
}

#[tokio::test]
async fn assets_of_many_productions_are_shared_together() {
    let app = TestApp::new().await;
    let mut assets = Vec::new();
    for n in 0..40 {
        let film = Production::of_nobody(&app, &format!("Film {n}")).await;
        assets.push(film.asset_id(&app, "Prop", "Lamp").await);
    }
    let rows = app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": assets})).await.ok();
    assert!(all_are(&rows, 40, true));
    assert!(all_are(&app.get(ADMIN, "/data/assets?is_shared=true").await.ok(), 40, true));
}

#[tokio::test]
async fn an_asset_used_in_a_hundred_productions_is_recast_and_deleted() {
    let (app, film) = film().await;
    let lamp = film.asset_id(&app, "Prop", "Lamp").await;
    let body = json!({"asset_ids": [lamp], "is_shared": true});
    app.post(ADMIN, "/actions/assets/share", &body).await.ok();
    let mut shots = Vec::new();
    for n in 0..100 {
        let user = Production::of_nobody(&app, &format!("Film {n}")).await;
        let sequence = user.sequence(&app, "SQ01", None).await;
        shots.push(user.shot(&app, "SH01", &sequence).await);
    }
    let all: Vec<&str> = shots.iter().map(String::as_str).collect();
    film.cast(&app, &lamp, &all).await;
    film.cast(&app, &lamp, &all[..99]).await;
    let users = app.get(ADMIN, &format!("/data/assets/{lamp}/cast-in")).await.ok();
    assert_eq!(column(&users, "shot_id").len(), 99);
    app.delete(ADMIN, &format!("/data/assets/{lamp}?force=true")).await.gone();
    let casting = app.get(ADMIN, &format!("/data/shots/{}/assets", shots[0])).await.ok();
    assert_eq!(casting, json!([]));
    assert_eq!(app.app.store.check().await.expect("the table can be read"), []);
}
