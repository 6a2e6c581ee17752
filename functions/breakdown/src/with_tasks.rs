//! Whole tables of shots, sequences or episodes with their tasks, as Kitsu's pages read them.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http_api::routing::{Routes, routes};
use http_api::{Access, App, Caller, Errors, Json, Query, Result, all_wrong};
use model::fields::{self, Fields};
use model::{Action, Entity, EntityId, EntityKind, EpisodeChoice, Input, ProjectId, Task, text};
use utoipa::IntoParams;

use crate::compact::{ShotsWithTasks, compact, compact_lines, lines};
use crate::creation::require_parent;
use crate::search::type_of;
use crate::views::{GroupRow, Place, ShotRow};

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_shots_with_tasks))
        .routes(routes!(list_sequences_with_tasks))
        .routes(routes!(list_episodes_with_tasks))
}

/// Which shots.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct ShotsQuery {
    /// The project.
    #[param(value_type = String, format = Uuid)]
    project_id: ProjectId,
    /// Only those of this episode; `main` for those of none, `all` for all.
    #[param(value_type = Option<String>)]
    episode_id: EpisodeChoice,
    /// One JSON value a line instead of an array.
    #[param(value_type = Option<bool>)]
    stream: bool,
    /// In a stream: arrays instead of objects, and a first line that names their columns.
    #[param(value_type = Option<bool>)]
    compact: bool,
}

/// Which sequences.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct SequencesQuery {
    /// The project.
    #[param(value_type = String, format = Uuid)]
    project_id: ProjectId,
    /// Only those of this episode; `main` for those of none, `all` for all.
    #[param(value_type = Option<String>)]
    episode_id: EpisodeChoice,
}

/// Which episodes.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct EpisodesQuery {
    /// The project.
    #[param(value_type = String, format = Uuid)]
    project_id: ProjectId,
}

/// A query about a part of a production.
trait OfProject: Input {
    fn part(&self) -> (ProjectId, EpisodeChoice);
}

impl OfProject for ShotsQuery {
    fn part(&self) -> (ProjectId, EpisodeChoice) {
        (self.project_id, self.episode_id)
    }
}

impl OfProject for SequencesQuery {
    fn part(&self) -> (ProjectId, EpisodeChoice) {
        (self.project_id, self.episode_id)
    }
}

impl OfProject for EpisodesQuery {
    fn part(&self) -> (ProjectId, EpisodeChoice) {
        (self.project_id, EpisodeChoice::All)
    }
}

impl Input for ShotsQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let project_id = f.required("project_id", fields::id);
        let episode_id = f.optional("episode_id", EpisodeChoice::field);
        let stream = f.optional("stream", fields::boolean);
        let compact = f.optional("compact", fields::boolean);
        Some(Self {
            project_id: project_id?,
            episode_id: episode_id?.unwrap_or_default(),
            stream: stream?.unwrap_or(false),
            compact: compact?.unwrap_or(false),
        })
    }
}

impl Input for SequencesQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let project_id = f.required("project_id", fields::id);
        let episode_id = f.optional("episode_id", EpisodeChoice::field);
        let episode_id = episode_id?.unwrap_or_default();
        Some(Self { project_id: project_id?, episode_id })
    }
}

impl Input for EpisodesQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        f.required("project_id", fields::id).map(|project_id| Self { project_id })
    }
}

