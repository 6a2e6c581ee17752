//! [`Violation`]: what is wrong with a table, in words that lead to the item.

use std::fmt;

use model::{EntityId, JournalId, PersonId, ProjectId, TaskId};

use crate::item::Attributes;
use crate::table::{Key, item_at};

/// Something in the table that cannot be, or that waits to be completed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the fields are named in the text of `Display`")]
pub enum Violation {
    /// A change of many items that is not complete; the next request of its project completes it, and so does
    /// `tanuki repair`. Until then other violations are its consequences.
    Open { journal: JournalId },
    /// A project whose deletion broke off.
    Leaving { project: ProjectId },
    /// A person whose deletion broke off.
    Departing { person: PersonId },
    /// An entity that is gone while something is still in it.
    Emptying { entity: EntityId },
    /// A task that is gone while comments of it are still there.
    Clearing { task: TaskId },
    /// Steps of a change that was never committed to: they mean nothing to anybody.
    Uncommitted { journal: JournalId, chunks: usize },
    /// An item that no version of the product writes.
    Unknown { key: Key },
    /// An item without the keys of our table: it is another table.
    Keyless { attributes: String },
    /// An item that cannot be read.
    Unreadable { key: Key, cause: String },
    /// An item that is not where its own fields say.
    Misplaced { key: Key, wanted: Key },
    /// What follows from an item is not there.
    Missing { key: Key, of: Key },
    /// What follows from an item says something else than the item.
    Differs { key: Key, of: Key },
    /// Two items lay claim to the same.
    Contested { key: Key, of: Key, and: Key },
    /// It follows from nothing that is there.
    Stray { key: Key },
    /// An item refers to something that is not there.
    Dangling { key: Key, what: &'static str, id: String },
    /// An item repeats something of another one that has changed.
    Stale { key: Key, field: &'static str },
    /// An entity's `nb_entities_out` is not the number of its links.
    Counter { entity: EntityId, says: i64, links: i64 },
    /// An episode's link does not follow the episode's shots.
    Episode { episode: EntityId, asset: EntityId, says: Option<i64>, shots: i64 },
    /// An asset is part of itself, by this use or by one on the way.
    Circle { entity: EntityId, asset: EntityId },
    /// An asset says that it is in the index of shared assets and should not be, or the other way round.
    Index { key: Key },
    /// An item is not in the index of shared assets, where it says that it is.
    Unlisted { key: Key },
    /// The index of shared assets has an item that is not there, or is not as the index has it.
    Listed { key: Key },
    /// A journal that one of its projects does not name: no reader would complete it.
    Unannounced { journal: JournalId, project: ProjectId },
    /// A project names a journal that is not there.
    Announced { journal: JournalId, project: ProjectId },
}

impl Violation {
    /// What an item is that has no key of ours.
    pub(super) fn keyless(item: &Attributes) -> Self {
        let mut names: Vec<&str> = item.keys().map(String::as_str).collect();
        names.sort_unstable();
        Self::Keyless { attributes: names.join(", ") }
    }

    /// Whether a crash may leave it: nothing is lost, and [`Store::repair`](crate::Store::repair) completes it.
    pub fn is_pending(&self) -> bool {
        matches!(
            self,
            Self::Open { .. }
                | Self::Leaving { .. }
                | Self::Departing { .. }
                | Self::Emptying { .. }
                | Self::Clearing { .. }
                | Self::Uncommitted { .. }
        )
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let item = |key| Named(key);
        match self {
            Self::Open { journal } => write!(f, "open: journal {journal} is not completed yet"),
            Self::Leaving { project } => {
                write!(f, "open: project {project} is not wholly deleted yet")
            }
            Self::Departing { person } => {
                write!(f, "open: person {person} is not wholly deleted yet")
            }
            Self::Emptying { entity } => {
                write!(f, "open: what was in entity {entity} is not wholly deleted yet")
            }
            Self::Clearing { task } => {
                write!(f, "open: the comments of task {task} are not wholly deleted yet")
            }
            Self::Uncommitted { journal, chunks } => {
                write!(f, "litter: {chunks} chunks of journal {journal}, which never began")
            }
            Self::Unknown { key } => write!(f, "unknown: {key}"),
            Self::Keyless { attributes } => {
                write!(f, "unknown: an item without PK and SK, with {attributes}")
            }
            Self::Unreadable { key, cause } => write!(f, "unreadable: {}: {cause}", item(key)),
            Self::Misplaced { key, wanted } => {
                write!(f, "misplaced: {} belongs at {wanted}", item(key))
            }
            Self::Missing { key, of } => write!(f, "missing: {}, of {}", item(key), item(of)),
            Self::Differs { key, of } => {
                write!(f, "differs: {} does not say what {} does", item(key), item(of))
            }
            Self::Contested { key, of, and } => {
                write!(f, "contested: {} is claimed by {of} and by {and}", item(key))
            }
            Self::Stray { key } => write!(f, "stray: {} belongs to nothing", item(key)),
            Self::Dangling { key, what, id } => {
                write!(f, "dangling: {} refers to {what} {id}, which is not there", item(key))
            }
            Self::Stale { key, field } => write!(f, "stale: {field} of {}", item(key)),
            Self::Counter { entity, says, links } => {
                write!(f, "counter: nb_entities_out of {entity} is {says}, its links are {links}")
            }
            Self::Episode { episode, asset, says, shots } => {
                write!(f, "episode: {shots} shots of {episode} use {asset}, ")?;
                match says {
                    Some(says) => write!(f, "its own link says {says}"),
                    None => write!(f, "it has no link"),
                }
            }
            Self::Circle { entity, asset } => {
                write!(f, "circle: {entity} uses {asset}, and assets that contain themselves")
            }
            Self::Index { key } => write!(f, "index: the shared attributes of {}", item(key)),
            Self::Unlisted { key } => {
                write!(f, "index: {} is not in the index of shared assets", item(key))
            }
            Self::Listed { key } => {
                write!(f, "index: {} is not as the index of shared assets has it", item(key))
            }
            Self::Unannounced { journal, project } => {
                write!(f, "unannounced: project {project} does not name journal {journal}")
            }
            Self::Announced { journal, project } => {
                write!(
                    f,
                    "announced: project {project} names journal {journal}, which is not there"
                )
            }
        }
    }
}

/// An item in the words of the table's chart, and its key.
struct Named<'a>(&'a Key);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", item_at(self.0).unwrap_or("Item"), self.0)
    }
}
