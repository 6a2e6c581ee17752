//! Logging in while what the login is checked against is taken away: a new password, a deactivation, a deletion.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole. At the
//! end nobody is in by what counts no more.

use std::cell::Cell;

use http::Request;
use serde_json::{Value, json};
use tanuki_tests::answer::text;
use tanuki_tests::app::{ADMIN, ARTIST, NOBODY};
use tanuki_tests::{Answer, Production, TestApp};

use crate::faults::{Calls, Fault, Line};
use crate::fuse::Fuse;
use crate::meeting::{Ground, Sent, each_way};

const EMAIL: &str = "ada@example.com";
const OLD: &str = "correct horse";
const NEW: &str = "battery staple";

/// A person with the old password, and his login.
async fn person(app: &TestApp) -> (String, Sent) {
    let body = json!({"first_name": "Ada", "email": EMAIL, "password": OLD});
    let person = app.post(ADMIN, "/data/persons", &body).await.created();
    let login = Sent::post("/auth/login", json!({"email": EMAIL, "password": OLD})).by(NOBODY);
    (text(&person, "id").to_owned(), login)
}

/// Whether an access token still counts.
async fn is_in(app: &TestApp, token: &str) -> bool {
    let request = Request::get("/api/auth/authenticated")
        .header("authorization", format!("Bearer {token}"))
        .body(axum::body::Body::empty());
    match app.send(request.expect("a sound request")).await.status.as_u16() {
        200 => true,
        401 => false,
        status => panic!("{status}"),
    }
}

/// Lets a login and what takes it away meet. `after` is done before it is asked who is in.
async fn race(taking: impl Fn(&str) -> Sent, after: impl AsyncFn(&TestApp)) {
    let (opened, refused) = (Cell::new(0), Cell::new(0));
    let prepare = async |app: &TestApp, _: &Production| {
        let (id, login) = person(app).await;
        [login, taking(&id)]
    };
    each_way(&Ground::new().await, prepare, async |app, [login, change], about| {
        assert!(change.status.is_success(), "{about}");
        after(app).await;
        let which = match token(login) {
            Some(token) => {
                assert!(!is_in(app, &token).await, "{about}");
                &opened
            }
            None => &refused,
        };
        which.update(|count| count + 1);
    })
    .await;
    assert!(opened.get() > 0 && refused.get() > 0, "{opened:?} opened, {refused:?} refused");
}

/// The token of a login that succeeded; one that did not is refused as any other.
fn token(login: &Answer) -> Option<String> {
    let is_open = login.body["login"] == Value::Bool(true);
    let status = login.status.as_u16();
    assert!(status == if is_open { 200 } else { 400 }, "{login:?}");
    is_open.then(|| text(&login.body, "access_token").to_owned())
}

