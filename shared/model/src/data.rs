//! Custom metadata: what entities, tasks and productions carry beside their own fields, and its limits.
//!
//! What a production's columns demand of it: see [`crate::metadata`].

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Error, FieldError, Result};
use crate::fields::{self, Fields};

/// Custom metadata: any JSON object, merged by key on update.
pub type Data = Map<String, Value>;

/// How deep `data` may nest.
pub const DATA_DEPTH_MAX: usize = 16;
/// The largest `data`, in bytes of JSON, which is no less than what DynamoDB counts: with the longest description, of 80 KB,
/// an item stays under its 400 KB.
pub const DATA_BYTES_MAX: usize = 300_000;
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

/// Adds keys to the metadata there is; fails if all of it together is too much.
pub fn merge(into: &mut Option<Data>, more: Option<Data>) -> Result<()> {
    let Some(more) = more else { return Ok(()) };
    let all = into.get_or_insert_default();
    all.extend(more);
    let problems = check_data(all);
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

/// What is wrong with the metadata there is when these keys are added.
pub fn check_merged(there: Option<&Data>, more: Option<&Data>) -> Vec<FieldError> {
    match merge(&mut there.cloned(), more.cloned()) {
        Err(Error::Invalid(problems)) => problems,
        _ => Vec::new(),
    }
}

/// What is wrong with custom metadata: depth, size, keys.
pub fn check_data(data: &Data) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (key, value) in data {
        let field = format!("data.{key}");
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
    if json_bytes(data) > DATA_BYTES_MAX {
        errors.push(FieldError::new(
            "data",
            format!("must have at most {DATA_BYTES_MAX} bytes of JSON"),
        ));
    }
    errors
}

/// How long a value is as JSON.
pub(crate) fn json_bytes(value: &impl Serialize) -> usize {
    /// Counts what is written to it.
    struct Count(usize);

    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    // What cannot be written is not short enough for anything.
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
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
        // Keys count as they are written.
        let keys = (0..200).map(|n| (format!("{n:03}{}", "\u{1}".repeat(252)), json!(1)));
        assert_eq!(check_data(&keys.collect())[0].field, "data");
    }

    #[test]
    fn what_is_added_counts_with_what_is_there() {
        let half = |key: &str| Some(data(&json!({key: "x".repeat(DATA_BYTES_MAX / 2)})));
        let mut all = half("a");
        assert!(merge(&mut all, half("a")).is_ok() && merge(&mut all, None).is_ok());
        assert!(
            merge(&mut None, half("b")).is_ok()
                && check_merged(None, half("b").as_ref()).is_empty()
        );
        assert_eq!(check_merged(all.as_ref(), half("b").as_ref())[0].field, "data");
        assert!(merge(&mut all, half("b")).is_err());
    }
}
