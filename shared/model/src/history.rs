//! The history of an asset: who changed what, and when.
//!
//! An entry tells one change as pairs of old and new values, by field: `name`, `is_shared`, … as the fields of
//! [`Entity`], `data.{key}` for a key of its metadata, `casting.{entity}` for an entity that uses the asset.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::casting::Link;
use crate::data::json_bytes;
use crate::entity::{Entity, EntityKind, NewEntity};
use crate::ids::{EntityId, EntityTypeId, HistoryId, PersonId};
use crate::time::Moment;

/// What an entry tells, by field: the old value and the new one.
pub type Changes = BTreeMap<String, [Value; 2]>;

/// Before the keys of metadata in [`Changes`].
pub const DATA_PREFIX: &str = "data.";
/// Before the entities that use the asset in [`Changes`].
pub const CASTING_PREFIX: &str = "casting.";

/// The largest value an entry holds, in bytes of JSON; of a larger one it tells the size, `{"bytes": 12345}`.
const VALUE_BYTES_MAX: usize = 10_000;
/// The most an entry holds, in bytes of JSON. If metadata makes it more, it is told by its size as a whole.
const CHANGES_BYTES_MAX: usize = 200_000;
/// Fields that never change, change with every change, or count what is told elsewhere.
const UNTOLD: &[&str] = &[
    "id",
    "type",
    "project_id",
    "created_at",
    "created_by",
    "updated_at",
    "nb_entities_out",
    "data",
];

/// Who makes a change, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The person; none for what is set up without a caller.
    pub person_id: Option<PersonId>,
    /// When.
    pub at: Moment,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryAction {
    /// The asset was created.
    Created,
    /// Fields or metadata were changed.
    Updated,
    /// It was canceled: removed from the production, and kept.
    Canceled,
    /// It was restored after it had been canceled.
    Restored,
    /// It was offered to other productions, and nothing else was changed.
    Shared,
    /// It was taken back, and nothing else was changed.
    Unshared,
    /// Its users changed: where it is cast, how often, as what.
    Cast,
}

/// One change of one asset.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// Unique identifier.
    pub id: HistoryId,
    /// The asset.
    pub asset_id: EntityId,
    /// When, and by whom.
    pub by: By,
    /// What was done.
    pub action: HistoryAction,
    /// What became of what.
    pub changes: Changes,
}

impl HistoryEntry {
    fn new(by: By, asset_id: EntityId, action: HistoryAction, changes: Changes) -> Self {
        Self { id: HistoryId::new(), asset_id, by, action, changes: bounded(changes) }
    }

    /// The first entry of an asset: all that was set. `None` for other entities, which have no history.
    pub fn of_creation(by: By, new: &Entity) -> Option<Self> {
        let blank = NewEntity::named(new.project_id, EntityTypeId(uuid::Uuid::nil()), "");
        let mut changes = changes(&blank.create(new.created_at), new);
        changes.retain(|_, [_, new]| *new != "");
        for [old, _] in changes.values_mut() {
            *old = Value::Null;
        }
        let is_asset = new.kind == EntityKind::Asset;
        is_asset.then(|| Self::new(by, new.id, HistoryAction::Created, changes))
    }

    /// The entry of an asset's change. `None` if nothing was changed, and for other entities.
    pub fn of_change(by: By, old: &Entity, new: &Entity) -> Option<Self> {
        let changes = changes(old, new);
        if new.kind != EntityKind::Asset || changes.is_empty() {
            return None;
        }
        let is_only_sharing = changes.len() == 1 && old.is_shared != new.is_shared;
        let action = match (old.canceled, new.canceled) {
            (false, true) => HistoryAction::Canceled,
            (true, false) => HistoryAction::Restored,
            _ if is_only_sharing && new.is_shared => HistoryAction::Shared,
            _ if is_only_sharing => HistoryAction::Unshared,
            _ => HistoryAction::Updated,
        };
        Some(Self::new(by, new.id, action, changes))
    }

