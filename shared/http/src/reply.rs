//! What handlers give back.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use model::Error;
use serde::Serialize;

use crate::error::{ApiError, Result};

/// 200 with a JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// 201 with a JSON body: what was created.
#[derive(Debug)]
pub struct Created<T>(pub T);

/// 204: it is gone.
#[derive(Debug)]
pub struct NoContent;

/// 200 with one JSON value a line (`application/x-ndjson`).
#[derive(Debug)]
pub struct NdJson(pub String);

/// 200 with a CSV file to keep under this name, which must need no quoting.
#[derive(Debug)]
pub struct Csv(pub &'static str, pub String);

impl NdJson {
    /// A line for each row.
    pub fn of<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<Self> {
        let mut lines = String::new();
        for row in rows {
            lines += &serde_json::to_string(&row).map_err(Error::internal)?;
            lines.push('\n');
        }
        Ok(Self(lines))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        json(StatusCode::CREATED, &self.0)
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl IntoResponse for NdJson {
    fn into_response(self) -> Response {
        with_type("application/x-ndjson", self.0.into_bytes())
    }
}

impl IntoResponse for Csv {
    fn into_response(self) -> Response {
        let file = format!("attachment; filename=\"{}\"", self.0);
        let body = with_type("text/csv; charset=utf-8", self.1.into_bytes());
        ([(header::CONTENT_DISPOSITION, file)], body).into_response()
    }
}

/// `value` as a response. A value that cannot be JSON (a map whose keys are no strings) is a defect.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => json_text(status, body),
        Err(error) => ApiError(Error::internal(error)).into_response(),
    }
}

/// A response whose JSON is written already.
pub(crate) fn json_text(status: StatusCode, body: Vec<u8>) -> Response {
    (status, with_type("application/json", body)).into_response()
}

fn with_type(content_type: &'static str, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response()
}
