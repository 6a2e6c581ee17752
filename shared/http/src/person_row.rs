//! A person on the wire: all of it for those who run the studio, a card for everybody else.

use std::sync::LazyLock;

use model::{Action, DepartmentId, Error, Person, PersonId, Resource, Role, Verdict, text};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Result;

/// A person with every column of Zou's. A password or its hash is none of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonRow {
    /// What is known of the person.
    #[serde(flatten)]
    pub person: Person,
    /// Always `Person`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "Person")]
    kind: &'static str,
    #[serde(flatten)]
    #[schema(ignore)]
    unused: &'static Map<String, Value>,
}

/// What everybody may know of a colleague.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonCard {
    /// Unique identifier.
    pub id: PersonId,
    /// Always `Person`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "Person")]
    kind: &'static str,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Both names.
    pub full_name: String,
    /// Always false: pictures are not kept here.
    pub has_avatar: bool,
    /// Whether the person may log in.
    pub active: bool,
    /// Departments the person works in.
    pub departments: Vec<DepartmentId>,
    /// Always null.
    #[schema(value_type = Option<String>)]
    studio_id: (),
    /// Role where no team membership overrides it.
    pub role: Role,
    /// Login name on the studio's machines.
    pub desktop_login: Option<String>,
    /// Whether it is a program.
    pub is_bot: bool,
}

/// A person as a caller may see him.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PersonView {
    /// For administrators and managers, and of oneself.
    Row(Box<PersonRow>),
    /// For everybody else.
    Card(PersonCard),
}

/// Columns that Zou has and nothing here needs, with the values Zou gives them.
static UNUSED: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let columns = json!({
        "country": null, "last_presence": null, "totp_enabled": false, "email_otp_enabled": false,
        "fido_enabled": false, "fido_devices": [], "preferred_two_factor_authentication": null, "shotgun_id": null,
        "use_12_hour_clock": false, "display_date_format": "YYYY-MM-DD", "data": null, "position": "artist",
        "seniority": "mid", "daily_salary": 0, "has_avatar": false, "notifications_enabled": false,
        "notifications_slack_enabled": false, "notifications_slack_userid": "",
        "notifications_mattermost_enabled": false, "notifications_mattermost_userid": "",
        "notifications_discord_enabled": false, "notifications_discord_userid": "", "is_guest": false,
        "preview_project_id": null, "preview_opened_at": null, "preview_open_until": null, "expiration_date": null,
        "is_generated_from_ldap": false, "ldap_uid": null, "studio_id": null,
    });
    if let Value::Object(columns) = columns { columns } else { Map::new() }
});

impl From<Person> for PersonRow {
    fn from(person: Person) -> Self {
        Self { person, kind: "Person", unused: &UNUSED }
    }
}

impl From<Person> for PersonCard {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            kind: "Person",
            first_name: person.first_name,
            last_name: person.last_name,
            full_name: person.full_name,
            has_avatar: false,
            active: person.active,
            departments: person.departments,
            studio_id: (),
            role: person.role,
            desktop_login: person.desktop_login,
            is_bot: person.is_bot,
        }
    }
}

impl PersonCard {
    /// The filters of a caller who sees only cards: the columns of a card, and an e-mail address, which he has to know.
    pub const FILTERS: &[&str] = &[
        "id",
        "first_name",
        "last_name",
        "full_name",
        "active",
        "departments",
        "role",
        "desktop_login",
        "is_bot",
        "email",
    ];
}

/// Whether somebody sees all of a person.
pub fn shows_all(viewer: &Person, person: &Person) -> bool {
    viewer.role.allows(Action::ManageVocabulary) == Verdict::Allowed || person.id == viewer.id
}

impl PersonView {
    /// The person as somebody may see him.
    pub fn new(viewer: &Person, person: Person) -> Self {
        if shows_all(viewer, &person) {
            Self::Row(Box::new(person.into()))
        } else {
            Self::Card(person.into())
        }
    }
}

/// The person a path names, or 404.
pub async fn require_person(app: &App, id: PersonId) -> Result<Person> {
    Ok(app.store.person_get(id).await?.ok_or(Error::NotFound(Resource::Person))?)
}

/// Orders persons by name.
pub fn sort_persons(persons: &mut [Person]) {
    persons.sort_by_cached_key(|person| (text::fold(&person.full_name), person.id));
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;

    #[test]
    fn only_those_who_run_the_studio_see_an_address() {
        let named = |role: Role| {
            let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
            Person::named("Jane", role.name(), "jane@example.com", role, now)
        };
        for role in Role::ALL {
            let viewer = named(role);
            let shows =
                |person: Person| serde_json::to_value(PersonView::new(&viewer, person)).unwrap();
            assert_eq!(
                shows(named(Role::User))["email"].is_string(),
                matches!(role, Role::Admin | Role::Manager)
            );
            assert!(shows(viewer.clone())["email"].is_string(), "{role:?} of himself");
        }
    }
}
