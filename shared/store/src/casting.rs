//! Casting: the links between entities and the assets they use.
//!
//! A link is three or four items (both directions, its locator, and for an asset of another project an
//! entry for `shared-used`), a counter on the entity, and possibly the link of the shot's episode. Here they are
//! read, from either side. A [`CastStep`] says how one pair of entity and asset shall be; [`Store::plan_casting`] reads
//! what is and turns any number of steps into one transaction that holds only if nothing moved in between.

mod circles;
mod draft;
mod ends;
mod many;
mod plan;
mod premises;
mod replace;
mod step;

use std::collections::{BTreeSet, HashMap};

use model::casting::Link;
use model::{Entity, EntityId, EntityKind, LinkId, PersonId, ProjectId, Result};

pub use self::circles::Circles;
pub(crate) use self::circles::Nesting;
pub use self::many::CastChange;
use self::premises::GUARDED_MAX;
use self::premises::Premises;
pub use self::replace::{AssetUser, Casting};
pub use self::step::Kept;
pub(crate) use self::step::{CastStep, followed_by};
use crate::client::Store;
use crate::entity::id_attribute;
use crate::item::{CastInItem, ForeignItem};
use crate::table::{self, Pattern};
use crate::transaction::Transaction;
use crate::work::concurrently;

/// From so many entities on, the casting of the whole project is one read, and less than as many reads.
const MANY: usize = 500;

/// Up to so many castings a project's are read at once, whatever they are in.
const FEW: usize = 250;

/// What is cast in the episodes of a project.
#[derive(Clone, Debug)]
pub struct EpisodesCasting {
    /// The links.
    pub links: Vec<Link>,
    /// Whether the project has so many castings that what is in one of its episodes had better be read by itself.
    pub is_large: bool,
}

impl Store {
    /// What is cast in an entity.
    pub async fn casting_of(&self, project: ProjectId, entity: EntityId) -> Result<Vec<Link>> {
        self.query(Pattern::CastingOf(project, entity)).await
    }

    /// What is cast in these entities of a project.
    pub async fn castings_of(
        &self,
        project: ProjectId,
        entities: &[EntityId],
    ) -> Result<Vec<Link>> {
        if entities.len() >= MANY {
            let wanted: BTreeSet<EntityId> = entities.iter().copied().collect();
            let mut links = self.casting_of_project(project).await?;
            links.retain(|link| wanted.contains(&link.entity_id));
            return Ok(links);
        }
        let reads = entities.iter().map(|id| self.casting_of(project, *id));
        let castings: Vec<Vec<Link>> = concurrently(reads).await?;
        Ok(castings.into_iter().flatten().collect())
    }

    /// Every link of a project's entities.
    pub async fn casting_of_project(&self, project: ProjectId) -> Result<Vec<Link>> {
        self.query(Pattern::CastingOfProject(project)).await
    }

    /// What is cast in the episodes of a project. That is little of what is cast in all of it: where that is much, the
    /// episodes are read one by one.
    pub async fn casting_of_episodes(&self, project: ProjectId) -> Result<EpisodesCasting> {
        let all = Pattern::CastingOfProject(project);
        let mut links = self.query_some::<Link>(all, None, FEW).await?;
        let is_large = links.len() >= FEW;
        if let (true, Some(episode)) = (is_large, EntityKind::Episode.entity_type()) {
            let episodes = self.entities_of_type(project, episode).await?;
            let ids: Vec<EntityId> = episodes.iter().map(|episode| episode.id).collect();
            links = self.castings_of(project, &ids).await?;
        }
        links.retain(|link| link.entity_kind == EntityKind::Episode);
        Ok(EpisodesCasting { links, is_large })
    }

    /// Where an asset is cast.
    pub async fn cast_in(&self, asset: EntityId) -> Result<Vec<Link>> {
        Ok(self
            .query::<CastInItem>(Pattern::CastIn(asset))
            .await?
            .into_iter()
            .map(|item| item.0)
            .collect())
    }

    /// The links of a project's entities to assets of other projects.
    pub async fn casting_foreign(&self, project: ProjectId) -> Result<Vec<Link>> {
        Ok(self
            .query::<ForeignItem>(Pattern::ForeignCasting(project))
            .await?
            .into_iter()
            .map(|item| item.0)
            .collect())
    }

    /// One link by its id.
    pub async fn link_get(&self, id: LinkId) -> Result<Option<Link>> {
        let Some(item) = self.get_raw(&table::link_locator(id)).await? else { return Ok(None) };
        let project = ProjectId(id_attribute(&item, "project_id")?);
        let entity = EntityId(id_attribute(&item, "entity_id")?);
        let asset = EntityId(id_attribute(&item, "asset_id")?);
        let stored = self.get::<Link>(&table::cast(project, entity, asset)).await?;
        Ok(stored.map(|stored| stored.value).filter(|link| link.id == id))
    }

    /// Deletes one link, and none that was made in its place meanwhile.
    pub async fn link_delete(&self, link: &Link, by: PersonId) -> Result<()> {
        let step = CastStep { link: Some(link.id), ..CastStep::removal(link) };
        self.cast(&[step], by, |_| Vec::new()).await
    }

    /// The episode of each entity: of a shot or scene through its sequence, of a sequence its parent, of an
    /// episode itself. Entities without one are left out.
    pub(crate) async fn episodes_of<'a>(
        &self,
        entities: impl IntoIterator<Item = &'a Entity> + Clone,
    ) -> Result<HashMap<EntityId, EntityId>> {
        let sequences: BTreeSet<_> = entities
            .clone()
            .into_iter()
            .filter(|e| matches!(e.kind, EntityKind::Shot | EntityKind::Scene))
            .filter_map(|e| {
                Some(((e.project_id, EntityKind::Sequence.entity_type()?), e.parent_id?))
            })
            .collect();
        let sequences = self.entities_at(sequences).await?;
        let episode = |e: &Entity| match e.kind {
            EntityKind::Shot | EntityKind::Scene => sequences.get(&e.parent_id?)?.parent_id,
            EntityKind::Sequence => e.parent_id,
            EntityKind::Episode => Some(e.id),
            EntityKind::Asset => e.source_id,
        };
        Ok(entities.into_iter().filter_map(|e| Some((e.id, episode(e)?))).collect())
    }
}

/// Writes what leads to a link: the asset's side, the entry for `shared-used`, the locator.
pub(crate) fn write_whereabouts(transaction: &mut Transaction, link: &Link) -> Result<()> {
    write_copies(transaction, link)?;
    transaction.mark(
        table::link_locator(link.id),
        &[
            ("project_id", &link.project_id),
            ("entity_id", &link.entity_id),
            ("asset_id", &link.asset_id),
        ],
    );
    Ok(())
}

/// Writes what says the same as a link: the asset's side, the entry for `shared-used`.
fn write_copies(transaction: &mut Transaction, link: &Link) -> Result<()> {
    transaction.put(&CastInItem(link.clone()))?;
    if link.asset_project_id != link.project_id {
        transaction.put(&ForeignItem(link.clone()))?;
    }
    Ok(())
}
