//! The words the demo is told in.

use std::collections::BTreeMap;

use model::vocabulary::{EntityType, TaskStatus, TaskType};
use model::{Error, Result};
use store::Store;

/// The studio's vocabulary by name, with the type that the demo adds.
pub(super) struct Vocabulary {
    asset_types: BTreeMap<String, EntityType>,
    task_types: BTreeMap<String, TaskType>,
    statuses: BTreeMap<String, TaskStatus>,
}

impl Vocabulary {
    pub(super) async fn read(store: &Store) -> Result<Self> {
        let words = store.words().await?;
        let asset_types = words.entity_types.into_iter().chain([vehicle(store).await?]);
        Ok(Self {
            asset_types: asset_types.map(|t| (t.name.clone(), t)).collect(),
            task_types: words
                .task_types
                .into_iter()
                .map(|t| (format!("{} {}", t.for_entity, t.name), t))
                .collect(),
            statuses: words.task_statuses.into_iter().map(|s| (s.short_name.clone(), s)).collect(),
        })
    }

    pub(super) fn asset_type(&self, name: &str) -> Result<&EntityType> {
        self.asset_types.get(name).ok_or_else(|| missing(name))
    }

    pub(super) fn task_type(&self, name: &str) -> Result<&TaskType> {
        self.task_types.get(name).ok_or_else(|| missing(name))
    }

    pub(super) fn status(&self, short_name: &str) -> Result<&TaskStatus> {
        self.statuses.get(short_name).ok_or_else(|| missing(short_name))
    }
}

pub(super) fn missing(name: &str) -> Error {
    Error::Internal(format!("there is no {name}"))
}

async fn vehicle(store: &Store) -> Result<EntityType> {
    let all = store.vocabulary_list::<EntityType>().await?;
    match all.into_iter().find(|known| known.name == "Vehicle") {
        Some(known) => Ok(known),
        None => store.vocabulary_create(EntityType::named("Vehicle", store.now())).await,
    }
}
