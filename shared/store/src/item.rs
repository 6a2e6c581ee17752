//! Rust values ↔ DynamoDB items.
//!
//! Besides a value's own fields an item holds its key, `type`, `schema` and `rev`, the revision that every
//! change of it raises. Custom metadata (`data`) is kept as a map from key to JSON *text*: numbers keep every
//! digit, depth has no limit of DynamoDB's, and decoding a page does not pay for values nobody looks at.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::casting::Link;
use model::descriptor::Descriptor;
use model::project::Membership;
use model::vocabulary::{Department, EntityType, ProjectStatus, TaskStatus, TaskType};
use model::{AssetInstance, Data, Entity, EntityKind, Error, Person, Result, Task};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::table::{self, Key, PK, SHARED_PK, SHARED_SK, SK};

/// An item as DynamoDB has it.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// The version of the items' layout. There is none older to read: the first was never released.
pub(crate) const SCHEMA: &str = "2";
const DATA: &str = "data";
pub(crate) const REV: &str = "rev";
const TYPE: &str = "type";

/// A value that is kept as one item.
pub(crate) trait Item: Clone + Serialize + DeserializeOwned {
    /// The item's `type`, unless the value has a field of that name.
    const TYPE: &'static str;
    /// Its primary key.
    fn key(&self) -> Key;
    /// Takes its custom metadata out.
    fn take_data(&mut self) -> Option<Data> {
        None
    }
    /// Puts custom metadata back.
    fn set_data(&mut self, _data: Data) {}
    /// Its entry in the shared index.
    fn shared_entry(&self) -> Option<(String, String)> {
        None
    }
}

/// A value with the revision it was read at.
#[derive(Clone, Debug)]
pub(crate) struct Stored<T> {
    pub(crate) value: T,
    pub(crate) rev: u64,
}

impl<T> Stored<T> {
    /// A value that is to be stored for the first time.
    pub(crate) fn new(value: T) -> Self {
        Self { value, rev: first_rev() }
    }
}

/// The revision a new item starts with: none that an earlier item of the same key had. Whoever read a link that was
/// deleted and made anew meanwhile must not take the new one for the one that was read.
pub(crate) fn first_rev() -> u64 {
    Uuid::new_v4().as_u64_pair().0 >> 24
}

/// The item of `value` at revision `rev`.
pub(crate) fn encode<T: Item>(value: &T, rev: u64) -> Result<Attributes> {
    let mut bare = value.clone();
    let data = bare.take_data();
    let mut item: Attributes =
        serde_dynamo::aws_sdk_dynamodb_1::to_item(&bare).map_err(Error::internal)?;
    item.retain(|_, value| !matches!(value, AttributeValue::Null(_)));
    if let Some(data) = data {
        let texts = data
            .into_iter()
            .map(|(key, value)| (key, AttributeValue::S(value.to_string())))
            .collect();
        item.insert(DATA.into(), AttributeValue::M(texts));
    }
    item.entry(TYPE.into()).or_insert_with(|| AttributeValue::S(T::TYPE.into()));
    item.insert("schema".into(), AttributeValue::N(SCHEMA.into()));
    item.insert(REV.into(), AttributeValue::N(rev.to_string()));
    item.extend(value.key().attributes());
    if let Some((shard, asset)) = value.shared_entry() {
        item.insert(SHARED_PK.into(), AttributeValue::S(shard));
        item.insert(SHARED_SK.into(), AttributeValue::S(asset));
    }
    Ok(item)
}

/// The value of an item, and its revision.
pub(crate) fn decode<T: Item>(mut item: Attributes) -> Result<Stored<T>> {
    let rev = match item.get(REV) {
        Some(AttributeValue::N(digits)) => digits.parse().map_err(Error::internal)?,
        _ => 0,
    };
    let data = match item.remove(DATA) {
        Some(AttributeValue::M(texts)) => Some(decode_data(texts)?),
        _ => None,
    };
    let key = key_of(&item);
    let mut value: T = serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
        .map_err(|error| Error::internal(format!("item {key:?} is no {}: {error}", T::TYPE)))?;
    if let Some(data) = data {
        value.set_data(data);
    }
    Ok(Stored { value, rev })
}

/// The values of some items.
pub(crate) fn decode_all<T: Item>(items: Vec<Attributes>) -> Result<Vec<T>> {
    items.into_iter().map(|item| Ok(decode(item)?.value)).collect()
}

