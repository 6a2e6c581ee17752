//! The kinds of vocabulary, and how they differ.

use std::fmt::Display;

use model::vocabulary::{Department, EntityType, ProjectStatus, TaskStatus, TaskType};
use model::{Resource, text};
use uuid::Uuid;

use crate::change::Dated;
use crate::item::Item;

/// Whether a word comes last in a list. A client that takes the first of a list, or the first of a name, gets what most of a
/// studio's work is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct SortsLast {
    /// After all others.
    pub among_all: bool,
    /// After others of the same name.
    pub among_namesakes: bool,
}

/// One kind of vocabulary.
#[expect(private_bounds, reason = "the five kinds are all there are")]
pub trait Vocabulary: Item + Dated {
    /// How ids of this kind are typed.
    type Id: Copy + Display + Into<Uuid>;
    /// Its part of the partition.
    const KIND: &'static str;
    /// What is missing when none is found.
    const RESOURCE: Resource;
    /// Its id.
    fn id(&self) -> Self::Id;
    /// Its name, for people.
    fn name(&self) -> &str;
    /// What must be unique.
    fn unique(&self) -> String {
        text::fold(self.name())
    }
    /// Whether it comes last in a list.
    fn sorts_last(&self) -> SortsLast {
        SortsLast::default()
    }
    /// Whether it is the default, so that others may not be.
    fn takes_default(&self) -> bool {
        false
    }
    /// `other` without the default that this one takes; `None` if it has none to give.
    fn default_taken_from(&self, _other: &Self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}

macro_rules! vocabulary {
    ($($ty:ty, $id:ty, $kind:literal, $resource:expr;)+) => {$(
        impl Vocabulary for $ty {
            type Id = $id;
            const KIND: &'static str = $kind;
            const RESOURCE: Resource = $resource;
            fn id(&self) -> $id {
                self.id
            }
            fn name(&self) -> &str {
                &self.name
            }
        }
    )+};
}

vocabulary! {
    EntityType, model::EntityTypeId, "ENTITY_TYPE", Resource::EntityType;
    ProjectStatus, model::ProjectStatusId, "PROJECT_STATUS", Resource::ProjectStatus;
    Department, model::DepartmentId, "DEPARTMENT", Resource::Department;
}

impl Vocabulary for TaskStatus {
    type Id = model::TaskStatusId;
    const KIND: &'static str = "TASK_STATUS";
    const RESOURCE: Resource = Resource::TaskStatus;
    fn id(&self) -> model::TaskStatusId {
        self.id
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn sorts_last(&self) -> SortsLast {
        SortsLast { among_all: self.for_concept, ..SortsLast::default() }
    }
    fn takes_default(&self) -> bool {
        self.is_default && !self.archived
    }
    /// New tasks get one status; those of concepts another.
    fn default_taken_from(&self, other: &Self) -> Option<Self> {
        let gives_way = self.takes_default()
            && other.is_default
            && self.for_concept == other.for_concept
            && self.id != other.id;
        gives_way.then(|| Self { is_default: false, updated_at: self.updated_at, ..other.clone() })
    }
}

impl Vocabulary for TaskType {
    type Id = model::TaskTypeId;
    const KIND: &'static str = "TASK_TYPE";
    const RESOURCE: Resource = Resource::TaskType;
    fn id(&self) -> model::TaskTypeId {
        self.id
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn sorts_last(&self) -> SortsLast {
        SortsLast { among_namesakes: self.for_entity != "Asset", ..SortsLast::default() }
    }
    /// Concept of assets and Concept of concepts are two.
    fn unique(&self) -> String {
        format!("{}#{}", self.for_entity, text::fold(&self.name))
    }
}
