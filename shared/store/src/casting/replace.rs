//! Replacing a casting: the set of users of an asset, or the set of assets of an entity.
//!
//! The difference is decided on what was read, and written only if nobody cast in between: of two callers that
//! replace the same set at once, the later one replaces what the earlier one left, as if they had come one
//! after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::casting::{Change, Link, Use, difference};
use model::{Entity, EntityId, EntityKind, Error, PersonId, ProjectId, Result};

use crate::casting::CastStep;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::item::Stored;

/// One wanted user of an asset: the entity, and how it uses the asset.
pub type User = (Entity, Use);

impl Store {
    /// Replaces where an asset is cast in the projects that `may_change` tells: all of it or, on an error, none, at any
    /// number of users. `field` names the input that put a user there, for the error of a circle.
    pub async fn cast_in_replace(
        &self,
        asset: &Entity,
        wanted: &[User],
        by: PersonId,
        may_change: impl Fn(ProjectId) -> bool,
        field: impl Fn(EntityId) -> String,
    ) -> Result<()> {
        let wanted: Vec<&User> = wanted.iter().filter(|(e, ..)| may_change(e.project_id)).collect();
        let users: HashMap<EntityId, &User> =
            wanted.iter().map(|user| (user.0.id, *user)).collect();
        let wanted_uses: BTreeMap<EntityId, Use> =
            wanted.iter().map(|(e, r#use)| (e.id, r#use.clone())).collect();
        let assets = wanted.iter().filter(|(e, _)| e.kind == EntityKind::Asset).map(|(e, _)| e.id);
        let assets: BTreeSet<EntityId> = assets.collect();
        for _ in 0..ATTEMPTS {
            let asset = self.entity_now(asset).await?;
            if let Some(circle) = self.casting_circle(&asset.value, &assets).await? {
                return Err(Error::invalid(
                    field(circle),
                    "closes a circle: the asset uses it already",
                ));
            }
            let links = self.cast_in(asset.value.id).await?;
            let links = links.iter().filter(|link| may_change(link.project_id));
            let by_entity = links.map(|link| (link.entity_id, link)).collect();
            let steps = steps_between(&by_entity, &wanted_uses, |id, r#use| {
                let (entity, _) = users.get(&id)?;
                Some(CastStep::new(entity, &asset.value, Some(r#use)))
            });
            if self.replaced_by(steps, asset, by).await? {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Replaces what is cast in an entity, as far as `may_change` tells of a link: all of it or, on an error, none, at any
    /// number of assets.
    pub async fn casting_replace(
        &self,
        entity: &Entity,
        wanted: &[(Entity, Use)],
        by: PersonId,
        may_change: impl Fn(&Link) -> bool,
        field: impl Fn(EntityId) -> String,
    ) -> Result<()> {
        let assets: HashMap<EntityId, &Entity> =
            wanted.iter().map(|(asset, _)| (asset.id, asset)).collect();
        let wanted_uses: BTreeMap<EntityId, Use> =
            wanted.iter().map(|(a, r#use)| (a.id, r#use.clone())).collect();
        for _ in 0..ATTEMPTS {
            let entity = self.entity_now(entity).await?;
            if entity.value.kind == EntityKind::Asset {
                for (asset, _) in wanted {
                    if self
                        .casting_circle(asset, &BTreeSet::from([entity.value.id]))
                        .await?
                        .is_some()
                    {
                        return Err(Error::invalid(
                            field(asset.id),
                            "closes a circle: it uses this asset already",
                        ));
                    }
                }
            }
            let links = self.casting_of(entity.value.project_id, entity.value.id).await?;
            let (links, kept): (Vec<&Link>, Vec<&Link>) =
                links.iter().partition(|link| may_change(link));
            let by_asset = links.into_iter().map(|link| (link.asset_id, link)).collect();
            let mut wanted_uses = wanted_uses.clone();
            wanted_uses.retain(|id, _| !kept.iter().any(|link| link.asset_id == *id));
            let steps = steps_between(&by_asset, &wanted_uses, |id, r#use| {
                Some(CastStep::new(&entity.value, assets.get(&id)?, Some(r#use)))
            });
            if self.replaced_by(steps, entity, by).await? {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Sets or removes one asset in several entities of a project, and leaves the rest of their casting alone.
    pub async fn cast_in_change(
        &self,
        asset: &Entity,
        changes: impl IntoIterator<Item = (Entity, Option<Use>)>,
        by: PersonId,
    ) -> Result<()> {
        let steps: Vec<CastStep> = changes
            .into_iter()
            .map(|(entity, wanted)| CastStep::new(&entity, asset, wanted))
            .collect();
        let projects = projects_of(&steps);
        self.cast_all(steps, &projects, by).await
    }

    /// Sets or removes several assets in one entity, and leaves the rest of its casting alone.
    pub async fn casting_change(
        &self,
        entity: &Entity,
        changes: impl IntoIterator<Item = (Entity, Option<Use>)>,
        by: PersonId,
    ) -> Result<()> {
        let steps = changes
            .into_iter()
            .map(|(asset, wanted)| CastStep::new(entity, &asset, wanted))
            .collect();
        self.cast_all(steps, &[entity.project_id], by).await
    }

    /// The entity as it is at this moment, with the revision the change will depend on; what a journal of its
    /// project has left to do is done first.
    async fn entity_now(&self, entity: &Entity) -> Result<Stored<Entity>> {
        self.journals_roll_forward(entity.project_id).await?;
        self.entity_stored(entity.id).await?.ok_or(Error::NotFound(entity.kind.resource()))
    }

    async fn replaced_by(
        &self,
        steps: Vec<CastStep>,
        read: Stored<Entity>,
        by: PersonId,
    ) -> Result<bool> {
        if steps.is_empty() {
            return Ok(true);
        }
        let projects = projects_of(&steps);
        self.cast_all_if(&steps, &projects, &read, by).await
    }

    /// The first of `users` that is reached from `asset` through what it uses, and what that uses, and so on.
    async fn casting_circle(
        &self,
        asset: &Entity,
        users: &BTreeSet<EntityId>,
    ) -> Result<Option<EntityId>> {
        if users.is_empty() {
            return Ok(None);
        }
        if users.contains(&asset.id) {
            return Ok(Some(asset.id));
        }
        let (mut seen, mut front) =
            (BTreeSet::from([asset.id]), vec![(asset.project_id, asset.id)]);
        while let Some((project, id)) = front.pop() {
            for link in self.casting_of(project, id).await? {
                if users.contains(&link.asset_id) {
                    return Ok(Some(link.asset_id));
                }
                if seen.insert(link.asset_id) {
                    front.push((link.asset_project_id, link.asset_id));
                }
            }
        }
        Ok(None)
    }
}

/// The steps from the links that are there to the uses that are wanted, both by the end that is not the fixed one.
fn steps_between(
    links: &HashMap<EntityId, &Link>,
    wanted: &BTreeMap<EntityId, Use>,
    set: impl Fn(EntityId, Use) -> Option<CastStep>,
) -> Vec<CastStep> {
    let current = links.iter().map(|(id, link)| (*id, used(link))).collect();
    let changes = difference(&current, wanted).into_iter();
    let steps = changes.filter_map(|change| match change {
        Change::Set(id, r#use) => set(id, r#use),
        Change::Remove(id) => links.get(&id).map(|link| CastStep::removal(link)),
    });
    steps.collect()
}

fn used(link: &Link) -> Use {
    Use { nb_occurences: link.nb_occurences, label: link.label.clone() }
}

fn projects_of(steps: &[CastStep]) -> Vec<ProjectId> {
    let projects: BTreeSet<ProjectId> = steps.iter().map(|step| step.project_id).collect();
    projects.into_iter().collect()
}
