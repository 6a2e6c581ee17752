//! Whole numbers that 64 bits do not hold: they are read as the nearest float, and would come back as another number.

use std::cell::LazyCell;
use std::collections::HashSet;

use model::error::FieldError;
use serde_json::Value;

/// Below this, whole numbers are read as they are: 2^63.
const WIDE: f64 = 9_223_372_036_854_775_808.0;

/// What is wrong with the numbers in the `data` of a body, given as it was sent and as it was read. Elsewhere each field has
/// its own bounds.
pub(super) fn rounded(text: &[u8], body: &Value) -> Vec<FieldError> {
    let Some(Value::Object(data)) = body.get("data") else { return Vec::new() };
    let wide = LazyCell::new(|| wide_integers(text));
    let is_rounded = |number: f64| number.abs() >= WIDE && wide.contains(&number.to_bits());
    let keys = data.iter().filter(|(_, value)| any_float(value, &is_rounded));
    let message = "must have no whole number of more than 64 bits: send it as text";
    keys.map(|(key, _)| FieldError::new(format!("data.{key}"), message)).collect()
}

fn any_float(value: &Value, is_meant: &impl Fn(f64) -> bool) -> bool {
    match value {
        Value::Number(number) => number.is_f64() && number.as_f64().is_some_and(is_meant),
        Value::Array(values) => values.iter().any(|value| any_float(value, is_meant)),
        Value::Object(map) => map.values().any(|value| any_float(value, is_meant)),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// The whole numbers in a JSON text that 64 bits do not hold: the bits of the floats that they are read as. The text must be
/// valid JSON.
fn wide_integers(mut text: &[u8]) -> HashSet<u64> {
    let mut wide = HashSet::new();
    while let Some((first, rest)) = text.split_first() {
        let length = match first {
            b'"' => string_length(rest),
            b'-' | b'0'..=b'9' => {
                let length =
                    rest.iter().take_while(|byte| b"0123456789+-.eE".contains(byte)).count();
                wide.extend(wide_integer(&text[..=length]).map(f64::to_bits));
                length
            }
            _ => 0,
        };
        text = rest.get(length..).unwrap_or_default();
    }
    wide
}

fn wide_integer(number: &[u8]) -> Option<f64> {
    let is_whole = !number.iter().any(|byte| b".eE".contains(byte));
    // As it was read, to the last bit.
    let read = serde_json::from_slice::<Value>(number).ok().filter(|_| is_whole)?;
    if read.is_f64() { read.as_f64() } else { None }
}

/// The length of a string after its opening quotation mark, with the closing one.
fn string_length(rest: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = rest.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(rest.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_of_more_than_64_bits_are_named() {
        let check = |data: &str, expected: &[&str]| {
            let text = format!(r#"{{"name": "\\\" 36893488147419103232", "data": {data}}}"#);
            let value = serde_json::from_str(&text).unwrap();
            let wrong = rounded(text.as_bytes(), &value);
            let fields: Vec<&str> = wrong.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, expected, "{text}");
        };
        check(r#"{"a": 18446744073709551616}"#, &["data.a"]);
        check(r#"{"a": [{"b": -9223372036854775809}], "c": 1}"#, &["data.a"]);
        check(&format!(r#"{{"a": 1, "b": {}}}"#, "9".repeat(200)), &["data.b"]);
        for right in [
            "18446744073709551615",
            "-9223372036854775808",
            "1e30",
            "36893488147419103232.0",
            "36893488147419103232e0",
            "-0",
            r#""18446744073709551616""#,
            r#""\\\"18446744073709551616""#,
        ] {
            check(&format!(r#"{{"a": {right}}}"#), &[]);
        }
        check("[18446744073709551616]", &[]);
        check("null", &[]);
    }
}
