//! What the caller may do: in a project ([`Caller::enter`] gives an [`Access`]), on an entity
//! ([`Caller::open`]), in the studio ([`Caller::require`]).
//!
//! The decision itself is [`Role::allows`]; here the facts it needs are fetched.

pub(crate) mod entered;
mod reach;
mod sight;
mod visible_links;

use model::error::Error;
use model::project::Membership;
use model::{
    Action, Entity, EntityId, EntityKind, Person, Project, ProjectId, Resource, Role, Task, TaskId,
    Verdict, role,
};
use store::{Entered, Found, Locator, Visit};

pub use self::sight::Sight;
pub use self::visible_links::{VisibleLinks, seen_instances, seen_uses};
use crate::app::App;
use crate::caller::Caller;
use crate::error::{ApiError, Result};

/// A caller inside a project.
#[derive(Clone, Debug)]
pub struct Access {
    /// The project.
    pub project: Project,
    /// The caller's role in it.
    pub role: Role,
    /// The caller.
    pub person: Person,
}

impl Caller {
    /// Enters a project: 404 if there is none, 403 for those who are not in its team.
    pub async fn enter(&self, app: &App, project: ProjectId) -> Result<Access> {
        let (access, _) = self.visit(app, Visit::of_project(project, self.person.id)).await?;
        Ok(access)
    }

    /// Enters a project; with what the visit is for, if it was found where it was last known to be.
    async fn visit(&self, app: &App, visit: Visit) -> Result<(Access, Option<Found>)> {
        let entered = match self.entrance.clone().filter(|read| read.project() == visit.project()) {
            Some(read) => app.store.project_enter(read).await?,
            None => app.store.project_visit(visit).await?,
        };
        let mut entered = entered.ok_or(Error::NotFound(Resource::Project))?;
        let found = entered.found.take();
        let outside = Error::Forbidden("You are not in the team of this project");
        Ok((self.access(entered).ok_or(outside)?, found))
    }

    /// As whom the caller enters a project, which is noted; `None` if he is not in its team.
    fn access(&self, Entered { project, membership, .. }: Entered) -> Option<Access> {
        let role = role_in(self.person.role, membership.as_ref())?;
        entered::add(project.id, role);
        Some(Access { project, role, person: self.person.clone() })
    }

    /// Enters the project that a query or body names: that there is none is a fault of `project_id`.
    pub async fn enter_given(&self, app: &App, project: ProjectId) -> Result<Access> {
        self.enter(app, project).await.map_err(|error| match error {
            ApiError(Error::NotFound(Resource::Project)) => {
                Error::invalid("project_id", "is not the id of any project").into()
            }
            other => other,
        })
    }

    /// Enters a project by a path that names more than the project. `found` is the rest of the path: that
    /// something of it is missing (404) is told before that the caller may not enter (403).
    pub async fn enter_with<T>(
        &self,
        app: &App,
        project: ProjectId,
        found: impl Future<Output = model::Result<T>>,
    ) -> Result<(Access, T)> {
        match tokio::join!(self.enter(app, project), found) {
            (Err(ApiError(missing @ Error::NotFound(_))), _) | (_, Err(missing)) => {
                Err(missing.into())
            }
            (access, Ok(found)) => Ok((access?, found)),
        }
    }

    /// Demands the right to act on the studio's own things, whatever the project.
    pub fn require(&self, action: Action) -> Result<()> {
        match self.person.role.allows(action) {
            Verdict::Allowed => Ok(()),
            Verdict::IfAssigned | Verdict::Denied => {
                Err(Error::Forbidden(role::refusal(action)).into())
            }
        }
    }

    /// Demands the right to act in some project at least. Which ones a request is about, only its body tells; it is not
    /// read for those who may do it nowhere.
    pub async fn require_somewhere(&self, app: &App, action: Action) -> Result<()> {
        if self.require(action).is_ok() {
            return Ok(());
        }
        let memberships = app.store.memberships_of(self.person.id).await?;
        let mut roles = memberships.iter().filter_map(|member| member.role);
        if roles.any(|role| role.allows(action) == Verdict::Allowed) {
            return Ok(());
        }
        Err(Error::Forbidden(role::refusal(action)).into())
    }

    /// Opens an entity of one kind to act on it: 404 if there is none of that kind, 403 if the caller may not.
    pub async fn open(
        &self,
        app: &App,
        kind: EntityKind,
        id: EntityId,
        action: Action,
    ) -> Result<(Entity, Access)> {
        let (entity, access) = self.find(app, kind, id).await?;
        access.require_on(app, action, &entity).await?;
        Ok((entity, access))
    }

    /// An entity of one kind in a project the caller may enter. What of it he sees is the handler's to say.
    pub async fn find(
        &self,
        app: &App,
        kind: EntityKind,
        id: EntityId,
    ) -> Result<(Entity, Access)> {
        let located = app.store.entity_locate(id).await?.filter(|located| located.kind == kind);
        let missing = Error::NotFound(kind.resource());
        match located {
            Some(at) => self.find_at(app, at, id, missing).await,
            None => Err(missing.into()),
        }
    }

