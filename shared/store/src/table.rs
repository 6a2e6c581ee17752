//! The whole table on one page: every item, its key, and every way it is read.
//!
//! One table, `PK` and `SK`, one sparse index. Three rules shape it:
//!
//! * The entities of one type in one project are one partition, and their tasks are its neighbours: a page
//!   of assets is one range, assets with their tasks one longer range, and no production sits on a single
//!   partition.
//! * What is asked from two sides (who is cast here? where is it cast?) is written on both sides in one
//!   transaction: every read is of the base table, strongly consistent.
//! * Ids are random, so a long partition can be read as several ranges at once.
//!
//! A [`Shape`] is the template of a key; [`Pattern`] is a named access pattern. The chart in
//! ARCHITECTURE.md is printed from both by [`chart`].

use std::fmt::{Display, Write as _};

use aws_sdk_dynamodb::types::AttributeValue;
use model::{
    EntityId, EntityTypeId, EventId, HistoryId, InstanceId, JournalId, LinkId, PersonId, ProjectId,
    SessionId, TaskId,
};

/// The partition key's attribute.
pub const PK: &str = "PK";
/// The sort key's attribute.
pub const SK: &str = "SK";
/// The attribute DynamoDB deletes an item by, in Unix seconds.
pub const TTL: &str = "expires_at";
/// The sparse index of shared assets over all projects.
pub const SHARED_INDEX: &str = "shared";
/// Its partition key: one of [`SHARED_SHARDS`] shards, so that sharing is not bound to one partition.
pub const SHARED_PK: &str = "shared_shard";
/// Its sort key: project, then asset.
pub const SHARED_SK: &str = "shared_asset";
/// How many partitions the shared index has.
pub const SHARED_SHARDS: u128 = 16;

/// The primary key of one item.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub(crate) pk: String,
    /// Sort key.
    pub(crate) sk: String,
}

impl Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} | {}", self.pk, self.sk)
    }
}

impl Key {
    pub(crate) fn attributes(&self) -> [(String, AttributeValue); 2] {
        [
            (PK.into(), AttributeValue::S(self.pk.clone())),
            (SK.into(), AttributeValue::S(self.sk.clone())),
        ]
    }
}

/// The template of an item's key: `{…}` stand for ids and names.
struct Shape {
    item: &'static str,
    pk: &'static str,
    sk: &'static str,
    why: &'static str,
}

impl Shape {
    fn key(&self, values: &[&dyn Display]) -> Key {
        let mut values = values.iter();
        Key { pk: fill(self.pk, &mut values), sk: fill(self.sk, &mut values) }
    }
}

/// Replaces each `{…}` by the next value.
fn fill<'a>(template: &str, values: &mut impl Iterator<Item = &'a &'a dyn Display>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    for (n, part) in template.split('{').enumerate() {
        let rest = if n == 0 {
            part
        } else {
            if let Some(value) = values.next() {
                let _ = write!(out, "{value}");
            }
            part.split_once('}').map_or("", |(_, rest)| rest)
        };
        out.push_str(rest);
    }
    out
}

macro_rules! shapes {
    ($($name:ident = $item:literal, $pk:literal, $sk:literal, $why:literal;)+) => {
        $(const $name: Shape = Shape { item: $item, pk: $pk, sk: $sk, why: $why };)+
        const SHAPES: &[&Shape] = &[$(&$name),+];
    };
}

