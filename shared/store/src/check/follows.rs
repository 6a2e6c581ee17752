//! What follows from the items that stand for themselves, compared with what is there.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use model::{Person, Result};

use super::census::{Census, Presence};
use super::violation::Violation;
use crate::item::{Attributes, Item as _, REV};
use crate::person::ListedPerson;
use crate::project::{MemberItem, ProjectItem};
use crate::table::{self, Key, PK, SK};
use crate::transaction::Transaction;
use crate::{casting, entity, instance, item, person, project, task};

/// An item that must be there, and what it follows from.
struct Wanted {
    item: Attributes,
    of: Key,
}

#[derive(Default)]
struct Following {
    wanted: BTreeMap<Key, Wanted>,
    violations: Vec<Violation>,
}

impl Following {
    /// Demands what `write` writes of an item.
    fn of(&mut self, of: &Key, write: impl FnOnce(&mut Transaction) -> Result<()>) {
        let mut transaction = Transaction::default();
        if let Err(error) = write(&mut transaction) {
            let (key, cause) = (of.clone(), error.to_string());
            self.violations.push(Violation::Unreadable { key, cause });
        }
        self.all(of, transaction);
    }

    fn all(&mut self, of: &Key, transaction: Transaction) {
        for (key, item) in transaction.into_puts() {
            match self.wanted.entry(key) {
                Entry::Vacant(entry) => drop(entry.insert(Wanted { item, of: of.clone() })),
                Entry::Occupied(entry) => {
                    let (key, and) = (entry.key().clone(), entry.get().of.clone());
                    self.violations.push(Violation::Contested { key, of: of.clone(), and });
                }
            }
        }
    }

    fn compare(mut self, there: &BTreeMap<Key, Attributes>) -> Vec<Violation> {
        for (key, Wanted { item, of }) in &self.wanted {
            let (key, of) = (key.clone(), of.clone());
            match there.get(&key) {
                None => self.violations.push(Violation::Missing { key, of }),
                Some(found) if is_same(found, item) => {}
                Some(_) => self.violations.push(Violation::Differs { key, of }),
            }
        }
        let strays = there.keys().filter(|key| !self.wanted.contains_key(key));
        self.violations.extend(strays.cloned().map(|key| Violation::Stray { key }));
        self.violations
    }
}

/// What is missing, what differs, what follows from nothing.
pub(super) fn violations(census: &Census) -> Vec<Violation> {
    let mut following = Following::default();
    for it in &census.entities {
        following.of(&it.key(), |transaction| {
            entity::write_name(transaction, it);
            entity::write_whereabouts(transaction, it);
            Ok(())
        });
    }
    for it in &census.tasks {
        following.of(&it.key(), |transaction| {
            task::write_whereabouts(transaction, it);
            Ok(())
        });
    }
    for it in &census.links {
        following.of(&it.key(), |transaction| casting::write_whereabouts(transaction, it));
    }
    for it in &census.instances {
        following.of(&it.key(), |transaction| {
            instance::write_whereabouts(transaction, it, item::place_of(it));
            Ok(())
        });
    }
    for it in census.projects.iter().filter(|it| !it.is_leaving) {
        following.of(&it.key(), |transaction| {
            write_project(transaction, it);
            Ok(())
        });
    }
    for it in &census.descriptors {
        following.of(&it.key(), |transaction| {
            project::descriptor::write_names(transaction, it);
            Ok(())
        });
    }
    for it in &census.memberships {
        let write = |transaction: &mut Transaction| transaction.put(&MemberItem(it.clone()));
        following.of(&it.key(), |transaction| write(transaction).map(drop));
    }
    for it in &census.persons {
        following.of(&it.key(), |transaction| write_person(transaction, it));
    }
    for (key, names) in &census.words {
        following.all(key, names.clone());
    }
    let mut there = census.following.clone();
    let mut found: Vec<Violation> =
        census.presences.iter().filter_map(|it| other_side(it, &mut there)).collect();
    found.extend(following.compare(&there));
    found
}

pub(super) fn write_project(transaction: &mut Transaction, it: &ProjectItem) {
    let id = it.project.id;
    transaction.mark(table::in_projects(id), &[("project_id", &id)]);
    transaction.claim(project::name_key(&it.project), &[("project_id", &id)]);
}

pub(super) fn write_person(transaction: &mut Transaction, it: &Person) -> Result<()> {
    transaction.put(&ListedPerson(it.clone()))?;
    if let Some(key) = person::email_key(it) {
        transaction.claim(key, &[("person_id", &it.id)]);
    }
    Ok(())
}

/// Takes out the asset's side of an instance in a shot: it says the same under another key.
fn other_side(it: &Presence, there: &mut BTreeMap<Key, Attributes>) -> Option<Violation> {
    let key = table::instance_shot(it.asset, it.instance, it.shot);
    let of = it.key.clone();
    match there.remove(&key) {
        None => Some(Violation::Missing { key, of }),
        Some(found) => (!is_same(&found, &it.item)).then_some(Violation::Differs { key, of }),
    }
}

/// Whether two items say the same, wherever they are and however often they changed.
fn is_same(one: &Attributes, other: &Attributes) -> bool {
    let says = |item: &Attributes| {
        let mut item = item.clone();
        item.retain(|name, _| ![PK, SK, REV].contains(&name.as_str()));
        item
    };
    says(one) == says(other)
}
