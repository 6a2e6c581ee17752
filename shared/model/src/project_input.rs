//! The body that creates or changes a production: see [`crate::project`].

use utoipa::ToSchema;

use crate::data::{Data, check_merged, json_bytes};
use crate::error::{FieldError, Result, fail_if_any};
use crate::fields::{self, Fields, Given, Input};
use crate::ids::{EntityTypeId, PersonId, ProjectStatusId, TaskStatusId, TaskTypeId, distinct};
use crate::project::{PROJECT_DATA_BYTES_MAX, PROJECT_DESCRIPTION_MAX, Project, SETTINGS_MAX};
use crate::text;
use crate::time::{Date, Timestamp};

/// The body that creates or changes a project.
#[derive(Clone, Debug, Default, ToSchema)]
#[expect(missing_docs, reason = "the fields of `Project`")]
pub struct ProjectPatch {
    pub name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub code: Given<String>,
    #[schema(value_type = Option<String>)]
    pub description: Given<String>,
    #[schema(value_type = Option<Object>)]
    pub data: Option<Data>,
    pub production_type: Option<String>,
    pub production_style: Option<String>,
    #[schema(value_type = Option<String>)]
    pub fps: Given<String>,
    #[schema(value_type = Option<String>)]
    pub ratio: Given<String>,
    #[schema(value_type = Option<String>)]
    pub resolution: Given<String>,
    #[schema(value_type = Option<Date>)]
    pub start_date: Given<Date>,
    #[schema(value_type = Option<Date>)]
    pub end_date: Given<Date>,
    #[schema(value_type = Option<i64>)]
    pub man_days: Given<i64>,
    pub nb_episodes: Option<i64>,
    pub episode_span: Option<i64>,
    pub max_retakes: Option<i64>,
    pub homepage: Option<String>,
    pub project_status_id: Option<ProjectStatusId>,
    pub asset_types: Option<Vec<EntityTypeId>>,
    pub task_types: Option<Vec<TaskTypeId>>,
    pub task_statuses: Option<Vec<TaskStatusId>>,
    /// On creation: the first members.
    pub team: Option<Vec<PersonId>>,
}

impl Input for ProjectPatch {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let name = f.optional("name", fields::name);
        let code = f.given("code", fields::text(text::NAME_MAX));
        let description = f.given("description", fields::text(text::LONG_TEXT_MAX));
        let data = crate::data::optional_data(f);
        let production_type = f.optional("production_type", fields::name);
        let production_style = f.optional("production_style", fields::name);
        let fps = f.given("fps", fields::text(text::NAME_MAX));
        let ratio = f.given("ratio", fields::text(text::NAME_MAX));
        let resolution = f.given("resolution", fields::text(text::NAME_MAX));
        let start_date = f.given("start_date", fields::date);
        let end_date = f.given("end_date", fields::date);
        let man_days = f.given("man_days", fields::integer(0..=100_000_000));
        let nb_episodes = f.optional("nb_episodes", fields::integer(0..=1_000_000));
        let episode_span = f.optional("episode_span", fields::integer(0..=1_000_000));
        let max_retakes = f.optional("max_retakes", fields::integer(0..=1_000_000));
        let homepage = f.optional("homepage", fields::text(text::NAME_MAX));
        let project_status_id = f.optional("project_status_id", fields::id);
        let asset_types = f.optional("asset_types", fields::list(SETTINGS_MAX, fields::id));
        let task_types = f.optional("task_types", fields::list(SETTINGS_MAX, fields::id));
        let task_statuses = f.optional("task_statuses", fields::list(SETTINGS_MAX, fields::id));
        let team = f.optional("team", fields::list(10_000, fields::id));
        Some(Self {
            name: name?,
            code: code?,
            description: description?,
            data: data?,
            production_type: production_type?,
            production_style: production_style?,
            fps: fps?,
            ratio: ratio?,
            resolution: resolution?,
            start_date: start_date?,
            end_date: end_date?,
            man_days: man_days?,
            nb_episodes: nb_episodes?,
            episode_span: episode_span?,
            max_retakes: max_retakes?,
            homepage: homepage?,
            project_status_id: project_status_id?,
            asset_types: asset_types?,
            task_types: task_types?,
            task_statuses: task_statuses?,
            team: team?,
        })
    }
}

