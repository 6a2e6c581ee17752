//! The history of an asset: each change is told once, to whom it may be told.

use tanuki_tests::prelude::*;

fn path_of(asset: &str) -> String {
    format!("/data/assets/{asset}/history")
}

/// Action and changes of each entry as somebody sees it, oldest first.
async fn told(app: &TestApp, who: Who, asset: &str) -> Vec<(String, Value)> {
    let rows = app.get(who, &path_of(asset)).await.ok();
    let rows = rows.as_array().expect("a bare array").iter().rev();
    rows.map(|row| (text(row, "action").to_owned(), row["changes"].clone())).collect()
}

/// The last entry.
async fn last(app: &TestApp, asset: &str) -> (String, Value) {
    told(app, ADMIN, asset).await.pop().expect("an entry")
}

fn entry(action: &str, changes: Value) -> (String, Value) {
    (action.to_owned(), changes)
}

/// How often an entity uses the asset, in each pair of an entry.
fn occurences(changes: &Value, entity: &str) -> [Value; 2] {
    let pair = &changes[format!("casting.{entity}")];
    [0, 1].map(|n| pair[n]["nb_occurences"].clone())
}

#[tokio::test]
async fn what_is_changed_is_told() {
    let (app, show) = tv_show().await;
    let body = json!({"name": "Sword", "description": "", "data": {"material": "iron"}});
    let sword = app.post(MANAGER, &show.new_asset("Prop"), &body).await.created();
    let id = text(&sword, "id");
    let path = format!("/data/entities/{id}");
    let episode = show.episode(&app, "E02").await;
    for (who, body) in [
        (MANAGER, json!({"name": "Axe"})),
        (SUPERVISOR, json!({"data": {"material": "steel", "sharp": true}})),
        (MANAGER, json!({"description": "For wood", "episode_id": episode})),
        (MANAGER, json!({"is_shared": true})),
        (MANAGER, json!({"is_shared": true, "name": "Axe", "data": {"sharp": true}})),
        (ADMIN, json!({"canceled": true})),
        (ADMIN, json!({"canceled": false})),
        (MANAGER, json!({"entity_type_id": show.asset_type("FX")})),
    ] {
        app.put(who, &path, &body).await.ok();
    }
    let [prop, fx] = ["Prop", "FX"].map(|name| show.asset_type(name));
    let expected = [
        entry(
            "created",
            json!({"name": [null, "Sword"], "entity_type_id": [null, prop], "data.material": [null, "iron"]}),
        ),
        entry("updated", json!({"name": ["Sword", "Axe"]})),
        entry("updated", json!({"data.material": ["iron", "steel"], "data.sharp": [null, true]})),
        entry("updated", json!({"description": ["", "For wood"], "source_id": [null, episode]})),
        entry("shared", json!({"is_shared": [false, true]})),
        entry("canceled", json!({"canceled": [false, true]})),
        entry("restored", json!({"canceled": [true, false]})),
        entry("updated", json!({"entity_type_id": [prop, fx]})),
    ];
    assert_eq!(told(&app, ARTIST, id).await, expected, "what changes nothing is not told");

    let rows = app.get(ARTIST, &path_of(id)).await.ok();
    let people: Vec<String> =
        [MANAGER, ADMIN, ADMIN, MANAGER, MANAGER, SUPERVISOR, MANAGER, MANAGER]
            .map(|who| app.person(who).id.to_string())
            .into();
    assert_eq!(column(&rows, "person_id"), people);
    assert_fields(&rows[0], &["id", "created_at", "person_id", "action", "changes"]);
    let second = text(&rows[0], "created_at");
    assert!(second.len() == 20 && second.ends_with('Z'), "whole seconds: {second}");
}

#[tokio::test]
async fn sharing_and_canceling_by_action_are_told() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    show.task(&app, &sword, "Modeling", &[]).await;
    for (path, body) in [
        ("/actions/assets/share".to_owned(), json!({"asset_ids": [sword]})),
        (show.path("/assets/share").replace("/data/", "/actions/"), json!({})),
        ("/actions/assets/share".to_owned(), json!({"asset_ids": [sword], "is_shared": false})),
    ] {
        app.post(MANAGER, &path, &body).await.ok();
    }
    app.delete(MANAGER, &format!("/data/assets/{sword}")).await.gone();
    let told = told(&app, ADMIN, &sword).await;
    let actions: Vec<&str> = told.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["created", "shared", "unshared", "canceled"]);
    assert_eq!(told[1].1, json!({"is_shared": [false, true]}));
}

