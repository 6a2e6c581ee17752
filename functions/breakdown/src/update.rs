//! Changing an entity of any kind: who may change what, and which ids fit.

use http_api::{Access, App, Body, Result, all_wrong};
use model::entity::{EntityPatch, is_asset_type};
use model::vocabulary::{EntityType, TaskType};
use model::{
    Action, Data, Entity, EntityId, EntityKind, Error, Fields, Given, fail_if_any, metadata,
};
use serde_json::Value;
use utoipa::ToSchema;

use crate::creation::require_parent;

/// What may be changed of an entity. Fields that are left out stay; others, such as `id`, are ignored, so
/// that a whole row may be sent back.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"description": "Legendary weapon", "data": {"material": "steel"}}))]
#[expect(dead_code, reason = "describes the body that `EntityPatch` reads")]
pub(crate) struct EntityUpdate {
    /// 1 to 160 characters; unique among the live entities of its type and parent.
    name: Option<String>,
    /// A studio's own code.
    code: Option<String>,
    /// Free text.
    description: Option<String>,
    /// Length of a shot in frames.
    nb_frames: Option<i64>,
    /// `false` restores a canceled entity, if its name is still free.
    canceled: Option<bool>,
    /// Of an asset: whether other productions may cast it.
    is_shared: Option<bool>,
    /// Whether it is on standby in the breakdown.
    is_casting_standby: Option<bool>,
    /// `running`, `standby`, `complete` or `canceled`.
    status: Option<String>,
    /// Of an asset: another asset type.
    entity_type_id: Option<EntityId>,
    /// Of a shot or scene: another sequence. One in which assets are cast stays in its episode, and a
    /// sequence always does.
    parent_id: Option<EntityId>,
    /// Of an asset: the episode it belongs to, or `null`.
    source_id: Option<EntityId>,
    /// The same as `source_id`.
    episode_id: Option<EntityId>,
    /// Main picture.
    preview_file_id: Option<EntityId>,
    /// Of an asset: the task type that may start when it is cast.
    ready_for: Option<EntityId>,
    /// Custom metadata: keys to set, the others stay. Must be what the project's metadata descriptors declare.
    #[schema(value_type = Option<Object>)]
    data: Option<Data>,
}

/// Changes an entity that the caller may at least edit the metadata of.
pub(crate) async fn update(
    app: &App,
    access: &Access,
    entity: &Entity,
    body: &Body,
) -> Result<Entity> {
    let mut right = None;
    let read = body.read_json(|value| {
        let value = cleaned(value);
        let read = Fields::read_body::<EntityPatch>(&value);
        right = read.as_ref().ok().cloned().or_else(|| Fields::peek_body(&value));
        read
    });
    let patch = of_kind(right.unwrap_or_default(), entity.kind);
    let judge = |replaced: &Entity| require_allowed(access, &patch, replaced);
    judge(entity)?;
    all_wrong(read, require_fitting(app, access, entity, &patch).await)?;
    let changed = app.store.entity_update(entity.id, &patch, access.person.id, judge).await?;
    Ok(changed.ok_or(Error::NotFound(entity.kind.resource()))?)
}

/// Kitsu writes the word `null` for the episode of an asset that has none.
fn cleaned(mut body: Value) -> Value {
    for field in ["source_id", "episode_id"] {
        if let Some(value) = body.get_mut(field).filter(|value| **value == "null") {
            *value = Value::Null;
        }
    }
    body
}

/// The patch without what only assets have, unless it is for one: rows of shots tell their episode.
fn of_kind(patch: EntityPatch, kind: EntityKind) -> EntityPatch {
    match kind {
        EntityKind::Asset => patch,
        _ => EntityPatch {
            is_shared: None,
            entity_type_id: None,
            source_id: Given::Absent,
            ready_for: Given::Absent,
            ..patch
        },
    }
}

/// Fails if a patch changes of an entity what the caller may not.
fn require_allowed(access: &Access, patch: &EntityPatch, entity: &Entity) -> model::Result<()> {
    if changes_more_than_data(patch, entity) {
        access.require(Action::ManageAssets).map_err(|error| error.0)?;
    }
    Ok(())
}

/// Whether a patch says anything new beside `data`. Clients send whole rows back.
fn changes_more_than_data(patch: &EntityPatch, entity: &Entity) -> bool {
    let is_new = |word: Option<&str>, now: &str| word.is_some_and(|word| word != now);
    let flips = |flag: Option<bool>, now: bool| flag.is_some_and(|flag| flag != now);
    is_new(patch.name.as_deref(), &entity.name)
        || is_new(patch.status.as_deref(), &entity.status)
        || flips(patch.canceled, entity.canceled)
        || flips(patch.is_shared, entity.is_shared)
        || flips(patch.is_casting_standby, entity.is_casting_standby)
        || patch.entity_type_id.is_some_and(|id| id != entity.entity_type_id)
        || differs(&patch.code, entity.code.as_ref())
        || differs(&patch.description, entity.description.as_ref())
        || differs(&patch.nb_frames, entity.nb_frames.as_ref())
        || differs(&patch.parent_id, entity.parent_id.as_ref())
        || differs(&patch.source_id, entity.source_id.as_ref())
        || differs(&patch.preview_file_id, entity.preview_file_id.as_ref())
        || differs(&patch.ready_for, entity.ready_for.as_ref())
}

