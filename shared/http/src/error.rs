//! The one place where an error becomes a status and a body.
//!
//! Start with `answer`: the exhaustive match. [`Shape`] catches what never was a [`model::Error`], such as
//! an unknown route.

pub(crate) mod docs;

use std::any::Any;
use std::borrow::Cow;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use model::error::Unauthenticated;
use model::{Error, FieldError, Resource};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::docs::{Errors, PublicErrors};
use crate::layers::slash;

/// What handlers return.
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// A [`model::Error`] on its way out.
#[derive(Debug)]
pub struct ApiError(pub Error);

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Unauthenticated> for ApiError {
    fn from(reason: Unauthenticated) -> Self {
        Self(Error::Unauthenticated(reason))
    }
}

/// The body of every error, Zou's shape.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"error": true, "message": "Asset not found", "exception": "AssetNotFoundException"}))]
pub struct ErrorBody {
    /// Always true.
    pub error: bool,
    /// What is wrong, for a person.
    pub message: String,
    /// What is wrong, for a program.
    pub exception: String,
    /// More, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<ErrorData>,
}

/// What an error may say beyond its message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct ErrorData {
    /// Of a validation: every field that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<WrongField>,
    /// Of a name that is taken: what holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
}

/// One wrong field of a query or body.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WrongField {
    /// Where: `name`, `data.height`, `casting[2].entity_id`.
    #[schema(example = "data.height")]
    pub field: String,
    /// What is wrong with it.
    #[schema(example = "must be a number from 0 to 10")]
    pub message: String,
}

impl From<FieldError> for WrongField {
    fn from(error: FieldError) -> Self {
        Self { field: error.field, message: error.message }
    }
}

/// What the log line of a failed request tells, carried in the response's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) exception: Cow<'static, str>,
    /// The cause of a 5xx: logged, never sent.
    pub(crate) cause: Option<String>,
}

/// An error as HTTP says it.
struct Answer {
    status: StatusCode,
    exception: Cow<'static, str>,
    message: Cow<'static, str>,
    data: Option<ErrorData>,
    cause: Option<String>,
}

impl Answer {
    fn new(
        status: StatusCode,
        exception: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            exception: exception.into(),
            message: message.into(),
            data: None,
            cause: None,
        }
    }
}

fn answer(error: Error) -> Answer {
    let message = error.to_string();
    match error {
        Error::Unauthenticated(_) => {
            Answer::new(StatusCode::UNAUTHORIZED, "NotAuthenticatedException", message)
        }
        Error::Forbidden(_) => Answer::new(StatusCode::FORBIDDEN, "NotAllowedException", message),
        Error::NotFound(resource) => {
            Answer::new(StatusCode::NOT_FOUND, exception(resource, "NotFoundException"), message)
        }
        Error::Invalid(fields) => {
            let errors = fields.into_iter().map(WrongField::from).collect();
            let data = Some(ErrorData { errors, id: None });
            Answer { data, ..Answer::new(StatusCode::BAD_REQUEST, "ValidationException", message) }
        }
        Error::AlreadyExists { resource, id, .. } => {
            let data = Some(ErrorData { errors: Vec::new(), id: Some(id) });
            // Not 409: gazu takes that for success.
            Answer {
                data,
                ..Answer::new(
                    StatusCode::BAD_REQUEST,
                    exception(resource, "AlreadyExistsException"),
                    message,
                )
            }
        }
        Error::PreconditionFailed => {
            Answer::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailedException", message)
        }
        // Only for callers who sent a key: gazu, which takes a 409 for success, sends none.
        Error::StillRunning => {
            Answer::new(StatusCode::CONFLICT, "RequestStillRunningException", message)
        }
        Error::KeySpent(_) => {
            Answer::new(StatusCode::UNPROCESSABLE_ENTITY, "IdempotencyKeySpentException", message)
        }
        Error::TooLarge(_) => {
            Answer::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message)
        }
        Error::AnswerTooLarge | Error::ReadTooLarge => {
            Answer::new(StatusCode::PAYLOAD_TOO_LARGE, "AnswerTooLargeException", message)
        }
        // Not 429: gazu takes that for success.
        Error::TooManyAttempts(_) => {
            Answer::new(StatusCode::BAD_REQUEST, "TooManyLoginAttemptsException", message)
        }
        Error::Unavailable(cause) => {
            let message = "The store is unavailable, try again later";
            // Not 503: gazu takes that for success.
            let answer = Answer::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "StoreUnavailableException",
                message,
            );
            Answer { cause: Some(cause), ..answer }
        }
        Error::Internal(cause) => {
            let message = "Internal server error";
            let answer = Answer::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerErrorException",
                message,
            );
            Answer { cause: Some(cause), ..answer }
        }
    }
}

