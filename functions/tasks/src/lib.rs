//! Tasks of all entities: lists, one task, creation in bulk, assignment, comments that move them on.
//!
//! A file per theme, each with its routes: `lists`, `of_entity`, `single`, `removal`, `creation`, `assignment`,
//! `comments`. Below them `opening` finds a task and asks whether the caller may, `checks` reads bodies
//! against what is there, `views` shapes the rows.

mod assignment;
mod checks;
mod comment_body;
mod comments;
mod creation;
mod creation_bodies;
mod lists;
mod of_entity;
mod opening;
mod removal;
mod single;
mod views;

use http_api::routing::Routes;

/// All routes of the function.
pub fn routes<R: Routes>(to: R) -> R {
    to.merge(lists::routes)
        .merge(of_entity::routes)
        .merge(single::routes)
        .merge(removal::routes)
        .merge(creation::routes)
        .merge(assignment::routes)
        .merge(comments::routes)
}
