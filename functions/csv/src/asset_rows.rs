//! A sheet of assets read row by row: which asset each is about, and what its cells say.
//!
//! A cell that says what is so already is never wrong, whatever stands in it: what an export wrote can be sent
//! back.

use std::collections::{BTreeMap, HashMap};

use model::descriptor::Descriptor;
use model::sheet::{Row, Sheet};
use model::task::ASSIGNEES_MAX;
use model::{
    Entity, EntityId, EntityTypeId, Error, FieldError, Given, PersonId, Result, Task, TaskStatusId,
    TaskTypeId, sheet_cell, text,
};
use serde_json::Value;

use crate::asset_columns::{Column, REQUIRED};
use crate::lookup::Lookup;

/// What tells assets apart: type, name, episode.
pub(crate) type Key = (EntityTypeId, String, Option<EntityId>);

/// A sheet whose columns are known.
#[derive(Debug)]
pub(crate) struct AssetSheet {
    columns: Vec<(String, Column)>,
    pub(crate) rows: Vec<Row>,
}

/// What one row says.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) key: Key,
    pub(crate) name: String,
    pub(crate) row: Row,
}

/// What a row changes: what those of its cells say that differ from what is stored.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowChanges {
    pub(crate) description: Option<String>,
    pub(crate) ready_for: Given<TaskTypeId>,
    pub(crate) data: BTreeMap<String, Option<Value>>,
    pub(crate) tasks: BTreeMap<TaskTypeId, TaskChanges>,
}

/// What a row changes of one task.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaskChanges {
    pub(crate) status: Option<TaskStatusId>,
    pub(crate) assignees: Option<Vec<PersonId>>,
}

impl AssetSheet {
    /// Reads a file; a column that is not known is wrong unless there is nothing in it.
    pub(crate) fn parse(file: &[u8], lookup: &Lookup) -> Result<Self> {
        let sheet = Sheet::parse(file, &REQUIRED)?;
        let (mut columns, mut errors, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for (n, name) in sheet.columns.iter().enumerate() {
            match lookup.columns.find(name) {
                Some(column) => {
                    columns.push((name.clone(), column.clone()));
                    kept.push(n);
                }
                None if sheet.is_blank(n) => {}
                None => errors.push(FieldError::new(
                    name,
                    "is neither a column of assets, nor a metadata column of this project, nor a task type",
                )),
            }
        }
        let pick = |mut row: Row| {
            row.cells = kept.iter().map(|n| std::mem::take(&mut row.cells[*n])).collect();
            row
        };
        if errors.is_empty() {
            Ok(Self { columns, rows: sheet.rows.into_iter().map(pick).collect() })
        } else {
            Err(Error::Invalid(errors))
        }
    }

    /// Which asset each row is about; a row whose asset cannot be told is left out and told in `errors`.
    pub(crate) fn lines(&self, lookup: &Lookup, errors: &mut Vec<FieldError>) -> Vec<Line> {
        let mut seen: HashMap<Key, usize> = HashMap::new();
        let mut lines = Vec::new();
        for row in &self.rows {
            let Some((key, name)) = self.key(lookup, row, errors) else { continue };
            match seen.insert(key.clone(), row.number) {
                None => lines.push(Line { key, name, row: row.clone() }),
                Some(first) => {
                    errors.push(row.wrong("Name", format!("names the same asset as row {first}")));
                }
            }
        }
        lines
    }

    fn key(
        &self,
        lookup: &Lookup,
        row: &Row,
        errors: &mut Vec<FieldError>,
    ) -> Option<(Key, String)> {
        let (mut asset_type, mut name, mut episode) = (None, None, Some(None));
        for ((title, column), cell) in self.columns.iter().zip(&row.cells) {
            let read = match column {
                Column::Type => required(cell)
                    .and_then(|cell| lookup.asset_types.find(cell))
                    .map(|id| asset_type = Some(id)),
                Column::Name => required(cell).and_then(text::name).map(|read| name = Some(read)),
                Column::Episode => {
                    episode = None;
                    let read = optional(cell, |cell| lookup.episodes.find(cell));
                    let read = read
                        .or_else(|wrong| if is_main_pack(cell) { Ok(None) } else { Err(wrong) });
                    read.map(|read| episode = Some(read))
                }
                _ => Ok(()),
            };
            errors.extend(read.err().map(|message| row.wrong(title, message)));
        }
        let name = name?;
        Some(((asset_type?, text::fold(&name), episode?), name))
    }

    /// What a row says of its asset, if there is one, that is not so already, and all that cannot be read of it.
    pub(crate) fn changes(
        &self,
        lookup: &Lookup,
        row: &Row,
        current: Option<(&Entity, &[Task])>,
    ) -> (RowChanges, Vec<FieldError>) {
        let (mut changes, mut errors) = (RowChanges::default(), Vec::new());
        for ((title, column), cell) in self.columns.iter().zip(&row.cells) {
            let there = current.map(|(asset, tasks)| lookup.cell(column, asset, tasks));
            if *cell != there.unwrap_or_default()
                && let Err(message) = changes.add(lookup, column, cell)
            {
                errors.push(row.wrong(title, message));
            }
        }
        (changes, errors)
    }
}

impl RowChanges {
    fn add(
        &mut self,
        lookup: &Lookup,
        column: &Column,
        cell: &str,
    ) -> std::result::Result<(), String> {
        match column {
            Column::Type | Column::Name | Column::Episode => {}
            Column::Description => {
                self.description = Some(sheet_cell::text(cell, text::LONG_TEXT_MAX)?);
            }
            Column::ReadyFor => {
                let found = optional(cell, |cell| lookup.task_types.find(cell))?;
                self.ready_for = found.map_or(Given::Null, Given::Value);
            }
            Column::Data(descriptor) => self.add_data(descriptor, cell)?,
            // Without a status there may be no task; one that is there is not deleted.
            Column::Status(id) => {
                let status = optional(cell, |cell| lookup.task_statuses.find(cell))?;
                self.tasks.entry(*id).or_default().status = status;
            }
            Column::Assignees(id) => {
                self.tasks.entry(*id).or_default().assignees = Some(persons(lookup, cell)?);
            }
        }
        Ok(())
    }

    fn add_data(&mut self, descriptor: &Descriptor, cell: &str) -> std::result::Result<(), String> {
        let value = sheet_cell::read(descriptor, cell)?;
        self.data.insert(descriptor.field_name.clone(), value);
        Ok(())
    }
}

fn required(cell: &str) -> std::result::Result<&str, String> {
    if cell.trim().is_empty() { Err("is required".into()) } else { Ok(cell) }
}

fn optional<T>(
    cell: &str,
    read: impl FnOnce(&str) -> std::result::Result<T, String>,
) -> std::result::Result<Option<T>, String> {
    if cell.trim().is_empty() { Ok(None) } else { read(cell).map(Some) }
}

/// Whether a cell says that an asset is of no episode, as Kitsu writes it.
fn is_main_pack(cell: &str) -> bool {
    cell.trim().eq_ignore_ascii_case("MP")
}

/// The persons named in a cell, each once.
fn persons(lookup: &Lookup, cell: &str) -> std::result::Result<Vec<PersonId>, String> {
    let mut persons = Vec::new();
    for name in cell.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let person = lookup.persons.find(name).map_err(|message| format!("{name} {message}"))?;
        if !persons.contains(&person) {
            persons.push(person);
        }
    }
    if persons.len() > ASSIGNEES_MAX {
        return Err(format!("must name at most {ASSIGNEES_MAX} persons"));
    }
    Ok(persons)
}
