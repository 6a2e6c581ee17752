//! The entities at both ends of cast links.
//!
//! A link tells where both are kept, so their locators need not be read.

use std::collections::{BTreeSet, HashMap};

use model::casting::Link;
use model::{Entity, EntityId, Result};

use crate::client::Store;
use crate::table::Home;

impl Store {
    /// The entities that use the assets of these links, those that are there.
    pub async fn users_of(&self, links: &[Link]) -> Result<HashMap<EntityId, Entity>> {
        self.link_ends(
            links.iter().map(|link| ((link.project_id, link.entity_type_id), link.entity_id)),
        )
        .await
    }

    /// The assets that these links use, those that are there.
    pub async fn assets_of(&self, links: &[Link]) -> Result<HashMap<EntityId, Entity>> {
        self.link_ends(
            links.iter().map(|link| ((link.asset_project_id, link.asset_type_id), link.asset_id)),
        )
        .await
    }

    async fn link_ends(
        &self,
        at: impl Iterator<Item = (Home, EntityId)>,
    ) -> Result<HashMap<EntityId, Entity>> {
        let at: BTreeSet<(Home, EntityId)> = at.collect();
        let mut found = self.entities_at(at.iter().copied()).await?;
        // A link whose asset is just getting another type still tells the old one.
        let missing: Vec<EntityId> =
            at.iter().map(|(_, id)| *id).filter(|id| !found.contains_key(id)).collect();
        if !missing.is_empty() {
            found.extend(self.entities_get(&missing).await?);
        }
        Ok(found)
    }
}
