//! Reads by key: one item, or many.
//!
//! Here and wherever a request calls the store, the SDK's future is on the heap: it has 6 KB, and each future that waits for
//! it would hold them, to be copied from one to the next.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use model::{Error, Result};
use uuid::Uuid;

use crate::client::{Store, failed};
use crate::item::{Attributes, Item, Stored, bytes, decode, key_of};
use crate::meter;
use crate::table::Key;
use crate::work::concurrently;

/// Keys in one `BatchGetItem`: DynamoDB's limit.
const BATCH: usize = 100;
/// How often a batch is asked for while keys of it stay unprocessed.
const BATCH_ATTEMPTS: u32 = 8;

impl Store {
    /// The item at `key`.
    pub(crate) async fn get<T: Item>(&self, key: &Key) -> Result<Option<Stored<T>>> {
        self.get_raw(key).await?.map(decode).transpose()
    }

    pub(crate) async fn get_raw(&self, key: &Key) -> Result<Option<Attributes>> {
        if !key.is_possible() {
            return Ok(None);
        }
        let request = self
            .client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(HashMap::from(key.attributes())))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let answer = Box::pin(request.send()).await.map_err(failed)?;
        meter::add_read(answer.consumed_capacity());
        Ok(answer.item)
    }

    /// Whether there is an item at `key`.
    pub(crate) async fn exists(&self, key: &Key) -> Result<bool> {
        Ok(self.get_raw(key).await?.is_some())
    }

    /// The items at `keys` that are there, by key, in as many calls as it takes.
    pub(crate) async fn get_many_raw(
        &self,
        mut keys: Vec<Key>,
    ) -> Result<HashMap<Key, Attributes>> {
        keys.sort_unstable();
        keys.dedup();
        let items = match keys.len() {
            0 => Vec::new(),
            // Nearly all reads: without a stream around it the task is not woken for nothing.
            1..=BATCH => self.get_batch(keys).await?,
            _ => {
                let batches: Vec<Vec<Key>> = keys.chunks(BATCH).map(<[Key]>::to_vec).collect();
                let batches = batches.into_iter().map(|batch| self.get_batch(batch));
                let items: Vec<Vec<Attributes>> = concurrently(batches).await?;
                items.into_iter().flatten().collect()
            }
        };
        Ok(items.into_iter().filter_map(|item| Some((key_of(&item)?, item))).collect())
    }

    /// The values at `keys` that are there, by key. All keys must be of items of one kind.
    pub(crate) async fn get_many<T: Item>(&self, keys: Vec<Key>) -> Result<HashMap<Key, T>> {
        let items = self.get_many_raw(keys).await?;
        items.into_iter().map(|(key, item)| Ok((key, decode(item)?.value))).collect()
    }

    async fn get_batch(&self, keys: Vec<Key>) -> Result<Vec<Attributes>> {
        let mut items = Vec::with_capacity(keys.len());
        let mut wanted: Vec<Attributes> =
            keys.iter().map(|key| HashMap::from(key.attributes())).collect();
        for attempt in 0..BATCH_ATTEMPTS {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(true)
                .build()
                .map_err(Error::internal)?;
            let request = self
                .client
                .batch_get_item()
                .request_items(&*self.table, request)
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            let answer = Box::pin(request.send()).await.map_err(failed)?;
            answer.consumed_capacity().iter().for_each(|capacity| meter::add_read(Some(capacity)));
            let so_far = items.len();
            items.extend(answer.responses.into_iter().flatten().flat_map(|(_, items)| items));
            // Not what it costs: each item is a unit of 4 KB at least, and one that is not there, too.
            meter::require_room_for(items[so_far..].iter().map(bytes).sum())?;
            wanted = answer
                .unprocessed_keys
                .into_iter()
                .flatten()
                .flat_map(|(_, rest)| rest.keys)
                .collect();
            if wanted.is_empty() {
                return Ok(items);
            }
            tokio::time::sleep(backoff(attempt)).await;
        }
        Err(Error::Unavailable(format!("{} keys stayed unprocessed", wanted.len())))
    }
}

/// Waits doubling from 25 ms to 1.6 s, shortened at random so that losers do not meet again.
pub(crate) fn backoff(attempt: u32) -> std::time::Duration {
    let longest = 25_u64 << attempt.min(6);
    let jitter = u64::from(Uuid::new_v4().as_bytes()[0]) * longest / 512;
    std::time::Duration::from_millis(longest - jitter)
}
