//! The feed of events: what changed, in order, for those who follow the studio from outside.
//!
//! No method of the store tells an event. What a transaction tells is derived from the keys it writes, here and
//! nowhere else, and written by the transaction itself as one item per project: no change without its events, no
//! events without their change, and no change that somebody forgot to tell. Entries expire.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::event::{EventFilter, News};
use model::{EntityKind, EntityTypeId, Error, Event, EventId, Moment, PersonId, ProjectId, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::author;
use crate::client::Store;
use crate::item::{Attributes, Item};
use crate::table::{self, Key, Pattern};

/// How long an event is kept: 90 days.
const KEPT_SECONDS: i64 = 90 * 24 * 3600;
/// Entries read at once: each tells of one transaction.
const PAGE: usize = 500;

/// What a transaction does to the item at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It is new.
    Created,
    /// It was there.
    Changed,
    /// It is gone.
    Deleted,
}

/// The events of one transaction in one project, or in the studio.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FeedItem {
    id: EventId,
    at: Moment,
    project_id: Option<ProjectId>,
    user_id: Option<PersonId>,
    /// JSON: a list of [`News`].
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
        let news: Vec<News> = serde_json::from_str(&news).map_err(Error::internal)?;
        let event = |(n, news)| Event { id: numbered(id, n), at, user_id, project_id, news };
        Ok(news.into_iter().enumerate().map(event).rev().collect())
    }
}

/// The id of an entry's n-th event: the same whenever it is read.
fn numbered(entry: EventId, n: usize) -> EventId {
    EventId(Uuid::from_u128(entry.0.as_u128() ^ n as u128))
}

/// Which feed tells of something: a project's, or the studio's.
type Feed = Option<ProjectId>;

/// A write, as far as the feed wants to know: where, what becomes of the item (nothing, if only its numbers or its
/// revision change), and the item itself if it is put.
pub(crate) struct Written<'a> {
    pub(crate) key: &'a Key,
    pub(crate) deed: Option<Deed>,
    pub(crate) item: Option<&'a Attributes>,
}

/// What the writes tell, feed by feed, in their order.
pub(crate) fn told<'a>(writes: impl Iterator<Item = Written<'a>>) -> BTreeMap<Feed, Vec<News>> {
    let writes: Vec<_> =
        writes.map(|write| (split(&write.key.pk), split(&write.key.sk), write)).collect();
    let mut told = Told::default();
    for (pk, sk, write) in &writes {
        told.look(pk, sk, write);
    }
    for (pk, sk, write) in &writes {
        if let Some(deed) = write.deed {
            told.write(pk, sk, deed);
        }
    }
    told.finish()
}

fn split(key: &str) -> Vec<&str> {
    key.split('#').collect()
}

#[derive(Debug, Default)]
struct Told<'a> {
    by_feed: BTreeMap<Feed, Vec<News>>,
    /// Of what kind the written entities are.
    kinds: HashMap<&'a str, EntityKind>,
    /// The project of tasks: what belongs to a task has none in its own key.
    projects: HashMap<&'a str, Feed>,
    /// Tasks that are deleted, with all that belongs to them, or moved with their entity.
    left: HashSet<&'a str>,
    /// Whether projects only take note of a journal.
    is_noting: bool,
}

impl<'a> Told<'a> {
    /// Takes from a write what others are told by.
    fn look(&mut self, pk: &[&'a str], sk: &[&'a str], write: &Written<'a>) {
        match (pk, sk) {
            (["PROJECT", _, "TYPE", of], ["ENTITY", id]) => drop(self.kinds.insert(id, kind(of))),
            (["PROJECT", project, "TYPE", _], ["TASK", _, id]) => {
                self.projects.insert(id, feed(project));
                if write.deed == Some(Deed::Deleted) {
                    self.left.insert(id);
                }
            }
            (["PROJECT", _, "CASTING"], ["CAST", entity, _]) => {
                let name = write.item.and_then(|item| item.get("entity_type_id")?.as_s().ok());
                self.kinds.extend(name.map(|of| (*entity, kind(of))));
            }
            (["JOURNAL", _], ["HEAD"]) => self.is_noting = true,
            _ => {}
        }
    }

