//! Changing what somebody is in a team, while somebody else does.
//!
//! One of the two stops before its first call to the table, its second, … while the other is done as a whole.

use model::{PersonId, Role};
use serde_json::json;
use tanuki_tests::app::ARTIST;
use tanuki_tests::{Production, TestApp};

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
