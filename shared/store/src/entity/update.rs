//! Changing an entity: a partial update that takes its unique name, its parent's list and, for an asset of
//! another type, everything that belongs to it along.

use model::casting::Link;
use model::entity::{EntityPatch, require_asset_type};
use model::{Entity, EntityId, EntityKind, Error, HistoryEntry, PersonId, Result, Task, Timestamp};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::entity::{child_key, id_attribute, name_key, parent_of, write_name, write_whereabouts};
use crate::history::write_history;
use crate::item::{CastInItem, ForeignItem, Item as _, Stored, decode};
use crate::journal::Purpose;
use crate::table::Pattern;
use crate::transaction::{Outcome, Transaction};

/// The entity with the changes in it; pure, so that it can be decided again when a race is lost.
fn patched(patch: &EntityPatch, entity: &Entity, now: Timestamp) -> Result<Entity> {
    let patch = patch.clone();
    let mut to = entity.clone();
    to.name = patch.name.unwrap_or(to.name);
    patch.code.apply(&mut to.code);
    patch.description.apply(&mut to.description);
    patch.nb_frames.apply(&mut to.nb_frames);
    to.canceled = patch.canceled.unwrap_or(to.canceled);
    to.is_casting_standby = patch.is_casting_standby.unwrap_or(to.is_casting_standby);
    to.status = patch.status.unwrap_or(to.status);
    patch.preview_file_id.apply(&mut to.preview_file_id);
    patch.parent_id.apply(&mut to.parent_id);
    if entity.kind == EntityKind::Asset {
        to.is_shared = patch.is_shared.unwrap_or(to.is_shared);
        patch.source_id.apply(&mut to.source_id);
        patch.ready_for.apply(&mut to.ready_for);
        if let Some(id) = patch.entity_type_id {
            require_asset_type(id)
                .map_err(|_| Error::invalid("entity_type_id", "must be an asset type"))?;
            to.entity_type_id = id;
        }
    }
    to.data.extend(patch.data.unwrap_or_default());
    if to.data != entity.data {
        let problems = model::data::check_data(&to.data);
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
    }
    to.updated_at = now;
    Ok(to)
}

impl Store {
    /// Changes an entity as `patch` says; `None` if there is none. A name that is taken →
    /// [`Error::AlreadyExists`], and nothing is changed. The caller has checked that the ids in the patch are
    /// of this project. `judge` sees the entity that is replaced, each time: it may be another than the caller saw.
    pub async fn entity_update(
        &self,
        id: EntityId,
        patch: &EntityPatch,
        by: PersonId,
        judge: impl Fn(&Entity) -> Result<()>,
    ) -> Result<Option<Entity>> {
        self.entity_change(id, by, |entity| {
            judge(entity)?;
            let changed = patched(patch, entity, self.now())?;
            changed.require_size().map(|()| changed)
        })
        .await
    }

    /// Cancels an entity: it stays, and its name becomes free.
    pub async fn entity_cancel(&self, id: EntityId, by: PersonId) -> Result<Option<Entity>> {
        self.entity_change(id, by, |entity| {
            Ok(Entity { canceled: true, updated_at: self.now(), ..entity.clone() })
        })
        .await
    }

