//! Consumed capacity of one request, as DynamoDB itself reports it with every answer.

use std::cell::Cell;
use std::future::Future;

use aws_sdk_dynamodb::types::ConsumedCapacity;

tokio::task_local! {
    static SPENT: Cell<Capacity>;
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

pub(crate) fn add_read(capacity: Option<&ConsumedCapacity>) {
    add(Capacity { read: units(capacity), write: 0.0 });
}

pub(crate) fn add_write(capacity: Option<&ConsumedCapacity>) {
    add(Capacity { read: 0.0, write: units(capacity) });
}

fn units(capacity: Option<&ConsumedCapacity>) -> f64 {
    capacity.and_then(|c| c.capacity_units).unwrap_or(0.0)
}

fn add(more: Capacity) {
    // Outside of `measured` (start-up, repair) nobody asks.
    let _ = SPENT.try_with(|spent| {
        let so_far = spent.get();
        spent.set(Capacity { read: so_far.read + more.read, write: so_far.write + more.write });
    });
}
