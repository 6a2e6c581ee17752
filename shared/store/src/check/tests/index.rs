//! The index of shared assets has what the items say.

use super::table::{Table, listed};
use super::text;
use crate::check::Violation;
use crate::item::{Attributes, Item as _};

/// Damages the index of a sound table and expects exactly these violations.
#[track_caller]
fn check(damage: impl FnOnce(&Table, &mut Vec<Attributes>) -> Vec<Violation>) {
    let table = Table::sound();
    let mut listed = listed(&table.items);
    assert_eq!(listed.len(), 1, "one asset is shared");
    let wanted = damage(&table, &mut listed);
    assert_eq!(crate::check::violations(table.items.into_values().collect(), &listed), wanted);
}

#[test]
fn an_asset_that_is_lost_in_the_index_is_told() {
    check(|table, listed| {
        listed.clear();
        vec![Violation::Unlisted { key: table.hero.key() }]
    });
}

#[test]
fn the_index_has_only_what_is_so() {
    check(|table, listed| {
        listed[0].insert("name".into(), text("Villain"));
        vec![Violation::Listed { key: table.hero.key() }]
    });
    check(|table, listed| {
        let twin = listed[0].clone();
        listed.push(twin);
        vec![Violation::Listed { key: table.hero.key() }]
    });
    check(|table, listed| {
        listed.push(table.items[&table.shot.key()].clone());
        vec![Violation::Listed { key: table.shot.key() }]
    });
}