impl ProjectPatch {
    /// What would be too much for the item of the project it changes. What was as large before may be sent back.
    pub fn too_large(&self, current: &Project) -> Vec<FieldError> {
        let mut errors = check_merged(current.data.as_ref(), self.data.as_ref());
        if let Some(more) = self.data.as_ref().filter(|_| errors.is_empty()) {
            let there = json_bytes(&current.data);
            let mut all = current.data.clone().unwrap_or_default();
            all.extend(more.clone());
            if json_bytes(&all) > PROJECT_DATA_BYTES_MAX.max(there) {
                let message = format!("must have at most {PROJECT_DATA_BYTES_MAX} bytes of JSON");
                errors.push(FieldError::new("data", message));
            }
        }
        if let Given::Value(text) = &self.description
            && text.chars().count() > PROJECT_DESCRIPTION_MAX
            && Some(text) != current.description.as_ref()
        {
            let message = format!("must have at most {PROJECT_DESCRIPTION_MAX} characters");
            errors.push(FieldError::new("description", message));
        }
        errors
    }

    /// The project with the changes in it; fails if it is too large then. `team` is for the store.
    pub fn apply(self, mut to: Project, now: Timestamp) -> Result<Project> {
        fail_if_any(self.too_large(&to))?;
        to.name = self.name.unwrap_or(to.name);
        self.code.apply(&mut to.code);
        self.description.apply(&mut to.description);
        crate::data::merge(&mut to.data, self.data)?;
        to.production_type = self.production_type.unwrap_or(to.production_type);
        to.production_style = self.production_style.unwrap_or(to.production_style);
        self.fps.apply(&mut to.fps);
        self.ratio.apply(&mut to.ratio);
        self.resolution.apply(&mut to.resolution);
        self.start_date.apply(&mut to.start_date);
        self.end_date.apply(&mut to.end_date);
        self.man_days.apply(&mut to.man_days);
        to.nb_episodes = self.nb_episodes.unwrap_or(to.nb_episodes);
        to.episode_span = self.episode_span.unwrap_or(to.episode_span);
        to.max_retakes = self.max_retakes.unwrap_or(to.max_retakes);
        to.homepage = self.homepage.unwrap_or(to.homepage);
        to.project_status_id = self.project_status_id.unwrap_or(to.project_status_id);
        to.asset_types = self.asset_types.map_or(to.asset_types, distinct);
        to.task_types = self.task_types.map_or(to.task_types, distinct);
        to.task_statuses = self.task_statuses.map_or(to.task_statuses, distinct);
        to.updated_at = now;
        Ok(to)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_too_large_before_may_be_sent_back() {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let data = |key: &str, bytes: usize| json!({key: "x".repeat(bytes)}).as_object().cloned();
        let old = Project {
            description: Some("x".repeat(PROJECT_DESCRIPTION_MAX + 1)),
            data: data("a", PROJECT_DATA_BYTES_MAX),
            ..Project::named("Film", now)
        };
        let check = |patch: ProjectPatch, expected: &[&str]| {
            let wrong = patch.too_large(&old);
            let fields: Vec<&str> = wrong.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, expected);
            assert_eq!(patch.apply(old.clone(), now).is_ok(), expected.is_empty());
        };
        let description = |text: &str| Given::Value(text.to_owned());
        let same = description(old.description.as_deref().unwrap());
        check(
            ProjectPatch { description: same, data: old.data.clone(), ..Default::default() },
            &[],
        );
        check(ProjectPatch { name: Some("Movie".into()), ..Default::default() }, &[]);
        check(
            ProjectPatch { description: Given::Null, data: data("a", 1), ..Default::default() },
            &[],
        );
        let other = description(&"y".repeat(PROJECT_DESCRIPTION_MAX + 1));
        check(
            ProjectPatch { description: other, data: data("b", 1), ..Default::default() },
            &["data", "description"],
        );
    }
}
