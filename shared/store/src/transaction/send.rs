//! Making the writes of a transaction: how DynamoDB is asked, and what its refusals mean.

use std::collections::HashMap;
use std::fmt::{Display, Write as _};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, Put, ReturnConsumedCapacity, TransactWriteItem,
    Update,
};
use model::{Error, Result};

use super::{Action, At, Condition, Outcome, Transaction, Write};
use crate::client::{Store, failed};
use crate::item::REV;
use crate::read::backoff;
use crate::table::PK;
use crate::{condition, meter};

/// How often a transaction that met another one is tried again: some six seconds.
const ATTEMPTS: u32 = 10;

impl Store {
    /// Makes the writes, all or none, and tells them in the feeds. Meeting another transaction on the same item is
    /// tried again.
    pub(crate) async fn transact(&self, mut transaction: Transaction) -> Result<Outcome> {
        if transaction.is_empty() {
            return Ok(Outcome::Done);
        }
        for entry in self.feed_items(transaction.told(), transaction.by)? {
            transaction.put(&entry)?;
        }
        let items = transaction
            .writes
            .iter()
            .map(|write| write_item(&self.table, write))
            .collect::<Result<Vec<_>>>()?;
        condition::before_write().await?;
        for attempt in 0..ATTEMPTS {
            let answer = self
                .client
                .transact_write_items()
                .set_transact_items(Some(items.clone()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await;
            match answer {
                Ok(answer) => {
                    answer
                        .consumed_capacity()
                        .iter()
                        .for_each(|capacity| meter::add_write(Some(capacity)));
                    condition::written().await;
                    return Ok(Outcome::Done);
                }
                Err(error) => match cancellation(&error) {
                    Cancellation::Refused(at) => {
                        condition::refused().await;
                        return Ok(Outcome::Refused(at));
                    }
                    Cancellation::Conflict => tokio::time::sleep(backoff(attempt)).await,
                    Cancellation::No => return Err(failed(error)),
                },
            }
        }
        Err(Error::Unavailable("the transaction kept meeting others".into()))
    }

    /// Makes the writes; a refusal is a defect.
    pub(crate) async fn commit(&self, transaction: Transaction) -> Result<()> {
        match self.transact(transaction).await? {
            Outcome::Done => Ok(()),
            Outcome::Refused(at) => {
                Err(Error::Internal(format!("a write that cannot fail was refused: {at:?}")))
            }
        }
    }
}

/// A write as DynamoDB takes it.
fn write_item(table: &str, write: &Write) -> Result<TransactWriteItem> {
    let key = || Some(HashMap::from(write.key.attributes()));
    let mut words = Words::default();
    let condition = write.condition.expression(&mut words);
    let item = TransactWriteItem::builder();
    let item = match &write.action {
        Action::Put(attributes) => item.put(
            Put::builder()
                .table_name(table)
                .set_item(Some(attributes.clone()))
                .set_condition_expression(condition)
                .set_expression_attribute_names(words.names)
                .set_expression_attribute_values(words.values)
                .build()
                .map_err(Error::internal)?,
        ),
        Action::Delete => item.delete(
            Delete::builder()
                .table_name(table)
                .set_key(key())
                .set_condition_expression(condition)
                .set_expression_attribute_names(words.names)
                .set_expression_attribute_values(words.values)
                .build()
                .map_err(Error::internal)?,
        ),
        Action::Add(numbers) => item.update(
            Update::builder()
                .table_name(table)
                .set_key(key())
                .update_expression(addition(numbers, &mut words))
                .set_condition_expression(condition)
                .set_expression_attribute_names(words.names)
                .set_expression_attribute_values(words.values)
                .build()
                .map_err(Error::internal)?,
        ),
    };
    Ok(item.build())
}

/// What the placeholders of a write's expressions stand for; DynamoDB refuses an empty map.
#[derive(Default)]
struct Words {
    names: Option<HashMap<String, String>>,
    values: Option<HashMap<String, AttributeValue>>,
}

impl Words {
    fn name(&mut self, placeholder: impl Into<String>, name: &str) {
        self.names.get_or_insert_default().insert(placeholder.into(), name.to_owned());
    }

    fn number(&mut self, placeholder: impl Into<String>, number: impl Display) {
        let number = AttributeValue::N(number.to_string());
        self.values.get_or_insert_default().insert(placeholder.into(), number);
    }
}

impl Condition {
    fn expression(&self, words: &mut Words) -> Option<String> {
        let expression = match self {
            Self::Always => return None,
            Self::Absent => {
                words.name("#pk", PK);
                "attribute_not_exists(#pk)"
            }
            Self::Present => {
                words.name("#pk", PK);
                "attribute_exists(#pk)"
            }
            Self::Rev(rev) => {
                words.name("#rev", REV);
                words.number(":rev", rev);
                "#rev = :rev"
            }
        };
        Some(expression.to_owned())
    }
}

/// The expression that adds to numbers and raises the revision.
fn addition(numbers: &[(&str, i64)], words: &mut Words) -> String {
    words.name("#rev", REV);
    words.number(":one", 1);
    let mut expression = "ADD #rev :one".to_owned();
    for (n, (name, by)) in numbers.iter().enumerate() {
        words.name(format!("#n{n}"), name);
        words.number(format!(":n{n}"), by);
        let _ = write!(expression, ", #n{n} :n{n}");
    }
    expression
}

/// Reasons that pass: another transaction was there first, or the table is busy.
const PASSING: &[&str] =
    &["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

enum Cancellation {
    Refused(Vec<At>),
    Conflict,
    No,
}

fn cancellation<R>(error: &SdkError<TransactWriteItemsError, R>) -> Cancellation {
    let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) =
        error.as_service_error()
    else {
        return Cancellation::No;
    };
    let reasons = canceled.cancellation_reasons();
    let refused: Vec<At> = (0..reasons.len())
        .filter(|at| reasons[*at].code() == Some("ConditionalCheckFailed"))
        .collect();
    if !refused.is_empty() {
        Cancellation::Refused(refused)
    } else if reasons
        .iter()
        .filter_map(CancellationReason::code)
        .any(|code| PASSING.contains(&code))
    {
        Cancellation::Conflict
    } else {
        Cancellation::No
    }
}
