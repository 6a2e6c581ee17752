//! The links of an entity that is deleted, to what it uses and to what uses it.

use model::casting::Link;
use model::{Entity, EntityKind, PersonId, Result};

use crate::casting::CastStep;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::journal::CAST_CHUNK;
use crate::table::{self, Key, Pattern};
use crate::transaction::Transaction;

impl Store {
    /// Removes the links of an entity that is gone, as many in one transaction as it takes.
    pub(super) async fn links_clear(&self, entity: &Entity, by: Option<PersonId>) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let links = self.links_of(entity).await?;
            if links.is_empty() {
                return Ok(());
            }
            let (mut rest, mut at_once) = (links.as_slice(), CAST_CHUNK);
            while !rest.is_empty() {
                let links = &rest[..rest.len().min(at_once)];
                let steps: Vec<CastStep> = links.iter().map(CastStep::removal).collect();
                let finished = |plan, taken| without_what_goes(plan, entity, &links[..taken]);
                let (removal, taken) = self.plan_casting_part(&steps, by, finished).await?;
                // A lost race is seen by the next round.
                self.transact(removal).await?;
                // Where few fit, not many are read for the next few.
                (rest, at_once) = (&rest[taken..], CAST_CHUNK.min(2 * taken));
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
        Ok(without_what_goes(self.plan_casting(&steps, by).await?, entity, links))
    }
}

/// A plan that removes links of an entity, without the counter and the history of the entity itself.
fn without_what_goes(mut plan: Transaction, entity: &Entity, links: &[Link]) -> Transaction {
    plan.drop_range(&Pattern::History(entity.id).range());
    plan.drop_writes(&table::entity((entity.project_id, entity.entity_type_id), entity.id));
    // An episode's own links that only follow its shots go with the episode.
    if entity.kind == EntityKind::Episode {
        for link in links.iter().filter(|link| link.nb_shots > 0) {
            for key in places_of(link) {
                plan.drop_writes(&key);
                plan.clear(key);
            }
        }
    }
    plan
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
