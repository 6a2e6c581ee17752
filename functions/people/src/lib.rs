//! The people of the studio: [`persons`] and what is done to one ([`actions`]), their [`departments`], and what
//! the caller himself sees when he opens the studio ([`context`]).

mod actions;
mod context;
mod departments;
mod input;
mod persons;
mod views;

use http_api::routing::Routes;

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.merge(persons::routes)
        .merge(actions::routes)
        .merge(departments::routes)
        .merge(context::routes)
}
