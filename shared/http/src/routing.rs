//! [`Routes`]: handlers by method and path, and their OpenAPI description for who asks for it.
//!
//! utoipa-axum describes routes while it collects them. On Lambda nobody reads the description, and to make that of
//! sixty operations takes as long as all the rest of a cold start. So a route keeps how it is described, not the description.

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;
use utoipa::openapi::OpenApi;
use utoipa_axum::PathItemExt as _;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::app::App;

/// The handlers of one path.
#[derive(Clone, Debug)]
pub struct PathRoutes {
    path: String,
    handlers: MethodRouter<App>,
    describe: fn() -> UtoipaMethodRouter<App>,
}

impl PathRoutes {
    /// No handlers yet; `describe` gives the description of those to come.
    pub fn new(describe: fn() -> UtoipaMethodRouter<App>) -> Self {
        Self { path: String::new(), handlers: MethodRouter::new(), describe }
    }

    /// Adds a handler for the path and methods that its description `P` names.
    #[must_use]
    pub fn on<P: utoipa::Path, H: Handler<T, App>, T: 'static>(self, handler: &H) -> Self {
        let on = |handlers: MethodRouter<App>, filter| handlers.on(filter, handler.clone());
        let filters = P::methods().into_iter().map(|method| method.to_method_filter());
        Self { path: P::path(), handlers: filters.fold(self.handlers, on), ..self }
    }
}

/// The handlers of one path, each with a `#[utoipa::path]`, as [`PathRoutes`].
#[macro_export]
macro_rules! routes {
    ($($handler:ident),+ $(,)?) => {
        ::utoipa_axum::paste! {
            $crate::routing::PathRoutes::new(|| ::utoipa_axum::routes!($($handler),+))
                $(.on::<[<__path_ $handler>], _, _>(&$handler))+
        }
    };
}
pub use crate::routes;

/// Handlers by path.
#[derive(Clone, Debug, Default)]
pub struct Routes(Vec<PathRoutes>);

impl Routes {
    /// Adds the handlers of a path.
    #[must_use]
    pub fn routes(mut self, more: PathRoutes) -> Self {
        self.0.push(more);
        self
    }

    /// Adds others.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The router.
    pub fn router(self) -> Router<App> {
        self.0.into_iter().fold(Router::new(), |router, one| router.route(&one.path, one.handlers))
    }

    /// The description, made now.
    pub fn openapi(&self) -> OpenApi {
        let described = self.0.iter().map(|one| (one.describe)());
        described.fold(OpenApiRouter::default(), OpenApiRouter::routes).into_openapi()
    }
}
