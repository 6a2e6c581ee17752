//! Sessions: a login that its tokens refer to. No session, no access: logging out takes effect at once.

pub(crate) mod login_attempt;

use std::collections::HashMap;

use model::session::RefreshChain;
use model::{EntityId, Person, PersonId, ProjectId, Result, SessionId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::login_attempt::Attempt;
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;
use crate::item::{Attributes, Item, Stored, decode};
use crate::person::login::{Account, Login};
use crate::project::{Entrance, Visit};
use crate::table::{self, Key};
use crate::task::TaskLocator;
use crate::transaction::{Outcome, Transaction};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    id: SessionId,
    pub(crate) person_id: PersonId,
    created_at: Timestamp,
    /// Unix seconds. DynamoDB deletes late, so it is compared when read.
    expires_at: i64,
    /// Sessions of an older layout have none; their tokens are not known any more.
    #[serde(default)]
    refresh: Option<RefreshChain>,
    /// It counts while its person is in this epoch: [`Account`].
    #[serde(default)]
    epoch: u64,
}

impl Session {
    /// The session as it goes on when its person is changed; `None` if it was over before.
    pub(crate) fn moved(&self, from: &Account, to: &Account) -> Option<Self> {
        let counts = self.epoch == from.session_epoch;
        counts.then(|| Self { epoch: to.session_epoch, ..self.clone() })
    }
}

impl Item for Session {
    const TYPE: &'static str = "Session";
    fn key(&self) -> Key {
        table::session(self.person_id, self.id)
    }
}

/// What a request is about, as far as it is known before its caller is.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    /// The project that it will enter.
    pub project: Option<ProjectId>,
    /// An entity that it will look for.
    pub entity: Option<EntityId>,
    /// A task that it will look for.
    pub task: Option<TaskId>,
}

/// The person behind a token, and what was read in the same call of what the request is about.
#[derive(Clone, Debug)]
pub struct Identified {
    /// The person.
    pub person: Person,
    /// Of the project, or of that of an entity that the process has met before.
    pub entrance: Option<Entrance>,
    /// Where the task is.
    pub task: Option<(TaskId, TaskLocator)>,
}

/// A session as its tokens tell of it.
#[derive(Clone, Copy, Debug)]
pub struct OpenSession {
    /// The session.
    pub id: SessionId,
    /// The id that its next refresh token carries.
    pub refresh_id: Uuid,
    /// When it ends, whatever is refreshed.
    pub ends_at: Timestamp,
}

/// What using a refresh token came to.
#[derive(Clone, Debug)]
pub enum Refresh {
    /// It counts.
    Accepted(Box<Person>, OpenSession),
    /// It was replaced: somebody has a copy. The session is over.
    Reused,
    /// There is no such session, or its person is gone or not active.
    Gone,
}

impl Store {
    /// Opens a session that ends after `seconds`; `None` if the person or the password has changed since the login
    /// was read: then it has to be checked anew.
    pub async fn session_create(&self, login: &Login, seconds: i64) -> Result<Option<OpenSession>> {
        self.session_open(login, seconds, Transaction::default()).await
    }

    /// As [`Store::session_create`], of an attempt that has succeeded: the address is known from now on, and the
    /// attempt counts for nothing.
    pub async fn session_create_by(
        &self,
        attempt: Attempt<'_>,
        login: &Login,
        seconds: i64,
    ) -> Result<Option<OpenSession>> {
        let mut transaction = Transaction::default();
        self.write_success(&mut transaction, attempt, login.person().id)?;
        let open = self.session_open(login, seconds, transaction).await?;
        if open.is_some() {
            self.success_take_back(attempt).await?;
        }
        Ok(open)
    }

    async fn session_open(
        &self,
        login: &Login,
        seconds: i64,
        mut transaction: Transaction,
    ) -> Result<Option<OpenSession>> {
        let now = self.now();
        let ends_at = now.plus_seconds(seconds);
        let open = OpenSession { id: SessionId::new(), refresh_id: Uuid::new_v4(), ends_at };
        transaction.create(&Session {
            id: open.id,
            person_id: login.person().id,
            created_at: now,
            expires_at: ends_at.unix(),
            refresh: Some(RefreshChain::new(open.refresh_id)),
            epoch: login.account.value.session_epoch,
        })?;
        // Both: they were read one after the other, and of a change of both perhaps only one was seen.
        transaction.check(&login.account);
        login.secret.as_ref().map(|secret| transaction.check(secret));
        Ok((self.transact(transaction).await? == Outcome::Done).then_some(open))
    }

    /// Ends a session: its tokens are worth nothing from now on.
    pub async fn session_delete(&self, person: PersonId, session: SessionId) -> Result<()> {
        let mut transaction = Transaction::default();
        transaction.clear(table::session(person, session));
        self.commit(transaction).await
    }

