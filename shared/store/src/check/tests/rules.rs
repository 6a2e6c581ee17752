//! What items say of each other is so.

use model::casting::Link;
use model::descriptor::Descriptor;
use model::{Entity, EntityId, LinkId, ProjectId, TaskStatusId};

use super::check;
use super::table::now;
use crate::check::Violation;
use crate::check::rules::in_circles;
use crate::item::Item as _;
use crate::table as keys;
use crate::task::comment::CommentItem;
use crate::{casting, entity};

#[test]
fn references_lead_somewhere() {
    check(|table| {
        let comment = serde_json::json!({
            "id": model::CommentId::new(), "object_id": model::TaskId::new(), "text": "", "checklist": [],
            "links": [], "for_client": false, "task_status_id": TaskStatusId::new(),
            "person_id": table.person.id, "created_at": now(), "updated_at": now(), "type": "Comment",
        });
        let comment = CommentItem::of(serde_json::from_value(comment).unwrap(), now().into());
        table.put(&comment);
        let id = comment.comment.object_id.to_string();
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
        table.add_descriptor(&descriptor);
        let id = descriptor.project_id.to_string();
        vec![Violation::Dangling { key: descriptor.key(), what: "project", id }]
    });
    check(|table| {
        let secret = crate::person::login::Secret {
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
fn no_asset_contains_itself() {
    check(|table| {
        let hero = Entity { nb_entities_out: 1, ..table.hero.clone() };
        table.put(&hero);
        let link = Link {
            id: LinkId::new(),
            entity_id: hero.id,
            entity_kind: hero.kind,
            entity_type_id: hero.entity_type_id,
            project_id: hero.project_id,
            episode_id: None,
            ..table.link.clone()
        };
        table.add(&link.clone(), |t| casting::write_whereabouts(t, &link));
        vec![Violation::Circle { entity: hero.id, asset: hero.id }]
    });
    let [user, a, b, c, used] = [(); 5].map(|()| EntityId::new());
    let circle = [(a, b), (b, c), (c, a)];
    let others = [(user, a), (c, used), (user, used)];
    assert_eq!(in_circles([circle, others].concat()), circle);
    assert_eq!(in_circles(others.to_vec()), []);
}
