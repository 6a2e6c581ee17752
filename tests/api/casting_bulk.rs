//! A casting of more links than one transaction holds, and the rule that an episode follows its shots.

use std::collections::BTreeSet;

use tanuki_tests::prelude::*;

#[tokio::test]
async fn three_hundred_users_are_set_all_or_none() {
    let (app, film) = film().await;
    let sword = film.asset_id(&app, "Prop", "Sword").await;
    let sequence = film.sequence(&app, "SQ01", None).await;
    let mut users = film.many_shots(&app, &sequence, 300).await;
    let path = format!("/data/assets/{sword}/casting");
    let count = async || app.get(ARTIST, &path).await.ok().as_array().map(Vec::len);

    users.push(sword.clone());
    app.put(MANAGER, &path, &json!({"casting": users})).await.invalid(&["casting[300].entity_id"]);
    assert_eq!(count().await, Some(0));

    users.pop();
    let rows = app.put(MANAGER, &path, &json!({"casting": users})).await.ok();
    users.sort_unstable();
    assert_eq!(sorted(&rows, "entity_id"), users);
    assert_eq!(count().await, Some(300));
    let shots = app.get(ARTIST, &format!("/data/assets/{sword}/cast-in")).await.ok();
    assert_eq!(sorted(&shots, "shot_id"), users);
    let casting =
        app.get(ARTIST, &film.path(&format!("/entities/{}/casting", users[299]))).await.ok();
    assert_eq!(column(&casting, "asset_id"), [sword.as_str()]);
    assert_eq!(
        app.get(ARTIST, &format!("/data/shots/{}", users[0])).await.ok()["nb_entities_out"],
        1
    );

    assert_eq!(app.put(MANAGER, &path, &json!({"casting": []})).await.ok(), json!([]));
    assert_eq!(count().await, Some(0));
    assert_eq!(
        app.get(ARTIST, &format!("/data/shots/{}", users[0])).await.ok()["nb_entities_out"],
        0
    );
}

/// Each step is as many writes as a step can be: another production's asset, its first use in the episode.
#[tokio::test]
async fn the_widest_steps_fit_their_transactions() {
    let (app, show) = tv_show().await;
    let library = Production::film(&app, "Library").await;
    let assets = library.many_assets(&app, "Prop", 14).await;
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": assets})).await.ok();
    let mut shots = Vec::new();
    for n in 0..14 {
        shots.push(show.episode_of(&app, &format!("E1{n:02}"), 1).await.shots.remove(0));
    }
    let path = show.path("/entities/casting");
    let one_each: Value = shots.iter().cloned().zip(assets.iter().map(|id| json!([id]))).collect();
    app.put(MANAGER, &path, &one_each).await.ok();
    let none: Value = shots.iter().map(|shot| (shot.clone(), json!([]))).collect();
    app.put(MANAGER, &path, &none).await.ok();

    show.cast(&app, &assets[0], &shots.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let users = async || {
        let rows = app.get(ADMIN, &show.path("/entity-links")).await.ok();
        rows.as_array().map(Vec::len)
    };
    assert_eq!(users().await, Some(28), "the shots and their episodes");
    app.delete(ADMIN, &format!("/data/assets/{}?force=true", assets[0])).await.gone();
    assert_eq!(users().await, Some(0));
}

#[tokio::test]
async fn ten_thousand_users_are_the_most() {
    let (app, film) = film().await;
    let path = format!("/data/assets/{}/casting", film.asset_id(&app, "Prop", "Sword").await);
    let users: Vec<String> = (0..10_001).map(|_| uuid::Uuid::new_v4().to_string()).collect();
    app.put(MANAGER, &path, &json!({"casting": users})).await.invalid(&["casting"]);
}

/// What is cast in an episode: names and how often.
async fn in_episode(app: &TestApp, show: &Production, episode: &Episode) -> Vec<(String, i64)> {
    let rows = app.get(ARTIST, &show.path(&format!("/entities/{}/casting", episode.id))).await.ok();
    let row = |row: &Value| {
        (text(row, "asset_name").to_owned(), row["nb_occurences"].as_i64().expect("a number"))
    };
    rows.as_array().expect("rows").iter().map(row).collect()
}

#[tokio::test]
async fn an_episode_follows_its_shots() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let [one, two] = [&*episode.shots[0], &*episode.shots[1]];
    let sword_once = [("Sword".to_owned(), 1)];
    let body = json!({"casting": [{"entity_id": one, "nb_occurences": 5}]});
    app.put(MANAGER, &format!("/data/assets/{sword}/casting"), &body).await.ok();
    assert_eq!(in_episode(&app, &show, &episode).await, sword_once);
    show.cast(&app, &sword, &[one, two]).await;
    assert_eq!(in_episode(&app, &show, &episode).await, sword_once);
    show.cast(&app, &sword, &[two]).await;
    assert_eq!(in_episode(&app, &show, &episode).await, sword_once, "one shot still uses it");
    show.cast(&app, &sword, &[]).await;
    assert_eq!(in_episode(&app, &show, &episode).await, []);
}

#[tokio::test]
async fn an_episode_follows_from_the_side_of_the_shot_too() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let path = show.path(&format!("/entities/{}/casting", episode.shots[0]));
    app.put(MANAGER, &path, &json!([{"asset_id": sword, "nb_occurences": 2}])).await.ok();
    assert_eq!(in_episode(&app, &show, &episode).await, [("Sword".to_owned(), 1)]);
    let detail = app.get(ARTIST, &format!("/data/assets/{sword}")).await.ok();
    assert_eq!(detail["casting_episode_ids"], json!([episode.id]));
    app.put(MANAGER, &path, &json!([])).await.ok();
    assert_eq!(in_episode(&app, &show, &episode).await, []);
}

