//! The people of the demo studio: one of each role, all with the same password.

use std::collections::BTreeMap;

use http_api::password;
use model::{Person, Result, Role};
use store::Store;

use crate::demo_data::PASSWORD_TEXT;

/// The password of every person of the demo. It is no secret: the demo is only loaded where nobody else
/// can reach it.
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

pub(super) fn persons(store: &Store) -> BTreeMap<&'static str, Person> {
    let person = |role: Role| {
        let (first, last) = full_name(role);
        (role.name(), Person::named(first, last, email(role), role, store.now()))
    };
    Role::ALL.map(person).into()
}

pub(super) async fn write_persons(store: &Store, people: Vec<Person>) -> Result<()> {
    let hash = password::hash(PASSWORD)?;
    for person in people {
        store.person_create(person, Some(hash.clone())).await?;
    }
    Ok(())
}
