//! Projects. Their metadata is declared in `descriptor`; how one is entered is in `entrance`, who is in it in `team`, how
//! one goes in `removal`.

pub(crate) mod descriptor;
mod entrance;
mod removal;
mod team;

use std::collections::BTreeSet;

use model::project::Membership;
use model::{
    Entity, Error, JournalId, Person, PersonId, Project, ProjectId, Resource, Result, Role, text,
};
use serde::{Deserialize, Serialize};

pub use self::entrance::{Entered, Entrance, Found, Visit};
pub(crate) use self::team::MemberItem;
use self::team::write_member;
use crate::author;
use crate::change::{ATTEMPTS, Dated as _, contended};
use crate::client::Store;
use crate::entity::{self, id_attribute};
use crate::item::Item;
use crate::journal::Steps;
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction, WriteIndex};

/// A project as it is kept: with the journals that must be rolled forward before it is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ProjectItem {
    #[serde(flatten)]
    pub(crate) project: Project,
    #[serde(default)]
    pub(crate) journals: Vec<JournalId>,
    /// How many changes by chunks there were.
    #[serde(default)]
    pub(crate) generation: u64,
    /// Being deleted: gone for everybody, its contents not all yet.
    #[serde(default)]
    pub(crate) is_leaving: bool,
}

impl Item for ProjectItem {
    const TYPE: &'static str = "Project";
    fn key(&self) -> Key {
        table::project(self.project.id)
    }
    fn take_data(&mut self) -> Option<model::Data> {
        self.project.data.take()
    }
    fn set_data(&mut self, data: model::Data) {
        self.project.data = Some(data);
    }
}

pub(crate) fn name_key(project: &Project) -> Key {
    table::project_name(&text::fold(&project.name))
}

/// The attribute that says that a project is being deleted.
pub(crate) const IS_LEAVING: &str = "is_leaving";

/// Members that one transaction takes in, three writes each, beside a new project or the end of a chunk.
const MEMBERS_AT_ONCE: usize = 28;

/// Writes a new project with its first episode, and the journal that is open in it; tells where its name is claimed.
fn write_new(
    transaction: &mut Transaction,
    project: &Project,
    first_episode: Option<&Entity>,
    journal: Option<JournalId>,
) -> Result<WriteIndex> {
    transaction.create(&ProjectItem {
        project: project.clone(),
        journals: journal.into_iter().collect(),
        generation: 0,
        is_leaving: false,
    })?;
    transaction.mark(table::in_projects(project.id), &[("project_id", &project.id)]);
    if let Some(episode) = first_episode {
        transaction.create(episode)?;
        entity::write_name(transaction, episode);
        entity::write_whereabouts(transaction, episode);
        entity::write_type_used(transaction, project.id, episode.entity_type_id);
    }
    Ok(transaction.claim(name_key(project), &[("project_id", &project.id)]))
}

impl Store {
    /// One project.
    pub async fn project_get(&self, id: ProjectId) -> Result<Option<Project>> {
        let item = self.get::<ProjectItem>(&table::project(id)).await?;
        Ok(item.map(|stored| stored.value).filter(|item| !item.is_leaving).map(|item| item.project))
    }

    /// Projects by id, those that are there, in no order.
    pub async fn projects_get(&self, ids: &[ProjectId]) -> Result<Vec<Project>> {
        let items = self
            .get_many::<ProjectItem>(ids.iter().map(|id| table::project(*id)).collect())
            .await?;
        Ok(items.into_values().filter(|item| !item.is_leaving).map(|item| item.project).collect())
    }

    /// All projects of the studio, in no order.
    pub async fn project_list(&self) -> Result<Vec<Project>> {
        self.projects_get(&self.project_ids().await?).await
    }

    /// The projects a person sees, in no order: all for an admin, else those of whose team the person is.
    pub async fn projects_of(&self, person: &Person) -> Result<Vec<Project>> {
        self.projects_get(&self.project_ids_of(person).await?).await
    }

    /// The ids of the projects a person sees, in their order.
    pub async fn project_ids_of(&self, person: &Person) -> Result<Vec<ProjectId>> {
        if person.role == Role::Admin {
            return self.project_ids().await;
        }
        let memberships = self.memberships_of(person.id).await?;
        Ok(memberships.iter().map(|membership| membership.project_id).collect())
    }

