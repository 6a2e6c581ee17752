//! `GET …/assets.csv` and `POST …/import/csv/…/assets`.

use tanuki_tests::prelude::*;

fn export(production: &Production) -> String {
    format!("/export/csv/projects/{}/assets.csv", production.id)
}

fn import(production: &Production) -> String {
    format!("/import/csv/projects/{}/assets", production.id)
}

async fn add_column(app: &TestApp, production: &Production, name: &str, data_type: &str) {
    let body = json!({"name": name, "data_type": data_type, "entity_type": "Asset"});
    app.post(ADMIN, &production.path("/metadata-descriptors"), &body).await.created();
}

async fn assets(app: &TestApp, production: &Production) -> Value {
    app.get(ADMIN, &production.path("/assets")).await.ok()
}

#[tokio::test]
async fn a_file_of_kitsu_makes_assets() {
    let (app, film) = film().await;
    let file = "\"Type\";\"Name\";\"Description\"\n\"Character\";\"Wizard\";\"old man\"\n";
    let rows = app.upload(MANAGER, &import(&film), file).await.created();
    assert_has(
        &rows[0],
        &json!({"name": "Wizard", "description": "old man", "data": {}, "source_id": null}),
    );
    assert_eq!(rows[0]["created_by"], json!(app.person(MANAGER).id));
    assert_eq!(rows, assets(&app, &film).await);
    let exported = app.get(MANAGER, &export(&film)).await;
    assert_eq!(exported.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(exported.header("content-disposition"), Some("attachment; filename=\"assets.csv\""));
    assert_eq!(exported.text(), "Type;Name;Description;Ready for\r\nCharacter;Wizard;old man;\r\n");
}

#[tokio::test]
async fn separators_and_byte_order_marks_do_not_matter() {
    let (app, film) = film().await;
    for (n, head) in
        ["Type,Name\nprop,", "\u{feff}Type;Name\r\nPROP;", "name;type\n"].iter().enumerate()
    {
        let row = if n == 2 { "Thing 2;Prop".to_owned() } else { format!("Thing {n}\n") };
        app.upload(ADMIN, &import(&film), &format!("{head}{row}")).await.created();
    }
    assert_eq!(sorted(&assets(&app, &film).await, "name"), ["Thing 0", "Thing 1", "Thing 2"]);
}

const NASTY: [&str; 12] = [
    "a;b, \"c\"",
    "two\nlines",
    "two\r\nlines",
    " spaces ",
    "'quoted",
    "=1+1",
    "'=1+1",
    "-5",
    "- a list",
    "@home",
    "Łódź 漢字 🦝",
    "",
];

/// A show whose names, texts, numbers and people are hard on the format.
async fn nasty_show(app: &TestApp) -> Production {
    let show = Production::tv_show(app, "Nasty; \"show\"").await;
    columns_of_nasty_show(app, &show).await;
    let episode = show.episode(app, "=E;02").await;
    for (n, text) in NASTY.iter().enumerate() {
        let asset_type = if n % 2 == 0 { "Prop" } else { "Character" };
        let episode = (n % 3 == 0).then_some(&episode);
        let data = json!({"name": text, "size__in__cm": n, "is_done": n % 2 == 0, "type": [text]});
        let name = format!("{text} {n}");
        let body = json!({"name": name, "description": text, "data": data, "episode_id": episode});
        let asset = show.asset_with(app, asset_type, body).await;
        if n % 2 == 0 {
            show.task(app, text_of(&asset), "Modeling", &[ARTIST, OTHER_ARTIST]).await;
            show.task(app, text_of(&asset), "Rigging", &[]).await;
        }
    }
    show
}

fn text_of(asset: &Value) -> &str {
    text(asset, "id")
}

async fn columns_of_nasty_show(app: &TestApp, show: &Production) {
    for (name, data_type) in [
        ("Name", "string"),
        ("Size, in, cm", "number"),
        ("Is done", "boolean"),
        ("type", "taglist"),
    ] {
        add_column(app, show, name, data_type).await;
    }
}

#[tokio::test]
async fn what_is_exported_is_imported_and_exported_as_the_same_file() {
    let app = TestApp::new().await;
    let show = nasty_show(&app).await;
    let exported = app.get(ADMIN, &export(&show)).await.text();
    let head = "Type;Name;Description;Episode;Ready for;data.is_done";
    assert!(exported.starts_with("Type;Name;Description;Episode;Ready for;"), "{head}: {exported}");

    let copy = Production::tv_show(&app, "Copy").await;
    columns_of_nasty_show(&app, &copy).await;
    copy.episode(&app, "=E;02").await;
    let made = app.upload(ADMIN, &import(&copy), &exported).await.created();
    assert_eq!(made.as_array().map(Vec::len), Some(NASTY.len()));
    let again = app.get(ADMIN, &export(&copy)).await.text();
    assert_eq!(again, exported);
    // Nothing is left to do: a file that says what is there changes nothing.
    let update = format!("{}?update=true", import(&copy));
    assert_eq!(app.upload(ADMIN, &update, &exported).await.created(), json!([]));
}
