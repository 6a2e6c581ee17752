//! What of instances a caller sees: a shared asset is instantiated in other projects, and here are instances
//! of theirs.

use std::collections::{BTreeMap, BTreeSet};

use http_api::{Access, App, Caller, Result, Sight};
use model::{AssetInstance, EntityId, EntityKind};

type ByPlace = BTreeMap<EntityId, Vec<AssetInstance>>;

/// Leaves out the instances of assets the caller does not see.
pub(crate) async fn of_seen_assets(
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
    instances.retain(|instance| sees(&instance.asset_id));
    Ok(instances)
}

/// Leaves out the places the caller does not see: shots, scenes and assets of projects he is not in.
pub(crate) async fn in_seen_places(
    app: &App,
    caller: &Caller,
    access: &Access,
    mut by_place: ByPlace,
) -> Result<ByPlace> {
    let places: Vec<EntityId> = by_place.keys().copied().collect();
    let at = app.store.entities_locate(&places).await?;
    let sight = Sight::new(app, caller, access, at.values().map(|at| at.project_id)).await?;
    by_place.retain(|place, _| {
        at.get(place).is_some_and(|at| sight.sees(at.project_id, at.kind, *place))
    });
    Ok(by_place)
}
