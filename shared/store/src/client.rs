//! [`Store`]: the client, the table's name, and how a failed call of DynamoDB is told.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use model::{Error, Moment, Timestamp};

use crate::cache::Cache;

/// The one way to the table. Cheap to clone; clones share the connection and the caches.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) table: Arc<str>,
    pub(crate) cache: Arc<Cache>,
}

impl Store {
    /// The store in `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into().into(), cache: Arc::default() }
    }

    /// Forgets what was read before, as a process that starts anew.
    pub fn forget(&self) {
        self.cache.clear();
    }

    /// The time, whole seconds: the only clock of what is stored.
    pub fn now(&self) -> Timestamp {
        self.moment().timestamp()
    }

    /// The same clock to the microsecond: what history is ordered by.
    #[expect(clippy::unused_self, reason = "whoever wants to know the time needs the store")]
    pub(crate) fn moment(&self) -> Moment {
        Moment::new(chrono::Utc::now())
    }
}

/// Errors that mean "later": the store is there and cannot serve us now.
const TRANSIENT: &[&str] = &[
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
    "TransactionConflictException",
    "LimitExceededException",
];

/// What a failed call means to the request that made it.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(crate) fn failed<E, R>(error: SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let cause = DisplayErrorContext(&error).to_string();
    match &error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) if TRANSIENT.contains(&code) => Error::Unavailable(cause),
            _ => Error::Internal(cause),
        },
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            Error::Unavailable(cause)
        }
        _ => Error::Internal(cause),
    }
}