#[tokio::test]
async fn casting_is_told_from_either_side() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 2).await;
    let [first, second] = [episode.shots[0].as_str(), episode.shots[1].as_str()];
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let users = format!("/data/assets/{sword}/casting");
    app.put(MANAGER, &users, &json!([first])).await.ok();
    let (action, changes) = last(&app, &sword).await;
    let use_of = |kind: &str, nb: i64| json!({"project_id": show.id, "entity_type_id": kind, "nb_occurences": nb, "label": ""});
    let shot_type =
        text(&app.get(ADMIN, &format!("/data/shots/{first}")).await.ok(), "entity_type_id")
            .to_owned();
    assert_eq!(
        (action.as_str(), &changes[format!("casting.{first}")]),
        ("cast", &json!([null, use_of(&shot_type, 1)]))
    );
    assert_eq!(occurences(&changes, &episode.id), [json!(null), json!(1)], "the episode follows");
    assert_eq!(changes.as_object().map(serde_json::Map::len), Some(2));

    let body = json!([{"entity_id": first, "nb_occurences": 3}, {"entity_id": second}]);
    app.put(MANAGER, &users, &body).await.ok();
    let (_, changes) = last(&app, &sword).await;
    assert_eq!(occurences(&changes, first), [json!(1), json!(3)]);
    assert_eq!(occurences(&changes, second), [json!(null), json!(1)]);
    assert_eq!(changes.as_object().map(serde_json::Map::len), Some(2), "the episode stays");

    let casting = show.path(&format!("/entities/{first}/casting"));
    app.put(MANAGER, &casting, &json!([{"asset_id": sword, "nb_occurences": 4}])).await.ok();
    assert_eq!(occurences(&last(&app, &sword).await.1, first), [json!(3), json!(4)]);
    app.put(MANAGER, &casting, &json!([])).await.ok();
    assert_eq!(occurences(&last(&app, &sword).await.1, first), [json!(4), json!(null)]);

    let body = json!({"entity_ids": [first], "nb_occurences": 2});
    app.put(MANAGER, &show.path(&format!("/entities/casting/assets/{sword}")), &body).await.ok();
    assert_eq!(occurences(&last(&app, &sword).await.1, first), [json!(null), json!(2)]);
    app.put(MANAGER, &show.path("/entities/casting"), &json!({first: []})).await.ok();
    assert_eq!(occurences(&last(&app, &sword).await.1, first), [json!(2), json!(null)]);
    let links = app.get(ADMIN, &show.path("/entity-links")).await.ok();
    let link = links.as_array().expect("links").iter().find(|link| link["entity_in_id"] == second);
    let link = format!("/data/entity-links/{}", text(link.expect("the second shot's"), "id"));
    app.delete(SUPERVISOR, &link).await.error(403, "NotAllowedException");
    app.delete(MANAGER, &link).await.gone();
    let (_, changes) = last(&app, &sword).await;
    assert_eq!(occurences(&changes, second), [json!(1), json!(null)]);
    assert_eq!(occurences(&changes, &episode.id), [json!(1), json!(null)], "the episode follows");
    assert_eq!(told(&app, ADMIN, &sword).await.len(), 8);
    app.put(MANAGER, &users, &json!([])).await.ok();
    assert_eq!(told(&app, ADMIN, &sword).await.len(), 8, "nothing was changed");
}