fn differs<T: PartialEq>(given: &Given<T>, now: Option<&T>) -> bool {
    match given {
        Given::Absent => false,
        Given::Null => now.is_some(),
        Given::Value(value) => now != Some(value),
    }
}

/// Fails with all ids and metadata of a patch that do not fit the entity or its project.
async fn require_fitting(
    app: &App,
    access: &Access,
    entity: &Entity,
    patch: &EntityPatch,
) -> Result<()> {
    let checks = [
        check_type(app, entity, patch).await,
        check_parent(app, access, entity, patch).await,
        check_episode(app, access, entity, patch).await,
        check_ready_for(app, entity, patch).await,
        check_data(app, entity, patch).await,
    ];
    let mut errors = Vec::new();
    for check in checks {
        match check.map_err(|error| error.0) {
            Ok(()) => {}
            Err(Error::Invalid(found)) => errors.extend(found),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(fail_if_any(errors)?)
}

async fn check_type(app: &App, entity: &Entity, patch: &EntityPatch) -> Result<()> {
    let Some(id) = patch.entity_type_id.filter(|id| *id != entity.entity_type_id) else {
        return Ok(());
    };
    if is_asset_type(id) && app.store.vocabulary_get::<EntityType>(id).await?.is_some() {
        return Ok(());
    }
    Err(Error::invalid("entity_type_id", "is not the id of any asset type").into())
}

async fn check_episode(
    app: &App,
    access: &Access,
    entity: &Entity,
    patch: &EntityPatch,
) -> Result<()> {
    match &patch.source_id {
        Given::Value(id) if differs(&patch.source_id, entity.source_id.as_ref()) => {
            require_parent(app, access, EntityKind::Episode, "source_id", *id).await.map(drop)
        }
        _ => Ok(()),
    }
}

async fn check_ready_for(app: &App, entity: &Entity, patch: &EntityPatch) -> Result<()> {
    match &patch.ready_for {
        Given::Value(id)
            if differs(&patch.ready_for, entity.ready_for.as_ref())
                && app.store.vocabulary_get::<TaskType>(*id).await?.is_none() =>
        {
            Err(Error::invalid("ready_for", "is not the id of any task type").into())
        }
        _ => Ok(()),
    }
}

async fn check_data(app: &App, entity: &Entity, patch: &EntityPatch) -> Result<()> {
    let sets = |(key, value): (&String, &Value)| entity.data.get(key) != Some(value);
    let Some(given) = patch.data.as_ref().filter(|given| given.iter().any(sets)) else {
        return Ok(());
    };
    let descriptors = app.store.descriptors_of(entity.project_id).await?;
    let errors = metadata::check_change(&descriptors, entity.kind, &entity.data, given);
    Ok(fail_if_any(errors)?)
}

async fn check_parent(
    app: &App,
    access: &Access,
    entity: &Entity,
    patch: &EntityPatch,
) -> Result<()> {
    if !differs(&patch.parent_id, entity.parent_id.as_ref()) {
        return Ok(());
    }
    let refused = |message: &str| Err(Error::invalid("parent_id", message).into());
    let id = match (entity.kind, &patch.parent_id) {
        (EntityKind::Asset, _) => return refused("must be left out: an asset has no parent"),
        (EntityKind::Episode, _) => return refused("must be left out: an episode has no parent"),
        (EntityKind::Sequence, _) => {
            return refused("must stay: a sequence cannot move to another episode");
        }
        (EntityKind::Shot | EntityKind::Scene, Given::Value(id)) => *id,
        (EntityKind::Shot | EntityKind::Scene, _) => return refused("is required"),
    };
    require_parent(app, access, EntityKind::Sequence, "parent_id", id).await.map(drop)
}

#[cfg(test)]
mod tests {
    use model::EntityTypeId;
    use model::entity::NewEntity;
    use model::{ProjectId, Timestamp};
    use serde_json::json;

    use super::*;

    fn asset() -> Entity {
        let new = NewEntity::named(ProjectId::new(), EntityTypeId::new(), "Hero");
        new.create(Timestamp::parse("2026-01-01T00:00:00Z").unwrap())
    }

    fn patch(body: Value) -> EntityPatch {
        Fields::read_body(&cleaned(body)).unwrap()
    }

    #[test]
    fn a_row_sent_back_changes_nothing_but_data() {
        let asset = asset();
        let mut row = serde_json::to_value(&asset).unwrap();
        row["data"] = json!({"difficulty": "hard"});
        assert!(!changes_more_than_data(&patch(row.clone()), &asset));
        for (field, value) in
            [("name", json!("Other")), ("code", json!("H")), ("canceled", json!(true))]
        {
            let mut changed = row.clone();
            changed[field] = value;
            assert!(changes_more_than_data(&patch(changed), &asset), "{field}");
        }
    }

    #[test]
    fn a_shots_row_tells_its_episode_and_does_not_change_it() {
        let shot = Entity { kind: EntityKind::Shot, ..asset() };
        let sent = patch(json!({"episode_id": EntityId::new(), "is_shared": true}));
        assert!(changes_more_than_data(&sent, &shot));
        assert!(!changes_more_than_data(&of_kind(sent, shot.kind), &shot));
    }

    #[test]
    fn the_word_null_is_no_episode() {
        assert_eq!(patch(json!({"source_id": "null"})).source_id, Given::Null);
    }
}
