//! The AWS SDK as a function on Lambda needs it: region, credentials and addresses are told by the environment, and are
//! looked for nowhere else. The SDK's own search (profiles, containers, instance metadata, token exchange) is a tenth of
//! a binary, and a part of its start, for places where no function runs: docs/decisions/0023.

pub(crate) mod roots;
pub(crate) mod secrets;

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(1);

/// What the clients of all services have in common, connections included.
pub(crate) fn config(region: String) -> SdkConfig {
    let credentials = EnvironmentVariableCredentialsProvider::new();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(roots::client(connections()))
        .retry_config(retries())
        .timeout_config(timeouts())
        // Answers are small, and read within the time limit of an attempt: nothing more has to watch each.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build()
}

/// How often the SDK tries a call of the store.
pub fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(5)
}

/// Below the function's time limit, which is below the gateway's 30 s: a slow store is answered, not cut off.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(20))
        .build()
}

/// What holds for every connection.
pub(crate) fn connections() -> HttpConnectorSettings {
    HttpConnectorSettings::builder().connect_timeout(CONNECT).build()
}
