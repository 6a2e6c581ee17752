//! Whose certificates the SDK's connections accept: those below the five roots by which AWS signs, and where they do not
//! do, those that the operating system accepts.
//!
//! The operating system has some 140 roots. To read them takes longer than all else that a function does while it starts,
//! and AWS's own services need none of them. See docs/decisions/0026.

use std::error::Error;
use std::io;
use std::sync::{Arc, OnceLock};

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use rustls::{CertificateError, Error as TlsError};

/// Amazon Root CA 1 to 4 and Starfield Services Root CA G2, as <https://www.amazontrust.com/repository/> lists them.
const AMAZON: &str = include_str!("amazon-roots.pem");

/// The connections of all services.
#[derive(Clone, Debug)]
struct Trusting {
    amazon: SharedHttpConnector,
    /// Made when a certificate is met that is not below Amazon's roots, and used ever after.
    system: Arc<OnceLock<SharedHttpConnector>>,
    settings: HttpConnectorSettings,
}

/// The HTTP client of all services.
pub(super) fn client(settings: HttpConnectorSettings) -> SharedHttpClient {
    let roots = TrustStore::empty().with_pem_certificate(AMAZON);
    let amazon = connector(settings.clone(), roots);
    let connector = SharedHttpConnector::new(Trusting { amazon, system: Arc::default(), settings });
    http_client_fn(move |_, _| connector.clone())
}

/// The operating system's roots, for addresses that are not AWS's.
pub(crate) fn system(settings: HttpConnectorSettings) -> SharedHttpConnector {
    connector(settings, TrustStore::empty().with_native_roots(true))
}

fn connector(settings: HttpConnectorSettings, roots: TrustStore) -> SharedHttpConnector {
    let connector = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    // Were there anything to refuse in it, the default would do: the system's roots.
    let context = TlsContext::builder().with_trust_store(roots).build().unwrap_or_default();
    SharedHttpConnector::new(connector.tls_context(context).connector_settings(settings).build())
}

impl HttpConnector for Trusting {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if let Some(system) = self.system.get() {
            return system.call(request);
        }
        let (again, this) = (request.try_clone(), self.clone());
        let answer = self.amazon.call(request);
        HttpConnectorFuture::new(async move {
            match (answer.await, again) {
                (Err(error), Some(request)) if is_unknown_issuer(&error) => {
                    tracing::warn!(uri = request.uri(), "not signed by Amazon: the system's roots");
                    this.system.get_or_init(|| system(this.settings)).call(request).await
                }
                (answer, _) => answer,
            }
        })
    }
}

/// Whether a certificate is below none of the roots: nothing was sent.
fn is_unknown_issuer(error: &(dyn Error + 'static)) -> bool {
    let unknown = TlsError::InvalidCertificate(CertificateError::UnknownIssuer);
    std::iter::successors(Some(error), |error| inner(*error))
        .any(|error| error.downcast_ref() == Some(&unknown))
}

/// What an error was made from.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        // Its own source is what comes after that.
        Some(error) => error.get_ref().map(|inner| inner as _),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_roots_are_those_that_amazon_names() {
        // SHA-256 of the certificates, which that page has in hexadecimal.
        let named = [
            "js3miE89h7ESW6Maw/yxPXAW3n9XzJBP4cuXxq6YGW4=",
            "G6WyqoxlQBqClgEY+AvsT2IwTYPOxHE6GcOcAR6kbbQ=",
            "GM5s/nvxTmCy40e43+hoyzHQLrs62icVafUDQ7Rts6Q=",
            "410oQZ7QICXPppA4zWI5YkWNpcaV+96jwisL+yWJcJI=",
            "Vo1pBaLIhwikswJRkO3P7bGXSmBqE8blKQ/LKuY+2rU=",
        ];
        let roots = CertificateDer::pem_slice_iter(AMAZON.as_bytes());
        let digest = |der: CertificateDer<'_>| STANDARD.encode(Sha256::digest(&der));
        let roots: Vec<_> = roots.map(|der| digest(der.expect("a certificate"))).collect();
        assert_eq!(roots, named);
    }
}
