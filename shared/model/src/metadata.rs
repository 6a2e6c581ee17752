//! Whether custom metadata is what a project's descriptors declare. Keys that nobody declares are free.
//!
//! Which values a declared key takes. `null` and the empty text, which Kitsu sends for a cleared field, unset
//! it, whatever its type:
//!
//! | `data_type` | Values |
//! |---|---|
//! | `string` | a string; its choices are suggestions |
//! | `number` | a number, or a string that is one in JSON (`"12.5"`): clients send what was typed |
//! | `boolean` | `true`, `false`, or the string `"true"` or `"false"`, as Kitsu keeps them |
//! | `date` | a string `YYYY-MM-DD`, or a whole RFC 3339 timestamp |
//! | `list` | one of the choices; any string if there are none |
//! | `taglist` | an array of choices, or a string of them with commas between |
//! | `checklist` | an object from text to boolean, or a string that is one in JSON, as Kitsu keeps it |

use serde_json::Value;

use crate::FieldError;
use crate::data::Data;
use crate::descriptor::Descriptor;
use crate::entity::EntityKind;
use crate::time::Date;

/// What is wrong with the `data` of a new entity: values that do not fit, and what is required and missing.
pub fn check_new(descriptors: &[Descriptor], kind: EntityKind, data: &Data) -> Vec<FieldError> {
    problems(descriptors, kind, |key| Some(data.get(key).unwrap_or(&Value::Null)))
}

/// What is wrong with the keys of `data` that `given` sets. A value that stays as it is always fits: clients
/// send whole rows back, and a descriptor may have changed since.
pub fn check_change(
    descriptors: &[Descriptor],
    kind: EntityKind,
    data: &Data,
    given: &Data,
) -> Vec<FieldError> {
    problems(descriptors, kind, |key| {
        given.get(key).filter(|value| data.get(key).unwrap_or(&Value::Null) != *value)
    })
}

/// What is wrong with the values to be judged, by key.
fn problems<'a>(
    descriptors: &[Descriptor],
    kind: EntityKind,
    value: impl Fn(&str) -> Option<&'a Value>,
) -> Vec<FieldError> {
    let of_kind = descriptors.iter().filter(|declared| declared.entity_type == kind.name());
    let mut errors: Vec<FieldError> =
        of_kind.filter_map(|declared| problem(declared, value(&declared.field_name)?)).collect();
    errors.sort_unstable_by(|a, b| a.field.cmp(&b.field));
    errors
}

fn problem(declared: &Descriptor, value: &Value) -> Option<FieldError> {
    let message = match value {
        Value::Null => declared.required.then(|| "is required".to_owned()),
        Value::String(text) if text.is_empty() => {
            declared.required.then(|| "is required".to_owned())
        }
        value => misfit(declared, value),
    };
    message.map(|message| FieldError::new(format!("data.{}", declared.field_name), message))
}

/// Why a value is none of the descriptor's type.
fn misfit(declared: &Descriptor, value: &Value) -> Option<String> {
    let must = |fits: bool, what: &str| (!fits).then(|| format!("must be {what}"));
    match declared.data_type.as_str() {
        "string" => must(value.is_string(), "a string"),
        "number" => must(is_number(value), "a number"),
        "boolean" => must(is_boolean(value), "true or false"),
        "date" => must(value.as_str().and_then(Date::parse).is_some(), "a date (YYYY-MM-DD)"),
        "list" => {
            let fits = value.as_str().is_some_and(|text| is_offered(declared, text));
            must(fits, &choice(declared))
        }
        "taglist" => {
            let fits = tags(value)
                .is_some_and(|tags| tags.into_iter().all(|tag| is_offered(declared, tag)));
            must(fits, &format!("an array, each {}", choice(declared)))
        }
        "checklist" => must(is_checklist(value), "an object of true and false"),
        _ => None,
    }
}

fn choice(declared: &Descriptor) -> String {
    if declared.choices.is_empty() {
        "a string".into()
    } else {
        format!("one of {}", declared.choices.join(", "))
    }
}

fn is_offered(declared: &Descriptor, text: &str) -> bool {
    declared.choices.is_empty() || declared.choices.iter().any(|choice| choice == text)
}

/// A value, or what its text is in JSON.
fn spelled(value: &Value) -> Option<Value> {
    let text = value.as_str().filter(|text| text.trim() == *text)?;
    serde_json::from_str(text).ok()
}

fn is_number(value: &Value) -> bool {
    value.is_number() || spelled(value).is_some_and(|value| value.is_number())
}

fn is_boolean(value: &Value) -> bool {
    value.is_boolean() || matches!(value.as_str(), Some("true" | "false"))
}

