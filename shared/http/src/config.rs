//! The environment of a function, read here and nowhere else.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use store::Store;

use crate::app::{App, Mode};
use crate::log::Metrics;
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
    /// Another issuer of tokens.
    pub oidc: Option<Oidc>,
}

impl Config {
    /// Reads `TABLE_NAME`, `TOKEN_SECRET_ID`, and, if they are there, `OIDC_ISSUER` and `OIDC_AUDIENCE`.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(variable)
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let required = |name, about| variable(name).ok_or(ConfigError::Missing(name, about));
        let table = table(&variable)?;
        let token_secret_id = required("TOKEN_SECRET_ID", "a secret in AWS Secrets Manager")?;
        let audience = variable("OIDC_AUDIENCE").unwrap_or_default();
        let oidc =
            variable("OIDC_ISSUER").map(|issuer| Oidc::new(&issuer, &audience)).transpose()?;
        Ok(Self { table, token_secret_id, oidc })
    }
}

fn table(variable: impl Fn(&str) -> Option<String>) -> Result<String, ConfigError> {
    variable("TABLE_NAME").ok_or(ConfigError::Missing("TABLE_NAME", "the DynamoDB table"))
}

/// The app of a function on Lambda.
pub async fn app() -> Result<App, ConfigError> {
    let config = Config::from_env()?;
    let sdk = sdk().await;
    let store = Store::new(aws_sdk_dynamodb::Client::new(&sdk), config.table);
    let tokens = secret::tokens(&sdk, config.token_secret_id, store.now()).await?;
    Ok(App { store, tokens, oidc: config.oidc, mode: Mode::Cloud })
}

/// The store of a function that nobody sends requests to.
pub async fn store() -> Result<Store, ConfigError> {
    let table = table(variable)?;
    Ok(Store::new(aws_sdk_dynamodb::Client::new(&sdk().await), table))
}

/// The SDK reads region, credentials and the services' `AWS_ENDPOINT_URL_…` itself.
async fn sdk() -> aws_config::SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .retry_config(retries())
        .timeout_config(timeouts())
        .load()
        .await
}

/// How often the SDK tries a call of the store.
pub fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(5)
}

/// Below the function's time limit, which is below the gateway's 29 s: a slow store is answered, not cut off.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(20))
        .build()
}

/// The log filter `LOG_LEVEL`, such as `info` or `info,store=debug`.
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
        check(&["TABLE_NAME", "TOKEN_SECRET_ID"], None);
        check(&["TOKEN_SECRET_ID"], Some("TABLE_NAME is not set: the DynamoDB table"));
        let missing = "TOKEN_SECRET_ID is not set: a secret in AWS Secrets Manager";
        check(&["TABLE_NAME"], Some(missing));
        let unsafe_ = "OIDC_ISSUER, OIDC_AUDIENCE: the issuer \"value\" must be an https address";
        check(&["TABLE_NAME", "TOKEN_SECRET_ID", "OIDC_ISSUER"], Some(unsafe_));
    }
}
