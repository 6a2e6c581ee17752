//! The events of a transaction, derived from the keys it writes.
//!
//! One line in `EventCollector::write` covers a new kind of item. What a key does not tell is taken from the other writes
//! (a touched entity) or from the item itself. Only the project of an instance is in neither: the transaction names it.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::event::EventContent;
use model::{EntityKind, EntityTypeId, ProjectId};
use serde_json::json;

use crate::item::Attributes;
use crate::table::Key;

/// Which feed tells of something: a project's, or the studio's.
pub(crate) type Feed = Option<ProjectId>;

/// What a transaction does to the item at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemChange {
    /// It is new.
    Created,
    /// It was there.
    Changed,
    /// It is gone.
    Deleted,
}

/// What events are derived from: the key of a write, what it does to the item (`None` if only numbers or the revision
/// change), and the item itself if it is put.
pub(crate) struct ItemWrite<'a> {
    pub(crate) key: &'a Key,
    pub(crate) change: Option<ItemChange>,
    pub(crate) item: Option<&'a Attributes>,
}

/// The events of these writes, feed by feed, in their order. Instances have events only if their project is known.
pub(crate) fn derive_events<'a>(
    writes: impl Iterator<Item = ItemWrite<'a>>,
    instances_of: Feed,
) -> BTreeMap<Feed, Vec<EventContent>> {
    let writes: Vec<_> =
        writes.map(|write| (split(&write.key.pk), split(&write.key.sk), write)).collect();
    let mut collector = EventCollector { instances_of, ..EventCollector::default() };
    for (pk, sk, write) in &writes {
        collector.look(pk, sk, write);
    }
    for (pk, sk, write) in &writes {
        if let Some(change) = write.change {
            collector.write(pk, sk, change);
            collector.write_instance(pk, sk, write, change);
        }
    }
    collector.finish()
}

fn split(key: &str) -> Vec<&str> {
    key.split('#').collect()
}

#[derive(Debug, Default)]
struct EventCollector<'a> {
    by_feed: BTreeMap<Feed, Vec<EventContent>>,
    /// Of what kind the written entities are.
    kinds: HashMap<&'a str, EntityKind>,
    /// The project of tasks: what belongs to a task has none in its own key.
    projects: HashMap<&'a str, Feed>,
    /// Tasks that are deleted, with all that belongs to them, or moved with their entity.
    left: HashSet<&'a str>,
    /// The project of instances, unless they go with their asset or place: that these are gone is told then.
    instances_of: Feed,
    /// Whether projects only take note of a journal.
    is_noting: bool,
}

impl<'a> EventCollector<'a> {
    /// Takes from a write what others are told by.
    fn look(&mut self, pk: &[&'a str], sk: &[&'a str], write: &ItemWrite<'a>) {
        match (pk, sk) {
            (["PROJECT", _, "TYPE", of], ["ENTITY", id]) => drop(self.kinds.insert(id, kind(of))),
            (["PROJECT", project, "TYPE", _], ["TASK", _, id]) => {
                self.projects.insert(id, feed(project));
                if write.change == Some(ItemChange::Deleted) {
                    self.left.insert(id);
                }
            }
            (["PROJECT", _, "CASTING"], ["CAST", entity, _]) => {
                let name = write.item.and_then(|item| item.get("entity_type_id")?.as_s().ok());
                self.kinds.extend(name.map(|of| (*entity, kind(of))));
            }
            (["JOURNAL", _], ["HEAD"]) => self.is_noting = true,
            _ => {}
        }
    }