#[tokio::test]
async fn an_entity_that_is_deleted_uses_nothing_any_more() {
    let (app, show) = tv_show().await;
    let episode = show.episode_of(&app, "E02", 1).await;
    let castle = show.asset_id(&app, "Environment", "Castle").await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    show.cast(&app, &sword, &[&episode.shots[0], &castle]).await;
    app.delete(MANAGER, &format!("/data/assets/{castle}")).await.gone();
    assert_eq!(occurences(&last(&app, &sword).await.1, &castle), [json!(1), json!(null)]);
    app.delete(MANAGER, &format!("/data/shots/{}?force=true", episode.shots[0])).await.gone();
    let rows = app.get(ADMIN, &path_of(&sword)).await.ok();
    let pair = occurences(&rows[0]["changes"], &episode.shots[0]);
    assert_eq!(pair, [json!(1), json!(null)]);
    assert_eq!(rows[0]["person_id"], json!(app.person(MANAGER).id));
}

#[tokio::test]
async fn history_goes_with_the_asset() {
    let (app, show) = tv_show().await;
    let shot = show.episode_of(&app, "E02", 1).await.shots.remove(0);
    for changes in [3, 120] {
        let sword = show.asset_id(&app, "Prop", "Sword").await;
        show.cast(&app, &sword, &[&shot]).await;
        for n in 0..changes {
            let body = json!({"data": {"n": n}});
            app.put(MANAGER, &format!("/data/entities/{sword}"), &body).await.ok();
        }
        let id = sword.parse().expect("an id");
        let left = async || {
            app.app.store.history_page(id, None, 1000).await.expect("a page").entries.len()
        };
        assert_eq!(left().await, changes + 2);
        app.delete(MANAGER, &format!("/data/assets/{sword}?force=true")).await.gone();
        assert_eq!(left().await, 0);
        app.get(MANAGER, &path_of(&sword)).await.error(404, "AssetNotFoundException");
    }
}

#[tokio::test]
async fn pages_go_from_new_to_old() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    for n in 0..6 {
        let body = json!({"data": {"n": n}});
        app.put(MANAGER, &format!("/data/entities/{sword}"), &body).await.ok();
    }
    let whole = app.get(ARTIST, &path_of(&sword)).await;
    assert_eq!(whole.header("link"), None);
    let whole = whole.ok();
    assert_eq!(whole[0]["changes"], json!({"data.n": [4, 5]}), "newest first");
    let (mut rows, mut sizes) = (Vec::new(), Vec::new());
    let mut next = Some(format!("{}?limit=3", path_of(&sword)));
    while let Some(path) = next {
        let answer = app.get(ARTIST, &path).await;
        let link = answer.header("link").map(str::to_owned);
        assert!(link.iter().all(|link| link.ends_with("rel=\"next\"")), "{link:?}");
        next = link.and_then(|link| link.split(['<', '>']).nth(1).map(str::to_owned));
        let page = answer.ok();
        let page = page.as_array().expect("a bare array");
        sizes.push(page.len());
        rows.extend(page.iter().cloned());
    }
    assert_eq!((sizes, json!(rows)), (vec![3, 3, 1], whole));
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let axe = show.asset_id(&app, "Prop", "Axe").await;
    let path = path_of(&sword);
    app.get(ARTIST, &format!("{path}?limit=0")).await.invalid(&["limit"]);
    app.get(ARTIST, &format!("{path}?limit=1001")).await.invalid(&["limit"]);
    app.get(ARTIST, &format!("{path}?cursor=x")).await.invalid(&["cursor"]);
    app.get(ARTIST, &format!("{path}?page=1&limit=x")).await.invalid(&["limit", "page"]);
    app.put(MANAGER, &format!("/data/entities/{axe}"), &json!({"name": "Hatchet"})).await.ok();
    let first = app.get(ARTIST, &format!("{}?limit=1", path_of(&axe))).await;
    let link = first.header("link").and_then(|link| link.split(['<', '>']).nth(1)).expect("a link");
    app.get(ARTIST, link).await.ok();
    app.get(ARTIST, &link.replace(&axe, &sword)).await.invalid(&["cursor"]);
    let episode = show.episode(&app, "E02").await;
    app.get(ARTIST, &path_of(&episode)).await.error(404, "AssetNotFoundException");
}