    fn write(&mut self, pk: &[&'a str], sk: &[&'a str], deed: Deed) {
        let verb = deed.verb();
        match (pk, sk) {
            (["PROJECT", project, "TYPE", of], ["ENTITY", id]) => {
                let kind = lower(kind(of));
                self.tell(feed(project), format!("{kind}:{verb}"), &[(&format!("{kind}_id"), id)]);
            }
            (["PROJECT", project, "CASTING"], ["CAST", entity, _]) => {
                // Of an entity that goes, that it is gone is told.
                let Some(kind) = self.kinds.get(entity).copied().map(lower) else { return };
                let name = format!("{kind}:casting-update");
                self.tell(feed(project), name, &[(&format!("{kind}_id"), entity)]);
            }
            (["PROJECT", project, "TYPE", _], ["TASK", entity, id]) => {
                let data = [("task_id", *id), ("entity_id", *entity)];
                self.tell(feed(project), format!("task:{verb}"), &data);
            }
            (["PERSON", person], ["ASSIGNED", project, _, task]) if !self.left.contains(task) => {
                let name = if deed == Deed::Deleted { "task:unassign" } else { "task:assign" };
                let data = [("task_id", *task), ("person_id", *person)];
                self.tell(feed(project), name.into(), &data);
            }
            (["TASK", task], ["COMMENT", _, id]) if !self.left.contains(task) => {
                let Some(feed) = self.projects.get(task).copied() else { return };
                let data = [("comment_id", *id), ("task_id", *task)];
                self.tell(feed, format!("comment:{verb}"), &data);
            }
            (["PROJECT", project], ["PROJECT"]) if !self.is_noting => {
                self.tell(feed(project), format!("project:{verb}"), &[("project_id", project)]);
            }
            (["PROJECT", project], ["TEAM", person]) => {
                let data = [("project_id", *project), ("person_id", *person)];
                self.tell(feed(project), "project:team-update".into(), &data);
            }
            (["PROJECT", project], ["DESCRIPTOR", id]) => {
                let data = [("metadata_descriptor_id", *id)];
                self.tell(feed(project), format!("metadata-descriptor:{verb}"), &data);
            }
            (["PERSON", id], ["PERSON"]) => {
                self.tell(None, format!("person:{verb}"), &[("person_id", id)]);
            }
            (["CATALOG", word], ["ID", id]) => {
                let word = word.to_ascii_lowercase().replace("entity", "asset");
                let name = format!("{}:{verb}", word.replace('_', "-"));
                self.tell(None, name, &[(&format!("{word}_id"), id)]);
            }
            _ => {}
        }
    }

    fn tell(&mut self, feed: Feed, name: String, data: &[(&str, &str)]) {
        let data = data.iter().map(|(field, id)| ((*field).to_owned(), json!(id))).collect();
        let news = News { name, data };
        let told = self.by_feed.entry(feed).or_default();
        if !told.contains(&news) {
            told.push(news);
        }
    }

    /// What is deleted here and written there was moved.
    fn finish(mut self) -> BTreeMap<Feed, Vec<News>> {
        for told in self.by_feed.values_mut() {
            let moved: Vec<News> =
                told.iter().filter(|news| news.name.ends_with(":update")).cloned().collect();
            told.retain(|news| {
                let is_moved =
                    |other: &News| other.data == news.data && news.name.ends_with(":delete");
                !moved.iter().any(is_moved)
            });
        }
        self.by_feed
    }
}

impl Deed {
    fn verb(self) -> &'static str {
        match self {
            Self::Created => "new",
            Self::Changed => "update",
            Self::Deleted => "delete",
        }
    }
}

fn feed(project: &str) -> Feed {
    project.parse().ok()
}

fn kind(entity_type: &str) -> EntityKind {
    entity_type.parse::<EntityTypeId>().map(EntityKind::of_type).unwrap_or_default()
}

fn lower(kind: EntityKind) -> String {
    kind.name().to_ascii_lowercase()
}

impl Store {
    /// The entries that a transaction of these news writes.
    pub(crate) fn feed_items(
        &self,
        told: BTreeMap<Feed, Vec<News>>,
        by: Option<PersonId>,
    ) -> Result<Vec<FeedItem>> {
        let at = self.moment();
        let entry = |(project_id, news): (Feed, Vec<News>)| {
            Ok(FeedItem {
                id: EventId::new(),
                at,
                project_id,
                user_id: by.or_else(author::get),
                news: serde_json::to_string(&news).map_err(Error::internal)?,
                expires_at: at.timestamp().plus_seconds(KEPT_SECONDS).unix(),
            })
        };
        told.into_iter().map(entry).collect()
    }

    /// The last events of a project, or of what belongs to the whole studio: those the filter lets pass, newest
    /// first, at most `limit` of them.
    pub async fn events_last(
        &self,
        project: Option<ProjectId>,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<Event>> {
        let mut range = Pattern::Feed(project).range();
        let prefix = range.from.clone();
        if let Some(before) = filter.before {
            range.to = format!("{prefix}{before}");
        }
        if let Some(after) = filter.after {
            range.from = format!("{prefix}{after}");
        }
        let (mut events, mut end, now) = (Vec::new(), None, self.now().unix());
        while events.len() < limit && range.from <= range.to {
            let (items, is_cut) = self.query_newest::<FeedItem>(&range, end, PAGE).await?;
            end = items.last().map(|item| item.key().sk);
            for item in items.into_iter().filter(|item| item.expires_at > now) {
                let is_asked = |event: &Event| {
                    filter.name.as_ref().is_none_or(|name| *name == event.news.name)
                };
                events.extend(item.events()?.into_iter().filter(is_asked));
            }
            if !is_cut {
                break;
            }
        }
        events.truncate(limit);
        Ok(events)
    }
}
