//! Shared assets: offering them to other productions, and the library of all that are offered.

use model::{Entity, EntityId, HistoryEntry, PersonId, ProjectId, Result, Timestamp};

use crate::client::Store;
use crate::history::write_history;
use crate::item::{bytes, encode};
use crate::table::{self, SHARED_SHARDS};
use crate::transaction::Transaction;
use crate::work::concurrently;

/// Bytes of assets that are checked only: DynamoDB's limit of 4 MB may count them, and they cost as if they were written.
const CHECKED_MAX: usize = 400_000;

/// What becomes of assets that are as they shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfRight {
    /// They have to be so still when the others are.
    Checked,
    /// Nothing.
    LeftAlone,
}

impl Store {
    /// Shares the assets, or takes them back: all or none, at any number. The caller has checked that each
    /// is there and may be shared.
    pub async fn assets_share(
        &self,
        assets: &[Entity],
        is_shared: bool,
        by: PersonId,
    ) -> Result<Vec<Entity>> {
        let (changed, right): (Vec<&Entity>, Vec<&Entity>) =
            assets.iter().partition(|asset| asset.is_shared != is_shared);
        let [changed, right] =
            [changed, right].map(|assets| assets.iter().map(|asset| asset.id).collect::<Vec<_>>());
        let mut projects: Vec<ProjectId> = assets.iter().map(|asset| asset.project_id).collect();
        projects.sort_unstable();
        projects.dedup();
        let now = self.now();
        self.share_all(&changed, &right, is_shared, &projects, by, now).await?;
        let updated = |asset: &Entity| {
            let updated_at = if asset.is_shared == is_shared { asset.updated_at } else { now };
            Entity { is_shared, updated_at, ..asset.clone() }
        };
        Ok(assets.iter().map(updated).collect())
    }

    /// The writes that share these assets, and whether they are all: as many as fit one transaction, with a small write
    /// more. Assets that are gone drop out.
    pub(crate) async fn plan_sharing(
        &self,
        assets: &[EntityId],
        is_shared: bool,
        at: Timestamp,
        by: Option<PersonId>,
        of_right: OfRight,
    ) -> Result<(Transaction, bool)> {
        let mut transaction = Transaction::default();
        transaction.set_author(by);
        let mut checked = 0;
        for stored in self.entities_stored(assets).await?.into_values() {
            let so_far = transaction.len();
            if stored.value.is_shared == is_shared {
                if of_right == OfRight::Checked {
                    transaction.check(&stored);
                    checked += bytes(&encode(&stored.value, stored.rev)?);
                }
            } else {
                // Somebody may have changed it since, with a later time.
                let updated_at = stored.value.updated_at.max(at);
                let changed = Entity { is_shared, updated_at, ..stored.value.clone() };
                transaction.replace(&stored, &changed)?;
                let entry = |by| HistoryEntry::of_change(self.by(by), &stored.value, &changed);
                write_history(&mut transaction, by.and_then(entry))?;
            }
            if !transaction.fits_with(1) || checked > CHECKED_MAX {
                transaction.truncate(so_far);
                return Ok((transaction, false));
            }
        }
        Ok((transaction, true))
    }

    /// The shared assets of all projects. Read from the index, so a change of the last second may be missing.
    pub async fn assets_shared(&self) -> Result<Vec<Entity>> {
        let shards =
            (0..SHARED_SHARDS).map(|shard| self.query_shared_shard(table::shared_shard(shard)));
        let pages: Vec<Vec<Entity>> = concurrently(shards).await?;
        Ok(pages.into_iter().flatten().collect())
    }
}
