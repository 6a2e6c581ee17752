//! The product on one machine: the routes of all functions in one process, on an embedded DynamoDB.
//!
//! Start with [`server::start`], which everything else serves: [`studio`] opens the data ([`engine`] is the
//! embedded DynamoDB, [`endpoint`] any other, [`secret`] what signs the tokens, [`table`] and [`demo`] what a
//! new studio starts with), [`routes`] is what is served, [`hosts`] under which names, [`cli`] is how a person asks for it.

pub mod admin;
mod buffered_body;
pub mod cli;
pub mod demo;
mod demo_data;
pub mod docs;
pub mod endpoint;
pub mod engine;
pub mod greeting;
pub mod hosts;
pub mod routes;
pub mod secret;
pub mod server;
pub mod studio;
pub mod table;
