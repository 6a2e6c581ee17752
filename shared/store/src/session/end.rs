//! Ends all sessions of a person but the one that asks for it.

use model::{PersonId, Result, SessionId};

use crate::client::Store;
use crate::item::key_of;
use crate::table::{self, Key, Pattern};

impl Store {
    /// Ends every session of a person but `kept`: after a password was changed from within that one. Who calls by
    /// another issuer's token has none to keep.
    pub async fn sessions_delete_others(
        &self,
        person: PersonId,
        kept: Option<SessionId>,
    ) -> Result<()> {
        let items = self.query_raw(Pattern::AllOfPerson(person)).await?;
        let kept = kept.map(|kept| table::session(person, kept));
        let keys: Vec<Key> = items
            .iter()
            .filter_map(key_of)
            .filter(|key| key.sk.starts_with("SESSION#") && Some(key) != kept.as_ref())
            .collect();
        self.clear_all(&keys).await
    }
}
