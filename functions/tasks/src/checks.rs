//! Reading bodies against what is there: known persons, types and statuses.

use std::collections::BTreeSet;

use http_api::{App, Result};
use model::data::check_merged;
use model::task::TaskPatch;
use model::vocabulary::{TaskStatus, TaskType};
use model::{Error, FieldError, PersonId, Task, TaskTypeId};

/// What new tasks have for a status: the default one that is not for concepts.
pub(crate) async fn default_status(app: &App) -> Result<TaskStatus> {
    let statuses = app.store.vocabulary_list::<TaskStatus>().await?;
    let default = statuses.into_iter().find(|s| s.is_default && !s.for_concept && !s.archived);
    Ok(default.ok_or_else(|| {
        Error::invalid("task_status_id", "is required: there is no default status")
    })?)
}

/// The status a patch names, and what is wrong with it: a status or somebody unknown, too much metadata. What the task has
/// already is never wrong. Whoever is assigned need not be in the team, as in Zou: the team decides who sees the task.
pub(crate) async fn check_patch(
    app: &App,
    patch: &TaskPatch,
    task: Option<&Task>,
) -> Result<(Option<TaskStatus>, Vec<FieldError>)> {
    let (mut status, mut errors) = (None, Vec::new());
    if let Some(id) = patch.task_status_id {
        status = app.store.vocabulary_get::<TaskStatus>(id).await?;
        if status.is_none() && task.is_none_or(|task| task.task_status_id != id) {
            errors.push(FieldError::new("task_status_id", "is not the id of any task status"));
        }
    }
    let known = task.map(|task| task.assignees.as_slice()).unwrap_or_default();
    let assignees = patch.assignees.as_deref().unwrap_or_default();
    let new: Vec<_> = assignees.iter().filter(|id| !known.contains(id)).copied().collect();
    if !new.is_empty() {
        let found = app.store.persons_get(&new).await?.into_iter().map(|person| person.id);
        let known: BTreeSet<PersonId> = found.chain(known.iter().copied()).collect();
        errors.extend(strangers(&known, assignees));
    }
    errors.extend(check_merged(task.and_then(|task| task.data.as_ref()), patch.data.as_ref()));
    Ok((status, errors))
}

/// The assignees who are nobody.
fn strangers(known: &BTreeSet<PersonId>, assignees: &[PersonId]) -> Vec<FieldError> {
    let strangers = assignees.iter().enumerate().filter(|(_, person)| !known.contains(person));
    strangers
        .map(|(n, _)| FieldError::new(format!("assignees[{n}]"), "is not the id of any person"))
        .collect()
}

/// The task type of an id.
pub(crate) async fn task_type(app: &App, id: TaskTypeId) -> Result<Option<TaskType>> {
    Ok(app.store.vocabulary_get::<TaskType>(id).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_named_by_their_place() {
        let [one, other, stranger] = [PersonId::new(), PersonId::new(), PersonId::new()];
        let found = strangers(&BTreeSet::from([one, other]), &[one, stranger, other]);
        assert_eq!(found, [FieldError::new("assignees[1]", "is not the id of any person")]);
    }
}
