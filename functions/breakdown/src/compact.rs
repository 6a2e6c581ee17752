//! Zou's forms of the table of shots: arrays instead of objects, a line for each shot. Kitsu reads both at once.

use http_api::{Json, NdJson, Result};
use model::Error;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::views::ShotRow;

/// The forms of the table that are not a line for each shot.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it says what is answered")]
pub(crate) enum ShotsWithTasks {
    /// Without `compact`.
    Rows(Vec<ShotRow>),
    /// With it.
    Compact {
        /// Always true.
        compact: bool,
        /// The names of the values of a shot.
        shot_fields: Vec<String>,
        /// The names of the values of a task.
        task_fields: Vec<String>,
        /// The values of each shot.
        rows: Vec<Vec<Value>>,
    },
}

/// The columns of a compact row.
const SHOT_FIELDS: [&str; 23] = [
    "canceled",
    "data",
    "description",
    "entity_type_id",
    "episode_id",
    "episode_name",
    "fps",
    "frame_in",
    "frame_out",
    "id",
    "name",
    "nb_frames",
    "parent_id",
    "preview_file_id",
    "project_id",
    "project_name",
    "sequence_id",
    "sequence_name",
    "source_id",
    "nb_entities_out",
    "is_casting_standby",
    "type",
    "tasks",
];
/// The columns of a task in a compact row.
const TASK_FIELDS: [&str; 21] = [
    "id",
    "duration",
    "due_date",
    "end_date",
    "done_date",
    "entity_id",
    "estimation",
    "is_subscribed",
    "last_comment_date",
    "last_preview_file_id",
    "nb_assets_ready",
    "priority",
    "real_start_date",
    "retake_count",
    "start_date",
    "difficulty",
    "nb_drawings",
    "task_status_id",
    "task_type_id",
    "assignees",
    "data",
];

/// A line that names the columns, then an array a line.
pub(crate) fn compact_lines(rows: Vec<ShotRow>) -> Result<NdJson> {
    let rows = compact_rows(rows)?;
    NdJson::of(std::iter::once(head()).chain(rows))
}

/// The same at once.
pub(crate) fn compact(rows: Vec<ShotRow>) -> Result<Json<Value>> {
    let mut all = head();
    all["rows"] = Value::Array(compact_rows(rows)?);
    Ok(Json(all))
}

/// The rows as objects, line by line.
pub(crate) fn lines(rows: Vec<ShotRow>) -> Result<NdJson> {
    let rows =
        rows.into_iter().map(serde_json::to_value).collect::<std::result::Result<Vec<_>, _>>();
    let rows = rows.map_err(Error::internal)?;
    NdJson::of(std::iter::once(json!({"compact": false})).chain(rows))
}

fn head() -> Value {
    json!({"compact": true, "shot_fields": SHOT_FIELDS, "task_fields": TASK_FIELDS})
}

fn compact_rows(rows: Vec<ShotRow>) -> Result<Vec<Value>> {
    let rows = rows.into_iter().map(|row| serde_json::to_value(row).map(compact_shot));
    Ok(rows.collect::<std::result::Result<_, _>>().map_err(Error::internal)?)
}

fn compact_shot(mut row: Value) -> Value {
    if let Some(Value::Array(tasks)) = row.get_mut("tasks") {
        for task in tasks {
            *task = columns(task, &TASK_FIELDS);
        }
    }
    columns(&row, &SHOT_FIELDS)
}

fn columns(row: &Value, fields: &[&str]) -> Value {
    fields.iter().map(|field| row[*field].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compact_row_holds_its_columns_in_order() {
        let task = json!({"id": "t", "duration": 1.5, "assignees": ["p"], "unknown": 1});
        let row = compact_shot(json!({"id": "s", "name": "SH01", "tasks": [task], "extra": 1}));
        let at = |row: &Value, fields: &[&str], field: &str| {
            row[fields.iter().position(|known| *known == field).unwrap()].clone()
        };
        assert_eq!(row.as_array().map(Vec::len), Some(SHOT_FIELDS.len()));
        assert_eq!(at(&row, &SHOT_FIELDS, "name"), "SH01");
        let task = &at(&row, &SHOT_FIELDS, "tasks")[0];
        assert_eq!(at(task, &TASK_FIELDS, "duration"), 1.5);
        assert_eq!(at(task, &TASK_FIELDS, "assignees"), json!(["p"]));
        assert_eq!(at(task, &TASK_FIELDS, "data"), Value::Null);
    }
}
