//! Opens a studio: the store, in whichever DynamoDB it is, and the secret its tokens are signed with.

use std::path::{Path, PathBuf};
use std::time::Duration;

use http_api::tokens::KeyError;
use http_api::{App, Mode, Tokens};
use store::Store;

use crate::demo;
use crate::endpoint::Endpoint;
use crate::engine::directory::{Directory, private_directory};
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

/// What a new studio starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The demo production. Only where [`Place::is_private`].
    Demo,
    /// Nothing but the vocabulary.
    Empty,
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
    /// The demo could not be written.
    #[error("cannot load the demo: {0}; start with --no-demo, or in an empty directory")]
    Demo(model::Error),
}

/// How long a new table may take.
const READY_WITHIN: Duration = Duration::from_mins(1);

impl Place {
    /// Whether the data is on this machine, and nobody else's is with it: the demo, whose passwords everybody knows, is
    /// loaded there only.
    pub fn is_private(&self) -> bool {
        match self {
            Self::Directory(_) | Self::Memory => true,
            Self::Endpoint(endpoint, _) => endpoint.is_local(),
        }
    }

    /// The studio whose table is `table`; what is not there is made, with this content: see [`Place::ready`].
    pub async fn open(&self, table: &str, content: Content) -> Result<Studio, OpenError> {
        let (store, engine) = self.ready(table, content).await?;
        let secret = match self {
            Self::Memory => secret::generate()?,
            Self::Directory(directory) => secret::load_or_create(directory)?,
            Self::Endpoint(_, directory) => {
                private_directory(directory)?;
                secret::load_or_create(directory)?
            }
        };
        studio(store, engine, &secret)
    }

    /// The studio whose table is `table`, which must be there: nothing is made but the secret of one that was never served.
    pub async fn open_existing(&self, table: &str) -> Result<Studio, OpenError> {
        let (store, engine) = self.existing(table).await?;
        let secret = match self {
            Self::Memory => secret::generate()?,
            Self::Directory(directory) => secret::load_or_create(directory)?,
            // Somewhere else the server that checks the tokens has made it.
            Self::Endpoint(_, directory) => secret::load(directory)?,
        };
        studio(store, engine, &secret)
    }

    /// The store in `table`, with the engine, if it is embedded. The table is made if need be, but in AWS; so are the studio's
    /// vocabulary and, where it has no administrator yet, its content.
    pub async fn ready(
        &self,
        table: &str,
        content: Content,
    ) -> Result<(Store, Option<Engine>), OpenError> {
        let (client, engine) = match self {
            Self::Directory(directory) => {
                let directory = Directory::lock(directory)?;
                if !directory.has_database()? {
                    let new = Engine::memory()?;
                    self.fill(&Store::new(new.client(), table), table, content).await?;
                    directory.put(&new)?;
                }
                let engine = directory.open()?;
                (engine.client(), Some(engine))
            }
            Self::Memory => {
                let engine = Engine::memory()?;
                (engine.client(), Some(engine))
            }
            Self::Endpoint(endpoint, _) => (endpoint.client().await, None),
        };
        let store = Store::new(client, table);
        self.fill(&store, table, content).await?;
        Ok((store, engine))
    }

    async fn fill(&self, store: &Store, table: &str, content: Content) -> Result<(), OpenError> {
        table::ensure(store, table, self.created_within()).await?;
        if content == Content::Demo && self.is_private() {
            demo::ensure(store).await.map_err(OpenError::Demo)?;
        }
        Ok(())
    }

    /// The store in `table`, which must be there: nothing is made. With the engine, if it is embedded.
    pub async fn existing(&self, table: &str) -> Result<(Store, Option<Engine>), OpenError> {
        self.found(table, Engine::open_existing).await
    }

    /// The same to be read only: a copy, if the engine is embedded.
    pub async fn copied(&self, table: &str) -> Result<(Store, Option<Engine>), OpenError> {
        self.found(table, Engine::copy_of).await
    }

    async fn found(
        &self,
        table: &str,
        open: impl FnOnce(&Path) -> Result<Engine, EngineError>,
    ) -> Result<(Store, Option<Engine>), OpenError> {
        let (client, engine) = match self {
            Self::Directory(directory) => {
                let engine = open(directory)?;
                (engine.client(), Some(engine))
            }
            Self::Memory => {
                let engine = Engine::memory()?;
                (engine.client(), Some(engine))
            }
            Self::Endpoint(endpoint, _) => (endpoint.client().await, None),
        };
        let store = Store::new(client, table);
        table::require(&store, table).await?;
        Ok((store, engine))
    }

    /// How long to wait for a table that is made because it is absent. In AWS none is made: a slip in its name or region
    /// would make one without recovery, and keep `sam deploy` from making its own.
    fn created_within(&self) -> Option<Duration> {
        match self {
            Self::Endpoint(endpoint, _) if endpoint.is_aws() => None,
            _ => Some(READY_WITHIN),
        }
    }
}

fn studio(store: Store, engine: Option<Engine>, secret: &[u8]) -> Result<Studio, OpenError> {
    let app = App { store, tokens: Tokens::new(secret)?, oidc: None, mode: Mode::Local };
    Ok(Studio { app, engine })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_is_made_in_aws() {
        for (endpoint, is_made) in [
            ("aws", false),
            ("https://dynamodb.eu-central-1.amazonaws.com", false),
            ("http://localhost:8000", true),
            ("http://dynamodb.studio.example:8000", true),
        ] {
            let endpoint = Endpoint::parse(endpoint).unwrap();
            let place = Place::Endpoint(endpoint.clone(), "d".into());
            assert_eq!(place.created_within().is_some(), is_made, "{endpoint}");
        }
    }

    /// A first start that is killed, whenever that is, leaves no database: only files that the next one removes.
    #[tokio::test]
    async fn a_database_that_was_being_made_is_none() {
        let directory = tempfile::tempdir().unwrap();
        for left in ["tanuki.db.new", "tanuki.db.new-wal", "tanuki.db.new-journal"] {
            std::fs::write(directory.path().join(left), "half").unwrap();
        }
        let place = Place::Directory(directory.path().to_owned());
        let studio = place.open("tanuki", Content::Demo).await.unwrap();
        assert_eq!(studio.app.store.person_list().await.unwrap().len(), model::Role::ALL.len());
        assert_eq!(studio.app.store.check().await.unwrap(), []);
        let files = std::fs::read_dir(directory.path()).unwrap();
        let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| !name.to_string_lossy().contains("new")), "{names:?}");
    }
}