    async fn entity_change(
        &self,
        id: EntityId,
        by: PersonId,
        change: impl Fn(&Entity) -> Result<Entity>,
    ) -> Result<Option<Entity>> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.entity_stored(id).await? else { return Ok(None) };
            let changed = change(&stored.value)?;
            self.require_episode(&stored.value, &changed).await?;
            let entry = HistoryEntry::of_change(self.by(by), &stored.value, &changed);
            if changed.entity_type_id != stored.value.entity_type_id {
                if self.retyped(&stored, &changed, entry).await? {
                    return Ok(Some(changed));
                }
                continue;
            }
            let mut transaction = Transaction::default();
            let item_at = transaction.replace(&stored, &changed)?;
            self.touch_parent(&mut transaction, &stored.value, &changed).await?;
            let name_at = rewrite_names(&mut transaction, &stored.value, &changed);
            write_history(&mut transaction, entry)?;
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(Some(changed)),
                refused if refused.is_taken(name_at, item_at) => {
                    return Err(self.name_taken(&changed).await?);
                }
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }

    /// Demands that something in which assets are cast stays in its episode: its links count in the episode's casting.
    async fn require_episode(&self, old: &Entity, new: &Entity) -> Result<()> {
        let moves = old.kind != EntityKind::Asset && old.parent_id != new.parent_id;
        if !moves || old.nb_entities_out == 0 {
            return Ok(());
        }
        let episode = async |entity: &Entity| self.episodes_of([entity]).await;
        let (from, to) = (episode(old).await?, episode(new).await?);
        if from.get(&old.id) == to.get(&new.id) {
            return Ok(());
        }
        let message = "must stay in the episode: assets are cast in it";
        Err(Error::invalid("parent_id", message))
    }

    /// Demands that the entity is there to which another one moves.
    async fn touch_parent(
        &self,
        transaction: &mut Transaction,
        old: &Entity,
        new: &Entity,
    ) -> Result<()> {
        let Some((key, kind)) = parent_of(new).filter(|_| new.scope() != old.scope()) else {
            return Ok(());
        };
        if !self.exists(&key).await? {
            return Err(Error::NotFound(kind.resource()));
        }
        // Gone by now: refused, and told when it is decided anew.
        transaction.touch(key);
        Ok(())
    }

    /// Moves an asset to its new type: the asset itself at once, what belongs to it in the same transaction
    /// or, if that is too much, by a journal.
    async fn retyped(
        &self,
        stored: &Stored<Entity>,
        changed: &Entity,
        entry: Option<HistoryEntry>,
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
        let rest = self.plan_retype(&stored.value, changed, |_| true).await?;
        let mut whole = transaction.clone();
        whole.extend(rest);
        let outcome = if whole.fits() {
            self.transact(whole).await?
        } else {
            let purpose = Purpose::Retype(Box::new(stored.value.clone()));
            match self.journal_commit(&purpose, &[changed.project_id], &transaction, None).await? {
                Some(journal) => {
                    self.known.forget(changed.id);
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
        self.known.forget(changed.id);
        match outcome {
            Outcome::Done => Ok(true),
            refused if refused.is_taken(name_at, item_at) => Err(self.name_taken(changed).await?),
            Outcome::Refused(_) => Ok(false),
        }
    }

    /// Moves what is still under an asset's old type.
    pub(crate) async fn retype_finish(&self, old: &Entity) -> Result<()> {
        for _ in 0..ATTEMPTS * 1000 {
            self.known.forget(old.id);
            // Deleted since, by somebody who could not know that tasks are still here.
            let Some(now) = self.entity_stored(old.id).await? else {
                return self.tasks_clear(old).await;
            };
            let mut transaction = Transaction::default();
            // What moves depends on the asset being there: nobody deletes it, or moves it on, without what has moved.
            transaction.guard(&now);
            let fits = |rest: &Transaction| {
                let mut whole = transaction.clone();
                whole.extend(rest.clone());
                whole.fits()
            };
            let rest = self.plan_retype(old, &now.value, fits).await?;
            if rest.is_empty() {
                return Ok(());
            }
            transaction.extend(rest);
            // A lost race is seen by the next round.
            self.transact(transaction).await?;
        }
        Err(contended())
    }

    /// The writes that move tasks and links from `old`'s type to `new`'s, as long as they fit together.
    async fn plan_retype(
        &self,
        old: &Entity,
        new: &Entity,
        fit: impl Fn(&Transaction) -> bool,
    ) -> Result<Transaction> {
        let mut transaction = Transaction::default();
        let old_home = (old.project_id, old.entity_type_id);
        let mut tasks = Vec::new();
        // Of an asset that has got its old type back they are where they belong.
        if old.entity_type_id != new.entity_type_id {
            tasks = self.query_raw(Pattern::TasksOfEntity(old_home, old.id)).await?;
        }
        for item in tasks {
            let mut longer = transaction.clone();
            move_task(&mut longer, &decode(item)?, new)?;
            if !fit(&longer) {
                return Ok(transaction);
            }
            transaction = longer;
        }
        let stale = |link: &&Link| {
            (link.asset_id == new.id && link.asset_type_id != new.entity_type_id)
                || (link.entity_id == new.id && link.entity_type_id != new.entity_type_id)
        };
        let mut links = self.cast_in(new.id).await?;
        links.extend(self.casting_of(new.project_id, new.id).await?);
        for link in links.iter().filter(stale) {
            let Some(stored) = self.get::<Link>(&link.key()).await? else { continue };
            let mut longer = transaction.clone();
            move_link(&mut longer, &stored, new)?;
            if !fit(&longer) {
                return Ok(transaction);
            }
            transaction = longer;
        }
        Ok(transaction)
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

/// Moves the unique name and the entry in the parent's list, where they change. Tells where the claim is.
fn rewrite_names(transaction: &mut Transaction, old: &Entity, new: &Entity) -> Option<usize> {
    let (old_child, new_child) = (child_key(old), child_key(new));
    if old_child != new_child || old.entity_type_id != new.entity_type_id {
        if let Some(key) = old_child {
            transaction.clear(key);
        }
        write_whereabouts(transaction, new);
    }
    if name_key(old) == name_key(new) {
        return None;
    }
    transaction.clear(name_key(old));
    Some(write_name(transaction, new))
}
