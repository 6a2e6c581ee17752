//! Reads of ranges: what a [`Pattern`] names, and the shards of the index.
//!
//! Start with [`Store::query`].

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use model::Result;

use crate::client::{Store, failed};
use crate::item::{Attributes, Item, decode, key_of};
use crate::meter;
use crate::table::{Key, PK, Pattern, Range, SHARED_INDEX, SHARED_PK, SK};
use crate::work::concurrently;

/// Items asked for at once: an answer stops at 1 MB anyway, and the embedded engine reads on without it.
pub(crate) const PAGE: i32 = 1000;

impl Store {
    /// All values of a pattern, in the order of their sort keys.
    pub(crate) async fn query<T: Item>(&self, pattern: Pattern<'_>) -> Result<Vec<T>> {
        self.query_as(pattern, |item| Ok(decode(item)?.value)).await
    }

    /// All items of a pattern, in the order of their sort keys.
    pub(crate) async fn query_raw(&self, pattern: Pattern<'_>) -> Result<Vec<Attributes>> {
        self.query_as(pattern, Ok).await
    }

    /// What `read` makes of the items of a pattern, in the order of their sort keys: 1 MB pages one after the other, or,
    /// where ids make the range even, the first page and then the rest in parallel. An item takes several times the memory
    /// of its value: no more than the pages under way are held as items.
    pub(crate) async fn query_as<R>(
        &self,
        pattern: Pattern<'_>,
        read: impl Fn(Attributes) -> Result<R> + Copy,
    ) -> Result<Vec<R>> {
        let range = pattern.range();
        if !range.is_possible() {
            return Ok(Vec::new());
        }
        let page = self.query_page(&range, None, PAGE, None).await?;
        meter::require_room(page.size)?;
        let mut values = page.items.into_iter().map(read).collect::<Result<Vec<R>>>()?;
        let Some(last) = page.last else { return Ok(values) };
        let rests = remaining_ranges(range, pattern.is_even(), &last).into_iter();
        let rests = rests.map(|rest| read_all_pages(self.query_request(&rest, PAGE), read, 1.0));
        values.extend(concurrently(rests).await?.into_iter().flatten());
        Ok(values)
    }

    /// At most `limit` values of a pattern whose sort key comes after `after`.
    pub(crate) async fn query_some<T: Item>(
        &self,
        pattern: Pattern<'_>,
        after_sk: Option<&str>,
        limit: usize,
    ) -> Result<Vec<T>> {
        let mut range = pattern.range();
        if let Some(sk) = after_sk {
            range.from = after(sk);
        }
        let (mut values, mut start) = (Vec::new(), None);
        while values.len() < limit {
            let want = i32::try_from(limit - values.len()).unwrap_or(PAGE).min(PAGE);
            let page = self.query_page(&range, start.take(), want, None).await?;
            for item in page.items {
                values.push(decode(item)?.value);
            }
            match page.last {
                Some(last) => start = Some(last),
                None => break,
            }
        }
        Ok(values)
    }

    /// The values of a range from its end on, backwards, from before `before_sk` if that is given, and where to go on: what
    /// one call gives, which looks at `limit` items and at 1 MB at most. Only what passes the filter, if there is one.
    pub(crate) async fn query_newest<T: Item>(
        &self,
        range: &Range,
        before_sk: Option<String>,
        limit: usize,
        filter: Option<Filter<'_>>,
    ) -> Result<(Vec<T>, Option<String>)> {
        let start =
            before_sk.map(|sk| HashMap::from(Key { pk: range.pk.clone(), sk }.attributes()));
        let request = self.query_request(range, i32::try_from(limit).unwrap_or(PAGE));
        let request = filtered(request, filter).scan_index_forward(false);
        let request = request.set_exclusive_start_key(start);
        let answer = Box::pin(request.send()).await.map_err(failed)?;
        meter::add_read(answer.consumed_capacity());
        let last = last_of(answer.last_evaluated_key.as_ref());
        let items = answer.items.unwrap_or_default().into_iter();
        let values = items.map(|item| Ok(decode(item)?.value)).collect::<Result<_>>()?;
        Ok((values, last))
    }

    /// The value of a pattern with the greatest sort key.
    pub(crate) async fn query_last<T: Item>(&self, pattern: Pattern<'_>) -> Result<Option<T>> {
        let range = pattern.range();
        let request = self.query_request(&range, 1).scan_index_forward(false);
        let answer = Box::pin(request.send()).await.map_err(failed)?;
        meter::add_read(answer.consumed_capacity());
        answer.items.into_iter().flatten().next().map(|item| Ok(decode(item)?.value)).transpose()
    }

    /// Whether a pattern has any item.
    pub(crate) async fn has_any(&self, pattern: Pattern<'_>) -> Result<bool> {
        Ok(!self.query_page(&pattern.range(), None, 1, None).await?.items.is_empty())
    }

    /// A page of a range.
    pub(crate) async fn query_page(
        &self,
        range: &Range,
        start: Option<String>,
        limit: i32,
        filter: Option<Filter<'_>>,
    ) -> Result<Page> {
        let start = start.map(|sk| HashMap::from(Key { pk: range.pk.clone(), sk }.attributes()));
        let request = filtered(self.query_request(range, limit), filter);
        let request = request.set_exclusive_start_key(start);
        let answer = Box::pin(request.send()).await.map_err(failed)?;
        meter::add_read(answer.consumed_capacity());
        Ok(Page {
            last: last_of(answer.last_evaluated_key.as_ref()),
            items: answer.items.unwrap_or_default(),
            size: meter::units(answer.consumed_capacity.as_ref()),
        })
    }

