//! Sharing assets, by id, by project, by type.

use tanuki_tests::prelude::*;

const SHARE: &str = "/actions/assets/share";
const UNKNOWN: &str = "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d";

/// A show with two props and a character.
async fn set() -> (TestApp, Production, [String; 3]) {
    let (app, show) = tv_show().await;
    let assets = [
        show.asset_id(&app, "Prop", "Lamp").await,
        show.asset_id(&app, "Prop", "Sword").await,
        show.asset_id(&app, "Character", "Hero").await,
    ];
    (app, show, assets)
}

fn of_project(show: &Production) -> String {
    format!("/actions/projects/{}/assets/share", show.id)
}

fn of_type(show: &Production, asset_type: &str) -> String {
    format!(
        "/actions/projects/{}/asset-types/{}/assets/share",
        show.id,
        show.asset_type(asset_type)
    )
}

/// The names of what is shared, as everybody finds it.
async fn shared(app: &TestApp) -> Vec<String> {
    let rows = app.get(ADMIN, "/data/assets?is_shared=true").await.ok();
    sorted(&rows, "name").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn assets_are_shared_by_id() {
    let (app, _, [lamp, sword, _]) = set().await;
    let rows = app.post(MANAGER, SHARE, &json!({"asset_ids": [lamp, sword]})).await.ok();
    assert_eq!(sorted(&rows, "name"), ["Lamp", "Sword"]);
    assert!(
        rows.as_array().is_some_and(|rows| rows.iter().all(|row| row["is_shared"] == true)),
        "{rows}"
    );
    assert_has(&rows[0], &json!({"type": "Asset", "canceled": false, "data": {}}));
    assert_eq!(shared(&app).await, ["Lamp", "Sword"]);
    assert_eq!(app.get(ARTIST, &format!("/data/assets/{lamp}")).await.ok()["is_shared"], true);

    let rows =
        app.post(MANAGER, SHARE, &json!({"asset_ids": [sword], "is_shared": false})).await.ok();
    assert_eq!((column(&rows, "id"), &rows[0]["is_shared"]), (vec![sword.as_str()], &json!(false)));
    assert_eq!(shared(&app).await, ["Lamp"]);
}

#[tokio::test]
async fn sharing_twice_is_sharing_once() {
    let (app, _, [lamp, ..]) = set().await;
    let body = json!({"asset_ids": [lamp], "is_shared": true});
    app.post(MANAGER, SHARE, &body).await.ok();
    let rows = app.post(MANAGER, SHARE, &body).await.ok();
    assert_eq!((column(&rows, "name"), &rows[0]["is_shared"]), (vec!["Lamp"], &json!(true)));
    assert_eq!(app.post(MANAGER, SHARE, &json!({"asset_ids": []})).await.ok(), json!([]));
    assert_eq!(shared(&app).await, ["Lamp"]);
}

#[tokio::test]
async fn one_wrong_id_changes_nothing() {
    let (app, show, [lamp, ..]) = set().await;
    let secret = Production::of_nobody(&app, "Secret").await;
    let spy = secret.asset_id(&app, "Character", "Spy").await;
    let episode = show.episode(&app, "E02").await;
    for id in [UNKNOWN, &episode] {
        let body = json!({"asset_ids": [lamp, id]});
        for path in [SHARE, &of_project(&show)] {
            app.post(MANAGER, path, &body).await.error(404, "AssetNotFoundException");
        }
    }
    let body = json!({"asset_ids": [lamp, spy]});
    app.post(MANAGER, SHARE, &body).await.error(403, "NotAllowedException");
    for who in [MANAGER, ADMIN] {
        app.post(who, &of_project(&show), &body).await.error(403, "NotAllowedException");
    }
    assert_eq!(shared(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let (app, show, [lamp, ..]) = set().await;
    let check = async |path: &str, body: Value, fields: &[&str]| {
        app.post(MANAGER, path, &body).await.invalid(fields);
    };
    check(SHARE, json!({}), &["asset_ids"]).await;
    check(SHARE, json!({"asset_ids": null}), &["asset_ids"]).await;
    check(SHARE, json!({"asset_ids": lamp}), &["asset_ids"]).await;
    check(SHARE, json!({"asset_ids": [lamp, "sword", 5]}), &["asset_ids[1]", "asset_ids[2]"]).await;
    check(SHARE, json!({"asset_ids": ["x"], "is_shared": "maybe"}), &["asset_ids[0]", "is_shared"])
        .await;
    check(
        &of_project(&show),
        json!({"asset_ids": {}, "is_shared": 5}),
        &["asset_ids", "is_shared"],
    )
    .await;
    check(&of_project(&show), json!({"asset_ids": null}), &["asset_ids"]).await;
    check(&of_type(&show, "Prop"), json!({"is_shared": "maybe"}), &["is_shared"]).await;
    assert_eq!(shared(&app).await, Vec::<String>::new());
}

/// Without the field that narrows it, it would be about every asset there is.
#[tokio::test]
async fn a_field_that_is_not_known_is_refused() {
    let (app, show, [lamp, ..]) = set().await;
    let check = async |path: &str, body: Value, fields: &[&str]| {
        app.post(MANAGER, path, &body).await.invalid(fields);
    };
    check(&of_project(&show), json!({"assetIds": [lamp]}), &["assetIds"]).await;
    check(&of_type(&show, "Prop"), json!({"asset_ids": [lamp]}), &["asset_ids"]).await;
    check(SHARE, json!({"asset_ids": [lamp], "shared": false}), &["shared"]).await;
    assert_eq!(shared(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_query_says_nothing() {
    let (app, show, [lamp, ..]) = set().await;
    let post = async |path: String, body: Value| app.post(MANAGER, &path, &body).await;
    let body = json!({"asset_ids": [lamp]});
    post(format!("{SHARE}?is_shared=false"), body.clone()).await.invalid(&["is_shared"]);
    let of_one = format!("{}?asset_ids={lamp}", of_project(&show));
    post(of_one, json!({})).await.invalid(&["asset_ids"]);
    assert_eq!(shared(&app).await, Vec::<String>::new());
    post(format!("{SHARE}?relations=true"), body).await.ok();
    assert_eq!(shared(&app).await, ["Lamp"]);
}

#[tokio::test]
async fn a_project_is_shared_in_whole_or_in_part() {
    let (app, show, [lamp, _, hero]) = set().await;
    Production::film(&app, "Film").await.asset(&app, "Prop", "Elsewhere").await;
    let rows = app.post(MANAGER, &of_project(&show), &json!({"is_shared": true})).await.ok();
    assert_eq!(sorted(&rows, "name"), ["Hero", "Lamp", "Sword"]);
    assert_eq!(shared(&app).await, ["Hero", "Lamp", "Sword"]);
    let body = json!({"is_shared": false, "asset_ids": [lamp, hero]});
    let rows = app.post(MANAGER, &of_project(&show), &body).await.ok();
    assert_eq!(sorted(&rows, "name"), ["Hero", "Lamp"]);
    assert_eq!(shared(&app).await, ["Sword"]);
}

#[tokio::test]
async fn nothing_said_means_share() {
    let (app, show, _) = set().await;
    app.request(MANAGER, Method::POST, &of_type(&show, "Character"), None).await.ok();
    assert_eq!(shared(&app).await, ["Hero"]);
    app.post(MANAGER, &of_project(&show), &json!({})).await.ok();
    assert_eq!(shared(&app).await, ["Hero", "Lamp", "Sword"]);
}

#[tokio::test]
async fn a_type_of_a_project_is_shared() {
    let (app, show, _) = set().await;
    Production::film(&app, "Film").await.asset(&app, "Prop", "Elsewhere").await;
    let rows = app.post(MANAGER, &of_type(&show, "Prop"), &json!({"is_shared": true})).await.ok();
    assert_eq!(sorted(&rows, "name"), ["Lamp", "Sword"]);
    assert_eq!(shared(&app).await, ["Lamp", "Sword"]);
    assert_eq!(app.post(MANAGER, &of_type(&show, "FX"), &json!({})).await.ok(), json!([]));
    app.post(MANAGER, &of_type(&show, "Prop"), &json!({"is_shared": false})).await.ok();
    assert_eq!(shared(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn managers_share() {
    let (app, show, [lamp, ..]) = set().await;
    show.task(&app, &lamp, "Modeling", &[VENDOR]).await;
    let body = json!({"asset_ids": [lamp]});
    let all = json!({});
    for (path, body) in
        [(SHARE, &body), (&of_project(&show), &body), (&of_type(&show, "Prop"), &all)]
    {
        let statuses = app.statuses(Method::POST, path, Some(body)).await;
        assert_eq!(statuses, [200, 200, 403, 403, 403, 403, 403, 401], "{path}");
    }
}

#[tokio::test]
async fn an_unknown_project_or_type_is_not_found() {
    let (app, show, _) = set().await;
    let post = async |path: String| app.post(ADMIN, &path, &json!({})).await;
    for id in [UNKNOWN, "show"] {
        for path in [of_project(&show), of_type(&show, "Prop")] {
            post(path.replace(&show.id, id)).await.error(404, "ProjectNotFoundException");
        }
        let path = of_type(&show, "Prop").replace(show.asset_type("Prop"), id);
        post(path).await.error(404, "AssetTypeNotFoundException");
    }
}

#[tokio::test]
async fn a_thousand_assets_are_shared_in_one_call() {
    let (app, show) = tv_show().await;
    let mut ids = show.many_assets(&app, "Prop", 1000).await;
    ids.push(UNKNOWN.to_owned());
    app.post(MANAGER, SHARE, &json!({"asset_ids": ids})).await.error(404, "AssetNotFoundException");
    assert_eq!(shared(&app).await, Vec::<String>::new());

    ids.pop();
    let rows = app.post(MANAGER, SHARE, &json!({"asset_ids": ids})).await.ok();
    assert_eq!(rows.as_array().map(Vec::len), Some(1000));
    let rows = app.get(ARTIST, "/data/assets?is_shared=true").await.ok();
    ids.sort_unstable();
    assert_eq!(sorted(&rows, "id"), ids);
    let page = app.get(ARTIST, "/data/assets?is_shared=false").await.ok();
    assert_eq!(page, json!([]), "and none is left");
}
