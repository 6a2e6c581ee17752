//! Persons: their profile, also in the studio's list, and their unique e-mail address. What lets them in is `login`.

pub(crate) mod login;

use model::role::refusal;
use model::{Action, Error, Person, PersonId, ProjectId, Resource, Result, Role, TaskId, text};
use serde::{Deserialize, Serialize};

use self::login::{Account, Login, PasswordChange, Secret};
use crate::change::{ATTEMPTS, Dated as _, contended};
use crate::client::Store;
use crate::entity::id_attribute;
use crate::item::{Item, decode, key_of};
use crate::open::Open;
use crate::table::{self, Key, Pattern};
use crate::transaction::{Outcome, Transaction};
use crate::work::concurrently;

pub(crate) fn email_key(person: &Person) -> Option<Key> {
    person.email.as_deref().map(|email| table::email(&text::fold_address(email)))
}

/// A person as the studio's list holds him: all of the profile, so that the list is one range, and nothing else.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ListedPerson(pub(crate) Person);

impl Item for ListedPerson {
    const TYPE: &'static str = Person::TYPE;
    fn key(&self) -> Key {
        table::in_people(self.0.id)
    }
}

impl Store {
    /// One person.
    pub async fn person_get(&self, id: PersonId) -> Result<Option<Person>> {
        Ok(self.get(&table::person(id)).await?.map(|stored| stored.value))
    }

    /// All persons of the studio, by id.
    pub async fn person_list(&self) -> Result<Vec<Person>> {
        let listed = self.query::<ListedPerson>(Pattern::People).await?;
        Ok(listed.into_iter().map(|ListedPerson(person)| person).collect())
    }

    /// Persons by id, those that are there.
    pub async fn persons_get(&self, ids: &[PersonId]) -> Result<Vec<Person>> {
        let keys = ids.iter().map(|id| table::person(*id)).collect();
        Ok(self.get_many::<Person>(keys).await?.into_values().collect())
    }

    /// The person with an e-mail address, however it is capitalised, and what a password is checked against.
    pub async fn login_get(&self, email: &str) -> Result<Option<Login>> {
        let Some(item) = self.get_raw(&table::email(&text::fold_address(email))).await? else {
            return Ok(None);
        };
        self.login_of(PersonId(id_attribute(&item, "person_id")?)).await
    }

    /// What a person's password is checked against; `None` if there is no such person. One call.
    pub async fn login_of(&self, id: PersonId) -> Result<Option<Login>> {
        let (person_key, secret_key) = (table::person(id), table::secret(id));
        let mut items = self.get_many_raw(vec![person_key.clone(), secret_key.clone()]).await?;
        let Some(account) = items.remove(&person_key) else { return Ok(None) };
        let secret = items.remove(&secret_key).map(decode::<Secret>).transpose()?;
        Ok(Some(Login { account: decode(account)?, secret }))
    }

