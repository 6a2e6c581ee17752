//! Zou's generic lists: every column is a filter, `page` and `limit` cut, `fields` narrows.
//!
//! A handler reads `query.read::<Filters<TaskType>>()?`, documents `params(Filters<TaskType>)` and
//! `body = Listing<TaskType>`, and answers `filters.apply(rows)`; or, when the answer is not made of the
//! filtered rows themselves, `filters.page(views)` of what `filters.keep(rows)` left.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use model::fields::{self, Problem};
use model::{Error, Fields, Input, text};
use serde::Serialize;
use serde::de::value::Error as Stop;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Required, Schema};
use utoipa::{IntoParams, ToSchema};
use uuid::fmt::Hyphenated;

use crate::error::Result;
use crate::page::LIMIT_MAX;
use crate::reply::Json;

/// Columns compared as names are: case-insensitively.
const FOLDED: [&str; 3] = ["name", "full_name", "email"];
const TEXT_MAX: usize = 100_000;
/// Rows of a page whose `limit` was not said.
const LIMIT_DEFAULT: usize = 1000;

/// What a list is asked for. `T` names the columns: a plain struct without flattened parts.
#[derive(Clone, Debug)]
pub struct Filters<T> {
    columns: Vec<(&'static str, Vec<String>)>,
    page: Option<i64>,
    limit: Option<i64>,
    fields: Option<String>,
    of: PhantomData<T>,
}

/// The rows that were asked for: all of them, or one page.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Listing<T> {
    /// Without `page` and `limit`.
    Whole(Vec<T>),
    /// With one of them.
    Page(ListPage<T>),
}

/// A page of a list, and where it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListPage<T> {
    /// The rows of the page.
    pub data: Vec<T>,
    /// Rows of all pages.
    pub total: usize,
    /// How many pages there are.
    pub nb_pages: usize,
    /// Rows of a full page.
    pub limit: usize,
    /// Rows before this page.
    pub offset: usize,
    /// This page, counted from 1.
    pub page: usize,
}

/// What a list answers: rows that may lack fields.
pub type Listed = Json<Listing<Value>>;

impl<T: DeserializeOwned + ToSchema> Input for Filters<T> {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let mut columns = Some(Vec::new());
        for (column, kind) in columns_of::<T>() {
            match (f.optional(column, any_of(column, kind)), &mut columns) {
                (Some(None), _) => {}
                (Some(Some(wanted)), Some(columns)) => columns.push((column, wanted)),
                _ => columns = None,
            }
        }
        let page = f.optional("page", fields::integer(1..=i64::from(i32::MAX)));
        let limit = f.optional("limit", fields::integer(1..=LIMIT_MAX));
        let fields = f.optional("fields", fields::text(TEXT_MAX));
        Some(Self {
            columns: columns?,
            page: page?,
            limit: limit?,
            fields: fields?,
            of: PhantomData,
        })
    }
}

impl<T> Filters<T> {
    /// The value a column must have, when exactly one is asked for: lets a handler read less. Names are folded.
    pub fn only(&self, column: &str) -> Option<&str> {
        let (_, wanted) = self.columns.iter().find(|(known, _)| *known == column)?;
        if let [one] = wanted.as_slice() { Some(one) } else { None }
    }

    /// The rows that have what is asked for, cut to the page.
    pub fn apply<R: Serialize>(&self, rows: Vec<R>) -> Result<Listed> {
        self.page(self.keep(rows)?)
    }

    /// The rows that have what is asked for. They may have more fields than `T` has columns.
    pub fn keep<R: Serialize>(&self, rows: Vec<R>) -> Result<Vec<R>> {
        if self.columns.is_empty() {
            return Ok(rows);
        }
        let kept = rows.into_iter().filter_map(|row| match serde_json::to_value(&row) {
            Ok(value) => self.matches(&value).then_some(Ok(row)),
            Err(error) => Some(Err(Error::internal(error).into())),
        });
        kept.collect()
    }

