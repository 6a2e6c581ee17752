//! Deleting entities: which are only canceled, and what goes with them.

use http_api::{Access, App, Caller, Force, NoContent, Query, Result, concurrently};
use model::{Action, Entity, EntityId, EntityKind, Error};
use store::{Condemned, Removal};

/// What a caller who wants to delete an entity must be allowed.
///
/// As in Zou its creator may delete a shot, too. What holds others is for managers: they need not be his.
pub(crate) fn deletion_of(entity: &Entity, access: &Access) -> Action {
    match entity.kind {
        EntityKind::Episode | EntityKind::Sequence => Action::ManageAssets,
        EntityKind::Asset | EntityKind::Shot | EntityKind::Scene => {
            Action::DeleteAsset { by_creator: entity.created_by == Some(access.person.id) }
        }
    }
}

/// Handles the deletion of one entity of a kind.
pub(crate) async fn delete(
    app: &App,
    caller: &Caller,
    kind: EntityKind,
    id: EntityId,
    query: &Query,
) -> Result<NoContent> {
    let (entity, access) = caller.open(app, kind, id, Action::Read).await?;
    delete_opened(app, &access, &entity, query).await
}

/// Handles the deletion of an entity that was opened.
pub(crate) async fn delete_opened(
    app: &App,
    access: &Access,
    entity: &Entity,
    query: &Query,
) -> Result<NoContent> {
    access.require(deletion_of(entity, access))?;
    let query = query.read::<Force>()?;
    remove(app, access, entity, query).await?;
    Ok(NoContent)
}

/// Deletes or cancels an entity. With force what it holds goes first, so that a crash leaves nothing below
/// what is gone, and the next call completes it. What has been moved out of it by then stays.
async fn remove(app: &App, access: &Access, entity: &Entity, query: Force) -> Result<()> {
    let by = access.person.id;
    if query.force {
        for level in held(app, entity).await?.iter().rev() {
            app.store.entities_remove(level, Condemned::Within(entity.id), by).await?;
        }
        app.store.entity_remove(entity.id, by).await?;
        return Ok(());
    }
    match app.store.entity_remove_empty(entity.id, by).await? {
        Removal::Done | Removal::Gone => {}
        Removal::HasTasks => drop(app.store.entity_cancel(entity.id, by).await?),
        Removal::HoldsOthers => {
            let message = "must be true: what it holds is deleted with it";
            return Err(Error::invalid("force", message).into());
        }
    }
    Ok(())
}

/// What an episode or sequence holds, level by level: sequences and assets, then shots and scenes.
async fn held(app: &App, entity: &Entity) -> Result<Vec<Vec<EntityId>>> {
    let (mut levels, mut above) = (Vec::new(), vec![entity.clone()]);
    loop {
        above.retain(|it| matches!(it.kind, EntityKind::Episode | EntityKind::Sequence));
        let reads = above.iter().map(|it| app.store.children(it.id, None));
        let below = concurrently(reads).await?;
        above = below.into_iter().flatten().collect();
        if above.is_empty() {
            return Ok(levels);
        }
        levels.push(above.iter().map(|it| it.id).collect());
    }
}

/// Deletes or cancels assets and shots of a project, and tells which. Those that are canceled already are deleted, as in
/// Zou, unless somebody restores them meanwhile.
pub(crate) async fn remove_many(
    app: &App,
    access: &Access,
    entities: Vec<Entity>,
    query: Force,
) -> Result<Vec<EntityId>> {
    let by = access.person.id;
    let all: Vec<EntityId> = entities.iter().map(|entity| entity.id).collect();
    if query.force {
        app.store.entities_remove(&all, Condemned::All, by).await?;
        return Ok(all);
    }
    let canceled: Vec<EntityId> =
        entities.iter().filter(|entity| entity.canceled).map(|entity| entity.id).collect();
    let restored = app.store.entities_remove(&canceled, Condemned::Canceled, by).await?;
    let others = entities.iter().filter(|it| !it.canceled || restored.contains(&it.id));
    concurrently(others.map(|entity| remove(app, access, entity, query))).await?;
    Ok(all)
}
