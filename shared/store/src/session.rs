//! Sessions: a login that its tokens refer to. No session, no access: logging out takes effect at once.

use model::{Person, PersonId, Result, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::client::Store;
use crate::item::{Item, decode};
use crate::table::{self, Key};
use crate::transaction::Transaction;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    id: SessionId,
    pub(crate) person_id: PersonId,
    created_at: Timestamp,
    /// Unix seconds. DynamoDB deletes late, so it is compared when read.
    expires_at: i64,
}

impl Item for Session {
    const TYPE: &'static str = "Session";
    fn key(&self) -> Key {
        table::session(self.person_id, self.id)
    }
}

impl Store {
    /// Opens a session that ends after `seconds`.
    pub async fn session_create(&self, person: PersonId, seconds: i64) -> Result<SessionId> {
        let now = self.now();
        let expires_at = now.plus_seconds(seconds).unix();
        let session =
            Session { id: SessionId::new(), person_id: person, created_at: now, expires_at };
        let mut transaction = Transaction::default();
        transaction.create(&session)?;
        self.commit(transaction).await?;
        Ok(session.id)
    }

    /// Ends a session: its tokens are worth nothing from now on.
    pub async fn session_delete(&self, person: PersonId, session: SessionId) -> Result<()> {
        let mut transaction = Transaction::default();
        transaction.clear(table::session(person, session));
        self.commit(transaction).await
    }

    /// The person behind a token; `None` when the person or the session is gone. One call.
    pub async fn caller_get(&self, person: PersonId, session: SessionId) -> Result<Option<Person>> {
        let (person_key, session_key) = (table::person(person), table::session(person, session));
        let mut items = self.get_many_raw(vec![person_key.clone(), session_key.clone()]).await?;
        let Some(session) = items.remove(&session_key) else { return Ok(None) };
        if decode::<Session>(session)?.value.expires_at <= self.now().unix() {
            return Ok(None);
        }
        items.remove(&person_key).map(|item| Ok(decode::<Person>(item)?.value)).transpose()
    }
}
