//! Comments: who sees them, and in which order.

use model::Role;
use tanuki_tests::prelude::*;

/// A task with what is said of it.
struct Talk {
    id: String,
    status: Value,
}

impl Talk {
    async fn new(app: &TestApp, film: &Production) -> Self {
        let hero = film.asset_id(app, "Character", "Hero").await;
        let task = film.task(app, &hero, "Modeling", &[]).await;
        Self { id: text(&task, "id").to_owned(), status: task["task_status_id"].clone() }
    }

    /// Says something, and leaves the status as the task was created with.
    async fn say(&self, app: &TestApp, who: Who, said: &str) {
        self.comment(app, who, json!({"comment": said, "task_status_id": self.status})).await;
    }

    async fn comment(&self, app: &TestApp, who: Who, body: Value) -> Value {
        app.post(who, &format!("/actions/tasks/{}/comment", self.id), &body).await.created()
    }

    /// The comments as somebody sees them.
    async fn seen(&self, app: &TestApp, who: Who) -> Value {
        app.get(who, &format!("/data/tasks/{}/comments", self.id)).await.ok()
    }

    async fn task(&self, app: &TestApp) -> Value {
        app.get(ADMIN, &format!("/data/tasks/{}", self.id)).await.ok()
    }
}

async fn status(app: &TestApp, short_name: &str) -> Value {
    let rows = app.get(ADMIN, &format!("/data/task-status?short_name={short_name}")).await.ok();
    rows[0]["id"].clone()
}

#[tokio::test]
async fn a_client_sees_what_clients_of_the_project_say() {
    let app = TestApp::new().await;
    let film = Production::of_nobody(&app, "Film").await;
    // Clients of the studio who work on this film, and artists who look at it for a client.
    film.join_as(&app, CLIENT, Role::User).await;
    film.join_as(&app, ARTIST, Role::Client).await;
    film.join_as(&app, OTHER_ARTIST, Role::Client).await;
    film.join(&app, SUPERVISOR).await;
    let talk = Talk::new(&app, &film).await;
    talk.say(&app, CLIENT, "Among us").await;
    talk.say(&app, ARTIST, "By a client").await;
    talk.say(&app, SUPERVISOR, "By the studio").await;
    talk.say(&app, OTHER_ARTIST, "By the reader").await;
    let body = json!({"comment": "For clients", "task_status_id": talk.status, "for_client": true});
    talk.comment(&app, SUPERVISOR, body).await;
    let seen = talk.seen(&app, OTHER_ARTIST).await;
    assert_eq!(column(&seen, "text"), ["For clients", "By the reader", "By a client"]);
    assert_eq!(talk.seen(&app, CLIENT).await.as_array().map(Vec::len), Some(5), "he is none here");

    // Who has left the team spoke as what he is in the studio.
    for who in [ARTIST, CLIENT] {
        let member = film.path(&format!("/team/{}", app.person(who).id));
        app.delete(ADMIN, &member).await.gone();
    }
    let seen = talk.seen(&app, OTHER_ARTIST).await;
    assert_eq!(column(&seen, "text"), ["For clients", "By the reader", "Among us"]);
}

#[tokio::test]
async fn the_newest_comes_first_however_fast_they_come() {
    let (app, film) = film().await;
    let talk = Talk::new(&app, &film).await;
    let statuses = [status(&app, "wip").await, status(&app, "retake").await];
    for n in 0..12 {
        let body = json!({"comment": n.to_string(), "task_status_id": statuses[n % 2]});
        talk.comment(&app, SUPERVISOR, body).await;
    }
    let seen = talk.seen(&app, ARTIST).await;
    let newest_first: Vec<String> = (0..12).rev().map(|n| n.to_string()).collect();
    assert_eq!(column(&seen, "text"), newest_first);
    let task = talk.task(&app).await;
    assert_eq!(task["task_status_id"], seen[0]["task_status_id"]);
    assert_eq!(task["last_comment_date"], seen[0]["created_at"]);
    assert_eq!(text(&seen[0], "created_at").len(), "2023-01-15T10:30:00Z".len());
    app.assert_whole("after comments").await;
}

#[tokio::test]
async fn a_comment_stands_where_its_date_puts_it() {
    let (app, film) = film().await;
    let talk = Talk::new(&app, &film).await;
    let (wip, done) = (status(&app, "wip").await, status(&app, "done").await);
    let on = |day: &str, status: &Value| {
        let date = format!("2024-05-{day}T10:00:00Z");
        json!({"comment": day, "task_status_id": status, "created_at": date})
    };
    talk.comment(&app, SUPERVISOR, on("01", &wip)).await;
    talk.comment(&app, SUPERVISOR, on("03", &done)).await;
    assert_eq!(talk.task(&app).await["task_status_id"], done, "they came in their order");
    let before = talk.task(&app).await;
    let late = talk.comment(&app, SUPERVISOR, on("02", &wip)).await;
    assert_has(&late, &json!({"created_at": "2024-05-02T10:00:00Z", "task_status_id": wip}));
    assert_eq!(talk.task(&app).await, before, "something newer was said already");
    talk.say(&app, ARTIST, "now").await;
    assert_eq!(column(&talk.seen(&app, ARTIST).await, "text"), ["now", "03", "02", "01"]);
    assert_eq!(talk.task(&app).await["task_status_id"], talk.status);
}

/// Further ahead it would be the newest, and the task would stand as it says, until that day has come.
#[tokio::test]
async fn a_comment_is_dated_at_most_a_day_ahead() {
    let (app, film) = film().await;
    let talk = Talk::new(&app, &film).await;
    let path = format!("/actions/tasks/{}/comment", talk.id);
    let ahead = |hours: i64, said: Value| {
        let at = app.app.store.now().plus_seconds(hours * 3600);
        json!({"comment": said, "task_status_id": talk.status, "created_at": at})
    };
    app.post(SUPERVISOR, &path, &ahead(25, json!("tomorrow"))).await.invalid(&["created_at"]);
    app.post(SUPERVISOR, &path, &ahead(25, json!(7))).await.invalid(&["comment", "created_at"]);
    app.post(ARTIST, &path, &ahead(25, json!(7))).await.error(403, "NotAllowedException");
    assert_eq!(talk.seen(&app, ADMIN).await, json!([]), "nothing was said");
    talk.comment(&app, SUPERVISOR, ahead(23, json!("another zone"))).await;
}
