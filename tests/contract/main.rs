//! The contract: what must hold for *every* operation.
//!
//! The operations are read from the OpenAPI document, so a new endpoint cannot be forgotten: it fails here
//! until it stands in the role table and keeps the rules.

mod architecture;
mod deployer;
mod document;
mod foreign;
mod hostile;
mod malformed;
mod operations;
mod parsers;
mod preconditions;
mod reserved;
mod roles;
mod security;
mod sound;
mod template;
mod throttles;
mod tokens;
mod watch;
mod watched;
mod world;
