//! The files of casting where names are ambiguous: what is exported finds what it was written for.

use tanuki_tests::prelude::*;

fn export(production: &Production) -> String {
    format!("/export/csv/projects/{}/casting.csv", production.id)
}

fn import(production: &Production) -> String {
    format!("/import/csv/projects/{}/casting", production.id)
}

async fn cancel(app: &TestApp, entity: &str) {
    app.put(ADMIN, &format!("/data/entities/{entity}"), &json!({"canceled": true})).await.ok();
}

/// Sends an export back with another label in each row, and looks whether each use got its own; gives the export.
async fn round_trip(app: &TestApp, production: &Production, about: &str) -> String {
    let file = app.get(MANAGER, &export(production)).await.text();
    let mut lines = file.lines().map(str::to_owned);
    let head = lines.next().expect("the columns");
    let labelled: Vec<String> = lines.enumerate().map(|(n, row)| format!("{row}use {n}")).collect();
    let sent = format!("{head}\r\n{}\r\n", labelled.join("\r\n"));
    let rows = app.upload(MANAGER, &import(production), &sent).await.created();
    assert_eq!(rows.as_array().map(Vec::len), Some(labelled.len()), "{about}: {sent}");
    assert_eq!(app.get(MANAGER, &export(production)).await.text(), sent, "{about}");
    file
}

#[tokio::test]
async fn a_canceled_sequence_leaves_its_name_to_the_new_one() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    cancel(&app, &episode.sequence).await;
    let sequence = show.sequence(&app, "SQ01", Some(&episode.id)).await;
    let shot = show.shot(&app, "SH01", &sequence).await;
    show.cast(&app, &hero, &[&episode.shots[0], &shot]).await;
    let file = round_trip(&app, &show, "two sequences of one name").await;
    assert!(file.contains("\r\nE02;SQ01;SH01;Character;Hero;1;\r\n"), "{file}");
    assert!(file.contains(&format!("\r\nE02;{};SH01;Character;Hero;1;", episode.sequence)));

    let columns = "Parent;Name;Asset Type;Asset;Label\n";
    for (parent, meant) in [("sq01", &shot), (episode.sequence.as_str(), &episode.shots[0])] {
        let row = format!("{columns}{parent};SH01;Character;Hero;{parent}\n");
        let rows = app.upload(MANAGER, &import(&show), &row).await.created();
        assert_eq!(column(&rows, "entity_id"), [meant.as_str()], "{parent}");
    }
    cancel(&app, &sequence).await;
    show.cast(&app, &hero, &[&episode.shots[0], &shot]).await;
    round_trip(&app, &show, "both are canceled").await;
}

#[tokio::test]
async fn a_canceled_episode_leaves_its_name_to_the_new_one() {
    let (app, show) = tv_show().await;
    let lamp = async |episode: &str| {
        let body = json!({"name": "Lamp", "episode_id": episode});
        text(&show.asset_with(&app, "Prop", body).await, "id").to_owned()
    };
    let old = show.episode_of(&app, "E02", 1).await;
    let old_lamp = lamp(&old.id).await;
    cancel(&app, &old.id).await;
    let new = show.episode_of(&app, "E02", 1).await;
    let new_lamp = lamp(&new.id).await;
    show.cast(&app, &old_lamp, &[&old.shots[0], &new.shots[0]]).await;
    show.cast(&app, &new_lamp, &[&old.shots[0], &old_lamp]).await;
    let file = round_trip(&app, &show, "two episodes of one name").await;
    assert!(file.contains(&format!("\r\nE02;SQ01;SH01;Prop;;{};Lamp;1;", old.id)), "{file}");
    assert!(file.contains(&format!("\r\n{};SQ01;SH01;Prop;;E02;Lamp;1;", old.id)), "{file}");

    // By the id, too, where the name would do.
    let row = format!(
        "Episode;Parent;Name;Asset Type;Asset Episode;Asset\n{};SQ01;SH01;Prop;{};Lamp\n",
        new.id, new.id
    );
    let rows = app.upload(MANAGER, &import(&show), &row).await.created();
    assert_has(&rows[0], &json!({"entity_id": new.shots[0], "asset_id": new_lamp}));
}

/// A shared asset of an episode that was canceled is not taken for its namesake in the new one.
#[tokio::test]
async fn a_canceled_episode_of_another_project_is_told_from_the_new_one() {
    let (app, lender) = tv_show().await;
    let film = Production::film(&app, "Film").await;
    let sequence = film.sequence(&app, "SEQ01", None).await;
    let shot = film.shot(&app, "SH01", &sequence).await;
    let lamp = async |episode: &str| {
        let body = json!({"name": "Lamp", "episode_id": episode, "is_shared": true});
        text(&lender.asset_with(&app, "Prop", body).await, "id").to_owned()
    };
    let old = lender.episode(&app, "E02").await;
    let old_lamp = lamp(&old).await;
    cancel(&app, &old).await;
    film.cast(&app, &old_lamp, &[&shot]).await;
    lamp(&lender.episode(&app, "E02").await).await;
    let file = round_trip(&app, &film, "only the old lamp is cast").await;
    assert!(file.contains(&format!("\r\nSEQ01;SH01;Prop;Show;{old};Lamp;1;")), "{file}");
}

#[tokio::test]
async fn a_sequence_named_like_an_asset_type_is_told_from_it() {
    let (app, film) = film().await;
    let sequence = film.sequence(&app, "Prop", None).await;
    let shots =
        [film.shot(&app, "Lamp", &sequence).await, film.shot(&app, "SH01", &sequence).await];
    let lamp = film.asset_id(&app, "Prop", "Lamp").await;
    let hero = film.asset_id(&app, "Character", "Hero").await;
    film.cast(&app, &hero, &[&shots[0], &shots[1], &lamp]).await;
    let file = round_trip(&app, &film, "a shot and an asset of one name").await;
    assert!(file.contains("\r\nProp;Lamp;Character;Hero;1;"), "{file}");
    assert!(file.contains(&format!("\r\n{sequence};Lamp;Character;Hero;1;")), "{file}");

    let part = app.get(MANAGER, &format!("{}?is_shot_casting=true", export(&film))).await.text();
    let rows = app.upload(MANAGER, &import(&film), &part).await.created();
    assert_eq!(column(&rows, "entity_id"), shots, "a part of the file means the same");
    // Where there is no asset of the name, the sequence is found by its own.
    let row = "Parent;Name;Asset Type;Asset\nprop;SH01;Character;Hero\n";
    let rows = app.upload(MANAGER, &import(&film), row).await.created();
    assert_eq!(column(&rows, "entity_id"), [shots[1].as_str()]);
}
