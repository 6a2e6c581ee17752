//! The compact form of the list with tasks, line by line: rows without the names of their values.

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use crate::columns::{Columns, Compact};
use crate::views::{AssetColumns, AssetWithTasks, TaskRow};

/// A line of the compact form: first the names of the values, then a row after the other.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum CompactLine<'a> {
    /// The first line.
    Fields(CompactFields),
    /// Every other line.
    Row(CompactRow<'a>),
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

/// The compact form of a list.
pub(crate) fn compact(rows: &[AssetWithTasks]) -> impl Iterator<Item = CompactLine<'_>> {
    let asset_fields = AssetColumns::NAMES.iter().copied().chain(["tasks"]).collect();
    let fields = CompactFields { compact: true, asset_fields, task_fields: TaskRow::NAMES };
    std::iter::once(CompactLine::Fields(fields))
        .chain(rows.iter().map(|row| CompactLine::Row(CompactRow(row))))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::entity::NewEntity;
    use model::task::NewTask;
    use model::{EntityTypeId, ProjectId, TaskStatusId, TaskTypeId, Timestamp};
    use serde_json::{Value, json};

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
            compact(&[row]).map(|line| serde_json::to_value(line).unwrap()).collect();
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
