//! Who is there: the API itself ([`api`]), logging in and out ([`login`]), one's own password ([`password`]).

mod api;
mod cookies;
mod login;
mod password;
mod views;

use http_api::routing::Routes;

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.merge(api::routes).merge(login::routes).merge(password::routes)
}
