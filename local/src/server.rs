//! The local server: every function behind one port of this machine. [`start`] is all of it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::middleware::from_fn;
use axum::serve::ListenerExt as _;
use http_api::{App, Connection, Oidc};
use model::Role;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::Layer as _;
use tower::util::MapRequest;

use crate::buffered_body::buffer_body;
use crate::engine::Engine;
use crate::hosts::Hosts;
pub use crate::studio::Content;
use crate::studio::{OpenError, Place, Studio};
use crate::{demo, routes};

/// How often expired items are deleted. That takes reading all of the table, and is only about the room they take: what is
/// over counts for nobody who reads it.
const EXPIRE_EVERY: Duration = Duration::from_hours(1);
/// How often what a crash left open is completed; first at the start. As the template's schedule says.
const SWEEP_EVERY: Duration = Duration::from_mins(15);
/// What a sweep may take.
const SWEEP_WITHIN: Duration = Duration::from_mins(5);
/// How long requests under way may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port of 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// Where the data is.
    pub place: Place,
    /// The table's name.
    pub table: String,
    /// What a store without an administrator gets.
    pub content: Content,
    /// Another issuer of tokens.
    pub oidc: Option<Oidc>,
}

/// A running server. Dropping it does not stop it.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its handlers reach.
    pub app: App,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
    /// What it does by the clock.
    chores: Vec<JoinHandle<()>>,
}

/// Why the server did not start, or broke off.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody listens there already.
    #[error("port {0} is taken: choose another with --port")]
    PortTaken(u16),
    /// The port cannot be had.
    #[error("cannot listen on port {0}: {1}")]
    Port(u16, std::io::Error),
    /// The data cannot be had.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It stopped by itself.
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// Opens the studio and serves it.
pub async fn start(options: &Options) -> Result<Running, ServeError> {
    start_as(options, Hosts::default()).await
}

/// Opens the studio and serves it under further names.
pub async fn start_as(options: &Options, hosts: Hosts) -> Result<Running, ServeError> {
    // First: that the port is taken should be known before anything is written.
    let listener = listen(options.port).await?;
    let Studio { app, engine } = options.place.open(&options.table, options.content).await?;
    let app = App { oidc: options.oidc.clone(), ..app };
    let mut running = serve(listener, app.clone(), hosts)?;
    running.chores.push(tokio::spawn(sweep(app)));
    running.chores.extend(engine.map(|engine| tokio::spawn(expire(engine))));
    Ok(running)
}

/// Serves an app that is there already: tests give one whose store is made to fail.
pub async fn start_app(app: App, port: u16) -> Result<Running, ServeError> {
    serve(listen(port).await?, app, Hosts::default())
}

async fn listen(port: u16) -> Result<TcpListener, ServeError> {
    // Not the network: everybody knows the demo's passwords. Browsers of this machine can still be led here: see `hosts`.
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::PortTaken(port),
        _ => ServeError::Port(port, error),
    })
}

fn serve(listener: TcpListener, app: App, hosts: Hosts) -> Result<Running, ServeError> {
    let address = listener.local_addr().map_err(ServeError::Stopped)?;
    let listener = listener.tap_io(|connection| {
        // An answer is written at once: waiting for more would only delay it.
        let _ = connection.set_nodelay(true);
    });
    let service = from_fn(buffer_body).layer(routes::service_under(app.clone(), hosts));
    let service = MapRequest::new(service, with_connection as WithConnection);
    let service =
        axum::ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(service);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        if stopped.await.is_err() {
            // The handle was dropped: serve on.
            std::future::pending::<()>().await;
        }
    });
    let server = tokio::spawn(server.into_future());
    Ok(Running { address, app, stop, server, chores: Vec::new() })
}

/// Completes what a crash left open, as the scheduled function does.
async fn sweep(app: App) {
    let mut every = tokio::time::interval(SWEEP_EVERY);
    loop {
        every.tick().await;
        match app.store.sweep(SWEEP_WITHIN).await {
            Ok(swept) => tracing::debug!(?swept, "swept"),
            Err(error) => tracing::warn!(%error, "open work could not be looked for"),
        }
    }
}

type WithConnection = fn(Request) -> Request;

/// Tells the handlers where a request comes from.
fn with_connection(mut request: Request) -> Request {
    if let Some(ConnectInfo(address)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let connection = Connection(address.ip());
        request.extensions_mut().insert(connection);
    }
    request
}

/// Deletes expired items, as DynamoDB does by itself.
async fn expire(engine: Engine) {
    let mut every = tokio::time::interval(EXPIRE_EVERY);
    loop {
        every.tick().await;
        let engine = engine.clone();
        match tokio::task::spawn_blocking(move || engine.sweep_ttl()).await {
            Ok(Ok(deleted)) => tracing::debug!(deleted, "expired items swept"),
            Ok(Err(error)) => tracing::warn!(%error, "expired items could not be swept"),
            Err(error) => tracing::warn!(%error, "the sweep of expired items broke off"),
        }
    }
}

impl Running {
    /// The roles of the demo's persons who can log in with its password.
    pub async fn demo_roles(&self) -> model::Result<Vec<Role>> {
        demo::roles(&self.app.store).await
    }

    /// Whether there is anybody who could log in.
    pub async fn has_persons(&self) -> model::Result<bool> {
        Ok(!self.app.store.person_list().await?.is_empty())
    }

    /// Serves until the process is told to stop (Ctrl-C, SIGTERM) or the server breaks off.
    pub async fn until_signal(mut self) -> Result<(), ServeError> {
        tokio::select! {
            () = signal() => self.stop().await,
            ended = &mut self.server => outcome(ended),
        }
    }

    /// Takes no new request, finishes those under way, closes the data.
    pub async fn stop(mut self) -> Result<(), ServeError> {
        let _ = self.stop.send(());
        let ended = tokio::time::timeout(GRACE, &mut self.server).await;
        if ended.is_err() {
            self.server.abort();
        }
        for chore in self.chores {
            chore.abort();
            let _ = chore.await;
        }
        ended.map_or(Ok(()), outcome)
    }
}

fn outcome(ended: Result<std::io::Result<()>, tokio::task::JoinError>) -> Result<(), ServeError> {
    ended.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(ServeError::Stopped)
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn signal() {
    drop(tokio::signal::ctrl_c().await);
}
