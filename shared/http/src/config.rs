//! The environment of a function, read here and nowhere else.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use store::Store;

use crate::app::{App, Mode};
use crate::log::Metrics;
use crate::tokens::{SECRET_MIN, TokenError, Tokens};

/// What is wrong with the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable is not set, or empty.
    #[error("{0} is not set: {1}")]
    Missing(&'static str, &'static str),
    /// The token secret cannot be used.
    #[error("TOKEN_SECRET: {0} (as base64 or as plain text)")]
    Secret(#[from] TokenError),
}

/// What a function must be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The DynamoDB table.
    pub table: String,
    /// Signs tokens and cursors.
    pub tokens: Tokens,
}

impl Config {
    /// Reads `TABLE_NAME` and `TOKEN_SECRET`.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(variable)
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let required = |name, about| variable(name).ok_or(ConfigError::Missing(name, about));
        let table = required("TABLE_NAME", "the DynamoDB table")?;
        let secret = required("TOKEN_SECRET", "at least 32 bytes, as base64 or plain text")?;
        Ok(Self { table, tokens: Tokens::new(&secret_bytes(&secret))? })
    }
}

/// The app of a function on Lambda. The SDK reads region, credentials and `AWS_ENDPOINT_URL_DYNAMODB` itself.
pub async fn app() -> Result<App, ConfigError> {
    let config = Config::from_env()?;
    let sdk = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(retries())
        .timeout_config(timeouts())
        .load()
        .await;
    let store = Store::new(aws_sdk_dynamodb::Client::new(&sdk), config.table);
    Ok(App { store, tokens: config.tokens, mode: Mode::Cloud })
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

/// Base64 that holds enough bytes, else the text itself.
fn secret_bytes(secret: &str) -> Vec<u8> {
    let decoded = STANDARD.decode(secret).ok().filter(|bytes| bytes.len() >= SECRET_MIN);
    decoded.unwrap_or_else(|| secret.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: Option<&str>, secret: Option<&str>) -> Option<String> {
        let variable =
            |name: &str| if name == "TABLE_NAME" { table } else { secret }.map(str::to_owned);
        Config::read(variable).err().map(|error| error.to_string())
    }

    #[test]
    fn errors_name_the_variable() {
        let secret = "0123456789abcdef0123456789abcdef";
        assert_eq!(read(Some("t"), Some(secret)), None);
        assert_eq!(
            read(None, Some(secret)).as_deref(),
            Some("TABLE_NAME is not set: the DynamoDB table")
        );
        assert!(
            read(Some("t"), None).is_some_and(|error| error.starts_with("TOKEN_SECRET is not set"))
        );
        let short = read(Some("t"), Some("short"));
        assert!(
            short.is_some_and(
                |error| error.starts_with("TOKEN_SECRET: the token secret has 5 bytes")
            )
        );
    }

    #[test]
    fn a_secret_is_base64_or_text() {
        assert_eq!(secret_bytes(&STANDARD.encode([7; 32])), [7; 32]);
        // 32 letters are base64 of only 24 bytes.
        assert_eq!(secret_bytes("0123456789abcdef0123456789abcdef").len(), 32);
    }
}
