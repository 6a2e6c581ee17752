//! Finding a task, and asking whether the caller may act on it.

use http_api::{Access, App, Caller, Result};
use model::{Action, Error, Task, TaskId, Verdict, role};

/// Opens a task to act on it: 404 if there is none, 403 if the caller may not. A vendor may only where the
/// task is assigned to him.
pub(crate) async fn open(
    app: &App,
    caller: &Caller,
    id: TaskId,
    action: Action,
) -> Result<(Task, Access)> {
    let (task, access) = caller.find_task(app, id).await?;
    require_on(&access, &task, action)?;
    Ok((task, access))
}

/// Demands the right to act on a task, as it is now.
pub(crate) fn require_on(access: &Access, task: &Task, action: Action) -> model::Result<()> {
    let is_allowed = match access.role.allows(action) {
        Verdict::Allowed => true,
        Verdict::IfAssigned => task.assignees.contains(&access.person.id),
        Verdict::Denied => false,
    };
    if is_allowed { Ok(()) } else { Err(Error::Forbidden(role::refusal(action))) }
}
