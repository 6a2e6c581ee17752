//! The embedded DynamoDB: an engine on SQLite, reached through the AWS SDK's own HTTP seam.
//!
//! [`Engine::client`] gives an ordinary `aws_sdk_dynamodb::Client`. Where the network would be, [`Connector`]
//! reads the operation from `x-amz-target`, hands the body to the engine and answers as DynamoDB would: no
//! port is opened, and the store cannot tell the difference.
//!
//! What differs from AWS: indexes are never behind, every read is consistent, nothing is throttled and no
//! transaction conflicts. Tests inject those faults with [`Engine::client_with`].

pub(crate) mod directory;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::{Handle, RuntimeFlavor};

use self::directory::Directory;

/// What `x-amz-target` starts with.
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// An embedded DynamoDB. Clones are the same database; it closes with the last clone and the last client.
#[derive(Clone)]
pub struct Engine(Arc<Opened>);

struct Opened {
    // Dropped in this order: the database is closed before the lock is given up.
    database: Database,
    _lock: Option<File>,
}

/// Why an engine did not open.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Another process has it open.
    #[error("{} is in use by another tanuki: stop that one, or choose another directory with --data", .0.display())]
    InUse(PathBuf),
    /// There is no database.
    #[error("there is no studio in {}: name its directory with --data", .0.display())]
    Absent(PathBuf),
    /// Something else stands where the database should.
    #[error("{} is no database, or what is left of one: put a copy of it in its place, or choose another directory with --data", .0.display())]
    NoDatabase(PathBuf),
    /// A copy of the database could not be made while it was written.
    #[error("{} is written all the time, so that no copy can be made of it: try again, or stop the server", .0.display())]
    Busy(PathBuf),
    /// The directory cannot be made or written.
    #[error("cannot use the data directory {}: {}", .0.display(), .1)]
    Directory(PathBuf, std::io::Error),
    /// The database is damaged, or of a newer version.
    #[error("cannot open the database {}: {}", .0.display(), .1)]
    Database(PathBuf, DynoxideError),
}

impl Engine {
    /// Opens the database in `directory`; both are made when they are not there.
    pub fn open(directory: &Path) -> Result<Self, EngineError> {
        let directory = Directory::lock(directory)?;
        if !directory.has_database()? {
            directory.put(&Self::memory()?)?;
        }
        directory.open()
    }

    /// Opens the database in `directory`, if there is one.
    pub fn open_existing(directory: &Path) -> Result<Self, EngineError> {
        directory::require_database(directory)?;
        Directory::lock(directory)?.open()
    }

    /// A copy in memory of the database in `directory`, as it is at this moment. Nothing is written there, and a server
    /// may be at work on it.
    pub fn copy_of(directory: &Path) -> Result<Self, EngineError> {
        let engine = Self::memory()?;
        directory::copy(directory, &engine)?;
        Ok(engine)
    }

    /// An empty database that is gone when it is dropped.
    pub fn memory() -> Result<Self, EngineError> {
        let database =
            Database::memory().map_err(|error| EngineError::Database(":memory:".into(), error))?;
        Ok(Self(Arc::new(Opened { database, _lock: None })))
    }

    /// A client of this engine.
    pub fn client(&self) -> Client {
        Client::from_conf(self.config().build())
    }

    /// A client whose calls pass through `interceptor`: to count them, to delay them, to make them fail.
    pub fn client_with(&self, interceptor: impl Intercept + 'static) -> Client {
        Client::from_conf(self.config().interceptor(interceptor).build())
    }

    /// Deletes the items whose time is over; the number of them. Blocks: call it off the async threads.
    pub fn sweep_ttl(&self) -> Result<usize, DynoxideError> {
        self.0.database.sweep_ttl()
    }

