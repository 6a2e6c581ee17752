//! What this function reads, and what a person may change about himself.

use http_api::PathIds;
use model::person::PersonPatch;
use model::{
    DepartmentId, Error, Fields, Input, Person, PersonId, Resource, Result, Role, distinct, fields,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// The body that creates a person: as the one that changes him, but a name and an address must be there.
#[derive(Clone, Debug)]
pub(crate) struct NewPerson(pub(crate) PersonPatch);

impl Input for NewPerson {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let is_given = |_: &Value| Ok(());
        let first_name = f.required("first_name", is_given);
        let email = f.required("email", is_given);
        let patch = PersonPatch::read(f);
        first_name.and(email)?;
        patch.map(Self)
    }
}

/// Names a department.
#[derive(Clone, Copy, Debug, ToSchema)]
pub(crate) struct DepartmentRef {
    /// The department.
    pub(crate) department_id: DepartmentId,
}

impl Input for DepartmentRef {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let department_id = f.required("department_id", fields::id);
        Some(Self { department_id: department_id? })
    }
}

/// `{person_id}`, `{department_id}`
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PersonDepartmentPath {
    /// The person.
    #[param(value_type = String, format = Uuid)]
    pub(crate) person_id: PersonId,
    /// One of the person's departments.
    #[param(value_type = String, format = Uuid)]
    pub(crate) department_id: DepartmentId,
}

impl PathIds for PersonDepartmentPath {
    const RESOURCES: &'static [(&'static str, Resource)] =
        &[("person_id", Resource::Person), ("department_id", Resource::Department)];
}

/// Fails if a patch changes what nobody may change about himself: what he is to the studio, and the address he
/// logs in with. Naming the value that is there already changes nothing; clients send whole rows back.
pub(crate) fn require_own(person: &Person, patch: &PersonPatch) -> Result<()> {
    let changed = patch.clone().apply(person.clone(), person.updated_at);
    let stays = changed.role == person.role
        && changed.active == person.active
        && changed.archived == person.archived
        && changed.email == person.email
        && distinct(changed.departments) == distinct(person.departments.clone())
        && changed.contract_type == person.contract_type
        && changed.is_bot == person.is_bot;
    if stays {
        Ok(())
    } else {
        Err(Error::Forbidden(
            "Only administrators may change a person's role, state, address, departments or contract",
        ))
    }
}

/// Fails if an administrator takes his own rights away: the studio might be left without one.
pub(crate) fn require_stays_admin(person: &Person, patch: &PersonPatch) -> Result<()> {
    let changed = patch.clone().apply(person.clone(), person.updated_at);
    if changed.role == Role::Admin && changed.active {
        Ok(())
    } else {
        Err(Error::Forbidden("Only another administrator may take your rights away"))
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use serde_json::json;

    use super::*;

    fn check(role: Role, body: &Value, own: bool, stays_admin: bool) {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let person = Person::named("Jane", "Doe", "jane@example.com", role, now);
        let patch: PersonPatch = Fields::read_body(body).unwrap();
        assert_eq!(require_own(&person, &patch).is_ok(), own, "{body}");
        assert_eq!(require_stays_admin(&person, &patch).is_ok(), stays_admin, "{body}");
    }

    #[test]
    fn what_one_may_change_about_oneself() {
        check(
            Role::Admin,
            &json!({"last_name": "Roe", "phone": "1", "timezone": "Europe/Paris"}),
            true,
            true,
        );
        check(
            Role::Admin,
            &json!({"role": "admin", "active": true, "email": "jane@example.com"}),
            true,
            true,
        );
        check(Role::Admin, &json!({"role": "user"}), false, false);
        check(Role::Admin, &json!({"active": false}), false, false);
        check(Role::Admin, &json!({"email": "other@example.com"}), false, true);
        check(
            Role::User,
            &json!({"departments": ["a24a6ea4-ce75-4665-a070-57453082c256"]}),
            false,
            false,
        );
    }

    /// Rows that are older than that a list keeps what it repeats once.
    #[test]
    fn a_row_that_repeats_a_department_may_be_sent_back() {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let mut person = Person::named("Jane", "Doe", "jane@example.com", Role::User, now);
        let twice = vec![DepartmentId::new(); 2];
        person.departments.clone_from(&twice);
        for body in [json!({"departments": twice}), json!({"phone": "1"})] {
            assert!(require_own(&person, &Fields::read_body(&body).unwrap()).is_ok(), "{body}");
        }
    }
}
