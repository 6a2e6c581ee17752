//! Walks over lists of assets from page to page while types are renamed, deleted, or leave the caller's sight: what nobody
//! touched comes once.

use tanuki_tests::prelude::*;

use crate::paging::link;

/// A page's rows by id, and where the next one is.
async fn page(app: &TestApp, who: Who, path: &str) -> (Vec<String>, Option<String>) {
    let answer = app.get(who, path).await;
    let next = link(&answer, "next");
    let ids = column(&answer.ok(), "id").into_iter().map(str::to_owned).collect();
    (ids, next)
}

/// The rows from a page to the last.
async fn rest(app: &TestApp, who: Who, mut next: Option<String>) -> Vec<String> {
    let mut rows = Vec::new();
    while let Some(path) = next {
        let (found, after) = page(app, who, &path).await;
        rows.extend(found);
        next = after;
        assert!(rows.len() < 100, "the links lead on for ever");
    }
    rows
}

async fn rename(app: &TestApp, film: &Production, asset_type: &str, name: &str) {
    let path = format!("/data/entity-types/{}", film.asset_type(asset_type));
    app.put(ADMIN, &path, &json!({"name": name})).await.ok();
}

#[track_caller]
fn assert_each_once(rows: &[String], expected: &[&[String]]) {
    let (mut rows, mut expected) = (rows.to_vec(), expected.concat());
    rows.sort_unstable();
    expected.sort_unstable();
    assert_eq!(rows, expected);
}

/// A film with two characters, three effects and four props: a page of three ends within the effects.
async fn nine() -> (TestApp, Production, [Vec<String>; 3]) {
    let (app, film) = film().await;
    let assets = [
        film.many_assets(&app, "Character", 2).await,
        film.many_assets(&app, "FX", 3).await,
        film.many_assets(&app, "Prop", 4).await,
    ];
    (app, film, assets)
}

#[tokio::test]
async fn no_rename_of_a_type_shifts_a_page() {
    let (app, film, [characters, effects, props]) = nine().await;
    for asset in [&characters[..], &effects, &props].concat() {
        film.task(&app, &asset, "Modeling", &[VENDOR]).await;
    }
    for who in [ARTIST, VENDOR] {
        for path in ["/data/assets?limit=3".to_owned(), film.path("/assets?limit=3")] {
            let (mut rows, next) = page(&app, who, &path).await;
            // What is done goes to the end, what is to come to the front; then the type the walk is in goes everywhere.
            rename(&app, &film, "Character", "Zombie").await;
            rename(&app, &film, "Prop", "Accessory").await;
            let (more, next) = page(&app, who, &next.expect("a next page")).await;
            rows.extend(more);
            rename(&app, &film, "Prop", "Zzz").await;
            rename(&app, &film, "FX", "Yyy").await;
            rows.extend(rest(&app, who, next).await);
            assert_each_once(&rows, &[&characters, &effects, &props]);
            for name in ["Character", "FX", "Prop"] {
                rename(&app, &film, name, name).await;
            }
        }
    }
}

#[tokio::test]
async fn a_type_that_is_deleted_takes_nothing_with_it() {
    let (app, film, [characters, effects, props]) = nine().await;
    let (mut rows, next) = page(&app, ARTIST, &film.path("/assets?limit=3")).await;
    for asset in &effects {
        app.delete(ADMIN, &format!("/data/assets/{asset}?force=true")).await.gone();
    }
    app.delete(ADMIN, &format!("/data/entity-types/{}", film.asset_type("FX"))).await.gone();
    rows.extend(rest(&app, ARTIST, next).await);
    rows.retain(|row| !effects.contains(row));
    assert_each_once(&rows, &[&characters, &props]);
}

#[tokio::test]
async fn a_type_that_is_seen_no_more_takes_nothing_with_it() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let other = Production::film(&app, "Other film").await;
    let characters = film.many_assets(&app, "Character", 2).await;
    let effects = other.many_assets(&app, "FX", 3).await;
    let props = film.many_assets(&app, "Prop", 4).await;
    let (mut rows, next) = page(&app, ARTIST, "/data/assets?limit=3").await;
    app.delete(ADMIN, &other.path(&format!("/team/{}", app.person(ARTIST).id))).await.gone();
    rows.extend(rest(&app, ARTIST, next).await);
    rows.retain(|row| !effects.contains(row));
    assert_each_once(&rows, &[&characters, &props]);
}
