//! A sheet of assets put into a project: everything is checked before anything is written.

use std::collections::{BTreeSet, HashMap};

use http_api::{Access, App, Result, concurrently};
use model::comment::Comment;
use model::{
    Entity, EntityId, Error, FieldError, PersonId, Resource, Task, Timestamp, fail_if_any,
};

use crate::asset_export::assets_with_tasks;
use crate::asset_plan::{AssetPlan, Planner, TaskPlan};
use crate::asset_rows::{AssetSheet, Key, Line};
use crate::lookup::Lookup;
use crate::queries::OnExisting;

/// Assets and tasks that one file may change: so many are written well within a request's time.
const CHANGES_MAX: usize = 10_000;

/// Makes the assets of a file, and gives those that are new or changed, in the order of its rows.
///
/// A row is written in one piece if its asset is new, so that a file that was interrupted can be sent again:
/// what is there already is found by its name.
pub(crate) async fn import(
    app: &App,
    access: &Access,
    file: &[u8],
    on_existing: OnExisting,
) -> Result<Vec<Entity>> {
    let lookup = Lookup::load(app, access).await?;
    let sheet = AssetSheet::parse(file, &lookup)?;
    let mut errors = Vec::new();
    let lines = sheet.lines(&lookup, &mut errors);
    let there = there(app, access, &lines).await?;
    let (project, by, now) = (access.project.id, access.person.id, app.store.now());
    let planner = Planner { lookup: &lookup, sheet: &sheet, project, by, now };
    let mut plans = Vec::new();
    for line in &lines {
        let planned = match (there.get(&line.key), on_existing) {
            (None, _) => planner.create(line),
            (Some((asset, tasks)), OnExisting::Update) => planner.update(line, asset, tasks),
            (Some(_), OnExisting::Leave) => continue,
        };
        match planned {
            Ok(plan) => plans.push((line, plan)),
            Err(found) => errors.extend(found),
        }
    }
    check(errors, &plans)?;
    let writer = Writer { app, planner, on_existing };
    let written = plans.into_iter().map(|(line, plan)| writer.write(line, plan));
    Ok(concurrently(written).await?.into_iter().flatten().collect())
}

/// The live assets of the types that a file names, by what tells them apart.
async fn there(
    app: &App,
    access: &Access,
    lines: &[Line],
) -> Result<HashMap<Key, (Entity, Vec<Task>)>> {
    let types: BTreeSet<_> = lines.iter().map(|line| line.key.0).collect();
    let rows = assets_with_tasks(app, access.project.id, types.into_iter().collect()).await?;
    let live = rows.into_iter().filter(|(asset, _)| !asset.canceled);
    let key =
        |asset: &Entity| (asset.entity_type_id, model::text::fold(&asset.name), asset.source_id);
    Ok(live.map(|row| (key(&row.0), row)).collect())
}

fn check(mut errors: Vec<FieldError>, plans: &[(&Line, AssetPlan)]) -> Result<()> {
    let changes: usize = plans.iter().map(|(_, plan)| plan.changes()).sum();
    if changes > CHANGES_MAX {
        let message = format!("must change at most {CHANGES_MAX} assets and tasks, not {changes}");
        errors.push(FieldError::new("file", message));
    }
    Ok(fail_if_any(errors)?)
}

/// Writes what was planned.
struct Writer<'a> {
    app: &'a App,
    planner: Planner<'a>,
    on_existing: OnExisting,
}

impl Writer<'_> {
    /// Writes a row. `None` if nothing changed.
    async fn write(&self, line: &Line, plan: AssetPlan) -> Result<Option<Entity>> {
        let (asset, tasks) = match plan {
            AssetPlan::Update(asset, patch, tasks) => {
                return self.update(*asset, patch, tasks).await;
            }
            AssetPlan::Create(asset, tasks) => (asset, tasks),
        };
        match self.app.store.asset_create(*asset, &tasks).await {
            Ok(asset) => Ok(Some(asset)),
            // Somebody else has created it since: it is there already, as others are.
            Err(Error::AlreadyExists { resource: Resource::Asset, id, .. }) => {
                self.overtaken(line, EntityId(id)).await
            }
            Err(other) => Err(other.into()),
        }
    }

    async fn overtaken(&self, line: &Line, id: EntityId) -> Result<Option<Entity>> {
        let found = self.app.store.entity_get(id).await?;
        let Some(asset) = found.filter(|_| self.on_existing == OnExisting::Update) else {
            return Ok(None);
        };
        let tasks = self.app.store.tasks_of(&asset).await?;
        match self.planner.update(line, &asset, &tasks).map_err(Error::Invalid)? {
            AssetPlan::Update(asset, patch, tasks) => self.update(*asset, patch, tasks).await,
            AssetPlan::Create(..) => Ok(None),
        }
    }

    async fn update(
        &self,
        asset: Entity,
        patch: Option<Box<model::entity::EntityPatch>>,
        tasks: Vec<TaskPlan>,
    ) -> Result<Option<Entity>> {
        if patch.is_none() && tasks.is_empty() {
            return Ok(None);
        }
        for task in tasks {
            self.write_task(task).await?;
        }
        match patch {
            // One that was deleted since is not made again.
            Some(patch) => {
                let by = self.planner.by;
                Ok(self.app.store.entity_update(asset.id, &patch, by, |_| Ok(())).await?)
            }
            None => Ok(Some(asset)),
        }
    }

    async fn write_task(&self, plan: TaskPlan) -> Result<()> {
        let store = &self.app.store;
        match plan {
            TaskPlan::Create(task) => match store.task_create(*task).await {
                Ok(_) | Err(Error::AlreadyExists { .. } | Error::NotFound(_)) => Ok(()),
                Err(other) => Err(other.into()),
            },
            TaskPlan::Change(task, status, assignees) => {
                let (by, now) = (self.planner.by, self.planner.now);
                let assign = |task: Task| assigned(task, assignees.as_deref(), by, now);
                let status = status.and_then(|id| self.planner.lookup.status(id));
                match status {
                    Some(status) => {
                        let comment = Comment::of_status(&task, status.id, by, now);
                        let say = |task: Task, now: Timestamp| {
                            Ok((assign(task).with_comment(status, now), comment.clone().at(now)))
                        };
                        store.task_comment(task.id, say).await?;
                    }
                    None => drop(store.task_update(task.id, |task| Ok(assign(task))).await?),
                }
                Ok(())
            }
        }
    }
}

fn assigned(mut task: Task, to: Option<&[PersonId]>, by: PersonId, now: Timestamp) -> Task {
    if let Some(to) = to {
        task.assignees = to.to_vec();
        task.assigner_id = Some(by);
        task.updated_at = now;
    }
    task
}
