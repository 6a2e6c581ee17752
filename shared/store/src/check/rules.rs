//! What items say of each other: references, counters, episodes, circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use model::casting::Link;
use model::{Entity, EntityId, EntityKind, InstanceId, PersonId, ProjectId, TaskId};

use super::census::Census;
use super::pending;
use super::violation::Violation;
use crate::item::{Item as _, place_of};
use crate::table::{self, Key};

/// What is there to be referred to.
struct There<'a> {
    entities: BTreeMap<EntityId, &'a Entity>,
    tasks: BTreeSet<TaskId>,
    instances: BTreeSet<InstanceId>,
    projects: BTreeSet<ProjectId>,
    persons: BTreeSet<PersonId>,
    violations: Vec<Violation>,
}

pub(super) fn violations(census: &Census) -> Vec<Violation> {
    let mut there = There {
        entities: census.entities.iter().map(|it| (it.id, it)).collect(),
        tasks: census.tasks.iter().map(|it| it.id).collect(),
        instances: census.instances.iter().map(|it| it.id).collect(),
        projects: census.projects.iter().map(|it| it.project.id).collect(),
        persons: census.persons.iter().map(|it| it.id).collect(),
        violations: Vec::new(),
    };
    there.entities(census);
    there.tasks(census);
    there.histories(census);
    there.instances(census);
    there.projects(census);
    there.links(census);
    let mut found = there.violations;
    found.extend(counters(census));
    found.extend(episodes(census));
    found.extend(circles(census));
    found.extend(pending::violations(census));
    found
}

impl There<'_> {
    fn entity(&mut self, key: &Key, what: &'static str, id: EntityId) {
        if !self.entities.contains_key(&id) {
            self.violations.push(dangling(key, what, id));
        }
    }

    fn project(&mut self, key: &Key, id: ProjectId) {
        if !self.projects.contains(&id) {
            self.violations.push(dangling(key, "project", id));
        }
    }

    fn person(&mut self, key: &Key, id: PersonId) {
        if !self.persons.contains(&id) {
            self.violations.push(dangling(key, "person", id));
        }
    }

    fn entities(&mut self, census: &Census) {
        let mut types = BTreeSet::new();
        for it in &census.entities {
            let key = it.key();
            self.project(&key, it.project_id);
            if let Some(parent) = it.scope() {
                self.entity(&key, "entity", parent);
            }
            let marker = table::type_used(it.project_id, it.entity_type_id);
            if types.insert(marker.clone()) && !census.types_used.contains(&marker) {
                self.violations.push(Violation::Missing { key: marker, of: key });
            }
        }
        // A marker may outlive the type's last entity, but not its project.
        let projects: BTreeSet<String> =
            self.projects.iter().map(|id| table::project(*id).pk).collect();
        let strays = census.types_used.iter().filter(|marker| !projects.contains(&marker.pk));
        self.violations.extend(strays.cloned().map(|key| Violation::Stray { key }));
    }

    fn tasks(&mut self, census: &Census) {
        for it in &census.tasks {
            let key = it.key();
            self.entity(&key, "entity", it.entity_id);
            let home = (it.project_id, it.entity_type_id);
            let entity = self.entities.get(&it.entity_id);
            if entity.is_some_and(|entity| (entity.project_id, entity.entity_type_id) != home) {
                self.violations
                    .push(Violation::Stale { key: key.clone(), field: "entity_type_id" });
            }
            for person in &it.assignees {
                self.person(&key, *person);
            }
        }
        for it in &census.comments {
            let task = it.comment.object_id;
            if !self.tasks.contains(&task) {
                self.violations.push(dangling(&it.key(), "task", task));
            }
        }
    }

    fn histories(&mut self, census: &Census) {
        for it in &census.histories {
            self.entity(&it.key(), "asset", it.asset_id);
        }
    }

    fn instances(&mut self, census: &Census) {
        for it in &census.instances {
            self.entity(&it.key(), "asset", it.asset_id);
            self.entity(&it.key(), "place", place_of(it));
        }
        for it in &census.presences {
            self.entity(&it.key, "shot", it.shot);
            if !self.instances.contains(&it.instance) {
                self.violations.push(dangling(&it.key, "instance", it.instance));
            }
        }
    }

    fn projects(&mut self, census: &Census) {
        for it in &census.memberships {
            self.project(&it.key(), it.project_id);
            self.person(&it.key(), it.person_id);
        }
        for it in &census.descriptors {
            self.project(&it.key(), it.project_id);
        }
        for (key, person) in &census.private {
            self.person(key, *person);
        }
    }

    fn links(&mut self, census: &Census) {
        for it in &census.links {
            let key = it.key();
            self.entity(&key, "entity", it.entity_id);
            self.entity(&key, "asset", it.asset_id);
            let field = stale_field(it, &self.entities);
            self.violations.extend(field.map(|field| Violation::Stale { key, field }));
        }
    }
}

