//! All routes of all functions in one router, and the document that describes them.

use std::sync::LazyLock;

use axum::Router;
use http_api::App;
use http_api::layers::Service;
use http_api::routing::Routes;
use utoipa::openapi::OpenApi;

use crate::docs;

/// The routes of every function, by the name of its package.
pub fn functions() -> Vec<(&'static str, Routes)> {
    vec![
        ("assets", assets::routes()),
        ("project-assets", project_assets::routes()),
        ("asset-types", asset_types::routes()),
        ("asset-tasks", asset_tasks::routes()),
        ("casting", casting::routes()),
        ("asset-instances", asset_instances::routes()),
        ("shared-assets", shared_assets::routes()),
        ("auth", auth::routes()),
        ("people", people::routes()),
        ("productions", productions::routes()),
        ("breakdown", breakdown::routes()),
        ("tasks", tasks::routes()),
        ("csv", csv_files::routes()),
    ]
}

/// The functions that no request reaches: the clock calls them. The local server does itself what they do.
pub const SCHEDULED: &[&str] = &["maintenance"];

/// The routes of every function in one router.
pub fn routes() -> Routes {
    functions().into_iter().fold(Routes::default(), |all, (_, routes)| all.merge(routes))
}

/// The OpenAPI document of the whole API.
pub fn openapi() -> OpenApi {
    http_api::openapi::document(routes().openapi())
}

/// Every route without its description, and the document of all: collected once, for it takes a while.
static COLLECTED: LazyLock<(Router<App>, OpenApi)> = LazyLock::new(|| {
    let routes = routes();
    let document = http_api::openapi::document(routes.openapi());
    (routes.router(), document)
});

/// The whole API and its documentation, ready to be served: the same layers as on Lambda around all routes.
pub fn service(app: App) -> Service {
    let (bare, document) = &*COLLECTED;
    let mode = app.mode;
    let api: Router = http_api::router(bare.clone(), app);
    http_api::layers::service(api.merge(docs::routes(document)), mode)
}
