//! The production's memory: one DynamoDB table.
//!
//! [`table`] is the design on one page. [`Store`] is the one way to it; its methods are named noun first
//! (`store.entity_create`, `store.casting_of`), a file per kind of thing. Below them [`item`] turns values
//! into items, `read`, `transaction` and `write` speak to DynamoDB, and `journal` makes a change of any size one
//! change.
//!
//! Every read of the base table is strongly consistent. Nothing is written without a condition that makes
//! a lost race visible; a lost race is read again and decided again.

mod asset_create;
mod assignees;
pub mod author;
mod casting;
mod casting_circles;
mod casting_many;
mod casting_replace;
mod catalog;
mod change;
mod check;
mod client;
mod comment;
pub mod condition;
mod emptiness;
mod entity;
mod entity_removal;
mod entity_update;
mod feed;
mod history;
mod instance;
mod item;
mod journal;
pub mod journal_notice;
mod link_ends;
mod list;
mod login_attempt;
pub mod meter;
mod open;
mod person;
mod project;
mod project_removal;
mod read;
mod repair;
mod replay;
mod session;
mod session_end;
mod setup;
mod sharing;
mod sweep;
pub mod table;
mod task;
mod task_locate;
mod told;
mod transaction;
mod write;

pub use casting_many::CastChange;
pub use casting_replace::User;
pub use catalog::Vocabulary;
pub use check::Violation;
pub use client::Store;
pub use emptiness::Removal;
pub use entity::Locator;
pub use history::{HistoryPage, HistoryPosition};
pub use list::{AssetFilter, Position};
pub use login_attempt::Attempt;
pub use model::Error;
pub use person::Login;
pub use replay::{Claim, Claimed, KeptAnswer};
pub use session::{OpenSession, Refresh};
pub use sweep::Swept;
pub use task_locate::TaskLocator;
