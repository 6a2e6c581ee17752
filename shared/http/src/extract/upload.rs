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

#[cfg(test)]
mod tests {
    use super::*;

    fn part(head: &str, content: &str) -> String {
        format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    }

    async fn read(parts: &[String]) -> std::result::Result<Upload, String> {
        let body = format!("{}--x--\r\n", parts.concat());
        Upload::read(body.into_bytes(), "x".into()).await.map_err(|error| error.0.to_string())
    }

    #[tokio::test]
    async fn the_file_and_the_fields_of_a_form_are_read() {
        let file = part("name=\"file\"; filename=\"a.csv\"", "a\r\nb");
        let other = part("name=\"file-1\"; filename=\"b.csv\"", "c");
        let field = part("name=\"update\"", "true");
        let upload = read(&[other, file.clone(), field]).await.unwrap();
        assert_eq!(upload.file, b"a\r\nb");
        assert_eq!(upload.fields["update"], "true");
        assert_eq!(read(&[]).await.unwrap_err(), "file is required");
        let cut = Upload::read(file.into_bytes(), "x".into()).await;
        assert!(cut.is_err_and(|error| error.0.to_string().starts_with("body is no sound")));
    }
}