#[tokio::test]
async fn what_somebody_may_not_know_he_is_not_told() {
    let (app, show) = tv_show().await;
    let departments = app.get(ADMIN, "/data/departments?name=Compositing").await.ok();
    show.reserve(&app, "price", text(&departments[0], "id").parse().expect("an id")).await;
    let body =
        json!({"name": "Sword", "is_shared": true, "data": {"price": "7 gold", "colour": "blue"}});
    let sword = text(&show.asset_with(&app, "Prop", body).await, "id").to_owned();
    app.get(VENDOR, &path_of(&sword)).await.error(403, "NotAllowedException");
    show.task(&app, &sword, "Modeling", &[VENDOR]).await;
    let path = format!("/data/entities/{sword}");
    app.put(MANAGER, &path, &json!({"data": {"price": "8 gold"}})).await.ok();
    app.put(MANAGER, &path, &json!({"data": {"price": "9 gold", "colour": "red"}})).await.ok();

    let to_vendor = told(&app, VENDOR, &sword).await;
    assert!(
        to_vendor[0].1.get("data.price").is_none() && to_vendor[0].1.get("data.colour").is_some()
    );
    assert_eq!(to_vendor[1..], [entry("updated", json!({"data.colour": ["blue", "red"]}))]);
    assert_eq!(told(&app, ARTIST, &sword).await.len(), 3);

    let rows = app.get(CLIENT, &path_of(&sword)).await.ok();
    assert!(
        rows.as_array().is_some_and(
            |rows| rows.len() == 3 && rows.iter().all(|row| row["person_id"].is_null())
        )
    );

    let secret = Production::of_nobody(&app, "Secret").await;
    let sequence = secret.sequence(&app, "SQ01", None).await;
    let shot = secret.shot(&app, "SH01", &sequence).await;
    show.cast(&app, &sword, &[&shot]).await;
    assert_eq!(told(&app, ARTIST, &sword).await.len(), 3, "a production he is not in");
    assert_eq!(told(&app, ADMIN, &sword).await.len(), 4);
}

#[tokio::test]
async fn a_big_change_is_told_by_its_size() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let path = format!("/data/entities/{sword}");
    for letter in ["a", "b"] {
        let body = json!({"data": {"text": letter.repeat(260_000)}});
        app.put(MANAGER, &path, &body).await.ok();
    }
    let size = json!({"bytes": 260_002});
    assert_eq!(last(&app, &sword).await, entry("updated", json!({"data.text": [size, size]})));
}

#[tokio::test]
async fn a_page_of_big_changes_is_short() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let path = format!("/data/entities/{sword}");
    for letter in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let texts = (0..9).map(|n| (format!("text {n}"), json!(letter.repeat(9_900))));
        let data: Value = texts.collect();
        app.put(MANAGER, &path, &json!({"data": data})).await.ok();
    }
    let (mut actions, mut pages, mut next) = (Vec::new(), 0, Some(path_of(&sword)));
    while let Some(path) = next {
        let answer = app.get(ARTIST, &path).await;
        assert!(answer.bytes.len() < 2_000_000, "{}", answer.bytes.len());
        next = answer.header("link").and_then(|l| l.split(['<', '>']).nth(1)).map(str::to_owned);
        actions.extend(column(&answer.ok(), "action").into_iter().map(str::to_owned));
        pages += 1;
    }
    assert_eq!((actions.len(), actions[8].as_str()), (9, "created"));
    assert_eq!(pages, 2, "1 MB each");
}

/// Keys count as they are written: every control character is six bytes of JSON.
#[tokio::test]
async fn keys_of_control_characters_are_counted_as_they_are_written() {
    let (app, show) = tv_show().await;
    let keys = |count: usize, value: &str| -> Value {
        (0..count).map(|n| (format!("{n:03}{}", "\u{1}".repeat(252)), json!(value))).collect()
    };
    let body = |data: Value| json!({"name": "Sword", "data": data});
    let path = show.new_asset("Prop");
    app.post(MANAGER, &path, &body(keys(700, "x"))).await.invalid(&["data"]);
    // Within the limit, and more than an entry tells by keys.
    let sword = app.post(MANAGER, &path, &body(keys(160, "x"))).await.created();
    let id = text(&sword, "id");
    let (_, changes) = last(&app, id).await;
    assert!(changes["data"][1]["bytes"].is_u64(), "{changes}");
    let change = json!({"data": keys(160, "y")});
    app.put(MANAGER, &format!("/data/entities/{id}"), &change).await.ok();
}
