//! The people of the demo studio: one of each role, all with the same password.

use std::collections::BTreeMap;

use http_api::password;
use model::{Error, Person, PersonId, Result, Role};
use store::Store;

use crate::demo_data::PASSWORD_TEXT;

/// The password of every person of the demo. It is no secret, so the demo is only loaded on one machine, whose server neither
/// the network nor the page of another site in its browser gets to (see [`hosts`](crate::hosts)). Whoever works on that
/// machine does.
pub const PASSWORD: &str = PASSWORD_TEXT;

/// The address one person of the demo logs in with.
pub const fn email(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin@example.com",
        Role::Manager => "manager@example.com",
        Role::Supervisor => "supervisor@example.com",
        Role::User => "artist@example.com",
        Role::Client => "client@example.com",
        Role::Vendor => "vendor@example.com",
    }
}

const fn full_name(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Admin => ("Ada", "Root"),
        Role::Manager => ("Mona", "Reel"),
        Role::Supervisor => ("Saul", "Frame"),
        Role::User => ("Aya", "Mesh"),
        Role::Client => ("Cleo", "Brief"),
        Role::Vendor => ("Viggo", "Remote"),
    }
}

/// Makes the persons who are not there yet. All of them by what their role is called; the administrator is none until he is
/// [appointed](appoint_admin).
pub(super) async fn write_persons(store: &Store) -> Result<BTreeMap<&'static str, Person>> {
    let hash = password::hash(PASSWORD)?;
    let mut people = BTreeMap::new();
    for role in Role::ALL {
        let (first, last) = full_name(role);
        let at_first = if role == Role::Admin { Role::Manager } else { role };
        let person = Person::named(first, last, email(role), at_first, store.now());
        let person = match store.person_create(person, Some(hash.clone())).await {
            Err(Error::AlreadyExists { id, .. }) => store.person_get(PersonId(id)).await?,
            made => Some(made?),
        };
        let gone = || Error::Internal(format!("{} was just deleted", email(role)));
        people.insert(role.name(), person.ok_or_else(gone)?);
    }
    Ok(people)
}

/// Makes a person the administrator.
pub(super) async fn appoint_admin(store: &Store, id: PersonId) -> Result<()> {
    let appoint = |person| Ok(Person { role: Role::Admin, ..person });
    store.person_update(id, id, None, appoint).await.map(drop)
}

/// The roles whose persons can log in with [`PASSWORD`].
pub async fn roles(store: &Store) -> Result<Vec<Role>> {
    // To verify one takes its time, and those who were made together have the same.
    let mut verified: BTreeMap<String, bool> = BTreeMap::new();
    let mut roles = Vec::new();
    for role in Role::ALL {
        let Some(login) = store.login_get(email(role)).await? else { continue };
        let Some(hash) = login.password_hash() else { continue };
        let is_it = match verified.get(hash) {
            Some(is_it) => *is_it,
            None => password::verify(PASSWORD, Some(hash))?,
        };
        verified.insert(hash.to_owned(), is_it);
        if is_it && login.person().active && login.person().role == role {
            roles.push(role);
        }
    }
    Ok(roles)
}
