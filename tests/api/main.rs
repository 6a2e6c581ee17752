//! The API as its callers meet it: every rule in a test of its own, over HTTP.
//!
//! A module for each subject. `conventions` is what holds for all routes, `capacity` what requests cost; all but
//! `capacity` also run behind the gateway (`tests/lambda`).

mod asset_deletion;
mod asset_instances;
mod asset_tasks;
mod asset_types;
mod assets;
mod assigned;
mod assignees;
mod auth;
mod auth_guessing;
mod auth_refresh;
mod auth_sessions;
mod auth_tokens;
mod breakdown;
mod capacity;
mod casting;
mod casting_bulk;
mod comments;
mod compressed;
mod conventions;
mod csv;
mod csv_casting;
mod csv_namesakes;
mod descriptors;
mod entities;
mod entity_casting;
mod events;
mod history;
mod idempotency;
mod large;
mod oidc;
mod order_of_checks;
mod page_walk;
mod paging;
mod people;
mod productions;
mod project_assets;
mod security;
mod shared_assets;
mod shared_used;
mod task_lists;
mod tasks;
mod unchanged;
mod vendors;
mod vocabulary;
mod with_tasks;
