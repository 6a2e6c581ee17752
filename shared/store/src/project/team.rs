//! Teams: who is in a project, and as what. A membership is kept with the project and with the person.

use model::project::Membership;
use model::{Error, PersonId, ProjectId, Resource, Result};
use serde::{Deserialize, Serialize};

use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::item::{Item, Stored, decode};
use crate::project::ProjectItem;
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction};

/// A membership as it is kept on the person's side.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct MemberItem(pub(crate) Membership);

impl Item for MemberItem {
    const TYPE: &'static str = "Membership";
    fn key(&self) -> Key {
        table::member(self.0.person_id, self.0.project_id)
    }
}

impl Store {
    /// The members of a project's team.
    pub async fn team_of(&self, project: ProjectId) -> Result<Vec<Membership>> {
        self.query(Pattern::Team(project)).await
    }

    /// The teams a person is in.
    pub async fn memberships_of(&self, person: PersonId) -> Result<Vec<Membership>> {
        let items = self.query_raw(Pattern::Memberships(person)).await?;
        items.into_iter().map(|item| Ok(decode::<Membership>(item)?.value)).collect()
    }

    /// Makes somebody a member, or changes what he is in the project; both must be there. `change` sees what he is, and
    /// may be called again when somebody was faster. If he stays what he is, nothing is written.
    pub async fn team_change(
        &self,
        project: ProjectId,
        person: PersonId,
        change: impl Fn(Option<Membership>) -> Result<Membership>,
    ) -> Result<Membership> {
        for _ in 0..ATTEMPTS {
            let stored = self.get::<Membership>(&table::team(project, person)).await?;
            let changed = change(stored.as_ref().map(|stored| stored.value.clone()))?;
            if stored.as_ref().is_some_and(|stored| stored.value == changed) {
                // Who is being deleted is listed until he is out of every team.
                let is_there = self.get_raw(&table::person(person)).await?.is_some();
                return if is_there { Ok(changed) } else { Err(Error::NotFound(Resource::Person)) };
            }
            let mut transaction = Transaction::default();
            let project_at = transaction.require(table::project(project));
            let person_at = transaction.require(table::person(person));
            write_member(&mut transaction, stored.as_ref(), &changed)?;
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(changed),
                Outcome::Refused(at) if at.contains(&project_at) => {
                    return Err(Error::NotFound(Resource::Project));
                }
                Outcome::Refused(at) if at.contains(&person_at) => {
                    return Err(Error::NotFound(Resource::Person));
                }
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }

    /// Makes somebody a member as he is given, whatever he was.
    pub async fn team_add(&self, membership: Membership) -> Result<()> {
        let (project, person) = (membership.project_id, membership.person_id);
        self.team_change(project, person, |_| Ok(membership.clone())).await.map(drop)
    }

    /// The writes by which persons come into the team of a project: of those who are there and not in it yet; none if the
    /// project is gone.
    pub(crate) async fn plan_joining(
        &self,
        project: ProjectId,
        persons: &[PersonId],
        by: Option<PersonId>,
    ) -> Result<Transaction> {
        let mut transaction = Transaction::default();
        transaction.set_author(by);
        let project_key = table::project(project);
        let keys = persons.iter().flat_map(|id| [table::person(*id), table::team(project, *id)]);
        let mut there = self.get_many_raw(keys.chain([project_key.clone()]).collect()).await?;
        let item = there.remove(&project_key).map(decode::<ProjectItem>).transpose()?;
        if item.is_none_or(|stored| stored.value.is_leaving) {
            return Ok(transaction);
        }
        let joins = |id: &&PersonId| {
            there.contains_key(&table::person(**id))
                && !there.contains_key(&table::team(project, **id))
        };
        for person in persons.iter().filter(joins) {
            transaction.require(table::person(*person));
            write_member(&mut transaction, None, &Membership::new(project, *person))?;
        }
        if !transaction.is_empty() {
            transaction.require(project_key);
        }
        Ok(transaction)
    }

    /// Takes a member out of the team.
    pub async fn team_remove(&self, project: ProjectId, person: PersonId) -> Result<()> {
        let mut transaction = Transaction::default();
        transaction.clear(table::team(project, person));
        transaction.clear(table::member(person, project));
        self.commit(transaction).await
    }
}

/// Writes a membership in the place of the one that was read, or where there was none.
pub(super) fn write_member(
    transaction: &mut Transaction,
    read: Option<&Stored<Membership>>,
    membership: &Membership,
) -> Result<()> {
    match read {
        Some(read) => transaction.replace(read, membership)?,
        None => transaction.create(membership)?,
    };
    transaction.put(&MemberItem(membership.clone())).map(drop)
}
