//! Parsers of single JSON values, for [`Fields`](crate::fields::Fields).

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::fields::{Fields, Input};
use crate::time::{Date, Timestamp};

/// What is wrong inside a value; `path` is relative to it: empty, `[2]`, `.height`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(crate) path: String,
    pub(crate) message: String,
}

impl<S: Into<String>> From<S> for Problem {
    fn from(message: S) -> Self {
        Self { path: String::new(), message: message.into() }
    }
}

/// Turns one JSON value into a `T` or says everything that is wrong with it.
pub trait Parser<T> {
    /// Parses `value`.
    fn parse(&mut self, value: &Value) -> std::result::Result<T, Vec<Problem>>;
}

impl<T, F: FnMut(&Value) -> std::result::Result<T, Vec<Problem>>> Parser<T> for F {
    fn parse(&mut self, value: &Value) -> std::result::Result<T, Vec<Problem>> {
        self(value)
    }
}

type Parsed<T> = std::result::Result<T, Vec<Problem>>;

fn wrong<T>(message: impl Into<String>) -> Parsed<T> {
    Err(vec![Problem::from(message.into())])
}

/// A name: see [`crate::text::name`].
pub fn name(value: &Value) -> Parsed<String> {
    name_within(crate::text::NAME_MAX)(value)
}

/// A name of at most `max` characters.
pub fn name_within(max: usize) -> impl Fn(&Value) -> Parsed<String> {
    move |value| match value {
        Value::String(name) => {
            crate::text::name_within(max, name).map_err(|message| vec![message.into()])
        }
        _ => wrong("must be a string"),
    }
}

/// Text of at most `max` characters, line breaks and tabs allowed, other control characters not.
pub fn text(max: usize) -> impl Fn(&Value) -> Parsed<String> {
    move |value| match value {
        Value::String(text) if text.chars().count() > max => {
            wrong(format!("must have at most {max} characters"))
        }
        Value::String(text)
            if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) =>
        {
            wrong("must not contain control characters")
        }
        Value::String(text) => Ok(text.clone()),
        _ => wrong("must be a string"),
    }
}

/// A typed id, or anything else that is written as a string and has one spelling.
pub fn id<T: FromStr>(value: &Value) -> Parsed<T> {
    value.as_str().and_then(|text| text.parse().ok()).map_or_else(|| wrong("must be a UUID"), Ok)
}

/// One of the words `all`; `parse` tells which.
pub fn one_of<T>(
    all: &'static [&'static str],
    parse: impl Fn(&str) -> Option<T>,
) -> impl Fn(&Value) -> Parsed<T> {
    move |value| {
        value
            .as_str()
            .and_then(&parse)
            .map_or_else(|| wrong(format!("must be one of {}", all.join(", "))), Ok)
    }
}

/// A boolean; in a query `true`, `True`, `1` and their opposites.
pub fn boolean(value: &Value) -> Parsed<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(text) if matches!(text.as_str(), "true" | "True" | "1") => Ok(true),
        Value::String(text) if matches!(text.as_str(), "false" | "False" | "0") => Ok(false),
        _ => wrong("must be true or false"),
    }
}

/// A whole number within `range`; in a query its decimal digits.
pub fn integer(range: RangeInclusive<i64>) -> impl Fn(&Value) -> Parsed<i64> {
    move |value| {
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(digits) => digits.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => Ok(number),
            _ => wrong(format!("must be a whole number from {} to {}", range.start(), range.end())),
        }
    }
}

/// Numbers nearer to zero are read as zero: the smallest that DynamoDB keeps is 1e-130.
const LEAST: f64 = 1e-100;

/// A finite number within `range`.
pub fn number(range: RangeInclusive<f64>) -> impl Fn(&Value) -> Parsed<f64> {
    move |value| match value.as_f64() {
        Some(number) if range.contains(&number) => {
            Ok(if number.abs() < LEAST { 0.0 } else { number })
        }
        _ => wrong(format!("must be a number from {} to {}", range.start(), range.end())),
    }
}

/// A day.
pub fn date(value: &Value) -> Parsed<Date> {
    value.as_str().and_then(Date::parse).map_or_else(|| wrong("must be a date (YYYY-MM-DD)"), Ok)
}

/// A moment.
pub fn timestamp(value: &Value) -> Parsed<Timestamp> {
    value
        .as_str()
        .and_then(Timestamp::parse)
        .map_or_else(|| wrong("must be an RFC 3339 timestamp"), Ok)
}

/// A JSON object as it is.
pub fn object(value: &Value) -> Parsed<Map<String, Value>> {
    match value {
        Value::Object(map) => Ok(map.clone()),
        _ => wrong("must be an object"),
    }
}

/// A JSON array of at most `max` elements, each read by `parser`; all wrong elements are named.
pub fn list<T>(max: usize, mut parser: impl Parser<T>) -> impl FnMut(&Value) -> Parsed<Vec<T>> {
    move |value| {
        let Value::Array(elements) = value else { return wrong("must be an array") };
        if elements.len() > max {
            return wrong(format!("must have at most {max} elements"));
        }
        let (mut values, mut problems) = (Vec::with_capacity(elements.len()), Vec::new());
        for (n, element) in elements.iter().enumerate() {
            match parser.parse(element) {
                Ok(value) => values.push(value),
                Err(found) => problems.extend(
                    found
                        .into_iter()
                        .map(|p| Problem { path: format!("[{n}]{}", p.path), message: p.message }),
                ),
            }
        }
        if problems.is_empty() { Ok(values) } else { Err(problems) }
    }
}

/// A nested object read as an [`Input`]; its errors carry the path.
pub fn nested<T: Input>(value: &Value) -> Parsed<T> {
    let Value::Object(source) = value else { return wrong("must be an object") };
    let mut fields = Fields::new(source, ".".into());
    let value = T::read(&mut fields);
    fields.finish(value).map_err(|error| match error {
        Error::Invalid(errors) => {
            errors.into_iter().map(|e| Problem { path: e.field, message: e.message }).collect()
        }
        other => vec![other.to_string().into()],
    })
}
