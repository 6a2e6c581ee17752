//! `GET …/casting.csv` and `POST …/import/csv/…/casting`.

use tanuki_tests::prelude::*;

fn export(production: &Production) -> String {
    format!("/export/csv/projects/{}/casting.csv", production.id)
}

fn import(production: &Production) -> String {
    format!("/import/csv/projects/{}/casting", production.id)
}

const HEAD: &str = "Parent;Name;Asset Type;Asset;Occurences;Label\r\n";

/// A film with two shots, a hero, a sword and a castle; nothing is cast.
async fn small_film(app: &TestApp, name: &str) -> (Production, [String; 5]) {
    let film = Production::film(app, name).await;
    let sequence = film.sequence(app, "SEQ01", None).await;
    let shots = [film.shot(app, "SH01", &sequence).await, film.shot(app, "SH02", &sequence).await];
    let [one, two] = shots;
    let hero = film.asset_id(app, "Character", "Hero").await;
    let sword = film.asset_id(app, "Prop", "Sword").await;
    let castle = film.asset_id(app, "Environment", "Castle").await;
    (film, [one, two, hero, sword, castle])
}

async fn cast_in(app: &TestApp, production: &Production, entity: &str) -> Value {
    app.get(ADMIN, &production.path(&format!("/entities/{entity}/casting"))).await.ok()
}

#[tokio::test]
async fn a_file_casts_and_what_it_does_not_name_stays() {
    let app = TestApp::new().await;
    let (film, [one, two, hero, sword, castle]) = small_film(&app, "Film").await;
    film.cast(&app, &sword, &[&one]).await;
    let file = format!(
        "{HEAD}SEQ01;SH01;Character;Hero;2;main\r\nseq01;sh02;character;HERO;;\r\nEnvironment;Castle;Prop;Sword;3;\r\n"
    );
    let rows = app.upload(MANAGER, &import(&film), &file).await.created();
    assert_eq!(
        rows[0],
        json!({"entity_id": one, "asset_id": hero, "nb_occurences": 2, "label": "main"})
    );
    assert_eq!(column(&rows, "entity_id"), [one.as_str(), &two, &castle]);
    assert_eq!(column(&cast_in(&app, &film, &one).await, "asset_name"), ["Hero", "Sword"]);
    let exported = app.get(MANAGER, &export(&film)).await;
    assert_eq!(
        exported.header("content-disposition"),
        Some("attachment; filename=\"casting.csv\"")
    );
    let shots = "SEQ01;SH01;Character;Hero;2;main\r\nSEQ01;SH01;Prop;Sword;1;\r\nSEQ01;SH02;Character;Hero;1;\r\n";
    let assets = "Environment;Castle;Prop;Sword;3;\r\n";
    assert_eq!(exported.text(), format!("{HEAD}{shots}{assets}"));
    let part = async |query: &str| {
        app.get(MANAGER, &format!("{}?is_shot_casting={query}", export(&film))).await.text()
    };
    assert_eq!(part("true").await, format!("{HEAD}{shots}"), "as Kitsu asks for it");
    assert_eq!(part("false").await, format!("{HEAD}{assets}"));

    // Without the columns, number and label stay as they are.
    let less = "Parent,Name,Asset Type,Asset\nSEQ01,SH01,Character,Hero\n";
    let rows = app.upload(MANAGER, &import(&film), less).await.created();
    assert_has(&rows[0], &json!({"nb_occurences": 2, "label": "main"}));
}

#[tokio::test]
async fn all_wrong_cells_are_named_and_nothing_is_cast() {
    let app = TestApp::new().await;
    let (film, [one, _, hero, sword, _]) = small_film(&app, "Film").await;
    film.cast(&app, &sword, &[&hero]).await;
    let file = format!(
        "{HEAD}SEQ01;SH01;Character;Hero;1;\r\n\
         SEQ99;SH01;Charakter;Hero;0;\r\n\
         SEQ01;SH99;Character;Villain;x;{}\r\n\
         SEQ01;SH01;Character;hero;1;\r\n\
         Character;Hero;Character;Hero;1;\r\n\
         Prop;Sword;Character;Hero;1;\r\n",
        "x".repeat(161)
    );
    app.upload(MANAGER, &import(&film), &file).await.invalid(&[
        "row 3: Parent",
        "row 3: Asset Type",
        "row 3: Occurences",
        "row 4: Name",
        "row 4: Asset",
        "row 4: Occurences",
        "row 4: Label",
        "row 5: Asset",
        "row 6: Asset",
        "row 7: Asset",
    ]);
    assert_eq!(cast_in(&app, &film, &one).await, json!([]));
    let misspelt = "Parent;Name;Asset Type;Asset;Ocurrences\nSEQ01;SH01;Character;Hero;2\n";
    app.upload(MANAGER, &import(&film), misspelt).await.invalid(&["Ocurrences"]);
    app.upload(MANAGER, &import(&film), "Parent;Name\n").await.invalid(&["Asset Type", "Asset"]);
    app.upload(ARTIST, &import(&film), HEAD).await.error(403, "NotAllowedException");
}

