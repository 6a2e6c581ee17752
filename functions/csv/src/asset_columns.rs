//! The columns of a file of assets, and what an asset has in them.

use std::collections::HashSet;

use model::descriptor::Descriptor;
use model::vocabulary::TaskType;
use model::{Entity, EntityKind, Task, TaskTypeId, sheet_cell, text};

use crate::lookup::Lookup;

/// The columns without which nothing can be told from a file.
pub(crate) const REQUIRED: [&str; 2] = ["Type", "Name"];
/// The name of the task that a column is about, if an entity has several of a type.
pub(crate) const TASK_NAME: &str = "main";

/// What stands in a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Column {
    Type,
    Name,
    Description,
    /// The episode an asset belongs to.
    Episode,
    /// The task type that may start when the asset is cast.
    ReadyFor,
    /// A value of custom metadata.
    Data(Box<Descriptor>),
    /// The status of the task of a type.
    Status(TaskTypeId),
    /// Who does the task of a type.
    Assignees(TaskTypeId),
}

/// All columns that a project's file may have, in their order, by names that are all different.
#[derive(Debug)]
pub(crate) struct Columns(Vec<(String, Column)>);

impl Columns {
    /// The fixed ones, the project's metadata in its order, two for each task type.
    pub(crate) fn new(
        descriptors: impl IntoIterator<Item = Descriptor>,
        mut task_types: Vec<TaskType>,
    ) -> Self {
        let mut columns = Self(vec![
            ("Type".into(), Column::Type),
            ("Name".into(), Column::Name),
            ("Description".into(), Column::Description),
            ("Episode".into(), Column::Episode),
            ("Ready for".into(), Column::ReadyFor),
        ]);
        let is_other = |one: &TaskType| one.for_entity != EntityKind::Asset.name();
        task_types
            .sort_by_cached_key(|one| (is_other(one), one.priority, text::fold(&one.name), one.id));
        let names = task_types.iter().flat_map(|one| [one.name.clone(), assignees_of(&one.name)]);
        let mut taken: HashSet<String> =
            columns.0.iter().map(|(name, _)| name.clone()).chain(names).map(fold).collect();
        let of_assets =
            descriptors.into_iter().filter(|d| d.entity_type == EntityKind::Asset.name());
        for descriptor in of_assets {
            // A title that means something else already gives way to the key.
            let key = format!("data.{}", descriptor.field_name);
            let title =
                if taken.insert(fold(&descriptor.name)) { descriptor.name.clone() } else { key };
            columns.0.push((title, Column::Data(Box::new(descriptor))));
        }
        for one in task_types {
            let assignees = assignees_of(&one.name);
            if columns.find(&one.name).is_none() && columns.find(&assignees).is_none() {
                columns.0.push((one.name, Column::Status(one.id)));
                columns.0.push((assignees, Column::Assignees(one.id)));
            }
        }
        columns
    }

    /// The column of a name, whatever its case.
    pub(crate) fn find(&self, name: &str) -> Option<&Column> {
        let name = text::fold(name);
        self.0.iter().find(|(known, _)| text::fold(known) == name).map(|(_, column)| column)
    }

    /// What the project declares of its assets' metadata.
    pub(crate) fn descriptors(&self) -> Vec<Descriptor> {
        let declared = self.0.iter().filter_map(|(_, column)| match column {
            Column::Data(descriptor) => Some((**descriptor).clone()),
            _ => None,
        });
        declared.collect()
    }

    /// The title of the column of a field such as `data.height`.
    pub(crate) fn of_field(&self, field: &str) -> Option<&str> {
        let key = field.strip_prefix("data.")?;
        let is_it = |column: &Column| matches!(column, Column::Data(one) if one.field_name == key);
        self.0.iter().find(|(_, column)| is_it(column)).map(|(title, _)| title.as_str())
    }

    /// Those that a file of these assets has: without episodes if no asset belongs to one, and without task
    /// types of which there is no task.
    pub(crate) fn used(&self, rows: &[(Entity, Vec<Task>)]) -> Vec<(String, Column)> {
        let types: HashSet<TaskTypeId> =
            rows.iter().flat_map(|(_, tasks)| tasks).map(|task| task.task_type_id).collect();
        let has_episodes = rows.iter().any(|(asset, _)| asset.source_id.is_some());
        let is_used = |column: &Column| match column {
            Column::Episode => has_episodes,
            Column::Status(id) | Column::Assignees(id) => types.contains(id),
            _ => true,
        };
        self.0.iter().filter(|(_, column)| is_used(column)).cloned().collect()
    }
}

impl Lookup {
    /// What an asset with these tasks has in a column.
    pub(crate) fn cell(&self, column: &Column, asset: &Entity, tasks: &[Task]) -> String {
        match column {
            Column::Type => self.asset_types.name(asset.entity_type_id),
            Column::Name => asset.name.clone(),
            Column::Description => asset.description.clone().unwrap_or_default(),
            Column::Episode => asset.source_id.map(|id| self.episodes.name(id)).unwrap_or_default(),
            Column::ReadyFor => {
                asset.ready_for.map(|id| self.task_types.name(id)).unwrap_or_default()
            }
            Column::Data(descriptor) => {
                sheet_cell::written(descriptor, asset.data.get(&descriptor.field_name))
            }
            Column::Status(id) => task_of(tasks, *id)
                .map(|task| self.task_statuses.name(task.task_status_id))
                .unwrap_or_default(),
            Column::Assignees(id) => {
                let persons = task_of(tasks, *id).map(|task| task.assignees.as_slice());
                let mut names: Vec<String> =
                    persons.unwrap_or_default().iter().map(|id| self.persons.name(*id)).collect();
                names.sort_by_cached_key(|name| text::fold(name));
                names.join(", ")
            }
        }
    }
}

/// The task of a type that a file is about: `main`, or the first by name.
pub(crate) fn task_of(tasks: &[Task], task_type: TaskTypeId) -> Option<&Task> {
    let of_type = tasks.iter().filter(|task| task.task_type_id == task_type);
    of_type.min_by_key(|task| (task.name != TASK_NAME, text::fold(&task.name), task.id))
}

/// The name of the column that says who does the task of a type.
fn assignees_of(task_type: &str) -> String {
    format!("{task_type} assignations")
}

fn fold(name: impl AsRef<str>) -> String {
    text::fold(name.as_ref())
}
