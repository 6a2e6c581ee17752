//! [`Gathering`]: a list whose rows are read in no order, and are perhaps too many to be held.

use model::Error;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Filters, Listed};
use crate::app::Mode;
use crate::error::Result;
use crate::layers::payload::rows_max;

/// Rows that are held beyond those asked for, until they are sorted out.
const SPARE: usize = 10_000;
/// The largest text of a list that has to fit an answer: 30 times that, which rows are not compressed by, and about what a
/// function has memory for, once as rows and once as the answer.
const BYTES_MAX: usize = 130_000_000;
/// The largest text of rows that are held for a page, which itself is small.
const PAGE_BYTES_MAX: usize = 3 * BYTES_MAX;

/// The rows of a list while they are read: those the filters let pass and, of a page, those that can be on it. They are
/// held as text, and ordered by `order`, which must tell any two apart.
pub struct Gathering<'f, T, R, K> {
    filters: &'f Filters<T>,
    order: fn(&R) -> K,
    /// What can be held; `None` where that is for the machine to say.
    bounds: Option<Bounds>,
    rows: Vec<(K, Box<RawValue>)>,
    /// Of the text of `rows`.
    bytes: usize,
    /// Rows are sorted out when their text is larger than this.
    bytes_spare: usize,
    is_sorted_out: bool,
    total: usize,
}

/// What can be held of a list.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// More than can be sent: that the whole list has so many rows ends the reading.
    rows: usize,
    /// Of the whole list.
    bytes: usize,
    /// Of what is held for a page.
    page_bytes: usize,
}

impl<T> Filters<T> {
    /// A list that is read piece by piece where answers are sent as in this mode.
    pub fn gather<R: Serialize, K: Ord>(
        &self,
        mode: Mode,
        order: fn(&R) -> K,
    ) -> Gathering<'_, T, R, K> {
        let bounds = rows_max(mode).map(|rows| Bounds {
            rows,
            bytes: BYTES_MAX,
            page_bytes: PAGE_BYTES_MAX,
        });
        Gathering {
            filters: self,
            order,
            bounds,
            rows: Vec::new(),
            bytes: 0,
            bytes_spare: BYTES_MAX,
            is_sorted_out: false,
            total: 0,
        }
    }
}

