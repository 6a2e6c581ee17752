//! [`OnDemand`]: serves [`Paths`], of which each is made ready when it is first asked for.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::MethodRouter;
use axum::routing::future::RouteFuture;
use tower::Service;

use super::{Handlers, Paths};
use crate::app::App;
use crate::layers::router;

/// A service of paths. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OnDemand(Arc<Routing>);

#[derive(Debug)]
struct Routing {
    which: matchit::Router<OnePath>,
    app: App,
}

/// What stands behind a path.
#[derive(Clone, Debug)]
struct OnePath {
    path: String,
    handlers: Vec<Handlers>,
    /// A router of this path alone: it tells handlers the path's parameters.
    ready: OnceLock<Router>,
}

impl OnDemand {
    /// The service of `paths`.
    ///
    /// # Panics
    ///
    /// Where two paths cannot be told apart, as axum's router does: a mistake in the code, whatever is asked. Two handlers
    /// of one method and path are one, too; that shows when the path is first asked for.
    pub fn new(paths: Paths, app: App) -> Self {
        let mut all: Vec<OnePath> = Vec::with_capacity(paths.0.len());
        for (path, handlers) in paths.0 {
            if let Some(known) = all.iter_mut().find(|known| known.path == path) {
                known.handlers.push(handlers);
            } else {
                all.push(OnePath { path, handlers: vec![handlers], ready: OnceLock::new() });
            }
        }
        let mut which = matchit::Router::new();
        for one in all {
            let path = one.path.clone();
            which.insert(&path, one).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        Self(Arc::new(Routing { which, app }))
    }

    /// The router that answers for a path.
    fn at(&self, path: &str) -> Router {
        let Routing { which, app } = &*self.0;
        match which.at(path) {
            Ok(met) => met.value.ready.get_or_init(|| met.value.make(app)).clone(),
            // It has no path, and answers accordingly.
            Err(_) => Router::new(),
        }
    }
}

impl OnePath {
    fn make(&self, app: &App) -> Router {
        let (path, handlers) = (self.path.clone(), self.handlers.clone());
        let bare = move || {
            let all =
                handlers.iter().map(|make| make()).fold(MethodRouter::new(), MethodRouter::merge);
            Router::new().route(&path, all)
        };
        router(bare, app.clone())
    }
}

impl Service<Request> for OnDemand {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        self.at(request.uri().path()).call(request)
    }
}
