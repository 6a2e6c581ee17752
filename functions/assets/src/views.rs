//! How assets are answered.

use std::collections::BTreeSet;

use model::task::Task;
use model::{
    Data, Date, Entity, EntityId, EntityTypeId, PersonId, PreviewFileId, TaskId, TaskStatusId,
    TaskTypeId, Timestamp,
};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use utoipa::ToSchema;

use crate::columns::{Columns, Compact, columns};

columns! {
    /// An asset in the list with tasks, all but the tasks.
    AssetColumns {
        /// Unique identifier.
        id: EntityId,
        #[schema(example = "Hero Character")]
        name: String,
        /// Main picture.
        preview_file_id: Option<PreviewFileId>,
        description: Option<String>,
        #[schema(example = "Character")]
        asset_type_name: String,
        asset_type_id: EntityTypeId,
        /// Whether it was removed from the production while its history is kept.
        canceled: bool,
        /// The task type that may start when this asset is cast.
        ready_for: Option<TaskTypeId>,
        /// The episode an episodic asset belongs to.
        episode_id: Option<EntityId>,
        /// The episodes it is cast in.
        casting_episode_ids: BTreeSet<EntityId>,
        /// Whether it is on standby in the breakdown.
        is_casting_standby: bool,
        /// Whether other productions may cast it.
        is_shared: bool,
        /// Custom metadata.
        #[schema(value_type = Object)]
        data: Data,
    }
}

columns! {
    /// A task of an asset.
    TaskRow {
        /// Unique identifier.
        id: TaskId,
        /// Last planned day.
        due_date: Option<Date>,
        /// When it was done.
        done_date: Option<Timestamp>,
        /// Time spent, minutes.
        duration: f64,
        /// The asset.
        entity_id: EntityId,
        /// Time planned, minutes.
        estimation: f64,
        /// When it was finished or sent to review.
        end_date: Option<Timestamp>,
        /// Always false: notifications are not kept here.
        is_subscribed: bool,
        /// When it was last commented on.
        last_comment_date: Option<Timestamp>,
        /// Latest preview.
        last_preview_file_id: Option<PreviewFileId>,
        /// 0 (normal) to 3 (emergency).
        priority: i64,
        /// When work began.
        real_start_date: Option<Timestamp>,
        /// How often it was sent back.
        retake_count: i64,
        /// First planned day.
        start_date: Option<Date>,
        /// 1 (easy) to 5 (hard).
        difficulty: i64,
        /// Where it stands.
        task_status_id: TaskStatusId,
        /// The kind of work.
        task_type_id: TaskTypeId,
        /// Who does it.
        assignees: Vec<PersonId>,
        /// Custom metadata.
        #[schema(value_type = Option<Object>)]
        data: Option<Data>,
    }
}

/// An asset with its tasks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AssetWithTasks {
    #[serde(flatten)]
    pub(crate) asset: AssetColumns,
    /// Its tasks.
    pub(crate) tasks: Vec<TaskRow>,
}

/// One asset with all that is known of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AssetDetail {
    #[serde(flatten)]
    pub(crate) asset: Entity,
    #[schema(example = "Caminandes")]
    pub(crate) project_name: String,
    /// As `entity_type_id`.
    pub(crate) asset_type_id: EntityTypeId,
    #[schema(example = "Character")]
    pub(crate) asset_type_name: String,
    /// The episode an episodic asset belongs to; as `source_id`.
    pub(crate) episode_id: Option<EntityId>,
    /// The episodes it is cast in.
    pub(crate) casting_episode_ids: BTreeSet<EntityId>,
    /// The assets that are cast in it.
    pub(crate) entities_out: BTreeSet<EntityId>,
    /// The shots, sequences, episodes, scenes and assets it is cast in.
    pub(crate) entities_in: BTreeSet<EntityId>,
    /// Always empty: concepts are not kept here.
    #[schema(value_type = Vec<Object>)]
    pub(crate) entity_concept_links: [(); 0],
    /// Always empty, as Zou answers it; instances have routes of their own.
    #[schema(value_type = Vec<Object>)]
    pub(crate) instance_casting: [(); 0],
    /// Its tasks.
    pub(crate) tasks: Vec<TaskRow>,
}

impl AssetColumns {
    /// The row of an asset.
    pub(crate) fn new(
        asset: Entity,
        asset_type_name: &str,
        casting_episode_ids: BTreeSet<EntityId>,
    ) -> Self {
        Self {
            id: asset.id,
            name: asset.name,
            preview_file_id: asset.preview_file_id,
            description: asset.description,
            asset_type_name: asset_type_name.to_owned(),
            asset_type_id: asset.entity_type_id,
            canceled: asset.canceled,
            ready_for: asset.ready_for,
            episode_id: asset.source_id,
            casting_episode_ids,
            is_casting_standby: asset.is_casting_standby,
            is_shared: asset.is_shared,
            data: asset.data,
        }
    }
}

impl From<Task> for TaskRow {
    fn from(task: Task) -> Self {
        Self {
            id: task.id,
            due_date: task.due_date,
            done_date: task.done_date,
            duration: task.duration,
            entity_id: task.entity_id,
            estimation: task.estimation,
            end_date: task.end_date,
            is_subscribed: false,
            last_comment_date: task.last_comment_date,
            last_preview_file_id: task.last_preview_file_id,
            priority: task.priority,
            real_start_date: task.real_start_date,
            retake_count: task.retake_count,
            start_date: task.start_date,
            difficulty: task.difficulty,
            task_status_id: task.task_status_id,
            task_type_id: task.task_type_id,
            assignees: task.assignees,
            data: task.data,
        }
    }
}

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
    use model::ProjectId;
    use model::entity::NewEntity;
    use model::task::NewTask;
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
