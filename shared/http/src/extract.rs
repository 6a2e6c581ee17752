//! What a handler takes from a request: [`Path`], [`Query`], [`Body`], and who sends it ([`Caller`]).
//!
//! Taking never fails for what the caller wrote in the query or body; reading does
//! ([`Query::read`], [`Body::read`]), and is done after the caller's role was checked.

mod address;
mod body;
mod encoding;
mod form;
mod numbers;
mod upload;

use std::collections::HashSet;

use axum::extract::{FromRequestParts, RawPathParams};
use http::Uri;
use http::request::Parts;
use model::{Error, Fields, Input, Resource};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::fmt::Hyphenated;

pub use self::address::{Connection, SourceAddress};
pub use self::body::Body;
pub(crate) use self::body::collect;
use self::form::form;
pub use self::upload::{Upload, UploadForm};
pub use crate::caller::{Caller, RefreshCaller};
use crate::error::{ApiError, Result};

/// The largest request body, in bytes: what Lambda takes.
pub const BODY_MAX: usize = 6 * 1024 * 1024;

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
