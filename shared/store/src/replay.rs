//! Answers to requests that carry a key, to be given again when the same request comes again.
//!
//! A request claims its key before it is handled, so that of two at once one is handled. Whoever dies between handling
//! and keeping the answer leaves a claim without one; it counts for nothing after [`CLAIM_SECONDS`]. What the request has
//! created by then is written on the claim, in the transaction that creates it (`once`): it is not created again.

mod once;

use std::sync::Arc;

use model::{PersonId, ProjectId, Result, Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::once::once;
pub(crate) use self::once::{Once, gone};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::item::{Item, Stored};
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
    /// What the request has created.
    #[serde(default)]
    created: Option<Uuid>,
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
#[derive(Clone, Debug)]
pub struct Claimed(Arc<Stored<ReplayItem>>);

impl Claimed {
    /// Whether the same request has created something before.
    pub fn has_created(&self) -> bool {
        self.0.value.created.is_some()
    }

    /// Handles the request that claimed the key.
    pub async fn bind<F: Future>(&self, work: F) -> F::Output {
        once::KEYED.scope(self.clone(), work).await
    }
}

impl Store {
    /// Claims a person's key for a request.
    pub async fn replay_claim(
        &self,
        person_id: PersonId,
        key: &str,
        fingerprint: &str,
    ) -> Result<Claim> {
        let now = self.now().unix();
        let mut mine = ReplayItem {
            person_id,
            key: key.to_owned(),
            fingerprint: fingerprint.to_owned(),
            claim: Uuid::new_v4(),
            claimed_at: now,
            expires_at: now + KEPT_SECONDS,
            created: None,
            answer: None,
        };
        let yours = |value, rev| Ok(Claim::Yours(Claimed(Arc::new(Stored { value, rev }))));
        for _ in 0..ATTEMPTS {
            let new = Stored::new(mine.clone());
            let mut transaction = Transaction::default();
            transaction.create_stored(&new)?;
            if self.transact(transaction).await? == Outcome::Done {
                return yours(mine, new.rev);
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
            mine.created = there.created.filter(|_| !is_over);
            let mut transaction = Transaction::default();
            transaction.replace(&stored, &mine)?;
            if self.transact(transaction).await? == Outcome::Done {
                return yours(mine, stored.rev + 1);
            }
            mine.created = None;
        }
        Err(contended())
    }

    /// Keeps the answer to the request that claimed a key, unless another one has claimed it since.
    pub async fn replay_keep(&self, claimed: &Claimed, answer: KeptAnswer) -> Result<()> {
        self.replay_end(claimed, |item| {
            Some(ReplayItem { answer: Some(answer.clone()), ..item.clone() })
        })
        .await
    }

    /// Gives a key back: the same request may come again, and is handled then. What it has created stays written.
    pub async fn replay_drop(&self, claimed: &Claimed) -> Result<()> {
        self.replay_end(claimed, |item| {
            item.created.map(|_| ReplayItem { claimed_at: 0, ..item.clone() })
        })
        .await
    }

    /// Replaces a claim, or deletes it, unless another request has claimed the key since.
    async fn replay_end(
        &self,
        claimed: &Claimed,
        end: impl Fn(&ReplayItem) -> Option<ReplayItem>,
    ) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let mine = &claimed.0.value;
            let Some(stored) = self.get::<ReplayItem>(&mine.key()).await? else { return Ok(()) };
            if stored.value.claim != mine.claim {
                return Ok(());
            }
            let mut transaction = Transaction::default();
            match end(&stored.value) {
                Some(ended) => transaction.replace(&stored, &ended)?,
                None => transaction.remove(&stored),
            };
            // Refused if what the request creates was written only now: a write whose answer did not come.
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(());
            }
        }
        Err(contended())
    }
}
