//! Opens a studio: the store, in whichever DynamoDB it is, and the secret its tokens are signed with.

use std::path::PathBuf;
use std::time::Duration;

use http_api::tokens::KeyError;
use http_api::{App, Mode, Tokens};
use store::Store;

use crate::endpoint::Endpoint;
use crate::engine::{Engine, EngineError};
use crate::secret::{self, SecretError};
use crate::table::{self, TableError};

/// Where a studio's data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the embedded engine, in a directory.
    Directory(PathBuf),
    /// In the embedded engine, nowhere: gone with the process.
    Memory,
    /// In another DynamoDB. The directory keeps the token secret.
    Endpoint(Endpoint, PathBuf),
}

/// An open studio.
#[derive(Clone, Debug)]
pub struct Studio {
    /// What the handlers reach.
    pub app: App,
    /// The engine, if it is embedded.
    pub engine: Option<Engine>,
}

/// Why a studio did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The embedded engine did not.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// There is no token secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The token secret cannot be used.
    #[error(transparent)]
    Token(#[from] KeyError),
    /// The table could not be made ready.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Place {
    /// Whether only this machine can see the data: known passwords do no harm there.
    pub fn is_private(&self) -> bool {
        match self {
            Self::Directory(_) | Self::Memory => true,
            Self::Endpoint(endpoint, _) => endpoint.is_local(),
        }
    }

    /// The store in `table`, which must be there: nothing is made. With the engine, if it is embedded.
    pub async fn existing(&self, table: &str) -> Result<(Store, Option<Engine>), OpenError> {
        let (client, engine) = match self {
            Self::Directory(directory) => {
                let engine = Engine::open_existing(directory)?;
                (engine.client(), Some(engine))
            }
            Self::Memory => {
                let engine = Engine::memory()?;
                (engine.client(), Some(engine))
            }
            Self::Endpoint(endpoint, _) => (endpoint.client().await, None),
        };
        Ok((Store::new(client, table), engine))
    }

    /// How long to wait for a table that is made because it is absent. In AWS none is made: a slip in its name or region
    /// would make one without recovery, and keep `sam deploy` from making its own.
    fn created_within(&self) -> Option<Duration> {
        (!matches!(self, Self::Endpoint(Endpoint::Aws, _))).then_some(READY_WITHIN)
    }

    /// Opens the studio whose table is `table`; the studio's vocabulary is made if need be, and so is the table, but in AWS.
    pub async fn open(&self, table: &str) -> Result<Studio, OpenError> {
        let (engine, client, secret) = match self {
            Self::Directory(directory) => {
                let engine = Engine::open(directory)?;
                (Some(engine.clone()), engine.client(), secret::kept(directory)?)
            }
            Self::Memory => {
                let engine = Engine::memory()?;
                (Some(engine.clone()), engine.client(), secret::fresh()?)
            }
            Self::Endpoint(endpoint, directory) => {
                crate::engine::private_directory(directory)?;
                (None, endpoint.client().await, secret::kept(directory)?)
            }
        };
        let store = Store::new(client, table);
        table::ensure(&store, table, self.created_within()).await?;
        let app = App { store, tokens: Tokens::new(&secret)?, oidc: None, mode: Mode::Local };
        Ok(Studio { app, engine })
    }
}

/// How long a new table may take.
const READY_WITHIN: Duration = Duration::from_mins(1);
