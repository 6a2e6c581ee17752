//! Writes: a list of conditional writes that all happen or none.
//!
//! A [`Transaction`] is put together here, without a look at the table: each method names the condition of its
//! write. `Store::transact`, in `send`, makes the writes.

mod send;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;

use aws_sdk_dynamodb::types::AttributeValue;
use model::event::EventContent;
use model::{PersonId, ProjectId, Result};

use self::write::{Action, Condition, Write};
use crate::feed::events::derive_events;
use crate::item::{Attributes, Item, Stored, encode, first_rev};
use crate::table::{Key, Range};

/// Writes in one transaction: DynamoDB's limit of 100, less what the feeds of a project and of the studio take.
pub(crate) const TRANSACTION_MAX: usize = 98;
/// DynamoDB's limit itself.
pub(crate) const ITEMS_MAX: usize = 100;
/// The size of what a transaction puts, in bytes: DynamoDB's limit of 4 MB, less the feeds and the keys it deletes.
const BYTES_MAX: usize = 3_500_000;

/// The index of a write in its transaction: by it a refusal names the writes whose conditions did not hold.
pub(crate) type WriteIndex = usize;

/// Conditional writes to be made together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transaction {
    writes: Vec<Write>,
    /// Whose change it is, if it is not the request's caller's.
    by: Option<PersonId>,
    /// Of which project the instances are that it changes.
    instances_of: Option<ProjectId>,
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All writes are made.
    Done,
    /// None is: these writes' conditions did not hold.
    Refused(Vec<WriteIndex>),
}

impl Outcome {
    /// Whether the write at `claim` was refused because somebody else has what it claims. `false` if the write at `item`, the
    /// item that claims it, was refused too: then the item has changed since it was read, perhaps by this very claim.
    pub(crate) fn is_taken(&self, claim: Option<WriteIndex>, item: WriteIndex) -> bool {
        match self {
            Self::Done => false,
            Self::Refused(at) => {
                claim.is_some_and(|claim| at.contains(&claim)) && !at.contains(&item)
            }
        }
    }
}

impl Transaction {
    pub(crate) fn len(&self) -> usize {
        self.writes.len()
    }

    /// Says whose change it is: a journal is completed by whoever meets it.
    pub(crate) fn set_author(&mut self, by: Option<PersonId>) {
        self.by = by;
    }

    /// Says of which project the instances are: their keys do not. What goes with its asset or place says nothing.
    pub(crate) fn set_instances_of(&mut self, project: ProjectId) {
        self.instances_of = Some(project);
    }

    /// Whether DynamoDB takes it, with an entry in the feed of each project it changes.
    pub(crate) fn fits(&self) -> bool {
        self.fits_with(0)
    }

    /// Whether DynamoDB takes it together with so many small writes more.
    pub(crate) fn fits_with(&self, more: usize) -> bool {
        self.len() + self.events().len() + more <= ITEMS_MAX && self.bytes() <= BYTES_MAX
    }

