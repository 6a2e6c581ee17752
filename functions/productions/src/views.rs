//! What this function answers.

use http_api::{PersonCard, ProjectDetail};
use model::project::Membership;
use model::vocabulary::EntityType;
use model::{Person, Role};
use serde::Serialize;
use utoipa::ToSchema;

/// A project with its team, its metadata, what it uses of the studio's vocabulary, and its state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneProject {
    #[serde(flatten)]
    pub(crate) detail: ProjectDetail,
    /// `Open` or `Closed`.
    #[schema(example = "Open")]
    pub(crate) project_status_name: Option<String>,
}

/// A member of a project's team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamMember {
    #[serde(flatten)]
    person: PersonCard,
    /// The role the member has in this project, when it is not the one he has in the studio.
    project_role: Option<Role>,
}

impl TeamMember {
    pub(crate) fn new(person: Person, team: &[Membership]) -> Self {
        let membership = team.iter().find(|member| member.person_id == person.id);
        Self { project_role: membership.and_then(|member| member.role), person: person.into() }
    }
}

/// An entity type with every column of Zou's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntityTypeRow {
    #[serde(flatten)]
    entity_type: EntityType,
    /// Always `EntityType`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "EntityType")]
    kind: &'static str,
}

impl From<EntityType> for EntityTypeRow {
    fn from(entity_type: EntityType) -> Self {
        Self { entity_type, kind: "EntityType" }
    }
}
