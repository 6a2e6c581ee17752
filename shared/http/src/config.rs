//! The environment of a function, read here and nowhere else.

use std::time::Duration;

use aws_config::SdkConfig;
use store::Store;
use tokio::time::timeout;

use crate::app::{App, Mode};
use crate::log::Metrics;
use crate::sdk;
use crate::sdk::secrets::{self, Secrets};
pub use crate::sdk::{retries, timeouts};
use crate::tokens::secret::{self, SecretError};
use crate::tokens::{Oidc, OidcError};

/// What is wrong with the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable is not set, or empty.
    #[error("{0} is not set: {1}")]
    Missing(&'static str, &'static str),
    /// The token secret cannot be had, or not be used.
    #[error("TOKEN_SECRET_ID: {0}")]
    Secret(#[from] SecretError),
    /// The other issuer cannot be used.
    #[error("OIDC_ISSUER, OIDC_AUDIENCE: {0}")]
    Oidc(#[from] OidcError),
}

/// What a function must be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The DynamoDB table.
    pub table: String,
    /// The secret in AWS Secrets Manager whose keys sign tokens and cursors.
    pub token_secret_id: String,
    /// Where AWS Secrets Manager is.
    pub secrets_address: String,
    /// The AWS region.
    pub region: String,
    /// Another issuer of tokens.
    pub oidc: Option<Oidc>,
}

impl Config {
    /// Reads `TABLE_NAME`, `TOKEN_SECRET_ID`, `AWS_REGION`, which Lambda sets, and, if they are there, `URL_SUFFIX`, with which
    /// addresses of AWS end, `OIDC_ISSUER` and `OIDC_AUDIENCE`. As for any client of the SDK, the address of Secrets Manager may
    /// be `AWS_ENDPOINT_URL_SECRETS_MANAGER`.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(variable)
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let required = |name, about| variable(name).ok_or(ConfigError::Missing(name, about));
        let table = table(&variable)?;
        let token_secret_id = required("TOKEN_SECRET_ID", "a secret in AWS Secrets Manager")?;
        let region = region(&variable)?;
        let url_suffix = variable("URL_SUFFIX").unwrap_or_else(|| "amazonaws.com".into());
        let secrets_address = variable("AWS_ENDPOINT_URL_SECRETS_MANAGER")
            .unwrap_or_else(|| secrets::address(&region, &url_suffix));
        let audience = variable("OIDC_AUDIENCE").unwrap_or_default();
        let oidc =
            variable("OIDC_ISSUER").map(|issuer| Oidc::new(&issuer, &audience)).transpose()?;
        Ok(Self { table, token_secret_id, secrets_address, region, oidc })
    }
}

fn table(variable: impl Fn(&str) -> Option<String>) -> Result<String, ConfigError> {
    variable("TABLE_NAME").ok_or(ConfigError::Missing("TABLE_NAME", "the DynamoDB table"))
}

fn region(variable: impl Fn(&str) -> Option<String>) -> Result<String, ConfigError> {
    variable("AWS_REGION").ok_or(ConfigError::Missing("AWS_REGION", "set by Lambda"))
}

/// How long a start waits for the secret, without which there is none: Lambda gives it ten seconds.
const SECRET_WITHIN: Duration = Duration::from_secs(8);
/// How long a start waits for the store.
const STORE_WITHIN: Duration = Duration::from_secs(3);

/// The app of a function on Lambda. Both services are called while it starts, at the same time, so that no request pays
/// for their handshakes.
pub async fn app() -> Result<App, ConfigError> {
    let config = Config::from_env()?;
    let sdk = sdk::config(config.region);
    let store = Store::new(dynamodb(&sdk), config.table);
    let secrets = Secrets::new(&sdk, &config.secrets_address);
    let secrets = secrets.ok_or_else(|| SecretError::Unread("the SDK is not configured".into()))?;
    let tokens = secret::tokens(secrets, config.token_secret_id, store.now());
    let tokens = timeout(SECRET_WITHIN, tokens);
    let (tokens, connected) = tokio::join!(tokens, timeout(STORE_WITHIN, store.warm_up()));
    let late = |_| SecretError::Unread("no answer while the function started".into());
    let tokens = tokens.map_err(late)?;
    // Not fatal: the first request tells.
    match connected {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the store did not answer the first call"),
        Err(_) => tracing::warn!("the store did not answer the first call in time"),
    }
    Ok(App { store, tokens: tokens?, oidc: config.oidc, mode: Mode::Cloud })
}

/// The store of a function that nobody sends requests to.
pub fn store() -> Result<Store, ConfigError> {
    let sdk = sdk::config(region(variable)?);
    Ok(Store::new(dynamodb(&sdk), table(variable)?))
}

fn dynamodb(sdk: &SdkConfig) -> aws_sdk_dynamodb::Client {
    let mut config = aws_sdk_dynamodb::config::Builder::from(sdk);
    config.set_endpoint_url(variable("AWS_ENDPOINT_URL_DYNAMODB"));
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

/// The log filter `LOG_LEVEL`, such as `warn` or `warn,tanuki_store=info`. A release build has no more than `info`.
pub fn log_level() -> String {
    variable("LOG_LEVEL").unwrap_or_else(|| "info".into())
}

/// Whether requests are also told as metrics: unless `METRICS` is `none`.
pub fn metrics() -> Metrics {
    match variable("METRICS").as_deref() {
        Some("none") => Metrics::None,
        _ => Metrics::Embedded,
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_variable() {
        let check = |told: &[&str], expected: Option<&str>| {
            let variable = |name: &str| told.contains(&name).then(|| "value".to_owned());
            let error = Config::read(variable).err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), expected, "{told:?}");
        };
        let all = ["TABLE_NAME", "TOKEN_SECRET_ID", "AWS_REGION"];
        check(&all, None);
        check(&all[..2], Some("AWS_REGION is not set: set by Lambda"));
        check(&["TOKEN_SECRET_ID"], Some("TABLE_NAME is not set: the DynamoDB table"));
        let missing = "TOKEN_SECRET_ID is not set: a secret in AWS Secrets Manager";
        check(&["TABLE_NAME"], Some(missing));
        let unsafe_ = "OIDC_ISSUER, OIDC_AUDIENCE: the issuer \"value\" must be an https address";
        check(&[&all[..], &["OIDC_ISSUER"]].concat(), Some(unsafe_));
    }
}
