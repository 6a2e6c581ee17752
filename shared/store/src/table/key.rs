//! Keys, and the templates they are made from.

use std::fmt::{Display, Write as _};

use aws_sdk_dynamodb::types::AttributeValue;

use super::{PK, SK};

/// The primary key of one item.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub(crate) pk: String,
    /// Sort key.
    pub(crate) sk: String,
}

impl Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} | {}", self.pk, self.sk)
    }
}

/// The longest partition key DynamoDB takes, in bytes.
const PK_BYTES_MAX: usize = 2048;
/// The longest sort key.
const SK_BYTES_MAX: usize = 1024;

/// Whether DynamoDB takes keys that long. It refuses even to look for longer ones, which no item has.
pub(super) fn is_possible(pk: &str, sk: &str) -> bool {
    pk.len() <= PK_BYTES_MAX && sk.len() <= SK_BYTES_MAX
}

impl Key {
    /// Whether an item can have this key.
    pub(crate) fn is_possible(&self) -> bool {
        is_possible(&self.pk, &self.sk)
    }

    pub(crate) fn attributes(&self) -> [(String, AttributeValue); 2] {
        [
            (PK.into(), AttributeValue::S(self.pk.clone())),
            (SK.into(), AttributeValue::S(self.sk.clone())),
        ]
    }
}

/// The template of an item's key: `{…}` stand for ids and names.
pub(super) struct Shape {
    pub(super) item: &'static str,
    pub(super) pk: &'static str,
    pub(super) sk: &'static str,
    pub(super) why: &'static str,
}

impl Shape {
    pub(super) fn key(&self, values: &[&dyn Display]) -> Key {
        let mut values = values.iter();
        Key { pk: fill(self.pk, &mut values), sk: fill(self.sk, &mut values) }
    }

    /// Whether a key can be one of this shape.
    pub(super) fn fits(&self, key: &Key) -> bool {
        fits(self.pk, &key.pk) && fits(self.sk, &key.sk)
    }
}

/// Replaces each `{…}` by the next value.
fn fill<'a>(template: &str, values: &mut impl Iterator<Item = &'a &'a dyn Display>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    for (n, part) in template.split('{').enumerate() {
        let rest = if n == 0 {
            part
        } else {
            if let Some(value) = values.next() {
                let _ = write!(out, "{value}");
            }
            part.split_once('}').map_or("", |(_, rest)| rest)
        };
        out.push_str(rest);
    }
    out
}

/// Whether a text can be a template's; its last value takes the rest, as a name may hold any character.
fn fits(template: &str, text: &str) -> bool {
    let Some((literal, rest)) = template.split_once('{') else { return template == text };
    let Some(text) = text.strip_prefix(literal) else { return false };
    match rest.split_once('}') {
        Some((_, rest)) if !rest.is_empty() => {
            text.find('#').is_some_and(|end| fits(rest, &text[end..]))
        }
        _ => !text.is_empty(),
    }
}
