//! The embedded engine on an address, for what runs outside of this process.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use store::Store;
use tanuki::demo;
use tanuki::engine::Engine;
use tanuki_tests::app::TABLE;
use tokio::net::TcpListener;

/// Serves a demo studio in memory until the process ends.
pub(crate) async fn serve(address: SocketAddr) -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::memory()?;
    let store = Store::new(engine.client(), TABLE);
    store.table_create().await?;
    store.studio_init().await?;
    demo::load(&store).await?;
    let router = Router::new().fallback(answer).with_state(engine);
    let listener = TcpListener::bind(address).await?;
    println!("DynamoDB at http://{}, table {TABLE}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

async fn answer(State(engine): State<Engine>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let (status, body) = engine.answer(target.unwrap_or_default(), &body);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body).into_response()
}