/// `Asset type` and `NotFoundException` make `AssetTypeNotFoundException`.
fn exception(resource: Resource, what: &str) -> String {
    let words = resource.to_string();
    let name = words.split(' ').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + rest
    });
    name.chain([what.to_owned()]).collect()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let hint = match &self.0 {
            Error::Unavailable(_) | Error::StillRunning => {
                Some((header::RETRY_AFTER, HeaderValue::from_static("1")))
            }
            Error::TooManyAttempts(seconds) => {
                Some((header::RETRY_AFTER, HeaderValue::from(*seconds)))
            }
            Error::Unauthenticated(_) => {
                Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
            }
            _ => None,
        };
        let hint = hint.map(|hint| [hint]);
        (hint, answer(self.0)).into_response()
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            error: true,
            message: self.message.into_owned(),
            exception: self.exception.clone().into_owned(),
            data: self.data,
        };
        let mut response = crate::reply::json(self.status, &body);
        response.extensions_mut().insert(Failure { exception: self.exception, cause: self.cause });
        response
    }
}

/// What is known of a request when its failure is to be given our shape.
pub(crate) struct Shape {
    method: Method,
    goes_on: Option<HeaderValue>,
}

impl Shape {
    pub(crate) fn of(request: &Request) -> Self {
        Self { method: request.method().clone(), goes_on: slash::without_slash(request) }
    }

    /// Gives every failure our shape, whoever made it (the router for an unknown route or method, one of axum's own
    /// extractors), answers `OPTIONS` on every known path, and sends those on who asked the gateway for an unknown path
    /// that ends with a slash.
    pub(crate) fn give(self, mut response: Response) -> Response {
        let status = response.status();
        if self.method == Method::OPTIONS && status == StatusCode::METHOD_NOT_ALLOWED {
            let allowed = response.headers_mut().remove(header::ALLOW);
            let allow = allowed.map(|methods| [(header::ALLOW, methods)]);
            return (StatusCode::NO_CONTENT, allow, ()).into_response();
        }
        let is_failure = status.is_client_error() || status.is_server_error();
        if !is_failure || response.extensions().get::<Failure>().is_some() {
            return response;
        }
        if let (StatusCode::NOT_FOUND, Some(location)) = (status, self.goes_on) {
            return slash::redirect(location);
        }
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        let mut shaped = foreign(status).into_response();
        shaped.headers_mut().extend(parts.headers);
        shaped
    }
}

fn foreign(status: StatusCode) -> Answer {
    match status {
        StatusCode::NOT_FOUND => Answer::new(status, "RouteNotFoundException", "Route not found"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Answer::new(status, "MethodNotAllowedException", "Method not allowed")
        }
        StatusCode::PAYLOAD_TOO_LARGE => answer(Error::TooLarge(crate::extract::BODY_MAX)),
        _ if status.is_client_error() => {
            let message = status.canonical_reason().unwrap_or("Bad request");
            Answer::new(StatusCode::BAD_REQUEST, "ValidationException", message)
        }
        _ => answer(Error::internal(format_args!("a layer answered {status}"))),
    }
}

/// The answer to a request whose handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "as the layer that catches panics calls it")]
pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or(payload.downcast_ref::<String>().map(String::as_str));
    ApiError(Error::internal(format_args!("panic: {}", text.unwrap_or("of an unknown kind"))))
        .into_response()
}