fn decode_data(texts: Attributes) -> Result<Data> {
    texts
        .into_iter()
        .map(|(key, text)| match text {
            AttributeValue::S(text) => {
                serde_json::from_str(&text).map(|value| (key, value)).map_err(Error::internal)
            }
            other => Err(Error::internal(format!("data.{key} is {other:?}"))),
        })
        .collect()
}

/// The size of an item, as DynamoDB counts it: names and values, in bytes.
pub(crate) fn bytes(item: &Attributes) -> usize {
    item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum()
}

fn value_bytes(value: &AttributeValue) -> usize {
    /// What a list or a map takes beside what is in it, and each entry of it.
    const NESTED: usize = 3;
    const ENTRY: usize = 1;
    match value {
        AttributeValue::S(text) => text.len(),
        // At most: two digits take a byte.
        AttributeValue::N(digits) => digits.len(),
        AttributeValue::L(values) => {
            NESTED + values.iter().map(|value| ENTRY + value_bytes(value)).sum::<usize>()
        }
        AttributeValue::M(values) => {
            NESTED
                + values
                    .iter()
                    .map(|(name, value)| ENTRY + name.len() + value_bytes(value))
                    .sum::<usize>()
        }
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::Ss(texts) | AttributeValue::Ns(texts) => {
            texts.iter().map(String::len).sum()
        }
        // Booleans and nulls; sets of bytes are not kept.
        _ => 1,
    }
}

/// The key attributes of an item that was read.
pub(crate) fn key_of(item: &Attributes) -> Option<Key> {
    let text = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    Some(Key { pk: text(PK)?, sk: text(SK)? })
}

macro_rules! items {
    ($($ty:ty, $name:literal, |$it:ident| $key:expr;)+) => {$(
        impl Item for $ty {
            const TYPE: &'static str = $name;
            fn key(&self) -> Key {
                let $it = self;
                $key
            }
        }
    )+};
    (data $($ty:ty, $name:literal, |$it:ident| $key:expr;)+) => {$(
        impl Item for $ty {
            const TYPE: &'static str = $name;
            fn key(&self) -> Key {
                let $it = self;
                $key
            }
            fn take_data(&mut self) -> Option<Data> {
                self.data.take()
            }
            fn set_data(&mut self, data: Data) {
                self.data = Some(data);
            }
        }
    )+};
}

items! {
    Person, "Person", |x| table::person(x.id);
    Membership, "Membership", |m| table::team(m.project_id, m.person_id);
    Descriptor, "MetadataDescriptor", |d| table::descriptor(d.project_id, &d.id);
    Link, "EntityLink", |l| table::cast(l.project_id, l.entity_id, l.asset_id);
    EntityType, "EntityType", |v| table::vocabulary("ENTITY_TYPE", &v.id);
    TaskType, "TaskType", |v| table::vocabulary("TASK_TYPE", &v.id);
    TaskStatus, "TaskStatus", |v| table::vocabulary("TASK_STATUS", &v.id);
    ProjectStatus, "ProjectStatus", |v| table::vocabulary("PROJECT_STATUS", &v.id);
    Department, "Department", |v| table::vocabulary("DEPARTMENT", &v.id);
}

items! { data
    Task, "Task", |k| table::task((k.project_id, k.entity_type_id), k.entity_id, k.id);
    AssetInstance, "AssetInstance", |i| table::instance(place_of(i), i.asset_id, i.number);
}

/// A link as it is kept on the asset's side.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct CastInItem(pub(crate) Link);

/// A link to an asset of another project, as it is kept for `shared-used`.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct ForeignItem(pub(crate) Link);

items! {
    CastInItem, "EntityLink", |l| table::cast_in(l.0.asset_id, l.0.project_id, l.0.entity_id);
    ForeignItem, "EntityLink", |l| table::foreign(l.0.project_id, l.0.asset_id, l.0.entity_id);
}

/// The scene or asset an instance is in.
pub(crate) fn place_of(instance: &AssetInstance) -> model::EntityId {
    instance.scene_id.or(instance.target_asset_id).unwrap_or(instance.asset_id)
}

impl Item for Entity {
    const TYPE: &'static str = "Entity";
    fn key(&self) -> Key {
        table::entity((self.project_id, self.entity_type_id), self.id)
    }
    fn take_data(&mut self) -> Option<Data> {
        Some(std::mem::take(&mut self.data))
    }
    fn set_data(&mut self, data: Data) {
        self.data = data;
    }
    fn shared_entry(&self) -> Option<(String, String)> {
        let listed = self.is_shared && !self.canceled && self.kind == EntityKind::Asset;
        listed.then(|| table::shared_entry(self.project_id, self.id))
    }
}
