//! [`Store`]: the client, the table's name, and how a failed call of DynamoDB is told.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use model::{EntityId, EntityTypeId, Error, Moment, ProjectId, Timestamp};

use crate::entity::Locator;

/// The one way to the table. Cheap to clone; clones share the connection and the caches.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) table: Arc<str>,
    pub(crate) known: Arc<Known>,
}

/// What never becomes wrong, only absent: read once, it need not be read again.
#[derive(Debug, Default)]
pub(crate) struct Known {
    locators: Mutex<HashMap<EntityId, Locator>>,
    types_used: Mutex<HashSet<(ProjectId, EntityTypeId)>>,
}

/// Entries kept before a cache starts anew: some 10 MB at most.
const KNOWN_MAX: usize = 50_000;

impl Known {
    pub(crate) fn locator(&self, id: EntityId) -> Option<Locator> {
        self.locators.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
    }

    pub(crate) fn remember(&self, id: EntityId, locator: Locator) {
        let mut locators = self.locators.lock().unwrap_or_else(PoisonError::into_inner);
        if locators.len() >= KNOWN_MAX {
            locators.clear();
        }
        locators.insert(id, locator);
    }

    pub(crate) fn forget(&self, id: EntityId) {
        self.locators.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    pub(crate) fn is_type_used(&self, project: ProjectId, entity_type: EntityTypeId) -> bool {
        self.types_used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&(project, entity_type))
    }

    pub(crate) fn forget_type_used(&self, project: ProjectId, entity_type: EntityTypeId) {
        let mut types_used = self.types_used.lock().unwrap_or_else(PoisonError::into_inner);
        types_used.remove(&(project, entity_type));
    }

    pub(crate) fn remember_type_used(&self, project: ProjectId, entity_type: EntityTypeId) {
        let mut types_used = self.types_used.lock().unwrap_or_else(PoisonError::into_inner);
        if types_used.len() >= KNOWN_MAX {
            types_used.clear();
        }
        types_used.insert((project, entity_type));
    }
}

impl Store {
    /// The store in `table`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into().into(), known: Arc::default() }
    }

    /// Forgets what was read before, as a process that starts anew.
    pub fn forget(&self) {
        self.known.locators.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.known.types_used.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The time, whole seconds: the only clock of the product.
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