    fn write(&mut self, pk: &[&'a str], sk: &[&'a str], change: ItemChange) {
        let verb = change.verb();
        match (pk, sk) {
            (["PROJECT", project, "TYPE", of], ["ENTITY", id]) => {
                let kind = lower(kind(of));
                self.tell(feed(project), format!("{kind}:{verb}"), &[(&format!("{kind}_id"), id)]);
            }
            (["PROJECT", project, "CASTING"], ["CAST", entity, _]) => {
                // Of an entity that goes, that it is gone is told.
                let Some(kind) = self.kinds.get(entity).copied().map(lower) else { return };
                let name = format!("{kind}:casting-update");
                self.tell(feed(project), name, &[(&format!("{kind}_id"), entity)]);
            }
            (["PROJECT", project, "TYPE", _], ["TASK", entity, id]) => {
                let data = [("task_id", *id), ("entity_id", *entity)];
                self.tell(feed(project), format!("task:{verb}"), &data);
            }
            (["PERSON", person], ["ASSIGNED", project, _, task]) if !self.left.contains(task) => {
                let name =
                    if change == ItemChange::Deleted { "task:unassign" } else { "task:assign" };
                let data = [("task_id", *task), ("person_id", *person)];
                self.tell(feed(project), name.into(), &data);
            }
            (["TASK", task], ["COMMENT", _, id]) if !self.left.contains(task) => {
                let Some(feed) = self.projects.get(task).copied() else { return };
                let data = [("comment_id", *id), ("task_id", *task)];
                self.tell(feed, format!("comment:{verb}"), &data);
            }
            (["PROJECT", project], ["PROJECT"])
                if !self.is_noting || change == ItemChange::Created =>
            {
                self.tell(feed(project), format!("project:{verb}"), &[("project_id", project)]);
            }
            (["PROJECT", project], ["TEAM", person]) => {
                let data = [("project_id", *project), ("person_id", *person)];
                self.tell(feed(project), "project:team-update".into(), &data);
            }
            (["PROJECT", project], ["DESCRIPTOR", id]) => {
                let data = [("metadata_descriptor_id", *id)];
                self.tell(feed(project), format!("metadata-descriptor:{verb}"), &data);
            }
            (["PERSON", id], ["PERSON"]) => {
                self.tell(None, format!("person:{verb}"), &[("person_id", id)]);
            }
            (["CATALOG"], ["ID", word, id]) => {
                let word = word.to_ascii_lowercase().replace("entity", "asset");
                let name = format!("{}:{verb}", word.replace('_', "-"));
                self.tell(None, name, &[(&format!("{word}_id"), id)]);
            }
            _ => {}
        }
    }

    /// Instances, spelt as Zou spells them: by their table's name what was done to them in a place.
    fn write_instance(
        &mut self,
        pk: &[&str],
        sk: &[&str],
        write: &ItemWrite<'_>,
        change: ItemChange,
    ) {
        let Some(project) = self.instances_of else { return };
        let (name, data) = match (pk, sk) {
            (["ENTITY", _], ["INSTANCE", asset, _]) => {
                let id = write.item.and_then(|item| item.get("id")?.as_s().ok());
                // When it goes, its locator tells which one it was.
                let Some(id) = id else { return };
                let name = match change {
                    ItemChange::Created => "asset_instance:new",
                    ItemChange::Changed | ItemChange::Deleted => "asset-instance:update",
                };
                (name, [("asset_instance_id", id.as_str()), ("asset_id", *asset)])
            }
            (["INSTANCE", id], ["LOCATOR"]) if change == ItemChange::Deleted => {
                return self.tell(
                    Some(project),
                    "asset-instance:delete".into(),
                    &[("asset_instance_id", id)],
                );
            }
            (["ENTITY", shot], ["SHOT_INSTANCE", id]) => {
                let name = match change {
                    ItemChange::Created | ItemChange::Changed => "asset_instance:add-to-shot",
                    ItemChange::Deleted => "asset_instance:remove-from-shot",
                };
                (name, [("asset_instance_id", *id), ("shot_id", *shot)])
            }
            _ => return,
        };
        self.tell(Some(project), name.into(), &data);
    }

    fn tell(&mut self, feed: Feed, name: String, data: &[(&str, &str)]) {
        let data = data.iter().map(|(field, id)| ((*field).to_owned(), json!(id))).collect();
        let event = EventContent { name, data };
        let events = self.by_feed.entry(feed).or_default();
        if !events.contains(&event) {
            events.push(event);
        }
    }

    /// What is deleted here and written there was moved.
    fn finish(mut self) -> BTreeMap<Feed, Vec<EventContent>> {
        for events in self.by_feed.values_mut() {
            let moved: Vec<EventContent> =
                events.iter().filter(|event| event.name.ends_with(":update")).cloned().collect();
            events.retain(|event| {
                let is_moved = |other: &EventContent| {
                    other.data == event.data && event.name.ends_with(":delete")
                };
                !moved.iter().any(is_moved)
            });
        }
        self.by_feed
    }
}

impl ItemChange {
    fn verb(self) -> &'static str {
        match self {
            Self::Created => "new",
            Self::Changed => "update",
            Self::Deleted => "delete",
        }
    }
}

fn feed(project: &str) -> Feed {
    project.parse().ok()
}

fn kind(entity_type: &str) -> EntityKind {
    entity_type.parse::<EntityTypeId>().map(EntityKind::of_type).unwrap_or_default()
}

fn lower(kind: EntityKind) -> String {
    kind.name().to_ascii_lowercase()
}
