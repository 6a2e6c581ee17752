//! [`Secrets`]: AWS Secrets Manager, as much of it as a function needs. That is one operation, by the SDK's runtime: with the
//! connections, retries, time limits and signatures of any client of the SDK. Why not by that service's client:
//! docs/decisions/0042.

use std::fmt;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::orchestrator::{
    HttpRequest, HttpResponse, OrchestratorError, SensitiveOutput,
};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ErrorMetadata;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use serde::Deserialize;
use serde_json::{Value, json};

/// A service's name, as it stands in addresses and signatures.
const SERVICE: &str = "secretsmanager";

const UNREADABLE: &str = "its answer cannot be read";

/// Reads secrets. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Secrets(Operation<String, Secret, ErrorMetadata>);

/// What is answered of a secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Secret {
    secret_string: Option<String>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Where the service is in a region. `url_suffix` is what addresses end with there: `amazonaws.com` in most.
pub(crate) fn address(region: &str, url_suffix: &str) -> String {
    format!("https://{SERVICE}.{region}.{url_suffix}")
}

impl Secrets {
    /// Reads them at this address. `None` if the configuration lacks a region, credentials, an HTTP client, retries or time
    /// limits.
    pub(crate) fn new(sdk: &SdkConfig, address: &str) -> Option<Self> {
        let operation = Operation::builder()
            .service_name("Secrets Manager")
            .operation_name("GetSecretValue")
            .behavior_version(BehaviorVersion::latest())
            .http_client(sdk.http_client()?)
            .endpoint_url(address)
            .standard_retry(sdk.retry_config()?)
            .retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
            .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
            .retry_classifier(ServiceClockSkewClassifier::<ErrorMetadata>::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .timeout_config(sdk.timeout_config()?.clone())
            .interceptor(ServiceClockSkewInterceptor::new())
            .with_connection_poisoning()
            .runtime_plugin(signature(sdk, sdk.region()?.clone())?)
            .serializer(request)
            .deserializer(read);
        Some(Self(operation.build()))
    }

    /// The text of a secret, by its name or ARN; `None` if it holds bytes. The error tells why it cannot be read, and nothing
    /// of the secret.
    pub(crate) async fn text(&self, id: &str) -> Result<Option<String>, String> {
        match self.0.invoke(id.to_owned()).await {
            Ok(secret) => Ok(secret.secret_string),
            // With it came an answer that holds the secret.
            Err(SdkError::ResponseError(_)) => Err(UNREADABLE.to_owned()),
            Err(error) => Err(DisplayErrorContext(error).to_string()),
        }
    }
}

/// How requests are signed.
fn signature(sdk: &SdkConfig, region: Region) -> Option<StaticRuntimePlugin> {
    let mut config = Layer::new("signature");
    config.store_put(AuthSchemeOptionResolverParams::new(()));
    config.store_put(SigV4OperationSigningConfig::default());
    config.store_put(SigningName::from_static(SERVICE));
    config.store_put(SigningRegion::from(region));
    config.store_put(SensitiveOutput);
    let mut components = RuntimeComponentsBuilder::new("signature");
    let schemes = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
    components.set_auth_scheme_option_resolver(Some(schemes));
    components.push_auth_scheme(SigV4AuthScheme::new());
    components.set_identity_resolver(SCHEME_ID, sdk.credentials_provider()?);
    let plugin = StaticRuntimePlugin::new().with_config(config.freeze());
    Some(plugin.with_runtime_components(components))
}

#[expect(clippy::needless_pass_by_value, reason = "the SDK's runtime hands it over")]
fn request(id: String) -> Result<HttpRequest, BoxError> {
    let request = http::Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("{SERVICE}.GetSecretValue"))
        .body(json!({"SecretId": id}).to_string().into())?;
    Ok(request.try_into()?)
}

fn read(response: &HttpResponse) -> Result<Secret, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        return serde_json::from_slice(body).map_err(|_| OrchestratorError::other(UNREADABLE));
    }
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = ErrorMetadata::builder().code(code(response, &told));
    let message = ["message", "Message"].into_iter().find_map(|name| told[name].as_str());
    Err(OrchestratorError::operation(error.message(message.unwrap_or_default()).build()))
}

