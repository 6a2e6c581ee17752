//! Answers to requests that carry a key, to be given again when the same request comes again.
//!
//! A request claims its key before it is handled, so that of two at once one is handled. Whoever dies between handling
//! and keeping the answer leaves a claim without one; it counts for nothing after [`CLAIM_SECONDS`].

use model::{PersonId, ProjectId, Result, Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::item::Item;
use crate::table::{self, Key};
use crate::transaction::{Outcome, Transaction};

/// Seconds for which an answer is kept: a day.
const KEPT_SECONDS: i64 = 24 * 3600;
/// Seconds for which a claim without an answer counts: twice what a function may take.
const CLAIM_SECONDS: i64 = 60;

/// An answer to be given again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// The status.
    pub status: u16,
    /// Headers that belong to the body.
    pub headers: Vec<(String, String)>,
    /// The body, as its keeper encodes it; `None` if it was too large to be kept.
    pub body: Option<String>,
    /// Of a failure: its name.
    pub exception: Option<String>,
    /// What the person was in the studio.
    pub role: Role,
    /// The projects the request entered, and what the person was there.
    pub entered: Vec<(ProjectId, Role)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReplayItem {
    person_id: PersonId,
    key: String,
    /// Of the request: two with the same are the same.
    fingerprint: String,
    claim: Uuid,
    /// Unix seconds.
    claimed_at: i64,
    /// Unix seconds. DynamoDB deletes late, so it is compared when read.
    expires_at: i64,
    answer: Option<KeptAnswer>,
}

impl Item for ReplayItem {
    const TYPE: &'static str = "Replay";
    fn key(&self) -> Key {
        table::replay(self.person_id, &self.key)
    }
}

/// What claiming a key gave.
#[derive(Debug)]
pub enum Claim {
    /// The request is to be handled, and its answer kept.
    Yours(Claimed),
    /// It was answered before.
    Answered(Box<KeptAnswer>),
    /// It is being handled now.
    Running,
    /// The key is another request's.
    Another,
}

/// A claimed key.
#[derive(Debug)]
pub struct Claimed(Key, Uuid);

impl Store {
    /// Claims a person's key for a request.
    pub async fn replay_claim(
        &self,
        person_id: PersonId,
        key: &str,
        fingerprint: &str,
    ) -> Result<Claim> {
        let now = self.now().unix();
        let mine = ReplayItem {
            person_id,
            key: key.to_owned(),
            fingerprint: fingerprint.to_owned(),
            claim: Uuid::new_v4(),
            claimed_at: now,
            expires_at: now + KEPT_SECONDS,
            answer: None,
        };
        let yours = || Ok(Claim::Yours(Claimed(mine.key(), mine.claim)));
        for _ in 0..ATTEMPTS {
            let mut transaction = Transaction::default();
            transaction.create(&mine)?;
            if self.transact(transaction).await? == Outcome::Done {
                return yours();
            }
            let Some(stored) = self.get::<ReplayItem>(&mine.key()).await? else { continue };
            let there = &stored.value;
            let is_over = there.expires_at <= now;
            if !is_over && there.fingerprint != fingerprint {
                return Ok(Claim::Another);
            }
            let is_dead = there.answer.is_none() && there.claimed_at + CLAIM_SECONDS <= now;
            if !is_over && !is_dead {
                return Ok(match stored.value.answer {
                    Some(answer) => Claim::Answered(Box::new(answer)),
                    None => Claim::Running,
                });
            }
            let mut transaction = Transaction::default();
            transaction.replace(&stored, &mine)?;
            if self.transact(transaction).await? == Outcome::Done {
                return yours();
            }
        }
        Err(contended())
    }

    /// Keeps the answer to the request that claimed a key, unless another one has claimed it since.
    pub async fn replay_keep(&self, claimed: &Claimed, answer: KeptAnswer) -> Result<()> {
        let Some(stored) = self.get::<ReplayItem>(&claimed.0).await? else { return Ok(()) };
        if stored.value.claim == claimed.1 {
            let answered = ReplayItem { answer: Some(answer), ..stored.value.clone() };
            let mut transaction = Transaction::default();
            transaction.replace(&stored, &answered)?;
            self.transact(transaction).await?;
        }
        Ok(())
    }

    /// Gives a key back: the same request may come again, and is handled then.
    pub async fn replay_drop(&self, claimed: &Claimed) -> Result<()> {
        let Some(stored) = self.get::<ReplayItem>(&claimed.0).await? else { return Ok(()) };
        if stored.value.claim == claimed.1 {
            let mut transaction = Transaction::default();
            transaction.remove(&stored);
            self.transact(transaction).await?;
        }
        Ok(())
    }
}
