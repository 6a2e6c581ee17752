//! Consumed capacity of one request, as DynamoDB itself reports it with every answer, and how much of it may be held.

use std::cell::Cell;
use std::future::Future;

use aws_sdk_dynamodb::types::ConsumedCapacity;
use model::{Error, Result};

tokio::task_local! {
    static SPENT: Cell<Capacity>;
    /// Read units that may still be held.
    static ROOM: Cell<f64>;
}

/// Capacity units: what a request costs on an on-demand table, whatever the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Capacity {
    /// Read capacity units.
    pub read: f64,
    /// Write capacity units.
    pub write: f64,
}

/// Runs `work` and tells what it consumed. Only calls made by the task itself count.
pub async fn measured<F: Future>(work: F) -> (F::Output, Capacity) {
    SPENT
        .scope(Cell::new(Capacity::default()), async {
            let output = work.await;
            (output, SPENT.with(Cell::get))
        })
        .await
}

/// Runs `work`, whose reads of whole ranges may hold so many read capacity units, each 4 KB of items, and fail with
/// [`Error::ReadTooLarge`] beyond. Only calls made by the task itself count, and nothing is given back: what a list has
/// read, it needs to the end.
pub fn with_room<F: Future>(units: f64, work: F) -> impl Future<Output = F::Output> {
    ROOM.scope(Cell::new(units), work)
}

/// Counts items that are held until the request ends, in units of 4 KB; fails if there is no room for them.
pub(crate) fn require_room(held: f64) -> Result<()> {
    let is_left = |room: &Cell<f64>| {
        room.set(room.get() - held);
        room.get() >= 0.0
    };
    // Outside of `with_room` there is no limit.
    if ROOM.try_with(is_left).unwrap_or(true) { Ok(()) } else { Err(Error::ReadTooLarge) }
}

/// The same of items of so many bytes.
pub(crate) fn require_room_for(bytes: usize) -> Result<()> {
    require_room(f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 4096.0)
}

pub(crate) fn add_read(capacity: Option<&ConsumedCapacity>) {
    add(Capacity { read: units(capacity), write: 0.0 });
}

pub(crate) fn add_write(capacity: Option<&ConsumedCapacity>) {
    add(Capacity { read: 0.0, write: units(capacity) });
}

/// The units of a call, as DynamoDB counts them.
pub(crate) fn units(capacity: Option<&ConsumedCapacity>) -> f64 {
    capacity.and_then(|c| c.capacity_units).unwrap_or(0.0)
}

fn add(more: Capacity) {
    // Outside of `measured` (start-up, repair) nobody asks.
    let _ = SPENT.try_with(|spent| {
        let so_far = spent.get();
        spent.set(Capacity { read: so_far.read + more.read, write: so_far.write + more.write });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_held_has_to_fit_the_room() {
        let hold = || require_room(128.0);
        let within = with_room(256.0, async { [hold(), hold(), hold(), hold()] }).await;
        let [one, two, three, four] = within.map(|held| held.is_ok());
        assert_eq!([one, two, three, four], [true, true, false, false]);
        let nested = with_room(0.0, async { with_room(f64::INFINITY, async { hold() }).await });
        assert!(nested.await.is_ok());
        assert!(hold().is_ok(), "outside of a request there is no end");
    }
}
