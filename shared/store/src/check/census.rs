//! [`Census`]: the items of a table, sorted by what they are.

use std::collections::{BTreeMap, BTreeSet};

use model::casting::Link;
use model::descriptor::Descriptor;
use model::project::Membership;
use model::vocabulary::{Department, EntityType, ProjectStatus, TaskStatus, TaskType};
use model::{AssetInstance, Entity, EntityId, InstanceId, Person, Task};

use super::violation::Violation;
use crate::casting::Nesting;
use crate::entity::id_attribute;
use crate::feed::FeedItem;
use crate::history::HistoryItem;
use crate::item::{Attributes, Item, decode, key_of};
use crate::journal::{Chunk, Journal};
use crate::open::Open;
use crate::person::login::Secret;
use crate::project::ProjectItem;
use crate::replay::ReplayItem;
use crate::session::Session;
use crate::session::login_attempt::KnownAddress;
use crate::table::{self, Key, SHARED_PK, SHARED_SK};
use crate::task::comment::CommentItem;
use crate::transaction::Transaction;
use crate::vocabulary::{self, DefaultHolder, Vocabulary};

/// An instance in a shot, as its item on the shot's side says.
#[derive(Debug)]
pub(super) struct Presence {
    pub(super) key: Key,
    pub(super) item: Attributes,
    pub(super) shot: EntityId,
    pub(super) asset: EntityId,
    pub(super) instance: InstanceId,
}

/// All items: those that stand for themselves by kind, the others by key.
#[derive(Debug, Default)]
pub(super) struct Census {
    pub(super) entities: Vec<Entity>,
    pub(super) tasks: Vec<Task>,
    pub(super) comments: Vec<CommentItem>,
    pub(super) histories: Vec<HistoryItem>,
    pub(super) links: Vec<Link>,
    pub(super) instances: Vec<AssetInstance>,
    pub(super) presences: Vec<Presence>,
    pub(super) projects: Vec<ProjectItem>,
    pub(super) memberships: Vec<Membership>,
    pub(super) descriptors: Vec<Descriptor>,
    pub(super) persons: Vec<Person>,
    /// Secrets, sessions, addresses: where they are, and whose.
    pub(super) private: Vec<(Key, model::PersonId)>,
    /// What follows from each word of the vocabulary: its name.
    pub(super) words: Vec<(Key, Transaction)>,
    /// Markers of used types, with their project.
    pub(super) types_used: BTreeSet<Key>,
    pub(super) journals: Vec<Journal>,
    pub(super) chunks: Vec<Chunk>,
    /// Notes of open work.
    pub(super) open: Vec<Open>,
    /// What must follow from something else.
    pub(super) following: BTreeMap<Key, Attributes>,
    /// What was wrong with single items.
    pub(super) violations: Vec<Violation>,
}

impl Census {
    /// Sorts items.
    pub(super) fn of(items: Vec<Attributes>) -> Self {
        let mut this = Self::default();
        for item in items {
            match key_of(&item) {
                Some(key) => this.add(key, item),
                None => this.violations.push(Violation::keyless(&item)),
            }
        }
        this
    }

