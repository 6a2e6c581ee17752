//! Every way the table is queried: a [`Pattern`] is a range of one partition, named by what it reads.

use model::{EntityId, EntityTypeId, InstanceId, JournalId, PersonId, ProjectId, TaskId};

use super::key::is_possible;
use super::{
    ASSIGNED, CAST, CAST_IN, CHILD, CHUNK, COMMENT, DESCRIPTOR, ENTITY, ENTITY_LOCATOR, FEED,
    FOREIGN, HISTORY, Home, INSTANCE, INSTANCE_OF, INSTANCE_SHOT, Key, MEMBER, NAME, OPEN, PEOPLE,
    PERSON, PROJECT, PROJECTS, SHOT_INSTANCE, STUDIO_FEED, TASK, TEAM, TYPE_USED, VOCABULARY,
};

/// A named access pattern: everything that is ever queried.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pattern<'a> {
    Entities(Home),
    EntitiesAndTasks(Home),
    TasksOfType(Home),
    TasksOfEntity(Home, EntityId),
    Named(Home, &'a str),
    Children(EntityId),
    ChildrenOfType(EntityId, EntityTypeId),
    CastIn(EntityId),
    Everything(EntityId),
    InstancesIn(EntityId),
    InstancesOfIn(EntityId, EntityId),
    InstancesOf(EntityId),
    InstancesInShot(EntityId),
    ShotsOfInstances(EntityId),
    ShotsOfInstance(EntityId, InstanceId),
    History(EntityId),
    Comments(TaskId),
    AllOfProject(ProjectId),
    Team(ProjectId),
    TypesUsed(ProjectId),
    Descriptors(ProjectId),
    CastingOf(ProjectId, EntityId),
    CastingOfProject(ProjectId),
    ForeignCasting(ProjectId),
    Memberships(PersonId),
    Assigned(PersonId, ProjectId),
    AssignedOn(PersonId, ProjectId, EntityId),
    AllOfPerson(PersonId),
    People,
    Projects,
    /// The kinds from one to another, as they are sorted.
    Vocabulary(&'a str, &'a str),
    Feed(Option<ProjectId>),
    Chunks(JournalId),
    Open,
}

/// A partition and the sort keys in it, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) pk: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Range {
    /// Whether any item can be in the range. Its end is the longer one.
    pub(crate) fn is_possible(&self) -> bool {
        is_possible(&self.pk, &self.to)
    }

    /// Whether the item at a key is in the range.
    pub(crate) fn holds(&self, key: &Key) -> bool {
        self.pk == key.pk && self.from <= key.sk && key.sk <= self.to
    }
}

/// Sorts after everything that continues a prefix: no id, name or number contains it.
const LAST: char = '\u{10ffff}';

impl Pattern<'_> {
    /// The partition and range the pattern reads.
    pub(crate) fn range(self) -> Range {
        let Key { pk, sk } = match self {
            Self::Entities((project, entity_type))
            | Self::EntitiesAndTasks((project, entity_type)) => {
                ENTITY.key(&[&project, &entity_type, &""])
            }
            Self::TasksOfType((project, entity_type)) => {
                TASK.key(&[&project, &entity_type, &"", &""])
            }
            Self::TasksOfEntity((project, entity_type), entity) => {
                TASK.key(&[&project, &entity_type, &entity, &""])
            }
            Self::Named((project, entity_type), folded) => {
                NAME.key(&[&project, &entity_type, &folded, &""])
            }
            Self::Children(parent) => CHILD.key(&[&parent, &"", &""]),
            Self::ChildrenOfType(parent, entity_type) => CHILD.key(&[&parent, &entity_type, &""]),
            Self::CastIn(asset) => CAST_IN.key(&[&asset, &"", &""]),
            Self::Everything(entity) => Key { sk: String::new(), ..ENTITY_LOCATOR.key(&[&entity]) },
            Self::InstancesIn(place) => INSTANCE.key(&[&place, &"", &""]),
            Self::InstancesOfIn(place, asset) => INSTANCE.key(&[&place, &asset, &""]),
            Self::InstancesOf(asset) => INSTANCE_OF.key(&[&asset, &"", &""]),
            Self::InstancesInShot(shot) => SHOT_INSTANCE.key(&[&shot, &""]),
            Self::ShotsOfInstances(asset) => INSTANCE_SHOT.key(&[&asset, &"", &""]),
            Self::ShotsOfInstance(asset, instance) => INSTANCE_SHOT.key(&[&asset, &instance, &""]),
            Self::History(asset) => HISTORY.key(&[&asset, &"", &""]),
            Self::Comments(task) => COMMENT.key(&[&task, &"", &""]),
            Self::AllOfProject(project) => Key { sk: String::new(), ..PROJECT.key(&[&project]) },
            Self::Team(project) => TEAM.key(&[&project, &""]),
            Self::TypesUsed(project) => TYPE_USED.key(&[&project, &""]),
            Self::Descriptors(project) => DESCRIPTOR.key(&[&project, &""]),
            Self::CastingOf(project, entity) => CAST.key(&[&project, &entity, &""]),
            Self::CastingOfProject(project) => CAST.key(&[&project, &"", &""]),
            Self::ForeignCasting(project) => FOREIGN.key(&[&project, &"", &""]),
            Self::Memberships(person) => MEMBER.key(&[&person, &""]),
            Self::Assigned(person, project) => ASSIGNED.key(&[&person, &project, &"", &""]),
            Self::AssignedOn(person, project, entity) => {
                ASSIGNED.key(&[&person, &project, &entity, &""])
            }
            Self::AllOfPerson(person) => Key { sk: String::new(), ..PERSON.key(&[&person]) },
            Self::People => PEOPLE.key(&[&""]),
            Self::Projects => PROJECTS.key(&[&""]),
            Self::Vocabulary(first, _) => VOCABULARY.key(&[&first, &""]),
            Self::Feed(Some(project)) => FEED.key(&[&project, &"", &""]),
            Self::Feed(None) => STUDIO_FEED.key(&[&"", &""]),
            Self::Chunks(journal) => CHUNK.key(&[&journal, &""]),
            Self::Open => Key { sk: String::new(), ..OPEN.key(&[&"", &""]) },
        };
        // The values left empty are the last ones: what follows the first of them is not part of the prefix.
        let prefix = sk.trim_end_matches('#');
        let from = if prefix.is_empty() { String::new() } else { format!("{prefix}#") };
        let to = match self {
            Self::EntitiesAndTasks(_) => format!("TASK#{LAST}"),
            Self::Vocabulary(_, last) => format!("{}{LAST}", VOCABULARY.key(&[&last, &""]).sk),
            _ => format!("{from}{LAST}"),
        };
        Range { pk, from, to }
    }

    /// Whether the ids in the range are random from its first character on, so that it can be split evenly.
    pub(crate) fn is_even(self) -> bool {
        matches!(
            self,
            Self::Entities(_) | Self::TasksOfType(_) | Self::CastingOfProject(_) | Self::People
        )
    }
}
