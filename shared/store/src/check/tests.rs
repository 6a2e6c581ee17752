//! A sound table has no violations, and each damage is told as what it is.

mod index;
mod pending;
mod rules;
mod table;

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use model::{Entity, EntityKind, EntityTypeId, ProjectId};

use self::table::{Table, of_kind};
use super::Violation;
use crate::entity;
use crate::item::{self, Item as _};
use crate::table::{self as keys, Key};
use crate::transaction::Transaction;

/// Damages a sound table and expects exactly these violations.
#[track_caller]
fn check(damage: impl FnOnce(&mut Table) -> Vec<Violation>) {
    let mut table = Table::sound();
    let mut wanted = damage(&mut table);
    wanted.sort();
    let found = table.violations();
    let text = |all: &[Violation]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(text(&found), text(&wanted));
}

#[test]
fn a_sound_table_has_none() {
    check(|_| Vec::new());
}

/// What follows from another item: as the sort keys begin, and the studio's two lists.
const FOLLOWS: &[&str] = &[
    "UNIQUE",
    "LOCATOR",
    "CHILD",
    "CAST_IN",
    "FOREIGN",
    "INSTANCE_OF",
    "INSTANCE_SHOT",
    "TASK_NAME",
    "MEMBER",
    "ASSIGNED",
    "EMAIL",
    "TYPE",
    "COLUMN_KEY",
    "COLUMN_TITLE",
];

#[test]
fn every_item_that_follows_is_missed() {
    let sound = Table::sound().items;
    let mut kinds = BTreeSet::new();
    for removed in sound.keys() {
        let kind = removed.sk.split('#').next().unwrap();
        if !["PEOPLE", "PROJECTS"].contains(&removed.pk.as_str()) && !FOLLOWS.contains(&kind) {
            continue;
        }
        kinds.insert(kind);
        let mut items = sound.clone();
        items.remove(removed);
        let found = table::violations(items);
        let is_it = |it: &Violation| matches!(it, Violation::Missing { key, .. } if key == removed);
        assert!(found.len() == 1 && is_it(&found[0]), "{removed}: {found:?}");
    }
    assert_eq!(kinds.len(), FOLLOWS.len() + 2, "{kinds:?}");
}

#[test]
fn what_follows_from_nothing_is_a_stray() {
    check(|table| {
        let gone = of_kind(table.project.project.id, EntityKind::Episode, "E02", None);
        let mut follows = Transaction::default();
        entity::write_name(&mut follows, &gone);
        entity::write_whereabouts(&mut follows, &gone);
        table.items.extend(follows.into_puts());
        let keys = [entity::name_key(&gone), keys::entity_locator(gone.id)];
        keys.map(|key| Violation::Stray { key }).into()
    });
    check(|table| {
        let mut marker = Transaction::default();
        entity::write_type_used(&mut marker, ProjectId::new(), EntityTypeId::new());
        let (key, item) = marker.into_puts().next().unwrap();
        table.items.insert(key.clone(), item);
        vec![Violation::Stray { key }]
    });
}

/// The name of a live entity is not that of a canceled one.
#[test]
fn a_name_follows_a_cancellation() {
    check(|table| {
        let live = entity::name_key(&table.episode);
        let canceled = Entity { canceled: true, ..table.episode.clone() };
        table.put(&canceled);
        let (key, of) = (entity::name_key(&canceled), canceled.key());
        vec![Violation::Stray { key: live }, Violation::Missing { key, of }]
    });
}

#[test]
fn one_name_of_two_is_contested() {
    check(|table| {
        let project = table.project.project.id;
        let twin = of_kind(project, EntityKind::Episode, "e01", None);
        let (key, of, and) = (entity::name_key(&twin), twin.key(), table.episode.key());
        table.add(&twin, |t| {
            entity::write_whereabouts(t, &twin);
            Ok(())
        });
        let (of, and) = if table.episode.id < twin.id { (of, and) } else { (and, of) };
        let first = if of == twin.key() { table.episode.key() } else { twin.key() };
        let mut wanted = vec![Violation::Contested { key: key.clone(), of, and }];
        // It names one of the two only.
        if first == twin.key() {
            wanted.push(Violation::Differs { key, of: first });
        }
        wanted
    });
}

#[test]
fn what_follows_says_the_same() {
    check(|table| {
        let key = keys::entity_locator(table.shot.id);
        table.set(&key, "project_id", &ProjectId::new().to_string());
        vec![Violation::Differs { key, of: table.shot.key() }]
    });
    check(|table| {
        let link = table.link.clone();
        let key = keys::cast_in(link.asset_id, link.project_id, link.entity_id);
        table.set(&key, "label", "main");
        vec![Violation::Differs { key, of: link.key() }]
    });
    check(|table| {
        let key = keys::instance_shot(table.hero.id, table.instance.id, table.shot.id);
        table.set(&key, "number", "2");
        vec![Violation::Differs { key, of: keys::shot_instance(table.shot.id, table.instance.id) }]
    });
    check(|table| {
        let key = keys::in_people(table.person.id);
        table.set(&key, "first_name", "Somebody");
        vec![Violation::Differs { key, of: table.person.key() }]
    });
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.into())
}

#[test]
fn items_are_known_sound_and_in_place() {
    check(|table| {
        let key = Key { pk: "BUDGET#1".into(), sk: "LINE#1".into() };
        table.items.insert(key.clone(), HashMap::from(key.attributes()));
        vec![Violation::Unknown { key }]
    });
    check(|table| {
        let key = Key { pk: "1".into(), sk: "1".into() };
        let item = [("id", "1"), ("SK", "1")].map(|(name, value)| (name.to_owned(), text(value)));
        table.items.insert(key, item.into());
        vec![Violation::Keyless { attributes: "SK, id".into() }]
    });
    check(|table| {
        let key = keys::secret(table.person.id);
        table.items.insert(key.clone(), HashMap::from(key.attributes()));
        let cause = crate::item::decode::<crate::person::login::Secret>(table.items[&key].clone());
        vec![Violation::Unreadable { key, cause: cause.unwrap_err().to_string() }]
    });
    check(|table| {
        let wanted = table.instance.key();
        let key = keys::instance(item::place_of(&table.instance), table.hero.id, 2);
        let mut item = table.items[&wanted].clone();
        item.extend(key.attributes());
        table.items.insert(key.clone(), item);
        vec![Violation::Misplaced { key, wanted }]
    });
}
