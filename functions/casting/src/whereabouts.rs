//! The sequence and the episode of entities.

use std::collections::HashMap;

use model::{Entity, EntityId, EntityKind, Result, distinct};
use store::Store;

/// Where an entity stands in its production: an id and a name each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whereabouts {
    /// The sequence of a shot or scene.
    pub(crate) sequence: Option<(EntityId, String)>,
    /// The episode it belongs to; an episode belongs to itself.
    pub(crate) episode: Option<(EntityId, String)>,
}

/// The entity above another: a shot's sequence, a sequence's or an asset's episode.
fn above(entity: &Entity) -> Option<EntityId> {
    match entity.kind {
        EntityKind::Shot | EntityKind::Scene | EntityKind::Sequence => entity.parent_id,
        EntityKind::Asset => entity.source_id,
        EntityKind::Episode => None,
    }
}

/// The sequence and the episode of each of these entities.
pub(crate) async fn whereabouts(
    store: &Store,
    entities: &[&Entity],
) -> Result<HashMap<EntityId, Whereabouts>> {
    let ids: Vec<EntityId> = entities.iter().filter_map(|entity| above(entity)).collect();
    let parents = store.entities_get(&distinct(ids)).await?;
    let ids: Vec<EntityId> = parents.values().filter_map(above).collect();
    let episodes = store.entities_get(&distinct(ids)).await?;
    Ok(entities.iter().map(|entity| (entity.id, place(entity, &parents, &episodes))).collect())
}

fn place(
    entity: &Entity,
    parents: &HashMap<EntityId, Entity>,
    episodes: &HashMap<EntityId, Entity>,
) -> Whereabouts {
    let named = |entity: &Entity| (entity.id, entity.name.clone());
    if entity.kind == EntityKind::Episode {
        return Whereabouts { sequence: None, episode: Some(named(entity)) };
    }
    match above(entity).and_then(|id| parents.get(&id)) {
        Some(parent) if parent.kind == EntityKind::Sequence => {
            let episode = parent.parent_id.and_then(|id| episodes.get(&id)).map(named);
            Whereabouts { sequence: Some(named(parent)), episode }
        }
        Some(parent) => Whereabouts { sequence: None, episode: Some(named(parent)) },
        None => Whereabouts::default(),
    }
}
