//! A batch is not read at one moment: of two items that were changed together it may show one before, the other after.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::json;
use tanuki_tests::TestApp;
use tanuki_tests::app::ARTIST;

use crate::wire::{self, Reply, Wire};

/// Shows sessions as they were before their person got a new password, in so many answers.
#[derive(Clone, Debug)]
struct Torn(Arc<AtomicU32>);

impl Wire for Torn {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        let response = engine.call(request).await?;
        let body = response.body().bytes().unwrap_or_default().to_vec();
        let text = String::from_utf8(body).expect("JSON");
        let before = text.replace(r#""epoch":{"N":"1"}"#, r#""epoch":{"N":"0"}"#);
        let is_left = |left: u32| left.checked_sub(1);
        if text == before
            || self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, is_left).is_err()
        {
            return Ok(response);
        }
        Ok(HttpResponse::new(response.status(), SdkBody::from(before)))
    }
}

#[tokio::test]
async fn a_session_that_its_password_change_keeps_is_not_refused() {
    let app = TestApp::new().await;
    let path = format!("/actions/persons/{}/change-password", app.person(ARTIST).id);
    app.post(ARTIST, &path, &json!({"password": "battery staple", "password_2": "battery staple"}))
        .await
        .ok();
    for (torn, status) in [(0, 200), (1, 200), (2, 401)] {
        let left = Arc::new(AtomicU32::new(torn));
        let process = wire::process(&app, Torn(left.clone()));
        let answer = process.get(ARTIST, "/auth/authenticated").await;
        assert_eq!(answer.status, status, "{torn} answers are torn");
        assert_eq!(left.load(Ordering::SeqCst), 0, "they were read");
    }
}
