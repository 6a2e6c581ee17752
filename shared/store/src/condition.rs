//! [`Condition`]: what must hold when a request makes its first write.
//!
//! It is checked before the first transaction of the request, so after everything else that can fail, and again before
//! each attempt to decide anew, as long as nothing is written. Transactions are themselves conditional on what
//! was read before: nothing that the check looks at and the transaction changes can change in between.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use model::Result;
use tokio::sync::Mutex;

type Check = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

tokio::task_local! {
    static DEMANDED: Option<Arc<Condition>>;
}

/// A condition of all writes of a request: they are made if it holds, or none is.
pub struct Condition {
    check: Check,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// To be checked before the next write.
    Pending,
    /// It was checked for the write under way.
    Holds,
    /// Something is written: what is checked may look different by now.
    Written,
}

impl Condition {
    /// The condition that `check` succeeds. Its own writes are not bound by it.
    pub fn new(check: Check) -> Arc<Self> {
        Arc::new(Self { check, state: Mutex::new(State::Pending) })
    }

    /// Does work whose writes are bound by this condition.
    pub async fn bind<F: Future>(self: &Arc<Self>, work: F) -> F::Output {
        DEMANDED.scope(Some(self.clone()), work).await
    }

    /// Checks it unless something was written: of work that found nothing to write.
    pub async fn settle(&self) -> Result<()> {
        let mut state = self.state.lock().await;
        if *state == State::Pending {
            unconditional((self.check)()).await?;
            *state = State::Holds;
        }
        Ok(())
    }
}

/// Does work that has nothing to do with what the request demands: completing somebody else's change, say.
pub async fn unconditional<F: Future>(work: F) -> F::Output {
    DEMANDED.scope(None, work).await
}

fn demanded() -> Option<Arc<Condition>> {
    DEMANDED.try_with(Clone::clone).ok().flatten()
}

/// To be called before a write: fails, and nothing may be written, if the condition does not hold.
pub(crate) async fn before_write() -> Result<()> {
    match demanded() {
        Some(condition) => condition.settle().await,
        None => Ok(()),
    }
}

/// To be called when a write is made.
pub(crate) async fn written() {
    if let Some(condition) = demanded() {
        *condition.state.lock().await = State::Written;
    }
}

/// To be called when a write was refused: it is decided anew, and so is the condition.
pub(crate) async fn refused() {
    if let Some(condition) = demanded() {
        let mut state = condition.state.lock().await;
        if *state == State::Holds {
            *state = State::Pending;
        }
    }
}
