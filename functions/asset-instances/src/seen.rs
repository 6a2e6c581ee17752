//! Which places of instances a caller sees: a shared asset is instantiated in other projects.

use std::collections::BTreeMap;

use http_api::{Access, App, Caller, Result, Sight};
use model::{AssetInstance, EntityId};

type ByPlace = BTreeMap<EntityId, Vec<AssetInstance>>;

/// Leaves out the places the caller does not see: shots, scenes and assets of projects he is not in. An instance in a shot
/// is in a scene or an asset as well: those of assets that are hidden from him are left out, too.
pub(crate) async fn in_seen_places(
    app: &App,
    caller: &Caller,
    access: &Access,
    mut by_place: ByPlace,
) -> Result<ByPlace> {
    let places: Vec<EntityId> = by_place.keys().copied().collect();
    let at = app.store.entities_locate(&places).await?;
    let sight = Sight::new(app, caller, access, at.values().map(|at| at.project_id)).await?;
    by_place.retain(|place, instances| {
        let seen = at.get(place).filter(|at| sight.sees(at.project_id, at.kind, *place));
        let Some(at) = seen else { return false };
        instances.retain(|instance| sight.sees_place(at.project_id, instance));
        !instances.is_empty()
    });
    Ok(by_place)
}
