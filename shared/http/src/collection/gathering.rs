//! [`Gathering`]: a list whose rows are read in no order, and are perhaps too many to be held.

use serde::Serialize;

use super::{Filters, Listed};
use crate::app::Mode;
use crate::error::Result;
use crate::layers::payload::rows_max;
use model::Error;

/// How many rows are held beyond those asked for before they are dropped.
const SPARE: usize = 10_000;
/// The largest text of a list that has to fit an answer, in bytes: 30 times the answer, which is more than rows are ever
/// compressed by, and about what a function has memory for.
const BYTES_MAX: usize = 130_000_000;

/// The rows of a list while they are read: those the filters let pass and, of a page, those that can be on it. They are
/// ordered by `order`, which must tell any two apart.
pub struct Gathering<'f, T, R, K> {
    filters: &'f Filters<T>,
    order: fn(&R) -> K,
    /// The most rows that can be sent: reading ends when a list that is sent whole has more.
    most: Option<usize>,
    rows: Vec<(K, R)>,
    total: usize,
}

impl<T> Filters<T> {
    /// A list that is read piece by piece where answers are sent as in this mode.
    pub fn gather<R: Serialize, K: Ord>(
        &self,
        mode: Mode,
        order: fn(&R) -> K,
    ) -> Gathering<'_, T, R, K> {
        let most = rows_max(mode);
        Gathering { filters: self, order, most, rows: Vec::new(), total: 0 }
    }
}

impl<T, R: Serialize, K: Ord> Gathering<'_, T, R, K> {
    /// Takes rows that were read. Fails if it is certain that the answer cannot be sent.
    pub fn add(&mut self, rows: Vec<R>) -> Result<()> {
        let rows = self.filters.keep(rows)?;
        self.total += rows.len();
        let order = self.order;
        self.rows.extend(rows.into_iter().map(|row| (order(&row), row)));
        match self.end() {
            Some(end) if self.rows.len() > end.saturating_add(SPARE) => self.sort_out(end),
            None if self.most.is_some_and(|most| self.rows.len() > most) => {
                return Err(Error::AnswerTooLarge.into());
            }
            _ => {}
        }
        Ok(())
    }

    /// The answer, once all is read.
    pub fn answer(mut self) -> Result<Listed> {
        self.rows.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let rows = self.rows.into_iter().map(|(_, row)| row);
        match self.filters.cut() {
            None => self.filters.whole(rows, self.most.map(|_| BYTES_MAX)),
            Some(cut) => {
                let rows = rows.skip(cut.offset).take(cut.limit);
                self.filters.page_of(cut, rows, self.total)
            }
        }
    }

    /// The end of the page: how many rows there are up to it. `None` if the list is sent whole.
    fn end(&self) -> Option<usize> {
        self.filters.cut().map(|cut| cut.offset.saturating_add(cut.limit))
    }

    /// Keeps the first `end` rows, in no order.
    fn sort_out(&mut self, end: usize) {
        self.rows.select_nth_unstable_by(end, |one, other| one.0.cmp(&other.0));
        self.rows.truncate(end);
    }
}

#[cfg(test)]
mod tests {
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
        assert!(all.gather(Mode::Local, priority).most.is_none(), "a machine sends what it holds");
        let most = all.gather(Mode::Cloud, priority).most;
        assert!((300_000..320_000).contains(&most.unwrap()), "{most:?}");
        let rows = |count| (0..count).map(row).collect::<Vec<_>>();
        let most = Some(10);
        let mut whole = Gathering { most, ..all.gather(Mode::Cloud, priority) };
        whole.add(rows(10)).unwrap();
        assert!(matches!(whole.add(rows(1)), Err(ApiError(Error::AnswerTooLarge))));
        let mut cut = Gathering { most, ..page.gather(Mode::Cloud, priority) };
        cut.add(rows(11)).unwrap();
    }
}