    /// Rows that were kept, in whatever form they are answered, cut to the page and to the fields asked for.
    pub fn page<R: Serialize>(&self, rows: impl IntoIterator<Item = R>) -> Result<Listed> {
        let rows = rows.into_iter().map(serde_json::to_value);
        let rows = rows.collect::<std::result::Result<Vec<_>, _>>();
        let rows =
            rows.map_err(Error::internal)?.into_iter().map(|row| self.narrowed(row)).collect();
        Ok(Json(self.paged(rows)))
    }

    fn matches(&self, row: &Value) -> bool {
        let is_wanted = |column, wanted: &[String], value: &Value| match value {
            Value::Array(values) => values
                .iter()
                .any(|value| spelled(column, value).is_some_and(|v| wanted.contains(&v))),
            value => spelled(column, value).is_some_and(|value| wanted.contains(&value)),
        };
        self.columns.iter().all(|(column, wanted)| {
            row.get(column).is_some_and(|value| is_wanted(column, wanted, value))
        })
    }

    fn narrowed(&self, mut row: Value) -> Value {
        if let (Some(fields), Value::Object(row)) = (&self.fields, &mut row) {
            row.retain(|field, _| {
                field == "id"
                    || field == "type"
                    || fields.split(',').any(|kept| kept.trim() == field)
            });
        }
        row
    }

    fn paged(&self, rows: Vec<Value>) -> Listing<Value> {
        if self.page.is_none() && self.limit.is_none() {
            return Listing::Whole(rows);
        }
        let count = |number: Option<i64>, default| {
            number.and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
        };
        let (page, limit) = (count(self.page, 1), count(self.limit, LIMIT_DEFAULT));
        let (total, offset) = (rows.len(), (page - 1).saturating_mul(limit));
        let data = rows.into_iter().skip(offset).take(limit).collect();
        Listing::Page(ListPage {
            data,
            total,
            nb_pages: total.div_ceil(limit),
            limit,
            offset,
            page,
        })
    }
}

/// The body that creates a row of a collection: as the one that changes it, but `name` must be there.
#[derive(Clone, Debug)]
pub struct Named<T>(pub T);

impl<T: Input> Input for Named<T> {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let is_named = f.required("name", |_: &Value| Ok(()));
        let patch = T::read(f);
        is_named?;
        patch.map(Self)
    }
}

/// The query of a deletion: clients say `force`. What may be deleted does not depend on it.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Force {
    /// Accepted as clients send it; it changes nothing here.
    #[param(value_type = Option<bool>)]
    pub force: bool,
}

impl Input for Force {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let force = f.optional("force", fields::boolean);
        Some(Self { force: force?.unwrap_or(false) })
    }
}

impl<T: DeserializeOwned + ToSchema> IntoParams for Filters<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |name: &str, schema: ObjectBuilder, about: &str| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .schema(Some(schema))
                .description(Some(about))
                .build()
        };
        let of = |kind| ObjectBuilder::new().schema_type(kind);
        let filter = "Only rows with this value; a JSON array means any of its values";
        let mut all: Vec<_> = columns_of::<T>()
            .map(|(column, kind)| parameter(column, of(kind.unwrap_or(Type::String)), filter))
            .collect();
        let from_one = || of(Type::Integer).minimum(Some(1));
        let limit = from_one().maximum(Some(LIMIT_MAX));
        all.push(parameter("page", from_one(), "The page to answer, counted from 1"));
        all.push(parameter("limit", limit, "Rows of a page (default: 1000)"));
        all.push(parameter(
            "fields",
            of(Type::String),
            "Answer only these fields, comma-separated, and `id` and `type`",
        ));
        all
    }
}

