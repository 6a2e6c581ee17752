//! Sending back what one has read, while somebody who may do more changes it.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole. What a
//! person may not change himself is at the end as it was changed.

use model::Role;
use serde_json::{Value, json};
use tanuki_tests::answer::{assert_has, text};
use tanuki_tests::app::{ADMIN, ARTIST, MANAGER, OUTSIDER, SUPERVISOR, VENDOR, Who};
use tanuki_tests::{Production, TestApp};

use crate::meeting::{Ground, Sent, each_way};

fn path_of(app: &TestApp, who: Who) -> String {
    format!("/data/persons/{}", app.person(who).id)
}

/// Lets somebody of this role send what he is while an administrator takes that away.
async fn lose(who: Who, role: &str, taken: Value) {
    let prepare = async |app: &TestApp, _: &Production| {
        let path = path_of(app, who);
        app.put(ADMIN, &path, &json!({"role": role})).await.ok();
        let own = json!({"role": role, "active": true, "phone": "1"});
        [Sent::put(&path, own).by(who), Sent::put(&path, taken.clone())]
    };
    each_way(&Ground::new().await, prepare, async |app, [own, taking], about| {
        assert_eq!(taking.status, 200, "{about}");
        assert!([200, 401, 403].contains(&own.status.as_u16()), "{about}");
        assert_has(&app.get(ADMIN, &path_of(app, who)).await.ok(), &taken);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_undoes_his_demotion() {
    lose(MANAGER, "manager", json!({"role": "user"})).await;
    lose(OUTSIDER, "admin", json!({"role": "user"})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_undoes_his_deactivation() {
    lose(MANAGER, "manager", json!({"active": false})).await;
    lose(OUTSIDER, "admin", json!({"active": false})).await;
}

/// Lets two administrators do the same to each other.
async fn two_administrators(deed: impl Fn(&str) -> Sent) {
    let prepare = async |app: &TestApp, _: &Production| {
        app.put(ADMIN, &path_of(app, OUTSIDER), &json!({"role": "admin"})).await.ok();
        let to = |who: Who, by: Who| deed(&path_of(app, who)).by(by);
        [to(ADMIN, OUTSIDER), to(OUTSIDER, ADMIN)]
    };
    each_way(&Ground::new().await, prepare, async |app, answers, about| {
        let done = answers.iter().filter(|answer| answer.status.is_success()).count();
        let refused = answers.iter().filter(|answer| [401, 403].contains(&answer.status.as_u16()));
        assert_eq!((done, refused.count()), (1, 1), "{about}");
        let persons = app.app.store.person_list().await.expect("the studio");
        let left = persons.iter().filter(|it| it.active && it.role == Role::Admin);
        assert_eq!(left.count(), 1, "{about}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_studio_keeps_an_administrator() {
    two_administrators(|path| Sent::put(path, json!({"role": "user"}))).await;
    two_administrators(|path| Sent::put(path, json!({"active": false}))).await;
    two_administrators(Sent::delete).await;
}

/// A supervisor may change metadata only, and sends the whole row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_sent_back_undoes_no_change_of_a_manager() {
    let ground = Ground::new().await;
    for change in [json!({"name": "Axe"}), json!({"canceled": true}), json!({"is_shared": true})] {
        let prepare = async |app: &TestApp, show: &Production| {
            let mut row = show.asset(app, "Prop", "Sword").await;
            row["data"] = json!({"material": "steel"});
            let path = format!("/data/entities/{}", text(&row, "id"));
            let change = Sent::put(&path, change.clone()).by(MANAGER);
            [Sent::put(&path, row).by(SUPERVISOR), change]
        };
        each_way(&ground, prepare, async |app, [row, changed], about| {
            assert_eq!(changed.status, 200, "{about}");
            assert!([200, 403].contains(&row.status.as_u16()), "{about}");
            let path = format!("/data/entities/{}", text(&changed.body, "id"));
            assert_has(&app.get(ADMIN, &path).await.ok(), &change);
        })
        .await;
    }
}

/// An artist may keep a status that he may not set, and not set it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comment_undoes_no_status_of_a_supervisor() {
    let prepare = async |app: &TestApp, show: &Production| {
        let status = async |name: &str, is_artist_allowed: bool| {
            let body =
                json!({"name": name, "short_name": name, "is_artist_allowed": is_artist_allowed});
            app.post(ADMIN, "/data/task-status", &body).await.created()
        };
        let (accepted, again) = (status("Accepted", false).await, status("Again", true).await);
        let sword = show.asset_id(app, "Prop", "Sword").await;
        let task = show.task(app, &sword, "Modeling", &[ARTIST]).await;
        let path = format!("/actions/tasks/{}/comment", text(&task, "id"));
        let comment =
            |status: &Value| json!({"task_status_id": status["id"], "comment": "So it is"});
        app.post(SUPERVISOR, &path, &comment(&accepted)).await.created();
        [
            Sent::post(&path, comment(&accepted)).by(ARTIST),
            Sent::post(&path, comment(&again)).by(SUPERVISOR),
        ]
    };
    each_way(&Ground::new().await, prepare, async |app, [kept, set], about| {
        assert_eq!(set.status, 201, "{about}");
        assert!([201, 403].contains(&kept.status.as_u16()), "{about}");
        let task = text(&set.body, "object_id");
        let task = app.get(ADMIN, &format!("/data/tasks/{task}")).await.ok();
        assert_eq!(task["task_status_id"], set.body["task_status_id"], "{about}");
    })
    .await;
}

/// A vendor comments on what is assigned to him when the comment is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_comments_on_no_task_he_was_taken_off() {
    let prepare = async |app: &TestApp, show: &Production| {
        let sword = show.asset_id(app, "Prop", "Sword").await;
        let task = show.task(app, &sword, "Modeling", &[VENDOR]).await;
        let id = text(&task, "id");
        let comment = json!({"task_status_id": task["task_status_id"], "comment": "So it is"});
        [
            Sent::post(&format!("/actions/tasks/{id}/comment"), comment).by(VENDOR),
            Sent::put(&format!("/data/tasks/{id}"), json!({"assignees": []})),
        ]
    };
    each_way(&Ground::new().await, prepare, async |_, [comment, taken], about| {
        assert_eq!(taken.status, 200, "{about}");
        let may = if about.starts_with("request 0") { vec![403] } else { vec![201, 403] };
        assert!(may.contains(&comment.status.as_u16()), "{about}");
    })
    .await;
}
