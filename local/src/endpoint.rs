//! A client of some other DynamoDB: AWS, or anything that speaks its protocol.

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
        let Self::Url(uri) = self else { return false };
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// A client with the environment's credentials; on this machine dummy ones will do.
    pub async fn client(&self) -> Client {
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
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
}
