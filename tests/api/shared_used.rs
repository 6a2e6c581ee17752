//! The shared assets of other productions that a production, or an episode of it, uses.

use tanuki_tests::prelude::*;

/// A library of three shared assets and a show that uses them: `Tree` in a shot of its first episode, `Rock`
/// in the second episode itself, `River` nowhere.
struct Library {
    app: TestApp,
    lender: Production,
    show: Production,
    first: Episode,
    second: Episode,
    tree: String,
}

async fn library() -> Library {
    let (app, show) = tv_show().await;
    let lender = Production::of_nobody(&app, "Library").await;
    let [tree, rock, river] = [
        lender.asset_id(&app, "Environment", "Tree").await,
        lender.asset_id(&app, "Environment", "Rock").await,
        lender.asset_id(&app, "Environment", "River").await,
    ];
    app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [tree, rock, river]})).await.ok();
    let first = show.episode_of(&app, "E02", 1).await;
    let second = show.episode_of(&app, "E03", 0).await;
    lender.cast(&app, &tree, &[&first.shots[0]]).await;
    lender.cast(&app, &rock, &[&second.id]).await;
    Library { app, lender, show, first, second, tree }
}

fn in_episode(show: &Production, episode: &str) -> String {
    show.path(&format!("/episodes/{episode}/assets/shared-used"))
}

#[tokio::test]
async fn a_production_tells_what_it_borrows() {
    let Library { app, lender, show, tree, .. } = library().await;
    let own = show.asset_with(&app, "Prop", json!({"name": "Own", "is_shared": true})).await;
    let sequence = show.sequence(&app, "SQ09", None).await;
    show.cast(&app, text(&own, "id"), &[&sequence]).await;
    let rows = app.get(ARTIST, &show.path("/assets/shared-used")).await.ok();
    assert_eq!(column(&rows, "name"), ["Rock", "Tree"]);
    let expected = json!({
        "id": tree,
        "project_id": lender.id,
        "entity_type_id": lender.asset_type("Environment"),
        "is_shared": true,
        "canceled": false,
        "type": "Asset",
    });
    assert_has(&rows[1], &expected);
    assert_eq!(app.get(ADMIN, &lender.path("/assets/shared-used")).await.ok(), json!([]));
}

#[tokio::test]
async fn an_episode_tells_what_it_and_its_shots_borrow() {
    let Library { app, show, first, second, .. } = library().await;
    let empty = show.episode(&app, "E04").await;
    let names = async |episode: &str| app.get(ARTIST, &in_episode(&show, episode)).await.ok();
    assert_eq!(column(&names(&first.id).await, "name"), ["Tree"]);
    assert_eq!(column(&names(&second.id).await, "name"), ["Rock"]);
    assert_eq!(names(&empty).await, json!([]));
}

/// Its sequences, scenes and assets use what they use, it does not.
#[tokio::test]
async fn what_else_is_in_an_episode_borrows_for_itself() {
    let Library { app, lender, show, first, .. } = library().await;
    let scene = show.scene(&app, "SC01", &first.sequence).await;
    let own = json!({"name": "Own", "episode_id": first.id});
    let own = show.asset_with(&app, "Prop", own).await;
    let borrowed = lender.asset_with(&app, "Prop", json!({"name": "Fence", "is_shared": true}));
    let users = [&*first.sequence, &*scene, text(&own, "id")];
    lender.cast(&app, text(&borrowed.await, "id"), &users).await;
    let rows = app.get(ARTIST, &in_episode(&show, &first.id)).await.ok();
    assert_eq!(column(&rows, "name"), ["Tree"]);
    let rows = app.get(ARTIST, &show.path("/assets/shared-used")).await.ok();
    assert_eq!(column(&rows, "name"), ["Rock", "Tree", "Fence"]);
}

#[tokio::test]
async fn what_is_unshared_canceled_or_taken_out_is_borrowed_no_more() {
    let Library { app, lender, show, first, second, tree } = library().await;
    let names = async |path: &str| {
        let rows = app.get(ARTIST, path).await.ok();
        column(&rows, "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let (all, one) = (show.path("/assets/shared-used"), in_episode(&show, &first.id));
    let share = async |is_shared: bool| {
        let body = json!({"asset_ids": [tree], "is_shared": is_shared});
        app.post(ADMIN, "/actions/assets/share", &body).await.ok();
    };
    share(false).await;
    assert_eq!((names(&all).await, names(&one).await), (vec!["Rock".to_owned()], vec![]));
    share(true).await;
    assert_eq!(names(&all).await, ["Rock", "Tree"]);

    lender.task(&app, &tree, "Modeling", &[]).await;
    app.delete(ADMIN, &format!("/data/assets/{tree}")).await.gone();
    assert_eq!((names(&all).await, names(&one).await), (vec!["Rock".to_owned()], vec![]));

    app.put(ADMIN, &show.path(&format!("/entities/{}/casting", second.id)), &json!([])).await.ok();
    assert_eq!(names(&all).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_borrowed_is_told_to_the_team() {
    let Library { app, show, first, .. } = library().await;
    for path in [show.path("/assets/shared-used"), in_episode(&show, &first.id)] {
        assert_eq!(
            app.statuses(Method::GET, &path, None).await,
            [200, 200, 200, 200, 200, 200, 403, 401],
            "{path}"
        );
        assert_eq!(
            app.get(VENDOR, &path).await.ok(),
            json!([]),
            "nothing of it is assigned to him"
        );
        app.get(ARTIST, &format!("{path}?x=1")).await.invalid(&["x"]);
    }
}

#[tokio::test]
async fn an_unknown_project_or_episode_is_not_found() {
    let Library { app, lender, show, first, .. } = library().await;
    for id in ["9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d", "show", "%00"] {
        for path in [show.path("/assets/shared-used"), in_episode(&show, &first.id)] {
            app.get(ADMIN, &path.replace(&show.id, id))
                .await
                .error(404, "ProjectNotFoundException");
        }
        app.get(ADMIN, &in_episode(&show, id)).await.error(404, "EpisodeNotFoundException");
    }
    // Kitsu asks for these of what belongs to no episode.
    let all = app.get(ADMIN, &show.path("/assets/shared-used")).await.ok();
    assert!(all.as_array().is_some_and(|rows| !rows.is_empty()), "{all}");
    for word in ["main", "all"] {
        assert_eq!(app.get(ADMIN, &in_episode(&show, word)).await.ok(), all);
        app.get(OUTSIDER, &in_episode(&show, word)).await.error(403, "NotAllowedException");
    }
    app.get(ADMIN, &in_episode(&lender, &first.id)).await.error(404, "EpisodeNotFoundException");
    app.get(ADMIN, &in_episode(&show, &first.sequence))
        .await
        .error(404, "EpisodeNotFoundException");
}
