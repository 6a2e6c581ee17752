//! A sound table has no violations, and each damage is told as what it is.

mod table;

use std::collections::{BTreeSet, HashMap};

use model::casting::Link;
use model::descriptor::Descriptor;
use model::{Entity, EntityKind, EntityTypeId, JournalId, ProjectId, TaskStatusId};

use super::Violation;
use crate::item::{self, Item as _};
use crate::journal::{Chunk, Journal};
use crate::open::{Open, Work};
use crate::project::ProjectItem;
use crate::table::{self as keys, Key};
use crate::transaction::Transaction;
use crate::{casting, entity, project};
use table::{Table, now, of_kind};

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
        let found = super::violations(items.into_values().collect());
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
}

#[test]
fn items_are_known_sound_and_in_place() {
    check(|table| {
        let key = Key { pk: "BUDGET#1".into(), sk: "LINE#1".into() };
        table.items.insert(key.clone(), HashMap::from(key.attributes()));
        vec![Violation::Unknown { key }]
    });
    check(|table| {
        let key = keys::secret(table.person.id);
        table.items.insert(key.clone(), HashMap::from(key.attributes()));
        let cause = crate::item::decode::<crate::person::Secret>(table.items[&key].clone());
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

#[test]
fn references_lead_somewhere() {
    check(|table| {
        let comment = serde_json::json!({
            "id": model::CommentId::new(), "object_id": model::TaskId::new(), "text": "", "checklist": [],
            "links": [], "for_client": false, "task_status_id": TaskStatusId::new(),
            "person_id": table.person.id, "created_at": now(), "updated_at": now(), "type": "Comment",
        });
        let comment: model::comment::Comment = serde_json::from_value(comment).unwrap();
        table.put(&comment);
        let id = comment.object_id.to_string();
        vec![Violation::Dangling { key: comment.key(), what: "task", id }]
    });
    check(|table| {
        let by = model::By { person_id: None, at: model::Moment::new(chrono::Utc::now()) };
        let gone = Entity { id: model::EntityId::new(), ..table.hero.clone() };
        let entry =
            crate::history::HistoryItem::of(model::HistoryEntry::of_creation(by, &gone).unwrap());
        let entry = entry.unwrap();
        table.put(&entry);
        vec![Violation::Dangling { key: entry.key(), what: "asset", id: gone.id.to_string() }]
    });
    check(|table| {
        let descriptor = Descriptor::named(ProjectId::new(), "Height", now());
        table.put(&descriptor);
        let id = descriptor.project_id.to_string();
        vec![Violation::Dangling { key: descriptor.key(), what: "project", id }]
    });
    check(|table| {
        let secret = crate::person::Secret {
            person_id: model::PersonId::new(),
            password_hash: String::new(),
        };
        table.put(&secret);
        let id = secret.person_id.to_string();
        vec![Violation::Dangling { key: secret.key(), what: "person", id }]
    });
    // An asset vanishes alone: all that belongs to it leads nowhere.
    check(|table| {
        let id = table.hero.id;
        table.items.remove(&table.hero.key());
        table.items.remove(&entity::name_key(&table.hero));
        table.items.remove(&keys::entity_locator(id));
        let (link, dangling) = (table.link.clone(), id.to_string());
        let of_episode = keys::cast(link.project_id, table.episode.id, id);
        let asset = [link.key(), of_episode, table.instance.key()].map(|key| Violation::Dangling {
            key,
            what: "asset",
            id: dangling.clone(),
        });
        let task = Violation::Dangling { key: table.task.key(), what: "entity", id: dangling };
        asset.into_iter().chain([task]).collect()
    });
}

#[test]
fn links_repeat_what_is_so() {
    check(|table| {
        let moved = Link { episode_id: None, ..table.link.clone() };
        table.add(&moved.clone(), |t| casting::write_whereabouts(t, &moved));
        let key = moved.key();
        let (episode, asset) = (table.episode.id, table.hero.id);
        vec![
            Violation::Stale { key, field: "episode_id" },
            Violation::Episode { episode, asset, says: Some(1), shots: 0 },
        ]
    });
}

#[test]
fn counters_count() {
    check(|table| {
        table.put(&Entity { nb_entities_out: 3, ..table.shot.clone() });
        vec![Violation::Counter { entity: table.shot.id, says: 3, links: 1 }]
    });
}

#[test]
fn an_episode_follows_its_shots() {
    check(|table| {
        let (episode, asset) = (table.episode.id, table.hero.id);
        let key = keys::cast(table.link.project_id, episode, asset);
        let own = crate::item::decode::<Link>(table.items[&key].clone()).unwrap().value;
        for key in [
            key,
            keys::cast_in(asset, own.project_id, episode),
            keys::foreign(own.project_id, asset, episode),
            keys::link_locator(own.id),
        ] {
            table.items.remove(&key).unwrap();
        }
        table.put(&Entity { nb_entities_out: 0, ..table.episode.clone() });
        vec![Violation::Episode { episode, asset, says: None, shots: 1 }]
    });
}

#[test]
fn the_index_lists_live_shared_assets() {
    check(|table| {
        let key = table.hero.key();
        table.items.get_mut(&key).unwrap().remove(keys::SHARED_PK);
        vec![Violation::Index { key }]
    });
    check(|table| {
        let key = table.shot.key();
        table.set(&key, keys::SHARED_PK, "SHARED#0");
        table.set(&key, keys::SHARED_SK, "x");
        vec![Violation::Index { key }]
    });
}

#[test]
fn what_is_open_is_told() {
    let project =
        |table: &Table, journals: Vec<JournalId>| ProjectItem { journals, ..table.project.clone() };
    check(|table| {
        let journal = Journal::chunks(vec![table.project.project.id]);
        table.put(&journal);
        table.put(&Open::journal(journal.id, now()));
        table.put(&project(table, vec![journal.id]));
        vec![Violation::Open { journal: journal.id }]
    });
    check(|table| {
        let journal = Journal::chunks(Vec::new());
        table.put(&journal);
        let (key, of) = (Work::Journal.key(journal.id), journal.key());
        vec![Violation::Open { journal: journal.id }, Violation::Missing { key, of }]
    });
    check(|table| {
        let of = table.project.project.id;
        let journal = Journal::chunks(vec![of]);
        table.put(&journal);
        table.put(&Open::journal(journal.id, now()));
        let unannounced = Violation::Unannounced { journal: journal.id, project: of };
        vec![Violation::Open { journal: journal.id }, unannounced]
    });
    check(|table| {
        let journal = JournalId::new();
        table.put(&project(table, vec![journal]));
        vec![Violation::Announced { journal, project: table.project.project.id }]
    });
    check(|table| {
        let it = ProjectItem { is_leaving: true, ..table.project.clone() };
        table.put(&it);
        table.put(&Open::project(it.project.id, now()));
        table.items.remove(&keys::in_projects(it.project.id));
        table.items.remove(&project::name_key(&it.project));
        vec![Violation::Leaving { project: it.project.id }]
    });
    check(|table| {
        let chunk = Chunk::empty(JournalId::new());
        table.put(&chunk);
        vec![Violation::Uncommitted { journal: chunk.journal, chunks: 1 }]
    });
    check(|table| {
        let journal = JournalId::new();
        table.put(&Open::journal(journal, now()));
        vec![Violation::Uncommitted { journal, chunks: 0 }]
    });
}

#[test]
fn deletions_that_are_not_complete_are_told() {
    // A sweep looks once more at one that is.
    check(|table| {
        table.put(&Open::project(ProjectId::new(), now()));
        table.put(&Open::person(model::PersonId::new(), now()));
        table.put(&Open::entity(model::EntityId::new(), now()));
        Vec::new()
    });
    check(|table| {
        let descriptor = Descriptor::named(ProjectId::new(), "Height", now());
        table.put(&descriptor);
        let project = descriptor.project_id;
        table.put(&Open::project(project, now()));
        let (key, id) = (descriptor.key(), project.to_string());
        vec![Violation::Leaving { project }, Violation::Dangling { key, what: "project", id }]
    });
    check(|table| {
        let person = model::PersonId::new();
        let secret = crate::person::Secret { person_id: person, password_hash: String::new() };
        table.put(&secret);
        table.put(&Open::person(person, now()));
        let (key, id) = (secret.key(), person.to_string());
        vec![Violation::Departing { person }, Violation::Dangling { key, what: "person", id }]
    });
    check(|table| {
        let gone = model::EntityId::new();
        let project = table.project.project.id;
        let scene = of_kind(project, EntityKind::Scene, "SC02", Some(gone));
        table.add(&scene, |transaction| {
            entity::write_name(transaction, &scene);
            entity::write_whereabouts(transaction, &scene);
            Ok(())
        });
        table.put(&Open::entity(gone, now()));
        let (key, id) = (scene.key(), gone.to_string());
        let dangling = Violation::Dangling { key, what: "entity", id };
        vec![Violation::Emptying { entity: gone }, dangling]
    });
}
