//! Members of the studio.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::{self, Fields, Given, Input};
use crate::ids::{DepartmentId, PersonId, distinct};
use crate::role::Role;
use crate::text;
use crate::time::Timestamp;

/// The shortest password, in characters.
pub const PASSWORD_MIN: usize = 8;
/// The longest password, in characters: hashing a longer one is work for the attacker's benefit.
pub const PASSWORD_MAX: usize = 1024;

/// A member of the studio. The password's hash is no part of it: the store keeps it apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Unique identifier.
    pub id: PersonId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Both names.
    pub full_name: String,
    /// Unique; compared case-insensitively.
    #[schema(example = "jane@example.com")]
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Role where no team membership overrides it.
    pub role: Role,
    /// Whether the person may log in.
    pub active: bool,
    /// Whether the person has left.
    pub archived: bool,
    /// Login name on the studio's machines.
    pub desktop_login: Option<String>,
    /// Departments the person works in.
    pub departments: Vec<DepartmentId>,
    /// Time zone, by its IANA name where Kitsu writes it; any text.
    pub timezone: String,
    /// Language and country.
    pub locale: String,
    /// Any text; Kitsu writes `open-ended`, `fixed-term`, `short-term`, `freelance`, `apprentice` or `internship`.
    pub contract_type: String,
    /// Whether it is a program.
    pub is_bot: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The body that creates or changes a person.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `Person`")]
pub struct PersonPatch {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    #[schema(value_type = Option<String>)]
    pub phone: Given<String>,
    pub role: Option<Role>,
    pub active: Option<bool>,
    pub archived: Option<bool>,
    #[schema(value_type = Option<String>)]
    pub desktop_login: Given<String>,
    pub departments: Option<Vec<DepartmentId>>,
    pub timezone: Option<String>,
    pub locale: Option<String>,
    pub contract_type: Option<String>,
    pub is_bot: Option<bool>,
    /// At least 8 characters; kept as an argon2id hash only.
    pub password: Option<String>,
}

impl Input for PersonPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let first_name = f.optional("first_name", fields::text(text::NAME_MAX));
        let last_name = f.optional("last_name", fields::text(text::NAME_MAX));
        let email = f.optional("email", email);
        let phone = f.given("phone", fields::text(text::NAME_MAX));
        let role = f.optional("role", role());
        let active = f.optional("active", fields::boolean);
        let archived = f.optional("archived", fields::boolean);
        let desktop_login = f.given("desktop_login", fields::text(text::NAME_MAX));
        let departments = f.optional("departments", fields::list(100, fields::id));
        let timezone = f.optional("timezone", fields::text(text::NAME_MAX));
        let locale = f.optional("locale", fields::text(text::NAME_MAX));
        let contract_type = f.optional("contract_type", fields::text(text::NAME_MAX));
        let is_bot = f.optional("is_bot", fields::boolean);
        let password = f.optional("password", password);
        Some(Self {
            first_name: first_name?,
            last_name: last_name?,
            email: email?,
            phone: phone?,
            role: role?,
            active: active?,
            archived: archived?,
            desktop_login: desktop_login?,
            departments: departments?,
            timezone: timezone?,
            locale: locale?,
            contract_type: contract_type?,
            is_bot: is_bot?,
            password: password?,
        })
    }
}

impl PersonPatch {
    /// The person with the changes in it; the password is the caller's to keep.
    #[must_use]
    pub fn apply(self, mut to: Person, now: Timestamp) -> Person {
        to.first_name = self.first_name.unwrap_or(to.first_name);
        to.last_name = self.last_name.unwrap_or(to.last_name);
        to.email = self.email.or(to.email);
        self.phone.apply(&mut to.phone);
        to.role = self.role.unwrap_or(to.role);
        to.active = self.active.unwrap_or(to.active);
        to.archived = self.archived.unwrap_or(to.archived);
        self.desktop_login.apply(&mut to.desktop_login);
        to.departments = self.departments.map_or(to.departments, distinct);
        to.timezone = self.timezone.unwrap_or(to.timezone);
        to.locale = self.locale.unwrap_or(to.locale);
        to.contract_type = self.contract_type.unwrap_or(to.contract_type);
        to.is_bot = self.is_bot.unwrap_or(to.is_bot);
        to.full_name = full_name(&to.first_name, &to.last_name);
        to.updated_at = now;
        to
    }
}

impl Person {
    /// An active person with Zou's defaults.
    pub fn named(
        first_name: &str,
        last_name: &str,
        email: &str,
        role: Role,
        now: Timestamp,
    ) -> Self {
        Self {
            id: PersonId::new(),
            first_name: first_name.into(),
            last_name: last_name.into(),
            full_name: full_name(first_name, last_name),
            email: Some(email.into()),
            phone: None,
            role,
            active: true,
            archived: false,
            desktop_login: None,
            departments: Vec::new(),
            timezone: "UTC".into(),
            locale: "en_US".into(),
            contract_type: "open-ended".into(),
            is_bot: false,
            created_at: now,
            updated_at: now,
        }
    }
}

fn full_name(first: &str, last: &str) -> String {
    format!("{first} {last}").trim().to_owned()
}

/// An e-mail address as far as it can be told without sending one: something on both sides of one `@`.
pub fn email(value: &serde_json::Value) -> std::result::Result<String, Vec<fields::Problem>> {
    let text = value.as_str().unwrap_or_default().trim();
    let parts: Vec<&str> = text.split('@').collect();
    let sound = matches!(parts.as_slice(), [user, host] if !user.is_empty() && !host.is_empty())
        && text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if sound { Ok(text.to_owned()) } else { Err(vec!["must be an e-mail address".into()]) }
}

/// A new password within its limits.
pub fn password(value: &serde_json::Value) -> std::result::Result<String, Vec<fields::Problem>> {
    match value.as_str() {
        Some(text) if (PASSWORD_MIN..=PASSWORD_MAX).contains(&text.chars().count()) => {
            Ok(text.to_owned())
        }
        _ => Err(vec![format!("must have {PASSWORD_MIN} to {PASSWORD_MAX} characters").into()]),
    }
}

/// One of the six roles.
pub fn role() -> impl fields::Parser<Role> {
    fields::one_of(&["admin", "manager", "supervisor", "user", "client", "vendor"], Role::parse)
}
