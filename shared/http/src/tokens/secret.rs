//! The keys of tokens, from AWS Secrets Manager: read while the function starts, and again when they are old or a
//! token names another one. A new key works without a deployment.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use model::Timestamp;

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
    client: Client,
    id: String,
    now: Timestamp,
) -> Result<Tokens, SecretError> {
    let keys = read(&client, &id).await?;
    let fetch = move || {
        let (client, id) = (client.clone(), id.clone());
        let read = async move { read(&client, &id).await.map_err(|error| error.to_string()) };
        Box::pin(read) as futures_util::future::BoxFuture<'static, _>
    };
    Ok(Tokens::watched(Watched::new(keys, now.unix(), Box::new(fetch))))
}

async fn read(client: &Client, id: &str) -> Result<KeySet, SecretError> {
    let answer = client.get_secret_value().secret_id(id).send().await;
    let answer =
        answer.map_err(|error| SecretError::Unread(DisplayErrorContext(error).to_string()))?;
    Ok(KeySet::parse(answer.secret_string().ok_or(SecretError::NoText)?)?)
}
