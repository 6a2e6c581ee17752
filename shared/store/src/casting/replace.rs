//! Replacing a casting: the set of users of an asset, or the set of assets of an entity.
//!
//! The difference is decided on what was read, and written only if nobody cast in between: of two callers that
//! replace the same set at once, the later one replaces what the earlier one left, as if they had come one
//! after the other.

use std::collections::{BTreeMap, HashMap};

use model::casting::{Change, Link, Losses, Use, difference};
use model::{Entity, EntityId, Error, FieldError, PersonId, ProjectId, Result};

use super::{CastStep, Circles, Premises};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::item::Stored;

/// One wanted user of an asset: the entity, and how it uses the asset.
pub type User = (Entity, Use);

impl Store {
    /// Replaces where an asset is cast in the projects that `may_change` tells: all of it or, on an error, none, at any
    /// number of users. `wrong` tells the input that would close circles.
    pub async fn cast_in_replace(
        &self,
        asset: &Entity,
        wanted: &[User],
        by: PersonId,
        may_change: impl Fn(ProjectId) -> bool,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        let wanted: Vec<&User> = wanted.iter().filter(|(e, ..)| may_change(e.project_id)).collect();
        let users: HashMap<EntityId, &User> =
            wanted.iter().map(|user| (user.0.id, *user)).collect();
        let wanted_uses: BTreeMap<EntityId, Use> =
            wanted.iter().map(|(e, r#use)| (e.id, r#use.clone())).collect();
        for _ in 0..ATTEMPTS {
            let asset = self.entity_now(asset).await?;
            let links = self.cast_in(asset.value.id).await?;
            let links = links.iter().filter(|link| may_change(link.project_id));
            let by_entity = links.map(|link| (link.entity_id, link)).collect();
            let steps = steps_between(&by_entity, &wanted_uses, |id, r#use| {
                let (entity, _) = users.get(&id)?;
                Some(CastStep::new(entity, &asset.value, Some(r#use)))
            });
            if self.replaced_by(&steps, &asset, by, &wrong).await? {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Replaces what is cast in an entity, as far as `may_change` tells of a link: all of it or, on an error, none, at any
    /// number of assets. `wrong` tells the input that would close circles.
    pub async fn casting_replace(
        &self,
        entity: &Entity,
        wanted: &[(Entity, Use)],
        by: PersonId,
        may_change: impl Fn(&Link) -> bool,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        let assets: HashMap<EntityId, &Entity> =
            wanted.iter().map(|(asset, _)| (asset.id, asset)).collect();
        let wanted_uses: BTreeMap<EntityId, Use> =
            wanted.iter().map(|(a, r#use)| (a.id, r#use.clone())).collect();
        for _ in 0..ATTEMPTS {
            let entity = self.entity_now(entity).await?;
            let links = self.casting_of(entity.value.project_id, entity.value.id).await?;
            let (links, kept): (Vec<&Link>, Vec<&Link>) =
                links.iter().partition(|link| may_change(link));
            let by_asset = links.into_iter().map(|link| (link.asset_id, link)).collect();
            let mut wanted_uses = wanted_uses.clone();
            wanted_uses.retain(|id, _| !kept.iter().any(|link| link.asset_id == *id));
            let steps = steps_between(&by_asset, &wanted_uses, |id, r#use| {
                Some(CastStep::new(&entity.value, assets.get(&id)?, Some(r#use)))
            });
            if self.replaced_by(&steps, &entity, by, &wrong).await? {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// The entity as it is at this moment, with the revision the change will depend on; what a journal of its
    /// project has left to do is done first.
    async fn entity_now(&self, entity: &Entity) -> Result<Stored<Entity>> {
        self.journals_roll_forward(entity.project_id).await?;
        self.entity_stored(entity.id).await?.ok_or(Error::NotFound(entity.kind.resource()))
    }

    async fn replaced_by(
        &self,
        steps: &[CastStep],
        read: &Stored<Entity>,
        by: PersonId,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<bool> {
        if steps.is_empty() {
            return Ok(true);
        }
        let nesting = self.nesting_before(steps, wrong).await?;
        self.cast_all(steps, &Premises { replaced: Some(read), nesting }, by).await
    }
}

/// The steps from the links that are there to the uses that are wanted, both by the end that is not the fixed one.
fn steps_between(
    links: &BTreeMap<EntityId, &Link>,
    wanted: &BTreeMap<EntityId, Use>,
    set: impl Fn(EntityId, Use) -> Option<CastStep>,
) -> Vec<CastStep> {
    let removed = links.iter().filter(|(id, _)| !wanted.contains_key(id)).map(|(_, link)| *link);
    let changes = difference(links, wanted, &Losses::of(removed)).into_iter();
    let steps = changes.filter_map(|change| match change {
        Change::Set(id, r#use) => set(id, r#use),
        Change::Remove(id) => links.get(&id).map(|link| CastStep::removal(link)),
    });
    steps.collect()
}
