//! Assets that would contain themselves.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{Entity, EntityId, EntityKind, ProjectId, Result};

use crate::client::Store;

/// Castings read at once.
const PARALLEL: usize = 8;

impl Store {
    /// Which of these new uses, each an entity and the asset it is to use, close a circle: with what is used
    /// already, or with one another. What the same change takes away does not count, so that no order of writing
    /// passes through a circle.
    pub async fn casting_circles(
        &self,
        new: &[(&Entity, &Entity)],
    ) -> Result<BTreeSet<(EntityId, EntityId)>> {
        let new: Vec<_> = new
            .iter()
            .filter(|(user, asset)| user.kind == EntityKind::Asset && user.id != asset.id)
            .collect();
        let mut uses: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
        let mut front: BTreeMap<EntityId, ProjectId> =
            new.iter().map(|(_, asset)| (asset.id, asset.project_id)).collect();
        while !front.is_empty() {
            let reads = std::mem::take(&mut front).into_iter().map(|(id, project)| async move {
                self.casting_of(project, id).await.map(|links| (id, links))
            });
            let read: Vec<_> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
            uses.extend(
                read.iter()
                    .map(|(id, links)| (*id, links.iter().map(|link| link.asset_id).collect())),
            );
            let links = read.iter().flat_map(|(_, links)| links);
            front.extend(
                links
                    .map(|link| (link.asset_id, link.asset_project_id))
                    .filter(|(id, _)| !uses.contains_key(id)),
            );
        }
        for (user, asset) in &new {
            uses.entry(user.id).or_default().push(asset.id);
        }
        let pairs = new.iter().map(|(user, asset)| (user.id, asset.id));
        Ok(pairs.filter(|(user, asset)| reaches(*asset, *user, &uses)).collect())
    }
}

/// Whether `target` is reached from `from` through what it uses, and what that uses, and so on.
fn reaches(from: EntityId, target: EntityId, uses: &BTreeMap<EntityId, Vec<EntityId>>) -> bool {
    let (mut open, mut seen) = (vec![from], BTreeSet::new());
    while let Some(id) = open.pop() {
        if id == target {
            return true;
        }
        if seen.insert(id) {
            open.extend(uses.get(&id).into_iter().flatten());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_followed_and_circles_do_not_trap() {
        let [a, b, c] = [EntityId::new(), EntityId::new(), EntityId::new()];
        let uses = BTreeMap::from([(a, vec![b]), (b, vec![c, a])]);
        assert!(reaches(a, c, &uses));
        assert!(!reaches(c, a, &uses));
        assert!(!reaches(a, EntityId::new(), &uses));
    }
}
