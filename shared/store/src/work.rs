//! Several reads or writes at once.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

/// Calls of the store in flight for one request.
pub(crate) const PARALLEL: usize = 8;

/// Does all the work, eight pieces at once, and gives what came of it, in order; stops at the first error.
pub fn concurrently<F, T, E>(
    work: impl IntoIterator<Item = F>,
) -> impl Future<Output = Result<Vec<T>, E>>
where
    F: Future<Output = Result<T, E>>,
{
    // Collected first: a future that held the iterator's closure would be tied to the lifetime it borrows for.
    let work: Vec<F> = work.into_iter().collect();
    stream::iter(work).buffered(PARALLEL).try_collect()
}
