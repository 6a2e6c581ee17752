//! Who makes the changes of one request: what the feed of events tells, and the request's log line.

use std::cell::Cell;
use std::future::Future;

use model::PersonId;

tokio::task_local! {
    static AUTHOR: Cell<Option<PersonId>>;
}

/// Runs `work`, whose author is not known yet. Who it turned out to be.
pub async fn unknown<F: Future>(work: F) -> (F::Output, Option<PersonId>) {
    AUTHOR.scope(Cell::new(None), async { (work.await, get()) }).await
}

/// From here on the work is a person's. Outside of [`unknown`] (set-up, repair) nobody's.
pub fn is(person: PersonId) {
    let _ = AUTHOR.try_with(|author| author.set(Some(person)));
}

pub(crate) fn get() -> Option<PersonId> {
    AUTHOR.try_with(Cell::get).ok().flatten()
}
