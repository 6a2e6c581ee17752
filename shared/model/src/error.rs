//! Every way a request can fail, free of HTTP: `http` turns each into a status and a body in one place.

use std::fmt;

use uuid::Uuid;

/// What the functions of this workspace return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No caller can be told from the request.
    #[error("{0}")]
    Unauthenticated(Unauthenticated),
    /// The caller is known and may not do this; the text says what is missing.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The thing named by the request is not there, or not of the kind the route is about.
    #[error("{0} not found")]
    NotFound(Resource),
    /// Every field that is wrong, none left out.
    #[error("{}", Invalid(.0))]
    Invalid(Vec<FieldError>),
    /// Something of that name is there already.
    #[error("{resource} already exists: {name}")]
    AlreadyExists {
        /// What it is.
        resource: Resource,
        /// The name, or e-mail, that is taken.
        name: String,
        /// The one that holds it.
        id: Uuid,
    },
    /// The caller sent `If-Match` and the thing has changed since.
    #[error("The resource has changed since it was read")]
    PreconditionFailed,
    /// The same request, under the same `Idempotency-Key`, is being handled.
    #[error("The request with this Idempotency-Key is still being handled")]
    StillRunning,
    /// The `Idempotency-Key` belongs to another request, or to an answer that is not there any more.
    #[error("{0}")]
    KeySpent(KeySpent),
    /// The request's body is over the limit, in bytes.
    #[error("The request body is larger than {0} bytes")]
    TooLarge(usize),
    /// What is asked for is more than can be sent.
    #[error(
        "The answer is larger than 6 MB: accept gzip, or ask for less (limit, filters, compact)"
    )]
    AnswerTooLarge,
    /// What has to be read for an answer is more than there is memory for.
    #[error("Too much has to be read at once for the answer: ask for less (limit, filters)")]
    ReadTooLarge,
    /// Too many logins have failed; the next may be tried after as many seconds.
    #[error("Too many failed logins, try again in {0} seconds")]
    TooManyAttempts(i64),
    /// The store stayed throttled or unreachable after retries; trying again later is right.
    #[error("The store is unavailable: {0}")]
    Unavailable(String),
    /// A defect, here or in what is stored. The cause is for the log only.
    #[error("Internal error: {0}")]
    Internal(String),
}

/// Why no caller could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// Neither an `Authorization: Bearer` header nor the cookie.
    #[error("Missing access token")]
    Missing,
    /// Garbage, a wrong signature or algorithm, the wrong kind of token, or an unknown person.
    #[error("Invalid token")]
    Invalid,
    /// Too old. gazu refreshes its token when it reads exactly this text.
    #[error("Signature has expired")]
    Expired,
    /// Logged out, or the person was deactivated.
    #[error("Token has been revoked")]
    Revoked,
}

/// Why an `Idempotency-Key` does not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySpent {
    /// Another method, path, query or body.
    #[error("The Idempotency-Key was sent with another request")]
    Reused,
    /// The answer does not fit into an item of the table.
    #[error(
        "The request was done, but its answer was too large to be kept: look at what it changed"
    )]
    NotKept,
    /// What the request created is gone, or its caller may not have it any more.
    #[error("The request was done, but cannot be answered any more: look at what it created")]
    Overtaken,
}

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the thing it names")]
pub enum Resource {
    Asset,
    AssetType,
    AssetInstance,
    Comment,
    Department,
    Entity,
    EntityLink,
    EntityType,
    Episode,
    MetadataDescriptor,
    Person,
    Project,
    ProjectStatus,
    Scene,
    Sequence,
    Shot,
    Task,
    TaskStatus,
    TaskType,
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asset => "Asset",
            Self::AssetType => "Asset type",
            Self::AssetInstance => "Asset instance",
            Self::Comment => "Comment",
            Self::Department => "Department",
            Self::Entity => "Entity",
            Self::EntityLink => "Entity link",
            Self::EntityType => "Entity type",
            Self::Episode => "Episode",
            Self::MetadataDescriptor => "Metadata descriptor",
            Self::Person => "Person",
            Self::Project => "Project",
            Self::ProjectStatus => "Project status",
            Self::Scene => "Scene",
            Self::Sequence => "Sequence",
            Self::Shot => "Shot",
            Self::Task => "Task",
            Self::TaskStatus => "Task status",
            Self::TaskType => "Task type",
        })
    }
}

/// One wrong field of a query or body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where: `name`, `data.height`, `casting[2].entity_id`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl FieldError {
    /// `field` is wrong as `message` says.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl Error {
    /// One wrong field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// A defect, with its cause for the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

/// Fails with all that is wrong, if anything is.
pub fn fail_if_any(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

struct Invalid<'a>(&'a [FieldError]);

impl fmt::Display for Invalid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{} {}", error.field, error.message)?;
        }
        Ok(())
    }
}
