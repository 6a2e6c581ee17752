//! Is the table whole? [`Store::check`] reads all of it and names every contradiction.
//!
//! Some items stand for themselves: an entity, a task, a link, a person. All others follow from them: a locator, a
//! unique name, the other side of a link. So the check asks what must follow, by the very functions that write it
//! (`follows`), compares that with what is there, and then looks at what items say of each other (`rules`):
//! references, counters, episodes, circles. The index of shared assets is compared with the items (`index`). What is begun and
//! not completed is told apart (`pending`).
//!
//! Nothing here is on the way of a request.

mod census;
mod follows;
mod index;
mod pending;
mod rules;
mod violation;

#[cfg(test)]
mod tests;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use model::Result;

use crate::client::{Store, failed};
use crate::item::Attributes;
use crate::meter;
use crate::table::SHARED_INDEX;
use census::Census;
pub use violation::Violation;

/// Items asked for at once: an answer stops at 1 MB anyway, and the embedded engine reads on without it.
const PAGE: i32 = 1000;

impl Store {
    /// Everything in the table that contradicts something else in it; nothing, if nothing was ever lost.
    ///
    /// It reads the whole table, page by page. Of a studio at work it may name a change that is just being made:
    /// what is named again a minute later is real.
    pub async fn check(&self) -> Result<Vec<Violation>> {
        let items = self.everything(None).await?;
        // Afterwards: an index follows the items.
        let listed = self.everything(Some(SHARED_INDEX)).await?;
        Ok(violations(items, &listed))
    }

    /// All items, or all that an index lists.
    #[expect(clippy::disallowed_methods, reason = "the one place that is about the whole table")]
    async fn everything(&self, index: Option<&str>) -> Result<Vec<Attributes>> {
        let request = self
            .client
            .scan()
            .table_name(&*self.table)
            .set_index_name(index.map(str::to_owned))
            .consistent_read(index.is_none())
            .limit(PAGE)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let (mut items, mut pages) = (Vec::new(), request.into_paginator().send());
        while let Some(page) = pages.try_next().await.map_err(failed)? {
            meter::add_read(page.consumed_capacity());
            items.extend(page.items.unwrap_or_default());
        }
        Ok(items)
    }
}

/// What contradicts what in a table of these items, in the order of their keys; `listed` is what its index of shared assets
/// has.
fn violations(items: Vec<Attributes>, listed: &[Attributes]) -> Vec<Violation> {
    let mut found = index::violations(&items, listed);
    let mut census = Census::of(items);
    found.append(&mut census.violations);
    found.extend(follows::violations(&census));
    found.extend(rules::violations(&census));
    found.sort();
    found
}
