//! The index of shared assets, compared with the items that it follows.
//!
//! What an entity should say of itself for the index is known to the census; here it is about whether the index has what the
//! items say, as they are.

use std::collections::BTreeMap;

use super::violation::Violation;
use crate::item::{Attributes, key_of};
use crate::table::{Key, SHARED_PK, SHARED_SK};

/// What the index lacks, and what it has that is not so.
pub(super) fn violations(items: &[Attributes], listed: &[Attributes]) -> Vec<Violation> {
    let mut wanted: BTreeMap<Key, &Attributes> = items
        .iter()
        .filter(|item| [SHARED_PK, SHARED_SK].iter().all(|name| item.contains_key(*name)))
        .filter_map(|item| Some((key_of(item)?, item)))
        .collect();
    let mut found = Vec::new();
    for entry in listed {
        match key_of(entry) {
            Some(key) if wanted.remove(&key) == Some(entry) => {}
            Some(key) => found.push(Violation::Listed { key }),
            None => found.push(Violation::keyless(entry)),
        }
    }
    found.extend(wanted.into_keys().map(|key| Violation::Unlisted { key }));
    found
}
