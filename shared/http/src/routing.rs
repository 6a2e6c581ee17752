//! [`Routes`]: where handlers are collected by method and path. A router takes them as they are; utoipa's describes them.
//!
//! On Lambda nobody reads the OpenAPI description, and to make that of sixty operations takes as long as all the rest of
//! a cold start. So a function names its routes to whoever collects them, and one that is only served does not even
//! contain how it is described.

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;
use utoipa_axum::PathItemExt as _;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::app::App;

/// Collects routes.
pub trait Routes: Sized {
    /// Adds the handlers of a path.
    #[must_use]
    fn routes<P: PathRoutes>(self, path: P) -> Self;

    /// Adds what another module names.
    #[must_use]
    fn merge(self, more: impl FnOnce(Self) -> Self) -> Self {
        more(self)
    }
}

/// To be served.
impl Routes for Router<App> {
    fn routes<P: PathRoutes>(self, _: P) -> Self {
        P::served(self)
    }
}

/// To be described.
impl Routes for OpenApiRouter<App> {
    fn routes<P: PathRoutes>(self, _: P) -> Self {
        Self::routes(self, P::described())
    }
}

/// The handlers of one path: [`routes!`] makes it.
pub trait PathRoutes {
    /// A router with them.
    fn served(router: Router<App>) -> Router<App>;
    /// The handlers with their descriptions.
    fn described() -> UtoipaMethodRouter<App>;
}

/// The handlers of one path, each with a `#[utoipa::path]`, as [`PathRoutes`].
#[macro_export]
macro_rules! routes {
    ($($handler:ident),+ $(,)?) => {{
        ::utoipa_axum::paste! {
            struct Here;
            impl $crate::routing::PathRoutes for Here {
                fn served(router: ::axum::Router<$crate::App>) -> ::axum::Router<$crate::App> {
                    $crate::routing::Served::default()
                        $(.on::<[<__path_ $handler>], _, _>(&$handler))+
                        .on_path(router)
                }
                fn described() -> ::utoipa_axum::router::UtoipaMethodRouter<$crate::App> {
                    ::utoipa_axum::routes!($($handler),+)
                }
            }
        }
        Here
    }};
}
pub use crate::routes;

/// The handlers of one path while they are collected.
#[derive(Clone, Debug, Default)]
pub struct Served {
    path: String,
    handlers: MethodRouter<App>,
}

impl Served {
    /// Adds a handler for the path and methods that its description `P` names.
    #[must_use]
    pub fn on<P: utoipa::Path, H: Handler<T, App>, T: 'static>(self, handler: &H) -> Self {
        let on = |handlers: MethodRouter<App>, filter| handlers.on(filter, handler.clone());
        let filters = P::methods().into_iter().map(|method| method.to_method_filter());
        Self { path: P::path(), handlers: filters.fold(self.handlers, on) }
    }

    /// The router with them.
    pub fn on_path(self, router: Router<App>) -> Router<App> {
        router.route(&self.path, self.handlers)
    }
}