shapes! {
    ENTITY = "Entity: asset, shot, scene, sequence, episode", "PROJECT#{project}#TYPE#{type}", "ENTITY#{entity}", "a type's page is one range";
    TASK = "Task", "PROJECT#{project}#TYPE#{type}", "TASK#{entity}#{task}", "next to the entities: with tasks is one range";
    TASK_NAME = "Task name (unique)", "PROJECT#{project}#TYPE#{type}", "TASK_NAME#{entity}#{task type}#{name}", "one task of a type and name per entity";
    NAME = "Entity name (unique)", "PROJECT#{project}#TYPE#{type}", "UNIQUE#{name}#{scope}", "the store decides; a look-up by name is one read";
    CANCELED_NAME = "Name of a canceled entity", "PROJECT#{project}#TYPE#{type}", "UNIQUE#{name}#{scope}#{entity}", "found by name, blocks nobody";
    ENTITY_LOCATOR = "Locator of an entity", "ENTITY#{entity}", "LOCATOR", "id → kind, project, type";
    CHILD = "Child of an entity", "ENTITY#{parent}", "CHILD#{type}#{entity}", "a sequence's shots, an episode's assets";
    CAST_IN = "Cast link, from the asset", "ENTITY#{asset}", "CAST_IN#{project}#{entity}", "where is it cast?";
    INSTANCE = "Asset instance", "ENTITY#{place}", "INSTANCE#{asset}#{number}", "numbers without gaps or doubles";
    INSTANCE_OF = "Asset instance, from the asset", "ENTITY#{asset}", "INSTANCE_OF#{place}#{number}", "where is it instantiated?";
    SHOT_INSTANCE = "Instance in a shot", "ENTITY#{shot}", "SHOT_INSTANCE#{instance}", "a shot's instances";
    INSTANCE_SHOT = "Instance in a shot, from the asset", "ENTITY#{asset}", "INSTANCE_SHOT#{instance}#{shot}", "an asset's instances by shot";
    HISTORY = "Entry in an asset's history", "ENTITY#{asset}", "HISTORY#{time}#{entry}", "who changed what, in order; goes with the asset";
    INSTANCE_LOCATOR = "Locator of an instance", "INSTANCE#{instance}", "LOCATOR", "id → place, asset, number";
    TASK_LOCATOR = "Locator of a task", "TASK#{task}", "LOCATOR", "id → project, type, entity";
    COMMENT = "Comment", "TASK#{task}", "COMMENT#{time}#{comment}", "a task's comments in order";
    LINK_LOCATOR = "Locator of a cast link", "LINK#{link}", "LOCATOR", "id → project, entity, asset";
    PROJECT = "Project", "PROJECT#{project}", "PROJECT", "with its open journals";
    TEAM = "Team member", "PROJECT#{project}", "TEAM#{person}", "who is in it, as what";
    TYPE_USED = "Type used in a project", "PROJECT#{project}", "TYPE#{type}", "which partitions the project has";
    DESCRIPTOR = "Metadata descriptor", "PROJECT#{project}", "DESCRIPTOR#{descriptor}", "the project's columns";
    CAST = "Cast link, from the entity", "PROJECT#{project}#CASTING", "CAST#{entity}#{asset}", "what is cast here?";
    FOREIGN = "Cast link to another project's asset", "PROJECT#{project}#CASTING", "FOREIGN#{asset}#{entity}", "shared assets in use";
    PERSON = "Person", "PERSON#{person}", "PERSON", "";
    SECRET = "Password hash", "PERSON#{person}", "SECRET", "apart: no list of persons can carry it";
    MEMBER = "Team member, from the person", "PERSON#{person}", "MEMBER#{project}", "the projects of a person";
    ASSIGNED = "Assignment", "PERSON#{person}", "ASSIGNED#{project}#{entity}#{task}", "a vendor sees what is assigned";
    SESSION = "Session", "PERSON#{person}", "SESSION#{session}", "logout deletes it; expires";
    KNOWN_ADDRESS = "Address a person has logged in from", "PERSON#{person}", "ADDRESS#{address}", "no stranger can lock it out; expires";
    FAILURES = "Failed logins", "LOGIN#{who}", "FAILURES", "slows down guessing; expires";
    REPLAY = "Answer to a request with a key", "REPLAY#{person}#{key}", "REPLAY", "given again to the same request; expires";
    EMAIL = "E-mail (unique)", "EMAIL#{email}", "EMAIL", "login; one person per address";
    PEOPLE = "Person in the studio's list", "PEOPLE", "PERSON#{person}", "all persons";
    PROJECTS = "Project in the studio's list", "PROJECTS", "PROJECT#{project}", "all projects";
    PROJECT_NAME = "Project name (unique)", "PROJECTS", "UNIQUE#{name}", "";
    VOCABULARY = "Entity type, task type, status, department", "CATALOG#{kind}", "ID#{id}", "the studio's vocabulary";
    VOCABULARY_NAME = "Name in the vocabulary (unique)", "CATALOG#{kind}", "UNIQUE#{name}", "";
    FEED = "Events of one transaction", "EVENTS#{project}", "AT#{time}#{entry}", "who follows a project reads its end; expires";
    STUDIO_FEED = "Events of one transaction, of the studio", "EVENTS", "AT#{time}#{entry}", "of persons and the vocabulary; expires";
    JOURNAL = "Journal of a change of many items", "JOURNAL#{journal}", "HEAD", "the commit point";
    CHUNK = "Chunk of a journal", "JOURNAL#{journal}", "CHUNK#{number}", "applied exactly once, then gone";
    OPEN = "Work that is open: a journal, a deletion", "OPEN", "{kind}#{id}", "all that a sweep has to look at";
}

