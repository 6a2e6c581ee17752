//! `If-Match` on every `PUT` and `DELETE`: the caller changes what he saw, or nothing.
//!
//! Around the handlers. What the caller saw is what a `GET` of the same path gives him now; it is asked for
//! before the request's first write ([`Condition`]), when all else was found right: 401, 404, 403 and 400 come first. A
//! path that has no `GET` leads to nothing that could match, so the answer is 412, whatever was sent.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use http_body_util::BodyExt as _;
use model::Error;
use store::condition::Condition;
use tower::ServiceExt as _;

use crate::app::App;
use crate::error::ApiError;
use crate::layers::etag::{Known, is_one_of, listed};

/// The path's own handlers without what is around them, to read what is there now. Made when the first caller asks.
#[derive(Clone)]
pub(crate) struct Reader(Arc<LazyLock<Router, Box<dyn FnOnce() -> Router + Send>>>);

impl Reader {
    pub(crate) fn new(bare: impl FnOnce() -> Router<App> + Send + 'static, app: App) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(move || bare().with_state(app)))))
    }

    fn router(&self) -> Router {
        (**self.0).clone()
    }
}

/// Whether a request has `If-Match`, and its method takes it.
pub(crate) fn is_asked(request: &Request) -> bool {
    concerns(request.method()) && request.headers().contains_key(header::IF_MATCH)
}

/// Answers such a request: its writes are made only if the caller saw what is there now.
pub(crate) async fn enforce(reader: Reader, request: Request, next: Next) -> Response {
    let known = Arc::new(listed(request.headers(), &header::IF_MATCH));
    let (uri, headers) = (path_of(request.uri()), as_reader(request.headers()));
    let condition = Condition::new(Box::new(move || {
        let (reader, known) = (reader.router(), known.clone());
        let (uri, headers) = (uri.clone(), headers.clone());
        Box::pin(async move { seen(reader, uri, headers, &known).await })
    }));
    let response = condition.bind(next.run(request)).await;
    if response.status().is_success()
        && let Err(error) = condition.settle().await
    {
        return ApiError(error).into_response();
    }
    response
}

/// Whether operations of a method take the header.
pub(crate) fn concerns(method: &Method) -> bool {
    matches!(*method, Method::PUT | Method::DELETE)
}

/// Fails unless what is there now is one of what the caller has seen.
async fn seen(reader: Router, uri: Uri, headers: HeaderMap, known: &[Known]) -> model::Result<()> {
    let mut request = Request::new(Body::empty());
    (*request.uri_mut(), *request.headers_mut()) = (uri, headers);
    let Ok(response) = reader.oneshot(request).await;
    let status = response.status();
    if status.is_server_error() {
        return Err(Error::Unavailable(format!("what is there could not be read: {status}")));
    }
    let body = response.into_body().collect().await.map_err(Error::internal)?.to_bytes();
    if status == StatusCode::OK && is_one_of(known, &body) {
        Ok(())
    } else {
        Err(Error::PreconditionFailed)
    }
}

/// The path alone: the query says how to change, not what.
fn path_of(uri: &Uri) -> Uri {
    uri.path().parse().unwrap_or_default()
}

/// The caller's headers, without what is about the change.
fn as_reader(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in
        [header::IF_MATCH, header::IF_NONE_MATCH, header::CONTENT_TYPE, header::CONTENT_LENGTH]
    {
        headers.remove(name);
    }
    headers
}
