//! All routes of all functions in one service, and the document that describes them.

use std::sync::LazyLock;

use axum::Router;
use axum::middleware::from_fn_with_state;
use http_api::App;
use http_api::layers::{self, Service};
use http_api::routing::{OnDemand, Paths};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::docs;
use crate::hosts::{self, Hosts};

/// A function that requests reach.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The name of its package.
    pub name: &'static str,
    served: fn(Paths) -> Paths,
    described: fn(OpenApiRouter<App>) -> OpenApiRouter<App>,
}

impl Function {
    fn new(
        name: &'static str,
        served: fn(Paths) -> Paths,
        described: fn(OpenApiRouter<App>) -> OpenApiRouter<App>,
    ) -> Self {
        Self { name, served, described }
    }

    /// Its routes as the OpenAPI document has them.
    pub fn openapi(self) -> OpenApi {
        (self.described)(OpenApiRouter::default()).into_openapi()
    }
}

/// Every function that requests reach: its routes to be served, and to be described.
pub fn functions() -> Vec<Function> {
    vec![
        Function::new("assets", assets::routes, assets::routes),
        Function::new("project-assets", project_assets::routes, project_assets::routes),
        Function::new("asset-types", asset_types::routes, asset_types::routes),
        Function::new("asset-tasks", asset_tasks::routes, asset_tasks::routes),
        Function::new("casting", casting::routes, casting::routes),
        Function::new("asset-instances", asset_instances::routes, asset_instances::routes),
        Function::new("shared-assets", shared_assets::routes, shared_assets::routes),
        Function::new("auth", auth::routes, auth::routes),
        Function::new("people", people::routes, people::routes),
        Function::new("productions", productions::routes, productions::routes),
        Function::new("breakdown", breakdown::routes, breakdown::routes),
        Function::new("tasks", tasks::routes, tasks::routes),
        Function::new("csv", csv_files::routes, csv_files::routes),
    ]
}

/// The functions that no request reaches: the clock calls them. The local server does itself what they do.
pub const SCHEDULED: &[&str] = &["maintenance"];

/// The routes of every function.
fn served() -> Paths {
    functions().into_iter().fold(Paths::default(), |all, function| (function.served)(all))
}

/// The OpenAPI document of the whole API.
pub fn openapi() -> OpenApi {
    let all = OpenApiRouter::default();
    let all = functions().into_iter().fold(all, |all, function| (function.described)(all));
    http_api::openapi::document(all.into_openapi())
}

/// Every route without its description, and the document of all: collected once, for it takes a while.
static COLLECTED: LazyLock<(Paths, OpenApi)> = LazyLock::new(|| (served(), openapi()));

/// The whole API and its documentation, ready to be served: the same layers as on Lambda around all routes.
pub fn service(app: App) -> Service {
    let mode = app.mode;
    layers::service(all(app), mode)
}

/// The same for those who ask under a known name.
pub fn service_under(app: App, hosts: Hosts) -> Service {
    let mode = app.mode;
    layers::service(all(app).layer(from_fn_with_state(hosts, hosts::require_known)), mode)
}

fn all(app: App) -> Router {
    let (paths, document) = &*COLLECTED;
    let api = OnDemand::new(paths.clone(), app);
    layers::note_routes(docs::routes(document)).fallback_service(api)
}
