//! Reading untrusted input: a JSON object or a query string becomes a typed value, or the list of
//! *all* fields that are wrong.
//!
//! An input type implements [`Input::read`] with one line per field:
//!
//! ```
//! # use tanuki_model::fields::{self, Fields, Input};
//! struct NewThing { name: String, force: bool }
//! impl Input for NewThing {
//!     fn read(fields: &mut Fields<'_>) -> Option<Self> {
//!         let name = fields.required("name", fields::name);
//!         let force = fields.optional("force", fields::boolean);
//!         Some(Self { name: name?, force: force?.unwrap_or(false) })
//!     }
//! }
//! # let body = serde_json::json!({"force": "maybe"});
//! let error = Fields::read_body::<NewThing>(&body).err().map(|e| e.to_string());
//! assert_eq!(error.as_deref(), Some("name is required; force must be true or false"));
//! ```

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::error::{Error, FieldError, Result};
pub use crate::parse::{
    Parser, Problem, boolean, date, id, integer, list, name, name_within, nested, number, object,
    one_of, text, timestamp,
};

/// What gazu sends with lists that may have relations: ours always have them.
pub const IGNORED: &str = "relations";

/// A query or body that can be read from [`Fields`].
pub trait Input: Sized {
    /// Reads every field, then assembles the value; `None` only when an error was recorded.
    fn read(fields: &mut Fields<'_>) -> Option<Self>;
}

/// What a partial update says of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// Nothing: leave it.
    #[default]
    Absent,
    /// `null`: clear it.
    Null,
    /// A new value.
    Value(T),
}

