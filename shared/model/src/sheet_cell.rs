//! Cells of a sheet: values of custom metadata as text, and texts read back.

use std::ops::RangeInclusive;

use serde_json::{Number, Value};

use crate::descriptor::Descriptor;
use crate::fields;
use crate::time::Date;

/// A value of custom metadata as a cell: text as it is, tags with commas between them, what else is structured as
/// JSON, nothing as an empty cell. Spelt as [`read`] gives it back, if it is of its descriptor's type.
pub fn written(descriptor: &Descriptor, value: Option<&Value>) -> String {
    let cell = match (value, descriptor.data_type.as_str()) {
        (Some(Value::Array(tags)), "taglist") => joined(tags).unwrap_or_else(|| plain(value)),
        _ => plain(value),
    };
    match read(descriptor, &cell) {
        Ok(value) => plain(value.as_ref()),
        Err(_) => cell,
    }
}

/// A cell as a value of the type its descriptor declares; an empty one is no value. Numbers are numbers, the
/// rest is kept as the text in which Kitsu keeps it. `Err` says what is wrong.
pub fn read(descriptor: &Descriptor, cell: &str) -> Result<Option<Value>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let value = match descriptor.data_type.as_str() {
        "number" => number(cell.trim()).ok_or("must be a number")?,
        "boolean" => match fields::boolean(&Value::String(cell.trim().to_lowercase())) {
            Ok(value) => Value::String(value.to_string()),
            Err(_) => return Err("must be true or false".into()),
        },
        "date" => Date::parse(cell.trim())
            .map(|_| Value::String(cell.trim().to_owned()))
            .ok_or("must be a date (YYYY-MM-DD)")?,
        "checklist" => serde_json::from_str(cell)
            .ok()
            .filter(|list: &Value| list.is_object())
            .map(|_| Value::String(cell.trim().to_owned()))
            .ok_or("must be an object of true and false in JSON")?,
        _ => Value::String(cell.to_owned()),
    };
    Ok(Some(value))
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Tags with commas between them, if they are texts without any.
fn joined(tags: &[Value]) -> Option<String> {
    let tags = tags.iter().map(|tag| tag.as_str().filter(|tag| !tag.contains(',')));
    Some(tags.collect::<Option<Vec<_>>>()?.join(","))
}

/// Text of at most `max` characters. `Err` says what is wrong with it.
pub fn text(cell: &str, max: usize) -> Result<String, String> {
    told(fields::text(max)(&Value::String(cell.to_owned())))
}

/// A whole number within `range`. `Err` says what is wrong with it.
pub fn integer(cell: &str, range: RangeInclusive<i64>) -> Result<i64, String> {
    told(fields::integer(range)(&Value::String(cell.trim().to_owned())))
}

fn told<T>(read: Result<T, Vec<fields::Problem>>) -> Result<T, String> {
    read.map_err(|problems| problems.into_iter().map(|problem| problem.message).collect())
}

/// Whole numbers stay whole, or are none if 64 bits do not hold them; and a number written with a comma is none.
fn number(cell: &str) -> Option<Value> {
    let whole =
        cell.parse::<i64>().map(Value::from).or_else(|_| cell.parse::<u64>().map(Value::from));
    let is_whole = cell.bytes().all(|byte| b"+-0123456789".contains(&byte));
    let float = Some(cell).filter(|_| !is_whole);
    whole.ok().or_else(|| float?.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ProjectId, Timestamp};

    fn of_type(data_type: &str) -> Descriptor {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let named = Descriptor::named(ProjectId::new(), "Column", now);
        Descriptor { data_type: data_type.into(), ..named }
    }

    #[test]
    fn a_value_of_its_type_comes_back_from_its_cell() {
        for (data_type, value) in [
            ("string", json!("a;b\n\"c\"")),
            ("string", json!(" 007 ")),
            ("number", json!(-12)),
            ("number", json!(1.5)),
            ("number", json!(1e300)),
            ("number", json!(u64::MAX)),
            ("boolean", json!("true")),
            ("list", json!("hard")),
            ("taglist", json!("red,blue")),
            ("date", json!("2026-02-28")),
            ("checklist", json!("{\"Fix \\\"it\\\"\": false}")),
        ] {
            let cell = written(&of_type(data_type), Some(&value));
            assert_eq!(read(&of_type(data_type), &cell), Ok(Some(value)), "{data_type}: {cell}");
            assert_eq!(read(&of_type(data_type), ""), Ok(None));
        }
    }

    /// Whatever is stored: what is read from its cell is written as the same cell.
    #[test]
    fn a_cell_stays_the_same_when_it_is_read_and_written() {
        for (data_type, value, cell) in [
            ("number", json!(" 007"), "7"),
            ("number", json!("1.50"), "1.5"),
            ("number", json!("tall"), "tall"),
            ("boolean", json!("TRUE"), "true"),
            ("boolean", json!(false), "false"),
            ("string", json!(["a", 1]), "[\"a\",1]"),
            ("taglist", json!(["red", "blue"]), "red,blue"),
            ("taglist", json!(["red, blue"]), "[\"red, blue\"]"),
            ("checklist", json!({"a": true}), "{\"a\":true}"),
            ("date", Value::Null, ""),
        ] {
            let descriptor = of_type(data_type);
            assert_eq!(written(&descriptor, Some(&value)), cell, "{data_type}: {value}");
            if let Ok(read) = read(&descriptor, cell) {
                assert_eq!(written(&descriptor, read.as_ref()), cell, "{data_type}: {value}");
            }
        }
    }

    #[test]
    fn texts_and_numbers_are_bounded() {
        assert_eq!(text("two\nlines", 9), Ok("two\nlines".into()));
        assert!(text("a\u{0}b", 9).is_err() && text("ten letters", 9).is_err());
        assert_eq!((integer(" 7 ", 1..=9), integer("10", 1..=9).is_err()), (Ok(7), true));
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        for (data_type, cell) in
            [("number", "1,5"), ("number", "inf"), ("boolean", "maybe"), ("date", "28.2.2026")]
        {
            assert!(read(&of_type(data_type), cell).is_err(), "{data_type}: {cell}");
        }
    }
}
