//! Without a token nothing but the public operations answers.

use serde_json::json;
use tanuki_tests::{TestApp, Who};

use crate::operations::operations;
use crate::world::World;

/// Operations that need no token.
pub(crate) const PUBLIC: &[&str] =
    &["get_api", "get_status", "get_config", "login", "refresh_token"];

#[tokio::test]
async fn every_operation_without_a_token_is_refused() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    for operation in operations().into_iter().filter(|o| !PUBLIC.contains(&o.id.as_str())) {
        let path = operation.path_with(|name| world.id(name));
        let body = operation.has_body().then(|| json!({}));
        let answer = app.request(Who::Nobody, operation.method.clone(), &path, body.as_ref()).await;
        answer.error(401, "NotAuthenticatedException");
    }
}

/// A token comes before everything else: before whether the thing is there, and before the body.
#[tokio::test]
async fn nobody_learns_anything_without_a_token() {
    let app = TestApp::new().await;
    for operation in operations().into_iter().filter(|o| !PUBLIC.contains(&o.id.as_str())) {
        let path = operation.path_with(|_| "no-uuid".into());
        let body = operation.has_body().then(|| json!("garbage"));
        let answer = app.request(Who::Nobody, operation.method.clone(), &path, body.as_ref()).await;
        answer.error(401, "NotAuthenticatedException");
    }
}

#[test]
fn the_public_operations_exist() {
    let ids: Vec<String> = operations().into_iter().map(|o| o.id).collect();
    for public in PUBLIC {
        assert!(ids.iter().any(|id| id == public), "{public}");
    }
}