/// What an item with this key is, in the chart's words; `None` if no item has such a key.
pub(crate) fn item_at(key: &Key) -> Option<&'static str> {
    let is_it = |shape: &&&Shape| fits(shape.pk, &key.pk) && fits(shape.sk, &key.sk);
    SHAPES.iter().find(is_it).map(|shape| shape.item)
}

/// Whether a text can be a template's; its last value takes the rest, as a name may hold any character.
fn fits(template: &str, text: &str) -> bool {
    let Some((literal, rest)) = template.split_once('{') else { return template == text };
    let Some(text) = text.strip_prefix(literal) else { return false };
    match rest.split_once('}') {
        Some((_, rest)) if !rest.is_empty() => {
            text.find('#').is_some_and(|end| fits(rest, &text[end..]))
        }
        _ => !text.is_empty(),
    }
}

/// Where an entity's type lives: the project and the type.
pub(crate) type Home = (ProjectId, EntityTypeId);

pub(crate) fn entity((p, t): Home, e: EntityId) -> Key {
    ENTITY.key(&[&p, &t, &e])
}
pub(crate) fn task((p, t): Home, e: EntityId, k: TaskId) -> Key {
    TASK.key(&[&p, &t, &e, &k])
}
pub(crate) fn task_name((p, t): Home, e: EntityId, task_type: &dyn Display, name: &str) -> Key {
    TASK_NAME.key(&[&p, &t, &e, task_type, &name])
}
pub(crate) fn name((p, t): Home, folded: &str, scope: Option<EntityId>) -> Key {
    match scope {
        Some(scope) => NAME.key(&[&p, &t, &folded, &scope]),
        None => NAME.key(&[&p, &t, &folded, &"main"]),
    }
}
pub(crate) fn canceled_name(
    (p, t): Home,
    folded: &str,
    scope: Option<EntityId>,
    e: EntityId,
) -> Key {
    match scope {
        Some(scope) => CANCELED_NAME.key(&[&p, &t, &folded, &scope, &e]),
        None => CANCELED_NAME.key(&[&p, &t, &folded, &"main", &e]),
    }
}
pub(crate) fn entity_locator(e: EntityId) -> Key {
    ENTITY_LOCATOR.key(&[&e])
}
pub(crate) fn child(parent: EntityId, t: EntityTypeId, e: EntityId) -> Key {
    CHILD.key(&[&parent, &t, &e])
}
pub(crate) fn cast_in(asset: EntityId, p: ProjectId, e: EntityId) -> Key {
    CAST_IN.key(&[&asset, &p, &e])
}
pub(crate) fn instance(place: EntityId, asset: EntityId, number: i64) -> Key {
    INSTANCE.key(&[&place, &asset, &format!("{number:06}")])
}
pub(crate) fn instance_of(asset: EntityId, place: EntityId, number: i64) -> Key {
    INSTANCE_OF.key(&[&asset, &place, &format!("{number:06}")])
}
pub(crate) fn shot_instance(shot: EntityId, i: InstanceId) -> Key {
    SHOT_INSTANCE.key(&[&shot, &i])
}
pub(crate) fn instance_shot(asset: EntityId, i: InstanceId, shot: EntityId) -> Key {
    INSTANCE_SHOT.key(&[&asset, &i, &shot])
}
pub(crate) fn history(asset: EntityId, time: &dyn Display, h: HistoryId) -> Key {
    HISTORY.key(&[&asset, time, &h])
}
pub(crate) fn instance_locator(i: InstanceId) -> Key {
    INSTANCE_LOCATOR.key(&[&i])
}
pub(crate) fn task_locator(k: TaskId) -> Key {
    TASK_LOCATOR.key(&[&k])
}
pub(crate) fn comment(k: TaskId, time: &dyn Display, c: &dyn Display) -> Key {
    COMMENT.key(&[&k, time, c])
}
pub(crate) fn link_locator(l: LinkId) -> Key {
    LINK_LOCATOR.key(&[&l])
}
pub(crate) fn project(p: ProjectId) -> Key {
    PROJECT.key(&[&p])
}
pub(crate) fn team(p: ProjectId, x: PersonId) -> Key {
    TEAM.key(&[&p, &x])
}
pub(crate) fn type_used(p: ProjectId, t: EntityTypeId) -> Key {
    TYPE_USED.key(&[&p, &t])
}
pub(crate) fn descriptor(p: ProjectId, d: &dyn Display) -> Key {
    DESCRIPTOR.key(&[&p, d])
}
pub(crate) fn cast(p: ProjectId, e: EntityId, asset: EntityId) -> Key {
    CAST.key(&[&p, &e, &asset])
}
pub(crate) fn foreign(p: ProjectId, asset: EntityId, e: EntityId) -> Key {
    FOREIGN.key(&[&p, &asset, &e])
}
pub(crate) fn person(x: PersonId) -> Key {
    PERSON.key(&[&x])
}
pub(crate) fn secret(x: PersonId) -> Key {
    SECRET.key(&[&x])
}
pub(crate) fn member(x: PersonId, p: ProjectId) -> Key {
    MEMBER.key(&[&x, &p])
}
pub(crate) fn assigned(x: PersonId, p: ProjectId, e: EntityId, k: TaskId) -> Key {
    ASSIGNED.key(&[&x, &p, &e, &k])
}
pub(crate) fn session(x: PersonId, s: SessionId) -> Key {
    SESSION.key(&[&x, &s])
}
pub(crate) fn known_address(x: PersonId, address: &str) -> Key {
    KNOWN_ADDRESS.key(&[&x, &address])
}
pub(crate) fn failures_of_pair(account: &str, address: &str) -> Key {
    FAILURES.key(&[&format!("{account}#{address}")])
}
pub(crate) fn failures_of(account: &str) -> Key {
    FAILURES.key(&[&account])
}
pub(crate) fn failures_from(address: &str) -> Key {
    FAILURES.key(&[&address])
}
pub(crate) fn replay(x: PersonId, key: &str) -> Key {
    REPLAY.key(&[&x, &key])
}
pub(crate) fn email(folded: &str) -> Key {
    EMAIL.key(&[&folded])
}
pub(crate) fn in_people(x: PersonId) -> Key {
    PEOPLE.key(&[&x])
}
pub(crate) fn in_projects(p: ProjectId) -> Key {
    PROJECTS.key(&[&p])
}
pub(crate) fn project_name(folded: &str) -> Key {
    PROJECT_NAME.key(&[&folded])
}
pub(crate) fn vocabulary(kind: &str, id: &dyn Display) -> Key {
    VOCABULARY.key(&[&kind, id])
}
pub(crate) fn vocabulary_name(kind: &str, folded: &str) -> Key {
    VOCABULARY_NAME.key(&[&kind, &folded])
}
pub(crate) fn feed(p: Option<ProjectId>, time: &dyn Display, e: EventId) -> Key {
    match p {
        Some(p) => FEED.key(&[&p, time, &e]),
        None => STUDIO_FEED.key(&[time, &e]),
    }
}
pub(crate) fn journal(j: JournalId) -> Key {
    JOURNAL.key(&[&j])
}
pub(crate) fn chunk(j: JournalId, number: usize) -> Key {
    CHUNK.key(&[&j, &format!("{number:06}")])
}