/// The name of an error. It may stand between the namespace of its service and an address.
fn code<'a>(response: &'a HttpResponse, told: &'a Value) -> &'a str {
    let code = response.headers().get("x-amzn-errortype").or(told["__type"].as_str());
    let code = code.unwrap_or_default();
    let code = code.split_once(':').map_or(code, |(code, _)| code);
    code.rsplit_once('#').map_or(code, |(_, code)| code)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };

    use super::*;
    use crate::sdk::{retries, timeouts};

    /// Gives answers in their order, each a status and a body, an hour ahead of our time, and keeps what was asked.
    #[derive(Clone, Debug)]
    struct Service {
        answers: Arc<Mutex<Vec<(u16, String)>>>,
        asked: Arc<Mutex<Vec<HttpRequest>>>,
    }

    impl HttpConnector for Service {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            self.asked.lock().unwrap().push(request);
            let (status, body) = self.answers.lock().unwrap().remove(0);
            let mut answer = HttpResponse::new(status.try_into().unwrap(), body.into());
            let time = chrono::Utc::now() + chrono::TimeDelta::hours(1);
            answer.headers_mut().insert("date", time.to_rfc2822().replace("+0000", "GMT"));
            HttpConnectorFuture::ready(Ok(answer))
        }
    }

    /// What is read of a secret where the service gives these answers, and the requests.
    async fn text(answers: &[(u16, Value)]) -> (Result<Option<String>, String>, Vec<HttpRequest>) {
        let answers = answers.iter().map(|(status, body)| (*status, body.to_string())).collect();
        let service = Service { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() };
        let connector = SharedHttpConnector::new(service.clone());
        let credentials = Credentials::new("key", "secret", Some("token".into()), None, "a test");
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .retry_config(retries())
            .timeout_config(timeouts())
            .build();
        let secrets = Secrets::new(&sdk, &address("eu-central-1", "amazonaws.com"));
        let text = secrets.expect("all is configured").text("the-secret").await;
        let asked = std::mem::take(&mut *service.asked.lock().unwrap());
        (text, asked)
    }

    #[tokio::test]
    async fn a_request_says_what_it_reads_and_is_signed() {
        let (text, asked) = text(&[(200, json!({"SecretString": "text"}))]).await;
        assert_eq!(text, Ok(Some("text".into())));
        let [request] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri(), "https://secretsmanager.eu-central-1.amazonaws.com/");
        assert_eq!(request.body().bytes(), Some(&br#"{"SecretId":"the-secret"}"#[..]));
        let header = |name| request.headers().get(name).unwrap_or_default();
        assert_eq!(header("content-type"), "application/x-amz-json-1.1");
        assert_eq!(header("x-amz-target"), "secretsmanager.GetSecretValue");
        assert_eq!(header("x-amz-security-token"), "token");
        let signature = header("authorization");
        assert!(signature.starts_with("AWS4-HMAC-SHA256 Credential=key/"), "{signature}");
        assert!(signature.contains("/eu-central-1/secretsmanager/aws4_request,"), "{signature}");
        assert!(signature.contains("x-amz-security-token;x-amz-target,"), "{signature}");
    }

    #[tokio::test]
    async fn a_secret_of_bytes_has_no_text() {
        assert_eq!(text(&[(200, json!({"SecretBinary": "AA=="}))]).await.0, Ok(None));
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_tried_again() {
        for (status, code) in
            [(400, "ThrottlingException"), (500, "InternalServiceError"), (503, "")]
        {
            let error = (status, json!({"__type": code}));
            let secret = (200, json!({"SecretString": "text"}));
            let (text, asked) = text(&[error.clone(), error, secret]).await;
            assert_eq!((text, asked.len()), (Ok(Some("text".into())), 3), "{code}");
        }
    }

    #[tokio::test]
    async fn what_does_not_pass_is_told() {
        let type_ = "com.amazonaws.secretsmanager#ResourceNotFoundException:http://internal/";
        let error = json!({"__type": type_, "Message": "there is no such secret"});
        let (text, asked) = text(&[(400, error)]).await;
        let error = text.expect_err("no secret");
        assert!(error.contains("\"ResourceNotFoundException\""), "{error}");
        assert!(error.contains("there is no such secret"), "{error}");
        assert_eq!(asked.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_clock_is_put_right() {
        let error = (400, json!({"__type": "InvalidSignatureException"}));
        let (text, asked) = text(&[error, (200, json!({"SecretString": "text"}))]).await;
        assert_eq!(text, Ok(Some("text".into())));
        let [first, second] = [0, 1].map(|n| asked[n].headers().get("x-amz-date"));
        assert_ne!(first.map(|date| &date[..11]), second.map(|date| &date[..11]));
    }

    #[tokio::test]
    async fn an_answer_that_cannot_be_read_is_not_told() {
        for answer in [json!("the-text"), json!({"SecretString": {"key": "the-text"}})] {
            let (text, _) = text(&[(200, answer)]).await;
            let error = text.expect_err("no secret");
            assert!(error.contains(UNREADABLE) && !error.contains("the-text"), "{error}");
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        let secret: Secret = serde_json::from_str(r#"{"SecretString": "text"}"#).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