    /// What stands where the network would be: tests put something around it that loses requests and replies.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(Connector(self.clone()))
    }

    /// Copies the database, as it is at this moment, into a file that is not there yet.
    pub fn copy_to(&self, file: &Path) -> Result<(), EngineError> {
        let copied = self.0.database.vacuum_into(&file.to_string_lossy());
        copied.map_err(|error| EngineError::Database(file.to_owned(), error))
    }

    /// Puts what [`copy_to`](Self::copy_to) wrote in the place of all that is there.
    pub fn restore_from(&self, file: &Path) -> Result<(), EngineError> {
        let restored = self.0.database.restore_from(&file.to_string_lossy());
        restored.map_err(|error| EngineError::Database(file.to_owned(), error))
    }

    /// What every client of this engine is made from.
    pub fn config(&self) -> aws_sdk_dynamodb::config::Builder {
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("local"))
            .endpoint_url("http://engine.invalid")
            .credentials_provider(Credentials::new("local", "local", None, None, "embedded engine"))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .http_client(Connector(self.clone()))
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}

/// The engine in the place of the SDK's network.
#[derive(Clone, Debug)]
struct Connector(Engine);

impl HttpClient for Connector {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = self.0.clone();
        HttpConnectorFuture::new(async move {
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let body = request.body().bytes().unwrap_or_default();
            // Both cost a third of what `spawn_blocking` does.
            let (status, body) = match Handle::current().runtime_flavor() {
                RuntimeFlavor::CurrentThread => {
                    // Others go first, as they would while a real request travels: tests see races.
                    tokio::task::yield_now().await;
                    engine.answer(target, body)
                }
                _ => tokio::task::block_in_place(|| engine.answer(target, body)),
            };
            let status =
                status.try_into().map_err(|error| ConnectorError::other(Box::new(error), None))?;
            Ok(HttpResponse::new(status, SdkBody::from(body)))
        })
    }
}

impl Engine {
    /// The status and body DynamoDB would answer with to a request with the header `x-amz-target`.
    pub fn answer(&self, target: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
        match self.run(operation, body) {
            Some(Ok(body)) => (200, body),
            Some(Err(error)) => (error.status_code(), error.to_json().into_bytes()),
            None => (
                400,
                br#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#.to_vec(),
            ),
        }
    }

    /// Runs one operation; `None` when the engine has no such operation.
    fn run(&self, operation: &str, body: &[u8]) -> Option<dynoxide::Result<Vec<u8>>> {
        macro_rules! dispatch {
            ($($name:literal => $method:ident,)+) => {
                match operation {
                    $($name => Some(json(body, |request| self.0.database.$method(request))),)+
                    _ => None,
                }
            };
        }
        dispatch! {
            "GetItem" => get_item,
            "Query" => query,
            "Scan" => scan,
            "BatchGetItem" => batch_get_item,
            "TransactGetItems" => transact_get_items,
            "PutItem" => put_item,
            "UpdateItem" => update_item,
            "DeleteItem" => delete_item,
            "BatchWriteItem" => batch_write_item,
            "TransactWriteItems" => transact_write_items,
            "CreateTable" => create_table,
            "DeleteTable" => delete_table,
            "DescribeTable" => describe_table,
            "ListTables" => list_tables,
            "UpdateTable" => update_table,
            "UpdateTimeToLive" => update_time_to_live,
            "DescribeTimeToLive" => describe_time_to_live,
        }
    }
}

/// Runs one method of the engine from JSON to JSON.
fn json<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    method: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> dynoxide::Result<Vec<u8>> {
    let request = serde_json::from_slice(body).map_err(|error| invalid(&error))?;
    serde_json::to_vec(&method(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The SDK writes no malformed body, so what cannot be read is a value DynamoDB refuses. The engine marks
/// such a message (`VALIDATION:…`) and the JSON reader adds where it stood: neither is DynamoDB's.
fn invalid(error: &serde_json::Error) -> DynoxideError {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(&*text, |(message, _)| message);
    let is_marker = |word: &str| word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let message = text
        .split_once(':')
        .filter(|(word, _)| is_marker(word))
        .map_or(text, |(_, message)| message);
    DynoxideError::ValidationException(message.to_owned())
}

#[cfg(test)]
mod tests;