pub(crate) fn open(kind: &str, id: &dyn Display) -> Key {
    OPEN.key(&[&kind, id])
}

/// The shard and sort key of a shared asset in the index.
pub(crate) fn shared_entry(p: ProjectId, asset: EntityId) -> (String, String) {
    (shared_shard(asset.0.as_u128() % SHARED_SHARDS), format!("{p}#{asset}"))
}

/// The partition of one shard of the index.
pub(crate) fn shared_shard(shard: u128) -> String {
    format!("SHARED#{shard:x}")
}

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
    Vocabulary(&'a str),
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
            Self::Entities((p, t)) | Self::EntitiesAndTasks((p, t)) => ENTITY.key(&[&p, &t, &""]),
            Self::TasksOfType((p, t)) => TASK.key(&[&p, &t, &"", &""]),
            Self::TasksOfEntity((p, t), e) => TASK.key(&[&p, &t, &e, &""]),
            Self::Named((p, t), folded) => NAME.key(&[&p, &t, &folded, &""]),
            Self::Children(parent) => CHILD.key(&[&parent, &"", &""]),
            Self::ChildrenOfType(parent, t) => CHILD.key(&[&parent, &t, &""]),
            Self::CastIn(asset) => CAST_IN.key(&[&asset, &"", &""]),
            Self::Everything(e) => Key { sk: String::new(), ..ENTITY_LOCATOR.key(&[&e]) },
            Self::InstancesIn(place) => INSTANCE.key(&[&place, &"", &""]),
            Self::InstancesOfIn(place, asset) => INSTANCE.key(&[&place, &asset, &""]),
            Self::InstancesOf(asset) => INSTANCE_OF.key(&[&asset, &"", &""]),
            Self::InstancesInShot(shot) => SHOT_INSTANCE.key(&[&shot, &""]),
            Self::ShotsOfInstances(asset) => INSTANCE_SHOT.key(&[&asset, &"", &""]),
            Self::ShotsOfInstance(asset, i) => INSTANCE_SHOT.key(&[&asset, &i, &""]),
            Self::History(asset) => HISTORY.key(&[&asset, &"", &""]),
            Self::Comments(k) => COMMENT.key(&[&k, &"", &""]),
            Self::AllOfProject(p) => Key { sk: String::new(), ..PROJECT.key(&[&p]) },
            Self::Team(p) => TEAM.key(&[&p, &""]),
            Self::TypesUsed(p) => TYPE_USED.key(&[&p, &""]),
            Self::Descriptors(p) => DESCRIPTOR.key(&[&p, &""]),
            Self::CastingOf(p, e) => CAST.key(&[&p, &e, &""]),
            Self::CastingOfProject(p) => CAST.key(&[&p, &"", &""]),
            Self::ForeignCasting(p) => FOREIGN.key(&[&p, &"", &""]),
            Self::Memberships(x) => MEMBER.key(&[&x, &""]),
            Self::Assigned(x, p) => ASSIGNED.key(&[&x, &p, &"", &""]),
            Self::AssignedOn(x, p, e) => ASSIGNED.key(&[&x, &p, &e, &""]),
            Self::AllOfPerson(x) => Key { sk: String::new(), ..PERSON.key(&[&x]) },
            Self::People => PEOPLE.key(&[&""]),
            Self::Projects => PROJECTS.key(&[&""]),
            Self::Vocabulary(kind) => VOCABULARY.key(&[&kind, &""]),
            Self::Feed(Some(p)) => FEED.key(&[&p, &"", &""]),
            Self::Feed(None) => STUDIO_FEED.key(&[&"", &""]),
            Self::Chunks(j) => CHUNK.key(&[&j, &""]),
            Self::Open => Key { sk: String::new(), ..OPEN.key(&[&"", &""]) },
        };
        // The values left empty are the last ones: what follows the first of them is not part of the prefix.
        let prefix = sk.trim_end_matches('#');
        let from = if prefix.is_empty() { String::new() } else { format!("{prefix}#") };
        let to = match self {
            Self::EntitiesAndTasks(_) => format!("TASK#{LAST}"),
            _ => format!("{from}{LAST}"),
        };
        Range { pk, from, to }
    }

    /// Whether the ids in the range are random from its first character on, so that it can be split evenly.
    pub(crate) fn is_even(self) -> bool {
        matches!(self, Self::Entities(_) | Self::TasksOfType(_) | Self::CastingOfProject(_))
    }
}

