//! Replacing a casting: the set of users of an asset, or the set of assets of an entity.
//!
//! The difference is decided on what was read, and written only if nobody cast in between: of two callers that
//! replace the same set at once, the later one replaces what the earlier one left, as if they had come one
//! after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::casting::{CastUse, Change, Link, Losses, difference};
use model::{Entity, EntityId, EntityKind, Error, FieldError, PersonId, ProjectId, Result};

use super::many::{CastOutcome, projects_of};
use super::step::{asset_key, entity_key};
use super::{CastStep, Circles, Premises};
use crate::change::{ATTEMPTS, contended, pause};
use crate::client::Store;
use crate::item::{Item as _, Stored};
use crate::journal::{CAST_CHUNK, Generations};

/// One wanted user of an asset: the entity, and how it uses the asset.
pub type AssetUser = (Entity, CastUse);

/// What one entity shall use.
#[derive(Clone, Debug)]
pub struct Casting {
    /// The entity.
    pub entity: Entity,
    /// The assets, and how it uses each.
    pub uses: Vec<(Entity, CastUse)>,
}

impl Store {
    /// Replaces where an asset is cast in the projects that `may_change` tells: all of it or, on an error, none, at any
    /// number of users. `wrong` tells the input that would close circles.
    pub async fn cast_in_replace(
        &self,
        asset: &Entity,
        wanted: &[AssetUser],
        by: PersonId,
        may_change: impl Fn(ProjectId) -> bool,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        let wanted: Vec<&AssetUser> =
            wanted.iter().filter(|(e, ..)| may_change(e.project_id)).collect();
        let users: HashMap<EntityId, &AssetUser> =
            wanted.iter().map(|user| (user.0.id, *user)).collect();
        let wanted_uses: BTreeMap<EntityId, CastUse> =
            wanted.iter().map(|(e, cast_use)| (e.id, cast_use.clone())).collect();
        let mut projects: BTreeSet<ProjectId> = wanted.iter().map(|(e, _)| e.project_id).collect();
        projects.insert(asset.project_id);
        for attempt in 0..ATTEMPTS {
            pause(attempt).await;
            let all: Vec<ProjectId> = projects.iter().copied().collect();
            let asset = self.entity_now(asset).await?;
            let generations = self.generations(&all).await?;
            let links = self.cast_in(asset.value.id).await?;
            let links: Vec<&Link> =
                links.iter().filter(|link| may_change(link.project_id)).collect();
            let before = projects.len();
            projects.extend(links.iter().map(|link| link.project_id));
            if projects.len() > before {
                continue;
            }
            let by_entity: BTreeMap<EntityId, &Link> =
                links.iter().map(|link| (link.entity_id, *link)).collect();
            let removed = by_entity.values().filter(|link| !users.contains_key(&link.entity_id));
            let added = wanted.iter().filter(|(entity, _)| !by_entity.contains_key(&entity.id));
            let added = added.map(|(entity, _)| (entity, asset.value.id));
            let names_episodes =
                wanted.iter().any(|(entity, _)| entity.kind == EntityKind::Episode);
            let losses = if names_episodes {
                self.losses(removed.copied(), added.collect()).await?
            } else {
                Losses::default()
            };
            let steps_with = |losses: &Losses| {
                let steps = steps_between(&by_entity, &wanted_uses, losses, |id, cast_use| {
                    let (entity, _) = users.get(&id)?;
                    Some(CastStep::new(entity, &asset.value, Some(cast_use)))
                });
                added_first(steps)
            };
            let steps = steps_or_more(steps_with, losses);
            let known = links.iter().map(|link| (link.entity_id, entity_key(link)));
            let known = known.chain(wanted.iter().map(|(entity, _)| (entity.id, entity.key())));
            let changed = unmade(&steps, links.iter().copied()).map(|step| step.entity_id);
            let touched = self.far_ends(changed, known.collect(), attempt).await?;
            let premises = Premises { replaced: vec![&asset], touched, ..Premises::default() };
            if self.replaced_by(&steps, premises, &generations, by, &wrong).await? {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Replaces what is cast in entities of one project, as far as `may_change` tells of a link: all of it or, on an error,
    /// none, at any number of assets. `wrong` tells the input that would close circles.
    ///
    /// Where more than [`GUARDED_MAX`](super::GUARDED_MAX) entities are named, or entities and assets changed, one transaction
    /// cannot depend on them all: somebody who changes a few of them at the moment of the commit may leave a mixture in these.
    pub async fn castings_replace(
        &self,
        project: ProjectId,
        wanted: &[Casting],
        by: PersonId,
        may_change: impl Fn(&Link) -> bool,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        let ids: Vec<EntityId> = wanted.iter().map(|casting| casting.entity.id).collect();
        for attempt in 0..ATTEMPTS {
            pause(attempt).await;
            let entities = self.entities_stored(&ids).await?;
            let generations = self.generations(&[project]).await?;
            let gone = wanted.iter().find(|casting| !entities.contains_key(&casting.entity.id));
            if let Some(gone) = gone {
                return Err(Error::NotFound(gone.entity.kind.resource()));
            }
            let links = self.castings_of(project, &ids).await?;
            let sides = sides_of(wanted, &links, &may_change);
            let names_episodes = wanted.iter().any(|one| one.entity.kind == EntityKind::Episode);
            let losses = if names_episodes {
                let removed = sides.iter().flat_map(Sides::removed);
                self.losses(removed, sides.iter().flat_map(Sides::added).collect()).await?
            } else {
                Losses::default()
            };
            let steps = steps_or_more(|losses| steps_to(&sides, losses), losses);
            let changed: BTreeSet<EntityId> = steps.iter().map(|step| step.entity_id).collect();
            let (replaced, kept) =
                entities.values().partition(|read| changed.contains(&read.value.id));
            let mut touched = BTreeSet::new();
            // The users of an asset and what one entity uses have but one use in common.
            if entities.len() > 1 {
                let known = links.iter().map(|link| (link.asset_id, asset_key(link)));
                let assets = wanted.iter().flat_map(|casting| &casting.uses);
                let known = known.chain(assets.map(|(asset, _)| (asset.id, asset.key())));
                let changed = unmade(&steps, &links).map(|step| step.asset_id);
                touched = self.far_ends(changed, known.collect(), attempt).await?;
            }
            let premises = Premises { replaced, kept, touched, nesting: None };
            if self.replaced_by(&steps, premises, &generations, by, &wrong).await? {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// What episodes lose by links that are removed while others are `added`, each of an entity and an asset.
    async fn losses<'a>(
        &self,
        removed: impl IntoIterator<Item = &'a Link>,
        added: Vec<(&Entity, EntityId)>,
    ) -> Result<Losses> {
        let mut losses = Losses::of(removed);
        let shots = added.iter().filter(|(entity, _)| entity.kind == EntityKind::Shot);
        if !losses.is_empty() {
            let episodes = self.episodes_of(shots.clone().map(|(shot, _)| *shot)).await?;
            for (shot, asset) in shots {
                if let Some(episode) = episodes.get(&shot.id) {
                    losses.regain(*episode, *asset);
                }
            }
        }
        Ok(losses)
    }

    /// The entity as it is at this moment, with the revision the change will depend on.
    async fn entity_now(&self, entity: &Entity) -> Result<Stored<Entity>> {
        self.entity_stored(entity.id).await?.ok_or(Error::NotFound(entity.kind.resource()))
    }

    /// Makes the steps; `false` if what they were decided on, that which changes and that which does not, is not so any more.
    async fn replaced_by(
        &self,
        steps: &[CastStep],
        premises: Premises<'_>,
        generations: &Generations,
        by: PersonId,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<bool> {
        if steps.is_empty() {
            return Ok(true);
        }
        let nesting = self.nesting_before(steps, wrong).await?;
        let projects = projects_of(steps).len();
        let premises = Premises { nesting, ..premises }.that_fit(projects)?;
        Ok(self.cast_all(steps, &premises, generations, by).await? == CastOutcome::Done)
    }
}

/// The steps that something is left to do for.
fn unmade<'a>(
    steps: &'a [CastStep],
    links: impl IntoIterator<Item = &'a Link>,
) -> impl Iterator<Item = &'a CastStep> {
    let links: HashMap<[EntityId; 2], &Link> =
        links.into_iter().map(|link| ([link.entity_id, link.asset_id], link)).collect();
    steps.iter().filter(move |step| !step.is_made(links.get(&step.ends()).copied()))
}

/// What is there and what shall be, entity by entity.
fn sides_of<'a>(
    wanted: &'a [Casting],
    links: &'a [Link],
    may_change: impl Fn(&Link) -> bool,
) -> Vec<Sides<'a>> {
    let mut by_entity: HashMap<EntityId, Vec<&Link>> = HashMap::new();
    for link in links {
        by_entity.entry(link.entity_id).or_default().push(link);
    }
    let sides = wanted.iter().map(|casting| {
        let links = by_entity.remove(&casting.entity.id).unwrap_or_default();
        Sides::of(casting, links, &may_change)
    });
    sides.collect()
}

/// The steps from what is there to what shall be.
fn steps_to(sides: &[Sides<'_>], losses: &Losses) -> Vec<CastStep> {
    added_first(sides.iter().flat_map(|sides| sides.steps(losses)).collect())
}

/// Added before removed: the link of an episode that goes on using an asset stays the same one.
fn added_first(mut steps: Vec<CastStep>) -> Vec<CastStep> {
    steps.sort_by_key(|step| step.wanted.is_none());
    steps
}

/// The steps; if they are more than one transaction takes, in any order, those by which an episode that was sent keeps its
/// link even while its shots change.
fn steps_or_more(steps: impl Fn(&Losses) -> Vec<CastStep>, losses: Losses) -> Vec<CastStep> {
    let few = steps(&losses);
    if few.len() <= CAST_CHUNK { few } else { steps(&losses.without_gains()) }
}

/// What an entity uses that may be changed, and what it shall use, by asset.
struct Sides<'a> {
    entity: &'a Entity,
    assets: HashMap<EntityId, &'a Entity>,
    links: BTreeMap<EntityId, &'a Link>,
    wanted: BTreeMap<EntityId, CastUse>,
}

impl<'a> Sides<'a> {
    fn of(casting: &'a Casting, links: Vec<&'a Link>, may_change: impl Fn(&Link) -> bool) -> Self {
        let (links, kept): (Vec<&Link>, Vec<&Link>) =
            links.into_iter().partition(|link| may_change(link));
        let kept: BTreeSet<EntityId> = kept.into_iter().map(|link| link.asset_id).collect();
        let wanted = casting.uses.iter().filter(|(asset, _)| !kept.contains(&asset.id));
        Self {
            entity: &casting.entity,
            assets: casting.uses.iter().map(|(asset, _)| (asset.id, asset)).collect(),
            links: links.into_iter().map(|link| (link.asset_id, link)).collect(),
            wanted: wanted.map(|(asset, cast_use)| (asset.id, cast_use.clone())).collect(),
        }
    }

    fn removed(&self) -> impl Iterator<Item = &'a Link> {
        self.links.iter().filter(|(id, _)| !self.wanted.contains_key(id)).map(|(_, link)| *link)
    }

    fn added(&self) -> impl Iterator<Item = (&'a Entity, EntityId)> {
        let new = self.wanted.keys().filter(|id| !self.links.contains_key(id));
        new.map(|id| (self.entity, *id))
    }

    fn steps(&self, losses: &Losses) -> Vec<CastStep> {
        steps_between(&self.links, &self.wanted, losses, |id, cast_use| {
            Some(CastStep::new(self.entity, self.assets.get(&id)?, Some(cast_use)))
        })
    }
}

/// The steps from the links that are there to the uses that are wanted, both by the end that is not the fixed one.
fn steps_between(
    links: &BTreeMap<EntityId, &Link>,
    wanted: &BTreeMap<EntityId, CastUse>,
    losses: &Losses,
    set: impl Fn(EntityId, CastUse) -> Option<CastStep>,
) -> Vec<CastStep> {
    let changes = difference(links, wanted, losses).into_iter();
    let steps = changes.filter_map(|change| match change {
        Change::Set(id, cast_use) => set(id, cast_use),
        Change::Remove(id) => links.get(&id).map(|link| CastStep::removal(link)),
    });
    steps.collect()
}
