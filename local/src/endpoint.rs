//! A client of some other DynamoDB: AWS, or anything that speaks its protocol.

use std::fmt;
use std::net::IpAddr;

use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Credentials;
use http::Uri;
use http_api::config;

/// What the names of AWS's own services end with, in all of its partitions but those of secret services.
const AWS_DOMAINS: [&str; 6] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".api.aws",
    ".api.amazonwebservices.com.cn",
    ".api.amazonwebservices.eu",
];

/// Where a DynamoDB is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// In AWS: account and region are those of the environment or its profile.
    Aws,
    /// At an address.
    Url(Uri),
}

impl Endpoint {
    /// Reads `aws` or an `http://` or `https://` address; `Err` says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "aws" {
            return Ok(Self::Aws);
        }
        let uri = text.parse::<Uri>().map_err(|error| error.to_string())?;
        if matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() {
            Ok(Self::Url(uri))
        } else {
            Err("must be an http:// or https:// address, or `aws`".into())
        }
    }

    /// Whether it is on this machine: no credentials are needed, and nobody else's data is there.
    pub fn is_local(&self) -> bool {
        let host = self.host().trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether it is AWS's own, by whichever of its names.
    pub fn is_aws(&self) -> bool {
        let host = self.host().trim_end_matches('.').to_ascii_lowercase();
        *self == Self::Aws || AWS_DOMAINS.iter().any(|domain| host.ends_with(domain))
    }

    /// The host of an address.
    fn host(&self) -> &str {
        match self {
            Self::Aws => "",
            Self::Url(uri) => uri.host().unwrap_or_default(),
        }
    }

    /// A client with the environment's credentials; on this machine dummy ones will do.
    pub async fn client(&self) -> Client {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(config::retries())
            .timeout_config(config::timeouts());
        if let Self::Url(uri) = self {
            loader = loader.endpoint_url(uri.to_string());
        }
        if self.is_local() {
            let dummy = Credentials::new("local", "local", None, None, "dummy");
            let environment = EnvironmentVariableCredentialsProvider::new();
            let region = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new());
            loader = loader
                .credentials_provider(
                    CredentialsProviderChain::first_try("environment", environment)
                        .or_else("dummy", dummy),
                )
                .region(region.or_else(Region::new("us-east-1")));
        }
        Client::new(&loader.load().await)
    }
}

/// As [`Endpoint::parse`] reads it.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws => f.write_str("aws"),
            Self::Url(uri) => uri.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |text: &str, is_local: Option<bool>| {
            assert_eq!(
                Endpoint::parse(text).ok().map(|endpoint| endpoint.is_local()),
                is_local,
                "{text}"
            );
        };
        check("http://localhost:8000", Some(true));
        check("http://127.0.0.1:8000", Some(true));
        check("http://[::1]:8000", Some(true));
        check("https://dynamodb.eu-central-1.amazonaws.com", Some(false));
        check("http://localhost.example.com", Some(false));
        check("aws", Some(false));
        check("localhost:8000", None);
        check("ftp://localhost", None);
        check("", None);
    }

    #[test]
    fn aws_is_known_by_each_of_its_names() {
        let check = |text: &str, is_aws: bool| {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.is_aws(), is_aws, "{text}");
            assert_eq!(Endpoint::parse(&endpoint.to_string()), Ok(endpoint));
        };
        check("aws", true);
        check("https://dynamodb.eu-central-1.amazonaws.com", true);
        check("https://dynamodb.eu-central-1.amazonaws.com./", true);
        check("https://DYNAMODB.eu-central-1.AmazonAWS.com", true);
        check("https://dynamodb.cn-north-1.amazonaws.com.cn", true);
        check("https://dynamodb.eu-central-1.api.aws:443", true);
        check("http://localhost:8000", false);
        check("https://amazonaws.com.example.com", false);
        check("http://myamazonaws.com", false);
    }

    /// A store that does not answer is told of; nobody waits for it for ever.
    #[tokio::test]
    async fn a_client_has_time_limits() {
        let client = Endpoint::parse("http://127.0.0.1:1").unwrap().client().await;
        let limits = client.config().timeout_config().unwrap();
        assert!(
            limits.operation_timeout().is_some() && limits.operation_attempt_timeout().is_some()
        );
        let retries = client.config().retry_config().unwrap();
        assert_eq!(retries.max_attempts(), config::retries().max_attempts());
    }
}
