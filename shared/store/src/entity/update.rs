//! Changing an entity: a partial update that takes its unique name and its parent's list along. An asset that gets
//! another type moves: `retype`.

use model::entity::{EntityPatch, require_asset_type};
use model::{Entity, EntityId, EntityKind, Error, HistoryEntry, PersonId, Result, Timestamp};

use crate::change::{ATTEMPTS, Dated as _, contended};
use crate::client::Store;
use crate::entity::{child_key, name_key, parent_of, write_name, write_whereabouts};
use crate::history::write_history;
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
            if stored.value.is_same(&changed) {
                return Ok(Some(stored.value));
            }
            self.require_episode(&stored.value, &changed).await?;
            let entry = HistoryEntry::of_change(self.by(by), &stored.value, &changed);
            if changed.entity_type_id != stored.value.entity_type_id {
                if self.retyped(&stored, &changed, entry, by).await? {
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
    pub(super) async fn touch_parent(
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
}

/// Moves the unique name and the entry in the parent's list, where they change. Tells where the claim is.
pub(super) fn rewrite_names(
    transaction: &mut Transaction,
    old: &Entity,
    new: &Entity,
) -> Option<usize> {
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
