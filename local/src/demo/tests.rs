//! A demo that breaks off is completed by the next start.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::*;
use crate::engine::Engine;

const TABLE: &str = "tanuki";

/// Lets so many calls through and no more: what is left of the process cannot do anything.
#[derive(Clone, Debug)]
struct Dies(Arc<AtomicUsize>);

impl Intercept for Dies {
    fn name(&self) -> &'static str {
        "Dies"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let lives = |left: usize| left.checked_sub(1);
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, lives);
        left.map(drop).map_err(|_| "dead".into())
    }
}

/// How many items there are of each kind, as their sort keys begin; but for the feed, which also tells what broke off, and
/// what was left of that.
#[expect(clippy::disallowed_methods, reason = "it is about all that is in the table")]
async fn contents(engine: &Engine) -> BTreeMap<String, usize> {
    let mut pages = engine.client().scan().table_name(TABLE).into_paginator().items().send();
    let mut counts = BTreeMap::new();
    while let Some(item) = pages.try_next().await.unwrap() {
        let kind = item[store::table::SK].as_s().unwrap().split('#').next().unwrap();
        if !["AT", "CHUNK", "JOURNAL"].contains(&kind) {
            *counts.entry(kind.to_owned()).or_default() += 1;
        }
    }
    counts
}

async fn studio() -> (Engine, Store) {
    let engine = Engine::memory().unwrap();
    let store = Store::new(engine.client(), TABLE);
    store.table_create().await.unwrap();
    store.studio_init().await.unwrap();
    (engine, store)
}

impl Dies {
    fn after(calls: usize) -> Self {
        Self(Arc::new(calls.into()))
    }

    fn left(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn what_breaks_off_is_completed() {
    let (engine, _) = studio().await;
    let enough = 1_000_000;
    let lives = Dies::after(enough);
    ensure(&Store::new(engine.client_with(lives.clone()), TABLE)).await.unwrap();
    let (calls, whole) = (enough - lives.left(), contents(&engine).await);
    // Among the persons, the projects, the castings, and just before the end.
    for calls in [5, 30, 31, 32, calls / 2, calls / 2 + 1, calls - 1] {
        let (engine, store) = studio().await;
        let dying = engine.client_with(Dies::after(calls));
        assert!(ensure(&Store::new(dying, TABLE)).await.is_err(), "{calls}");
        ensure(&store).await.unwrap();
        let found = store.check().await.unwrap();
        // Steps of a change that never began are left alone for an hour.
        assert!(found.iter().all(store::Violation::is_pending), "{calls}: {found:?}");
        assert_eq!(contents(&engine).await, whole, "{calls}");
        assert_eq!(roles(&store).await.unwrap(), Role::ALL, "{calls}");
    }
}

/// Whoever has another password, or is not there, is not told as one who can log in.
#[tokio::test]
async fn logins_are_told_that_work() {
    let (_engine, store) = studio().await;
    assert_eq!(roles(&store).await.unwrap(), []);
    load(&store).await.unwrap();
    assert_eq!(roles(&store).await.unwrap(), Role::ALL);
    let person = |role| {
        let store = &store;
        async move { store.person_by_email(email(role)).await.unwrap().unwrap().id }
    };
    let admin = person(Role::Admin).await;
    store.person_delete(person(Role::Client).await, admin).await.unwrap();
    let hash = http_api::password::hash("another").unwrap();
    let password = Some(store::PasswordChange { hash, kept: None });
    store.person_update(person(Role::Vendor).await, admin, password, Ok).await.unwrap();
    let rest = [Role::Admin, Role::Manager, Role::Supervisor, Role::User];
    assert_eq!(roles(&store).await.unwrap(), rest);
}
