//! What is done to a studio from the command line: its first administrator, a token for a script, a check.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_api::tokens::ACCESS_SECONDS;
use http_api::{App, password};
use model::{Person, Role};
use store::Store;

use crate::secret::{self, SecretError};

/// Random bytes of a generated password: more than anybody can try.
const PASSWORD_BYTES: usize = 16;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// Nobody has the address.
    #[error("nobody has the address {0}")]
    Unknown(String),
    /// The person may not log in.
    #[error("{0} was deactivated")]
    Inactive(String),
    /// The person changed meanwhile.
    #[error("{0} was changed at this moment; try again")]
    Changed(String),
    /// There was no randomness for a password.
    #[error(transparent)]
    Password(#[from] SecretError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] model::Error),
}

/// An access token of the person with an address, of a session of its own.
pub async fn token(app: &App, email: &str) -> Result<String, AdminError> {
    let login =
        app.store.login_get(email).await?.ok_or_else(|| AdminError::Unknown(email.into()))?;
    if !login.person().active {
        return Err(AdminError::Inactive(email.into()));
    }
    let session = app.store.session_create(&login, ACCESS_SECONDS).await?;
    let session = session.ok_or_else(|| AdminError::Changed(email.into()))?;
    Ok(app.tokens.issue(login.person().id, session.id, app.store.now())?)
}

/// Makes an administrator; the password, which is kept nowhere else.
pub async fn first_administrator(store: &Store, email: &str) -> Result<String, AdminError> {
    let random = secret::random(PASSWORD_BYTES)?;
    let password = URL_SAFE_NO_PAD.encode(random);
    let hash = password::hash(&password)?;
    let person = Person::named("Administrator", "", email, Role::Admin, store.now());
    store.person_create(person, Some(hash)).await?;
    Ok(password)
}

/// What contradicts what in the table, one line each.
pub async fn check(store: &Store) -> Result<Vec<String>, AdminError> {
    Ok(store.check().await?.iter().map(ToString::to_string).collect())
}

/// Completes what is open, and what contradicts what then.
pub async fn repair(store: &Store) -> Result<Vec<String>, AdminError> {
    Ok(store.repair().await?.iter().map(ToString::to_string).collect())
}
