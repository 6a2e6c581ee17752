//! Finding a task, and asking whether the caller may act on it.

use http_api::{Access, App, Caller, Result};
use model::{Action, Error, Resource, Task, TaskId, Verdict, role};

/// Opens a task to act on it: 404 if there is none, 403 if the caller may not. A vendor may only where the
/// task is assigned to him.
pub(crate) async fn open(
    app: &App,
    caller: &Caller,
    id: TaskId,
    action: Action,
) -> Result<(Task, Access)> {
    let missing = || Error::NotFound(Resource::Task);
    let at = app.store.task_locate(id).await?.ok_or_else(missing)?;
    // Enter first: it completes what a crash left half done, which may remove the task.
    let access = caller.enter(app, at.project_id).await?;
    let task = app.store.task_at(at, id).await?.ok_or_else(missing)?;
    let is_allowed = match access.role.allows(action) {
        Verdict::Allowed => true,
        Verdict::IfAssigned => task.assignees.contains(&access.person.id),
        Verdict::Denied => false,
    };
    if is_allowed {
        Ok((task, access))
    } else {
        Err(Error::Forbidden(role::refusal(action)).into())
    }
}
