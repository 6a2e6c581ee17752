//! The history of assets: written in the transaction of the change it tells, read newest first.

use model::{By, EntityId, Error, HistoryAction, HistoryEntry, Moment, PersonId, Result};
use model::{HistoryId, history::Changes};
use serde::{Deserialize, Serialize};

use crate::client::Store;
use crate::item::Item;
use crate::table::{self, Key, Pattern};
use crate::transaction::Transaction;

/// Where a page of history ends: the next one holds what is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPosition {
    /// The asset.
    pub asset_id: EntityId,
    /// When the page's last entry was made.
    pub at: Moment,
    /// The page's last entry.
    pub id: HistoryId,
}

impl HistoryPosition {
    fn of(entry: &HistoryEntry) -> Self {
        Self { asset_id: entry.asset_id, at: entry.by.at, id: entry.id }
    }
}

/// A page of an asset's history.
#[derive(Clone, Debug)]
pub struct HistoryPage {
    /// The entries, newest first.
    pub entries: Vec<HistoryEntry>,
    /// Where it goes on, if there are older ones.
    pub next: Option<HistoryPosition>,
}

/// An entry as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HistoryItem {
    pub(crate) asset_id: EntityId,
    id: HistoryId,
    #[serde(flatten)]
    by: By,
    action: HistoryAction,
    /// JSON, as metadata is.
    changes: String,
}

impl Item for HistoryItem {
    const TYPE: &'static str = "History";
    fn key(&self) -> Key {
        table::history(self.asset_id, &self.by.at, self.id)
    }
}

impl HistoryItem {
    pub(crate) fn of(entry: HistoryEntry) -> Result<Self> {
        let HistoryEntry { id, asset_id, by, action, changes } = entry;
        let changes = serde_json::to_string(&changes).map_err(Error::internal)?;
        Ok(Self { asset_id, id, by, action, changes })
    }

    fn entry(self) -> Result<HistoryEntry> {
        let Self { asset_id, id, by, action, changes } = self;
        let changes: Changes = serde_json::from_str(&changes).map_err(Error::internal)?;
        Ok(HistoryEntry { id, asset_id, by, action, changes })
    }
}

/// Writes entries along with the change they tell.
pub(crate) fn write_history(
    transaction: &mut Transaction,
    entries: impl IntoIterator<Item = HistoryEntry>,
) -> Result<()> {
    for entry in entries {
        transaction.put(&HistoryItem::of(entry)?)?;
    }
    Ok(())
}

impl Store {
    /// The author and the time of an entry. To be called after the read that the change is decided on, so that of two
    /// changes of one thing the later has the later time.
    pub(crate) fn by(&self, person: PersonId) -> By {
        By { person_id: Some(person), at: self.moment() }
    }

    /// At most `limit` entries of an asset's history, newest first, from `after` on: fewer if they are long.
    pub async fn history_page(
        &self,
        asset: EntityId,
        after: Option<HistoryPosition>,
        limit: usize,
    ) -> Result<HistoryPage> {
        let after = after.map(|end| table::history(asset, &end.at, end.id).sk);
        let range = Pattern::History(asset).range();
        // One entry more tells whether another page follows.
        let (mut items, rest) =
            self.query_newest::<HistoryItem>(&range, after, limit + 1, None).await?;
        let has_next = rest.is_some() || items.len() > limit;
        items.truncate(limit);
        let entries = items.into_iter().map(HistoryItem::entry).collect::<Result<Vec<_>>>()?;
        let next = entries.last().filter(|_| has_next).map(HistoryPosition::of);
        Ok(HistoryPage { entries, next })
    }
}