fn is_checklist(value: &Value) -> bool {
    let is_one =
        |value: &Value| value.as_object().is_some_and(|map| map.values().all(Value::is_boolean));
    is_one(value) || spelled(value).is_some_and(|value| is_one(&value))
}

fn tags(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::Array(tags) => tags.iter().map(Value::as_str).collect(),
        Value::String(tags) => Some(tags.split(',').map(str::trim).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ProjectId, Timestamp};

    fn declared(data_type: &str, choices: &[&str]) -> Descriptor {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        Descriptor {
            data_type: data_type.into(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            ..Descriptor::named(ProjectId::new(), "Key", now)
        }
    }

    fn data(value: &Value) -> Data {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn values_fit_their_type() {
        let check = |data_type: &str, choices: &[&str], good: Value, bad: Value| {
            let descriptors = [declared(data_type, choices)];
            let errors = |value: &Value| {
                check_new(&descriptors, EntityKind::Asset, &data(&json!({"key": value})))
            };
            for value in good.as_array().unwrap().iter().chain([&json!(null), &json!("")]) {
                assert_eq!(errors(value), [], "{data_type} {value}");
            }
            for value in bad.as_array().unwrap() {
                let errors = errors(value);
                assert_eq!(errors.len(), 1, "{data_type} {value}");
                assert_eq!(errors[0].field, "data.key", "{data_type} {value}");
            }
        };
        check("string", &["a"], json!(["a", "other", " "]), json!([1, true, ["a"], {}]));
        check(
            "number",
            &[],
            json!([1, -2.5, 0, "12.5", "1e3", "-4"]),
            json!(["a", "1,5", " 1", "0x10", "NaN", "true", true, [1], {}]),
        );
        check(
            "boolean",
            &[],
            json!([true, false, "true", "false"]),
            json!(["True", "yes", "1", 1, 0, []]),
        );
        check(
            "date",
            &[],
            json!(["2026-11-24", "2026-11-24T10:00:00Z"]),
            json!(["2026-02-30", "24.11.2026", "soon", 2026]),
        );
        check("list", &["a", "b"], json!(["a", "b"]), json!(["c", "A", 1, ["a"], "a,b"]));
        check("list", &["1", "2"], json!(["1"]), json!([1]));
        check("list", &[], json!(["anything"]), json!([1]));
        check(
            "taglist",
            &["a", "b"],
            json!([[], ["a"], ["b", "a"], "a", "a,b", "a, b"]),
            json!([["c"], [1], "a,c", 1, {"a": true}]),
        );
        check(
            "checklist",
            &["[ ] a"],
            json!([{}, {"a": true}, {"gone": false}, r#"{"a": true}"#]),
            json!([{"a": 1}, {"a": "true"}, ["a"], "a", "[true]", true]),
        );
        check("from the future", &[], json!([1, {"a": []}]), json!([]));
    }

    #[test]
    fn all_misfits_of_the_kind_are_named() {
        let number = declared("number", &[]);
        let other = Descriptor { field_name: "other".into(), ..declared("boolean", &[]) };
        let of_shots = Descriptor { entity_type: "Shot".into(), ..declared("checklist", &[]) };
        let descriptors = [number, other, of_shots];
        let given = data(&json!({"key": "x", "other": 3, "free": {"a": 1}}));
        let fields = |errors: Vec<FieldError>| -> Vec<String> {
            errors.into_iter().map(|error| error.field).collect()
        };
        let new = |kind| fields(check_new(&descriptors, kind, &given));
        assert_eq!(new(EntityKind::Asset), ["data.key", "data.other"]);
        assert_eq!(new(EntityKind::Shot), ["data.key"]);
        assert_eq!(new(EntityKind::Scene), [""; 0]);
    }

    #[test]
    fn what_is_required_must_be_there_and_stay() {
        let descriptors = [Descriptor { required: true, ..declared("number", &[]) }];
        let new = |value: Value| check_new(&descriptors, EntityKind::Asset, &data(&value)).len();
        assert_eq!(new(json!({"key": 1})), 0);
        for missing in [json!({}), json!({"key": null}), json!({"key": ""})] {
            assert_eq!(new(missing.clone()), 1, "{missing}");
        }
        let change = |from: Value, to: Value| {
            check_change(&descriptors, EntityKind::Asset, &data(&from), &data(&to)).len()
        };
        assert_eq!(change(json!({"key": 1}), json!({})), 0, "not spoken of");
        assert_eq!(change(json!({"key": 1}), json!({"key": null})), 1);
        assert_eq!(change(json!({}), json!({"key": null})), 0, "missing before, too");
        assert_eq!(change(json!({"key": "old"}), json!({"key": "old"})), 0, "kept");
        assert_eq!(change(json!({"key": "old"}), json!({"key": "new"})), 1);
    }
}
