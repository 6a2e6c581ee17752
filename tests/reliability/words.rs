//! Deleting a word of the studio's vocabulary while it gets another name.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole. At the
//! end every name is free but those that something has.

use serde_json::{Value, json};
use tanuki_tests::answer::text;
use tanuki_tests::app::ADMIN;
use tanuki_tests::{Answer, Production, TestApp};

use crate::gate::Gate;
use crate::meeting::{Ground, Sent, each_way};

const DEPARTMENTS: &str = "/data/departments";
/// More calls than the deletion makes.
const CALLS_MAX: i64 = 40;

async fn create(app: &TestApp, name: &str) -> Answer {
    app.post(ADMIN, DEPARTMENTS, &json!({"name": name})).await
}

async fn path_of_new(app: &TestApp, name: &str) -> String {
    format!("{DEPARTMENTS}/{}", text(&create(app, name).await.created(), "id"))
}

fn name(name: &str) -> Value {
    json!({"name": name})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_names_are_free_at_the_end() {
    let prepare = async |app: &TestApp, _: &Production| {
        let path = path_of_new(app, "Old").await;
        [Sent::delete(&path), Sent::put(&path, name("New"))]
    };
    each_way(&Ground::new().await, prepare, async |app, [deletion, renaming], about| {
        assert_eq!(deletion.status, 204, "{about}");
        assert!([200, 404].contains(&renaming.status.as_u16()), "{about}");
        for name in ["Old", "New"] {
            assert_eq!(create(app, name).await.status, 201, "{name} after {about}");
        }
    })
    .await;
}

/// The old name is taken by another word before the deletion goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_another_has_taken_stays_his() {
    let app = TestApp::new().await;
    for n in 1.. {
        assert!(n < CALLS_MAX, "the deletion still goes on");
        let (old, new) = (format!("Old {n}"), format!("New {n}"));
        let path = path_of_new(&app, &old).await;
        let gate = Gate::at(n);
        let (process, deletion) = (gate.process(&app), Sent::delete(&path));
        let mut deletion = tokio::spawn(async move { deletion.send(&process).await });
        tokio::select! {
            deletion = &mut deletion => {
                deletion.expect("no panic").gone();
                assert!(n > 1, "it makes no call");
                break;
            }
            () = gate.reached() => {}
        }
        app.put(ADMIN, &path, &name(&new)).await.ok();
        create(&app, &old).await.created();
        gate.open();
        deletion.await.expect("no panic").gone();
        create(&app, &old).await.error(400, "DepartmentAlreadyExistsException");
        app.assert_whole(&format!("stopped at {n}")).await;
    }
}
