//! Reading feeds from their ends: several as one, newest first, as far as it takes.

use std::collections::VecDeque;

use model::event::EventFilter;
use model::{Error, Event, Moment, ProjectId, Result};

use crate::client::Store;
use crate::feed::FeedItem;
use crate::item::Item as _;
use crate::query::Filter;
use crate::table::{Pattern, Range};
use crate::work::concurrently;

/// Entries read at least of a feed that is read on: each tells of one transaction.
const READ_AT_ONCE: usize = 50;
/// And at most.
const READ_MOST: usize = 1000;
/// So many are looked at, at first and at most, where those of one name are asked for, which may be few: at most about 1 MB.
const LOOK_AT_FIRST: usize = 250;
const LOOK_MOST: usize = 2000;

impl Store {
    /// The last events of projects, or (none) of what belongs to the whole studio: those the filter lets pass, newest first,
    /// at most `limit` of them. Of one moment, those of the feed that is named first come first.
    pub async fn events_last(
        &self,
        feeds: &[Option<ProjectId>],
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<Event>> {
        let (mut events, now) = (Vec::new(), self.now().unix());
        let mut runs: Vec<Run> = feeds.iter().map(|feed| Run::new(*feed, filter)).collect();
        let is_asked =
            |event: &Event| filter.name.as_ref().is_none_or(|name| *name == event.content.name);
        while events.len() < limit && runs.iter().any(|run| !run.is_over()) {
            let share = (limit - events.len()) / feeds.len().max(1) + 8;
            self.read_feeds(&mut runs, filter, share.clamp(READ_AT_ONCE, READ_MOST)).await?;
            while events.len() < limit {
                let next = newest(&runs);
                // Something that was not read yet may be newer.
                if runs.iter().any(|run| run.may_hold(next)) {
                    break;
                }
                let Some(entry) = next.and_then(|at| take(&mut runs, at)) else { break };
                if entry.expires_at > now {
                    events.extend(entry.events()?.into_iter().filter(is_asked));
                }
            }
        }
        events.truncate(limit);
        Ok(events)
    }

    /// Reads on each feed that may hold the newest event.
    async fn read_feeds(&self, runs: &mut [Run], filter: &EventFilter, want: usize) -> Result<()> {
        // A name as the entry's JSON has it. It may stand for something else there: what is sent is looked at again.
        let named = filter.name.as_ref().map(serde_json::to_string).transpose();
        let named = named.map_err(Error::internal)?.map(|name| format!("\"name\":{name}"));
        let name_filter = named.as_deref().map(|named| Filter::Contains("news", named));
        let next = newest(runs);
        let runs: Vec<&mut Run> = runs.iter_mut().filter(|run| run.may_hold(next)).collect();
        let reads = runs.iter().map(|run| {
            let (range, last) = (run.range.clone(), run.last.clone());
            let look = if name_filter.is_some() { run.look.max(want) } else { want };
            async move {
                let (mut read, last) = self.query_newest(&range, last, look, name_filter).await?;
                // Of very many feeds not all is held that passes: what is left out is read again if it is needed.
                let is_cut = read.len() > want;
                read.truncate(want);
                let cut_at = read.last().filter(|_| is_cut).map(FeedItem::key).map(|key| key.sk);
                Ok::<_, Error>((read, cut_at.or(last)))
            }
        });
        let read = concurrently(reads.collect::<Vec<_>>()).await?;
        for (run, (read, last)) in runs.into_iter().zip(read) {
            run.has_more = last.is_some();
            run.look = if read.is_empty() { LOOK_MOST.min(2 * run.look) } else { LOOK_AT_FIRST };
            run.last = last;
            run.read = read.into();
        }
        Ok(())
    }
}

/// A feed that is read piece by piece, from its end.
struct Run {
    /// What sort keys begin with, before the time.
    prefix: String,
    range: Range,
    /// Before which entry it is read on.
    last: Option<String>,
    /// The entries that were read and not taken yet.
    read: VecDeque<FeedItem>,
    /// How many are looked at next, where few may pass: more while none does.
    look: usize,
    /// Whether there may be something left to read.
    has_more: bool,
}

impl Run {
    fn new(feed: Option<ProjectId>, filter: &EventFilter) -> Self {
        let mut range = Pattern::Feed(feed).range();
        let prefix = range.from.clone();
        if let Some(before) = filter.before {
            range.to = format!("{prefix}{before}");
        }
        if let Some(after) = filter.after {
            range.from = format!("{prefix}{after}");
        }
        let has_more = range.from <= range.to;
        Self { prefix, range, last: None, read: VecDeque::new(), look: LOOK_AT_FIRST, has_more }
    }

    /// Whether all entries were read and taken.
    fn is_over(&self) -> bool {
        self.read.is_empty() && !self.has_more
    }

    /// Whether what comes next was not read yet and may be as new as an entry of a moment, if there is any.
    fn may_hold(&self, next: Option<Moment>) -> bool {
        let is_older = |at| {
            let last = self.last.as_ref();
            last.is_some_and(|last| *last < format!("{}{at}", self.prefix))
        };
        self.read.is_empty() && self.has_more && !next.is_some_and(is_older)
    }
}

/// When the newest was of the entries that were read.
fn newest(runs: &[Run]) -> Option<Moment> {
    runs.iter().filter_map(|run| run.read.front()).map(|entry| entry.at).max()
}

/// Takes the newest entry, which is of this moment.
fn take(runs: &mut [Run], at: Moment) -> Option<FeedItem> {
    let is_next = |run: &&mut Run| run.read.front().is_some_and(|entry| entry.at == at);
    runs.iter_mut().find(is_next)?.read.pop_front()
}
