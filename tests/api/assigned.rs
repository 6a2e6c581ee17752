//! `data/user/…`: of a production what has a task assigned to the caller, whatever else he may see.

use tanuki_tests::prelude::*;

/// A show with a `Sword` whose modeling is the artist's and whose rigging is the vendor's, and a `Hero` nobody works on.
async fn sword() -> (TestApp, Production, String, String) {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    show.task(&app, &sword, "Modeling", &[ARTIST]).await;
    show.task(&app, &sword, "Rigging", &[VENDOR]).await;
    show.task(&app, &hero, "Modeling", &[]).await;
    (app, show, sword, hero)
}

fn types(show: &Production) -> String {
    format!("/data/user/projects/{}/asset-types", show.id)
}

fn assets(show: &Production, asset_type: &str) -> String {
    format!("{}/{}/assets", types(show), show.asset_type(asset_type))
}

#[tokio::test]
async fn everybody_is_told_what_is_assigned_to_him() {
    let (app, show, sword, hero) = sword().await;
    for (who, task_types) in [(ARTIST, &["Modeling"][..]), (VENDOR, &["Rigging"]), (MANAGER, &[])] {
        let (of_type, of_asset): (&[&str], &[&str]) =
            if task_types.is_empty() { (&[], &[]) } else { (&["Prop"], &["Sword"]) };
        let names = async |path: &str| {
            let rows = app.get(who, path).await.ok();
            column(&rows, "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(names(&types(&show)).await, of_type, "{who:?}");
        assert_eq!(names(&assets(&show, "Prop")).await, of_asset, "{who:?}");
        assert_eq!(names(&assets(&show, "Character")).await, [""; 0], "{who:?}");
        let path = format!("/data/user/assets/{sword}");
        assert_eq!(names(&format!("{path}/task-types")).await, task_types, "{who:?}");
        let tasks = app.get(who, &format!("{path}/tasks")).await.ok();
        assert_eq!(column(&tasks, "task_type_name"), task_types, "{who:?}");
    }
    let path = format!("/data/user/assets/{hero}/tasks");
    assert_eq!(app.get(ARTIST, &path).await.ok(), json!([]));
    app.get(VENDOR, &path).await.error(403, "NotAllowedException");
}

#[tokio::test]
async fn what_is_assigned_is_for_the_team() {
    let (app, show, sword, _) = sword().await;
    for path in [
        types(&show),
        assets(&show, "Prop"),
        format!("/data/user/assets/{sword}/tasks"),
        format!("/data/user/assets/{sword}/task-types"),
    ] {
        let mut seen = Vec::new();
        for who in EVERYBODY {
            seen.push(app.get(who, &path).await.status.as_u16());
        }
        assert_eq!(seen, [200, 200, 200, 200, 200, 200, 403, 401], "{path}");
        app.get(ARTIST, &format!("{path}?nam=x")).await.invalid(&["nam"]);
    }
}
