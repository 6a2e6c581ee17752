//! Names of entities: unique among the live ones of a type and parent, decided by the store.

use model::{Entity, EntityId, EntityTypeId, Error, ProjectId, Result, text};

use super::{id_attribute, text_attribute};
use crate::client::Store;
use crate::table::{self, Key, Pattern};
use crate::transaction::{Transaction, WriteIndex};

/// Writes the name of an entity: the claim of a live one, the trace of a canceled one.
pub(crate) fn write_name(transaction: &mut Transaction, entity: &Entity) -> WriteIndex {
    let home = (entity.project_id, entity.entity_type_id);
    let folded = text::fold(&entity.name);
    let attributes: [(&str, &dyn std::fmt::Display); 2] =
        [("entity_id", &entity.id), ("folded", &folded)];
    if entity.canceled {
        let key = table::canceled_name(home, &folded, entity.scope(), entity.id);
        transaction.mark(key, &attributes)
    } else {
        transaction.claim(table::name(home, &folded, entity.scope()), &attributes)
    }
}

/// The key [`write_name`] writes.
pub(crate) fn name_key(entity: &Entity) -> Key {
    let home = (entity.project_id, entity.entity_type_id);
    let folded = text::fold(&entity.name);
    if entity.canceled {
        table::canceled_name(home, &folded, entity.scope(), entity.id)
    } else {
        table::name(home, &folded, entity.scope())
    }
}

impl Store {
    /// The entities of a type that have this name, live or canceled, under whatever parent. One read of the
    /// names, not of the entities.
    pub async fn entities_named(
        &self,
        project: ProjectId,
        entity_type: EntityTypeId,
        name: &str,
    ) -> Result<Vec<Entity>> {
        let home = (project, entity_type);
        let folded = text::fold(name);
        let names = self.query_raw(Pattern::Named(home, &folded)).await?;
        let ids = names
            .iter()
            .filter(|item| text_attribute(item, "folded") == Some(folded.as_str()))
            .map(|item| id_attribute(item, "entity_id").map(EntityId))
            .collect::<Result<Vec<_>>>()?;
        Ok(self.entities_at(ids.into_iter().map(|id| (home, id))).await?.into_values().collect())
    }

    /// The error that names the holder of an entity's name.
    pub(crate) async fn name_taken(&self, entity: &Entity) -> Result<Error> {
        let live = Entity { canceled: false, ..entity.clone() };
        let holder = self.get_raw(&name_key(&live)).await?;
        let id = holder.as_ref().map(|item| id_attribute(item, "entity_id")).transpose()?;
        // Its holder may be gone again by now; the caller then simply tries once more.
        Ok(Error::AlreadyExists {
            resource: entity.kind.resource(),
            name: entity.name.clone(),
            id: id.unwrap_or(entity.id.0),
        })
    }
}
