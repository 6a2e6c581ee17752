//! Deleting an entity only if it is empty, while others put something into it.
//!
//! A creation does not touch what it is in (`docs/decisions/0020`), so a deletion that has seen nothing in it cannot be
//! conditional on that. It therefore says first, on the entity itself, that it is wanted empty, and looks after that. A
//! creator looks at the entity once his own is written: either the deletion sees what he has created, or he sees the
//! mark, and takes it away. That raises the entity's revision, on which the deletion is conditional.

use model::{Entity, EntityId, EntityKind, PersonId, Result};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::condition::unconditional;
use crate::item::{Attributes, Item as _, Stored, decode};
use crate::table::Pattern;
use crate::transaction::{Outcome, Transaction};

/// How often a deletion has marked an entity as wanted empty. The number is not part of the [`Entity`]: any change of the
/// entity takes it away.
const WANTED_EMPTY: &str = "wanted_empty";

/// What the deletion of an entity that has to be empty came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Done,
    /// It was gone already.
    Gone,
    /// It holds other entities.
    HoldsOthers,
    /// It has tasks.
    HasTasks,
}

/// Whether other entities may be in one of this kind.
pub(crate) fn may_hold(kind: EntityKind) -> bool {
    matches!(kind, EntityKind::Episode | EntityKind::Sequence)
}

/// How often the entity of an item is marked as wanted empty.
fn wanted_empty(item: &Attributes) -> i64 {
    let digits = item.get(WANTED_EMPTY).and_then(|number| number.as_n().ok());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

impl Store {
    /// Deletes an entity as [`Store::entity_remove`] does, unless it holds others or has tasks. Of this and the creation
    /// of something in it at the same moment one fails.
    pub async fn entity_remove_empty(&self, id: EntityId, by: PersonId) -> Result<Removal> {
        for _ in 0..ATTEMPTS {
            let Some(mut stored) = self.entities_gathered(&[id]).await?.pop() else {
                return Ok(Removal::Gone);
            };
            // Whoever creates a task touches the entity: of tasks this one look is enough.
            let found = self.found_in(&stored.value).await?;
            if found != Removal::Done {
                return Ok(found);
            }
            if may_hold(stored.value.kind) {
                if !self.wanted_empty_add(&mut stored).await? {
                    continue;
                }
                if self.has_any(Pattern::Children(id)).await? {
                    if let Some(item) = self.get_raw(&stored.value.key()).await? {
                        self.wanted_empty_clear(&item).await?;
                    }
                    return Ok(Removal::HoldsOthers);
                }
            }
            if self.entities_removed(&[stored], Some(by)).await? {
                return Ok(Removal::Done);
            }
        }
        Err(contended())
    }

    /// What keeps an entity from being deleted.
    async fn found_in(&self, entity: &Entity) -> Result<Removal> {
        if may_hold(entity.kind) && self.has_any(Pattern::Children(entity.id)).await? {
            return Ok(Removal::HoldsOthers);
        }
        let tasks = Pattern::TasksOfEntity((entity.project_id, entity.entity_type_id), entity.id);
        Ok(if self.has_any(tasks).await? { Removal::HasTasks } else { Removal::Done })
    }

    /// Marks that an entity is wanted empty; `false` if it has changed. The mark is no change of the entity: it makes no
    /// event, and what the request demands (`If-Match`) is checked when it deletes.
    async fn wanted_empty_add(&self, stored: &mut Stored<Entity>) -> Result<bool> {
        let mut transaction = Transaction::default();
        transaction.add_to(stored, &[(WANTED_EMPTY, 1)]);
        stored.rev += 1;
        Ok(unconditional(self.transact(transaction)).await? == Outcome::Done)
    }

    /// Takes the mark away, so that whoever wants the entity empty looks again; `false` if it has changed.
    pub(crate) async fn wanted_empty_clear(&self, item: &Attributes) -> Result<bool> {
        let wanted = wanted_empty(item);
        if wanted == 0 {
            return Ok(true);
        }
        let mut transaction = Transaction::default();
        let stored = decode::<Entity>(item.clone())?;
        transaction.add_to(&stored, &[(WANTED_EMPTY, -wanted)]);
        Ok(unconditional(self.transact(transaction)).await? == Outcome::Done)
    }
}
