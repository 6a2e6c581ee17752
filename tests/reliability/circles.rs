//! Two castings of assets in assets that close a circle together: one of them is refused.

use serde_json::json;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::meeting::{Ground, Sent, each_way};

/// More than a transaction casts.
const USERS: usize = 30;

/// Lets the castings meet: the one that is last hears what it would close.
async fn one_is_refused(
    ground: &Ground,
    prepare: impl AsyncFn(&TestApp, &Production) -> [Sent; 2],
) {
    let mut refused = [0, 0];
    let counts = std::cell::RefCell::new(&mut refused);
    each_way(ground, prepare, async |_, answers, about| {
        let [first, second] = answers.each_ref().map(|answer| answer.status.as_u16());
        assert!([[200, 400], [400, 200]].contains(&[first, second]), "{about}");
        let loser = usize::from(second == 400);
        assert!(answers[loser].body.to_string().contains("closes a circle"), "{about}");
        counts.borrow_mut()[loser] += 1;
    })
    .await;
    assert!(refused.iter().all(|count| *count > 0), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_assets_are_cast_in_each_other() {
    let (ground, [one, two, three]) = Ground::with(async |app, show| {
        let [one, two, three] = [
            show.asset_id(app, "Prop", "One").await,
            show.asset_id(app, "Prop", "Two").await,
            show.asset_id(app, "Prop", "Three").await,
        ];
        show.cast(app, &two, &[&three]).await;
        [one, two, three]
    })
    .await;
    let castings = ground.show.path("/entities/casting");
    let of_two = Sent::put(&castings, json!({&two: [one]}));
    let casting = ground.show.path(&format!("/entities/{one}/casting"));
    let of_one = Sent::put(&casting, json!([three]));
    one_is_refused(&ground, async |_, _| [of_two.clone(), of_one.clone()]).await;
    let users = Sent::put(&format!("/data/assets/{one}/casting"), json!([two]));
    let in_one = ground.show.path(&format!("/entities/casting/assets/{three}"));
    let in_one = Sent::put(&in_one, json!({"entity_ids": [one]}));
    one_is_refused(&ground, async |_, _| [users.clone(), in_one.clone()]).await;
}

/// One of them is so large that it takes a journal, and the other is made in another production, whose readers need
/// not complete it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_circle_through_two_productions() {
    let (ground, (hero, users, foreign)) = Ground::with(async |app, show| {
        let hero = show.asset_id(app, "Character", "Hero").await;
        let mut users = Vec::new();
        for n in 0..USERS {
            users.push(show.asset_id(app, "Prop", &format!("User {n}")).await);
        }
        let film = Production::of_nobody(app, "Film").await;
        let prop = film.asset_id(app, "Prop", "Foreign").await;
        let mut shared = users.clone();
        shared.push(prop.clone());
        let body = json!({"asset_ids": shared, "is_shared": true});
        app.post(ADMIN, "/actions/assets/share", &body).await.ok();
        let casting = show.path(&format!("/entities/{hero}/casting"));
        app.put(ADMIN, &casting, &json!([prop])).await.ok();
        let path = format!("/data/projects/{}/entities/{prop}/casting", film.id);
        (hero, users, path)
    })
    .await;
    let many = Sent::put(&format!("/data/assets/{hero}/casting"), json!(users));
    let last = users.last().expect("there are some");
    let closing = Sent::put(&foreign, json!([last]));
    one_is_refused(&ground, async |_, _| [many.clone(), closing.clone()]).await;
}
