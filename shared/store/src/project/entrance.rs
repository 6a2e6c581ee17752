//! The way into a project: past the journals that are open in it, as whoever the membership says.

use std::collections::HashMap;

use model::project::Membership;
use model::{PersonId, Project, ProjectId, Result};

use super::ProjectItem;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::condition::unconditional;
use crate::item::{Attributes, decode};
use crate::table::{self, Key};

/// A project and somebody's membership of it, as they were read.
#[derive(Clone, Debug)]
pub struct Entrance {
    /// Which project was looked for.
    pub project: ProjectId,
    person: PersonId,
    item: Option<ProjectItem>,
    membership: Option<Membership>,
}

impl Entrance {
    pub(crate) fn keys(project: ProjectId, person: PersonId) -> [Key; 2] {
        [table::project(project), table::team(project, person)]
    }

    /// Takes it out of the items at its keys.
    pub(crate) fn decode(
        items: &mut HashMap<Key, Attributes>,
        project: ProjectId,
        person: PersonId,
    ) -> Result<Self> {
        let [item, membership] = Self::keys(project, person).map(|key| items.remove(&key));
        let item = item.map(decode::<ProjectItem>).transpose()?;
        let membership = membership.map(decode::<Membership>).transpose()?;
        Ok(Self {
            project,
            person,
            item: item.map(|stored| stored.value),
            membership: membership.map(|stored| stored.value),
        })
    }
}

impl Store {
    /// A project and a person's membership of it, one call; `None` if there is no such project. What an open
    /// journal has left to do is done first.
    pub async fn project_access(
        &self,
        project: ProjectId,
        person: PersonId,
    ) -> Result<Option<(Project, Option<Membership>)>> {
        self.project_enter(self.entrance(project, person).await?).await
    }

    /// As [`Store::project_access`], of what was read before.
    pub async fn project_enter(
        &self,
        mut read: Entrance,
    ) -> Result<Option<(Project, Option<Membership>)>> {
        for _ in 0..ATTEMPTS {
            let Some(item) = read.item.filter(|item| !item.is_leaving) else { return Ok(None) };
            if item.journals.is_empty() {
                return Ok(Some((item.project, read.membership)));
            }
            for journal in item.journals {
                unconditional(self.journal_roll_forward(journal)).await?;
            }
            read = self.entrance(read.project, read.person).await?;
        }
        Err(contended())
    }

    async fn entrance(&self, project: ProjectId, person: PersonId) -> Result<Entrance> {
        let mut items = self.get_many_raw(Entrance::keys(project, person).to_vec()).await?;
        Entrance::decode(&mut items, project, person)
    }
}
