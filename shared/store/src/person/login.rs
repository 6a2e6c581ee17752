//! What lets a person in: a password's hash, kept apart from the profile, and which sessions count.

use model::error::Unauthenticated;
use model::{Error, Person, PersonId, Result, SessionId};
use serde::{Deserialize, Serialize};

use crate::client::Store;
use crate::item::{Item, Stored};
use crate::session::Session;
use crate::table::{self, Key};
use crate::transaction::Transaction;

/// What a login is checked against, as it was read.
#[derive(Clone, Debug)]
pub struct Login {
    pub(crate) account: Stored<Account>,
    pub(crate) secret: Option<Stored<Secret>>,
}

impl Login {
    /// Who it is.
    pub fn person(&self) -> &Person {
        &self.account.value.person
    }

    /// PHC string of the password; `None` if the person never had one.
    pub fn password_hash(&self) -> Option<&str> {
        self.secret.as_ref().map(|secret| &*secret.value.password_hash)
    }
}

/// A password that takes the place of another.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// PHC string.
    pub hash: String,
    /// The person's own session from within which the password is changed, if it is: it must still count, and it goes on.
    pub kept: Option<SessionId>,
}

/// A person as kept, and which of his sessions count: those of this epoch. The write that makes a new password, or a
/// deactivation, starts the next one, so that there is no moment, and no crash, between the change and the end of
/// the sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    #[serde(flatten)]
    pub(crate) person: Person,
    /// Counts up from 0, which is not written.
    #[serde(default, skip_serializing_if = "is_first")]
    pub(crate) session_epoch: u64,
}

impl Account {
    /// The account of the changed person; in the next epoch if his sessions end with the change.
    pub(crate) fn changed(&self, person: Person, has_new_password: bool) -> Self {
        let is_over = has_new_password || (self.person.active && !person.active);
        Self { person, session_epoch: self.session_epoch + u64::from(is_over) }
    }
}

impl Item for Account {
    const TYPE: &'static str = Person::TYPE;
    fn key(&self) -> Key {
        self.person.key()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_first(epoch: &u64) -> bool {
    *epoch == 0
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(crate) person_id: PersonId,
    pub(crate) password_hash: String,
}

impl Item for Secret {
    const TYPE: &'static str = "Secret";
    fn key(&self) -> Key {
        table::secret(self.person_id)
    }
}

impl Store {
    /// Writes a new password, and takes the session that it keeps along into the person's next epoch. Fails with
    /// [`Unauthenticated::Revoked`] if somebody has ended that session: it was another's new password that did.
    pub(super) async fn write_password(
        &self,
        transaction: &mut Transaction,
        password: &PasswordChange,
        from: &Account,
        to: &Account,
    ) -> Result<()> {
        let person_id = to.person.id;
        transaction.put(&Secret { person_id, password_hash: password.hash.clone() })?;
        let Some(kept) = password.kept else { return Ok(()) };
        let session = self.get::<Session>(&table::session(person_id, kept)).await?;
        let revoked = || Error::Unauthenticated(Unauthenticated::Revoked);
        let session = session.ok_or_else(revoked)?;
        let moved = session.value.moved(from, to).ok_or_else(revoked)?;
        if to.person.active {
            transaction.replace(&session, &moved)?;
        } else {
            transaction.check(&session);
        }
        Ok(())
    }
}