    /// Keeps the first writes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.writes.truncate(len);
    }

    /// The size of the items it puts.
    fn bytes(&self) -> usize {
        self.writes.iter().map(Write::bytes).sum()
    }

    /// Its events, feed by feed.
    fn events(&self) -> BTreeMap<Option<ProjectId>, Vec<EventContent>> {
        derive_events(self.writes.iter().map(Write::for_events), self.instances_of)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    fn push(&mut self, key: Key, condition: Condition, action: Action) -> WriteIndex {
        self.writes.push(Write { key, condition, action });
        self.writes.len() - 1
    }

    /// A new item; refused if there is one.
    pub(crate) fn create<T: Item>(&mut self, value: &T) -> Result<WriteIndex> {
        Ok(self.push(value.key(), Condition::Absent, Action::Put(encode(value, first_rev())?)))
    }

    /// As [`Transaction::create`], at a revision that is known.
    pub(crate) fn create_stored<T: Item>(&mut self, new: &Stored<T>) -> Result<WriteIndex> {
        let Stored { value, rev } = new;
        Ok(self.push(value.key(), Condition::Absent, Action::Put(encode(value, *rev)?)))
    }

    /// An item, whatever was there.
    pub(crate) fn put<T: Item>(&mut self, value: &T) -> Result<WriteIndex> {
        Ok(self.push(value.key(), Condition::Always, Action::Put(encode(value, first_rev())?)))
    }

    /// The new value of an item that was read; refused if it has changed since.
    pub(crate) fn replace<T: Item>(
        &mut self,
        read: &Stored<impl Sized>,
        value: &T,
    ) -> Result<WriteIndex> {
        let item = encode(value, read.rev + 1)?;
        Ok(self.push(value.key(), Condition::Rev(read.rev), Action::Put(item)))
    }

    /// Deletes an item that was read; refused if it has changed since.
    pub(crate) fn remove<T: Item>(&mut self, read: &Stored<T>) -> WriteIndex {
        self.push(read.value.key(), Condition::Rev(read.rev), Action::Delete)
    }

    /// A new item that holds nothing but its key and these attributes; refused if there is one.
    pub(crate) fn claim(&mut self, key: Key, attributes: &[(&str, &dyn Display)]) -> WriteIndex {
        let item = marker(&key, attributes);
        self.push(key, Condition::Absent, Action::Put(item))
    }

    /// An item that holds nothing but its key and these attributes, whatever was there.
    pub(crate) fn mark(&mut self, key: Key, attributes: &[(&str, &dyn Display)]) -> WriteIndex {
        let item = marker(&key, attributes);
        self.push(key, Condition::Always, Action::Put(item))
    }

    /// Deletes what is at `key`, if anything.
    pub(crate) fn clear(&mut self, key: Key) -> WriteIndex {
        self.push(key, Condition::Always, Action::Delete)
    }

    /// Adds to numbers of an item and raises its revision; refused if there is none.
    pub(crate) fn add(&mut self, key: Key, numbers: &[(&'static str, i64)]) -> WriteIndex {
        self.push(key, Condition::Present, Action::Add(numbers.to_vec()))
    }

    /// Raises an item's revision, so that whoever read it before must read it again; refused if there is
    /// none. What depends on an item is created with this, and so cannot outlive it.
    pub(crate) fn touch(&mut self, key: Key) -> WriteIndex {
        match self.writes.iter().position(|write| write.key == key) {
            Some(at) => at,
            None => self.add(key, &[]),
        }
    }

    /// Adds to numbers of an item that was read and raises its revision; refused if it has changed since.
    pub(crate) fn add_to<T: Item>(
        &mut self,
        read: &Stored<T>,
        numbers: &[(&'static str, i64)],
    ) -> WriteIndex {
        self.push(read.value.key(), Condition::Rev(read.rev), Action::Add(numbers.to_vec()))
    }

    /// Holds only if an item is as it was read, and raises its revision.
    pub(crate) fn guard<T: Item>(&mut self, read: &Stored<T>) -> WriteIndex {
        let at = self.touch(read.value.key());
        self.writes[at].condition = Condition::Rev(read.rev);
        at
    }

    /// Holds only if an item is as it was read, and leaves it alone.
    pub(crate) fn check<T: Item>(&mut self, read: &Stored<T>) -> WriteIndex {
        self.push(read.value.key(), Condition::Rev(read.rev), Action::Check)
    }

    /// Holds only if an item is as it was read, and leaves it alone, unless it is written anyway.
    pub(crate) fn hold<T: Item>(&mut self, read: &Stored<T>) {
        let key = read.value.key();
        match self.writes.iter_mut().find(|write| write.key == key) {
            Some(write) => write.condition = Condition::Rev(read.rev),
            None => drop(self.check(read)),
        }
    }

    /// Holds only if there is an item that is not being deleted, and leaves it alone.
    pub(crate) fn require(&mut self, key: Key) -> WriteIndex {
        self.push(key, Condition::Staying, Action::Check)
    }

    /// Takes out the writes of one item.
    pub(crate) fn drop_writes(&mut self, key: &Key) {
        self.writes.retain(|write| write.key != *key);
    }

    /// Takes out the writes of a range of items.
    pub(crate) fn drop_range(&mut self, range: &Range) {
        self.writes.retain(|write| !range.holds(&write.key));
    }

    /// The items it would put, whatever their conditions.
    pub(crate) fn into_puts(self) -> impl Iterator<Item = (Key, Attributes)> {
        self.writes.into_iter().filter_map(|write| match write.action {
            Action::Put(attributes) => Some((write.key, attributes)),
            Action::Delete | Action::Add(_) | Action::Check => None,
        })
    }

    /// Appends another transaction's writes, and takes over its author.
    pub(crate) fn extend(&mut self, other: Self) {
        self.by = self.by.or(other.by);
        self.writes.extend(other.writes);
    }
}

fn marker(key: &Key, attributes: &[(&str, &dyn Display)]) -> Attributes {
    let mut item = HashMap::from(key.attributes());
    item.extend(
        attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), AttributeValue::S(value.to_string()))),
    );
    item
}
