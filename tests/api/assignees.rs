//! How many may be assigned to a task: so many that all of them can be replaced by others in one transaction.

use model::{Person, Role};
use tanuki_tests::prelude::*;

const MOST: usize = 48;

/// Ids of new persons.
async fn persons(app: &TestApp, count: usize) -> Vec<String> {
    let (store, mut ids) = (&app.app.store, Vec::new());
    for n in 0..count {
        let email = format!("artist{n}@example.com");
        let person = Person::named("Artist", &n.to_string(), &email, Role::User, store.now());
        let person = store.person_create(person, None).await.expect("the person is created");
        ids.push(person.id.to_string());
    }
    ids
}

/// A task of the artists, and its path.
async fn task(app: &TestApp, show: &Production, assignees: &[String]) -> (Value, String) {
    let body = json!({
        "project_id": show.id, "entity_id": show.asset_id(app, "Prop", "Sword").await,
        "task_type_id": show.task_type(app, "Modeling").await, "assignees": assignees,
    });
    let task = app.post(ADMIN, "/data/tasks", &body).await.created();
    let path = format!("/data/tasks/{}", text(&task, "id"));
    (task, path)
}

#[tokio::test]
async fn as_many_as_may_be_are_replaced_by_as_many_others() {
    let (app, show) = tv_show().await;
    let all = persons(&app, 2 * MOST).await;
    let (some, others) = all.split_at(MOST);
    let (task, path) = task(&app, &show, some).await;
    assert_eq!(task["assignees"], json!(some));
    let change = json!({"name": "second", "assignees": others});
    assert_has(&app.put(ADMIN, &path, &change).await.ok(), &change);
    let everybody = json!({"task_ids": [task["id"]]});
    app.put(ADMIN, "/actions/tasks/clear-assignation", &everybody).await.ok();
    assert_eq!(app.get(ADMIN, &path).await.ok()["assignees"], json!([]));
    app.assert_whole("all were replaced, and taken off").await;
}

#[tokio::test]
async fn one_more_is_refused_on_every_way() {
    let (app, show) = tv_show().await;
    let all = persons(&app, MOST + 1).await;
    let (task, path) = task(&app, &show, &all[..MOST]).await;
    app.put(ADMIN, &path, &json!({"assignees": all})).await.invalid(&["assignees"]);
    let other = show.asset_id(&app, "Prop", "Axe").await;
    let body = json!({
        "entity_id": other, "task_type_id": task["task_type_id"], "assignees": all,
    });
    app.post(ADMIN, "/data/tasks", &body).await.invalid(&["assignees"]);
    let (last, id) = (&all[MOST], text(&task, "id"));
    let assign = format!("/actions/tasks/{id}/assign");
    app.put(ADMIN, &assign, &json!({"person_id": last})).await.invalid(&["person_id"]);
    let empty = show.task(&app, &other, "Modeling", &[]).await;
    let tasks = json!({"task_ids": [empty["id"], id]});
    let many = format!("/actions/persons/{last}/assign");
    app.put(ADMIN, &many, &tasks).await.invalid(&["task_ids[1]"]);
    let path = format!("/data/tasks/{}", text(&empty, "id"));
    assert_eq!(app.get(ADMIN, &path).await.ok()["assignees"], json!([]), "nothing is changed");
    // Who is assigned already is no one more.
    app.put(ADMIN, &assign, &json!({"person_id": all[0]})).await.ok();
    let one = format!("/actions/persons/{}/assign", all[0]);
    app.put(ADMIN, &one, &json!({"task_ids": [id]})).await.ok();
}

#[tokio::test]
async fn a_cell_names_no_more_either() {
    let (app, show) = tv_show().await;
    persons(&app, MOST + 1).await;
    let path = format!("/import/csv/projects/{}/assets", show.id);
    let file = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("artist{n}@example.com")).collect();
        format!("Type;Name;Modeling assignations\nProp;Sword;{}\n", names.join(","))
    };
    let wrong = ["row 2: Modeling assignations"];
    app.upload(MANAGER, &path, &file(MOST + 1)).await.invalid(&wrong);
    app.upload(MANAGER, &path, &file(MOST)).await.created();
}
