//! Typed identifiers: random version-4 UUIDs, written in lower case.
//!
//! Every entity of a production (asset, shot, sequence, episode, scene) shares one id space, as in
//! Zou, so there is one [`EntityId`] and the kind is found with the entity.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident,)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid, example = "a24a6ea4-ce75-4665-a070-57453082c256")]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh random id.
            #[expect(clippy::new_without_default, reason = "a default id would hide that each one is new")]
            pub fn new() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Takes the hyphenated form only: the other spellings of a UUID are not ids here.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse::<uuid::fmt::Hyphenated>().map(|id| Self(id.into_uuid()))
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A production.
    ProjectId,
    /// An asset, shot, sequence, episode or scene.
    EntityId,
    /// An entity type; an asset type is one.
    EntityTypeId,
    /// A task of an entity.
    TaskId,
    /// A kind of work: Modeling, Rigging, Animation.
    TaskTypeId,
    /// A step of a task's life: Todo, Work In Progress, Done.
    TaskStatusId,
    /// The state of a production: Open or Closed.
    ProjectStatusId,
    /// A member of the studio.
    PersonId,
    /// A department of the studio.
    DepartmentId,
    /// One occurrence of an asset inside a scene, a shot or another asset.
    InstanceId,
    /// A cast link: an asset used by an entity.
    LinkId,
    /// A metadata descriptor: one declared key of `data`.
    DescriptorId,
    /// A preview picture; kept, never produced here.
    PreviewFileId,
    /// A comment on a task.
    CommentId,
    /// A login of a person; both of its tokens carry it.
    SessionId,
    /// An entry in the history of an asset.
    HistoryId,
    /// An event of the feed.
    EventId,
    /// A journalled change of many items.
    JournalId,
}

/// The ids without those that came before: a list of a body that names a thing twice means it once.
pub fn distinct<T: Copy + Eq + Hash>(mut ids: Vec<T>) -> Vec<T> {
    let mut seen = HashSet::with_capacity(ids.len());
    ids.retain(|id| seen.insert(*id));
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_ids_stays() {
        assert_eq!(distinct(vec![3, 1, 3, 2, 1]), [3, 1, 2]);
    }
}
