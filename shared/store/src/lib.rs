//! The production's memory: one DynamoDB table.
//!
//! [`table`] is the design on one page. [`Store`] is the one way to it; its methods are named noun first
//! (`store.entity_create`, `store.casting_of`). Three kinds of files:
//!
//! * A file per kind of thing, each with a folder for what is done with it: `entity`, `casting`, `instance`,
//!   `history`, `sharing`, `task`, `project`, `person`, `session`, `vocabulary`, `usage`, `feed`, `replay`.
//! * How things are kept: [`item`] turns values into items; `read`, `query`, `walk` and `transaction` speak to DynamoDB,
//!   all of them through `client`; `change` decides again after a lost race, [`condition`] is what a request demands,
//!   [`author`] who makes it, [`meter`] what it costs.
//! * What keeps the table whole: `journal` makes a change of any size one change, `open` notes work that is not
//!   completed, `sweep` completes it, `check` names every contradiction; `setup` makes the table.
//!
//! Every read of the base table is strongly consistent. Nothing is written without a condition that makes
//! a lost race visible; a lost race is read again and decided again.

pub mod author;
mod cache;
mod casting;
mod change;
mod check;
mod client;
pub mod condition;
mod entity;
mod feed;
mod history;
mod instance;
mod item;
mod journal;
pub mod meter;
mod open;
mod person;
mod project;
mod query;
mod read;
mod replay;
mod session;
mod setup;
mod sharing;
mod sweep;
pub mod table;
mod task;
mod transaction;
mod usage;
mod vocabulary;
mod walk;
mod work;

pub use casting::{AssetUser, CastChange, Casting, Circles, EpisodesCasting, Kept};
pub use check::Violation;
pub use client::Store;
pub use entity::{AssetFilter, Condemned, Locator, Position, Removal};
pub use history::{HistoryPage, HistoryPosition};
pub use journal::notice as journal_notice;
pub use model::Error;
pub use person::login::{Login, PasswordChange};
pub use project::{Entered, Entrance, Found, Visit};
pub use replay::{Claim, Claimed, KeptAnswer, once};
pub use session::login_attempt::Attempt;
pub use session::{About, Identified, OpenSession, Refresh};
pub use sweep::Swept;
pub use task::TaskLocator;
pub use usage::Usage;
pub use vocabulary::{SortsLast, Vocabulary, Words};
pub use work::concurrently;
