//! What changed last: the feed that scripts and mirrors follow.

use axum::extract::State;
use http_api::routing::{Routes, routes};
use http_api::{Access, ApiError, App, Caller, Errors, Json, Query, Result, all_wrong};
use model::event::EventFilter;
use model::{
    Action, Error, Event, EventId, Fields, Input, Moment, PersonId, ProjectId, Timestamp, Verdict,
    fields, text,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// The most events one answer has.
const LIMIT_MAX: i64 = 20_000;
const LIMIT: usize = 100;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_last_events))
}

/// One change of one thing.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "a24a6ea4-ce75-4665-a070-57453082c256", "created_at": "2023-01-15T10:30:00Z",
    "name": "asset:update", "user_id": "a24a6ea4-ce75-4665-a070-57453082c257",
    "project_id": "a24a6ea4-ce75-4665-a070-57453082c258",
    "data": {"asset_id": "a24a6ea4-ce75-4665-a070-57453082c259"}
}))]
struct EventRow {
    /// Unique identifier.
    id: EventId,
    /// When.
    created_at: Timestamp,
    /// What happened: `{asset|shot|scene|sequence|episode}:{new|update|delete|casting-update}`,
    /// `task:{new|update|delete|assign|unassign}`, `comment:{new|update|delete}`,
    /// `asset_instance:{new|add-to-shot|remove-from-shot}`, `asset-instance:{update|delete}` (as Zou spells them),
    /// `project:{new|update|delete|team-update}`, `metadata-descriptor:…`, and of the studio
    /// `{person|asset-type|task-type|task-status|department}:{new|update|delete}`.
    name: String,
    /// Who did it. Null for what nobody did who was logged in.
    user_id: Option<PersonId>,
    /// In which project. Null for what belongs to the studio.
    project_id: Option<ProjectId>,
    /// The ids of what it is about.
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

impl From<Event> for EventRow {
    fn from(event: Event) -> Self {
        let Event { id, at, user_id, project_id, content } = event;
        let created_at = at.timestamp();
        Self { id, created_at, name: content.name, user_id, project_id, data: content.data }
    }
}

/// Which events are asked for.
#[derive(Clone, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventQuery {
    /// Of this project only; without it, of all the caller manages, and of the studio.
    #[param(value_type = Option<ProjectId>)]
    project_id: Option<ProjectId>,
    /// From this second on, `2023-01-15T10:30:00` or a date.
    #[param(value_type = Option<Timestamp>)]
    after: Option<Timestamp>,
    /// Before this second, as `after`.
    #[param(value_type = Option<Timestamp>)]
    before: Option<Timestamp>,
    /// Of this name only.
    name: Option<String>,
    /// Events about files only: there are none, so the answer is empty.
    only_files: Option<bool>,
    /// At most so many (default: 100).
    #[param(minimum = 1, maximum = 20_000)]
    limit: Option<i64>,
}

impl Input for EventQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let project_id = f.optional("project_id", fields::id);
        let after = f.optional("after", second);
        let before = f.optional("before", second);
        let name = f.optional("name", fields::text(text::NAME_MAX));
        let only_files = f.optional("only_files", fields::boolean);
        let limit = f.optional("limit", fields::integer(1..=LIMIT_MAX));
        Some(Self {
            project_id: project_id?,
            after: after?,
            before: before?,
            name: name?,
            only_files: only_files?,
            limit: limit?,
        })
    }
}

/// A timestamp, or a day, which stands for its first second.
fn second(value: &Value) -> std::result::Result<Timestamp, Vec<fields::Problem>> {
    fields::timestamp(value)
        .or_else(|problem| Ok(fields::date(value).map_err(|_| problem)?.start()))
}

impl EventQuery {
    fn filter(&self) -> EventFilter {
        EventFilter {
            after: self.after.map(Moment::from),
            before: self.before.map(Moment::from),
            name: self.name.clone(),
        }
    }

    fn limit(&self) -> usize {
        self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(LIMIT)
    }
}

/// What changed last, newest first.
///
/// For managers. An event says what was touched and by whom; it is written in the transaction of the change, so none
/// is missing and none tells of what was not done. It has the time at which the change was sent to the store, and may
/// be seen up to 20 seconds later: who follows the feed asks again for the last half minute, and leaves out the ids he
/// has. Events are kept for 90 days.
#[utoipa::path(get, path = "/api/data/events/last", tag = "Projects", params(EventQuery),
    responses((status = 200, body = [EventRow]), Errors))]
async fn list_last_events(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Json<Vec<EventRow>>> {
    let read = query.read::<EventQuery>();
    caller.require_somewhere(&app, Action::ManageProject).await?;
    // Whose feeds are meant is not known then.
    if let Err(ApiError(Error::Invalid(errors))) = &read
        && errors.iter().any(|error| error.field == "project_id")
    {
        return Err(Error::Invalid(errors.clone()).into());
    }
    let named: EventQuery = query.peek().unwrap_or_default();
    let feeds = feeds(&app, &caller, named.project_id).await;
    let (query, feeds) = all_wrong(read, feeds)?;
    if query.only_files == Some(true) {
        return Ok(Json(Vec::new()));
    }
    let (filter, limit) = (query.filter(), query.limit());
    let events = app.store.events_last(&feeds, &filter, limit).await?;
    Ok(Json(events.into_iter().map(EventRow::from).collect()))
}

/// The feeds the caller asks for and may read: of projects, and (none) of the studio.
async fn feeds(
    app: &App,
    caller: &Caller,
    project: Option<ProjectId>,
) -> Result<Vec<Option<ProjectId>>> {
    if let Some(id) = project {
        caller.enter(app, id).await?.require(Action::ManageProject)?;
        return Ok(vec![Some(id)]);
    }
    caller.require(Action::ManageProject)?;
    let projects = caller.enter_all(app).await?;
    // In a project the team may say otherwise than the studio.
    let is_managed =
        |access: &&Access| access.role.allows(Action::ManageProject) == Verdict::Allowed;
    let managed = projects.iter().filter(is_managed).map(|access| Some(access.project.id));
    Ok(managed.chain([None]).collect())
}
