//! Zou's generic lists: every column is a filter, `page` and `limit` cut, `fields` narrows.
//!
//! A handler reads `query.read::<Filters<TaskType>>()?`, documents `params(Filters<TaskType>)` and
//! `body = Listing<TaskType>`, and answers `filters.apply(rows)`; or, when the answer is not made of the
//! filtered rows themselves, `filters.page(views)` of what `filters.keep(rows)` left. Where the rows may be more than fit in
//! memory, they are put into a [`Gathering`] while they are read.

mod answer;
mod bodies;
mod columns;
mod gathering;

use std::marker::PhantomData;
use std::str::FromStr;

use model::{Error, Fields, Input, fields};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};

pub use self::answer::{ListPage, Listed, Listing};
pub use self::bodies::{Force, IgnoredForce, WithName};
use self::columns::{any_of, columns_of, spelled};
pub use self::gathering::Gathering;
use crate::error::Result;
use crate::page::LIMIT_MAX;

const TEXT_MAX: usize = 100_000;

/// What a list is asked for. `T` names the columns: a plain struct without flattened parts.
#[derive(Clone, Debug)]
pub struct Filters<T> {
    columns: Vec<(&'static str, Vec<String>)>,
    page: Option<i64>,
    limit: Option<i64>,
    fields: Option<String>,
    of: PhantomData<T>,
}

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
    /// Asks for all rows.
    pub fn none() -> Self {
        Self { columns: Vec::new(), page: None, limit: None, fields: None, of: PhantomData }
    }

    /// The value a column must have, when exactly one is asked for: lets a handler read less. Names are folded.
    pub fn only(&self, column: &str) -> Option<&str> {
        let (_, wanted) = self.columns.iter().find(|(known, _)| *known == column)?;
        if let [one] = wanted.as_slice() { Some(one) } else { None }
    }

    /// The id a column must have, when exactly one is asked for.
    pub fn only_id<I: FromStr>(&self, column: &str) -> Option<I> {
        self.only(column)?.parse().ok()
    }

    /// Whether it asks for values of these columns only.
    pub fn asks_only(&self, columns: &[&str]) -> bool {
        self.columns.iter().all(|(column, _)| columns.contains(column))
    }

    /// The rows that have what is asked for, cut to the page.
    pub fn apply<R: Serialize>(&self, rows: Vec<R>) -> Result<Listed> {
        self.page(self.keep(rows)?)
    }

    /// The rows that have what is asked for. They may have more fields than `T` has columns.
    pub fn keep<R: Serialize>(&self, rows: Vec<R>) -> Result<Vec<R>> {
        self.keep_by(rows, |row| row)
    }

    /// As [`Filters::keep`], of rows that have the columns somewhere within.
    pub fn keep_by<R, C: Serialize>(&self, rows: Vec<R>, columns: fn(&R) -> &C) -> Result<Vec<R>> {
        if self.columns.is_empty() {
            return Ok(rows);
        }
        let kept = rows.into_iter().filter_map(|row| match serde_json::to_value(columns(&row)) {
            Ok(value) => self.matches(&value).then_some(Ok(row)),
            Err(error) => Some(Err(Error::internal(error).into())),
        });
        kept.collect()
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

#[cfg(test)]
mod tests {
    use model::vocabulary::TaskType;
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
            Ok(filters) => serde_json::from_slice(&filters.apply(rows).unwrap().0).unwrap(),
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