    async fn project_ids(&self) -> Result<Vec<ProjectId>> {
        let items = self.query_raw(Pattern::Projects).await?;
        items.iter().map(|item| id_attribute(item, "project_id").map(ProjectId)).collect()
    }

    /// Keeps a new project with its first members and, of a show, its first episode. Its name must be free. Of a person
    /// who is gone by now, [`Error::NotFound`] is told or, where the team is large, nothing: he would have left it.
    pub async fn project_create(
        &self,
        project: Project,
        team: &[PersonId],
        first_episode: Option<Entity>,
    ) -> Result<Project> {
        let team: BTreeSet<PersonId> = team.iter().copied().collect();
        let team: Vec<PersonId> = team.into_iter().collect();
        if team.len() > MEMBERS_AT_ONCE {
            return self.project_create_with_many(project, &team, first_episode).await;
        }
        let mut transaction = Transaction::default();
        let name_at = write_new(&mut transaction, &project, first_episode.as_ref(), None)?;
        let mut persons_at = Vec::new();
        for person in team {
            persons_at.push(transaction.require(table::person(person)));
            write_member(&mut transaction, None, &Membership::new(project.id, person))?;
        }
        match self.transact(transaction).await? {
            Outcome::Done => Ok(project),
            Outcome::Refused(at) if at.contains(&name_at) => {
                Err(self.project_taken(&project).await?)
            }
            Outcome::Refused(at) if persons_at.iter().any(|person| at.contains(person)) => {
                Err(Error::NotFound(Resource::Person))
            }
            Outcome::Refused(_) => Err(Error::internal("a fresh project id is taken")),
        }
    }

    /// With more members than one transaction holds: by a journal that is open from the project's first moment on.
    async fn project_create_with_many(
        &self,
        project: Project,
        team: &[PersonId],
        first_episode: Option<Entity>,
    ) -> Result<Project> {
        let join =
            |persons: &[PersonId]| Steps::Join { project: project.id, persons: persons.into() };
        let steps = team.chunks(MEMBERS_AT_ONCE).map(join).collect();
        let now = |journal| {
            let mut now = Transaction::default();
            write_new(&mut now, &project, first_episode.as_ref(), Some(journal))?;
            Ok(now)
        };
        if self.journal_chunks(steps, &[project.id], None, now, author::current()).await? {
            Ok(project)
        } else {
            Err(self.project_taken(&project).await?)
        }
    }

    async fn project_taken(&self, project: &Project) -> Result<Error> {
        let holder = self.get_raw(&name_key(project)).await?;
        let id = holder.as_ref().map(|item| id_attribute(item, "project_id")).transpose()?;
        Ok(Error::AlreadyExists {
            resource: Resource::Project,
            name: project.name.clone(),
            id: id.unwrap_or(project.id.0),
        })
    }

    /// Changes a project; `None` if there is none. `change` sees the project it replaces, and may be called again when
    /// somebody was faster. If it stays as it is, nothing is written.
    pub async fn project_update(
        &self,
        id: ProjectId,
        change: impl Fn(Project) -> Result<Project>,
    ) -> Result<Option<Project>> {
        for _ in 0..ATTEMPTS {
            let stored = self.get::<ProjectItem>(&table::project(id)).await?;
            // What leaves takes no new name.
            let Some(stored) = stored.filter(|stored| !stored.value.is_leaving) else {
                return Ok(None);
            };
            let project = change(stored.value.project.clone())?;
            if stored.value.project.is_same(&project) {
                return Ok(Some(stored.value.project));
            }
            let changed = ProjectItem { project, ..stored.value.clone() };
            let mut transaction = Transaction::default();
            let item_at = transaction.replace(&stored, &changed)?;
            let (old_name, new_name) =
                (name_key(&stored.value.project), name_key(&changed.project));
            let mut name_at = None;
            if old_name != new_name {
                transaction.clear(old_name);
                name_at = Some(transaction.claim(new_name, &[("project_id", &id)]));
            }
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(Some(changed.project)),
                refused if refused.is_taken(name_at, item_at) => {
                    return Err(self.project_taken(&changed.project).await?);
                }
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }
}
