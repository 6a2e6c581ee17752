//! What must change so that an asset is as its row says.

use model::data::check_data;
use model::entity::{EntityPatch, NewEntity};
use model::task::NewTask;
use model::{
    Data, Entity, EntityKind, FieldError, Given, PersonId, ProjectId, Task, TaskStatusId,
    Timestamp, metadata,
};
use serde_json::Value;

use crate::asset_columns::{TASK_NAME, task_of};
use crate::asset_rows::{AssetSheet, Line, RowChanges, TaskChanges};
use crate::lookup::Lookup;

/// The changes of one row.
#[derive(Clone, Debug)]
pub(crate) enum AssetPlan {
    /// A new asset with its tasks.
    Create(Box<Entity>, Vec<Task>),
    /// Another asset than the one there is.
    Update(Box<Entity>, Option<Box<EntityPatch>>, Vec<TaskPlan>),
}

/// The change of one task.
#[derive(Clone, Debug)]
pub(crate) enum TaskPlan {
    /// A new one.
    Create(Box<Task>),
    /// Another status, and other assignees, where they are given.
    Change(Box<Task>, Option<TaskStatusId>, Option<Vec<PersonId>>),
}

/// Who plans where and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planner<'a> {
    pub(crate) lookup: &'a Lookup,
    pub(crate) sheet: &'a AssetSheet,
    pub(crate) project: ProjectId,
    pub(crate) by: PersonId,
    pub(crate) now: Timestamp,
}

type Planned = std::result::Result<AssetPlan, Vec<FieldError>>;

impl AssetPlan {
    /// How many things it changes.
    pub(crate) fn changes(&self) -> usize {
        match self {
            Self::Create(_, tasks) => 1 + tasks.len(),
            Self::Update(_, patch, tasks) => usize::from(patch.is_some()) + tasks.len(),
        }
    }
}

