//! Keys fill their templates, and patterns read what they name.

use super::*;

fn p() -> ProjectId {
    ProjectId(uuid::Uuid::from_u128(1))
}
fn t() -> EntityTypeId {
    EntityTypeId(uuid::Uuid::from_u128(2))
}
fn e(n: u128) -> EntityId {
    EntityId(uuid::Uuid::from_u128(n))
}

#[test]
fn keys_fill_their_templates() {
    let Key { pk, sk } = entity((p(), t()), e(3));
    assert_eq!(pk, format!("PROJECT#{}#TYPE#{}", p(), t()));
    assert_eq!(sk, format!("ENTITY#{}", e(3)));
    assert!(SHAPES.iter().all(|s| s.pk.matches('{').count() == s.pk.matches('}').count()));
}

#[test]
fn an_item_is_told_by_its_key() {
    let check = |key: &Key, item: &str| assert_eq!(item_at(key), Some(item), "{key}");
    check(&name((p(), t()), "no #1", None), "Entity name (unique)");
    check(&project(p()), "Project");
    check(&cast(p(), e(1), e(2)), "Cast link, from the entity");
    check(&email("a#b@example.com"), "E-mail (unique)");
    assert_eq!(item_at(&Key { pk: "PROJECT#1".into(), sk: "BUDGET#1".into() }), None);
    assert_eq!(item_at(&Key { pk: "STUDIO".into(), sk: "STUDIO".into() }), None);
}

#[test]
fn patterns_read_their_items_and_no_others() {
    let home = (p(), t());
    let k = TaskId(uuid::Uuid::from_u128(9));
    let asset = entity(home, e(3));
    let its_task = task(home, e(3), k);
    let other_task = task(home, e(4), k);
    let its_name = name(home, "hero", None);
    let longer_name = name(home, "heroine", None);
    let task_name = task_name(home, e(3), &"x", "main");
    let check = |pattern: Pattern<'_>, inside: &[&Key], outside: &[&Key]| {
        let range = pattern.range();
        assert!(inside.iter().all(|key| range.holds(key)), "{pattern:?} misses one");
        assert!(!outside.iter().any(|key| range.holds(key)), "{pattern:?} has one too many");
    };
    check(Pattern::Entities(home), &[&asset], &[&its_task, &its_name, &task_name]);
    check(Pattern::EntitiesAndTasks(home), &[&asset, &its_task], &[&its_name, &task_name]);
    check(Pattern::TasksOfEntity(home, e(3)), &[&its_task], &[&asset, &other_task, &task_name]);
    check(Pattern::Named(home, "hero"), &[&its_name], &[&longer_name]);
    let [department, entity_type, task_status, task_type] =
        ["DEPARTMENT", "ENTITY_TYPE", "TASK_STATUS", "TASK_TYPE"]
            .map(|kind| vocabulary(kind, &t()));
    check(
        Pattern::Vocabulary("TASK_STATUS", "TASK_STATUS"),
        &[&task_status],
        &[&vocabulary_name("TASK_STATUS", "done"), &entity_type, &task_type],
    );
    check(
        Pattern::Vocabulary("ENTITY_TYPE", "TASK_TYPE"),
        &[&entity_type, &task_status, &task_type],
        &[&vocabulary_name("TASK_TYPE", "modeling"), &department],
    );
    check(Pattern::CastIn(e(3)), &[&cast_in(e(3), p(), e(4))], &[&entity_locator(e(3))]);
    let entry = history(e(3), &"2026-01-01T00:00:00.000000Z", HistoryId(e(5).0));
    check(Pattern::History(e(3)), &[&entry], &[&entity_locator(e(3)), &cast_in(e(3), p(), e(4))]);
    check(Pattern::InstancesIn(e(3)), &[&instance(e(3), e(4), 1)], &[&instance_of(e(3), e(4), 1)]);
}

#[test]
fn no_item_has_a_key_that_dynamodb_does_not_take() {
    let home = (p(), t());
    let longest = model::text::fold(&"\u{1f600}".repeat(model::text::NAME_MAX));
    assert!(Pattern::Named(home, &longest).range().is_possible());
    assert!(canceled_name(home, &longest, Some(e(1)), e(2)).is_possible());
    let longer = "x".repeat(1020);
    assert!(!Pattern::Named(home, &longer).range().is_possible());
    assert!(!name(home, &longer, None).is_possible() && !email(&"x".repeat(2050)).is_possible());
}
