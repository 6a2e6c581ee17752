//! How assets are answered. The list with tasks has a second form: see `compact`.

use std::collections::BTreeSet;

use model::task::Task;
use model::{
    Data, Date, Entity, EntityId, EntityTypeId, PersonId, PreviewFileId, TaskId, TaskStatusId,
    TaskTypeId, Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::columns::columns;

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
