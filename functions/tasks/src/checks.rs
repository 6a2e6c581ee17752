//! Reading bodies against what is there: persons of the team, known types and statuses.

use http_api::{Access, App, Result};
use model::catalog::{TaskStatus, TaskType};
use model::entity::check_data;
use model::project::Membership;
use model::task::TaskPatch;
use model::{Error, FieldError, PersonId, Task, TaskTypeId};

/// What new tasks have for a status: the default one that is not for concepts.
pub(crate) async fn default_status(app: &App) -> Result<TaskStatus> {
    let statuses = app.store.vocabulary_list::<TaskStatus>().await?;
    let default = statuses.into_iter().find(|s| s.is_default && !s.for_concept && !s.archived);
    Ok(default.ok_or_else(|| Error::invalid("task_status_id", "there is no default status"))?)
}

/// What is wrong with a patch: a status that is unknown, somebody outside the team, too much metadata. What
/// the task has already is never wrong.
pub(crate) async fn check_patch(
    app: &App,
    access: &Access,
    patch: &TaskPatch,
    task: Option<&Task>,
) -> Result<Vec<FieldError>> {
    let mut errors = Vec::new();
    let status =
        patch.task_status_id.filter(|id| task.is_none_or(|task| task.task_status_id != *id));
    if let Some(id) = status
        && app.store.vocabulary_get::<TaskStatus>(id).await?.is_none()
    {
        errors.push(FieldError::new("task_status_id", "is not the id of any task status"));
    }
    let known = task.map(|task| task.assignees.as_slice()).unwrap_or_default();
    let assignees = patch.assignees.as_deref().unwrap_or_default();
    if assignees.iter().any(|person| !known.contains(person)) {
        let team = app.store.team_of(access.project.id).await?;
        errors.extend(strangers(&team, known, assignees));
    }
    if let Some(data) = &patch.data {
        let mut merged = task.and_then(|task| task.data.clone()).unwrap_or_default();
        merged.extend(data.clone());
        errors.extend(check_data(&merged));
    }
    Ok(errors)
}

/// The assignees who are neither in the team nor on the task already.
fn strangers(team: &[Membership], known: &[PersonId], assignees: &[PersonId]) -> Vec<FieldError> {
    let is_strange = |person: &PersonId| {
        !known.contains(person) && team.iter().all(|member| member.person_id != *person)
    };
    let strangers = assignees.iter().enumerate().filter(|(_, person)| is_strange(person));
    strangers
        .map(|(n, _)| {
            FieldError::new(format!("assignees[{n}]"), "is not in the team of the project")
        })
        .collect()
}

/// Whether somebody is in the team of the caller's project.
pub(crate) async fn is_member(app: &App, access: &Access, person: PersonId) -> Result<bool> {
    let found = app.store.project_access(access.project.id, person).await?;
    Ok(found.is_some_and(|(_, membership)| membership.is_some()))
}

/// The task type of an id.
pub(crate) async fn task_type(app: &App, id: TaskTypeId) -> Result<Option<TaskType>> {
    Ok(app.store.vocabulary_get::<TaskType>(id).await?)
}

/// Fails with all that is wrong, if anything is.
pub(crate) fn fail_if_any(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors).into()) }
}

/// The values without those that came before.
pub(crate) fn distinct<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(values.len());
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use model::ProjectId;

    use super::*;

    #[test]
    fn strangers_are_named_by_their_place() {
        let [member, former, stranger] = [PersonId::new(), PersonId::new(), PersonId::new()];
        let team = [Membership { project_id: ProjectId::new(), person_id: member, role: None }];
        let found = strangers(&team, &[former], &[member, stranger, former]);
        assert_eq!(found, [FieldError::new("assignees[1]", "is not in the team of the project")]);
    }

    #[test]
    fn the_first_of_equal_values_stays() {
        assert_eq!(distinct(vec![3, 1, 3, 2, 1]), [3, 1, 2]);
    }
}