/// The columns of `T` and their types; `None` where a value is written as text. Objects are no filters.
fn columns_of<T: DeserializeOwned + ToSchema>() -> impl Iterator<Item = (&'static str, Option<Type>)>
{
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
fn any_of(
    column: &'static str,
    kind: Option<Type>,
) -> impl Fn(&Value) -> std::result::Result<Vec<String>, Vec<Problem>> {
    move |value| {
        let several = value
            .as_str()
            .filter(|text| text.starts_with('['))
            .and_then(|text| serde_json::from_str(text).ok());
        let values: Vec<Value> = several.unwrap_or_else(|| vec![value.clone()]);
        values.iter().map(|value| one(column, kind.as_ref(), value)).collect()
    }
}

fn one(
    column: &str,
    kind: Option<&Type>,
    value: &Value,
) -> std::result::Result<String, Vec<Problem>> {
    match kind {
        Some(Type::Boolean) => fields::boolean(value).map(|value| value.to_string()),
        Some(_) => fields::integer(i64::MIN..=i64::MAX)(value).map(|value| value.to_string()),
        None if column == "id" || column.ends_with("_id") => {
            fields::id::<Hyphenated>(value).map(|id| id.as_uuid().to_string())
        }
        None => fields::text(TEXT_MAX)(value)
            .map(|text| spelled(column, &text.into()).unwrap_or_default()),
    }
}

/// A value of a column in the one spelling that is compared.
fn spelled(column: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) if FOLDED.contains(&column) => Some(text::fold(text)),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use model::catalog::TaskType;
    use serde_json::json;

    use super::*;

    fn check(query: &Value, expected: &Value) {
        let query = query.as_object().unwrap();
        let rows = ["Modeling", "Rigging"].into_iter().map(|name| {
            json!({"id": "a24a6ea4-ce75-4665-a070-57453082c256", "name": name, "priority": name.len(),
                "archived": name == "Rigging", "department_id": null, "more": 1})
        });
        let rows: Vec<Value> = rows.collect();
        let answer = match Fields::read_query::<Filters<TaskType>>(query) {
            Ok(filters) => serde_json::to_value(filters.apply(rows).unwrap().0).unwrap(),
            Err(error) => json!(error.to_string()),
        };
        let names = |rows: &Value| {
            rows.as_array()
                .map(|rows| rows.iter().map(|row| row["name"].clone()).collect::<Value>())
        };
        assert_eq!(names(&answer).as_ref().unwrap_or(&answer), expected, "{query:?}");
    }

    #[test]
    fn columns_filter() {
        check(&json!({}), &json!(["Modeling", "Rigging"]));
        check(&json!({"name": "MODELING", "relations": "true"}), &json!(["Modeling"]));
        check(&json!({"name": r#"["modeling", "rigging"]"#}), &json!(["Modeling", "Rigging"]));
        check(&json!({"name": "[x"}), &json!([]));
        check(&json!({"archived": "True"}), &json!(["Rigging"]));
        check(&json!({"priority": "7", "archived": "1"}), &json!(["Rigging"]));
        check(
            &json!({"id": "A24A6EA4-CE75-4665-A070-57453082C256"}),
            &json!(["Modeling", "Rigging"]),
        );
        check(&json!({"archived": "maybe"}), &json!("archived must be true or false"));
        check(&json!({"department_id": "x"}), &json!("department_id must be a UUID"));
        check(
            &json!({"nam": "x", "more": "1"}),
            &json!(
                "more is not a parameter of this operation; nam is not a parameter of this operation"
            ),
        );
    }

    #[test]
    fn pages_and_fields_cut() {
        let row = json!({"id": "a24a6ea4-ce75-4665-a070-57453082c256", "name": "Rigging"});
        let page =
            json!({"data": [row], "total": 2, "nb_pages": 2, "limit": 1, "offset": 1, "page": 2});
        check(&json!({"page": "2", "limit": "1", "fields": "name"}), &page);
        let beyond = json!({"data": [], "total": 2, "nb_pages": 1, "limit": 1000, "offset": 2000, "page": 3});
        check(&json!({"page": "3"}), &beyond);
    }
}