async fn nothing(_: &TestApp) {}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_in_by_the_old_password() {
    let body = json!({"password": NEW, "password_2": NEW});
    let change =
        |id: &str| Sent::post(&format!("/actions/persons/{id}/change-password"), body.clone());
    race(change, nothing).await;
    let change = |id: &str| Sent::put(&format!("/data/persons/{id}"), json!({"password": NEW}));
    race(change, nothing).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_in_from_before_a_deactivation() {
    let state =
        |id: &str, active| Sent::put(&format!("/data/persons/{id}"), json!({"active": active}));
    let back = async |app: &TestApp| {
        let persons = app.get(ADMIN, "/data/persons?first_name=Ada").await.ok();
        assert_eq!(state(text(&persons[0], "id"), true).send(app).await.status, 200);
    };
    race(|id| state(id, false), back).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_in_who_is_gone() {
    race(|id| Sent::delete(&format!("/data/persons/{id}")), nothing).await;
}

/// Who is changed in a way that takes nothing away logs in all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_change_keeps_nobody_out() {
    let prepare = async |app: &TestApp, _: &Production| {
        let (id, login) = person(app).await;
        [login, Sent::put(&format!("/data/persons/{id}"), json!({"phone": "1"}))]
    };
    each_way(&Ground::new().await, prepare, async |app, [login, change], about| {
        assert_eq!(change.status, 200, "{about}");
        assert!(is_in(app, &token(login).expect("it succeeds")).await, "{about}");
    })
    .await;
}

/// A new password ends the sessions of whoever may have stolen one, also one from which he is giving his own just now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_was_ended_gives_no_password() {
    let change = |app: &TestApp, password: &str| {
        let path = format!("/actions/persons/{}/change-password", app.person(ARTIST).id);
        Sent::post(&path, json!({"password": password, "password_2": password}))
    };
    let prepare =
        async |app: &TestApp, _: &Production| [change(app, OLD).by(ARTIST), change(app, NEW)];
    let refused = Cell::new(0);
    each_way(&Ground::new().await, prepare, async |app, [own, reset], about| {
        assert_eq!(reset.status, 200, "{about}");
        match own.status.as_u16() {
            200 => {}
            401 => refused.update(|count| count + 1),
            // He has a password now, and did not give it.
            400 => own.clone().invalid(&["password"]),
            _ => panic!("{about}"),
        }
        let login = json!({"email": app.person(ARTIST).email, "password": NEW});
        let login = Sent::post("/auth/login", login).by(NOBODY).send(app).await;
        assert!(token(&login).is_some(), "{about}");
    })
    .await;
    assert!(refused.get() > 0, "none of them was refused");
}

/// A crash at any write of a new password, or a deactivation: either nothing has changed, or the sessions are over.
#[tokio::test]
async fn no_session_outlives_a_change_that_breaks_off() {
    let app = TestApp::new().await;
    let changes =
        [(json!({"password": NEW}), Some(NEW)), (json!({"password": NEW, "active": false}), None)];
    for (body, by) in changes {
        for n in 1.. {
            let (id, login) = person(&app).await;
            let old = token(&login.clone().send(&app).await).expect("the old password");
            let change = Sent::put(&format!("/data/persons/{id}"), body.clone());
            let fuse = Fuse::at(n);
            let answer = change.send(&fuse.process(&app)).await;
            let is_changed = token(&login.send(&app).await).is_none();
            let about = format!("{body}, write {n}: {answer:?}");
            assert_eq!(is_in(&app, &old).await, !is_changed, "{about}");
            // Active again, those who were in before are not.
            let again = Sent::put(&format!("/data/persons/{id}"), json!({"active": true}));
            assert_eq!(again.send(&app).await.status, 200, "{about}");
            assert_eq!(is_in(&app, &old).await, !is_changed, "{about}");
            if let Some(password) = by.filter(|_| is_changed) {
                let login = json!({"email": EMAIL, "password": password});
                let login = Sent::post("/auth/login", login).by(NOBODY).send(&app).await;
                assert!(token(&login).is_some(), "{about}");
            }
            app.delete(ADMIN, &format!("/data/persons/{id}")).await.gone();
            if !fuse.is_blown() {
                assert!(n > 1 && is_changed, "{about}");
                break;
            }
        }
    }
}

/// Two logins of one account at once are at the same counters: one waits for the other.
#[tokio::test(start_paused = true)]
async fn a_login_waits_for_another_of_the_same_account() {
    let app = TestApp::new().await;
    let (_, login) = person(&app).await;
    let line = Line::default();
    let process = app.through(line.store(&app.engine));
    let mut struck = 0;
    for n in 1..=8 {
        line.break_with(Fault::Conflict, Calls::Only(n));
        assert_eq!(login.clone().send(&process).await.status, 200, "conflict {n}");
        struck += line.mend();
    }
    assert!(struck > 3, "{struck}");
    line.break_with(Fault::Conflict, Calls::From(1));
    let answer = login.send(&process).await;
    answer.error(500, "StoreUnavailableException");
}
