//! The embedded engine and the secret of tokens on an address, for functions that run outside of this process.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use store::Store;
use tanuki::demo;
use tanuki::engine::Engine;
use tanuki_tests::app::{TABLE, token_secret};
use tanuki_tests::services::{SECRET_ID, Services};
use tokio::net::TcpListener;

/// Serves a demo studio in memory until the process ends.
pub(crate) async fn serve(address: SocketAddr) -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::memory()?;
    let store = Store::new(engine.client(), TABLE);
    store.table_create().await?;
    store.studio_init().await?;
    demo::load(&store).await?;
    let services = Arc::new(Services::new(engine, &token_secret()));
    let router = Router::new().fallback(answer).with_state(services);
    let listener = TcpListener::bind(address).await?;
    println!("DynamoDB and Secrets Manager at http://{}", listener.local_addr()?);
    println!("TABLE_NAME={TABLE} TOKEN_SECRET_ID={SECRET_ID}");
    Ok(axum::serve(listener, router).await?)
}

async fn answer(
    State(services): State<Arc<Services>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    services.answer(target.unwrap_or_default(), &body)
}
