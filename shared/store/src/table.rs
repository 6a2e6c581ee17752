//! The whole table on one page: every item, its key, and what it is for.
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
//! A [`Shape`] is the template of a key; below the shapes stand the functions that fill them. Every way the table is
//! queried is a [`Pattern`], in `pattern`. The chart in ARCHITECTURE.md is printed from the shapes by [`chart`].

mod key;
mod pattern;
#[cfg(test)]
mod tests;

use std::fmt::{Display, Write as _};

use model::{
    CommentId, EntityId, EntityTypeId, EventId, HistoryId, InstanceId, JournalId, LinkId, PersonId,
    ProjectId, SessionId, TaskId,
};

pub use self::key::Key;
use self::key::Shape;
pub(crate) use self::pattern::{Pattern, Range};

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
    PROJECT = "Project", "PROJECT#{project}", "PROJECT", "with its open journals and the number of changes by chunks";
    TEAM = "Team member", "PROJECT#{project}", "TEAM#{person}", "who is in it, as what";
    TYPE_USED = "Type used in a project", "PROJECT#{project}", "TYPE#{type}", "which partitions the project has";
    DESCRIPTOR = "Metadata descriptor", "PROJECT#{project}", "DESCRIPTOR#{descriptor}", "the project's columns";
    DESCRIPTOR_KEY = "Key of a metadata descriptor (unique)", "PROJECT#{project}", "COLUMN_KEY#{entity type}#{key}", "one column for a key in `data`";
    DESCRIPTOR_TITLE = "Title of a metadata descriptor (unique)", "PROJECT#{project}", "COLUMN_TITLE#{entity type}#{name}", "one column of a title in a sheet";
    CAST = "Cast link, from the entity", "PROJECT#{project}#CASTING", "CAST#{entity}#{asset}", "what is cast here?";
    FOREIGN = "Cast link to another project's asset", "PROJECT#{project}#CASTING", "FOREIGN#{asset}#{entity}", "shared assets in use";
    PERSON = "Person", "PERSON#{person}", "PERSON", "";
    SECRET = "Password hash", "PERSON#{person}", "SECRET", "apart: no list of persons can carry it";
    MEMBER = "Team member, from the person", "PERSON#{person}", "MEMBER#{project}", "the projects of a person";
    ASSIGNED = "Assignment", "PERSON#{person}", "ASSIGNED#{project}#{entity}#{task}", "a vendor sees what is assigned";
    SESSION = "Session", "PERSON#{person}", "SESSION#{session}", "logout deletes it, another epoch of the person ends it; expires";
    KNOWN_ADDRESS = "Address a person has logged in from", "PERSON#{person}", "ADDRESS#{address}", "no stranger can lock it out; expires";
    FAILURES = "Failed logins", "LOGIN#{who}", "FAILURES", "slows down guessing; expires";
    REPLAY = "Answer to a request with a key", "REPLAY#{person}#{key}", "REPLAY", "given again to the same request; expires";
    EMAIL = "E-mail (unique)", "EMAIL#{email}", "EMAIL", "login; one person per address";
    PEOPLE = "Person, in the studio's list", "PEOPLE", "PERSON#{person}", "all persons are one range";
    PROJECTS = "Project in the studio's list", "PROJECTS", "PROJECT#{project}", "all projects";
    PROJECT_NAME = "Project name (unique)", "PROJECTS", "UNIQUE#{name}", "";
    VOCABULARY = "Entity type, task type, status, department", "CATALOG", "ID#{kind}#{id}", "the studio's vocabulary: several kinds are one range";
    VOCABULARY_NAME = "Name in the vocabulary (unique)", "CATALOG", "UNIQUE#{kind}#{name}", "";
    VOCABULARY_PLACE = "Last word that became its kind's default", "CATALOG", "PLACE#{kind}", "each is conditional on the one before: no two are the default";
    FEED = "Events of one transaction", "EVENTS#{project}", "AT#{time}#{entry}", "who follows a project reads its end; expires";
    STUDIO_FEED = "Events of one transaction, of the studio", "EVENTS", "AT#{time}#{entry}", "of persons and the vocabulary; expires";
    NESTING = "Last casting of an asset in an asset", "NESTING", "LAST", "each is conditional on the one before: no two close a circle";
    JOURNAL = "Journal of a change of many items", "JOURNAL#{journal}", "HEAD", "the commit point";
    CHUNK = "Chunk of a journal", "JOURNAL#{journal}", "CHUNK#{number}", "applied exactly once, then gone";
    OPEN = "Work that is open: a journal, a deletion", "OPEN", "{kind}#{id}", "all that a sweep has to look at";
}