/// Two episodes with sequences, shots and assets of the same names; a shared asset; labels hard on the format.
async fn ambiguous_show(app: &TestApp, name: &str) -> (Production, Vec<(String, String)>) {
    let show = Production::tv_show(app, name).await;
    let mut uses = Vec::new();
    for episode in ["E; 02", "=E03"] {
        let episode = show.episode_of(app, episode, 2).await;
        let body = json!({"name": "Hero \"H\"", "episode_id": episode.id});
        let hero = show.asset_with(app, "Character", body).await;
        uses.extend(episode.shots.iter().map(|shot| (shot.clone(), text(&hero, "id").to_owned())));
    }
    let lamp = show.asset_id(app, "Prop", "Lamp").await;
    uses.push((uses[0].1.clone(), lamp));
    (show, uses)
}

#[tokio::test]
async fn what_is_exported_is_imported_and_exported_as_the_same_file() {
    let app = TestApp::new().await;
    let lender = Production::film(&app, "Lender, Inc.").await;
    let lamp = lender.asset_with(&app, "Prop", json!({"name": "Lamp", "is_shared": true})).await;
    let (show, mut uses) = ambiguous_show(&app, "Show").await;
    uses.push((uses[1].0.clone(), text(&lamp, "id").to_owned()));
    let labels = ["a;b", "say \"hi\"\nto, them", "=1+1", "'=1+1", "Łódź 🦝", " main "];
    for ((entity, asset), label) in uses.iter().zip(labels) {
        let cast = app.get(ADMIN, &show.path(&format!("/entities/{entity}/casting"))).await.ok();
        let mut rows: Vec<Value> = cast.as_array().cloned().unwrap_or_default();
        rows.push(json!({"asset_id": asset, "nb_occurences": 2, "label": label}));
        app.put(ADMIN, &show.path(&format!("/entities/{entity}/casting")), &json!(rows)).await.ok();
    }
    let exported = app.get(MANAGER, &export(&show)).await.text();
    let head =
        "Episode;Parent;Name;Asset Type;Asset Project;Asset Episode;Asset;Occurences;Label\r\n";
    assert!(exported.starts_with(head), "{exported}");

    let (copy, _) = ambiguous_show(&app, "Copy").await;
    let made = app.upload(MANAGER, &import(&copy), &exported).await.created();
    assert_eq!(made.as_array().map(Vec::len), Some(uses.len()));
    assert_eq!(app.get(MANAGER, &export(&copy)).await.text(), exported);
    // Without the columns that tell them apart, what has the same name is not guessed.
    let file = "Parent;Name;Asset Type;Asset\nSQ01;SH01;Character;\"Hero \"\"H\"\"\"\n";
    app.upload(MANAGER, &import(&copy), file).await.invalid(&["row 2: Name", "row 2: Asset"]);
    let episodes = app.get(ADMIN, &copy.path("/episodes")).await.ok();
    let of_one = format!("{}?episode_id={}", export(&copy), text(&episodes[1], "id"));
    assert!(app.get(MANAGER, &of_one).await.text().lines().count() < exported.lines().count());
}

#[tokio::test]
async fn a_shared_asset_is_found_if_the_project_has_none_of_its_name() {
    let app = TestApp::new().await;
    let (film, [one, ..]) = small_film(&app, "Film").await;
    let lender = Production::of_nobody(&app, "Lender").await;
    lender.asset_with(&app, "Prop", json!({"name": "Lamp", "is_shared": true})).await;
    lender.asset_with(&app, "Prop", json!({"name": "Secret", "is_shared": false})).await;
    let file = |name: &str| format!("Parent;Name;Asset Type;Asset\nSEQ01;SH01;Prop;{name}\n");
    app.upload(MANAGER, &import(&film), &file("Lamp")).await.created();
    assert_eq!(column(&cast_in(&app, &film, &one).await, "asset_name"), ["Lamp"]);
    app.upload(MANAGER, &import(&film), &file("Secret")).await.invalid(&["row 2: Asset"]);
}

