//! Shared assets: offering them to other productions, and the library of all that are offered.

use model::{Entity, EntityId, HistoryEntry, PersonId, ProjectId, Result, Timestamp};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::history::write_history;
use crate::item::{bytes, encode};
use crate::journal::Steps;
use crate::table::{self, SHARED_SHARDS};
use crate::transaction::{Outcome, Transaction};
use crate::work::concurrently;

/// Assets in a chunk: each is two writes, itself and its history. Large ones take several transactions.
const SHARE_CHUNK: usize = 48;
/// Assets that are read at once only to see whether they are shared.
const ASSETS_AT_ONCE: usize = 500;
/// Bytes of entities that are checked only: DynamoDB's limit of 4 MB may count them, and they cost as if they were written.
pub(crate) const CHECKED_MAX: usize = 400_000;

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

    /// Shares all these assets, or none of them; `at` is when they will have been changed. Those that are `right` already
    /// have to stay so, where all of them fit one transaction.
    async fn share_all(
        &self,
        assets: &[EntityId],
        right: &[EntityId],
        is_shared: bool,
        projects: &[ProjectId],
        by: PersonId,
        at: Timestamp,
    ) -> Result<()> {
        let steps = |assets: &[EntityId]| Steps::Share { assets: assets.to_vec(), is_shared, at };
        if assets.is_empty() {
            return Ok(());
        }
        let all = [assets, right].concat();
        if all.len() <= SHARE_CHUNK && self.share_at_once(&all, is_shared, by, at).await? {
            return Ok(());
        }
        for _ in 0..ATTEMPTS {
            let generations = self.generations(projects).await?;
            let changed = self.assets_not(is_shared, &all).await?;
            let chunks = changed.chunks(SHARE_CHUNK).map(steps).collect();
            let now = |_| Ok(Transaction::default());
            if changed.is_empty()
                || self.journal_chunks(chunks, projects, Some(&generations), now, Some(by)).await?
            {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Those of these assets that are not shared, or are, as they are now.
    async fn assets_not(&self, is_shared: bool, assets: &[EntityId]) -> Result<Vec<EntityId>> {
        let mut found = Vec::new();
        for assets in assets.chunks(ASSETS_AT_ONCE) {
            let assets = self.entities_get(assets).await?.into_values();
            found.extend(assets.filter(|it| it.is_shared != is_shared).map(|it| it.id));
        }
        Ok(found)
    }

    /// Shares assets in one transaction; `false` if they do not fit, and then nothing is changed.
    async fn share_at_once(
        &self,
        assets: &[EntityId],
        is_shared: bool,
        by: PersonId,
        at: Timestamp,
    ) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let planned = self.plan_sharing(assets, is_shared, at, Some(by), OfRight::Checked);
            let (transaction, is_whole) = planned.await?;
            if !is_whole {
                return Ok(false);
            }
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(true);
            }
        }
        Err(contended())
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