/// The shots of a project with their tasks, by episode, sequence and name.
#[utoipa::path(get, path = "/api/data/shots/with-tasks", tag = "Breakdown", params(ShotsQuery), responses((status = 200, content((ShotsWithTasks = "application/json"), (String = "application/x-ndjson"))), Errors))]
async fn list_shots_with_tasks(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Response> {
    let (query, access) = enter::<ShotsQuery>(&app, &caller, &query).await?;
    let rows = shot_rows(&app, &access, query.episode_id).await?;
    match (query.stream, query.compact) {
        (true, true) => Ok(compact_lines(rows)?.into_response()),
        (true, false) => Ok(lines(rows)?.into_response()),
        (false, true) => Ok(compact(rows)?.into_response()),
        (false, false) => Ok(Json(rows).into_response()),
    }
}

/// The sequences of a project with their own tasks, by name.
#[utoipa::path(get, path = "/api/data/sequences/with-tasks", tag = "Breakdown", params(SequencesQuery), responses((status = 200, body = Vec<GroupRow>), Errors))]
async fn list_sequences_with_tasks(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Json<Vec<GroupRow>>> {
    let (query, access) = enter::<SequencesQuery>(&app, &caller, &query).await?;
    let (mut sequences, tasks) = rows_and_tasks(&app, &access, EntityKind::Sequence).await?;
    sequences.retain(|sequence| query.episode_id.has(sequence.parent_id));
    Ok(Json(group_rows(sequences, tasks)))
}

/// The episodes of a project with their own tasks, by name.
#[utoipa::path(get, path = "/api/data/episodes/with-tasks", tag = "Breakdown", params(EpisodesQuery), responses((status = 200, body = Vec<GroupRow>), Errors))]
async fn list_episodes_with_tasks(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Json<Vec<GroupRow>>> {
    let (_, access) = enter::<EpisodesQuery>(&app, &caller, &query).await?;
    let (episodes, tasks) = rows_and_tasks(&app, &access, EntityKind::Episode).await?;
    Ok(Json(group_rows(episodes, tasks)))
}

/// Reads a query, and enters the project it names.
async fn enter<T: OfProject>(app: &App, caller: &Caller, query: &Query) -> Result<(T, Access)> {
    // Where not even a project is named there is nothing to look up.
    let named = match query.peek::<T>() {
        Some(named) => named,
        None => query.read()?,
    };
    all_wrong(query.read(), enter_part(app, caller, named.part()).await)
}

async fn enter_part(
    app: &App,
    caller: &Caller,
    (project, episode): (ProjectId, EpisodeChoice),
) -> Result<Access> {
    let access = caller.enter_given(app, project).await?;
    access.require(Action::Read)?;
    if let EpisodeChoice::One(id) = episode {
        require_parent(app, &access, EntityKind::Episode, "episode_id", id).await?;
    }
    Ok(access)
}

type TasksByEntity = HashMap<EntityId, Vec<Task>>;

/// The entities of a kind that the caller sees, and their tasks: one range of the table.
async fn rows_and_tasks(
    app: &App,
    access: &Access,
    kind: EntityKind,
) -> Result<(Vec<Entity>, TasksByEntity)> {
    let (rows, tasks) = app.store.entities_with_tasks(access.project.id, type_of(kind)?).await?;
    let mut by_entity = TasksByEntity::new();
    for task in access.visible_tasks(tasks) {
        by_entity.entry(task.entity_id).or_default().push(task);
    }
    Ok((access.visible_entities(app, rows).await?, by_entity))
}

fn group_rows(mut rows: Vec<Entity>, mut tasks: TasksByEntity) -> Vec<GroupRow> {
    crate::search::by_name(&mut rows);
    let row = |row: Entity| {
        let tasks = tasks.remove(&row.id).unwrap_or_default();
        GroupRow::new(row, tasks)
    };
    rows.into_iter().map(row).collect()
}

async fn shot_rows(app: &App, access: &Access, episode: EpisodeChoice) -> Result<Vec<ShotRow>> {
    let (store, project) = (&app.store, access.project.id);
    let (sequence, episode_type) = (type_of(EntityKind::Sequence)?, type_of(EntityKind::Episode)?);
    let sequences = async { Ok(store.entities_of_type(project, sequence).await?) };
    let episodes = async { Ok(store.entities_of_type(project, episode_type).await?) };
    let shots = rows_and_tasks(app, access, EntityKind::Shot);
    let ((shots, mut tasks), sequences, episodes) = tokio::try_join!(shots, sequences, episodes)?;
    let above: HashMap<EntityId, Entity> =
        sequences.into_iter().chain(episodes).map(|entity| (entity.id, entity)).collect();
    let row = |shot: Entity| {
        let sequence = shot.parent_id.and_then(|id| above.get(&id));
        let parent = sequence.and_then(|sequence| sequence.parent_id);
        if !episode.has(parent) {
            return None;
        }
        let place = Place::new(access, sequence, parent.and_then(|id| above.get(&id)));
        let tasks = tasks.remove(&shot.id).unwrap_or_default();
        Some(ShotRow::new(shot, place, tasks))
    };
    let mut rows: Vec<ShotRow> = shots.into_iter().filter_map(row).collect();
    rows.sort_by_cached_key(|row| {
        let (episode, sequence) = row.place().names();
        let shot = row.entity();
        (episode.map(text::fold), sequence.map(text::fold), text::fold(&shot.name), shot.id)
    });
    Ok(rows)
}