    /// The entries of changed links, one per asset: each link as it was and as it is.
    pub fn of_casting<'a>(
        by: By,
        links: impl IntoIterator<Item = (Option<&'a Link>, Option<&'a Link>)>,
    ) -> Vec<Self> {
        let mut by_asset: BTreeMap<EntityId, Changes> = BTreeMap::new();
        for (old, new) in links {
            let Some(link) = old.or(new) else { continue };
            let pair = [use_of(old), use_of(new)];
            if pair[0] != pair[1] {
                let changes = by_asset.entry(link.asset_id).or_default();
                changes.insert(format!("{CASTING_PREFIX}{}", link.entity_id), pair);
            }
        }
        let entry = |(asset, changes)| Self::new(by, asset, HistoryAction::Cast, changes);
        by_asset.into_iter().map(entry).collect()
    }
}

/// How a link uses its asset, and of which project and type the entity is that does.
fn use_of(link: Option<&Link>) -> Value {
    link.map_or(Value::Null, |link| {
        json!({
            "project_id": link.project_id,
            "entity_type_id": link.entity_type_id,
            "nb_occurences": link.nb_occurences,
            "label": link.label,
        })
    })
}

fn changes(old: &Entity, new: &Entity) -> Changes {
    let [old_fields, new_fields] =
        [old, new].map(|entity| serde_json::to_value(entity).unwrap_or_default());
    let fields = new_fields.as_object().into_iter().flatten().filter_map(|(field, value)| {
        let before = &old_fields[field];
        let is_told = before != value && !UNTOLD.contains(&field.as_str());
        is_told.then(|| (field.clone(), [before.clone(), value.clone()]))
    });
    let keys = old.data.keys().chain(new.data.keys()).filter_map(|key| {
        let [old, new] = [old, new].map(|entity| entity.data.get(key));
        let pair = [old.cloned().unwrap_or_default(), new.cloned().unwrap_or_default()];
        (old != new).then(|| (format!("{DATA_PREFIX}{key}"), pair))
    });
    fields.chain(keys).collect()
}

/// The changes within the limits of an item.
fn bounded(mut changes: Changes) -> Changes {
    for value in changes.values_mut().flatten() {
        let bytes = bytes(value);
        if bytes > VALUE_BYTES_MAX {
            *value = json!({ "bytes": bytes });
        }
    }
    let size = |(field, [old, new]): (&String, &[Value; 2])| width(field) + bytes(old) + bytes(new);
    if changes.iter().map(size).sum::<usize>() > CHANGES_BYTES_MAX {
        let is_data = |field: &str| field.starts_with(DATA_PREFIX);
        let mut sizes = [0, 0];
        for (field, pair) in changes.iter().filter(|(field, _)| is_data(field)) {
            for (size, value) in sizes.iter_mut().zip(pair) {
                *size += if value.is_null() { 0 } else { width(field) + bytes(value) };
            }
        }
        changes.retain(|field, _| !is_data(field));
        changes.insert("data".into(), sizes.map(|bytes| json!({ "bytes": bytes })));
    }
    changes
}

fn bytes(value: &Value) -> usize {
    json_bytes(value)
}

