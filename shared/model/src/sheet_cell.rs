//! Cells of a sheet: values of custom metadata as text, and texts read back.

use std::ops::RangeInclusive;

use serde_json::{Number, Value};

use crate::fields;
use crate::project::Descriptor;

/// A value of custom metadata as a cell: text as it is, what is structured as JSON, nothing as an empty cell.
pub fn written(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A cell as a value of the type its descriptor declares; an empty one is no value. `Err` says what is wrong.
/// Choices are not looked at here: [`crate::metadata`] does.
pub fn read(descriptor: &Descriptor, cell: &str) -> Result<Option<Value>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let value = match descriptor.data_type.as_str() {
        "number" => number(cell).ok_or("must be a number")?,
        "boolean" => fields::boolean(&Value::String(cell.trim().to_lowercase()))
            .map(Value::Bool)
            .map_err(|_| "must be true or false")?,
        "date" => match fields::date(&Value::String(cell.trim().to_owned())) {
            Ok(_) => Value::String(cell.trim().to_owned()),
            Err(_) => return Err("must be a date (YYYY-MM-DD)".into()),
        },
        // Several are a JSON array, or as Kitsu keeps them: a text with commas between.
        "taglist" => serde_json::from_str(cell)
            .ok()
            .filter(Value::is_array)
            .unwrap_or_else(|| Value::String(cell.to_owned())),
        _ => Value::String(cell.to_owned()),
    };
    Ok(Some(value))
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

/// Whole numbers stay whole, and a number written with a comma is none.
fn number(cell: &str) -> Option<Value> {
    let cell = cell.trim();
    let whole = cell.parse::<i64>().ok().map(Value::from);
    whole.or_else(|| cell.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number))
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
            ("boolean", json!(true)),
            ("list", json!("hard")),
            ("taglist", json!("red,blue")),
            ("date", json!("2026-02-28")),
            ("taglist", json!(["red", "blue, light"])),
            ("checklist", json!("{\"Fix \\\"it\\\"\": false}")),
        ] {
            let cell = written(Some(&value));
            assert_eq!(read(&of_type(data_type), &cell), Ok(Some(value)), "{data_type}: {cell}");
            assert_eq!(read(&of_type(data_type), ""), Ok(None));
        }
        assert_eq!((written(None), written(Some(&Value::Null))), (String::new(), String::new()));
    }

    #[test]
    fn what_a_cell_reads_as_is_written_as_the_same_cell() {
        for (data_type, cell, again) in [
            ("number", " 007", "7"),
            ("number", "1.50", "1.5"),
            ("boolean", "TRUE", "true"),
            ("boolean", "0", "false"),
            ("string", "[1]", "[1]"),
        ] {
            let value = read(&of_type(data_type), cell).unwrap();
            assert_eq!(written(value.as_ref()), again, "{data_type}: {cell}");
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
