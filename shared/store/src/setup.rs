//! The table itself, and what a studio starts with.

use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TimeToLiveSpecification, TimeToLiveStatus,
};
use model::entity::UNUSED_TYPES;
use model::vocabulary::{Department, EntityType, ProjectStatus, TaskStatus, TaskType};
use model::{EntityKind, EntityTypeId, Error, Result, Timestamp};

use crate::client::{Store, failed};
use crate::item::SCHEMA;
use crate::table::{PK, Pattern, SHARED_INDEX, SHARED_PK, SHARED_SK, SK, TTL};
use crate::transaction::Transaction;
use crate::vocabulary::Vocabulary;

impl Store {
    /// Makes the first call, so that connecting is over before the first request comes. It is a call of the kind with which
    /// requests begin: what such a call takes the first time is over, too.
    pub async fn warm_up(&self) -> Result<()> {
        self.get_many_raw(vec![crate::table::vocabulary("WARM_UP", &"-")]).await.map(drop)
    }

    /// Creates the table unless it is there; items expire in it after [`Store::table_expire`]. In the cloud the template
    /// does this.
    pub async fn table_create(&self) -> Result<()> {
        let attribute = |name: &str| {
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S)
                .build()
        };
        let key = |name: &str, key_type| {
            KeySchemaElement::builder().attribute_name(name).key_type(key_type).build()
        };
        let built = |error: aws_sdk_dynamodb::error::BuildError| Error::internal(error);
        let index = GlobalSecondaryIndex::builder()
            .index_name(SHARED_INDEX)
            .key_schema(key(SHARED_PK, KeyType::Hash).map_err(built)?)
            .key_schema(key(SHARED_SK, KeyType::Range).map_err(built)?)
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build()
            .map_err(built)?;
        let mut request = self
            .client
            .create_table()
            .table_name(&*self.table)
            .billing_mode(BillingMode::PayPerRequest)
            .key_schema(key(PK, KeyType::Hash).map_err(built)?)
            .key_schema(key(SK, KeyType::Range).map_err(built)?)
            .global_secondary_indexes(index);
        for name in [PK, SK, SHARED_PK, SHARED_SK] {
            request = request.attribute_definitions(attribute(name).map_err(built)?);
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(CreateTableError::is_resource_in_use_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Has DynamoDB delete what is over, unless it does already. A step of its own: whoever created the table may have died
    /// before it.
    pub async fn table_expire(&self) -> Result<()> {
        let request = self.client.describe_time_to_live().table_name(&*self.table);
        let described = request.send().await.map_err(failed)?.time_to_live_description;
        let status = described.and_then(|described| described.time_to_live_status);
        if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
            return Ok(());
        }
        let by = TimeToLiveSpecification::builder()
            .attribute_name(TTL)
            .enabled(true)
            .build()
            .map_err(Error::internal)?;
        let request = self
            .client
            .update_time_to_live()
            .table_name(&*self.table)
            .time_to_live_specification(by);
        request.send().await.map(drop).map_err(failed)
    }

    /// Writes the vocabulary a studio starts with, once: later calls change nothing. Fails, and writes nothing, if the
    /// table was filled in a layout that is not ours.
    pub async fn studio_init(&self) -> Result<()> {
        if !self.vocabulary_list::<EntityType>().await?.is_empty() {
            return Ok(());
        }
        // No studio of ours has persons before it has a vocabulary: another one would be written beside the one it has.
        if self.has_any(Pattern::People).await? {
            return Err(Error::internal(format!(
                "another version of the program has filled it, in a layout that is not number {SCHEMA}: take another table"
            )));
        }
        let now = self.now();
        let departments = default_departments(now);
        let mut transaction = Transaction::default();
        add_all(&mut transaction, &default_entity_types(now))?;
        add_all(&mut transaction, &default_project_statuses(now))?;
        add_all(&mut transaction, &default_task_statuses(now))?;
        add_all(&mut transaction, &default_task_types(&departments, now))?;
        add_all(&mut transaction, &departments)?;
        // Two starting at once: the second is refused, and all is there.
        self.transact(transaction).await.map(drop)
    }
}

fn add_all<T: Vocabulary>(transaction: &mut Transaction, all: &[T]) -> Result<()> {
    all.iter().try_for_each(|one| crate::vocabulary::write_new(transaction, one).map(drop))
}

fn default_entity_types(now: Timestamp) -> Vec<EntityType> {
    let named = |id: EntityTypeId, name: &str| EntityType { id, ..EntityType::named(name, now) };
    let time_bound = EntityKind::TIME_BOUND
        .into_iter()
        .filter_map(|kind| Some(named(kind.entity_type()?, kind.name())));
    let unused = UNUSED_TYPES.into_iter().map(|(name, id)| named(id, name));
    let assets =
        ["Character", "Environment", "FX", "Prop"].map(|name| EntityType::named(name, now));
    time_bound.chain(unused).chain(assets).collect()
}

fn default_project_statuses(now: Timestamp) -> Vec<ProjectStatus> {
    [(ProjectStatus::OPEN, "Open", "#22D160"), (ProjectStatus::CLOSED, "Closed", "#FF3860")]
        .map(|(id, name, color)| ProjectStatus {
            id,
            name: name.into(),
            color: color.into(),
            created_at: now,
            updated_at: now,
            type_name: "ProjectStatus".into(),
        })
        .into()
}

fn default_departments(now: Timestamp) -> Vec<Department> {
    [
        ("Modeling", "#78909C"),
        ("Animation", "#009688"),
        ("FX", "#26C6DA"),
        ("Compositing", "#F06292"),
        ("Concept", "#8D6E63"),
        ("Layout", "#7CB342"),
    ]
    .map(|(name, color)| Department::named(name, color, now))
    .into()
}

fn default_task_types(departments: &[Department], now: Timestamp) -> Vec<TaskType> {
    [
        ("Concept", "#8D6E63", 1, "Concept", ""),
        ("Concept", "#8D6E63", 1, "Asset", "Concept"),
        ("Modeling", "#78909C", 2, "Asset", "Modeling"),
        ("Shading", "#64B5F6", 3, "Asset", "Modeling"),
        ("Rigging", "#9CCC65", 4, "Asset", "Animation"),
        ("Storyboard", "#43A047", 1, "Shot", "Concept"),
        ("Layout", "#7CB342", 2, "Shot", "Layout"),
        ("Animation", "#009688", 3, "Shot", "Animation"),
        ("Lighting", "#F9A825", 4, "Shot", "Compositing"),
        ("FX", "#26C6DA", 5, "Shot", "FX"),
        ("Rendering", "#F06292", 6, "Shot", "Compositing"),
        ("Compositing", "#ff5252", 7, "Shot", "Compositing"),
        ("Edit", "#9b298c", 8, "Edit", "Compositing"),
    ]
    .map(|(name, color, priority, for_entity, department)| TaskType {
        color: color.into(),
        priority,
        for_entity: for_entity.into(),
        department_id: departments.iter().find(|d| d.name == department).map(|d| d.id),
        ..TaskType::named(name, now)
    })
    .into()
}

fn default_task_statuses(now: Timestamp) -> Vec<TaskStatus> {
    let status = |name: &str, short_name: &str, color: &str| TaskStatus {
        color: color.into(),
        ..TaskStatus::named(name, short_name, now)
    };
    vec![
        TaskStatus { is_default: true, ..status("Todo", "todo", "#f5f5f5") },
        TaskStatus { is_wip: true, ..status("Work In Progress", "wip", "#3273dc") },
        TaskStatus {
            is_feedback_request: true,
            ..status("Waiting For Approval", "wfa", "#ab26ff")
        },
        TaskStatus { is_retake: true, ..status("Retake", "retake", "#ff3860") },
        TaskStatus { is_done: true, ..status("Done", "done", "#22d160") },
        status("Ready To Start", "ready", "#fbc02d"),
        TaskStatus {
            is_default: true,
            for_concept: true,
            ..status("Neutral", "neutral", "#CCCCCC")
        },
        TaskStatus { for_concept: true, ..status("Approved", "approved", "#66BB6A") },
        TaskStatus { for_concept: true, ..status("Rejected", "rejected", "#E81123") },
    ]
}
