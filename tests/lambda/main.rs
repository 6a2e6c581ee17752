//! Lambda: the functions' binaries as AWS runs them, behind the gateway that `template.yaml` describes.
//!
//! Here `TestApp::new` starts a gateway of its own, so the modules of the suite `api`, all but `capacity`, are the same
//! tests over real processes, events, policies and limits. Only what asks for handlers in this process gets them here,
//! too: another issuer's tokens (`with_issuer`), addresses and headers of one machine (`without_gateway`), a store whose
//! calls can be counted (`through`). What of that functions do in their own way is what `gateway`, `crashes`, `requests` and
//! `issuer` are about.

mod clients;
mod crashes;
mod gateway;
mod issuer;
mod logs;
mod policies;
#[path = "../clients/python.rs"]
mod python;
mod requests;
mod tls;

#[path = "../reliability/fuse.rs"]
mod fuse;
#[path = "../contract/operations.rs"]
mod operations;
#[path = "../contract/world.rs"]
mod world;

#[path = "../api/asset_deletion.rs"]
mod asset_deletion;
#[path = "../api/asset_instances.rs"]
mod asset_instances;
#[path = "../api/asset_tasks.rs"]
mod asset_tasks;
#[path = "../api/asset_types.rs"]
mod asset_types;
#[path = "../api/assets.rs"]
mod assets;
#[path = "../api/assigned.rs"]
mod assigned;
#[path = "../api/assignees.rs"]
mod assignees;
#[path = "../api/auth.rs"]
mod auth;
#[path = "../api/auth_guessing.rs"]
mod auth_guessing;
#[path = "../api/auth_refresh.rs"]
mod auth_refresh;
#[path = "../api/auth_sessions.rs"]
mod auth_sessions;
#[path = "../api/auth_tokens.rs"]
mod auth_tokens;
#[path = "../api/breakdown.rs"]
mod breakdown;
#[path = "../api/casting.rs"]
mod casting;
#[path = "../api/casting_bulk.rs"]
mod casting_bulk;
#[path = "../api/comments.rs"]
mod comments;
#[path = "../api/compressed.rs"]
mod compressed;
#[path = "../api/conventions.rs"]
mod conventions;
#[path = "../api/csv.rs"]
mod csv;
#[path = "../api/csv_casting.rs"]
mod csv_casting;
#[path = "../api/csv_namesakes.rs"]
mod csv_namesakes;
#[path = "../api/descriptors.rs"]
mod descriptors;
#[path = "../api/entities.rs"]
mod entities;
#[path = "../api/entity_casting.rs"]
mod entity_casting;
#[path = "../api/events.rs"]
mod events;
#[path = "../api/history.rs"]
mod history;
#[path = "../api/idempotency.rs"]
mod idempotency;
#[path = "../api/large.rs"]
mod large;
#[path = "../api/oidc.rs"]
mod oidc;
#[path = "../api/order_of_checks.rs"]
mod order_of_checks;
#[path = "../api/page_walk.rs"]
mod page_walk;
#[path = "../api/paging.rs"]
mod paging;
#[path = "../api/people.rs"]
mod people;
#[path = "../api/productions.rs"]
mod productions;
#[path = "../api/project_assets.rs"]
mod project_assets;
#[path = "../api/security.rs"]
mod security;
#[path = "../api/shared_assets.rs"]
mod shared_assets;
#[path = "../api/shared_used.rs"]
mod shared_used;
#[path = "../api/task_lists.rs"]
mod task_lists;
#[path = "../api/tasks.rs"]
mod tasks;
#[path = "../api/unchanged.rs"]
mod unchanged;
#[path = "../api/vendors.rs"]
mod vendors;
#[path = "../api/vocabulary.rs"]
mod vocabulary;
#[path = "../api/with_tasks.rs"]
mod with_tasks;
