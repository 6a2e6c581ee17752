//! Comments on a task: they move it on.

use std::collections::HashMap;

use axum::extract::State;
use http_api::paths::TaskPath;
use http_api::routing::{Routes, routes};
use http_api::{
    Access, ApiError, App, Body, Caller, Created, Errors, Json, NoQuery, Path, PersonView, Query,
    Result, all_wrong, once, role_in,
};
use model::comment::Comment;
use model::project::Membership;
use model::vocabulary::TaskStatus;
use model::{
    Action, CommentId, Error, Person, PersonId, Resource, Role, Task, TaskStatusId, Timestamp,
    Verdict,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::comment_body::{CommentBody, CommentPeek};
use crate::opening::{open, require_on};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(create_task_comment)).routes(routes!(list_task_comments))
}

/// A comment with its status and author.
#[derive(Debug, Serialize, ToSchema)]
struct TaskComment {
    #[serde(flatten)]
    comment: Comment,
    /// Always `Task`.
    object_type: &'static str,
    /// The status it set.
    task_status: Option<TaskStatus>,
    /// Who wrote it.
    person: Option<PersonView>,
    #[serde(flatten)]
    nothing: NotKept,
    /// Always `Comment`.
    #[serde(rename = "type")]
    type_name: &'static str,
}

/// What Zou's clients expect of a comment and what is not kept here.
#[derive(Debug, Default, Serialize, ToSchema)]
struct NotKept {
    /// Always null.
    #[schema(value_type = Option<i64>)]
    shotgun_id: Value,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    data: Value,
    /// Always null.
    #[schema(value_type = Option<bool>)]
    pinned: Value,
    /// Always null.
    #[schema(value_type = Option<String>)]
    editor_id: Value,
    /// Always null.
    #[schema(value_type = Option<String>)]
    preview_file_id: Value,
    /// Always empty.
    #[schema(value_type = Vec<Object>)]
    replies: [(); 0],
    /// Always empty.
    #[schema(value_type = Vec<Object>)]
    previews: [(); 0],
    /// Always empty.
    #[schema(value_type = Vec<String>)]
    mentions: [(); 0],
    /// Always empty.
    #[schema(value_type = Vec<String>)]
    department_mentions: [(); 0],
    /// Always empty.
    #[schema(value_type = Vec<String>)]
    acknowledgements: [(); 0],
    /// Always empty.
    #[schema(value_type = Vec<Object>)]
    attachment_files: [(); 0],
}

/// Comment on a task and set its status, with the dates and counts that follow from it.
///
/// Artists and vendors may set statuses that are allowed for artists, clients those that are allowed for
/// clients; everybody may keep the status as it is. Vendors comment on what is assigned to them. A comment that is dated
/// before another one leaves the task as it is: that stands as the newest one says.
#[utoipa::path(post, path = "/api/actions/tasks/{task_id}/comment", tag = "Tasks", params(TaskPath), request_body = CommentBody, responses((status = 201, body = TaskComment), Errors))]
async fn create_task_comment(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskPath>,
    body: Body,
) -> Result<Created<TaskComment>> {
    let (task, access) = open(&app, &caller, path.task_id, Action::CommentTask).await?;
    let named: CommentPeek = body.peek().unwrap_or_default();
    require_lead(&access, &named)?;
    let there = status_and_author(&app, &access, &named).await;
    if let Ok((Some(status), _)) = &there {
        require_status(&access, status, &task)?;
    }
    let written = named.require_written(app.store.now()).map_err(ApiError::from);
    let read = all_wrong(body.read::<CommentBody>(), written);
    let ((body, ()), (status, author)) = all_wrong(read, there)?;
    let status = status.ok_or_else(|| Error::invalid("task_status_id", "is required"))?;
    let dated = body.created_at;
    let comment = comment(body, &task, author.id, app.store.now())?;
    // Whether he may, and to keep the status, is decided on the task that is there when the comment is written.
    let say = |task: Task, now: Timestamp| {
        require_on(&access, &task, Action::CommentTask)?;
        require_status(&access, &status, &task)?;
        Ok((task.with_comment(&status, now), comment.clone().at(dated.unwrap_or(now))))
    };
    let said = once(app.store.task_comment(task.id, say)).await?;
    let comment = said.ok_or(Error::NotFound(Resource::Task))?;
    Ok(Created(detailed(&access, comment, Some(status), Some(author))))
}

/// The comments on a task, newest first. Clients see those that are meant for them and those of clients in the project;
/// who is not in its team any more counts as in the studio.
#[utoipa::path(get, path = "/api/data/tasks/{task_id}/comments", tag = "Tasks", params(TaskPath), responses((status = 200, body = Vec<TaskComment>), Errors))]
async fn list_task_comments(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TaskPath>,
    query: Query,
) -> Result<Json<Vec<TaskComment>>> {
    let (task, access) = open(&app, &caller, path.task_id, Action::Read).await?;
    query.read::<NoQuery>()?;
    let (comments, statuses, team) = tokio::try_join!(
        app.store.comments_of(task.id),
        app.store.vocabulary_list::<TaskStatus>(),
        team(&app, &access),
    )?;
    let authors: Vec<PersonId> = comments.iter().map(|comment| comment.person_id).collect();
    let authors = app.store.persons_get(&authors).await?;
    let authors: HashMap<_, _> = authors.into_iter().map(|person| (person.id, person)).collect();
    let rows = comments.into_iter().rev().filter_map(|comment| {
        let author = authors.get(&comment.person_id);
        let status = statuses.iter().find(|status| status.id == comment.task_status_id);
        sees(&access, &comment, author, &team)
            .then(|| detailed(&access, comment, status.cloned(), author.cloned()))
    });
    Ok(Json(rows.collect()))
}

