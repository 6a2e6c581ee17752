//! What is begun and not completed is told apart from damage.

use model::comment::Comment;
use model::descriptor::Descriptor;
use model::{EntityKind, JournalId, ProjectId, Task};

use super::check;
use super::table::{Table, now, of_kind};
use crate::check::Violation;
use crate::item::Item as _;
use crate::journal::{Chunk, Journal};
use crate::open::{Open, Work};
use crate::project::ProjectItem;
use crate::table as keys;
use crate::task::comment::CommentItem;
use crate::{entity, project};

#[test]
fn what_is_open_is_told() {
    let project =
        |table: &Table, journals: Vec<JournalId>| ProjectItem { journals, ..table.project.clone() };
    check(|table| {
        let journal = Journal::chunks(vec![table.project.project.id]);
        table.put(&journal);
        table.put(&Open::journal(journal.id, now()));
        table.put(&project(table, vec![journal.id]));
        vec![Violation::Open { journal: journal.id }]
    });
    check(|table| {
        let journal = Journal::chunks(Vec::new());
        table.put(&journal);
        let (key, of) = (Work::Journal.key(journal.id), journal.key());
        vec![Violation::Open { journal: journal.id }, Violation::Missing { key, of }]
    });
    check(|table| {
        let of = table.project.project.id;
        let journal = Journal::chunks(vec![of]);
        table.put(&journal);
        table.put(&Open::journal(journal.id, now()));
        let unannounced = Violation::Unannounced { journal: journal.id, project: of };
        vec![Violation::Open { journal: journal.id }, unannounced]
    });
    check(|table| {
        let journal = JournalId::new();
        table.put(&project(table, vec![journal]));
        vec![Violation::Announced { journal, project: table.project.project.id }]
    });
    check(|table| {
        let it = ProjectItem { is_leaving: true, ..table.project.clone() };
        table.put(&it);
        table.put(&Open::project(it.project.id, now()));
        table.items.remove(&keys::in_projects(it.project.id));
        table.items.remove(&project::name_key(&it.project));
        vec![Violation::Leaving { project: it.project.id }]
    });
    check(|table| {
        let chunk = Chunk::empty(JournalId::new());
        table.put(&chunk);
        vec![Violation::Uncommitted { journal: chunk.journal, chunks: 1 }]
    });
    check(|table| {
        let journal = JournalId::new();
        table.put(&Open::journal(journal, now()));
        vec![Violation::Uncommitted { journal, chunks: 0 }]
    });
}

#[test]
fn deletions_that_are_not_complete_are_told() {
    // A sweep looks once more at one that is.
    check(|table| {
        table.put(&Open::project(ProjectId::new(), now()));
        table.put(&Open::person(model::PersonId::new(), now()));
        table.put(&Open::entity(model::EntityId::new(), now()));
        table.put(&Open::task(model::TaskId::new(), now()));
        Vec::new()
    });
    check(|table| {
        let descriptor = Descriptor::named(ProjectId::new(), "Height", now());
        table.add_descriptor(&descriptor);
        let project = descriptor.project_id;
        table.put(&Open::project(project, now()));
        let (key, id) = (descriptor.key(), project.to_string());
        vec![Violation::Leaving { project }, Violation::Dangling { key, what: "project", id }]
    });
    check(|table| {
        let person = model::PersonId::new();
        let secret =
            crate::person::login::Secret { person_id: person, password_hash: String::new() };
        table.put(&secret);
        table.put(&Open::person(person, now()));
        let (key, id) = (secret.key(), person.to_string());
        vec![Violation::Departing { person }, Violation::Dangling { key, what: "person", id }]
    });
    check(|table| {
        let gone = model::EntityId::new();
        let project = table.project.project.id;
        let scene = of_kind(project, EntityKind::Scene, "SC02", Some(gone));
        table.add(&scene, |transaction| {
            entity::write_name(transaction, &scene);
            entity::write_whereabouts(transaction, &scene);
            Ok(())
        });
        table.put(&Open::entity(gone, now()));
        let (key, id) = (scene.key(), gone.to_string());
        let dangling = Violation::Dangling { key, what: "entity", id };
        vec![Violation::Emptying { entity: gone }, dangling]
    });
    check(|table| {
        let task = Task { id: model::TaskId::new(), ..table.task.clone() };
        let comment = Comment::of_status(&task, task.task_status_id, table.person.id, now());
        let comment = CommentItem::of(comment, now().into());
        table.put(&comment);
        table.put(&Open::task(task.id, now()));
        let (key, id) = (comment.key(), task.id.to_string());
        let dangling = Violation::Dangling { key, what: "task", id };
        vec![Violation::Clearing { task: task.id }, dangling]
    });
}
