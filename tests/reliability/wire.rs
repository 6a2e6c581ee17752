//! [`Wire`]: what stands between the SDK and the embedded engine, where the network would be.

use std::fmt::Debug;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use store::Store;
use tanuki::engine::Engine;
use tanuki_tests::TestApp;
use tanuki_tests::app::TABLE;

/// What a call to the table comes to.
pub(crate) type Reply = Result<HttpResponse, ConnectorError>;

/// Decides what becomes of a call.
pub(crate) trait Wire: Clone + Debug + Send + Sync + 'static {
    /// Makes a call, or not.
    fn pass(
        &self,
        engine: &SharedHttpConnector,
        request: HttpRequest,
    ) -> impl Future<Output = Reply> + Send;
}

/// The engine's client behind a wire.
pub(crate) fn client(engine: &Engine, wire: impl Wire) -> impl HttpClient + 'static {
    Wired { wire, engine: engine.http_client() }
}

/// A process on the studio of `app`, behind a wire.
pub(crate) fn process(app: &TestApp, wire: impl Wire) -> TestApp {
    let config = app.engine.config().http_client(client(&app.engine, wire));
    app.through(Store::new(aws_sdk_dynamodb::Client::from_conf(config.build()), TABLE))
}

#[derive(Clone, Debug)]
struct Wired<W, E> {
    wire: W,
    engine: E,
}

impl<W: Wire> HttpClient for Wired<W, SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let engine = self.engine.http_connector(settings, components);
        SharedHttpConnector::new(Wired { wire: self.wire.clone(), engine })
    }
}

impl<W: Wire> HttpConnector for Wired<W, SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move { this.wire.pass(&this.engine, request).await })
    }
}