impl Planner<'_> {
    /// The plan for a row that names a new asset.
    pub(crate) fn create(&self, line: &Line) -> Planned {
        let (changes, unread) = self.sheet.changes(self.lookup, &line.row, None);
        let (entity_type_id, _, source_id) = line.key;
        let named = NewEntity::named(self.project, entity_type_id, &line.name);
        let data =
            changes.data.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
        let new = NewEntity {
            description: Some(changes.description.clone().unwrap_or_default()),
            data: data.collect(),
            source_id,
            created_by: Some(self.by),
            ..named
        };
        let asset = Entity { ready_for: changes.ready_for.clone().value(), ..new.create(self.now) };
        let mut errors =
            metadata::check_new(&self.lookup.descriptors, EntityKind::Asset, &asset.data);
        errors.extend(check_data(&asset.data));
        let errors = with(unread, self.in_columns(line, errors));
        let tasks = self.tasks(line, &changes, &asset, &[], errors)?.into_iter();
        let created = tasks.filter_map(|plan| match plan {
            TaskPlan::Create(task) => Some(*task),
            TaskPlan::Change(..) => None,
        });
        Ok(AssetPlan::Create(Box::new(asset), created.collect()))
    }

    /// The plan for a row that names an asset there is.
    pub(crate) fn update(&self, line: &Line, asset: &Entity, tasks: &[Task]) -> Planned {
        let (changes, unread) = self.sheet.changes(self.lookup, &line.row, Some((asset, tasks)));
        let patch = patch(&changes, asset);
        let errors = patch.data.as_ref().map(|given| self.data_errors(line, asset, given));
        let errors = with(unread, errors.unwrap_or_default());
        let tasks = self.tasks(line, &changes, asset, tasks, errors)?;
        let is_patch =
            patch.description.is_given() || patch.ready_for.is_given() || patch.data.is_some();
        Ok(AssetPlan::Update(Box::new(asset.clone()), is_patch.then(|| Box::new(patch)), tasks))
    }

    /// What is wrong with the metadata that a row sets.
    fn data_errors(&self, line: &Line, asset: &Entity, given: &Data) -> Vec<FieldError> {
        let mut errors =
            metadata::check_change(&self.lookup.descriptors, EntityKind::Asset, &asset.data, given);
        let mut data = asset.data.clone();
        data.extend(given.clone());
        errors.extend(check_data(&data));
        self.in_columns(line, errors)
    }

    /// Errors of fields as those of cells.
    fn in_columns(&self, line: &Line, errors: Vec<FieldError>) -> Vec<FieldError> {
        let column = |field: &str| self.lookup.columns.of_field(field).unwrap_or(field).to_owned();
        errors.into_iter().map(|e| line.row.wrong(&column(&e.field), e.message)).collect()
    }

    fn tasks(
        &self,
        line: &Line,
        changes: &RowChanges,
        asset: &Entity,
        tasks: &[Task],
        mut errors: Vec<FieldError>,
    ) -> std::result::Result<Vec<TaskPlan>, Vec<FieldError>> {
        let mut plans = Vec::new();
        for (task_type, of_task) in &changes.tasks {
            let task = task_of(tasks, *task_type);
            match task {
                Some(task) => plans.extend(changed(task, of_task)),
                None => match self.new_task(asset, *task_type, of_task) {
                    Ok(task) => plans.extend(task.map(|task| TaskPlan::Create(Box::new(task)))),
                    Err(message) => errors.push(line.row.wrong("Type", message)),
                },
            }
        }
        if errors.is_empty() { Ok(plans) } else { Err(errors) }
    }

    /// The task that a row adds: only if it gives it a status, or somebody to do it.
    fn new_task(
        &self,
        asset: &Entity,
        task_type_id: model::TaskTypeId,
        changes: &TaskChanges,
    ) -> std::result::Result<Option<Task>, String> {
        let assignees = changes.assignees.clone().unwrap_or_default();
        if changes.status.is_none() && assignees.is_empty() {
            return Ok(None);
        }
        let status = changes.status.or_else(|| self.lookup.default_status());
        let new = NewTask {
            project_id: self.project,
            entity_id: asset.id,
            entity_type_id: asset.entity_type_id,
            task_type_id,
            task_status_id: status
                .ok_or("has a task without status, and there is no default one")?,
            name: TASK_NAME.into(),
            assigner_id: Some(self.by),
            assignees,
        };
        let task = new.create(self.now);
        Ok(Some(match self.lookup.status(task.task_status_id) {
            Some(status) => task.with_status(status, self.now),
            None => task,
        }))
    }
}

/// What cannot be read, and what else is wrong; a cell that cannot be read is not named for what it lacks, too.
fn with(mut unread: Vec<FieldError>, errors: Vec<FieldError>) -> Vec<FieldError> {
    let is_new = |error: &FieldError| !unread.iter().any(|other| other.field == error.field);
    let errors: Vec<FieldError> = errors.into_iter().filter(is_new).collect();
    unread.extend(errors);
    unread
}

fn patch(changes: &RowChanges, asset: &Entity) -> EntityPatch {
    let data = changes.data.iter().filter(|(key, value)| {
        asset.data.get(*key).unwrap_or(&Value::Null) != value.as_ref().unwrap_or(&Value::Null)
    });
    let data: Data =
        data.map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())).collect();
    let is_ready_for_same = asset.ready_for == changes.ready_for.clone().value();
    EntityPatch {
        description: changes.description.clone().map_or(Given::Absent, Given::Value),
        ready_for: if is_ready_for_same { Given::Absent } else { changes.ready_for.clone() },
        data: (!data.is_empty()).then_some(data),
        ..EntityPatch::default()
    }
}

fn changed(task: &Task, changes: &TaskChanges) -> Option<TaskPlan> {
    let status = changes.status.filter(|id| *id != task.task_status_id);
    let sorted = |ids: &[PersonId]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids
    };
    let assignees = changes.assignees.clone().filter(|ids| sorted(ids) != sorted(&task.assignees));
    (status.is_some() || assignees.is_some())
        .then(|| TaskPlan::Change(Box::new(task.clone()), status, assignees))
}