impl<T> Given<T> {
    /// The new value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Puts what was given into `slot`.
    pub fn apply(self, slot: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *slot = None,
            Self::Value(value) => *slot = Some(value),
        }
    }

    /// Whether the caller said anything.
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// The fields of one JSON object or query string, and the errors found in them so far.
#[derive(Debug)]
pub struct Fields<'a> {
    source: &'a Map<String, Value>,
    read: BTreeSet<&'static str>,
    prefix: String,
    errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    /// Reads a body. Fields it does not know are ignored: clients send whole rows back.
    pub fn read_body<T: Input>(body: &Value) -> Result<T> {
        let Value::Object(source) = body else {
            return Err(Error::invalid("body", "must be a JSON object"));
        };
        let mut fields = Fields::new(source, String::new());
        let value = T::read(&mut fields);
        fields.finish(value)
    }

    /// Reads a body as if the fields that are wrong had not been sent. `None` if that leaves out a required one.
    pub fn peek_body<T: Input>(body: &Value) -> Option<T> {
        let source = body.as_object()?;
        let mut fields = Fields::new(source, String::new());
        let value = T::read(&mut fields);
        if value.is_some() {
            return value;
        }
        let mut right = source.clone();
        for FieldError { field, .. } in fields.errors {
            right.remove(field.split(['.', '[']).next().unwrap_or_default());
        }
        T::read(&mut Fields::new(&right, String::new()))
    }

    /// Reads a body that is no object, such as a bare array: all that is wrong is wrong with `body`.
    pub fn read_whole<T>(body: Value, parser: impl Parser<T>) -> Result<T> {
        let source = Map::from_iter([("body".to_owned(), body)]);
        let mut fields = Fields::new(&source, String::new());
        let value = fields.required("body", parser);
        fields.finish(value)
    }

    /// Reads a query. A parameter nobody asks for is an error, but for [`IGNORED`]: an ignored filter returns everything.
    pub fn read_query<T: Input>(query: &Map<String, Value>) -> Result<T> {
        let mut fields = Fields::new(query, String::new());
        let value = T::read(&mut fields);
        for name in fields.unread().into_iter().filter(|name| name != IGNORED) {
            match name.as_str() {
                "" => fields.error("query", "has a parameter without a name"),
                name => fields.error(name, "is not a parameter of this operation"),
            }
        }
        fields.finish(value)
    }

    /// Refuses the fields of a body that were not read, for operations that do more when less is said.
    pub fn refuse_unread(&mut self) {
        for name in self.unread() {
            self.error(&name, "is not a field of this operation");
        }
    }

    fn unread(&self) -> Vec<String> {
        self.source.keys().filter(|name| !self.read.contains(name.as_str())).cloned().collect()
    }

    pub(crate) fn new(source: &'a Map<String, Value>, prefix: String) -> Self {
        Self { source, read: BTreeSet::new(), prefix, errors: Vec::new() }
    }

    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(Error::Invalid(self.errors)),
        }
    }

    /// Records that `field` is wrong.
    pub fn error(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(format!("{}{field}", self.prefix), message));
    }

    /// The field's value; absent or `null` is an error.
    pub fn required<T>(&mut self, field: &'static str, parser: impl Parser<T>) -> Option<T> {
        match self.given(field, parser)? {
            Given::Value(value) => Some(value),
            Given::Absent | Given::Null => {
                self.error(field, "is required");
                None
            }
        }
    }

    /// The field's value if it is there and not `null`. The outer `None` is an error.
    pub fn optional<T>(
        &mut self,
        field: &'static str,
        parser: impl Parser<T>,
    ) -> Option<Option<T>> {
        self.given(field, parser).map(Given::value)
    }

    /// The field as a partial update means it. `None` is an error.
    pub fn given<T>(
        &mut self,
        field: &'static str,
        mut parser: impl Parser<T>,
    ) -> Option<Given<T>> {
        self.read.insert(field);
        match self.source.get(field) {
            None => Some(Given::Absent),
            Some(Value::Null) => Some(Given::Null),
            Some(value) => match parser.parse(value) {
                Ok(value) => Some(Given::Value(value)),
                Err(problems) => {
                    for Problem { path, message } in problems {
                        self.error(&format!("{field}{path}"), message);
                    }
                    None
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::EntityId;

    struct Everything;

    impl Input for Everything {
        fn read(fields: &mut Fields<'_>) -> Option<Self> {
            let name = fields.required("name", name);
            let ids = fields.optional("ids", list(3, id::<EntityId>));
            let count = fields.optional("count", integer(1..=10));
            let force = fields.optional("force", boolean);
            name?;
            ids?;
            count?;
            force?;
            Some(Self)
        }
    }

    fn wrong_fields(body: &Value) -> Vec<String> {
        match Fields::read_body::<Everything>(body) {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(errors)) => errors.into_iter().map(|e| e.field).collect(),
            Err(other) => vec![other.to_string()],
        }
    }

    #[test]
    fn all_wrong_fields_are_named() {
        let check =
            |body: Value, expected: &[&str]| assert_eq!(wrong_fields(&body), expected, "{body}");
        check(json!({"name": "a"}), &[]);
        check(json!({"name": "a", "ids": null, "unknown": 1}), &[]);
        check(json!({}), &["name"]);
        check(json!([]), &["body"]);
        check(json!({"name": 1, "count": 11, "force": "yes"}), &["name", "count", "force"]);
        check(json!({"name": "a", "ids": ["x", 1]}), &["ids[0]", "ids[1]"]);
        check(json!({"name": "a", "ids": [1, 2, 3, 4]}), &["ids"]);
        check(json!({"name": "a", "count": 1.5}), &["count"]);
    }

    #[test]
    fn a_query_names_parameters_it_does_not_know() {
        let query = json!({"name": "a", "asset_typ_id": "x", "relations": "true"});
        let Value::Object(query) = query else { unreachable!() };
        let error = Fields::read_query::<Everything>(&query).err().map(|e| e.to_string());
        assert_eq!(error.as_deref(), Some("asset_typ_id is not a parameter of this operation"));
        let query = Map::from_iter([("name".to_owned(), json!("a")), (String::new(), json!("1"))]);
        let error = Fields::read_query::<Everything>(&query).err().map(|e| e.to_string());
        assert_eq!(error.as_deref(), Some("query has a parameter without a name"));
    }
}
