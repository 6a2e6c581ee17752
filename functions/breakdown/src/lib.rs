//! The breakdown of a production (episodes, sequences, shots, scenes), and what all entities have in common,
//! assets too: search, read, change, delete many.
//!
//! A file per theme, each with its routes: `creation`, `lists`, `single`, `entities`, `with_tasks`, `always_empty`. Below
//! them `search` reads no more than a list needs, `update` and `removal` decide, `views` shapes the rows.

mod always_empty;
mod compact;
mod creation;
mod entities;
mod lists;
mod removal;
mod search;
mod single;
mod task_row;
mod update;
mod views;
mod with_tasks;

use http_api::routing::Routes;

/// All routes of the function.
pub fn routes<R: Routes>(to: R) -> R {
    to.merge(creation::routes)
        .merge(lists::routes)
        .merge(single::routes)
        .merge(with_tasks::routes)
        .merge(entities::routes)
        .merge(always_empty::routes)
}