/// How long a field is as JSON, between its quotes: a control character is six bytes there.
fn width(field: &str) -> usize {
    json_bytes(&field).saturating_sub(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProjectId, Timestamp};

    fn asset(kind: EntityKind) -> Entity {
        let entity_type = kind.entity_type().unwrap_or_else(EntityTypeId::new);
        let data = json!({"a": 1, "b": [2]}).as_object().cloned().unwrap();
        let named = NewEntity::named(ProjectId::new(), entity_type, "Sword");
        NewEntity { data, ..named }.create(Timestamp::parse("2026-01-01T00:00:00Z").unwrap())
    }

    fn by() -> By {
        let at = serde_json::from_value(json!("2026-01-01T00:00:00.000001Z")).unwrap();
        By { person_id: Some(PersonId::new()), at }
    }

    #[test]
    fn a_change_is_told_by_field() {
        let old = asset(EntityKind::Asset);
        let check = |change: &dyn Fn(&mut Entity), action: HistoryAction, expected: Value| {
            let mut new = old.clone();
            change(&mut new);
            let entry = HistoryEntry::of_change(by(), &old, &new).unwrap();
            assert_eq!((entry.action, json!(entry.changes)), (action, expected));
        };
        check(
            &|new| new.name = "Axe".into(),
            HistoryAction::Updated,
            json!({"name": ["Sword", "Axe"]}),
        );
        check(
            &|new| drop(new.data.insert("a".into(), json!("x"))),
            HistoryAction::Updated,
            json!({"data.a": [1, "x"]}),
        );
        check(
            &|new| drop((new.data.remove("b"), new.data.insert("c".into(), json!(0)))),
            HistoryAction::Updated,
            json!({"data.b": [[2], null], "data.c": [null, 0]}),
        );
        check(
            &|new| new.canceled = true,
            HistoryAction::Canceled,
            json!({"canceled": [false, true]}),
        );
        check(
            &|new| new.is_shared = true,
            HistoryAction::Shared,
            json!({"is_shared": [false, true]}),
        );
        check(
            &|new| (new.is_shared, new.name) = (true, "Axe".into()),
            HistoryAction::Updated,
            json!({"is_shared": [false, true], "name": ["Sword", "Axe"]}),
        );
        let restored =
            HistoryEntry::of_change(by(), &Entity { canceled: true, ..old.clone() }, &old);
        assert_eq!(restored.unwrap().action, HistoryAction::Restored);
        let later = Timestamp::parse("2026-01-02T00:00:00Z").unwrap();
        let touched = Entity { updated_at: later, nb_entities_out: 3, ..old.clone() };
        assert_eq!(HistoryEntry::of_change(by(), &old, &touched), None, "nothing of its own");
        let shot = asset(EntityKind::Shot);
        let renamed = Entity { name: "Other".into(), ..shot.clone() };
        assert_eq!(HistoryEntry::of_change(by(), &shot, &renamed), None, "only assets have one");
    }

    #[test]
    fn a_creation_tells_what_was_set() {
        let new = asset(EntityKind::Asset);
        let entry = HistoryEntry::of_creation(by(), &new).unwrap();
        let expected = json!({
            "name": [null, "Sword"], "entity_type_id": [null, new.entity_type_id],
            "data.a": [null, 1], "data.b": [null, [2]],
        });
        assert_eq!((entry.action, json!(entry.changes)), (HistoryAction::Created, expected));
        assert_eq!(HistoryEntry::of_creation(by(), &asset(EntityKind::Shot)), None);
    }

    #[test]
    fn an_entry_is_bounded() {
        let old = asset(EntityKind::Asset);
        let with = |data: Value| Entity { data: data.as_object().cloned().unwrap(), ..old.clone() };
        let changes = |old, new| HistoryEntry::of_change(by(), old, new).unwrap().changes;
        let long = with(json!({"a": 1, "b": "x".repeat(VALUE_BYTES_MAX)}));
        assert_eq!(changes(&old, &long)["data.b"], [json!([2]), json!({"bytes": 10_002})]);
        let many: Value = (0..9_000).map(|n| (format!("key {n:04}"), json!("value"))).collect();
        let told = changes(&with(json!({})), &Entity { name: "Axe".into(), ..with(many) });
        assert_eq!(told.keys().collect::<Vec<_>>(), ["data", "name"]);
        assert_eq!(told["data"], [json!({"bytes": 0}), json!({"bytes": 9_000 * (13 + 7)})]);
        let odd: Value =
            (0..160).map(|n| (format!("{n:03}{}", "\u{1}".repeat(252)), json!(1))).collect();
        let (blank, odd) = (with(json!({})), with(odd));
        let told = HistoryEntry::of_change(by(), &blank, &odd).unwrap().changes;
        assert_eq!(told["data"][1], json!({"bytes": 160 * (5 + 3 + 6 * 252 + 1)}));
    }
}
