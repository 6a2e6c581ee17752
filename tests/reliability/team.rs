//! Changing what somebody is in a team, while somebody else does; and a crash while a project gets a large team.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole.

use model::{PersonId, Role};
use serde_json::json;
use store::Violation;
use tanuki_tests::answer::text;
use tanuki_tests::app::{ADMIN, ARTIST};
use tanuki_tests::{Production, TestApp};

use crate::fuse::Fuse;
use crate::meeting::{Ground, Sent, each_way};

/// What somebody is in the teams he is in.
async fn roles(app: &TestApp, person: PersonId) -> Vec<Option<Role>> {
    let all = app.app.store.memberships_of(person).await.expect("they can be read");
    all.into_iter().map(|member| member.role).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_taken_out_stays_out() {
    let prepare = async |app: &TestApp, show: &Production| {
        let path = show.path(&format!("/team/{}", app.person(ARTIST).id));
        [Sent::put(&path, json!({"role": "client"})), Sent::delete(&path)]
    };
    each_way(&Ground::new().await, prepare, async |app, [change, removal], about| {
        assert_eq!(removal.status, 204, "{about}");
        assert!([200, 404].contains(&change.status.as_u16()), "{about}");
        assert_eq!(roles(app, app.person(ARTIST).id).await, [], "{about}");
    })
    .await;
}

/// Who is added, and is in the team already, stays what he is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_is_given_stays() {
    let prepare = async |app: &TestApp, show: &Production| {
        let person = app.person(ARTIST).id;
        let change = Sent::put(&show.path(&format!("/team/{person}")), json!({"role": "client"}));
        [Sent::post(&show.path("/team"), json!({"person_id": person})), change]
    };
    each_way(&Ground::new().await, prepare, async |app, [addition, change], about| {
        assert_eq!((addition.status.as_u16(), change.status.as_u16()), (201, 200), "{about}");
        assert_eq!(roles(app, app.person(ARTIST).id).await, [Some(Role::Client)], "{about}");
    })
    .await;
}

/// More than one transaction takes in.
const MANY: usize = 60;

/// A crash before any of its writes leaves no project, or one with all its members, whoever asks first.
#[tokio::test]
async fn a_large_team_comes_with_its_project() {
    let app = TestApp::new().await;
    let mut team = app.persons(MANY - 1).await;
    team.push(app.person(ARTIST).id.to_string());
    // As a list may name somebody twice.
    team.push(team[0].clone());
    let (mut undone, mut completed) = (0, 0);
    for n in 1.. {
        let project = json!({"name": format!("Project {n}"), "team": team});
        let fuse = Fuse::at(n);
        let answer = fuse.process(&app).post(ADMIN, "/data/projects", &project).await;
        let process = app.restarted();
        // This list looks at no teams.
        let projects = process.get(ADMIN, "/data/projects").await.ok();
        let mut found = projects.as_array().expect("a list").iter();
        if let Some(found) = found.find(|row| row["name"] == project["name"]) {
            let path = format!("/data/projects/{}", text(found, "id"));
            let members = match n % 4 {
                0 => process.get(ADMIN, &path).await.ok()["team"].take(),
                1 => process.get(ARTIST, &path).await.ok()["team"].take(),
                2 => process.get(ADMIN, &format!("{path}/team")).await.ok(),
                _ => {
                    let open = process.get(ADMIN, "/data/projects/open").await.ok();
                    let mut open = open.as_array().expect("a list").iter();
                    let found = open.find(|row| row["name"] == project["name"]);
                    found.expect("it is in the list")["team"].clone()
                }
            };
            assert_eq!(members.as_array().map(Vec::len), Some(MANY), "cut off before write {n}");
            process
                .post(ADMIN, "/data/projects", &project)
                .await
                .error(400, "ProjectAlreadyExistsException");
            completed += 1;
        } else {
            assert!(answer.status.is_server_error(), "cut off before write {n}: {answer:?}");
            process.post(ADMIN, "/data/projects", &project).await.created();
            undone += 1;
        }
        let mut left = process.app.store.check().await.expect("the table can be read");
        left.retain(|it| !matches!(it, Violation::Uncommitted { .. }));
        assert!(left.is_empty(), "cut off before write {n}: {left:?}");
        if !fuse.is_blown() {
            assert_eq!(answer.created()["team"].as_array().map(Vec::len), Some(MANY));
            break;
        }
    }
    assert!(undone > 1 && completed > 2, "{undone} undone, {completed} completed: no journal?");
}

/// Who is being deleted stands in the team until he is taken out of it, and is not there any more.
#[tokio::test]
async fn who_is_gone_is_no_member_to_be_changed() {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    let person = app.person(ARTIST).id;
    let dies = Fuse::at(2).process(&app);
    let deleted = dies.delete(ADMIN, &format!("/data/persons/{person}?force=true")).await;
    assert!(deleted.status.is_server_error(), "{deleted:?}");
    assert_eq!(roles(&app, person).await, [None], "in the team still");
    let member = film.path(&format!("/team/{person}"));
    for role in [json!({"role": null}), json!({"role": "client"}), json!({})] {
        app.put(ADMIN, &member, &role).await.error(404, "PersonNotFoundException");
    }
    let body = json!({"person_id": person});
    app.post(ADMIN, &film.path("/team"), &body).await.invalid(&["person_id"]);
}