    fn query_request(&self, range: &Range, limit: i32) -> QueryFluentBuilder {
        let request = self
            .client
            .query()
            .table_name(&*self.table)
            .consistent_read(true)
            .limit(limit)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()));
        if range.from.is_empty() {
            return request.key_condition_expression("#pk = :pk");
        }
        request
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":from", AttributeValue::S(range.from.clone()))
            .expression_attribute_values(":to", AttributeValue::S(range.to.clone()))
    }

    /// One shard of the index of shared assets. Eventually consistent, as every index is.
    pub(crate) async fn query_shared_shard<T: Item>(&self, shard: String) -> Result<Vec<T>> {
        let request = self
            .client
            .query()
            .table_name(&*self.table)
            .index_name(SHARED_INDEX)
            .limit(PAGE)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", SHARED_PK)
            .expression_attribute_values(":pk", AttributeValue::S(shard));
        // What may be stale costs half.
        read_all_pages(request, |item| Ok(decode(item)?.value), 2.0).await
    }
}

/// What one call gives of a range.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<Attributes>,
    /// The sort key after which the next page begins, if anything may follow.
    pub(crate) last: Option<String>,
    /// What was read of it, in units of 4 KB.
    size: f64,
}

/// A filter expression: what DynamoDB leaves out of what it reads. It costs as much as if it were sent, so it is only for
/// what is seldom asked for and looks for few among very many.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Filter<'a> {
    /// Lets pass what has this text as an attribute, and sends nothing but the name of its partition.
    Equals(&'static str, &'a str),
    /// Lets pass what has this text in an attribute.
    Contains(&'static str, &'a str),
}

fn filtered(request: QueryFluentBuilder, filter: Option<Filter<'_>>) -> QueryFluentBuilder {
    let (request, attribute, text) = match filter {
        None => return request,
        Some(Filter::Equals(attribute, text)) => {
            let request =
                request.filter_expression("#filtered = :text").projection_expression("#pk");
            (request, attribute, text)
        }
        Some(Filter::Contains(attribute, text)) => {
            (request.filter_expression("contains(#filtered, :text)"), attribute, text)
        }
    };
    request
        .expression_attribute_names("#filtered", attribute)
        .expression_attribute_values(":text", AttributeValue::S(text.into()))
}

/// What `read` makes of all items a query has, page after page. A capacity unit is so many times 4 KB of them.
async fn read_all_pages<R>(
    request: QueryFluentBuilder,
    read: impl Fn(Attributes) -> Result<R>,
    size_of_unit: f64,
) -> Result<Vec<R>> {
    let (mut values, mut pages) = (Vec::new(), request.into_paginator().send());
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        meter::add_read(page.consumed_capacity());
        meter::require_room(meter::units(page.consumed_capacity()) * size_of_unit)?;
        for item in page.items.unwrap_or_default() {
            values.push(read(item)?);
        }
    }
    Ok(values)
}

fn last_of(key: Option<&Attributes>) -> Option<String> {
    key.and_then(key_of).map(|key| key.sk)
}

/// What is left of a range after its first page, which ended with `last`: several ranges if its ids are evenly spread.
pub(crate) fn remaining_ranges(range: Range, is_even: bool, last: &str) -> Vec<Range> {
    let parts = if is_even { split(&range, last) } else { None };
    parts.unwrap_or_else(|| vec![Range { from: after(last), ..range }])
}

/// The smallest sort key greater than `sk`.
fn after(sk: &str) -> String {
    format!("{sk}\0")
}

/// Splits what follows `last` into ranges of about one page each, judged by how far the first page got
/// through the random ids. `None` when the key tells nothing.
fn split(range: &Range, last: &str) -> Option<Vec<Range>> {
    let prefix = &range.from;
    let rest = last.strip_prefix(prefix.as_str())?;
    let reached = u128::from(u64::from_str_radix(rest.get(..8)?, 16).ok()?) + 1;
    let whole = 1_u128 << 32;
    let parts = ((whole - reached) / reached + 1).clamp(1, 64);
    let bound = |n: u128| format!("{prefix}{:08x}", reached + (whole - reached) * n / parts);
    let ranges = (0..parts)
        .map(|n| Range {
            pk: range.pk.clone(),
            from: if n == 0 { after(last) } else { bound(n) },
            // A bound is shorter than every id that starts with it, so no item equals one.
            to: if n + 1 == parts { range.to.clone() } else { bound(n + 1) },
        })
        .collect();
    Some(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_range_is_split_without_gaps() {
        let range =
            Range { pk: "P".into(), from: "ENTITY#".into(), to: "ENTITY#\u{10ffff}".into() };
        let ranges = split(&range, "ENTITY#1999999a-0000-4000-8000-000000000000").unwrap();
        assert_eq!(ranges.len(), 9, "the first page was a tenth of the ids");
        assert!(ranges[0].from.as_str() > "ENTITY#1999999a-0000-4000-8000-000000000000");
        assert!(ranges.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!(ranges[8].to, range.to);
        assert!(split(&range, "ENTITY#zz").is_none());
    }
}