/// What an item with this key is, in the chart's words; `None` if no item has such a key.
pub(crate) fn item_at(key: &Key) -> Option<&'static str> {
    SHAPES.iter().find(|shape| shape.fits(key)).map(|shape| shape.item)
}

/// Where an entity's type lives: the project and the type.
pub(crate) type Home = (ProjectId, EntityTypeId);

pub(crate) fn entity((project, entity_type): Home, entity: EntityId) -> Key {
    ENTITY.key(&[&project, &entity_type, &entity])
}
pub(crate) fn task((project, entity_type): Home, entity: EntityId, task: TaskId) -> Key {
    TASK.key(&[&project, &entity_type, &entity, &task])
}
pub(crate) fn task_name(
    (project, entity_type): Home,
    entity: EntityId,
    task_type: &dyn Display,
    name: &str,
) -> Key {
    TASK_NAME.key(&[&project, &entity_type, &entity, task_type, &name])
}
pub(crate) fn name((project, entity_type): Home, folded: &str, scope: Option<EntityId>) -> Key {
    match scope {
        Some(scope) => NAME.key(&[&project, &entity_type, &folded, &scope]),
        None => NAME.key(&[&project, &entity_type, &folded, &"main"]),
    }
}
pub(crate) fn canceled_name(
    (project, entity_type): Home,
    folded: &str,
    scope: Option<EntityId>,
    entity: EntityId,
) -> Key {
    match scope {
        Some(scope) => CANCELED_NAME.key(&[&project, &entity_type, &folded, &scope, &entity]),
        None => CANCELED_NAME.key(&[&project, &entity_type, &folded, &"main", &entity]),
    }
}
pub(crate) fn entity_locator(entity: EntityId) -> Key {
    ENTITY_LOCATOR.key(&[&entity])
}
pub(crate) fn child(parent: EntityId, entity_type: EntityTypeId, entity: EntityId) -> Key {
    CHILD.key(&[&parent, &entity_type, &entity])
}
pub(crate) fn cast_in(asset: EntityId, project: ProjectId, entity: EntityId) -> Key {
    CAST_IN.key(&[&asset, &project, &entity])
}
pub(crate) fn instance(place: EntityId, asset: EntityId, number: i64) -> Key {
    INSTANCE.key(&[&place, &asset, &format!("{number:06}")])
}
pub(crate) fn instance_of(asset: EntityId, place: EntityId, number: i64) -> Key {
    INSTANCE_OF.key(&[&asset, &place, &format!("{number:06}")])
}
pub(crate) fn shot_instance(shot: EntityId, instance: InstanceId) -> Key {
    SHOT_INSTANCE.key(&[&shot, &instance])
}
pub(crate) fn instance_shot(asset: EntityId, instance: InstanceId, shot: EntityId) -> Key {
    INSTANCE_SHOT.key(&[&asset, &instance, &shot])
}
pub(crate) fn history(asset: EntityId, time: &dyn Display, entry: HistoryId) -> Key {
    HISTORY.key(&[&asset, time, &entry])
}
pub(crate) fn instance_locator(instance: InstanceId) -> Key {
    INSTANCE_LOCATOR.key(&[&instance])
}
pub(crate) fn task_locator(task: TaskId) -> Key {
    TASK_LOCATOR.key(&[&task])
}
pub(crate) fn comment(task: TaskId, time: &dyn Display, comment: CommentId) -> Key {
    COMMENT.key(&[&task, time, &comment])
}
pub(crate) fn link_locator(link: LinkId) -> Key {
    LINK_LOCATOR.key(&[&link])
}
pub(crate) fn project(project: ProjectId) -> Key {
    PROJECT.key(&[&project])
}
pub(crate) fn team(project: ProjectId, person: PersonId) -> Key {
    TEAM.key(&[&project, &person])
}
pub(crate) fn type_used(project: ProjectId, entity_type: EntityTypeId) -> Key {
    TYPE_USED.key(&[&project, &entity_type])
}
pub(crate) fn descriptor(project: ProjectId, descriptor: &dyn Display) -> Key {
    DESCRIPTOR.key(&[&project, descriptor])
}
pub(crate) fn descriptor_key(project: ProjectId, entity_type: &str, key: &str) -> Key {
    DESCRIPTOR_KEY.key(&[&project, &entity_type, &key])
}
pub(crate) fn descriptor_title(project: ProjectId, entity_type: &str, folded: &str) -> Key {
    DESCRIPTOR_TITLE.key(&[&project, &entity_type, &folded])
}
pub(crate) fn cast(project: ProjectId, entity: EntityId, asset: EntityId) -> Key {
    CAST.key(&[&project, &entity, &asset])
}
pub(crate) fn foreign(project: ProjectId, asset: EntityId, entity: EntityId) -> Key {
    FOREIGN.key(&[&project, &asset, &entity])
}
pub(crate) fn person(person: PersonId) -> Key {
    PERSON.key(&[&person])
}
pub(crate) fn secret(person: PersonId) -> Key {
    SECRET.key(&[&person])
}
pub(crate) fn member(person: PersonId, project: ProjectId) -> Key {
    MEMBER.key(&[&person, &project])
}
pub(crate) fn assigned(
    person: PersonId,
    project: ProjectId,
    entity: EntityId,
    task: TaskId,
) -> Key {
    ASSIGNED.key(&[&person, &project, &entity, &task])
}
pub(crate) fn session(person: PersonId, session: SessionId) -> Key {
    SESSION.key(&[&person, &session])
}
pub(crate) fn known_address(person: PersonId, address: &str) -> Key {
    KNOWN_ADDRESS.key(&[&person, &address])
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
pub(crate) fn replay(person: PersonId, key: &str) -> Key {
    REPLAY.key(&[&person, &key])
}
pub(crate) fn email(folded: &str) -> Key {
    EMAIL.key(&[&folded])
}
pub(crate) fn in_people(person: PersonId) -> Key {
    PEOPLE.key(&[&person])
}
pub(crate) fn in_projects(project: ProjectId) -> Key {
    PROJECTS.key(&[&project])
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
pub(crate) fn vocabulary_place(kind: &str) -> Key {
    VOCABULARY_PLACE.key(&[&kind])
}
pub(crate) fn feed(project: Option<ProjectId>, time: &dyn Display, entry: EventId) -> Key {
    match project {
        Some(project) => FEED.key(&[&project, time, &entry]),
        None => STUDIO_FEED.key(&[time, &entry]),
    }
}
pub(crate) fn nesting() -> Key {
    NESTING.key(&[])
}
pub(crate) fn journal(journal: JournalId) -> Key {
    JOURNAL.key(&[&journal])
}
pub(crate) fn chunk(journal: JournalId, number: usize) -> Key {
    CHUNK.key(&[&journal, &format!("{number:06}")])
}
pub(crate) fn open(kind: &str, id: &dyn Display) -> Key {
    OPEN.key(&[&kind, id])
}

/// The shard and sort key of a shared asset in the index.
pub(crate) fn shared_entry(project: ProjectId, asset: EntityId) -> (String, String) {
    (shared_shard(asset.0.as_u128() % SHARED_SHARDS), format!("{project}#{asset}"))
}

/// The partition of one shard of the index.
pub(crate) fn shared_shard(shard: u128) -> String {
    format!("SHARED#{shard:x}")
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
