//! Whom functions talk to: AWS's services over TLS, and nobody whose certificate cannot be verified.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{AlertDescription, ServerConfig};
use tanuki_tests::answer::sorted;
use tanuki_tests::app::{ADMIN, token_secret};
use tanuki_tests::gateway::Instance;
use tanuki_tests::{Gateway, TestApp};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who signs certificates, and is not Amazon.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
}

/// The services behind TLS.
struct Front {
    /// `https://127.0.0.1:PORT`
    url: String,
    /// How handshakes end: `None` is well.
    handshakes: mpsc::UnboundedReceiver<Option<AlertDescription>>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// What an operating system has that knows this one only.
    fn file(&self, directory: &Path) -> PathBuf {
        let path = directory.join("roots.pem");
        std::fs::write(&path, self.certificate.pem()).expect("a file");
        path
    }

    /// Puts TLS in front of a service of this machine.
    async fn front(&self, service: &str) -> Front {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([Ipv4Addr::LOCALHOST.to_string()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let chain = vec![CertificateDer::from(certificate)];
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions that the provider knows")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("the certificate's key");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let url = format!("https://{}", listener.local_addr().expect("a port"));
        let service = service.trim_start_matches("http://").to_owned();
        let (ended, handshakes) = mpsc::unbounded_channel();
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), service, ended));
        Front { url, handshakes }
    }
}

async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    service: String,
    ended: mpsc::UnboundedSender<Option<AlertDescription>>,
) {
    while let Ok((connection, _)) = listener.accept().await {
        let (acceptor, service, ended) = (acceptor.clone(), service.clone(), ended.clone());
        tokio::spawn(async move {
            let stream = acceptor.accept(connection).await;
            // Whoever does not wait for the end of the test is not interested.
            let _ = ended.send(stream.as_ref().err().and_then(alert));
            let (Ok(mut stream), Ok(mut service)) = (stream, TcpStream::connect(service).await)
            else {
                return;
            };
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut service).await;
        });
    }
}

/// What the other side says is wrong.
fn alert(error: &std::io::Error) -> Option<AlertDescription> {
    match error.get_ref()?.downcast_ref()? {
        rustls::Error::AlertReceived(alert) => Some(*alert),
        other => panic!("no alert: {other}"),
    }
}

impl Front {
    async fn handshake(&mut self) -> Option<AlertDescription> {
        let next = tokio::time::timeout(PATIENCE, self.handshakes.recv()).await;
        next.expect("a handshake in time").expect("the front is there")
    }
}

/// A function that reaches its services over TLS, and takes the certificates of `system` for the operating system's.
async fn start(gateway: &Gateway, services: &Front, system: &Path) -> Instance {
    let environment = [
        ("AWS_ENDPOINT_URL_DYNAMODB", services.url.as_str()),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &services.url),
        ("SSL_CERT_FILE", system.to_str().expect("a path in UTF-8")),
    ];
    gateway.instance_with("asset-types", &environment).await
}

async fn world() -> (TestApp, Gateway, TempDir) {
    let app = TestApp::new().await;
    let gateway = Gateway::start(&app.engine, &token_secret()).await;
    (app, gateway, tempfile::tempdir().expect("a directory"))
}

#[tokio::test]
async fn a_service_that_amazon_did_not_sign_is_known_by_the_systems_roots() {
    let (app, gateway, directory) = world().await;
    let authority = Authority::new("Authority");
    let mut services = authority.front(gateway.services()).await;
    let mut function = start(&gateway, &services, &authority.file(directory.path())).await;
    tokio::time::timeout(PATIENCE, function.has_asked(1)).await.expect("it starts");
    let token = app.token(ADMIN).unwrap_or_default();
    let request = http::Request::get("/api/data/asset-types");
    let request =
        request.header("authorization", format!("Bearer {token}")).body(()).expect("a request");
    let (_, event) = gateway.event(request).expect("a route");
    let types = function.answer(event).await.expect("an answer").ok();
    assert_eq!(sorted(&types, "name"), ["Character", "Environment", "FX", "Prop"]);
    let mut ends = Vec::new();
    while let Ok(end) = services.handshakes.try_recv() {
        ends.push(end);
    }
    let refused = ends.iter().filter(|end| **end == Some(AlertDescription::UnknownCA)).count();
    assert!((1..=2).contains(&refused), "once or, as both are called at a time, twice: {ends:?}");
    assert!(ends.iter().all(|end| matches!(end, None | Some(AlertDescription::UnknownCA))));
    assert_eq!(ends.len() - refused, 2, "a connection for each service, kept: {ends:?}");
}

#[tokio::test]
async fn a_service_that_nobody_signed_is_not_talked_to() {
    let (_app, gateway, directory) = world().await;
    let mut services = Authority::new("Somebody").front(gateway.services()).await;
    let system = Authority::new("Authority").file(directory.path());
    let function = start(&gateway, &services, &system).await;
    // Both services, by Amazon's roots and by the system's.
    for nth in 0..4 {
        let end = services.handshake().await;
        assert_eq!(end, Some(AlertDescription::UnknownCA), "handshake {nth}");
    }
    let asked = tokio::time::timeout(Duration::ZERO, function.has_asked(1)).await;
    assert!(asked.is_err(), "it does not start");
}