    fn add(&mut self, key: Key, item: Attributes) {
        if table::item_at(&key).is_none() {
            self.violations.push(Violation::Unknown { key });
            return;
        }
        let [partition, sort] = [&key.pk, &key.sk].map(|key| key.split('#').next().unwrap_or(key));
        match (partition, sort) {
            ("PROJECT", "ENTITY") => self.entity(&key, item),
            ("PROJECT", "TASK") => push(self.value(&key, item), |this| &mut this.tasks, self),
            ("PROJECT", "CAST") => push(self.value(&key, item), |this| &mut this.links, self),
            ("PROJECT", "PROJECT") => {
                push(self.value(&key, item), |this| &mut this.projects, self);
            }
            ("PROJECT", "TEAM") => push(self.value(&key, item), |this| &mut this.memberships, self),
            ("PROJECT", "DESCRIPTOR") => {
                push(self.value(&key, item), |this| &mut this.descriptors, self);
            }
            ("TASK", "COMMENT") => push(self.value(&key, item), |this| &mut this.comments, self),
            ("ENTITY", "HISTORY") => {
                push(self.value(&key, item), |this| &mut this.histories, self);
            }
            ("ENTITY", "INSTANCE") => {
                push(self.value(&key, item), |this| &mut this.instances, self);
            }
            ("ENTITY", "SHOT_INSTANCE") => self.presence(key, item),
            ("PERSON", "PERSON") => push(self.value(&key, item), |this| &mut this.persons, self),
            ("PERSON", "SECRET") => {
                let secret = self.value::<Secret>(&key, item);
                self.private.extend(secret.map(|secret| (key, secret.person_id)));
            }
            ("PERSON", "SESSION") => {
                let session = self.value::<Session>(&key, item);
                self.private.extend(session.map(|session| (key, session.person_id)));
            }
            ("PERSON", "ADDRESS") => {
                let known = self.value::<KnownAddress>(&key, item);
                self.private.extend(known.map(|known| (key, known.person_id)));
            }
            // Numbers that stand for themselves.
            ("LOGIN", "FAILURES") => {}
            ("CATALOG", "ID") => self.word(&key, item),
            // The word it names may be gone.
            ("CATALOG", "PLACE") => drop(self.value::<DefaultHolder>(&key, item)),
            ("EVENTS", "AT") => drop(self.value::<FeedItem>(&key, item)),
            ("JOURNAL", "HEAD") => push(self.value(&key, item), |this| &mut this.journals, self),
            ("JOURNAL", "CHUNK") => push(self.value(&key, item), |this| &mut this.chunks, self),
            // The journal it names may be gone.
            ("NESTING", _) => drop(self.value::<Nesting>(&key, item)),
            // It stands for itself, and whoever it names may be gone: it expires.
            ("REPLAY", _) => drop(self.value::<ReplayItem>(&key, item)),
            ("OPEN", _) => push(self.value(&key, item), |this| &mut this.open, self),
            ("PROJECT", "TYPE") => drop(self.types_used.insert(key)),
            _ => drop(self.following.insert(key, item)),
        }
    }

    /// The value of an item, if it can be read and is where it belongs.
    fn value<T: Item>(&mut self, key: &Key, item: Attributes) -> Option<T> {
        match decode::<T>(item) {
            Ok(stored) if stored.value.key() == *key => Some(stored.value),
            Ok(stored) => {
                let wanted = stored.value.key();
                self.violations.push(Violation::Misplaced { key: key.clone(), wanted });
                None
            }
            Err(error) => {
                let (key, cause) = (key.clone(), error.to_string());
                self.violations.push(Violation::Unreadable { key, cause });
                None
            }
        }
    }

    fn entity(&mut self, key: &Key, item: Attributes) {
        let attribute = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        let listed = attribute(SHARED_PK).zip(attribute(SHARED_SK));
        let Some(entity) = self.value::<Entity>(key, item) else { return };
        if entity.shared_entry() != listed {
            self.violations.push(Violation::Index { key: key.clone() });
        }
        self.entities.push(entity);
    }

    fn presence(&mut self, key: Key, item: Attributes) {
        let id = |name| id_attribute(&item, name);
        let ids = (id("shot_id"), id("asset_id"), id("instance_id"));
        let (Ok(shot), Ok(asset), Ok(instance)) = ids else {
            let cause = "it lacks an id".to_owned();
            self.violations.push(Violation::Unreadable { key, cause });
            return;
        };
        let (shot, asset, instance) = (EntityId(shot), EntityId(asset), InstanceId(instance));
        let wanted = table::shot_instance(shot, instance);
        if wanted == key {
            self.presences.push(Presence { key, item, shot, asset, instance });
        } else {
            self.violations.push(Violation::Misplaced { key, wanted });
        }
    }

    fn word(&mut self, key: &Key, item: Attributes) {
        match vocabulary::kind_at(key).unwrap_or_default() {
            EntityType::KIND => self.word_of::<EntityType>(key, item),
            TaskType::KIND => self.word_of::<TaskType>(key, item),
            TaskStatus::KIND => self.word_of::<TaskStatus>(key, item),
            ProjectStatus::KIND => self.word_of::<ProjectStatus>(key, item),
            Department::KIND => self.word_of::<Department>(key, item),
            _ => self.violations.push(Violation::Unknown { key: key.clone() }),
        }
    }

    fn word_of<T: Vocabulary>(&mut self, key: &Key, item: Attributes) {
        let Some(word) = self.value::<T>(key, item) else { return };
        let mut transaction = Transaction::default();
        vocabulary::write_name(&mut transaction, &word);
        self.words.push((key.clone(), transaction));
    }
}

fn push<T>(value: Option<T>, list: impl Fn(&mut Census) -> &mut Vec<T>, census: &mut Census) {
    list(census).extend(value);
}
