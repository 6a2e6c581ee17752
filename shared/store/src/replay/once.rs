//! [`once`]: what a request under a key creates is created once, also if its answer is lost.
//!
//! The transaction that creates it writes its id on the claim of the key, and is refused if another process has claimed the key
//! since. When the same request comes again, its creation finds the id there and gives what it created before.

use std::sync::{Mutex, PoisonError};

use model::error::KeySpent;
use model::{Error, Result};
use uuid::Uuid;

use super::{Claimed, ReplayItem};
use crate::transaction::{Outcome, Transaction, WriteIndex};

tokio::task_local! {
    /// The key of the request that is being handled.
    pub(super) static KEYED: Claimed;
    /// The key, until it is taken for a creation.
    static OFFERED: Mutex<Option<Claimed>>;
}

/// Creates the one thing that a request is for. Under a key it is done once; without one this makes no difference.
pub fn once<F: Future>(creation: F) -> impl Future<Output = F::Output> {
    let keyed = KEYED.try_with(Clone::clone).ok();
    OFFERED.scope(Mutex::new(keyed), Box::pin(creation))
}

/// The key under which something is created, if there is one.
#[derive(Debug)]
pub(crate) struct Once {
    claimed: Option<Claimed>,
    /// Where the last transaction writes on the claim.
    at: Option<WriteIndex>,
}

impl Once {
    /// Takes the key. It is for one creation: what else is created on the way is not under it.
    pub(crate) fn take() -> Self {
        let take = |offered: &Mutex<Option<Claimed>>| {
            offered.lock().unwrap_or_else(PoisonError::into_inner).take()
        };
        Self { claimed: OFFERED.try_with(take).ok().flatten(), at: None }
    }

    /// What the same request created before.
    pub(crate) fn created(&self) -> Option<Uuid> {
        self.claimed.as_ref()?.0.value.created
    }

    /// Adds to the transaction that creates something that it is this.
    pub(crate) fn write(&mut self, transaction: &mut Transaction, id: Uuid) -> Result<()> {
        if let Some(Claimed(stored)) = &self.claimed {
            let created = ReplayItem { created: Some(id), ..stored.value.clone() };
            self.at = Some(transaction.replace(stored, &created)?);
        }
        Ok(())
    }

    /// Fails if the transaction was refused because the key is not this request's any more.
    pub(crate) fn require_own(&self, outcome: &Outcome) -> Result<()> {
        match (outcome, self.at) {
            (Outcome::Refused(at), Some(own)) if at.contains(&own) => Err(Error::StillRunning),
            _ => Ok(()),
        }
    }
}

/// Of what the same request created before, and is not there any more.
pub(crate) fn gone() -> Error {
    Error::KeySpent(KeySpent::Overtaken)
}