#[tokio::test]
async fn an_asset_cast_in_the_episode_itself_stays_without_shots() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    show.cast(&app, &sword, &[&episode.id, &episode.shots[0]]).await;
    show.cast(&app, &sword, &[&episode.id]).await;
    assert_eq!(in_episode(&app, &show, &episode).await, [("Sword".to_owned(), 1)]);
    show.cast(&app, &sword, &[]).await;
    assert_eq!(in_episode(&app, &show, &episode).await, []);
}

#[tokio::test]
async fn a_deleted_shot_takes_its_casting_out_of_the_episode() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    show.cast(&app, &sword, &[&episode.shots[0]]).await;
    app.delete(MANAGER, &format!("/data/shots/{}?force=true", episode.shots[0])).await.gone();
    assert_eq!(in_episode(&app, &show, &episode).await, []);
    assert_eq!(app.get(ARTIST, &format!("/data/assets/{sword}/casting")).await.ok(), json!([]));
}

/// Who uses an asset, as `PUT /data/assets/{id}/casting` answered it: ids, labels, how often.
fn users(answer: &Value) -> BTreeSet<(String, String, i64)> {
    let rows = answer.as_array().expect("a list").iter();
    let user = |row: &Value| {
        let how_often = row["nb_occurences"].as_i64().expect("a number");
        (text(row, "entity_id").to_owned(), text(row, "label").to_owned(), how_often)
    };
    rows.map(user).collect()
}

#[tokio::test]
async fn an_episode_that_was_sent_stays_whatever_its_shots_lose() {
    let (app, show) = tv_show().await;
    // Which of two ids is less is decided by chance.
    for n in 0..4 {
        let episode = show.episode_of(&app, &format!("E1{n}"), 2).await;
        let [one, two] = [&*episode.shots[0], &*episode.shots[1]];
        let sword = show.asset_id(&app, "Prop", &format!("Sword {n}")).await;
        let path = format!("/data/assets/{sword}/casting");
        let user = |id: &str, label: &str, often| (id.to_owned(), label.to_owned(), often);
        let with_label = json!({"entity_id": episode.id, "label": "bg", "nb_occurences": 3});
        let wanted: [(Value, BTreeSet<_>); 4] = [
            (json!([with_label]), [user(&episode.id, "bg", 3)].into()),
            (json!([with_label, two]), [user(&episode.id, "bg", 3), user(two, "", 1)].into()),
            // As the row that follows the shot.
            (json!([episode.id]), [user(&episode.id, "", 1)].into()),
            (json!([episode.id, two]), [user(&episode.id, "", 1), user(two, "", 1)].into()),
        ];
        for (rows, users_after) in wanted {
            show.cast(&app, &sword, &[]).await;
            show.cast(&app, &sword, &[one]).await;
            for _ in 0..2 {
                let answer = app.put(MANAGER, &path, &json!({"casting": rows})).await.ok();
                assert_eq!(users(&answer), users_after, "{rows}");
            }
            let kept = show.cast(&app, &sword, &[&episode.id]).await;
            assert_eq!(users(&kept).len(), 1, "{rows}");
        }
    }
}

/// Sent back as it is while shots go on using the asset, the row that follows them goes on following.
#[tokio::test]
async fn an_episode_goes_on_following_the_shots_that_are_left() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 3).await;
    let [one, two, three] = [0, 1, 2].map(|n| &*episode.shots[n]);
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let row = json!([{"asset_id": sword, "nb_occurences": 1}]);
    show.cast(&app, &sword, &[one, two]).await;
    show.cast(&app, &sword, &[&episode.id, two]).await;
    let from_shot = json!({episode.id.clone(): row, two: [], three: row});
    app.put(MANAGER, &show.path("/entities/casting"), &from_shot).await.ok();
    assert_eq!(in_episode(&app, &show, &episode).await, [("Sword".to_owned(), 1)]);
    app.put(MANAGER, &show.path(&format!("/entities/{three}/casting")), &json!([])).await.ok();
    assert_eq!(in_episode(&app, &show, &episode).await, [], "no shot uses it");

    // The row that was sent back is the row that is there, whatever the shots are told.
    let path = format!("/data/assets/{sword}/casting");
    let main = json!([{"entity_id": one, "label": "main"}]);
    app.put(MANAGER, &path, &json!({"casting": main})).await.ok();
    let sent = json!([two, {"entity_id": episode.id, "label": "main"}]);
    let answer = app.put(MANAGER, &path, &json!({"casting": sent})).await.ok();
    let wanted = [(two.to_owned(), String::new(), 1), (episode.id.clone(), "main".to_owned(), 1)];
    assert_eq!(users(&answer), wanted.into());
}

#[tokio::test]
async fn an_episode_stays_in_a_change_of_many_castings_too() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let shot = &episode.shots[0];
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    show.cast(&app, &sword, &[shot]).await;
    let row = json!({"asset_id": sword, "nb_occurences": 1});
    let body = json!({episode.id.clone(): [row], shot.clone(): []});
    app.put(MANAGER, &show.path("/entities/casting"), &body).await.ok();
    assert_eq!(in_episode(&app, &show, &episode).await, [("Sword".to_owned(), 1)]);
}
