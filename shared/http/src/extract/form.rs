//! Queries and forms: pairs of names and values.

use model::error::FieldError;
use model::fail_if_any;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::error::Result;

/// The pairs of a query or form. Names what is repeated and what is not UTF-8.
pub(super) fn form(encoded: &[u8]) -> Result<Map<String, Value>> {
    let (mut pairs, mut errors) = (Map::new(), Vec::new());
    for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let pair = String::from_utf8_lossy(pair);
        let (name, value) = pair.split_once('=').unwrap_or((&pair, ""));
        match (decode(name), decode(value)) {
            (Some(name), Some(value)) => {
                if pairs.contains_key(&name) {
                    errors.push(FieldError::new(name, "must be given once"));
                } else {
                    pairs.insert(name, Value::String(value));
                }
            }
            (name, _) => {
                errors.push(FieldError::new(
                    name.unwrap_or_else(|| "query".into()),
                    "must be UTF-8, percent-encoded",
                ));
            }
        }
    }
    fail_if_any(errors)?;
    Ok(pairs)
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
