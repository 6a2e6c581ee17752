//! Making the writes of a transaction: how DynamoDB is asked, and what its refusals mean.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity, TransactWriteItem};
use model::{Error, Result};

use super::{Outcome, Transaction, WriteIndex};
use crate::client::{Store, failed};
use crate::read::backoff;
use crate::{condition, meter};

/// How often a transaction is sent while it conflicts with others: some six seconds.
const CONFLICT_ATTEMPTS: u32 = 10;

impl Store {
    /// Makes the writes, all or none, and tells them in the feeds. Meeting another transaction on the same item is
    /// tried again.
    pub(crate) async fn transact(&self, transaction: Transaction) -> Result<Outcome> {
        let outcome = self.transact_unless_met(transaction).await?;
        outcome.ok_or_else(|| Error::Unavailable("the transaction kept meeting others".into()))
    }

    /// As [`Store::transact`]; `None` if it kept meeting others, and then nothing is written.
    pub(crate) async fn transact_unless_met(
        &self,
        transaction: Transaction,
    ) -> Result<Option<Outcome>> {
        if transaction.is_empty() {
            return Ok(Some(Outcome::Done));
        }
        let own = self.items_of(&transaction)?;
        let events = transaction.events();
        condition::before_write().await?;
        for attempt in 0..CONFLICT_ATTEMPTS {
            // Told at the time of this attempt: a reader of the feed goes on from there.
            let mut feed = Transaction::default();
            for entry in self.feed_items(&events, transaction.by)? {
                feed.put(&entry)?;
            }
            let mut items = own.clone();
            items.extend(self.items_of(&feed)?);
            let request = self
                .client
                .transact_write_items()
                .set_transact_items(Some(items))
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            match Box::pin(request.send()).await {
                Ok(answer) => {
                    answer
                        .consumed_capacity()
                        .iter()
                        .for_each(|capacity| meter::add_write(Some(capacity)));
                    condition::written().await;
                    return Ok(Some(Outcome::Done));
                }
                Err(error) => match cancellation(&error) {
                    Cancellation::Refused(at) => {
                        condition::refused().await;
                        return Ok(Some(Outcome::Refused(at)));
                    }
                    Cancellation::Conflict => tokio::time::sleep(backoff(attempt)).await,
                    Cancellation::No => return Err(failed(error)),
                },
            }
        }
        Ok(None)
    }

    fn items_of(&self, transaction: &Transaction) -> Result<Vec<TransactWriteItem>> {
        transaction.writes.iter().map(|write| write.item(&self.table)).collect()
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

/// Reasons that pass: another transaction was there first, or the table is busy.
const PASSING: &[&str] =
    &["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

enum Cancellation {
    Refused(Vec<WriteIndex>),
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
    let refused: Vec<WriteIndex> = (0..reasons.len())
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
