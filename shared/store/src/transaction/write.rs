//! One conditional write of a transaction, and how DynamoDB is told of it.

use std::collections::HashMap;
use std::fmt::Display;

use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update,
};
use model::{Error, Result};

use crate::feed::events::{ItemChange, ItemWrite};
use crate::item::{self, Attributes, REV};
use crate::project::IS_LEAVING;
use crate::table::{Key, PK};

/// What must hold for a write to happen.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    /// There is no item yet.
    Absent,
    /// There is an item.
    Present,
    /// There is an item, and it is not being deleted.
    Staying,
    /// The item is at this revision.
    Rev(u64),
    /// Nothing.
    Always,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    Put(Attributes),
    Delete,
    /// Adds to numbers; every change raises `rev`.
    Add(Vec<(&'static str, i64)>),
    /// Changes nothing: only the condition counts.
    Check,
}

#[derive(Clone, Debug)]
pub(crate) struct Write {
    pub(crate) key: Key,
    pub(crate) condition: Condition,
    pub(crate) action: Action,
}

/// The names and values that stand in expressions.
#[derive(Debug, Default)]
struct Placeholders {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Placeholders {
    fn name(&mut self, placeholder: &str, name: &str) {
        self.names.insert(placeholder.to_owned(), name.to_owned());
    }

    fn value(&mut self, placeholder: &str, value: AttributeValue) {
        self.values.insert(placeholder.to_owned(), value);
    }

    fn number(&mut self, placeholder: &str, number: impl Display + Copy) {
        self.value(placeholder, AttributeValue::N(number.to_string()));
    }

    fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }
}

impl Condition {
    fn expression(&self, with: &mut Placeholders) -> Option<String> {
        let expression = match self {
            Self::Always => return None,
            Self::Absent => {
                with.name("#pk", PK);
                "attribute_not_exists(#pk)"
            }
            Self::Present => {
                with.name("#pk", PK);
                "attribute_exists(#pk)"
            }
            Self::Staying => {
                with.name("#pk", PK);
                with.name("#leaving", IS_LEAVING);
                with.value(":yes", AttributeValue::Bool(true));
                "attribute_exists(#pk) AND NOT #leaving = :yes"
            }
            Self::Rev(rev) => {
                with.name("#rev", REV);
                with.number(":rev", rev);
                "#rev = :rev"
            }
        };
        Some(expression.to_owned())
    }
}

impl Write {
    /// What its events are derived from.
    pub(crate) fn for_events(&self) -> ItemWrite<'_> {
        let (change, item) = match (&self.action, &self.condition) {
            (Action::Put(item), Condition::Absent) => (Some(ItemChange::Created), Some(item)),
            (Action::Put(item), _) => (Some(ItemChange::Changed), Some(item)),
            (Action::Delete, _) => (Some(ItemChange::Deleted), None),
            (Action::Add(_) | Action::Check, _) => (None, None),
        };
        ItemWrite { key: &self.key, change, item }
    }

    /// The size of the item it puts.
    pub(crate) fn bytes(&self) -> usize {
        match &self.action {
            Action::Put(attributes) => item::bytes(attributes),
            Action::Delete | Action::Add(_) | Action::Check => 0,
        }
    }

    /// It as DynamoDB has it.
    pub(crate) fn item(&self, table: &str) -> Result<TransactWriteItem> {
        let key = Some(HashMap::from(self.key.attributes()));
        let mut with = Placeholders::default();
        let condition = self.condition.expression(&mut with);
        let item = TransactWriteItem::builder();
        let item = match &self.action {
            Action::Put(attributes) => item.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(attributes.clone()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(with.names())
                    .set_expression_attribute_values(with.values())
                    .build()
                    .map_err(Error::internal)?,
            ),
            Action::Delete => item.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(key)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(with.names())
                    .set_expression_attribute_values(with.values())
                    .build()
                    .map_err(Error::internal)?,
            ),
            Action::Add(numbers) => item.update(
                Update::builder()
                    .table_name(table)
                    .set_key(key)
                    .update_expression(addition(numbers, &mut with))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(with.names())
                    .set_expression_attribute_values(with.values())
                    .build()
                    .map_err(Error::internal)?,
            ),
            Action::Check => item.condition_check(
                ConditionCheck::builder()
                    .table_name(table)
                    .set_key(key)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(with.names())
                    .set_expression_attribute_values(with.values())
                    .build()
                    .map_err(Error::internal)?,
            ),
        };
        Ok(item.build())
    }
}

/// Adds to the numbers of an item, and to its revision.
fn addition(numbers: &[(&'static str, i64)], with: &mut Placeholders) -> String {
    let mut terms = vec!["#rev :one".to_owned()];
    with.name("#rev", REV);
    with.number(":one", 1);
    for (n, (name, by)) in numbers.iter().enumerate() {
        with.name(&format!("#n{n}"), name);
        with.number(&format!(":n{n}"), by);
        terms.push(format!("#n{n} :n{n}"));
    }
    format!("ADD {}", terms.join(", "))
}
