//! The public keys of another issuer: where OpenID Connect Discovery says that they are.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http::Uri;
use http_body_util::{BodyExt as _, Limited};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::sdk;

/// How long an issuer may take for both documents.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest document, in bytes.
const SIZE_MAX: usize = 256 * 1024;

/// Public keys by name, each for the one algorithm it is for.
#[derive(Clone, Default)]
pub(crate) struct PublicKeys(Vec<(String, Algorithm, DecodingKey)>);

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl PublicKeys {
    /// Of a set the keys that sign with RS256 or ES256. A symmetric key has no business in there.
    fn of(set: &JwkSet) -> Self {
        Self(set.keys.iter().filter_map(usable).collect())
    }

    /// The key of a name and an algorithm.
    pub(crate) fn find(&self, kid: &str, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut named = self.0.iter().filter(|(known, ..)| known == kid);
        named.find(|(_, for_this, _)| *for_this == algorithm).map(|(.., key)| key)
    }

    /// Whether there is a key of that name.
    pub(crate) fn holds(&self, kid: &str) -> bool {
        self.0.iter().any(|(known, ..)| known == kid)
    }
}

fn usable(jwk: &Jwk) -> Option<(String, Algorithm, DecodingKey)> {
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            Algorithm::ES256
        }
        _ => return None,
    };
    let common = &jwk.common;
    let is_for_signing =
        common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    let is_for_this = common.key_algorithm.is_none_or(|known| known == algorithm.into());
    if !is_for_signing || !is_for_this {
        return None;
    }
    Some((common.key_id.clone()?, algorithm, DecodingKey::from_jwk(jwk).ok()?))
}

/// Reads the keys of an issuer. An error is a text for the log.
pub(crate) async fn read(issuer: &str) -> Result<PublicKeys, String> {
    let documents = async {
        let path = "/.well-known/openid-configuration";
        let discovery: Discovery = get(&format!("{}{path}", issuer.trim_end_matches('/'))).await?;
        if discovery.issuer != issuer {
            return Err(format!("{issuer} calls itself {}", discovery.issuer));
        }
        if !is_safe(&discovery.jwks_uri) {
            return Err(format!("{} is not https", discovery.jwks_uri));
        }
        Ok(PublicKeys::of(&get(&discovery.jwks_uri).await?))
    };
    let in_time = tokio::time::timeout(PATIENCE, documents).await;
    in_time.unwrap_or_else(|_| Err(format!("{issuer} takes too long")))
}

/// Whether what is read there cannot be changed on the way: over TLS, or on this machine.
pub(crate) fn is_safe(url: &str) -> bool {
    let Ok(url) = url.parse::<Uri>() else { return false };
    // Before `@` stands no host.
    let host = url.host().filter(|_| url.authority().is_some_and(|at| !at.as_str().contains('@')));
    match (url.scheme_str(), host) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => host == "127.0.0.1",
        _ => false,
    }
}

/// `GET` by the HTTP client that the SDK brings along. Redirects are not followed.
async fn get<T: DeserializeOwned>(url: &str) -> Result<T, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{url}: {error}");
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri(url).map_err(|error| failed(&error))?;
    let connector = sdk::roots::system(sdk::connections());
    let answer = connector.call(request).await.map_err(|error| failed(&error))?;
    if !answer.status().is_success() {
        return Err(failed(&answer.status().as_u16()));
    }
    let body = Limited::new(answer.into_body(), SIZE_MAX).collect().await;
    let bytes = body.map_err(|error| failed(&error))?.to_bytes();
    serde_json::from_slice(&bytes).map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        let check = |url, expected| assert_eq!(is_safe(url), expected, "{url}");
        check("https://id.studio.example", true);
        check("http://127.0.0.1:4000/keys", true);
        check("http://id.studio.example", false);
        check("http://127.0.0.1.studio.example", false);
        check("http://127.0.0.1:x@studio.example/keys", false);
        check("https://127.0.0.1@studio.example/keys", false);
        check("https://", false);
        check("file:///etc/passwd", false);
        check("", false);
    }
}
