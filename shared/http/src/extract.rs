//! What a handler takes from a request: [`Path`], [`Query`], [`Body`], and who sends it ([`Caller`]).
//!
//! Taking never fails for what the caller wrote in the query or body; reading does
//! ([`Query::read`], [`Body::read`]), and is done after the caller's role was checked.

mod address;
mod encoding;
mod form;
mod upload;

use std::borrow::Cow;
use std::collections::HashSet;

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use http::request::Parts;
use http::{Uri, header};
use http_body_util::BodyExt;
use model::error::FieldError;
use model::fields::Parser;
use model::{Error, Fields, Input, Resource};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::fmt::Hyphenated;

pub use self::address::{Connection, SourceAddress};
use self::encoding::Encoding;
use self::form::form;
pub use self::upload::{Upload, UploadForm};
pub use crate::caller::{Caller, RefreshCaller};
use crate::error::{ApiError, Result};

/// The largest request body, in bytes: what Lambda takes.
pub const BODY_MAX: usize = 6 * 1024 * 1024;
/// How much of a body that is too large is still read, so that the sender gets to read the answer.
const DRAIN_MAX: usize = 64 * 1024 * 1024;

/// The ids in a route's path, as one of the structs of [`paths`](crate::paths).
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

/// Tells what is missing when a path parameter is not an id.
pub trait PathIds {
    /// Each parameter and what it names.
    const RESOURCES: &'static [(&'static str, Resource)];
}

impl<T: DeserializeOwned + PathIds + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let raw = RawPathParams::from_request_parts(parts, state).await;
        for (name, resource) in T::RESOURCES {
            // Without `raw` some parameter is not even text.
            let value =
                raw.as_ref().ok().and_then(|raw| raw.iter().find(|(known, _)| known == name));
            if value.is_none_or(|(_, value)| value.parse::<Hyphenated>().is_err()) {
                return Err(Error::NotFound(*resource).into());
            }
        }
        #[expect(clippy::disallowed_types, reason = "what can go wrong in it was checked above")]
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|defect| Error::internal(defect).into())
    }
}

/// The query, unread.
#[derive(Clone, Debug, Default)]
pub struct Query(Uri);

/// In a request's extensions: its handler reads the query itself.
#[derive(Clone, Copy, Debug)]
struct QueryTaken;

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.insert(QueryTaken);
        Ok(Self::of(&parts.uri))
    }
}

impl Query {
    fn of(uri: &Uri) -> Self {
        Self(uri.clone())
    }

    fn pairs(&self) -> Result<Map<String, Value>> {
        form(self.0.query().unwrap_or_default().as_bytes())
    }

    /// The path and the query it is of.
    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }

    /// Reads the query; every wrong, unknown or repeated parameter is named.
    pub fn read<T: Input>(&self) -> Result<T> {
        Ok(Fields::read_query(&self.pairs()?)?)
    }

    /// What can be read of a query, as [`Body::peek`].
    pub fn peek<T: Input>(&self) -> Option<T> {
        Fields::peek_body(&Value::Object(self.pairs().ok()?))
    }
}

/// The query of an operation without parameters: `query.read::<NoQuery>()?`.
#[derive(Clone, Copy, Debug)]
pub struct NoQuery;

impl Input for NoQuery {
    fn read(_: &mut Fields<'_>) -> Option<Self> {
        Some(Self)
    }
}

/// The body, unread. One larger than [`BODY_MAX`] is refused; compressed by gzip, it counts as what it stands for.
///
/// Unless the handler takes the [`Query`], too, it has no parameters: reading the body refuses them.
#[derive(Clone, Debug)]
pub struct Body {
    /// What nobody else reads of the query.
    query: Query,
    bytes: Vec<u8>,
    encoding: Encoding,
    format: Format,
}

#[derive(Clone, Debug)]
enum Format {
    Json,
    Form,
    /// Parts with this boundary between them.
    Multipart(String),
}

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let content_type =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        // Anything else is taken for JSON: clients forget to say so.
        let format = match content_type.and_then(|value| value.split(';').next()).map(str::trim) {
            Some(form) if form.eq_ignore_ascii_case("application/x-www-form-urlencoded") => {
                Format::Form
            }
            Some(parts) if parts.eq_ignore_ascii_case("multipart/form-data") => {
                let boundary = content_type.map(multer::parse_boundary);
                Format::Multipart(boundary.and_then(Result::ok).unwrap_or_default())
            }
            _ => Format::Json,
        };
        let encoding = Encoding::of(request.headers());
        let query = match request.extensions().get::<QueryTaken>() {
            Some(_) => Query::default(),
            None => Query::of(request.uri()),
        };
        let bytes = collect(request.into_body()).await?;
        Ok(Self { query, bytes, encoding, format })
    }
}