fn dangling(key: &Key, what: &'static str, id: impl Display) -> Violation {
    Violation::Dangling { key: key.clone(), what, id: id.to_string() }
}

/// What a link repeats of its ends, and wrongly.
fn stale_field(link: &Link, entities: &BTreeMap<EntityId, &Entity>) -> Option<&'static str> {
    let (entity, asset) = (entities.get(&link.entity_id)?, entities.get(&link.asset_id)?);
    let episode = match entity.kind {
        EntityKind::Shot => {
            entity.parent_id.and_then(|id| entities.get(&id)).and_then(|it| it.parent_id)
        }
        _ => link.episode_id,
    };
    [
        ("entity_type_id", link.entity_type_id == entity.entity_type_id),
        ("asset_type_id", link.asset_type_id == asset.entity_type_id),
        ("asset_project_id", link.asset_project_id == asset.project_id),
        ("episode_id", link.episode_id == episode),
    ]
    .into_iter()
    .find_map(|(field, is_right)| (!is_right).then_some(field))
}

/// Every entity counts its links.
fn counters(census: &Census) -> Vec<Violation> {
    let mut links: BTreeMap<EntityId, i64> = BTreeMap::new();
    for link in &census.links {
        *links.entry(link.entity_id).or_default() += 1;
    }
    let wrong = census.entities.iter().filter_map(|it| {
        let links = links.get(&it.id).copied().unwrap_or_default();
        let (entity, says) = (it.id, it.nb_entities_out);
        (says != links).then_some(Violation::Counter { entity, says, links })
    });
    wrong.collect()
}

/// An episode's link counts the shots that use the asset; without any, somebody cast it there himself.
fn episodes(census: &Census) -> Vec<Violation> {
    let mut shots: BTreeMap<(EntityId, EntityId), i64> = BTreeMap::new();
    for link in census.links.iter().filter(|link| link.entity_kind == EntityKind::Shot) {
        if let Some(episode) = link.episode_id {
            *shots.entry((episode, link.asset_id)).or_default() += 1;
        }
    }
    let own = census.links.iter().filter(|link| link.entity_kind == EntityKind::Episode);
    let own: BTreeMap<_, &Link> = own.map(|link| ((link.entity_id, link.asset_id), link)).collect();
    let pairs: BTreeSet<_> = shots.keys().chain(own.keys()).copied().collect();
    let wrong = pairs.into_iter().filter_map(|(episode, asset)| {
        let count = shots.get(&(episode, asset)).copied().unwrap_or_default();
        let link = own.get(&(episode, asset));
        let says = link.map(|link| link.nb_shots);
        let follows = says == Some(count) && (count > 0 || link.is_some_and(|it| it.is_explicit));
        (!follows).then_some(Violation::Episode { episode, asset, says, shots: count })
    });
    wrong.collect()
}

/// No asset contains itself.
fn circles(census: &Census) -> Vec<Violation> {
    let nesting = census.links.iter().filter(|link| link.entity_kind == EntityKind::Asset);
    let pairs = nesting.map(|link| (link.entity_id, link.asset_id)).collect();
    let circles = in_circles(pairs).into_iter();
    circles.map(|(entity, asset)| Violation::Circle { entity, asset }).collect()
}

/// The uses that are in circles or between them: who uses nothing and who is used by nothing is taken away, again and
/// again.
pub(super) fn in_circles(mut uses: Vec<(EntityId, EntityId)>) -> Vec<(EntityId, EntityId)> {
    loop {
        let before = uses.len();
        let users: BTreeSet<EntityId> = uses.iter().map(|(entity, _)| *entity).collect();
        let used: BTreeSet<EntityId> = uses.iter().map(|(_, asset)| *asset).collect();
        uses.retain(|(entity, asset)| users.contains(asset) && used.contains(entity));
        if uses.len() == before {
            return uses;
        }
    }
}
