//! The compact form of the list with tasks: rows without the names of their values.

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

use crate::columns::{Columns, Compact};
use crate::views::{AssetColumns, AssetWithTasks, TaskRow};

/// A line of a stream: first what the rows are, then a row after the other.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Line<'a> {
    /// The first line where rows are objects.
    Plain {
        /// Always false.
        compact: bool,
    },
    /// The first line where they are arrays.
    Compact(CompactFields),
    /// Every other line.
    Row(&'a AssetWithTasks),
    /// The same as an array.
    CompactRow(CompactRow<'a>),
}

/// The compact form at once.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CompactList<'a> {
    #[serde(flatten)]
    fields: CompactFields,
    rows: Vec<CompactRow<'a>>,
}

/// The forms of the list that are not a line for each row.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it says what is answered")]
pub(crate) enum AssetsWithTasks {
    /// Without `compact`.
    Rows(Vec<AssetWithTasks>),
    /// With it.
    Compact {
        /// Always true.
        compact: bool,
        /// The names of the values of an asset; the last one is that of its tasks.
        asset_fields: Vec<String>,
        /// The names of the values of a task.
        task_fields: Vec<String>,
        /// The values of each asset.
        rows: Vec<Vec<Value>>,
    },
}

/// The names of the values of compact rows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CompactFields {
    compact: bool,
    asset_fields: Vec<&'static str>,
    task_fields: &'static [&'static str],
}

/// An asset with its tasks as an array; the last value is the array of the tasks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompactRow<'a>(&'a AssetWithTasks);

impl Serialize for CompactRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tasks: Vec<_> = self.0.tasks.iter().map(Compact).collect();
        let mut values = serializer.serialize_seq(Some(AssetColumns::NAMES.len() + 1))?;
        self.0.asset.write(&mut values)?;
        values.serialize_element(&tasks)?;
        values.end()
    }
}

impl CompactFields {
    fn all() -> Self {
        let asset_fields = AssetColumns::NAMES.iter().copied().chain(["tasks"]).collect();
        Self { compact: true, asset_fields, task_fields: TaskRow::NAMES }
    }
}

/// The compact form of a list.
pub(crate) fn compact(rows: &[AssetWithTasks]) -> CompactList<'_> {
    CompactList { fields: CompactFields::all(), rows: rows.iter().map(CompactRow).collect() }
}

/// The same, line by line.
pub(crate) fn compact_lines(rows: &[AssetWithTasks]) -> impl Iterator<Item = Line<'_>> {
    let rows = rows.iter().map(|row| Line::CompactRow(CompactRow(row)));
    std::iter::once(Line::Compact(CompactFields::all())).chain(rows)
}

/// The rows as objects, line by line.
pub(crate) fn lines(rows: &[AssetWithTasks]) -> impl Iterator<Item = Line<'_>> {
    std::iter::once(Line::Plain { compact: false }).chain(rows.iter().map(Line::Row))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::entity::NewEntity;
    use model::task::NewTask;
    use model::{EntityTypeId, ProjectId, TaskStatusId, TaskTypeId, Timestamp};
    use serde_json::json;

    use super::*;

    /// As Kitsu's own traffic with Zou shows it.
    #[test]
    fn the_compact_form_is_zous() {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let asset = NewEntity::named(ProjectId::new(), EntityTypeId::new(), "Hero").create(now);
        let task = NewTask {
            project_id: asset.project_id,
            entity_id: asset.id,
            entity_type_id: asset.entity_type_id,
            task_type_id: TaskTypeId::new(),
            task_status_id: TaskStatusId::new(),
            name: "main".into(),
            assigner_id: None,
            assignees: Vec::new(),
        };
        let task = task.create(now);
        let row = AssetWithTasks {
            asset: AssetColumns::new(asset.clone(), "Character", BTreeSet::new()),
            tasks: vec![task.clone().into()],
        };
        let lines: Vec<Value> =
            compact_lines(&[row]).map(|line| serde_json::to_value(line).unwrap()).collect();
        let asset_fields = json!([
            "id",
            "name",
            "preview_file_id",
            "description",
            "asset_type_name",
            "asset_type_id",
            "canceled",
            "ready_for",
            "episode_id",
            "casting_episode_ids",
            "is_casting_standby",
            "is_shared",
            "data",
            "tasks"
        ]);
        let task_fields = json!([
            "id",
            "due_date",
            "done_date",
            "duration",
            "entity_id",
            "estimation",
            "end_date",
            "is_subscribed",
            "last_comment_date",
            "last_preview_file_id",
            "priority",
            "real_start_date",
            "retake_count",
            "start_date",
            "difficulty",
            "task_status_id",
            "task_type_id",
            "assignees",
            "data"
        ]);
        assert_eq!(
            lines[0],
            json!({"compact": true, "asset_fields": asset_fields, "task_fields": task_fields})
        );
        let task = json!([
            task.id,
            null,
            null,
            0.0,
            asset.id,
            0.0,
            null,
            false,
            null,
            null,
            0,
            null,
            0,
            null,
            3,
            task.task_status_id,
            task.task_type_id,
            [],
            null
        ]);
        let expected = json!([
            asset.id,
            "Hero",
            null,
            null,
            "Character",
            asset.entity_type_id,
            false,
            null,
            null,
            [],
            false,
            false,
            {},
            [task]
        ]);
        assert_eq!(lines[1], expected);
    }
}
