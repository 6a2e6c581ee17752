//! Custom metadata: what entities, tasks and productions carry beside their own fields, and its limits.
//!
//! What a production's columns demand of it: see [`crate::metadata`].

use serde_json::{Map, Value};

use crate::FieldError;
use crate::fields::{self, Fields};

/// Custom metadata: any JSON object, merged by key on update.
pub type Data = Map<String, Value>;

/// How deep `data` may nest.
pub const DATA_DEPTH_MAX: usize = 16;
/// The largest `data`, in bytes of JSON: with the other fields an item stays under 300 KB.
pub const DATA_BYTES_MAX: usize = 270_000;
/// The longest key of `data`, in bytes: DynamoDB's limit for a nested attribute name.
pub const DATA_KEY_MAX: usize = 255;

/// Reads the field `data`: an object within the limits of [`check_data`].
pub fn optional_data(f: &mut Fields<'_>) -> Option<Option<Data>> {
    let data = f.optional("data", fields::object)?;
    let problems = data.as_ref().map(check_data).unwrap_or_default();
    for problem in &problems {
        f.error(&problem.field, problem.message.clone());
    }
    problems.is_empty().then_some(data)
}

/// What is wrong with custom metadata: depth, size, keys, text that no database can hold.
pub fn check_data(data: &Data) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut bytes = 0;
    for (key, value) in data {
        let field = format!("data.{key}");
        let size = key.len() + value.to_string().len();
        bytes += size;
        if key.is_empty() || key.len() > DATA_KEY_MAX {
            errors
                .push(FieldError::new("data", format!("keys must have 1 to {DATA_KEY_MAX} bytes")));
        } else if depth(value) >= DATA_DEPTH_MAX {
            errors.push(FieldError::new(
                field,
                format!("must nest at most {DATA_DEPTH_MAX} levels deep, counting data"),
            ));
        }
    }
    if bytes > DATA_BYTES_MAX {
        errors.push(FieldError::new(
            "data",
            format!("must have at most {DATA_BYTES_MAX} bytes of JSON"),
        ));
    }
    errors
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn data(value: &Value) -> Data {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn data_is_bounded() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert!(check_data(&data(&json!({"a": nested(15)}))).is_empty());
        assert_eq!(check_data(&data(&json!({"a": nested(16)})))[0].field, "data.a");
        assert_eq!(check_data(&data(&json!({"a": "x".repeat(DATA_BYTES_MAX)})))[0].field, "data");
        assert_eq!(check_data(&data(&json!({"": 1})))[0].field, "data");
    }
}
