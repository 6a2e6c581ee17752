//! Descriptors: the keys of `data` that a production declares. What they demand of a value: see [`crate::metadata`].

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::data::{DATA_KEY_MAX, json_bytes};
use crate::fields::{self, Fields, Given, Input};
use crate::ids::{DepartmentId, DescriptorId, ProjectId, distinct};
use crate::text;
use crate::time::Timestamp;

/// The most descriptors of a project: they are read together, and with everything that is written by them.
pub const DESCRIPTORS_MAX: usize = 500;

/// A declared key of `data`: what Kitsu shows as a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Descriptor {
    /// Unique identifier.
    pub id: DescriptorId,
    /// The project that declares it.
    pub project_id: ProjectId,
    /// `Asset`, `Shot`, …: whose `data` it is about.
    pub entity_type: String,
    /// The column's title.
    pub name: String,
    /// The key in `data`: the name in lower case with underscores.
    pub field_name: String,
    /// `string`, `number`, `list`, `taglist`, `boolean`, `date` or `checklist`.
    pub data_type: String,
    /// Values offered for a list: see [`crate::metadata`].
    pub choices: Vec<String>,
    /// Whether a new entity must have a value.
    #[serde(default)]
    pub required: bool,
    /// Whether clients see it.
    pub for_client: bool,
    /// Departments it is for; vendors of other departments do not see it.
    pub departments: Vec<DepartmentId>,
    /// Place among the columns.
    pub position: Option<i64>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `MetadataDescriptor`.
    #[serde(rename = "type")]
    pub type_name: String,
}

impl Descriptor {
    /// A text column for assets.
    pub fn named(project_id: ProjectId, name: &str, now: Timestamp) -> Self {
        Self {
            id: DescriptorId::new(),
            project_id,
            entity_type: "Asset".into(),
            name: name.into(),
            field_name: field_name(name),
            data_type: "string".into(),
            choices: Vec::new(),
            required: false,
            for_client: false,
            departments: Vec::new(),
            position: None,
            created_at: now,
            updated_at: now,
            type_name: "MetadataDescriptor".into(),
        }
    }

    /// Whether a vendor who works in `departments` may see its values.
    pub fn is_visible_to(&self, departments: &[DepartmentId]) -> bool {
        self.departments.is_empty() || self.departments.iter().any(|d| departments.contains(d))
    }
}

/// The body that creates or changes a descriptor.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `Descriptor`")]
pub struct DescriptorPatch {
    pub entity_type: Option<String>,
    pub name: Option<String>,
    pub data_type: Option<String>,
    pub choices: Option<Vec<String>>,
    pub required: Option<bool>,
    pub for_client: Option<bool>,
    pub departments: Option<Vec<DepartmentId>>,
    #[schema(value_type = Option<i64>)]
    pub position: Given<i64>,
}

/// The most choices, in bytes of JSON: a descriptor is one item.
const CHOICES_BYTES_MAX: usize = 270_000;

const DATA_TYPES: &[&str] =
    &["string", "number", "list", "taglist", "boolean", "date", "checklist"];
const ENTITY_TYPES: &[&str] = &["Asset", "Shot", "Sequence", "Episode", "Scene", "Edit"];

impl Input for DescriptorPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let word = |all: &'static [&'static str]| {
            fields::one_of(all, |w| all.contains(&w).then(|| w.to_owned()))
        };
        let entity_type = f.optional("entity_type", word(ENTITY_TYPES));
        let name = f.optional("name", fields::name);
        let data_type = f.optional("data_type", word(DATA_TYPES));
        let choices = f.optional("choices", fields::list(1000, fields::text(text::NAME_MAX)));
        if json_bytes(&choices) > CHOICES_BYTES_MAX {
            f.error("choices", format!("must have at most {CHOICES_BYTES_MAX} bytes of JSON"));
        }
        let required = f.optional("required", fields::boolean);
        let for_client = f.optional("for_client", fields::boolean);
        let departments = f.optional("departments", fields::list(100, fields::id));
        let position = f.given("position", fields::integer(0..=1_000_000));
        Some(Self {
            entity_type: entity_type?,
            name: name?,
            data_type: data_type?,
            choices: choices?,
            required: required?,
            for_client: for_client?,
            departments: departments?,
            position: position?,
        })
    }
}

impl DescriptorPatch {
    /// The descriptor with the changes in it. The key in `data` stays: values are kept under it.
    #[must_use]
    pub fn apply(self, mut to: Descriptor, now: Timestamp) -> Descriptor {
        to.name = self.name.unwrap_or(to.name);
        to.data_type = self.data_type.unwrap_or(to.data_type);
        to.choices = self.choices.unwrap_or(to.choices);
        to.required = self.required.unwrap_or(to.required);
        to.for_client = self.for_client.unwrap_or(to.for_client);
        to.departments = self.departments.map_or(to.departments, distinct);
        self.position.apply(&mut to.position);
        to.updated_at = now;
        to
    }
}

/// What is wrong with the name of a new descriptor: the key that is made of it is none that entities can have.
pub fn wrong_key(name: &str) -> Option<String> {
    let is_too_long = field_name(name.trim()).len() > DATA_KEY_MAX;
    is_too_long.then(|| format!("must make a key of at most {DATA_KEY_MAX} bytes"))
}

/// The key in `data` for a column's title: lower case, anything but letters and digits to `_`.
fn field_name(name: &str) -> String {
    let key: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    key.to_lowercase()
}
