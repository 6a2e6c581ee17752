//! What is begun and not completed: journals, deletions, and the notes of them.

use std::collections::{BTreeMap, BTreeSet};

use model::{EntityId, JournalId, PersonId, ProjectId, TaskId};
use uuid::Uuid;

use super::census::Census;
use super::violation::Violation;
use crate::item::Item as _;
use crate::open::Work;

/// An open journal is named by all of its projects that are there, every named one is open, and every one is noted.
pub(super) fn violations(census: &Census) -> Vec<Violation> {
    let mut found = journals(census);
    found.extend(litter(census));
    found.extend(deletions(census));
    found
}

/// The ids of the notes of one kind of work.
fn noted(census: &Census, work: Work) -> BTreeSet<Uuid> {
    census.open.iter().filter_map(|open| open.id_of(work)).collect()
}

fn journals(census: &Census) -> Vec<Violation> {
    let mut found = Vec::new();
    let (open, noted) = (heads(census), noted(census, Work::Journal));
    for journal in &census.journals {
        found.push(Violation::Open { journal: journal.id });
        if !noted.contains(&journal.id.0) {
            let (key, of) = (Work::Journal.key(journal.id), journal.key());
            found.push(Violation::Missing { key, of });
        }
        let silent = census.projects.iter().filter(|it| {
            journal.projects.contains(&it.project.id) && !it.journals.contains(&journal.id)
        });
        found.extend(
            silent.map(|it| Violation::Unannounced { journal: journal.id, project: it.project.id }),
        );
    }
    for it in &census.projects {
        let absent = it.journals.iter().filter(|journal| !open.contains(journal));
        found
            .extend(absent.map(|id| Violation::Announced { journal: *id, project: it.project.id }));
    }
    found
}

fn heads(census: &Census) -> BTreeSet<JournalId> {
    census.journals.iter().map(|it| it.id).collect()
}

/// Journals that never began: their chunks, or no more than the note.
fn litter(census: &Census) -> Vec<Violation> {
    let open = heads(census);
    let mut litter: BTreeMap<JournalId, usize> =
        noted(census, Work::Journal).into_iter().map(|id| (JournalId(id), 0)).collect();
    for chunk in &census.chunks {
        *litter.entry(chunk.journal).or_default() += 1;
    }
    litter.retain(|journal, _| !open.contains(journal));
    let litter = litter.into_iter();
    litter.map(|(journal, chunks)| Violation::Uncommitted { journal, chunks }).collect()
}

/// Deletions that are not complete. The note of one that is may still be there: a sweep looks once more.
fn deletions(census: &Census) -> Vec<Violation> {
    let mut found = Vec::new();
    let projects = noted(census, Work::Project);
    for it in census.projects.iter().filter(|it| it.is_leaving) {
        found.push(Violation::Leaving { project: it.project.id });
        if !projects.contains(&it.project.id.0) {
            let key = Work::Project.key(it.project.id);
            found.push(Violation::Missing { key, of: it.key() });
        }
    }
    let there: BTreeSet<Uuid> = census.projects.iter().map(|it| it.project.id.0).collect();
    let in_projects: BTreeSet<Uuid> = (census.entities.iter().map(|it| it.project_id.0))
        .chain(census.memberships.iter().map(|it| it.project_id.0))
        .chain(census.descriptors.iter().map(|it| it.project_id.0))
        .collect();
    let left = projects.into_iter().filter(|id| !there.contains(id) && in_projects.contains(id));
    found.extend(left.map(|id| Violation::Leaving { project: ProjectId(id) }));

    let there: BTreeSet<Uuid> = census.persons.iter().map(|it| it.id.0).collect();
    let of_persons: BTreeSet<Uuid> = (census.private.iter().map(|(_, id)| id.0))
        .chain(census.memberships.iter().map(|it| it.person_id.0))
        .chain(census.tasks.iter().flat_map(|it| it.assignees.iter().map(|id| id.0)))
        .collect();
    let left = noted(census, Work::Person).into_iter();
    let left = left.filter(|id| !there.contains(id) && of_persons.contains(id));
    found.extend(left.map(|id| Violation::Departing { person: PersonId(id) }));

    let there: BTreeSet<Uuid> = census.entities.iter().map(|it| it.id.0).collect();
    let parents: BTreeSet<Uuid> =
        census.entities.iter().filter_map(model::Entity::scope).map(|id| id.0).collect();
    let left = noted(census, Work::Entity).into_iter();
    let left = left.filter(|id| !there.contains(id) && parents.contains(id));
    found.extend(left.map(|id| Violation::Emptying { entity: EntityId(id) }));

    let there: BTreeSet<Uuid> = census.tasks.iter().map(|it| it.id.0).collect();
    let discussed: BTreeSet<Uuid> =
        census.comments.iter().map(|it| it.comment.object_id.0).collect();
    let left = noted(census, Work::Task).into_iter();
    let left = left.filter(|id| !there.contains(id) && discussed.contains(id));
    found.extend(left.map(|id| Violation::Clearing { task: TaskId(id) }));
    found
}
