//! What of an asset's custom metadata a vendor may see.

use std::collections::BTreeSet;

use model::{Data, Entity, EntityKind};

use crate::access::Access;
use crate::app::App;
use crate::error::Result;

/// The keys of `data` that are hidden from a caller.
#[derive(Clone, Debug, Default)]
pub struct Hidden(BTreeSet<(EntityKind, String)>);

impl Hidden {
    /// Whether a key of the `data` of entities of a kind is hidden.
    pub fn hides(&self, kind: EntityKind, key: &str) -> bool {
        self.0.iter().any(|(of, hidden)| *of == kind && hidden == key)
    }

    /// Whether anything is hidden.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the hidden keys out of the `data` of an entity of a kind.
    pub fn strip(&self, kind: EntityKind, data: &mut Data) {
        data.retain(|key, _| !self.hides(kind, key));
    }
}

impl Access {
    /// The keys hidden from the caller: for a vendor those whose descriptors are for other departments.
    pub async fn hidden(&self, app: &App) -> Result<Hidden> {
        if !self.sees_only_assigned() {
            return Ok(Hidden::default());
        }
        let descriptors = app.store.descriptors_of(self.project.id).await?;
        let kinds = [EntityKind::Asset].into_iter().chain(EntityKind::TIME_BOUND);
        let hidden = kinds.flat_map(|kind| {
            let of_kind = descriptors.iter().filter(move |d| d.entity_type == kind.name());
            of_kind
                .filter(|d| !d.is_visible_to(&self.person.departments))
                .map(move |d| (kind, d.field_name.clone()))
        });
        Ok(Hidden(hidden.collect()))
    }

    /// Takes what is hidden from the caller out of entities of this project.
    pub async fn hide_reserved(&self, app: &App, entities: &mut [Entity]) -> Result<()> {
        let hidden = self.hidden(app).await?;
        for entity in entities {
            hidden.strip(entity.kind, &mut entity.data);
        }
        Ok(())
    }
}
