//! [`Table`]: a sound table, and hands to damage it with.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{TimeZone as _, Utc};
use model::casting::Link;
use model::descriptor::Descriptor;
use model::entity::NewEntity;
use model::instance::Place;
use model::project::Membership;
use model::task::NewTask;
use model::vocabulary::TaskType;
use model::{
    AssetInstance, Entity, EntityId, EntityKind, EntityTypeId, LinkId, Person, Project, ProjectId,
    Result, Role, Task, TaskStatusId, Timestamp,
};

use crate::check::follows::{write_person, write_project};
use crate::check::violation::Violation;
use crate::item::{Attributes, Item, encode};
use crate::project::ProjectItem;
use crate::table::{Key, SHARED_PK};
use crate::transaction::Transaction;
use crate::{casting, entity, instance, project, task, vocabulary};

pub(super) fn now() -> Timestamp {
    Timestamp::new(Utc.timestamp_opt(1_700_000_000, 0).unwrap())
}

/// A table: by key, so that it can be damaged.
pub(super) struct Table {
    pub(super) items: BTreeMap<Key, Attributes>,
    pub(super) project: ProjectItem,
    pub(super) person: Person,
    pub(super) shot: Entity,
    pub(super) episode: Entity,
    pub(super) hero: Entity,
    pub(super) link: Link,
    pub(super) task: Task,
    pub(super) instance: AssetInstance,
}

fn new(
    project: ProjectId,
    entity_type: EntityTypeId,
    name: &str,
    parent: Option<EntityId>,
) -> Entity {
    let named = NewEntity::named(project, entity_type, name);
    NewEntity { parent_id: parent, ..named }.create(now())
}

pub(super) fn of_kind(
    project: ProjectId,
    kind: EntityKind,
    name: &str,
    parent: Option<EntityId>,
) -> Entity {
    new(project, kind.entity_type().unwrap(), name, parent)
}

fn link(entity: &Entity, asset: &Entity, episode: &Entity, nb_shots: i64) -> Link {
    Link {
        id: LinkId::new(),
        entity_id: entity.id,
        entity_kind: entity.kind,
        entity_type_id: entity.entity_type_id,
        project_id: entity.project_id,
        episode_id: Some(episode.id),
        asset_id: asset.id,
        asset_type_id: asset.entity_type_id,
        asset_project_id: asset.project_id,
        nb_occurences: 1,
        label: String::new(),
        nb_shots,
        is_explicit: nb_shots == 0,
        created_at: now(),
        updated_at: now(),
    }
}

impl Table {
    /// A show whose shot uses a shared asset of another project, with a task, a comment and an instance of it.
    pub(super) fn sound() -> Self {
        let [project, other] = ["Show", "Library"].map(|name| ProjectItem {
            project: Project::named(name, now()),
            journals: Vec::new(),
            generation: 0,
            is_leaving: false,
        });
        let (id, lender) = (project.project.id, other.project.id);
        let person = Person::named("Ada", "Byron", "ada@example.com", Role::User, now());
        let mut episode = of_kind(id, EntityKind::Episode, "E01", None);
        let sequence = of_kind(id, EntityKind::Sequence, "SQ01", Some(episode.id));
        let mut shot = of_kind(id, EntityKind::Shot, "SH01", Some(sequence.id));
        let scene = of_kind(id, EntityKind::Scene, "SC01", Some(sequence.id));
        let hero = new(lender, EntityTypeId::new(), "Hero", None);
        let hero = Entity { is_shared: true, ..hero };
        let old = Entity { canceled: true, ..new(lender, hero.entity_type_id, "Hero", None) };
        (episode.nb_entities_out, shot.nb_entities_out) = (1, 1);
        let links = [link(&shot, &hero, &episode, 0), link(&episode, &hero, &episode, 1)];
        let new_task = NewTask {
            project_id: lender,
            entity_id: hero.id,
            entity_type_id: hero.entity_type_id,
            task_type_id: model::TaskTypeId::new(),
            task_status_id: TaskStatusId::new(),
            name: "main".into(),
            assigner_id: None,
            assignees: vec![person.id],
        };
        let task = new_task.create(now());
        let instance =
            AssetInstance::place(hero.id, "Hero", Place::Scene(scene.id), 1, None, now());
        let [first, _] = links.clone();
        let mut this = Self {
            items: BTreeMap::new(),
            project: project.clone(),
            person: person.clone(),
            shot: shot.clone(),
            episode: episode.clone(),
            hero: hero.clone(),
            link: first,
            task: task.clone(),
            instance: instance.clone(),
        };
        for it in [&project, &other] {
            this.add(it, |t| {
                write_project(t, it);
                Ok(())
            });
        }
        for it in [&episode, &sequence, &shot, &scene, &hero, &old] {
            this.add(it, |t| {
                entity::write_name(t, it);
                entity::write_whereabouts(t, it);
                entity::write_type_used(t, it.project_id, it.entity_type_id);
                Ok(())
            });
        }
        for it in &links {
            this.add(it, |t| casting::write_whereabouts(t, it));
        }
        this.add(&task, |t| {
            task::write_whereabouts(t, &task);
            Ok(())
        });
        this.add(&instance, |t| {
            instance::write_whereabouts(t, &instance, scene.id);
            instance::presence::write_presence(t, &shot, &instance);
            Ok(())
        });
        this.add(&person, |t| {
            write_person(t, &person).unwrap();
            Ok(())
        });
        let member = Membership::new(id, person.id);
        this.add(&member, |t| t.put(&project::MemberItem(member.clone())).map(drop));
        this.add_descriptor(&Descriptor::named(id, "Height", now()));
        let word = TaskType::named("Modeling", now());
        this.add(&word, |t| {
            vocabulary::write_name(t, &word);
            Ok(())
        });
        this
    }

    pub(super) fn add_descriptor(&mut self, descriptor: &Descriptor) {
        self.add(descriptor, |t| {
            project::descriptor::write_names(t, descriptor);
            Ok(())
        });
    }

    pub(super) fn add<T: Item>(
        &mut self,
        value: &T,
        write: impl FnOnce(&mut Transaction) -> Result<()>,
    ) {
        let mut transaction = Transaction::default();
        transaction.put(value).unwrap();
        write(&mut transaction).unwrap();
        self.items.extend(transaction.into_puts());
    }

    pub(super) fn put<T: Item>(&mut self, value: &T) {
        self.items.insert(value.key(), encode(value, 2).unwrap());
    }

    pub(super) fn set(&mut self, key: &Key, name: &str, value: &str) {
        let value = AttributeValue::S(value.to_owned());
        self.items.get_mut(key).unwrap().insert(name.to_owned(), value);
    }

    pub(super) fn violations(self) -> Vec<Violation> {
        violations(self.items)
    }
}

/// What is wrong with a table of these items, whose index follows them.
pub(super) fn violations(items: BTreeMap<Key, Attributes>) -> Vec<Violation> {
    let listed = listed(&items);
    crate::check::violations(items.into_values().collect(), &listed)
}

/// What the index of shared assets has of items.
pub(super) fn listed(items: &BTreeMap<Key, Attributes>) -> Vec<Attributes> {
    items.values().filter(|item| item.contains_key(SHARED_PK)).cloned().collect()
}
