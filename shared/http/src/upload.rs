//! [`Upload`]: a file sent by a form.

use std::convert::Infallible;

use futures_util::stream;
use model::{Error, Fields, Input};
use multer::Multipart;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::Result;

/// How the OpenAPI document describes the body:
/// `request_body(content = UploadForm, content_type = "multipart/form-data")`.
#[derive(Clone, Debug, ToSchema)]
pub struct UploadForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// What a form of several parts holds.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The part named `file`.
    pub file: Vec<u8>,
    fields: Map<String, Value>,
}

impl Upload {
    /// Reads the parts. Files besides the one named `file` are left aside.
    pub(crate) async fn read(body: Vec<u8>, boundary: String) -> Result<Self> {
        let wrong = |error: multer::Error| {
            Error::invalid("body", format!("is no sound multipart/form-data: {error}"))
        };
        let whole = stream::iter([Ok::<_, Infallible>(body)]);
        let mut parts = Multipart::new(whole, boundary);
        let (mut file, mut fields) = (None, Map::new());
        while let Some(part) = parts.next_field().await.map_err(wrong)? {
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = part.file_name().is_some();
            let bytes = part.bytes().await.map_err(wrong)?;
            if name == "file" {
                file = Some(bytes.to_vec());
            } else if !is_file {
                fields.insert(name, Value::String(String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        let file = file.ok_or_else(|| Error::invalid("file", "is required"))?;
        Ok(Self { file, fields })
    }

    /// Reads the parts that are no files, as a query is read.
    pub fn fields<T: Input>(&self) -> Result<T> {
        Ok(Fields::read_query(&self.fields)?)
    }
}