    /// The person with an e-mail address, however it is capitalised.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Person>> {
        let Some(item) = self.get_raw(&table::email(&text::fold_address(email))).await? else {
            return Ok(None);
        };
        self.person_get(PersonId(id_attribute(&item, "person_id")?)).await
    }

    /// Keeps a new person. The address must be free, whoever else is being created now.
    pub async fn person_create(
        &self,
        person: Person,
        password_hash: Option<String>,
    ) -> Result<Person> {
        let mut transaction = Transaction::default();
        transaction.create(&person)?;
        transaction.put(&ListedPerson(person.clone()))?;
        let email_at =
            email_key(&person).map(|key| transaction.claim(key, &[("person_id", &person.id)]));
        if let Some(password_hash) = password_hash {
            transaction.put(&Secret { person_id: person.id, password_hash })?;
        }
        match self.transact(transaction).await? {
            Outcome::Done => Ok(person),
            Outcome::Refused(at) if email_at.is_some_and(|email| at.contains(&email)) => {
                Err(self.email_taken(&person).await?)
            }
            Outcome::Refused(_) => Err(Error::internal("a fresh person id is taken")),
        }
    }

    async fn email_taken(&self, person: &Person) -> Result<Error> {
        let holder = match email_key(person) {
            Some(key) => self.get_raw(&key).await?,
            None => None,
        };
        let id = holder.as_ref().map(|item| id_attribute(item, "person_id")).transpose()?;
        Ok(Error::AlreadyExists {
            resource: Resource::Person,
            name: person.email.clone().unwrap_or_default(),
            id: id.unwrap_or(person.id.0),
        })
    }

    /// Changes a person, and the password with it if there is a new one; `None` if there is none. A new password ends
    /// the person's sessions, but the one it keeps; so does a change that makes him inactive. `change` sees the person
    /// it replaces, and decides on that what is allowed; it may be called again when somebody was faster. Of two
    /// administrators who take that from each other, one is refused: a studio always has one. If all stays as it is, nothing
    /// is written.
    pub async fn person_update(
        &self,
        id: PersonId,
        by: PersonId,
        password: Option<PasswordChange>,
        change: impl Fn(Person) -> Result<Person>,
    ) -> Result<Option<Person>> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.get::<Account>(&table::person(id)).await? else {
                return Ok(None);
            };
            let old = &stored.value;
            let changed = old.changed(change(old.person.clone())?, password.is_some());
            if password.is_none() && old.person.is_same(&changed.person) {
                return Ok(Some(stored.value.person));
            }
            let mut transaction = Transaction::default();
            let item_at = transaction.replace(&stored, &changed)?;
            transaction.put(&ListedPerson(changed.person.clone()))?;
            self.keep_administrator(&mut transaction, &old.person, Some(&changed.person), by)
                .await?;
            let (old_email, new_email) = (email_key(&old.person), email_key(&changed.person));
            let mut email_at = None;
            if old_email != new_email {
                old_email.map(|key| transaction.clear(key));
                email_at = new_email.map(|key| transaction.claim(key, &[("person_id", &id)]));
            }
            if let Some(password) = &password {
                self.write_password(&mut transaction, password, old, &changed).await?;
            }
            match self.transact(transaction).await? {
                Outcome::Done => return Ok(Some(changed.person)),
                refused if refused.is_taken(email_at, item_at) => {
                    return Err(self.email_taken(&changed.person).await?);
                }
                Outcome::Refused(_) => {}
            }
        }
        Err(contended())
    }

    /// Deletes a person: out of every team, off every task, logged out everywhere. `false` if there is none. The
    /// person is gone for everybody with the first write; a deletion that breaks off later is completed by a sweep. Of two
    /// administrators who delete each other, one is refused.
    pub async fn person_delete(&self, id: PersonId, by: PersonId) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.get::<Person>(&table::person(id)).await? else {
                return Ok(false);
            };
            let mut transaction = Transaction::default();
            transaction.remove(&stored);
            transaction.clear(table::secret(id));
            transaction.clear(table::in_people(id));
            email_key(&stored.value).map(|key| transaction.clear(key));
            transaction.put(&Open::person(id, self.now()))?;
            self.keep_administrator(&mut transaction, &stored.value, None, by).await?;
            if self.transact(transaction).await? == Outcome::Done {
                self.person_clear(id).await?;
                return Ok(true);
            }
        }
        Err(contended())
    }

    /// Lets a studio lose an administrator only by another who stays one: the transaction holds only if he does.
    async fn keep_administrator(
        &self,
        transaction: &mut Transaction,
        old: &Person,
        new: Option<&Person>,
        by: PersonId,
    ) -> Result<()> {
        let runs_the_studio = |person: &Person| person.active && person.role == Role::Admin;
        if by == old.id || !runs_the_studio(old) || new.is_some_and(runs_the_studio) {
            return Ok(());
        }
        let account = self.get::<Account>(&table::person(by)).await?;
        let account = account.filter(|account| runs_the_studio(&account.value.person));
        transaction.check(&account.ok_or(Error::Forbidden(refusal(Action::ManageStudio)))?);
        Ok(())
    }

    /// Deletes what is left of a person who is gone. One who is there is left alone.
    pub(crate) async fn person_clear(&self, id: PersonId) -> Result<()> {
        let items = self.query_raw(Pattern::AllOfPerson(id)).await?;
        if items.iter().filter_map(key_of).any(|key| key == table::person(id)) {
            return Ok(());
        }
        let (mut projects, mut tasks, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for item in &items {
            let Some(key) = key_of(item) else { continue };
            if key.sk.starts_with("MEMBER#") {
                projects.push(ProjectId(id_attribute(item, "project_id")?));
            } else if key.sk.starts_with("ASSIGNED#") {
                tasks.push(TaskId(id_attribute(item, "task_id")?));
            } else {
                keys.push(key);
            }
        }
        concurrently(tasks.into_iter().map(|task| self.unassign(task, id))).await?;
        concurrently(projects.into_iter().map(|project| self.team_remove(project, id))).await?;
        self.clear_all(&keys).await
    }
}
