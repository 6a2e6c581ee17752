//! The body of a request, read when the handler asks for it.

use std::borrow::Cow;
use std::sync::OnceLock;

use axum::extract::{FromRequest, Request};
use http::header;
use http_body_util::BodyExt;
use model::error::FieldError;
use model::fields::Parser;
use model::{Error, Fields, Input, fail_if_any};
use serde_json::{Map, Value};

use super::encoding::Encoding;
use super::form::form;
use super::numbers::rounded;
use super::{BODY_MAX, NoQuery, Query, QueryTaken, Upload, all_wrong};
use crate::error::{ApiError, Result};

/// How much of a body that is too large is still read, so that the sender gets to read the answer.
const DRAIN_MAX: usize = 64 * 1024 * 1024;

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
    /// What they stand for, once somebody has looked: most handlers peek before they read.
    value: OnceLock<Value>,
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
        Ok(Self { query, bytes, encoding, format, value: OnceLock::new() })
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
        self.with_query(self.value().and_then(|value| Ok(Fields::read_body(value)?)))
    }

    /// As [`Body::read`], and no body at all is an object without fields.
    pub fn read_or_empty<T: Input>(&self) -> Result<T> {
        let is_nothing = |bytes: Cow<'_, [u8]>| bytes.iter().all(u8::is_ascii_whitespace);
        match self.value() {
            Err(_) if self.decoded().is_ok_and(is_nothing) => {
                self.with_query(Ok(Fields::read_body(&Value::Object(Map::new()))?))
            }
            _ => self.read(),
        }
    }

    /// What can be read of a body, for what has to be looked up before all that is wrong can be told: what is wrong with
    /// the body itself is for [`Body::read`] to tell.
    pub fn peek<T: Input>(&self) -> Option<T> {
        Fields::peek_body(self.value().ok()?)
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
        let text = self.decoded()?;
        // Also refuses numbers that overflow, nesting beyond 128 levels, and text that is not UTF-8.
        let parsed = serde_json::from_slice(&text);
        let value = parsed
            .map_err(|error| Error::invalid("body", format!("must be valid JSON: {error}")))?;
        fail_if_any(rounded(&text, &value))?;
        Ok(value)
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

    fn value(&self) -> Result<&Value> {
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let value = match &self.format {
            Format::Json => self.parsed()?,
            Format::Multipart(_) => {
                return Err(Error::invalid("body", "must be JSON: files are not kept here").into());
            }
            Format::Form => form(&self.decoded()?).map(Value::Object)?,
        };
        Ok(self.value.get_or_init(|| value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_sent_is_parsed_once() {
        for (content_type, sent) in
            [("application/json", r#"{"a": 1}"#), ("application/x-www-form-urlencoded", "a=1")]
        {
            let request = Request::post("/").header(header::CONTENT_TYPE, content_type);
            let request = request.body(axum::body::Body::from(sent)).unwrap();
            let body = Body::from_request(request, &()).await.unwrap();
            let (one, other) = (body.value().unwrap(), body.value().unwrap());
            assert!(std::ptr::eq(one, other), "{content_type}");
        }
    }
}
