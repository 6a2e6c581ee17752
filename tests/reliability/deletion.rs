//! Deletions of many entities that use the same others.

use serde_json::json;
use tanuki_tests::answer::text;
use tanuki_tests::app::ADMIN;
use tanuki_tests::production::Episode;
use tanuki_tests::{Production, TestApp};

use crate::fuse::Fuse;
use crate::left_open::assert_swept;

/// More writes than any of these deletions makes.
const WRITES_MAX: i64 = 100;

/// An episode of three shots that use all of these.
async fn filled(app: &TestApp, show: &Production, props: &[String]) -> Episode {
    let episode = show.episode_of(app, "Pilot", 3).await;
    for shot in &episode.shots {
        let rows: Vec<_> =
            props.iter().map(|id| json!({"asset_id": id, "nb_occurences": 2})).collect();
        let path = show.path(&format!("/entities/{shot}/casting"));
        app.put(ADMIN, &path, &json!(rows)).await.ok();
    }
    episode
}

/// What a casting or a list of uses says.
async fn count(app: &TestApp, path: &str) -> usize {
    app.get(ADMIN, path).await.ok().as_array().expect("rows").len()
}

/// Wherever it breaks off, what is left agrees with itself, and the same request does the rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_episode_goes_with_all_it_holds_wherever_it_breaks_off() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    let props = show.many_assets(&app, "Prop", 10).await;
    let kinds = ["/episodes", "/sequences", "/shots", "/entity-links"].map(|kind| show.path(kind));
    let mut before = Vec::new();
    for path in &kinds {
        before.push(count(&app, path).await);
    }
    for n in 1.. {
        assert!(n < WRITES_MAX, "the deletion still goes on");
        let episode = filled(&app, &show, &props).await;
        let path = format!("/data/episodes/{}?force=true", episode.id);
        let fuse = Fuse::at(n);
        let answer = fuse.process(&app).delete(ADMIN, &path).await;
        let is_cut_off = fuse.is_blown();
        assert_eq!(answer.status.is_server_error(), is_cut_off, "write {n}: {answer:?}");
        let process = app.restarted();
        process.get(ADMIN, &show.path("/entity-links")).await.ok();
        process.assert_whole(&format!("cut off before write {n}")).await;
        let again = process.delete(ADMIN, &path).await;
        assert!([204, 404].contains(&again.status.as_u16()), "write {n}: {again:?}");
        // Once the episode itself is gone, what is left of it is for the sweep.
        assert_swept(&app).await;
        for (path, before) in kinds.iter().zip(&before) {
            assert_eq!(count(&app, path).await, *before, "{path}, cut off before write {n}");
        }
        assert_eq!(count(&app, &show.path("/assets")).await, props.len());
        process.assert_whole(&format!("repeated after write {n}")).await;
        let history = app.get(ADMIN, &format!("/data/assets/{}/history", props[0])).await.ok();
        for shot in &episode.shots {
            let told = history.to_string().matches(&format!("casting.{shot}")).count();
            assert_eq!(told, 2, "{shot} used it, and then did not, cut off before write {n}");
        }
        if !is_cut_off {
            return;
        }
    }
}

/// Assets that are used by others, and by each other.
#[tokio::test]
async fn assets_go_together_out_of_what_uses_them() {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    let props = show.many_assets(&app, "Prop", 10).await;
    let stays = show.asset_id(&app, "Prop", "Stays").await;
    let episode = filled(&app, &show, &[&props[..], std::slice::from_ref(&stays)].concat()).await;
    show.cast(&app, &props[0], &[&props[1], &stays]).await;
    let path = format!("/actions/projects/{}/delete-entities?force=true", show.id);
    let gone = app.post(ADMIN, &path, &json!(props)).await.ok();
    assert_eq!(gone.as_array().map(Vec::len), Some(props.len()));
    for shot in &episode.shots {
        let casting = app.get(ADMIN, &format!("/data/shots/{shot}/assets")).await.ok();
        let left: Vec<&str> =
            casting.as_array().expect("rows").iter().map(|row| text(row, "id")).collect();
        assert_eq!(left, [stays.as_str()]);
    }
    assert_eq!(count(&app, &show.path("/assets")).await, 1);
    app.assert_whole("all are gone").await;
}
