//! The links of entities that are deleted, to what they use and to what uses them.

use std::collections::{BTreeSet, HashMap};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::casting::Link;
use model::{EntityId, EntityKind, PersonId, Result};

use super::EntityRef;
use crate::casting::{CastStep, followed_by};
use crate::change::contended;
use crate::client::Store;
use crate::journal::{CAST_CHUNK, IDLE_MAX, Pace, pieces_of, runs_of, written_by_all};
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction};
use crate::work::concurrently;

impl Store {
    /// Removes the links of entities that are gone, as many in one transaction as it takes.
    pub(super) async fn links_clear(
        &self,
        gone: &[EntityRef],
        by: Option<PersonId>,
        pace: Pace,
    ) -> Result<()> {
        let (mut before, mut idle) = (usize::MAX, 0);
        while idle < IDLE_MAX {
            let links = self.links_of(gone).await?;
            if links.is_empty() {
                return Ok(());
            }
            idle = if links.len() < before { 0 } else { idle + 1 };
            before = links.len();
            let steps: Vec<CastStep> = links.values().map(CastStep::removal).collect();
            let pieces = pieces_of(&steps, &unwritten(gone, links.values()));
            let runs = runs_of(pieces, |piece| written_by_all(piece));
            let links = &links;
            let work = runs.into_iter().map(|run| async move {
                let mut is_done = true;
                for piece in run {
                    is_done &= self.piece_clear(gone, links, &piece, by).await?;
                }
                Ok(is_done)
            });
            let work = stream::iter(work).buffer_unordered(pace.parallel());
            // What is gone gets no new links: there are others only where a race was lost.
            if work.try_collect::<Vec<bool>>().await?.into_iter().all(|is_done| is_done) {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Removes links of entities that are gone, those of these steps, which are not too many to be read at once; `false` if
    /// somebody else was faster with one of them.
    async fn piece_clear(
        &self,
        gone: &[EntityRef],
        links: &HashMap<[EntityId; 2], Link>,
        piece: &[CastStep],
        by: Option<PersonId>,
    ) -> Result<bool> {
        let links_of = |steps: &[CastStep]| -> Vec<&Link> {
            steps.iter().filter_map(|step| links.get(&step.ends())).collect()
        };
        let (mut rest, mut at_once, mut is_done) = (piece, CAST_CHUNK, true);
        while !rest.is_empty() {
            let steps = &rest[..rest.len().min(at_once)];
            let finished = |plan, taken| without_what_goes(plan, gone, &links_of(&steps[..taken]));
            let (removal, taken) = self.plan_casting_part(steps, by, finished).await?;
            is_done &= self.transact_unless_met(removal).await? == Some(Outcome::Done);
            // Where few fit, not many are read for the next few.
            (rest, at_once) = (&rest[taken..], CAST_CHUNK.min(2 * taken));
        }
        Ok(is_done)
    }

    /// The links of entities, each once: one may lead from one of them to another.
    pub(super) async fn links_of(
        &self,
        entities: &[EntityRef],
    ) -> Result<HashMap<[EntityId; 2], Link>> {
        let reads = entities.iter().map(|entity| async {
            let mut links = self.casting_of(entity.project_id, entity.id).await?;
            if entity.kind == EntityKind::Asset {
                links.extend(self.cast_in(entity.id).await?);
            }
            Ok(links)
        });
        let links = concurrently(reads).await?.into_iter().flatten();
        Ok(links.map(|link| ([link.entity_id, link.asset_id], link)).collect())
    }

    /// The writes that remove links, without the counters and the history of the entities that go anyway.
    pub(super) async fn plan_link_removal(
        &self,
        entities: &[EntityRef],
        links: &HashMap<[EntityId; 2], Link>,
        by: Option<PersonId>,
    ) -> Result<Transaction> {
        let steps: Vec<CastStep> = links.values().map(CastStep::removal).collect();
        let plan = self.plan_casting(&steps, by).await?;
        Ok(without_what_goes(plan, entities, &links.values().collect::<Vec<_>>()))
    }
}

/// Entities that need not keep steps together: what is gone has no counter to write. But links to one asset in shots of one
/// episode share the episode's link, so these steps are kept together by the asset, and not by the shot.
fn unwritten<'a>(
    gone: &[EntityRef],
    links: impl Iterator<Item = &'a Link> + Clone,
) -> BTreeSet<EntityId> {
    let mut unwritten: BTreeSet<EntityId> = gone.iter().map(|entity| entity.id).collect();
    let in_episodes = links.filter(|link| followed_by(link).is_some());
    for link in in_episodes.clone() {
        unwritten.remove(&link.asset_id);
    }
    unwritten.extend(in_episodes.map(|link| link.entity_id));
    unwritten
}

/// A plan that removes links of entities, without the counters and the history of the entities themselves.
fn without_what_goes(mut plan: Transaction, gone: &[EntityRef], links: &[&Link]) -> Transaction {
    for entity in gone {
        plan.drop_range(&Pattern::History(entity.id).range());
        plan.drop_writes(&table::entity(entity.home(), entity.id));
    }
    // An episode's own links that only follow its shots go with the episode.
    let episodes: BTreeSet<EntityId> = gone
        .iter()
        .filter(|entity| entity.kind == EntityKind::Episode)
        .map(|entity| entity.id)
        .collect();
    for link in links.iter().filter(|it| it.nb_shots > 0 && episodes.contains(&it.entity_id)) {
        for key in places_of(link) {
            plan.drop_writes(&key);
            plan.clear(key);
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