    /// Opens an entity of any kind to act on it.
    pub async fn open_any(
        &self,
        app: &App,
        id: EntityId,
        action: Action,
    ) -> Result<(Entity, Access)> {
        let (entity, access) = self.find_any(app, id).await?;
        access.require_on(app, action, &entity).await?;
        Ok((entity, access))
    }

    /// As [`Caller::find`], of any kind.
    pub async fn find_any(&self, app: &App, id: EntityId) -> Result<(Entity, Access)> {
        let missing = Error::NotFound(Resource::Entity);
        match app.store.entity_locate(id).await? {
            Some(at) => self.find_at(app, at, id, missing).await,
            None => Err(missing.into()),
        }
    }

    async fn find_at(
        &self,
        app: &App,
        at: Locator,
        id: EntityId,
        missing: Error,
    ) -> Result<(Entity, Access)> {
        // To enter completes what a crash left half done, which may remove the entity: it is read again then.
        let (access, found) = self.visit(app, Visit::of_entity(id, at, self.person.id)).await?;
        let entity = match found {
            Some(Found::Entity(entity)) if entity.id == id => *entity,
            _ => app.store.entity_get(id).await?.ok_or(missing)?,
        };
        Ok((entity, access))
    }

    /// A task in a project the caller may enter. What of it he sees is the handler's to say.
    pub async fn find_task(&self, app: &App, id: TaskId) -> Result<(Task, Access)> {
        let missing = || Error::NotFound(Resource::Task);
        let at = match self.task {
            Some((known, at)) if known == id => at,
            _ => app.store.task_locate(id).await?.ok_or_else(missing)?,
        };
        // As of an entity: to enter may remove the task, and its asset may have got another type since.
        let (access, found) = self.visit(app, Visit::of_task(id, at, self.person.id)).await?;
        let task = match found {
            Some(Found::Task(task)) if task.id == id => *task,
            _ => app.store.task_get(id).await?.ok_or_else(missing)?,
        };
        Ok((task, access))
    }
}

impl Access {
    /// Demands the right to act in the project. Who may only act on what is assigned passes: the handler
    /// leaves the rest out of its lists (see [`Access::sees_only_assigned`]).
    pub fn require(&self, action: Action) -> Result<()> {
        match self.role.allows(action) {
            Verdict::Allowed | Verdict::IfAssigned => Ok(()),
            Verdict::Denied => Err(Error::Forbidden(role::refusal(action)).into()),
        }
    }

    /// Demands the right to act on one entity of the project.
    pub async fn require_on(&self, app: &App, action: Action, entity: &Entity) -> Result<()> {
        let is_allowed = match self.role.allows(action) {
            Verdict::Allowed => true,
            Verdict::IfAssigned => {
                app.store.is_assigned(self.person.id, self.project.id, entity.id).await?
                    || (action == Action::Read && self.leads_to_assigned(app, entity).await?)
            }
            Verdict::Denied => false,
        };
        if is_allowed { Ok(()) } else { Err(Error::Forbidden(role::refusal(action)).into()) }
    }

    /// Whether the caller is a vendor, who sees what is assigned to him and nothing else.
    pub fn sees_only_assigned(&self) -> bool {
        self.role.allows(Action::Read) == Verdict::IfAssigned
    }

    /// Whether the caller is a client of the studio.
    pub fn is_client(&self) -> bool {
        self.role == Role::Client
    }

    /// The task as the caller may see it.
    #[must_use]
    pub fn task_view(&self, task: Task) -> Task {
        if self.is_client() { task.for_client() } else { task }
    }
}

/// The role in a project of someone with a global role; `None` for those outside its team.
pub fn role_in(global: Role, membership: Option<&Membership>) -> Option<Role> {
    if global == Role::Admin {
        return Some(Role::Admin);
    }
    membership.map(|member| member.role.unwrap_or(global))
}

#[cfg(test)]
mod tests {
    use model::PersonId;

    use super::*;

    #[test]
    fn a_membership_overrides_the_role_but_not_an_admins() {
        let member =
            |role| Membership { project_id: ProjectId::new(), person_id: PersonId::new(), role };
        assert_eq!(role_in(Role::User, None), None);
        assert_eq!(role_in(Role::User, Some(&member(None))), Some(Role::User));
        assert_eq!(role_in(Role::User, Some(&member(Some(Role::Manager)))), Some(Role::Manager));
        assert_eq!(role_in(Role::Manager, Some(&member(Some(Role::Client)))), Some(Role::Client));
        assert_eq!(role_in(Role::Admin, None), Some(Role::Admin));
        assert_eq!(role_in(Role::Admin, Some(&member(Some(Role::Vendor)))), Some(Role::Admin));
    }
}
