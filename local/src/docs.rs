//! The API's documentation: `GET /api/openapi.json`, and a page at `GET /api/docs` to read and try it.
//!
//! The page's files are inside the binary: it works without the Internet.

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{StatusCode, Uri, header};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

/// The page.
pub const PAGE: &str = "/api/docs";
/// The document the page shows.
pub const DOCUMENT: &str = "/api/openapi.json";

/// The routes of the page and of `document`.
pub fn routes(document: &OpenApi) -> Router {
    let json = Bytes::from(document.to_json().unwrap_or_default());
    let config = Arc::new(
        Config::new([DOCUMENT])
            .try_it_out_enabled(true)
            .persist_authorization(true)
            .display_request_duration(true)
            .filter(true)
            .doc_expansion("none")
            .validator_url("none"),
    );
    let files = get(async move |uri: Uri| file(uri.path(), config));
    Router::new()
        .route(DOCUMENT, get(async move || ([(header::CONTENT_TYPE, "application/json")], json)))
        .route(PAGE, files.clone())
        .route(&format!("{PAGE}/{{*file}}"), files)
}

/// A file of the page, by its whole path.
fn file(path: &str, config: Arc<Config<'static>>) -> Response {
    let name = path.strip_prefix(PAGE).unwrap_or_default().trim_matches('/');
    match utoipa_swagger_ui::serve(name, config) {
        Ok(Some(file)) if name.is_empty() => {
            // The page is the same with and without a slash at its end, so its files need a fixed place.
            let html = String::from_utf8_lossy(&file.bytes);
            let html = html.replacen("<head>", &format!("<head>\n    <base href=\"{PAGE}/\">"), 1);
            let html = html.replacen("<title>Swagger UI</title>", "<title>Tanuki API</title>", 1);
            ([(header::CONTENT_TYPE, file.content_type)], html).into_response()
        }
        Ok(Some(file)) => {
            ([(header::CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
