//! Giving an asset another type: it lies under its type, so it moves, and its tasks and links with it.

use model::casting::Link;
use model::{Entity, EntityTypeId, Error, HistoryEntry, PersonId, Result, Task};

use super::update::rewrite_names;
use crate::change::contended;
use crate::client::Store;
use crate::entity::{EntityRef, id_attribute, name_key};
use crate::history::write_history;
use crate::item::{CastInItem, ForeignItem, Item, Stored, decode};
use crate::journal::{Pace, Purpose};
use crate::table::Pattern;
use crate::transaction::{ITEMS_MAX, Outcome, Transaction};

/// Transactions in which the finishing of a retype may have to move everything; each moves dozens of items, or loses a race.
const MOVES_MAX: u32 = 64_000;

impl Store {
    /// Moves an asset to its new type: the asset itself at once, what belongs to it in the same transaction
    /// or, if that is too much, by a journal.
    pub(super) async fn retyped(
        &self,
        stored: &Stored<Entity>,
        changed: &Entity,
        entry: Option<HistoryEntry>,
        by: PersonId,
    ) -> Result<bool> {
        self.type_used_mark(changed.project_id, changed.entity_type_id).await?;
        let mut transaction = Transaction::default();
        let item_at = transaction.remove(stored);
        transaction.put(changed)?;
        self.touch_parent(&mut transaction, &stored.value, changed).await?;
        let name_at = rewrite_names(&mut transaction, &stored.value, changed);
        write_history(&mut transaction, entry)?;
        if name_at.is_none() {
            return Err(Error::internal("another type and the same name key"));
        }
        let mut left = self.left_by_retype(&stored.value, changed).await?;
        let mut whole = transaction.clone();
        self.move_some(&mut left, &mut whole, changed).await?;
        let outcome = if left.is_empty() {
            self.transact(whole).await?
        } else {
            let purpose = Purpose::Retype(Box::new(stored.value.clone()));
            let projects = [changed.project_id];
            match self.journal_commit(&purpose, &projects, &transaction, Some(by)).await? {
                Some(journal) => {
                    self.cache.forget(changed.id);
                    self.journal_finish(journal).await?;
                    Outcome::Done
                }
                None => Outcome::Refused(match self.get_raw(&name_key(changed)).await? {
                    // By the same change, sent twice, it would be its own.
                    Some(holder) if id_attribute(&holder, "entity_id")? != changed.id.0 => {
                        name_at.filter(|_| !changed.canceled).into_iter().collect()
                    }
                    _ => Vec::new(),
                }),
            }
        };
        self.cache.forget(changed.id);
        match outcome {
            Outcome::Done => Ok(true),
            refused if refused.is_taken(name_at, item_at) => Err(self.name_taken(changed).await?),
            Outcome::Refused(_) => Ok(false),
        }
    }

    /// Moves what is still under an asset's old type.
    pub(crate) async fn retype_finish(&self, old: &Entity, by: Option<PersonId>) -> Result<()> {
        let mut left = LeftByRetype::default();
        for _ in 0..MOVES_MAX {
            self.cache.forget(old.id);
            // Deleted since, by somebody who could not know that tasks are still here.
            let Some(now) = self.entity_stored(old.id).await? else {
                return self.tasks_clear(&[EntityRef::of(old)], by, Pace::Helping).await;
            };
            if left.is_empty() || left.new_type != Some(now.value.entity_type_id) {
                left = self.left_by_retype(old, &now.value).await?;
                if left.is_empty() {
                    return Ok(());
                }
            }
            let mut transaction = Transaction::default();
            transaction.set_author(by);
            // What moves depends on the asset being there: nobody deletes it, or moves it on, without what has moved.
            transaction.guard(&now);
            self.move_some(&mut left, &mut transaction, &now.value).await?;
            if self.transact(transaction).await? != Outcome::Done {
                // Somebody changed some of it, or the asset: it is read again.
                left = LeftByRetype::default();
            }
        }
        Err(contended())
    }

    /// What is under `old`'s type while the asset has `new`'s.
    async fn left_by_retype(&self, old: &Entity, new: &Entity) -> Result<LeftByRetype> {
        let mut tasks = Vec::new();
        // Of an asset that has got its old type back they are where they belong.
        if old.entity_type_id != new.entity_type_id {
            let old_home = (old.project_id, old.entity_type_id);
            let items = self.query_raw(Pattern::TasksOfEntity(old_home, old.id)).await?;
            tasks = items.into_iter().map(decode).collect::<Result<_>>()?;
        }
        let mut links = self.cast_in(new.id).await?;
        links.extend(self.casting_of(new.project_id, new.id).await?);
        links.retain(|link| {
            (link.asset_id == new.id && link.asset_type_id != new.entity_type_id)
                || (link.entity_id == new.id && link.entity_type_id != new.entity_type_id)
        });
        Ok(LeftByRetype { new_type: Some(new.entity_type_id), tasks, links })
    }

    /// Takes as much of what is left as still fits into a transaction, and moves it to `new`'s type.
    async fn move_some(
        &self,
        left: &mut LeftByRetype,
        transaction: &mut Transaction,
        new: &Entity,
    ) -> Result<()> {
        while let Some(task) = left.tasks.last() {
            let so_far = transaction.len();
            move_task(transaction, task, new)?;
            if !transaction.fits() {
                transaction.truncate(so_far);
                return Ok(());
            }
            left.tasks.pop();
        }
        let next = &left.links[left.links.len().saturating_sub(ITEMS_MAX)..];
        let mut items = self.get_many_raw(next.iter().map(Item::key).collect()).await?;
        for _ in 0..next.len() {
            let Some(key) = left.links.last().map(Item::key) else { break };
            // One that is not there any more is not moved.
            if let Some(item) = items.remove(&key) {
                let so_far = transaction.len();
                move_link(transaction, &decode(item)?, new)?;
                if !transaction.fits() {
                    transaction.truncate(so_far);
                    break;
                }
            }
            left.links.pop();
        }
        Ok(())
    }
}

/// The tasks and links that are still under an asset's old type.
#[derive(Debug, Default)]
struct LeftByRetype {
    /// The type they move to; none before anything was read.
    new_type: Option<EntityTypeId>,
    tasks: Vec<Stored<Task>>,
    links: Vec<Link>,
}

impl LeftByRetype {
    fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.links.is_empty()
    }
}

/// Moves a task of an entity to the type the entity has now.
fn move_task(transaction: &mut Transaction, stored: &Stored<Task>, of: &Entity) -> Result<()> {
    let task = Task { entity_type_id: of.entity_type_id, ..stored.value.clone() };
    transaction.remove(stored);
    transaction.clear(crate::task::name_key(&stored.value));
    transaction.put(&task)?;
    crate::task::write_new_home(transaction, &task);
    Ok(())
}

/// Writes the type an entity has now into a link, wherever that is kept.
fn move_link(transaction: &mut Transaction, stored: &Stored<Link>, of: &Entity) -> Result<()> {
    let mut link = stored.value.clone();
    if link.asset_id == of.id {
        link.asset_type_id = of.entity_type_id;
    }
    if link.entity_id == of.id {
        link.entity_type_id = of.entity_type_id;
    }
    transaction.replace(stored, &link)?;
    transaction.put(&CastInItem(link.clone()))?;
    if link.asset_project_id != link.project_id {
        transaction.put(&ForeignItem(link))?;
    }
    Ok(())
}