    /// The person behind a token; `None` when the person or the session is gone. What the request is about is read in
    /// the same call.
    pub async fn caller_get(
        &self,
        person: PersonId,
        session: SessionId,
        about: About,
    ) -> Result<Option<Identified>> {
        let at = about.entity.and_then(|id| Some((id, self.cache.locator(id)?)));
        let unknown = about.entity.filter(|_| at.is_none());
        let locator = unknown.map(|id| (id, table::entity_locator(id)));
        let of_project = about.project.map(|project| Visit::of_project(project, person));
        let visit = of_project.or_else(|| at.map(|(id, at)| Visit::of_entity(id, at, person)));
        let mut keys = keys_of(person, session).to_vec();
        keys.extend(visit.iter().flat_map(Visit::keys));
        keys.extend(locator.iter().map(|(_, key)| key.clone()));
        keys.extend(about.task.map(table::task_locator));
        let mut items = self.items_with_session(keys, person, session).await?;
        let found = self.session_of(&mut items, person, session)?;
        let Some((person, _)) = found else { return Ok(None) };
        if let Some((id, key)) = locator {
            self.remember_locator(id, items.get(&key))?;
        }
        let entrance = visit.map(|visit| self.entrance_of(visit, &mut items)).transpose()?;
        let task = match about.task {
            Some(id) => items.get(&table::task_locator(id)).map(|item| (id, item)),
            None => None,
        };
        let task = task.map(|(id, item)| Ok((id, TaskLocator::of(item)?))).transpose()?;
        Ok(Some(Identified { person, entrance, task }))
    }

    /// Uses the refresh token `token` of a session. One that was replaced ends the session.
    pub async fn session_refresh(
        &self,
        person: PersonId,
        session: SessionId,
        token: Uuid,
    ) -> Result<Refresh> {
        for _ in 0..ATTEMPTS {
            let found = self.session_get(person, session).await?;
            let Some((person, stored)) = found.filter(|(person, _)| person.active) else {
                return Ok(Refresh::Gone);
            };
            let now = self.now();
            let chain = stored.value.refresh.and_then(|c| c.used(token, Uuid::new_v4(), now));
            let Some(chain) = chain else {
                self.session_delete(person.id, session).await?;
                return Ok(Refresh::Reused);
            };
            let ends_at = now.plus_seconds(stored.value.expires_at - now.unix());
            let open = OpenSession { id: session, refresh_id: chain.newest(), ends_at };
            if stored.value.refresh == Some(chain) {
                return Ok(Refresh::Accepted(person.into(), open));
            }
            let changed = Session { refresh: Some(chain), ..stored.value.clone() };
            let mut transaction = Transaction::default();
            transaction.replace(&stored, &changed)?;
            if self.transact(transaction).await? == Outcome::Done {
                return Ok(Refresh::Accepted(person.into(), open));
            }
        }
        Err(contended())
    }

    async fn session_get(
        &self,
        person: PersonId,
        session: SessionId,
    ) -> Result<Option<(Person, Stored<Session>)>> {
        let keys = keys_of(person, session).to_vec();
        let mut items = self.items_with_session(keys, person, session).await?;
        self.session_of(&mut items, person, session)
    }

    /// Items, a session and its person among them: read once more if the two are of different epochs. A batch is not of
    /// one moment; it may show one of the two before, the other after a change of both.
    async fn items_with_session(
        &self,
        keys: Vec<Key>,
        person: PersonId,
        session: SessionId,
    ) -> Result<HashMap<Key, Attributes>> {
        let items = self.get_many_raw(keys.clone()).await?;
        if is_torn(&items, person, session) { self.get_many_raw(keys).await } else { Ok(items) }
    }

    /// A session that counts, and its person.
    fn session_of(
        &self,
        items: &mut HashMap<Key, Attributes>,
        person: PersonId,
        session: SessionId,
    ) -> Result<Option<(Person, Stored<Session>)>> {
        let [person_key, session_key] = keys_of(person, session);
        let Some(session) = items.remove(&session_key) else { return Ok(None) };
        let session = decode::<Session>(session)?;
        if session.value.expires_at <= self.now().unix() {
            return Ok(None);
        }
        let account = items.remove(&person_key).map(decode::<Account>).transpose()?;
        let account = account.filter(|it| it.value.session_epoch == session.value.epoch);
        Ok(account.map(|account| (account.value.person, session)))
    }
}

/// Whether a session and its person are there, and are of different epochs. The first is not written.
fn is_torn(items: &HashMap<Key, Attributes>, person: PersonId, session: SessionId) -> bool {
    let epoch = |key: &Key, name: &str| {
        let number = items.get(key)?.get(name).and_then(|number| number.as_n().ok());
        Some(number.map_or("0", String::as_str))
    };
    let [person, session] = keys_of(person, session);
    let epochs = epoch(&person, "session_epoch").zip(epoch(&session, "epoch"));
    epochs.is_some_and(|(of_person, of_session)| of_person != of_session)
}

fn keys_of(person: PersonId, session: SessionId) -> [Key; 2] {
    [table::person(person), table::session(person, session)]
}
