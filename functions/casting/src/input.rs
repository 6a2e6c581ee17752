//! A casting as it is sent: rows that name entities or assets, and everything that is wrong with them.

use std::collections::BTreeMap;

use http_api::Body;
use model::casting::{self, CASTING_MAX, Cast, CastIn, CastUse, duplicates};
use model::fields::{self, Fields, Input, Problem};
use model::{EntityId, Error, FieldError, Result};
use serde_json::{Map, Value};

/// One kind of row.
pub(crate) trait Row: Sized {
    /// The field that names the other side.
    const KEY: &'static str;
    /// Reads an object, or the plain id of the other side.
    fn parse(value: &Value) -> std::result::Result<Self, Vec<Problem>>;
    /// The other side, and how the asset is to be used.
    fn into_use(self) -> (EntityId, CastUse);
}

impl Row for CastIn {
    const KEY: &'static str = "entity_id";

    fn parse(value: &Value) -> std::result::Result<Self, Vec<Problem>> {
        casting::cast_in(value)
    }

    fn into_use(self) -> (EntityId, CastUse) {
        (self.entity_id, CastUse { nb_occurences: self.nb_occurences, label: self.label })
    }
}

impl Row for Cast {
    const KEY: &'static str = "asset_id";

    fn parse(value: &Value) -> std::result::Result<Self, Vec<Problem>> {
        casting::cast(value)
    }

    fn into_use(self) -> (EntityId, CastUse) {
        (self.asset_id, CastUse { nb_occurences: self.nb_occurences, label: self.label })
    }
}

struct Rows<R>(Vec<R>);

impl<R: Row> Input for Rows<R> {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        f.required("casting", fields::list(CASTING_MAX, R::parse)).map(Self)
    }
}

/// The rows of a casting, read as far as they can be: what a row names is known even when its number is wrong,
/// so that all that is wrong can be told at once.
#[derive(Debug)]
pub(crate) struct CastingInput {
    /// The field of each row that names something, and what it names.
    pub(crate) named: Vec<(String, EntityId)>,
    /// The casting; complete only if there are no errors.
    pub(crate) uses: BTreeMap<EntityId, CastUse>,
    /// What is wrong with the rows by themselves, and with the query they came with.
    pub(crate) errors: Vec<FieldError>,
}

impl CastingInput {
    /// Reads the body of a request.
    pub(crate) fn of<R: Row>(body: &Body) -> http_api::Result<Self> {
        let (mut sent, wrong) = body.read_parts(Self::body::<R>)?;
        sent.errors.splice(..0, wrong);
        Ok(sent)
    }

    /// Reads a whole body: `{"casting": […]}` or the bare array.
    fn body<R: Row>(body: Value) -> Result<Self> {
        match body {
            Value::Array(_) => Self::read::<R>(body, "casting"),
            Value::Object(mut fields) => {
                Self::read::<R>(fields.remove("casting").unwrap_or_default(), "casting")
            }
            _ => Err(Error::invalid("body", "must be a JSON object or array")),
        }
    }

    /// Reads the rows that stand in the field `at`.
    pub(crate) fn read<R: Row>(casting: Value, at: &str) -> Result<Self> {
        let rows = casting.as_array().filter(|rows| rows.len() <= CASTING_MAX);
        let named: Vec<(String, EntityId)> = rows
            .into_iter()
            .flatten()
            .enumerate()
            .filter_map(|(n, row)| Some((format!("{at}[{n}].{}", R::KEY), named_by(row, R::KEY)?)))
            .collect();
        let body = Value::Object(Map::from_iter([("casting".to_owned(), casting)]));
        let (rows, mut errors) = match Fields::read_body::<Rows<R>>(&body) {
            Ok(Rows(rows)) => (rows, Vec::new()),
            Err(Error::Invalid(errors)) => (Vec::new(), errors),
            Err(other) => return Err(other),
        };
        for error in &mut errors {
            if let Some(rest) = error.field.strip_prefix("casting") {
                error.field = format!("{at}{rest}");
            }
        }
        errors.extend(duplicates(named.iter().map(|(_, id)| *id), |n| named[n].0.clone()));
        Ok(Self { named, uses: rows.into_iter().map(Row::into_use).collect(), errors })
    }

    /// What the rows name.
    pub(crate) fn ids(&self) -> Vec<EntityId> {
        self.named.iter().map(|(_, id)| *id).collect()
    }
}

fn named_by(row: &Value, key: &str) -> Option<EntityId> {
    row.as_str().or_else(|| row.get(key)?.as_str())?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(body: Value) -> Vec<String> {
        match CastingInput::body::<CastIn>(body) {
            Ok(sent) => sent.errors.into_iter().map(|error| error.field).collect(),
            Err(error) => vec![error.to_string()],
        }
    }

    #[test]
    fn a_casting_comes_in_several_forms() {
        let id = EntityId::new();
        for body in [
            json!([id]),
            json!({"casting": [id]}),
            json!([{"entity_id": id}]),
            json!([{"entity_id": id, "nb_occurences": 1}]),
        ] {
            let sent = CastingInput::body::<CastIn>(body.clone()).unwrap();
            assert!(sent.errors.is_empty(), "{body}");
            assert_eq!(
                sent.uses,
                BTreeMap::from([(id, CastUse { nb_occurences: 1, label: String::new() })]),
                "{body}"
            );
            assert_eq!(sent.named, [("casting[0].entity_id".to_owned(), id)]);
        }
        assert_eq!(wrong(json!({})), ["casting"]);
        assert_eq!(wrong(json!({"casting": 1})), ["casting"]);
        assert_eq!(wrong(json!(1)), ["body must be a JSON object or array"]);
    }

    #[test]
    fn all_that_is_wrong_is_told_and_what_is_named_is_known() {
        let id = EntityId::new();
        let body = json!([{"entity_id": id, "nb_occurences": 0}, "x", 7, {}, id]);
        let fields = [
            "casting[0].nb_occurences",
            "casting[1]",
            "casting[2]",
            "casting[3].entity_id",
            "casting[4].entity_id",
        ];
        assert_eq!(wrong(body.clone()), fields);
        let sent = CastingInput::read::<CastIn>(body, "here").unwrap();
        assert_eq!(
            sent.named,
            [("here[0].entity_id".to_owned(), id), ("here[4].entity_id".to_owned(), id)]
        );
        assert_eq!(sent.errors[1].field, "here[1]");
    }
}
