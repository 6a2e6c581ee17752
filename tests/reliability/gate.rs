//! [`Gate`]: stops a process at one of its calls to the table, until it is let on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use tanuki_tests::TestApp;
use tokio::sync::Notify;

use crate::wire::{self, Reply, Wire};

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
        wire::process(app, self.clone())
    }

    /// Waits until the process stands at the gate.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets it on.
    pub(crate) fn open(&self) {
        self.opened.notify_one();
    }
}

impl Wire for Gate {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        if self.calls.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.reached.notify_one();
            self.opened.notified().await;
        }
        engine.call(request).await
    }
}
