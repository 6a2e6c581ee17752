//! Logging in while what the login is checked against is taken away: a new password, a deactivation, a deletion.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole. At the
//! end nobody is in by what counts no more.

use http::Request;
use serde_json::{Value, json};
use tanuki_tests::answer::text;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, TestApp};

use crate::meeting::{Sent, interleave};

/// More calls than any of these requests makes.
const CALLS_MAX: i64 = 40;
const OLD: &str = "correct horse";
const NEW: &str = "battery staple";

/// A person of this name with the old password.
async fn person(app: &TestApp, name: &str) -> String {
    let body = json!({"first_name": name, "email": email(name), "password": OLD});
    text(&app.post(ADMIN, "/data/persons", &body).await.created(), "id").to_owned()
}

fn email(name: &str) -> String {
    format!("{}@example.com", name.replace(' ', "."))
}

fn login(name: &str) -> Sent {
    Sent::post("/auth/login", json!({"email": email(name), "password": OLD})).by_nobody()
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

/// Interleaves a login and what takes it away, both ways. `after` is done before it is asked who is in.
async fn race(taking: impl Fn(&str) -> Sent, after: impl AsyncFn(&TestApp, &str)) {
    let app = TestApp::new().await;
    let (mut opened, mut refused) = (0, 0);
    for stops in ["login", "change"] {
        for n in 1.. {
            assert!(n < CALLS_MAX, "the {stops} still goes on");
            let name = format!("{stops} {n}");
            let id = person(&app, &name).await;
            let [login, change] = [login(&name), taking(&id)];
            let (first, second) = if stops == "login" { (login, change) } else { (change, login) };
            let Some([one, other]) = interleave(&app, n, first, second).await else { break };
            let (login, change) = if stops == "login" { (one, other) } else { (other, one) };
            let about = format!("the {stops} stops at {n}: {login:?}, {change:?}");
            assert!(change.status.is_success(), "{about}");
            after(&app, &id).await;
            match token(&login) {
                Some(token) => {
                    opened += 1;
                    assert!(!is_in(&app, &token).await, "{about}");
                }
                None => refused += 1,
            }
            app.assert_whole(&about).await;
        }
    }
    assert!(opened > 0 && refused > 0, "{opened} opened, {refused} refused");
}

/// The token of a login that succeeded; one that did not is refused as any other.
fn token(login: &Answer) -> Option<String> {
    let is_open = login.body["login"] == Value::Bool(true);
    let status = login.status.as_u16();
    assert!(status == if is_open { 200 } else { 400 }, "{login:?}");
    is_open.then(|| text(&login.body, "access_token").to_owned())
}

async fn nothing(_: &TestApp, _: &str) {}

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
    let back = async |app: &TestApp, id: &str| {
        assert_eq!(state(id, true).send(app).await.status, 200);
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
    let app = TestApp::new().await;
    for n in 1..CALLS_MAX {
        let name = format!("person {n}");
        let id = person(&app, &name).await;
        let change = Sent::put(&format!("/data/persons/{id}"), json!({"phone": n.to_string()}));
        let Some([login, change]) = interleave(&app, n, login(&name), change).await else { return };
        assert_eq!(change.status, 200);
        assert!(is_in(&app, &token(&login).expect("it succeeds")).await, "{n}: {login:?}");
        app.assert_whole(&name).await;
    }
    panic!("it still goes on");
}