/// The chart of the table, in Markdown: one row per item.
pub fn chart() -> String {
    let mut out = String::from("| Item | PK | SK | Why |\n|---|---|---|---|\n");
    for shape in SHAPES {
        let _ =
            writeln!(out, "| {} | `{}` | `{}` | {} |", shape.item, shape.pk, shape.sk, shape.why);
    }
    let _ = writeln!(
        out,
        "\nIndex `{SHARED_INDEX}` (sparse, all attributes): `{SHARED_PK}` = `SHARED#{{shard}}`, \
         `{SHARED_SK}` = `{{project}}#{{asset}}`; only live shared assets carry them. \
         Items with `{TTL}` are deleted after that time."
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p() -> ProjectId {
        ProjectId(uuid::Uuid::from_u128(1))
    }
    fn t() -> EntityTypeId {
        EntityTypeId(uuid::Uuid::from_u128(2))
    }
    fn e(n: u128) -> EntityId {
        EntityId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn keys_fill_their_templates() {
        let Key { pk, sk } = entity((p(), t()), e(3));
        assert_eq!(pk, format!("PROJECT#{}#TYPE#{}", p(), t()));
        assert_eq!(sk, format!("ENTITY#{}", e(3)));
        assert!(SHAPES.iter().all(|s| s.pk.matches('{').count() == s.pk.matches('}').count()));
    }

    #[test]
    fn an_item_is_told_by_its_key() {
        let check = |key: &Key, item: &str| assert_eq!(item_at(key), Some(item), "{key}");
        check(&name((p(), t()), "no #1", None), "Entity name (unique)");
        check(&project(p()), "Project");
        check(&cast(p(), e(1), e(2)), "Cast link, from the entity");
        check(&email("a#b@example.com"), "E-mail (unique)");
        assert_eq!(item_at(&Key { pk: "PROJECT#1".into(), sk: "BUDGET#1".into() }), None);
        assert_eq!(item_at(&Key { pk: "STUDIO".into(), sk: "STUDIO".into() }), None);
    }

    #[test]
    fn patterns_read_their_items_and_no_others() {
        let home = (p(), t());
        let k = TaskId(uuid::Uuid::from_u128(9));
        let asset = entity(home, e(3));
        let its_task = task(home, e(3), k);
        let other_task = task(home, e(4), k);
        let its_name = name(home, "hero", None);
        let longer_name = name(home, "heroine", None);
        let task_name = task_name(home, e(3), &"x", "main");
        let check = |pattern: Pattern<'_>, inside: &[&Key], outside: &[&Key]| {
            let range = pattern.range();
            assert!(inside.iter().all(|key| range.holds(key)), "{pattern:?} misses one");
            assert!(!outside.iter().any(|key| range.holds(key)), "{pattern:?} has one too many");
        };
        check(Pattern::Entities(home), &[&asset], &[&its_task, &its_name, &task_name]);
        check(Pattern::EntitiesAndTasks(home), &[&asset, &its_task], &[&its_name, &task_name]);
        check(Pattern::TasksOfEntity(home, e(3)), &[&its_task], &[&asset, &other_task, &task_name]);
        check(Pattern::Named(home, "hero"), &[&its_name], &[&longer_name]);
        check(
            Pattern::Vocabulary("DEPARTMENT"),
            &[&vocabulary("DEPARTMENT", &t())],
            &[&vocabulary_name("DEPARTMENT", "modeling"), &vocabulary("TASK_TYPE", &t())],
        );
        check(Pattern::CastIn(e(3)), &[&cast_in(e(3), p(), e(4))], &[&entity_locator(e(3))]);
        let entry = history(e(3), &"2026-01-01T00:00:00.000000Z", HistoryId(e(5).0));
        check(
            Pattern::History(e(3)),
            &[&entry],
            &[&entity_locator(e(3)), &cast_in(e(3), p(), e(4))],
        );
        check(
            Pattern::InstancesIn(e(3)),
            &[&instance(e(3), e(4), 1)],
            &[&instance_of(e(3), e(4), 1)],
        );
    }
}