impl<T, R: Serialize, K: Ord> Gathering<'_, T, R, K> {
    /// Takes rows that were read. Fails if it is certain that the answer cannot be sent, or where it cannot be held.
    pub fn add(&mut self, rows: Vec<R>) -> Result<()> {
        let rows = self.filters.keep(rows)?;
        self.total += rows.len();
        for row in rows {
            let key = (self.order)(&row);
            if !self.is_beyond(&key) {
                let text = self.filters.text(&row)?;
                self.bytes += text.get().len();
                self.rows.push((key, text));
            }
        }
        match self.end() {
            None => self.require_whole(),
            Some(end) => self.require_page(end),
        }
    }

    /// The answer, once all is read.
    pub fn answer(mut self) -> Result<Listed> {
        self.rows.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let rows = self.rows.into_iter().map(|(_, row)| row);
        match self.filters.cut() {
            None => Listed::whole(rows.map(Ok)),
            Some(cut) => {
                let rows = rows.skip(cut.offset).take(cut.limit);
                Listed::page(cut, rows.collect(), self.total)
            }
        }
    }

    /// How many rows there are up to the end of the page.
    fn end(&self) -> Option<usize> {
        self.filters.cut().map(|cut| cut.offset.saturating_add(cut.limit))
    }

    /// Whether as many as are asked for come before.
    fn is_beyond(&self, key: &K) -> bool {
        let last = self.end().filter(|_| self.is_sorted_out);
        last.and_then(|end| self.rows.get(end - 1)).is_some_and(|(last, _)| last < key)
    }

    fn require_whole(&self) -> Result<()> {
        let is_too_large = |most: Bounds| self.rows.len() > most.rows || self.bytes > most.bytes;
        if self.bounds.is_some_and(is_too_large) {
            return Err(Error::AnswerTooLarge.into());
        }
        Ok(())
    }

    fn require_page(&mut self, end: usize) -> Result<()> {
        let most_bytes = self.bounds.map_or(usize::MAX, |most| most.page_bytes);
        let is_many = self.rows.len() > end.saturating_add(SPARE)
            || self.bytes > self.bytes_spare.min(most_bytes);
        if is_many && self.rows.len() > end {
            self.sort_out(end);
        }
        if self.bytes > most_bytes { Err(Error::ReadTooLarge.into()) } else { Ok(()) }
    }

    /// Leaves the first rows, the last of them at their end.
    fn sort_out(&mut self, end: usize) {
        self.rows.select_nth_unstable_by(end - 1, |one, other| one.0.cmp(&other.0));
        self.rows.truncate(end);
        self.bytes = self.rows.iter().map(|(_, row)| row.get().len()).sum();
        // Not again at once, where that is what is asked for.
        self.bytes_spare = self.bytes_spare.max(2 * self.bytes);
        self.is_sorted_out = true;
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use model::Fields;
    use model::vocabulary::TaskType;
    use serde_json::{Value, json};

    use super::*;
    use crate::error::ApiError;

    fn filters(query: &Value) -> Filters<TaskType> {
        Fields::read_query(query.as_object().unwrap()).unwrap()
    }

    fn row(n: u64) -> Value {
        json!({"id": format!("{n:08}-0000-4000-8000-000000000000"), "priority": n, "archived": n % 2 == 1})
    }

    fn priority(row: &Value) -> u64 {
        row["priority"].as_u64().unwrap_or_default()
    }

    /// What is held at most, and the answer, of `count` rows that come mixed up.
    fn gather(query: &Value, count: u64) -> (usize, Value) {
        let filters = filters(query);
        let mut gathering = filters.gather(Mode::Local, priority);
        let mut held = 0;
        for part in 0..10 {
            let rows = (0..count).filter(|n| (n * 7) % 10 == part).map(row);
            gathering.add(rows.collect()).unwrap();
            held = held.max(gathering.rows.len());
        }
        (held, serde_json::from_slice(&gathering.answer().unwrap().0).unwrap())
    }

    #[test]
    fn a_page_of_many_rows_is_the_page_and_holds_few() {
        let count = 4 * SPARE as u64;
        let query = json!({"page": "3", "limit": "5", "archived": "false", "fields": "priority"});
        let (held, page) = gather(&query, count);
        assert!(held <= SPARE + 15, "{held}");
        let data: Vec<u64> = page["data"].as_array().unwrap().iter().map(priority).collect();
        assert_eq!(data, [20, 22, 24, 26, 28]);
        assert_eq!(page["data"][0]["archived"], Value::Null, "it was not asked for");
        let told = json!({"total": count / 2, "nb_pages": count / 10, "limit": 5, "offset": 10, "page": 3});
        for (name, value) in told.as_object().unwrap() {
            assert_eq!(page[name], *value, "{name}");
        }
        let (_, last) = gather(&json!({"page": "9", "limit": "5"}), 42);
        assert_eq!(
            last["data"].as_array().unwrap().iter().map(priority).collect::<Vec<_>>(),
            [40, 41]
        );
    }

    #[test]
    fn a_whole_list_is_in_order() {
        let (_, rows) = gather(&json!({}), 42);
        let rows: Vec<u64> = rows.as_array().unwrap().iter().map(priority).collect();
        assert_eq!(rows, (0..42).collect::<Vec<_>>());
        assert_eq!(gather(&json!({}), 0).1, json!([]));
    }

    #[test]
    fn what_cannot_be_sent_is_not_read_to_its_end() {
        let (all, page) = (filters(&json!({})), filters(&json!({"limit": "2"})));
        let in_cloud = all.gather(Mode::Cloud, priority).bounds.unwrap();
        assert!((300_000..320_000).contains(&in_cloud.rows), "{in_cloud:?}");
        let local = all.gather(Mode::Local, priority);
        assert!(local.bounds.is_none(), "a machine sends what it holds");
        let rows = |numbers: Range<u64>| numbers.map(row).collect::<Vec<_>>();
        let size = serde_json::to_string(&row(8)).unwrap().len();
        let ten = 10 * size;
        for (most_rows, bytes) in [(10, usize::MAX), (usize::MAX, ten)] {
            let bounds = Some(Bounds { rows: most_rows, bytes, page_bytes: 0 });
            let mut whole = Gathering { bounds, ..all.gather(Mode::Cloud, priority) };
            whole.add(rows(0..10)).unwrap();
            let refused = whole.add(rows(10..11));
            assert!(matches!(refused, Err(ApiError(Error::AnswerTooLarge))), "{refused:?}");
        }
        // Of a page, as much as it is and as is spare.
        let bounds = Some(Bounds { rows: 0, bytes: 0, page_bytes: ten });
        let paged =
            || Gathering { bounds, bytes_spare: 5 * size, ..page.gather(Mode::Cloud, priority) };
        let mut cut = paged();
        for n in (0..9).rev() {
            cut.add(rows(10 * n..10 * n + 9)).unwrap();
            assert!(cut.rows.len() <= 10, "{}", cut.rows.len());
        }
        let page: Value = serde_json::from_slice(&cut.answer().unwrap().0).unwrap();
        let data: Vec<u64> = page["data"].as_array().unwrap().iter().map(priority).collect();
        assert_eq!((data, &page["total"]), (vec![0, 1], &json!(81)));
        let deep = filters(&json!({"limit": "4", "page": "3"}));
        let mut deep = Gathering { bounds, ..deep.gather(Mode::Cloud, priority) };
        let refused = deep.add(rows(0..11));
        assert!(matches!(refused, Err(ApiError(Error::ReadTooLarge))), "{refused:?}");
    }
}