/// A whole body; one larger than [`BODY_MAX`] is refused.
pub(crate) async fn collect(mut body: axum::body::Body) -> Result<Vec<u8>> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Error::invalid("body", format!("could not be read: {error}")))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= BODY_MAX {
            bytes.extend_from_slice(&data);
        } else if length > DRAIN_MAX {
            break;
        }
    }
    if length > BODY_MAX {
        return Err(Error::TooLarge(BODY_MAX).into());
    }
    Ok(bytes)
}

impl Body {
    /// Reads a JSON object, or a form if the request says that it is one; every wrong field is named.
    pub fn read<T: Input>(&self) -> Result<T> {
        self.with_query(self.value().and_then(|value| Ok(Fields::read_body(&value)?)))
    }

    /// As [`Body::read`], and no body at all is an object without fields.
    pub fn read_or_empty<T: Input>(&self) -> Result<T> {
        if self.decoded()?.iter().all(u8::is_ascii_whitespace) {
            return self.with_query(Ok(Fields::read_body(&Value::Object(Map::new()))?));
        }
        self.read()
    }

    /// What can be read of a body, for what has to be looked up before all that is wrong can be told: what is wrong with
    /// the body itself is for [`Body::read`] to tell.
    pub fn peek<T: Input>(&self) -> Option<T> {
        Fields::peek_body(&self.value().ok()?)
    }

    /// Reads JSON that is no object, such as a bare array: `body.read_whole(fields::list(100, fields::id))`.
    pub fn read_whole<T>(&self, parser: impl Parser<T>) -> Result<T> {
        self.read_json(|value| Fields::read_whole(value, parser))
    }

    /// Reads JSON of any shape.
    pub fn read_json<T>(&self, read: impl FnOnce(Value) -> model::Result<T>) -> Result<T> {
        self.with_query(self.parsed().and_then(|value| Ok(read(value)?)))
    }

    /// As [`Body::read_json`], for a body that may be wrong in parts: what is wrong with the query comes with it, to be told
    /// with all that is wrong.
    pub fn read_parts<T>(
        &self,
        read: impl FnOnce(Value) -> model::Result<T>,
    ) -> Result<(T, Vec<FieldError>)> {
        let read = self.parsed().and_then(|value| Ok(read(value)?));
        match (self.query.read::<NoQuery>(), read) {
            (Err(ApiError(Error::Invalid(errors))), Ok(read)) => Ok((read, errors)),
            (query, read) => all_wrong(query, read).map(|(_, read)| (read, Vec::new())),
        }
    }

    /// What was read, if nothing is wrong with the query either.
    fn with_query<T>(&self, read: Result<T>) -> Result<T> {
        all_wrong(self.query.read::<NoQuery>(), read).map(|(_, read)| read)
    }

    fn parsed(&self) -> Result<Value> {
        // Also refuses numbers that overflow, nesting beyond 128 levels, and text that is not UTF-8.
        let parsed = serde_json::from_slice(&self.decoded()?);
        parsed
            .map_err(|error| Error::invalid("body", format!("must be valid JSON: {error}")).into())
    }

    /// The file of an upload (`multipart/form-data`), and what else was sent with it.
    pub async fn upload(self) -> Result<Upload> {
        self.query.read::<NoQuery>()?;
        let body = self.decoded()?.into_owned();
        let Format::Multipart(boundary) = self.format else {
            let message = "must be sent as a part of multipart/form-data";
            return Err(Error::invalid("file", message).into());
        };
        Upload::read(body, boundary).await
    }

    fn decoded(&self) -> Result<Cow<'_, [u8]>> {
        Ok(self.encoding.decode(&self.bytes)?)
    }

    fn value(&self) -> Result<Value> {
        match &self.format {
            Format::Json => self.parsed(),
            Format::Multipart(_) => {
                Err(Error::invalid("body", "must be JSON: files are not kept here").into())
            }
            Format::Form => form(&self.decoded()?).map(Value::Object),
        }
    }
}

/// Both of what was read, or everything that is wrong with either: of one field what was found first. That something is
/// not there, or not for the caller, comes before what is wrong with what he sent.
pub fn all_wrong<A, B>(one: Result<A>, other: Result<B>) -> Result<(A, B)> {
    match (one, other) {
        (Err(ApiError(Error::Invalid(mut errors))), Err(ApiError(Error::Invalid(more)))) => {
            let named: HashSet<String> = errors.iter().map(|error| error.field.clone()).collect();
            errors.extend(more.into_iter().filter(|error| !named.contains(&error.field)));
            Err(Error::Invalid(errors).into())
        }
        (_, Err(error @ ApiError(Error::Forbidden(_) | Error::NotFound(_)))) => Err(error),
        (one, other) => Ok((one?, other?)),
    }
}
