//! [`VisibleLinks`]: what an entity uses and what uses it, as far as a caller sees both.

use std::collections::{BTreeSet, HashMap};

use model::casting::Link;
use model::{AssetInstance, Entity, EntityId, EntityKind, ProjectId};

use crate::access::{Access, Sight};
use crate::app::App;
use crate::caller::Caller;
use crate::error::Result;

type Borrowed = HashMap<EntityId, Entity>;

/// The links of an entity whose other ends the caller sees.
#[derive(Clone, Debug)]
pub struct VisibleLinks {
    /// Of an asset: where it is cast, in all projects that are open to the caller.
    pub used_by: Vec<Link>,
    /// The assets that are cast in it.
    pub uses: Vec<Link>,
}

impl VisibleLinks {
    /// Those of an entity of the project of `access`.
    pub async fn of(app: &App, caller: &Caller, access: &Access, entity: &Entity) -> Result<Self> {
        let store = &app.store;
        let cast_in = async {
            let is_asset = entity.kind == EntityKind::Asset;
            if is_asset { store.cast_in(entity.id).await } else { Ok(Vec::new()) }
        };
        let (mut used_by, mut uses) =
            tokio::try_join!(cast_in, store.casting_of(entity.project_id, entity.id))?;
        let borrowed = borrowed(app, &uses).await?;
        let users = used_by.iter().map(|link| link.project_id);
        let sight = Sight::new(app, caller, access, users.chain(closed(access, &borrowed))).await?;
        used_by.retain(|link| sight.sees_user(link));
        uses.retain(|link| sight.sees_use(link, &borrowed));
        Ok(Self { used_by, uses })
    }

    /// Where it is cast.
    pub fn entities_in(&self) -> BTreeSet<EntityId> {
        self.used_by.iter().map(|link| link.entity_id).collect()
    }

    /// What is cast in it.
    pub fn entities_out(&self) -> BTreeSet<EntityId> {
        self.uses.iter().map(|link| link.asset_id).collect()
    }
}

/// Of links of the project's entities those the caller sees both ends of.
pub async fn seen_uses(
    app: &App,
    caller: &Caller,
    access: &Access,
    mut links: Vec<Link>,
) -> Result<Vec<Link>> {
    let borrowed = borrowed(app, &links).await?;
    let sight = Sight::new(app, caller, access, closed(access, &borrowed)).await?;
    links.retain(|link| sight.sees_use(link, &borrowed));
    Ok(links)
}

/// Of asset instances in places of the project those that the caller sees: the asset, and the asset they are in.
pub async fn seen_instances(
    app: &App,
    caller: &Caller,
    access: &Access,
    mut instances: Vec<AssetInstance>,
) -> Result<Vec<AssetInstance>> {
    let here = access.project.id;
    let assets: BTreeSet<EntityId> = instances.iter().map(|instance| instance.asset_id).collect();
    let at = app.store.entities_locate(&assets.into_iter().collect::<Vec<_>>()).await?;
    // Of the project's own assets it need not be read whether they are shared.
    let foreign: Vec<EntityId> =
        at.iter().filter(|(_, at)| at.project_id != here).map(|(id, _)| *id).collect();
    let foreign = app.store.entities_get(&foreign).await?;
    let sight = Sight::new(app, caller, access, at.values().map(|at| at.project_id)).await?;
    let sees = |id: &EntityId| match (foreign.get(id), at.get(id)) {
        (Some(asset), _) => sight.sees_asset(asset),
        (None, Some(at)) => sight.sees(at.project_id, EntityKind::Asset, *id),
        (None, None) => false,
    };
    instances.retain(|instance| sees(&instance.asset_id) && sight.sees_place(here, instance));
    Ok(instances)
}

/// The assets of other projects that links lead to: only of them it must be read whether they are shared.
async fn borrowed(app: &App, links: &[Link]) -> Result<Borrowed> {
    let foreign: Vec<Link> = links.iter().filter(|link| !is_own(link)).cloned().collect();
    Ok(app.store.assets_of(&foreign).await?)
}

/// The projects of those that are not offered to the caller: only who may enter there sees them.
fn closed(access: &Access, borrowed: &Borrowed) -> impl Iterator<Item = ProjectId> {
    let is_offered = |asset: &&Entity| asset.is_shared && !access.sees_only_assigned();
    borrowed.values().filter(move |asset| !is_offered(asset)).map(|asset| asset.project_id)
}

fn is_own(link: &Link) -> bool {
    link.asset_project_id == link.project_id
}

impl Sight {
    fn sees_use(&self, link: &Link, borrowed: &Borrowed) -> bool {
        let sees_asset = if is_own(link) {
            self.sees(link.project_id, EntityKind::Asset, link.asset_id)
        } else {
            borrowed.get(&link.asset_id).is_some_and(|asset| self.sees_asset(asset))
        };
        sees_asset && self.sees_user(link)
    }
}
