//! A small router with everything around it, asked in-process.

mod layers;
mod observe;
mod on_demand;
mod openapi;
mod reading;
mod tokens;

use aws_sdk_dynamodb::config::Region;
use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use http::{HeaderMap, HeaderName, Request, StatusCode};
use http_body_util::BodyExt;
use model::{Error, Fields, Input, Resource, fields};
use serde_json::{Value, json};
use store::Store;
use tower::ServiceExt;

use crate::paths::AssetPath;
use crate::tokens::Tokens;
use crate::{App, Caller, Json, Mode, NoContent, NoQuery, Path, Query, Result};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// An app whose store cannot be reached.
fn app(mode: Mode) -> App {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version_latest()
        .region(Region::from_static("nowhere"))
        .build();
    let store = Store::new(aws_sdk_dynamodb::Client::from_conf(config), "test");
    App { store, tokens: Tokens::new(SECRET).unwrap(), oidc: None, mode }
}

struct Thing {
    name: String,
    count: Option<i64>,
}

impl Input for Thing {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required("name", fields::name);
        let count = fields.optional("count", fields::integer(0..=10));
        Some(Self { name: name?, count: count? })
    }
}

fn echo(thing: &Thing) -> Json<Value> {
    Json(json!({"name": thing.name, "count": thing.count}))
}

async fn echo_query(query: Query) -> Result<Json<Value>> {
    Ok(echo(&query.read()?))
}

async fn echo_body(body: crate::Body) -> Result<Json<Value>> {
    Ok(echo(&body.read()?))
}

async fn echo_optional_body(body: crate::Body) -> Result<NoContent> {
    struct Nothing;
    impl Input for Nothing {
        fn read(_: &mut Fields<'_>) -> Option<Self> {
            Some(Self)
        }
    }
    body.read_or_empty::<Nothing>()?;
    Ok(NoContent)
}

async fn guarded(_: Caller, Path(_): Path<AssetPath>, query: Query) -> Result<NoContent> {
    query.read::<NoQuery>()?;
    Ok(NoContent)
}

async fn by_id(Path(path): Path<AssetPath>, query: Query) -> Result<Json<Value>> {
    if path.asset_id.to_string().starts_with('0') {
        return Err(Error::Forbidden("You are not in the team of this project").into());
    }
    query.read::<NoQuery>()?;
    Ok(Json(json!({"id": path.asset_id})))
}

async fn fail(Path(path): Path<Which>) -> Result<NoContent> {
    Err(match path.0.as_str() {
        "internal" => Error::internal("the secret cause"),
        "unavailable" => Error::Unavailable("throttled for 20 s".into()),
        "precondition" => Error::PreconditionFailed,
        "taken" => Error::AlreadyExists {
            resource: Resource::AssetType,
            name: "Prop".into(),
            id: uuid::uuid!("a24a6ea4-ce75-4665-a070-57453082c256"),
        },
        "descriptor" => Error::NotFound(Resource::MetadataDescriptor),
        _ => panic!("of the test"),
    }
    .into())
}

#[derive(serde::Deserialize)]
struct Which(String);

impl crate::PathIds for Which {
    const RESOURCES: &'static [(&'static str, Resource)] = &[];
}

fn routes() -> Router<App> {
    Router::new()
        .route("/api/small", get(async || Json(json!({"a": 1}))))
        .route("/api/big", get(async || Json("x".repeat(5000))))
        .route("/api/huge", get(async || Json("x".repeat(7_000_000))))
        .route("/api/query", get(echo_query))
        .route("/api/body", post(echo_body).put(echo_optional_body))
        .route("/api/bytes", post(async |_: bytes::Bytes| NoContent))
        .route("/api/guarded/{asset_id}", get(guarded))
        .route("/api/assets/{asset_id}", get(by_id))
        .route("/api/fail/{which}", get(fail))
}

/// An answer.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: impl AsRef<str>) -> Option<&str> {
        self.headers.get(name.as_ref()).map(|value| value.to_str().unwrap())
    }

    /// Status and exception, of an error in the right shape.
    fn error(&self) -> (u16, String) {
        let body = self.json();
        assert_eq!(body["error"], true, "{body}");
        assert!(body["message"].is_string(), "{body}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert!(self.header("x-request-id").is_some());
        (self.status.as_u16(), body["exception"].as_str().unwrap().to_owned())
    }

    fn wrong_fields(&self) -> Vec<String> {
        assert_eq!(self.error(), (400, "ValidationException".into()));
        let body = self.json();
        let errors = body["data"]["errors"].as_array().unwrap();
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }
}

async fn ask_in(mode: Mode, request: Request<Body>) -> Reply {
    let router = crate::layers::router(routes, app(mode));
    let response = crate::layers::service(router, mode).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Reply { status: parts.status, headers: parts.headers, body }
}

async fn ask(
    method: &str,
    uri: &str,
    headers: &[(HeaderName, &str)],
    body: impl Into<Body>,
) -> Reply {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    ask_in(Mode::Cloud, request.body(body.into()).unwrap()).await
}

async fn fetch(uri: &str) -> Reply {
    ask("GET", uri, &[], Body::empty()).await
}
