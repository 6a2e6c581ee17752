//! The keys of tokens, from AWS Secrets Manager: read while the function starts, and again when they are old or a
//! token names another one. A new key works without a deployment.

use model::Timestamp;

use crate::sdk::secrets::Secrets;
use crate::tokens::watched::Watched;
use crate::tokens::{KeyError, KeySet, Tokens};

/// Why there are no keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The secret could not be read.
    #[error("the secret cannot be read: {0}")]
    Unread(String),
    /// The secret holds no text.
    #[error("the secret holds bytes, not text")]
    NoText,
    /// The keys in it cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
}

/// Tokens whose keys are in a secret.
pub(crate) async fn tokens(
    secrets: Secrets,
    id: String,
    now: Timestamp,
) -> Result<Tokens, SecretError> {
    let keys = read(&secrets, &id).await?;
    let fetch = move || {
        let (secrets, id) = (secrets.clone(), id.clone());
        let read = async move { read(&secrets, &id).await.map_err(|error| error.to_string()) };
        Box::pin(read) as futures_util::future::BoxFuture<'static, _>
    };
    Ok(Tokens::watched(Watched::new(keys, now.unix(), Box::new(fetch))))
}

async fn read(secrets: &Secrets, id: &str) -> Result<KeySet, SecretError> {
    let text = secrets.text(id).await.map_err(SecretError::Unread)?;
    Ok(KeySet::parse(&text.ok_or(SecretError::NoText)?)?)
}
