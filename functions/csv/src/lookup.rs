//! Looking up what the names in a production's files stand for.

use http_api::{Access, App, Result};
use model::descriptor::Descriptor;
use model::entity::is_asset_type;
use model::naming::Naming;
use model::vocabulary::{EntityType, TaskStatus, TaskType};
use model::{
    Entity, EntityId, EntityKind, EntityTypeId, Person, PersonId, ProjectId, TaskStatusId,
    TaskTypeId,
};
use store::{Store, Words};

use crate::asset_columns::Columns;

/// Finds by its name everything that an asset's row can name, and knows the columns a row may have.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) asset_types: Naming<EntityTypeId>,
    pub(crate) episodes: Naming<EntityId>,
    pub(crate) task_types: Naming<TaskTypeId>,
    pub(crate) task_statuses: Naming<TaskStatusId>,
    pub(crate) persons: Naming<PersonId>,
    pub(crate) statuses: Vec<TaskStatus>,
    pub(crate) columns: Columns,
    /// What the project declares of its assets' metadata.
    pub(crate) descriptors: Vec<Descriptor>,
}

impl Lookup {
    /// Reads the vocabulary, and what the project adds to it.
    pub(crate) async fn load(app: &App, access: &Access) -> Result<Self> {
        let (store, project) = (&app.store, access.project.id);
        let (words, persons, descriptors, episodes) = tokio::try_join!(
            store.words(),
            store.person_list(),
            store.descriptors_of(project),
            episodes(store, project)
        )?;
        let Words { entity_types, task_types, task_statuses: statuses, .. } = words;
        let descriptors = access.descriptors_seen(descriptors);
        let descriptors = descriptors.into_iter().map(|row| row.descriptor);
        let columns = Columns::new(descriptors, task_types.clone());
        Ok(Self {
            asset_types: asset_types(&entity_types),
            episodes,
            task_types: Naming::new("a task type", task_types.iter().map(names_of_task_type)),
            task_statuses: Naming::new("a task status", statuses.iter().map(names_of_status)),
            persons: Naming::new("a person", persons.iter().map(names_of_person)),
            statuses,
            descriptors: columns.descriptors(),
            columns,
        })
    }

    /// A status, and what new tasks have for one.
    pub(crate) fn status(&self, id: TaskStatusId) -> Option<&TaskStatus> {
        self.statuses.iter().find(|status| status.id == id)
    }

    /// What new tasks have for a status: the default one that is not for concepts.
    pub(crate) fn default_status(&self) -> Option<TaskStatusId> {
        let mut usable = self.statuses.iter().filter(|s| s.is_default && !s.for_concept);
        usable.find(|status| !status.archived).map(|status| status.id)
    }
}

/// The asset types by their names.
pub(crate) fn asset_types(types: &[EntityType]) -> Naming<EntityTypeId> {
    let types = types.iter().filter(|one| is_asset_type(one.id));
    Naming::new("an asset type", types.map(|one| (one.id, vec![one.name.clone()])))
}

/// The project's episodes by their names.
pub(crate) async fn episodes(store: &Store, project: ProjectId) -> model::Result<Naming<EntityId>> {
    let episodes = store.entities_of_kind(project, EntityKind::Episode).await?;
    Ok(naming("an episode of this project", &episodes))
}

/// Episodes, or an episode's sequences, by their names. That of a canceled one may be taken again: then it means the new
/// one.
pub(crate) fn naming<'a>(
    what: &'static str,
    places: impl IntoIterator<Item = &'a Entity>,
) -> Naming<EntityId> {
    let names = places.into_iter().map(|place| {
        let name = place.name.clone();
        (place.id, if place.canceled { vec![String::new(), name] } else { vec![name] })
    });
    Naming::new(what, names)
}

/// Concept of assets and Concept of concepts are two: the first one is meant.
fn names_of_task_type(one: &TaskType) -> (TaskTypeId, Vec<String>) {
    let name = one.name.clone();
    let is_for_assets = one.for_entity == EntityKind::Asset.name();
    (one.id, if is_for_assets { vec![name] } else { vec![String::new(), name] })
}

fn names_of_status(one: &TaskStatus) -> (TaskStatusId, Vec<String>) {
    (one.id, vec![one.short_name.clone(), one.name.clone()])
}

/// A name with a comma in it is none: commas stand between persons.
fn names_of_person(one: &Person) -> (PersonId, Vec<String>) {
    let names = [Some(one.full_name.clone()), one.email.clone()].map(Option::unwrap_or_default);
    (one.id, names.map(|name| if name.contains(',') { String::new() } else { name }).to_vec())
}
