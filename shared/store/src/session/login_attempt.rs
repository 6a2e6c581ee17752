//! Failed logins, counted while they are still being checked: of many attempts at once none slips through.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use model::throttle::Scope;
use model::{Error, PersonId, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::client::{Store, failed};
use crate::item::{Attributes, Item};
use crate::meter;
use crate::read::backoff;
use crate::table::{self, Key, TTL};
use crate::transaction::Transaction;

/// How often a counter is tried again that another login has in hand.
const CONFLICTS_MAX: u32 = 8;

/// How long an address is remembered that somebody has logged in from, in seconds.
const KNOWN_SECONDS: i64 = 90 * 24 * 3600;

/// A login that is being tried.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What stands for the e-mail address that is tried.
    pub account: &'a str,
    /// The network address it is tried from.
    pub address: &'a str,
    /// Who has that e-mail address, if anybody has.
    pub person: Option<PersonId>,
}

/// A network address that somebody has logged in from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KnownAddress {
    pub(crate) person_id: PersonId,
    address: String,
    expires_at: i64,
}

impl Item for KnownAddress {
    const TYPE: &'static str = "KnownAddress";
    fn key(&self) -> Key {
        table::known_address(self.person_id, &self.address)
    }
}

impl Attempt<'_> {
    fn key(&self, scope: Scope) -> Key {
        match scope {
            Scope::Pair => table::failures_of_pair(self.account, self.address),
            Scope::Address => table::failures_from(self.address),
            Scope::Account => table::failures_of(self.account),
        }
    }
}

impl Store {
    /// Counts an attempt as failed, before it is known to be. `Some` is how many seconds it has to wait instead.
    pub async fn attempt_begin(&self, attempt: Attempt<'_>) -> Result<Option<i64>> {
        let now = self.now().unix();
        for (nth, scope) in Scope::ALL.into_iter().enumerate() {
            let (failures, until) = self.failure_add(&attempt.key(scope), scope, now).await?;
            let is_over = failures > scope.limit();
            if is_over && !(scope.spares_known_addresses() && self.is_known(attempt, now).await?) {
                // What is not looked at has not failed.
                self.take_back(attempt, &Scope::ALL[..nth]).await?;
                return Ok(Some((until - now).max(1)));
            }
        }
        Ok(None)
    }

    /// Writes that an attempt has succeeded: the address is known from now on.
    pub(crate) fn write_success(
        &self,
        transaction: &mut Transaction,
        attempt: Attempt<'_>,
        person_id: PersonId,
    ) -> Result<()> {
        transaction.clear(attempt.key(Scope::Pair));
        let expires_at = self.now().unix() + KNOWN_SECONDS;
        let address = attempt.address.to_owned();
        transaction.put(&KnownAddress { person_id, address, expires_at })?;
        Ok(())
    }

    /// An attempt that has succeeded counts for nothing.
    pub async fn attempt_take_back(&self, attempt: Attempt<'_>) -> Result<()> {
        self.take_back(attempt, &Scope::ALL).await
    }

    /// The same where the count of the pair is cleared already.
    pub(super) async fn success_take_back(&self, attempt: Attempt<'_>) -> Result<()> {
        self.take_back(attempt, &[Scope::Address, Scope::Account]).await
    }

    async fn take_back(&self, attempt: Attempt<'_>, scopes: &[Scope]) -> Result<()> {
        for scope in scopes {
            self.failure_take_back(&attempt.key(*scope)).await?;
        }
        Ok(())
    }

    async fn is_known(&self, attempt: Attempt<'_>, now: i64) -> Result<bool> {
        // Of nobody, too: how long it takes does not tell who has an account.
        let person = attempt.person.unwrap_or(PersonId(Uuid::nil()));
        let known =
            self.get::<KnownAddress>(&table::known_address(person, attempt.address)).await?;
        Ok(known.is_some_and(|known| known.value.expires_at > now))
    }

    /// One failure more; how many there are, and when they are forgotten.
    async fn failure_add(&self, key: &Key, scope: Scope, now: i64) -> Result<(i64, i64)> {
        let until = now + scope.window();
        let more = "ADD failures :one SET #ttl = if_not_exists(#ttl, :until)";
        let unless_old = "attribute_not_exists(#ttl) OR #ttl > :now";
        let anew = "SET failures = :one, #ttl = :until";
        let values = [(":one", 1), (":until", until), (":now", now)];
        match self.count(key, more, unless_old, &values).await {
            Ok(answer) => numbers(answer.attributes()),
            // DynamoDB deletes late. Of two that begin anew one may count for both: nobody is kept out by that.
            Err(error) if is_refused(&error) => {
                let is_old = "attribute_not_exists(#ttl) OR #ttl <= :now";
                match self.count(key, anew, is_old, &values).await {
                    Ok(answer) => numbers(answer.attributes()),
                    Err(error) if is_refused(&error) => {
                        let answer = self.count(key, more, unless_old, &values).await;
                        numbers(answer.map_err(failed)?.attributes())
                    }
                    Err(error) => Err(failed(error)),
                }
            }
            Err(error) => Err(failed(error)),
        }
    }

    async fn failure_take_back(&self, key: &Key) -> Result<()> {
        let values = [(":one", -1), (":zero", 0)];
        let answer = self.count(
            key,
            "ADD failures :one",
            "failures > :zero AND attribute_exists(#ttl)",
            &values,
        );
        match answer.await {
            Err(error) if !is_refused(&error) => Err(failed(error)),
            _ => Ok(()),
        }
    }

    /// Changes a counter. Another login of the same account may be in the way, whose transaction clears it.
    async fn count(
        &self,
        key: &Key,
        update: &str,
        condition: &str,
        values: &[(&str, i64)],
    ) -> Result<UpdateItemOutput, SdkError<UpdateItemError>> {
        let mut attempt = 0;
        loop {
            match self.count_once(key, update, condition, values).await {
                Err(error) if is_in_the_way(&error) && attempt < CONFLICTS_MAX => {
                    tokio::time::sleep(backoff(attempt)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn count_once(
        &self,
        key: &Key,
        update: &str,
        condition: &str,
        values: &[(&str, i64)],
    ) -> Result<UpdateItemOutput, SdkError<UpdateItemError>> {
        let is_used = |name: &str| [update, condition].iter().any(|text| text.contains(name));
        let values = values.iter().filter(|(name, _)| is_used(name));
        let values = values.map(|(name, n)| ((*name).to_owned(), AttributeValue::N(n.to_string())));
        let request = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(HashMap::from(key.attributes())))
            .update_expression(update)
            .condition_expression(condition)
            .expression_attribute_names("#ttl", TTL)
            .set_expression_attribute_values(Some(values.collect()))
            .return_values(ReturnValue::AllNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let answer = Box::pin(request.send()).await?;
        meter::add_write(answer.consumed_capacity());
        Ok(answer)
    }
}

fn is_in_the_way<R>(error: &SdkError<UpdateItemError, R>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_transaction_conflict_exception)
}

fn is_refused<R>(error: &SdkError<UpdateItemError, R>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

fn numbers(item: Option<&Attributes>) -> Result<(i64, i64)> {
    let number = |name: &str| item?.get(name)?.as_n().ok()?.parse().ok();
    let both = number("failures").zip(number(TTL));
    both.ok_or_else(|| Error::internal("a counter without numbers"))
}
