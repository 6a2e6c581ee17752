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
    PROJECT = "Project", "PROJECT#{project}", "PROJECT", "with its open journals";
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
pub(crate) fn comment(k: TaskId, time: &dyn Display, c: CommentId) -> Key {
    COMMENT.key(&[&k, time, &c])
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
pub(crate) fn descriptor_key(p: ProjectId, entity_type: &str, key: &str) -> Key {
    DESCRIPTOR_KEY.key(&[&p, &entity_type, &key])
}
pub(crate) fn descriptor_title(p: ProjectId, entity_type: &str, folded: &str) -> Key {
    DESCRIPTOR_TITLE.key(&[&p, &entity_type, &folded])
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
pub(crate) fn vocabulary_place(kind: &str) -> Key {
    VOCABULARY_PLACE.key(&[&kind])
}
pub(crate) fn feed(p: Option<ProjectId>, time: &dyn Display, e: EventId) -> Key {
    match p {
        Some(p) => FEED.key(&[&p, time, &e]),
        None => STUDIO_FEED.key(&[time, &e]),
    }
}
pub(crate) fn nesting() -> Key {
    NESTING.key(&[])
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
