//! [`Fuse`]: a process that dies between two writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use tanuki_tests::TestApp;
use tanuki_tests::app::TABLE;

/// Calls that write.
const WRITES: &[&str] =
    &["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

/// Lets some writes through and fails all that follow, as if the process were gone. Clones are the same fuse.
#[derive(Clone, Debug)]
pub(crate) struct Fuse(Arc<AtomicI64>);

impl Fuse {
    /// A fuse that blows at the write number `n`, counted from 1.
    pub(crate) fn at(n: i64) -> Self {
        Self(Arc::new(AtomicI64::new(n - 1)))
    }

    /// Whether a write was failed.
    pub(crate) fn is_blown(&self) -> bool {
        self.0.load(Ordering::SeqCst) < 0
    }

    /// A process started anew on the studio of `app`, with this fuse before its writes.
    pub(crate) fn process(&self, app: &TestApp) -> TestApp {
        app.through(store::Store::new(app.engine.client_with(self.clone()), TABLE))
    }
}

impl Intercept for Fuse {
    fn name(&self) -> &'static str {
        "Fuse"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target").unwrap_or_default();
        let is_write = WRITES.iter().any(|operation| target.ends_with(operation));
        if is_write && self.0.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err("the process is gone".into());
        }
        Ok(())
    }
}
