//! The feed of events: what changed, in order, for those who follow the studio from outside.
//!
//! No method of the store tells an event. What a transaction tells is derived from the keys it writes ([`events`]),
//! and written by the transaction itself as one item per project: no change without its events, no events without
//! their change, and no change that somebody forgot to tell. Entries expire.

pub(crate) mod events;
mod last;

use std::collections::BTreeMap;

use model::event::EventContent;
use model::{Error, Event, EventId, Moment, PersonId, ProjectId, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::events::Feed;
use crate::author;
use crate::client::Store;
use crate::item::Item;
use crate::table::{self, Key};

/// How long an event is kept: 90 days.
const KEPT_SECONDS: i64 = 90 * 24 * 3600;

/// The events of one transaction in one project, or in the studio.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FeedItem {
    id: EventId,
    at: Moment,
    project_id: Option<ProjectId>,
    user_id: Option<PersonId>,
    /// JSON: a list of [`EventContent`].
    news: String,
    /// Unix seconds. DynamoDB deletes late, so it is compared when read.
    expires_at: i64,
}

impl Item for FeedItem {
    const TYPE: &'static str = "Events";
    fn key(&self) -> Key {
        table::feed(self.project_id, &self.at, self.id)
    }
}

impl FeedItem {
    fn events(self) -> Result<Vec<Event>> {
        let Self { id, at, project_id, user_id, news, .. } = self;
        let contents: Vec<EventContent> = serde_json::from_str(&news).map_err(Error::internal)?;
        let event = |(n, content)| Event { id: numbered(id, n), at, user_id, project_id, content };
        Ok(contents.into_iter().enumerate().map(event).rev().collect())
    }
}

/// The id of an entry's n-th event: the same whenever it is read.
fn numbered(entry: EventId, n: usize) -> EventId {
    EventId(Uuid::from_u128(entry.0.as_u128() ^ n as u128))
}

impl Store {
    /// The entries that a transaction with these events writes.
    pub(crate) fn feed_items(
        &self,
        events: &BTreeMap<Feed, Vec<EventContent>>,
        by: Option<PersonId>,
    ) -> Result<Vec<FeedItem>> {
        let at = self.moment();
        let entry = |(project_id, contents): (&Feed, &Vec<EventContent>)| {
            Ok(FeedItem {
                id: EventId::new(),
                at,
                project_id: *project_id,
                user_id: by.or_else(author::current),
                news: serde_json::to_string(contents).map_err(Error::internal)?,
                expires_at: at.timestamp().plus_seconds(KEPT_SECONDS).unix(),
            })
        };
        events.iter().map(entry).collect()
    }
}
