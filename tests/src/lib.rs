//! The harness of all suites: the whole API in this process on an empty database of its own.
//!
//! [`TestApp`] is a studio with one person per role; [`TestApp::request`] sends a request as one of them
//! through everything a request passes in production but the network. [`Production`] is a project with a
//! few entities in it, made through the same API. [`answer::Answer`] is what came back. [`server::Server`] is
//! the program itself in a process of its own, [`Client`] somebody who uses it.

#![expect(clippy::missing_panics_doc, reason = "a harness panics where a test fails")]

pub mod answer;
pub mod app;
pub mod capacity;
pub mod client;
pub mod docs;
pub mod gateway;
pub mod prices;
pub mod production;
pub mod server;
pub mod services;
pub mod template;

pub use answer::Answer;
pub use app::{TestApp, Who};
pub use client::Client;
pub use gateway::Gateway;
pub use production::Production;
pub use server::Server;

/// What nearly every test needs.
pub mod prelude {
    pub use http::Method;
    pub use serde_json::{Value, json};

    pub use crate::answer::{Answer, assert_fields, assert_has, column, sorted, text};
    pub use crate::app::{
        ADMIN, ARTIST, CLIENT, EVERYBODY, MANAGER, NOBODY, OTHER_ARTIST, OUTSIDER, SUPERVISOR,
        TestApp, VENDOR, Who,
    };
    pub use crate::production::{Episode, Production, film, tv_show};
}