/// More than one transaction holds, and several uses of one asset in one shot's episode.
#[tokio::test]
async fn many_rows_are_cast_as_one_change() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    let episode = show.episode_of(&app, "E02", 0).await;
    show.many_shots(&app, &episode.sequence, 50).await;
    show.many_assets(&app, "Prop", 4).await;
    let rows = (0..200).map(|n| format!("SQ01;Shot {:04};Prop;Asset {:04}\n", n / 4, n % 4));
    let file = format!("Parent;Name;Asset Type;Asset\n{}", rows.collect::<String>());
    let made = app.upload(MANAGER, &import(&show), &file).await.created();
    assert_eq!(made.as_array().map(Vec::len), Some(200));
    let cast = cast_in(&app, &show, &episode.id).await;
    assert_eq!(
        column(&cast, "asset_name"),
        ["Asset 0000", "Asset 0001", "Asset 0002", "Asset 0003"]
    );
    let again = app.without_gateway().upload(MANAGER, &import(&show), &file).await;
    let (_, written) = again.capacity();
    assert_eq!((again.created(), written), (made, 0.0));
}

/// A blank cell means none, where one of two namesakes is in an episode and the other in none.
#[tokio::test]
async fn namesakes_are_told_apart_by_a_blank_cell() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let lamp = show.asset_id(&app, "Prop", "Lamp").await;
    let body = json!({"name": "Lamp", "episode_id": episode.id});
    show.asset_with(&app, "Prop", body).await;
    let inner = show.asset_id(&app, "Prop", "Inner").await;
    let round_trip = async |about: &str| {
        let file = app.get(MANAGER, &export(&show)).await.text();
        let rows = app.upload(MANAGER, &import(&show), &file).await.created();
        assert_eq!(rows.as_array().map(Vec::len), Some(file.lines().count() - 1), "{about}");
        assert_eq!(app.get(MANAGER, &export(&show)).await.text(), file, "{about}");
    };
    show.cast(&app, &inner, &[&lamp]).await;
    round_trip("the user has a namesake").await;
    show.cast(&app, &inner, &[]).await;
    show.cast(&app, &lamp, &[&inner]).await;
    round_trip("the asset has a namesake").await;
}

/// What is cast already may stay: a row for it is not wrong, and one that casts it elsewhere is.
#[tokio::test]
async fn what_is_not_shared_any_more_or_canceled_is_not_cast_anew() {
    let app = TestApp::new().await;
    let (film, [one, two, hero, ..]) = small_film(&app, "Film").await;
    let lender = Production::film(&app, "Lender").await;
    let lamp = lender.asset_with(&app, "Prop", json!({"name": "Lamp", "is_shared": true})).await;
    let lamp = text(&lamp, "id").to_owned();
    film.cast(&app, &lamp, &[&one]).await;
    let share = async |is_shared: bool| {
        let body = json!({"asset_ids": [lamp], "is_shared": is_shared});
        app.post(ADMIN, "/actions/assets/share", &body).await.ok();
    };
    let cast = async |rows: &str| {
        let file = format!("Parent;Name;Asset Type;Asset;Occurences\n{rows}");
        app.upload(MANAGER, &import(&film), &file).await
    };
    share(false).await;
    cast("SEQ01;SH01;Prop;Lamp;2\nSEQ01;SH02;Prop;Lamp;2\n").await.invalid(&["row 3: Asset"]);
    cast("SEQ01;SH01;Prop;Lamp;2\n").await.created();
    assert_eq!(cast_in(&app, &film, &one).await[0]["nb_occurences"], 2);
    assert_eq!(cast_in(&app, &film, &two).await, json!([]));

    // Another project offers one of the same name: that is the one that may be cast.
    let other = Production::film(&app, "Other").await;
    let body = json!({"name": "Lamp", "is_shared": true});
    let offered = other.asset_with(&app, "Prop", body).await;
    let rows = cast("SEQ01;SH02;Prop;Lamp;1\n").await.created();
    assert_eq!(column(&rows, "asset_id"), [text(&offered, "id")]);

    share(true).await;
    for asset in [&hero, &lamp, &text(&offered, "id").to_owned()] {
        let canceled = json!({"canceled": true});
        app.put(ADMIN, &format!("/data/entities/{asset}"), &canceled).await.ok();
    }
    cast("SEQ01;SH02;Character;Hero;1\nCharacter;Hero;Prop;Sword;1\nSEQ01;SH02;Prop;Lamp;1\n")
        .await
        .invalid(&["row 2: Asset Type", "row 3: Parent", "row 4: Asset"]);
}

#[tokio::test]
async fn an_episode_of_nothing_is_named() {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    for path in [export(&show), format!("/export/csv/projects/{}/assets.csv", show.id)] {
        app.get(MANAGER, &format!("{path}?episode_id={hero}")).await.invalid(&["episode_id"]);
    }
    let path = format!("{}?episode_id={hero}", import(&show));
    app.upload(MANAGER, &path, HEAD).await.invalid(&["episode_id"]);
    let path = format!("/export/csv/projects/{}/assets.csv?assigned_to={hero}", show.id);
    app.get(MANAGER, &path).await.invalid(&["assigned_to"]);
}
