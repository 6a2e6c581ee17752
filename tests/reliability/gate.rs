//! [`Gate`]: stops a process at one of its calls to the table, until it is let on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use store::Store;
use tanuki_tests::TestApp;
use tanuki_tests::app::TABLE;
use tokio::sync::Notify;

/// A process that stops before its call number `n`, counted from 1. Clones are the same gate.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    calls: Arc<AtomicI64>,
    reached: Arc<Notify>,
    opened: Arc<Notify>,
}

impl Gate {
    pub(crate) fn at(n: i64) -> Self {
        Self { calls: Arc::new(AtomicI64::new(n)), reached: Arc::default(), opened: Arc::default() }
    }

    /// A process on the studio of `app` with this gate.
    pub(crate) fn process(&self, app: &TestApp) -> TestApp {
        let gated = Gated { gate: self.clone(), engine: app.engine.http_client() };
        let config = app.engine.config().http_client(gated);
        app.through(Store::new(aws_sdk_dynamodb::Client::from_conf(config.build()), TABLE))
    }

    /// Waits until the process stands at the gate.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets it on.
    pub(crate) fn open(&self) {
        self.opened.notify_one();
    }

    async fn pass(&self) {
        if self.calls.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.reached.notify_one();
            self.opened.notified().await;
        }
    }
}

#[derive(Clone, Debug)]
struct Gated {
    gate: Gate,
    engine: SharedHttpClient,
}

impl HttpClient for Gated {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let engine = self.engine.http_connector(settings, components);
        SharedHttpConnector::new(GatedConnector { gate: self.gate.clone(), engine })
    }
}

#[derive(Clone, Debug)]
struct GatedConnector {
    gate: Gate,
    engine: SharedHttpConnector,
}

impl HttpConnector for GatedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            this.gate.pass().await;
            this.engine.call(request).await
        })
    }
}
