//! The columns of a list: which ones a type has, and how a value of one is read and compared.

use std::collections::BTreeMap;

use model::fields::{self, Problem};
use model::text;
use serde::de::value::Error as Stop;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use uuid::fmt::Hyphenated;

use super::TEXT_MAX;

/// Columns that hold ids, and are not called after them.
const IDS: [&str; 5] = ["assignees", "asset_types", "departments", "task_statuses", "task_types"];
/// Columns compared as names are: case-insensitively.
const FOLDED: [&str; 2] = ["name", "full_name"];

/// The columns of `T` and their types; `None` where a value is written as text. Objects are no filters.
pub(super) fn columns_of<T: DeserializeOwned + ToSchema>()
-> impl Iterator<Item = (&'static str, Option<Type>)> {
    let properties = match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties,
        _ => BTreeMap::default(),
    };
    names::<T>().iter().filter_map(move |name| match properties.get(*name) {
        Some(RefOr::T(Schema::Object(object))) => match scalar(&object.schema_type) {
            Some(Type::Object) => None,
            kind => {
                Some((*name, kind.filter(|kind| matches!(kind, Type::Boolean | Type::Integer))))
            }
        },
        _ => Some((*name, None)),
    })
}

fn scalar(kind: &SchemaType) -> Option<Type> {
    match kind {
        SchemaType::Type(kind) => Some(kind.clone()),
        SchemaType::Array(kinds) => kinds.iter().find(|kind| **kind != Type::Null).cloned(),
        SchemaType::AnyValue => Some(Type::Object),
    }
}

/// The names of a struct's fields on the wire, which serde tells to whoever offers to read one.
fn names<T: DeserializeOwned>() -> &'static [&'static str] {
    struct Listener<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Listener<'_> {
        type Error = Stop;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
            Err(Stop::custom("not a plain struct"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Stop> {
            *self.0 = fields;
            Err(Stop::custom("heard enough"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut names: &[&str] = &[];
    // Always an error: there is nothing to read.
    let _ = T::deserialize(Listener(&mut names));
    names
}

/// Reads the text of a filter: one value, or a JSON array of values.
pub(super) fn any_of(
    column: &'static str,
    kind: Option<Type>,
) -> impl Fn(&Value) -> Result<Vec<String>, Vec<Problem>> {
    move |value| {
        let several = value
            .as_str()
            .filter(|text| text.starts_with('['))
            .and_then(|text| serde_json::from_str(text).ok());
        let values: Vec<Value> = several.unwrap_or_else(|| vec![value.clone()]);
        values.iter().map(|value| one(column, kind.as_ref(), value)).collect()
    }
}

fn one(column: &str, kind: Option<&Type>, value: &Value) -> Result<String, Vec<Problem>> {
    match kind {
        Some(Type::Boolean) => fields::boolean(value).map(|value| value.to_string()),
        Some(_) => fields::integer(i64::MIN..=i64::MAX)(value).map(|value| value.to_string()),
        None if column == "id" || column.ends_with("_id") || IDS.contains(&column) => {
            fields::id::<Hyphenated>(value).map(|id| id.as_uuid().to_string())
        }
        None => fields::text(TEXT_MAX)(value)
            .map(|text| spelled(column, &text.into()).unwrap_or_default()),
    }
}

/// A value of a column in the one spelling that is compared.
pub(super) fn spelled(column: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) if FOLDED.contains(&column) => Some(text::fold(text)),
        Value::String(text) if column == "email" => Some(text::fold_address(text)),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
