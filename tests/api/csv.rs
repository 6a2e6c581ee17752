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
        let name = format!("{text} {n}").replace(['\r', '\n'], " ");
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
    // Metadata that is called as a fixed column goes by its key.
    let head = "Type;Name;Description;Episode;Ready for;Is done;data.name;Size, in, cm;data.type;\
                Modeling;Modeling assignations;Rigging;Rigging assignations\r\n";
    assert!(exported.starts_with(head), "{exported}");

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

#[tokio::test]
async fn a_row_says_what_belongs_to_an_asset() {
    let (app, show) = tv_show().await;
    add_column(&app, &show, "Height", "number").await;
    let artist = app.person(ARTIST);
    let email = artist.email.clone().expect("an address");
    let file = format!(
        "Type;Name;Description;Episode;Ready for;height;modeling;Modeling assignations;Rigging;Rigging assignations\n\
         Prop;Sword;Sharp;e01;Animation;1.5;WIP;\"{}, {}\";;\n\
         Prop;Bow;;;;;Work In Progress;;;{email}\n",
        artist.full_name,
        app.person(VENDOR).full_name,
    );
    let rows = app.upload(MANAGER, &import(&show), &file).await.created();
    assert_eq!(column(&rows, "name"), ["Sword", "Bow"]);
    let episodes = app.get(ADMIN, &show.path("/episodes")).await.ok();
    assert_has(&rows[0], &json!({"data": {"height": 1.5}, "source_id": episodes[0]["id"]}));
    assert!(rows[0]["ready_for"].is_string() && rows[1]["ready_for"].is_null());
    let tasks = app.get(ADMIN, &format!("/data/assets/{}/tasks", text_of(&rows[0]))).await.ok();
    assert_eq!(tasks.as_array().map(Vec::len), Some(1));
    assert_has(
        &tasks[0],
        &json!({"name": "main", "assignees": [artist.id, app.person(VENDOR).id]}),
    );
    assert!(tasks[0]["real_start_date"].is_string() && tasks[0]["last_comment_date"].is_null());
    let tasks = app.get(ADMIN, &format!("/data/assets/{}/tasks", text_of(&rows[1]))).await.ok();
    assert_eq!(tasks.as_array().map(Vec::len), Some(2));
    let seen = app.get(VENDOR, &export(&show)).await.text();
    assert!(seen.contains("Sword") && !seen.contains("Bow"), "{seen}");
    let seen = app.get(CLIENT, &export(&show)).await.text();
    assert!(seen.contains("Bow") && !seen.contains(&artist.full_name), "{seen}");
    let of_artist = format!("{}?assigned_to={}", export(&show), app.person(VENDOR).id);
    assert_eq!(app.get(ADMIN, &of_artist).await.text().lines().count(), 2);
    // A filter tells nobody what he does not see: whose the tasks are, and of a vendor the others on his assets.
    assert_eq!(app.get(CLIENT, &of_artist).await.text().lines().count(), 1);
    assert_eq!(app.get(VENDOR, &of_artist).await.text().lines().count(), 2);
    let of_episode = format!("{}?episode_id={}", export(&show), text_of(&episodes[0]));
    assert!(!app.get(ADMIN, &of_episode).await.text().contains("Bow"));
}

#[tokio::test]
async fn assets_that_are_there_are_left_alone_or_updated() {
    let (app, film) = film().await;
    let body =
        json!({"name": "Sword", "description": "Old", "data": {"height": "tall", "more": 1}});
    let sword = film.asset_with(&app, "Prop", body).await;
    // Declared afterwards: what stands there is no number.
    add_column(&app, &film, "Height", "number").await;
    let task = film.task(&app, text_of(&sword), "Modeling", &[ARTIST]).await;
    let file = "Type;Name;Description;Height;Modeling;Modeling assignations\n\
                prop;SWORD;New;tall;done;\nProp;Bow;;;;\n";
    let rows = app.upload(MANAGER, &import(&film), file).await.created();
    assert_eq!(column(&rows, "name"), ["Bow"]);
    let there = app.get(ADMIN, &format!("/data/entities/{}", text_of(&sword))).await.ok();
    assert_has(&there, &sword);

    let rows = app.upload(MANAGER, &format!("{}?update=true", import(&film)), file).await.created();
    assert_eq!(column(&rows, "name"), ["Sword"], "the bow is as the file says");
    // What has no column stays, and what stands there already is never wrong.
    assert_has(&rows[0], &json!({"description": "New", "data": {"height": "tall", "more": 1}}));
    let path = format!("/data/tasks/{}", text_of(&task));
    assert_has(&app.get(ADMIN, &path).await.ok(), &json!({"assignees": []}));
    let comments = app.get(ADMIN, &format!("{path}/comments")).await.ok();
    assert_eq!(comments[0]["task_status"]["short_name"], "done");
    assert_eq!(comments[0]["person_id"], json!(app.person(MANAGER).id));

    let empty = "Type;Name;Description;Height;Modeling\nProp;Sword;;;\n";
    let rows =
        app.upload(MANAGER, &format!("{}?update=true", import(&film)), empty).await.created();
    assert_has(&rows[0], &json!({"description": "", "data": {"height": null, "more": 1}}));
    let tasks = app.get(ADMIN, &format!("/data/assets/{}/tasks", text_of(&sword))).await.ok();
    assert_eq!(tasks.as_array().map(Vec::len), Some(1), "no task is deleted");
}

/// As Kitsu writes what is of the main pack.
#[tokio::test]
async fn a_row_of_mp_is_of_no_episode() {
    let (app, show) = tv_show().await;
    let file = "Type;Name;Episode\nProp;Lamp;MP\n";
    app.upload(MANAGER, &import(&show), file).await.created();
    let lamps = assets(&app, &show).await;
    assert_eq!((&lamps[0]["name"], &lamps[0]["source_id"]), (&json!("Lamp"), &Value::Null));
}

