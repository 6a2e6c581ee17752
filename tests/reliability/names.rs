//! Names given twice at once: to one thing by two requests, and to two things.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole. To one thing
//! a name can be given as often as anybody likes; of two things one has it.

use serde_json::{Value, json};
use tanuki_tests::answer::{column, text};
use tanuki_tests::app::{ADMIN, ARTIST};
use tanuki_tests::{Production, TestApp};

use crate::meeting::{Ground, Sent, each_way};

/// Lets the same change of one thing meet itself.
async fn given_twice(
    path: impl AsyncFn(&TestApp, &Production) -> String,
    change: impl Fn(&Production) -> Value,
) {
    let prepare = async |app: &TestApp, show: &Production| {
        let change = Sent::put(&path(app, show).await, change(show));
        [change.clone(), change]
    };
    each_way(&Ground::new().await, prepare, async |_, answers, about| {
        for answer in answers {
            assert_eq!(answer.status, 200, "{about}");
        }
    })
    .await;
}

async fn sword(app: &TestApp, show: &Production) -> String {
    show.asset_id(app, "Prop", "Sword").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asset_takes_its_name_and_its_type_twice() {
    let asset = async |app: &TestApp, show: &Production| {
        format!("/data/entities/{}", sword(app, show).await)
    };
    given_twice(asset, |_| json!({"name": "Axe"})).await;
    given_twice(asset, |show| json!({"entity_type_id": show.asset_type("Character")})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_a_person_a_project_a_word_and_a_column_take_theirs_twice() {
    let task = async |app: &TestApp, show: &Production| {
        let task = show.task(app, &sword(app, show).await, "Modeling", &[ARTIST]).await;
        format!("/data/tasks/{}", text(&task, "id"))
    };
    given_twice(task, |_| json!({"name": "second"})).await;
    let person =
        async |app: &TestApp, _: &Production| format!("/data/persons/{}", app.person(ARTIST).id);
    given_twice(person, |_| json!({"email": "new@example.com"})).await;
    let project = async |_: &TestApp, show: &Production| format!("/data/projects/{}", show.id);
    given_twice(project, |_| json!({"name": "Series"})).await;
    let word = async |app: &TestApp, _: &Production| {
        let word = app.post(ADMIN, "/data/departments", &json!({"name": "Paint"})).await.created();
        format!("/data/departments/{}", text(&word, "id"))
    };
    given_twice(word, |_| json!({"name": "Colour"})).await;
    let column = async |app: &TestApp, show: &Production| {
        let body = json!({"name": "Height", "entity_type": "Asset"});
        let path = show.path("/metadata-descriptors");
        let column = app.post(ADMIN, &path, &body).await.created();
        format!("{path}/{}", text(&column, "id"))
    };
    given_twice(column, |_| json!({"name": "Size"})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_columns_one_has_the_key() {
    let prepare = async |_: &TestApp, show: &Production| {
        let new = |name: &str| {
            let body = json!({"name": name, "entity_type": "Asset"});
            Sent::post(&show.path("/metadata-descriptors"), body)
        };
        // Another title, and the same key in `data`.
        [new("Size in cm"), new("size-in-cm")]
    };
    each_way(&Ground::new().await, prepare, async |_, answers, about| {
        let [created, refused] = match answers {
            [one, other] if one.status == 201 => [one, other],
            [one, other] => [other, one],
        };
        assert_eq!((created.status.as_u16(), refused.status.as_u16()), (201, 400), "{about}");
        assert!(refused.body.to_string().contains(text(&created.body, "id")), "{about}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_columns_one_has_the_title_and_a_deleted_one_has_none() {
    let columns = async |app: &TestApp, show: &Production| {
        let path = show.path("/metadata-descriptors");
        let new = async |name: &str| {
            let body = json!({"name": name, "entity_type": "Asset"});
            let column = app.post(ADMIN, &path, &body).await.created();
            format!("{path}/{}", text(&column, "id"))
        };
        [new("Height").await, new("Width").await]
    };
    let size = || json!({"name": "Size"});
    let ground = Ground::new().await;
    let prepare = async |app: &TestApp, show: &Production| {
        columns(app, show).await.map(|path| Sent::put(&path, size()))
    };
    each_way(&ground, prepare, async |_, answers, about| {
        let mut statuses = answers.each_ref().map(|answer| answer.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "{about}");
    })
    .await;
    let prepare = async |app: &TestApp, show: &Production| {
        let [height, _] = columns(app, show).await;
        [Sent::delete(&height), Sent::put(&height, size())]
    };
    each_way(&ground, prepare, async |app, [deletion, renaming], about| {
        assert_eq!(deletion.status, 204, "{about}");
        assert!([200, 404].contains(&renaming.status.as_u16()), "{about}");
        let left = app.get(ADMIN, "/data/metadata-descriptors").await.ok();
        assert_eq!(column(&left, "name"), ["Width"], "{about}");
        for name in ["Height", "Size"] {
            let path =
                format!("/data/projects/{}/metadata-descriptors", text(&left[0], "project_id"));
            let body = json!({"name": name, "entity_type": "Asset"});
            app.post(ADMIN, &path, &body).await.created();
        }
    })
    .await;
}
