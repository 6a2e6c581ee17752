//! The links of an entity that is deleted, to what it uses and to what uses it.

use model::casting::Link;
use model::{Entity, EntityId, EntityKind, PersonId, Result};

use crate::casting::{CastStep, Premises};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::journal::CAST_CHUNK;
use crate::table::{self, Key, Pattern};
use crate::transaction::Transaction;
use crate::work::concurrently;

impl Store {
    /// Takes entities of one project out of all castings, where that is too much to go with each of them: they use, or are
    /// used by, the same others, and deleted side by side they would wait for each other there. One change: all of it or,
    /// on an error, none.
    pub async fn castings_clear(&self, entities: &[Entity], by: PersonId) -> Result<()> {
        let Some(project) = entities.first().map(|entity| entity.project_id) else { return Ok(()) };
        let ids: Vec<EntityId> = entities.iter().map(|entity| entity.id).collect();
        let assets = entities.iter().filter(|entity| entity.kind == EntityKind::Asset);
        let uses = concurrently(assets.map(|asset| self.cast_in(asset.id)));
        let (mut links, uses) = tokio::try_join!(self.castings_of(project, &ids), uses)?;
        links.extend(uses.into_iter().flatten());
        links.sort_unstable_by_key(|link| link.id);
        links.dedup_by_key(|link| link.id);
        if links.len() > CAST_CHUNK {
            let steps: Vec<CastStep> = links.iter().map(CastStep::removal).collect();
            // It depends on nothing that could refuse it. What is cast meanwhile goes with its entity.
            self.cast_all(&steps, &Premises::default(), by).await?;
        }
        Ok(())
    }

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