#[tokio::test]
async fn all_wrong_cells_are_named_and_nothing_is_written() {
    let (app, show) = tv_show().await;
    add_column(&app, &show, "Height", "number").await;
    let file = "Type;Name;Episode;Ready for;Height;Modeling;Modeling assignations\n\
         Prop;Good;E01;Animation;1;wip;\n\
         Porp;;E99;Animatoin;tall;wpi;Nobody\n\
         ;;;;;;\n\
         Prop;x\u{202e};;;;;\n\
         Prop;GOOD;E01;;;;\n\
         Prop;Bad;;Anim;;;\n\
         Prop;Worse;;;x;y;\n\
         Prop;Alien;;;;;Nobody\n";
    app.upload(MANAGER, &import(&show), file).await.invalid(&[
        "row 3: Type",
        "row 3: Name",
        "row 3: Episode",
        "row 5: Name",
        "row 6: Name",
        "row 7: Ready for",
        "row 8: Height",
        "row 8: Modeling",
        "row 9: Modeling assignations",
    ]);
    assert_eq!(assets(&app, &show).await, json!([]));
}

#[tokio::test]
async fn a_file_that_is_no_table_of_assets_is_refused() {
    let (app, film) = film().await;
    let wrong = async |file: &str, fields: &[&str]| {
        app.upload(MANAGER, &import(&film), file).await.invalid(fields);
    };
    wrong("", &["Type", "Name"]).await;
    wrong("Type;Name;Desciption;Modelling\nProp;Sword;Sharp;\n", &["Desciption"]).await;
    wrong("Type;Name;name\nProp;Sword;\n", &["name"]).await;
    wrong("Type;Name\nProp;Sword;Sharp\n", &["row 2: column 3"]).await;
    wrong("Type;Name\nProp;\"Sword\n", &["file"]).await;
    let path = import(&film);
    app.post(MANAGER, &path, &json!({"file": "x"})).await.invalid(&["file"]);
    app.upload(MANAGER, &format!("{path}?updat=true"), "Type;Name\n").await.invalid(&["updat"]);
    app.upload(SUPERVISOR, &path, "Type;Name\n").await.error(403, "NotAllowedException");
    assert_eq!(app.upload(MANAGER, &path, "Type;Name;Desciption\n").await.created(), json!([]));
    let large = format!("Type;Name\nProp;{}\n", "x".repeat(6 * 1024 * 1024));
    let answer = app.without_gateway().upload(MANAGER, &path, &large).await;
    answer.error(413, "RequestTooLargeException");
}

/// As a request that died half way and is sent again: what it had written is found.
#[tokio::test]
async fn an_import_that_is_sent_twice_makes_nothing_twice() {
    let (app, film) = film().await;
    let row = |n: usize| format!("Prop;Thing {n};todo\n");
    let file = |n: usize| format!("Type;Name;Modeling\n{}", (0..n).map(row).collect::<String>());
    app.upload(MANAGER, &import(&film), &file(10)).await.created();
    let rest = app.upload(MANAGER, &import(&film), &file(25)).await.created();
    assert_eq!(rest.as_array().map(Vec::len), Some(15));
    let (one, other, whole) = (import(&film), import(&film), file(60));
    let both = tokio::join!(app.upload(MANAGER, &one, &whole), app.upload(ADMIN, &other, &whole));
    let made = [both.0.created(), both.1.created()].map(|rows| rows.as_array().map_or(0, Vec::len));
    assert_eq!(made.iter().sum::<usize>(), 35, "{made:?}");
    let exported = app.get(ADMIN, &export(&film)).await.text();
    assert_eq!(exported.lines().filter(|line| line.ends_with(";todo;")).count(), 60, "{exported}");
}

/// A new asset costs its items and those of its tasks, each written once; what is as the file says costs nothing.
#[tokio::test]
async fn an_import_writes_what_is_new_and_nothing_else() {
    let (app, film) = film().await;
    let app = app.without_gateway();
    let row = |n: usize| format!("Prop;Thing {n};Text {n};todo\n");
    let file = format!("Type;Name;Description;Modeling\n{}", (0..300).map(row).collect::<String>());
    let path = format!("{}?update=true", import(&film));
    let created = app.upload(MANAGER, &path, &file).await;
    let (_, written) = created.capacity();
    let rows = created.created().as_array().map(Vec::len);
    // Sixteen of each, and two for the feed of each of the eight transactions that change.
    assert_eq!((rows, written), (Some(300), 300.0 * 16.0 + 16.0));
    let checked = app.upload(MANAGER, &path, &file).await;
    let (_, written) = checked.capacity();
    assert_eq!((checked.created(), written), (json!([]), 0.0));
}

/// A cell that cannot be read hides none that is not allowed.
#[tokio::test]
async fn all_wrong_cells_of_a_row_are_named() {
    let (app, show) = tv_show().await;
    add_column(&app, &show, "Height", "number").await;
    let body =
        json!({"name": "Pick", "data_type": "list", "entity_type": "Asset", "choices": ["a"]});
    app.post(ADMIN, &show.path("/metadata-descriptors"), &body).await.created();
    show.asset(&app, "Prop", "Old").await;
    let file = "Type;Name;Height;Pick\nProp;New;tall;zz\nProp;Old;tall;zz\n";
    let wrong = ["row 2: Height", "row 2: Pick", "row 3: Height", "row 3: Pick"];
    app.upload(MANAGER, &format!("{}?update=true", import(&show)), file).await.invalid(&wrong);
}