/// The team of the project, for a client: whose comments he sees depends on it.
async fn team(app: &App, access: &Access) -> model::Result<Vec<Membership>> {
    if access.is_client() { app.store.team_of(access.project.id).await } else { Ok(Vec::new()) }
}

/// Whether a caller may see a comment.
fn sees(access: &Access, comment: &Comment, author: Option<&Person>, team: &[Membership]) -> bool {
    let spoke_as = |author: &Person| {
        let member = team.iter().find(|member| member.person_id == author.id);
        role_in(author.role, member).unwrap_or(author.role)
    };
    !access.is_client()
        || comment.for_client
        || comment.person_id == access.person.id
        || author.is_some_and(|author| spoke_as(author) == Role::Client)
}

/// Fails if the body says what only those may say who manage tasks.
fn require_lead(access: &Access, body: &CommentPeek) -> Result<()> {
    let speaks_for_another = body.person_id.is_some_and(|id| id != access.person.id);
    let is_special =
        speaks_for_another || body.created_at.is_some() || body.for_client == Some(true);
    if is_special && access.role.allows(Action::ManageTasks) != Verdict::Allowed {
        let message =
            "Only managers and supervisors may set author, date and audience of a comment";
        return Err(Error::Forbidden(message).into());
    }
    Ok(())
}

/// The status that is named, if one is, and who speaks. Fails with all of it that is not there.
async fn status_and_author(
    app: &App,
    access: &Access,
    named: &CommentPeek,
) -> Result<(Option<TaskStatus>, Person)> {
    let status = async {
        match named.task_status_id {
            Some(id) => status(app, id).await.map(Some),
            None => Ok(None),
        }
    };
    let (status, author) = tokio::join!(status, author(app, access, named.person_id));
    all_wrong(status, author)
}

async fn status(app: &App, id: TaskStatusId) -> Result<TaskStatus> {
    let status = app.store.vocabulary_get::<TaskStatus>(id).await?;
    let unknown = || Error::invalid("task_status_id", "is not the id of any task status");
    Ok(status.ok_or_else(unknown)?)
}

/// Fails if the caller may neither set a status nor keep it on this task.
fn require_status(access: &Access, status: &TaskStatus, task: &Task) -> model::Result<()> {
    if status.id == task.task_status_id || may_set(access.role, status) {
        Ok(())
    } else {
        Err(Error::Forbidden("Your role may not set this status"))
    }
}

fn may_set(role: Role, status: &TaskStatus) -> bool {
    match role {
        Role::Admin | Role::Manager | Role::Supervisor => true,
        Role::User | Role::Vendor => status.is_artist_allowed,
        Role::Client => status.is_client_allowed,
    }
}

async fn author(app: &App, access: &Access, id: Option<PersonId>) -> Result<Person> {
    match id.filter(|id| *id != access.person.id) {
        None => Ok(access.person.clone()),
        Some(id) => {
            let unknown = || Error::invalid("person_id", "is not the id of any person");
            Ok(app.store.person_get(id).await?.ok_or_else(unknown)?)
        }
    }
}

fn comment(body: CommentBody, task: &Task, author: PersonId, now: Timestamp) -> Result<Comment> {
    let checklist = body.checklist.unwrap_or_default();
    let checklist = checklist.into_iter().map(serde_json::to_value).collect::<Result<_, _>>();
    Ok(Comment {
        id: CommentId::new(),
        object_id: task.id,
        text: body.comment.unwrap_or_default(),
        checklist: checklist.map_err(Error::internal)?,
        links: body.links.unwrap_or_default(),
        for_client: body.for_client.unwrap_or(false),
        task_status_id: body.task_status_id,
        person_id: author,
        created_at: now,
        updated_at: now,
    })
}

fn detailed(
    access: &Access,
    comment: Comment,
    task_status: Option<TaskStatus>,
    author: Option<Person>,
) -> TaskComment {
    TaskComment {
        comment,
        object_type: "Task",
        task_status,
        person: author.map(|author| PersonView::new(&access.person, author)),
        nothing: NotKept::default(),
        type_name: "Comment",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_set_every_status_and_others_what_is_theirs() {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let status = TaskStatus::named("Done", "done", now);
        let for_artists = TaskStatus { is_client_allowed: false, ..status.clone() };
        let for_clients = TaskStatus { is_artist_allowed: false, ..status };
        for role in Role::ALL {
            let is_lead = matches!(role, Role::Admin | Role::Manager | Role::Supervisor);
            let is_client = role == Role::Client;
            assert_eq!(may_set(role, &for_artists), is_lead || !is_client, "{role:?}");
            assert_eq!(may_set(role, &for_clients), is_lead || is_client, "{role:?}");
        }
    }
}
