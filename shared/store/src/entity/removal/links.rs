//! The links of an entity that is deleted, to what it uses and to what uses it.

use model::casting::Link;
use model::{Entity, EntityKind, PersonId, Result};

use crate::casting::CastStep;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::table::{self, Key, Pattern};
use crate::transaction::Transaction;

/// Links removed in one transaction: each is at most eleven writes, four of the link, four of its episode's,
/// two counters and an entry of history. The rest of a transaction is for the feed of each project.
const LINK_CHUNK: usize = 8;

impl Store {
    /// Removes the links of an entity that is gone, several in one transaction.
    pub(super) async fn links_clear(&self, entity: &Entity, by: Option<PersonId>) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let links = self.links_of(entity).await?;
            if links.is_empty() {
                return Ok(());
            }
            for links in links.chunks(LINK_CHUNK) {
                // A lost race is seen by the next round.
                let removal = self.plan_link_removal(entity, links, by).await?;
                self.transact(removal).await?;
            }
        }
        Err(contended())
    }

    pub(super) async fn links_of(&self, entity: &Entity) -> Result<Vec<Link>> {
        let mut links = self.casting_of(entity.project_id, entity.id).await?;
        if entity.kind == EntityKind::Asset {
            links.extend(self.cast_in(entity.id).await?);
        }
        Ok(links)
    }

    /// The writes that remove links, without the counter and the history of the entity that goes anyway.
    pub(super) async fn plan_link_removal(
        &self,
        entity: &Entity,
        links: &[Link],
        by: Option<PersonId>,
    ) -> Result<Transaction> {
        let steps: Vec<CastStep> = links.iter().map(CastStep::removal).collect();
        let mut transaction = self.plan_casting(&steps, by).await?;
        transaction.drop_range(&Pattern::History(entity.id).range());
        transaction
            .drop_writes(&table::entity((entity.project_id, entity.entity_type_id), entity.id));
        // An episode's own links that only follow its shots go with the episode.
        if entity.kind == EntityKind::Episode {
            for link in links.iter().filter(|link| link.nb_shots > 0) {
                for key in places_of(link) {
                    transaction.drop_writes(&key);
                    transaction.clear(key);
                }
            }
        }
        Ok(transaction)
    }
}

/// Where a link is kept.
fn places_of(link: &Link) -> Vec<Key> {
    let mut keys = vec![
        table::cast(link.project_id, link.entity_id, link.asset_id),
        table::cast_in(link.asset_id, link.project_id, link.entity_id),
        table::link_locator(link.id),
    ];
    if link.asset_project_id != link.project_id {
        keys.push(table::foreign(link.project_id, link.asset_id, link.entity_id));
    }
    keys
}
