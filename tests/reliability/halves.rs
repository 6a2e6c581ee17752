//! Two requests that each change a part of the same thing, and leave the rest as it is: at the end both parts are
//! changed, whoever stops where.

use serde_json::json;
use tanuki_tests::answer::{column, text};
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Production, TestApp};

use crate::meeting::{Ground, Sent, each_way};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_often_and_what_for_an_asset_is_cast() {
    let (ground, (sword, shot)) = Ground::with(async |app, show| {
        let sequence = show.sequence(app, "SQ10", None).await;
        let (sword, shot) =
            (show.asset_id(app, "Prop", "Sword").await, show.shot(app, "SH10", &sequence).await);
        show.cast(app, &sword, &[&shot]).await;
        (sword, shot)
    })
    .await;
    let prepare = async |_: &TestApp, show: &Production| {
        let path = show.path(&format!("/entities/casting/assets/{sword}"));
        [json!({"nb_occurences": 3}), json!({"label": "main"})].map(|mut half| {
            half["entity_ids"] = json!([shot]);
            Sent::put(&path, half)
        })
    };
    each_way(&ground, prepare, async |app, answers, about| {
        assert!(answers.iter().all(|answer| answer.status == 200), "{about}");
        let rows = app.get(ADMIN, &format!("/data/assets/{sword}/casting")).await.ok();
        let row = rows.as_array().into_iter().flatten().find(|row| row["entity_id"] == json!(shot));
        let row = row.unwrap_or_else(|| panic!("the link is gone: {about}"));
        assert_eq!((&row["nb_occurences"], &row["label"]), (&json!(3), &json!("main")), "{about}");
    })
    .await;
}

/// A studio has one status for new tasks, whoever chose another one, also where none was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_statuses_are_made_the_default() {
    let default = "/data/task-status?is_default=true&for_concept=false";
    for is_there in [true, false] {
        let (ground, paths) = Ground::with(async |app, _| {
            let of = async |name: &str| {
                let body = json!({"name": name, "short_name": name, "color": "#123456"});
                let status = app.post(ADMIN, "/data/task-status", &body).await.created();
                format!("/data/task-status/{}", text(&status, "id"))
            };
            if !is_there {
                let path = format!(
                    "/data/task-status/{}",
                    column(&app.get(ADMIN, default).await.ok(), "id")[0]
                );
                app.put(ADMIN, &path, &json!({"is_default": false})).await.ok();
            }
            [of("First").await, of("Second").await]
        })
        .await;
        let prepare = async |_: &TestApp, _: &Production| {
            paths.clone().map(|path| Sent::put(&path, json!({"is_default": true})))
        };
        each_way(&ground, prepare, async |app, answers, about| {
            assert!(answers.iter().all(|answer| answer.status == 200), "{about}");
            let defaults = app.get(ADMIN, default).await.ok();
            assert_eq!(defaults.as_array().map(Vec::len), Some(1), "{about}: {defaults}");
        })
        .await;
    }
}
