//! Who makes the changes of a request. Its events and its log line name that person.

use std::cell::Cell;
use std::future::Future;

use model::PersonId;

tokio::task_local! {
    static AUTHOR: Cell<Option<PersonId>>;
}

/// Runs a request, whose author becomes known while it runs ([`set`]). Returns its output and the author, if there is one.
pub async fn tracked<F: Future>(work: F) -> (F::Output, Option<PersonId>) {
    AUTHOR.scope(Cell::new(None), async { (work.await, current()) }).await
}

/// Makes a person the author of what the request does from here on. Outside of [`tracked`] (set-up, repair) it does nothing.
pub fn set(person: PersonId) {
    let _ = AUTHOR.try_with(|author| author.set(Some(person)));
}

/// The author of the request, if known.
pub(crate) fn current() -> Option<PersonId> {
    AUTHOR.try_with(Cell::get).ok().flatten()
}
