//! Who is there: the API itself ([`api`]) and logging in and out ([`login`]).

mod api;
mod cookies;
mod login;
mod views;

use http_api::routing::Routes;

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.merge(api::routes).merge(login::routes)
}
