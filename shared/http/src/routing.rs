//! [`Routes`]: where handlers are collected by method and path. [`Paths`] are served; utoipa's router describes them.
//!
//! A function is started for one request, which meets one route. On Lambda nobody reads the OpenAPI description, and to make
//! that of sixty operations takes as long as all the rest of a cold start; to make them ready to be served still takes a
//! tenth of it. So a function names its routes to whoever collects them: one that is only served does not even contain how
//! they are described, and what stands behind a path is made when the path is first asked for ([`OnDemand`]).

mod on_demand;

use axum::handler::Handler;
use axum::routing::MethodRouter;
use utoipa_axum::PathItemExt as _;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

pub use self::on_demand::OnDemand;
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

/// Makes handlers of one path.
type Handlers = fn() -> MethodRouter<App>;

/// To be served: paths, and how their handlers are made. One path may come in several parts.
#[derive(Clone, Debug, Default)]
pub struct Paths(Vec<(String, Handlers)>);

impl Routes for Paths {
    fn routes<P: PathRoutes>(mut self, _: P) -> Self {
        self.0.push((P::path(), P::handlers));
        self
    }
}

/// To be described.
impl Routes for OpenApiRouter<App> {
    fn routes<P: PathRoutes>(self, _: P) -> Self {
        Self::routes(self, P::described())
    }
}

/// Handlers of one path: [`routes!`] makes it.
pub trait PathRoutes {
    /// The path, with its parameters in braces.
    fn path() -> String;
    /// The handlers, each with its method.
    fn handlers() -> MethodRouter<App>;
    /// The handlers with their descriptions.
    fn described() -> UtoipaMethodRouter<App>;
}

/// Handlers of one path, each with a `#[utoipa::path]`, as [`PathRoutes`].
#[macro_export]
macro_rules! routes {
    ($first:ident $(, $more:ident)* $(,)?) => {{
        ::utoipa_axum::paste! {
            struct Here;
            impl $crate::routing::PathRoutes for Here {
                fn path() -> ::std::string::String {
                    <[<__path_ $first>] as $crate::routing::Path>::path()
                }
                fn handlers() -> ::axum::routing::MethodRouter<$crate::App> {
                    let handlers = ::axum::routing::MethodRouter::new();
                    let handlers = $crate::routing::on::<[<__path_ $first>], _, _>(handlers, &$first);
                    $(let handlers = $crate::routing::on::<[<__path_ $more>], _, _>(handlers, &$more);)*
                    handlers
                }
                fn described() -> ::utoipa_axum::router::UtoipaMethodRouter<$crate::App> {
                    ::utoipa_axum::routes!($first $(, $more)*)
                }
            }
        }
        Here
    }};
}
pub use crate::routes;
pub use utoipa::Path;

/// Adds a handler for the methods that its description `P` names.
pub fn on<P: Path, H: Handler<T, App>, T: 'static>(
    handlers: MethodRouter<App>,
    handler: &H,
) -> MethodRouter<App> {
    let on = |handlers: MethodRouter<App>, filter| handlers.on(filter, handler.clone());
    P::methods().into_iter().map(|method| method.to_method_filter()).fold(handlers, on)
}
