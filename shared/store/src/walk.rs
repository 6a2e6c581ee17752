//! Reads of many ranges of any size, of which nothing is held but the pages under way.

use std::collections::VecDeque;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use model::{Error, Result};

use crate::client::Store;
use crate::item::Attributes;
use crate::query::{Filter, PAGE, remaining_ranges};
use crate::table::Pattern;
use crate::work::PARALLEL;

impl Store {
    /// Whether any item of these patterns has `text` as an attribute. The store looks for it, and sends no more than that it
    /// is there; nothing is read any more once one is found.
    pub(crate) async fn any_with(
        &self,
        patterns: &[Pattern<'_>],
        attribute: &'static str,
        text: &str,
    ) -> Result<bool> {
        // To fail with no error is to have found one: it ends the walk.
        let take = |found: Vec<Attributes>| if found.is_empty() { Ok(()) } else { Err(None) };
        match self.walk(patterns, Some(Filter::Equals(attribute, text)), take).await {
            Ok(()) => Ok(false),
            Err(None) => Ok(true),
            Err(Some(error)) => Err(error),
        }
    }

    /// Gives the items of patterns that pass the filter to `take`, page by page and in no order, until it fails. Of all
    /// patterns together so many pages are read at once as of one with `concurrently`.
    pub(crate) async fn walk<E: From<Error>>(
        &self,
        patterns: &[Pattern<'_>],
        filter: Option<Filter<'_>>,
        mut take: impl FnMut(Vec<Attributes>) -> Result<(), E>,
    ) -> Result<(), E> {
        let whole = patterns.iter().map(|pattern| (pattern.range(), pattern.is_even()));
        let mut waiting: VecDeque<_> = whole.filter(|(range, _)| range.is_possible()).collect();
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < PARALLEL {
                let Some((range, is_even)) = waiting.pop_front() else { break };
                under_way.push(async move {
                    let page = self.query_page(&range, None, PAGE, filter).await;
                    page.map(|page| (range, is_even, page))
                });
            }
            let Some(page) = under_way.next().await else { return Ok(()) };
            let (range, is_even, page) = page?;
            take(page.items)?;
            if let Some(last) = page.last {
                // Its first page tells how a range is split; the parts are read on page after page.
                waiting.extend(
                    remaining_ranges(range, is_even, &last).into_iter().map(|rest| (rest, false)),
                );
            }
        }
    }
}
