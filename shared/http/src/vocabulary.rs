//! The studio's vocabulary: read in order, and ids of a body that must name something in it.

use std::collections::HashSet;

use model::error::FieldError;
use model::{PersonId, fail_if_any, text};
use store::{SortsLast, Vocabulary};
use uuid::Uuid;

use crate::app::App;
use crate::error::Result;

/// All of a kind, by name.
pub async fn vocabulary<T: Vocabulary>(app: &App) -> Result<Vec<T>> {
    Ok(by_name(app.store.vocabulary_list().await?))
}

/// All of a kind that were read, by name. What is for concepts comes last.
pub fn by_name<T: Vocabulary>(mut all: Vec<T>) -> Vec<T> {
    all.sort_by_cached_key(|one| {
        let SortsLast { among_all, among_namesakes } = one.sorts_last();
        (among_all, text::fold(one.name()), among_namesakes, one.id().into())
    });
    all
}

/// What is wrong with the ids of a field of a body: those that name nothing. Those in `kept` stand already
/// where they are to be put: a client may send back the row it read, whatever was deleted since.
pub async fn unknown<T: Vocabulary>(
    app: &App,
    field: &str,
    ids: &[T::Id],
    kept: &[T::Id],
) -> Result<Vec<FieldError>> {
    let kept: HashSet<Uuid> = kept.iter().map(|id| (*id).into()).collect();
    let wanted: Vec<Uuid> = ids.iter().map(|id| (*id).into()).collect();
    if wanted.iter().all(|id| kept.contains(id)) {
        return Ok(Vec::new());
    }
    let all = app.store.vocabulary_list::<T>().await?;
    let known = all.iter().map(|one| one.id().into()).chain(kept).collect();
    Ok(wrong(field, &wanted, &known, &T::RESOURCE.to_string()))
}

/// As [`unknown`], of persons.
pub async fn unknown_persons(app: &App, field: &str, ids: &[PersonId]) -> Result<Vec<FieldError>> {
    let known = app.store.persons_get(ids).await?.into_iter().map(|person| person.id.0).collect();
    let wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    Ok(wrong(field, &wanted, &known, "Person"))
}

/// Fails with everything that was found to be wrong.
pub fn require_known(found: impl IntoIterator<Item = Vec<FieldError>>) -> Result<()> {
    let errors: Vec<_> = found.into_iter().flatten().collect();
    Ok(fail_if_any(errors)?)
}

fn wrong(field: &str, wanted: &[Uuid], known: &HashSet<Uuid>, what: &str) -> Vec<FieldError> {
    let unknown = wanted.iter().enumerate().filter(|(_, id)| !known.contains(id));
    let errors = unknown.map(|(n, _)| {
        // A field that ends in `_id` holds one id, any other a list.
        let place = if field.ends_with("_id") { field.to_owned() } else { format!("{field}[{n}]") };
        FieldError::new(place, format!("{} not found", what.to_lowercase()))
    });
    errors.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_id_is_named() {
        let (known, other) = (Uuid::new_v4(), Uuid::new_v4());
        let check = |field, ids: &[Uuid], expected: &[&str]| {
            let fields = wrong(field, ids, &HashSet::from([known]), "Task type")
                .into_iter()
                .map(|e| e.field);
            assert_eq!(fields.collect::<Vec<_>>(), expected);
        };
        check("task_types", &[known, other, other], &["task_types[1]", "task_types[2]"]);
        check("task_type_id", &[other], &["task_type_id"]);
        check("task_type_id", &[known], &[]);
    }
}
