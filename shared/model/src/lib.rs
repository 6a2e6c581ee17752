//! What a studio talks about: assets and the entities that use them, tasks, people, roles.
//!
//! Pure code: no I/O, no AWS, no HTTP, no clock and no randomness beyond the ids callers ask for.
//! Start with [`entity`] (an asset is an entity, as are shots and episodes), then [`casting`] (who
//! uses whom) and [`role`] (who may do what).

pub mod casting;
pub mod comment;
pub mod data;
pub mod descriptor;
pub mod entity;
mod entity_input;
mod entity_kind;
mod episode_choice;
pub mod error;
pub mod event;
pub mod fields;
pub mod history;
pub mod ids;
pub mod instance;
pub mod metadata;
pub mod naming;
mod parse;
pub mod person;
pub mod project;
mod project_input;
pub mod role;
pub mod session;
pub mod sheet;
pub mod sheet_cell;
pub mod task;
mod task_input;
mod task_order;
pub mod text;
pub mod throttle;
pub mod time;
pub mod vocabulary;
mod vocabulary_input;

pub use data::Data;
pub use entity::{Entity, EntityKind};
pub use episode_choice::EpisodeChoice;
pub use error::{Error, FieldError, Resource, Result, fail_if_any};
pub use event::Event;
pub use fields::{Fields, Given, Input};
pub use history::{By, HistoryAction, HistoryEntry};
pub use ids::*;
pub use instance::AssetInstance;
pub use person::Person;
pub use project::Project;
pub use role::{Action, Role, Verdict};
pub use task::Task;
pub use task_order::{TaskOrder, sort_task_types};
pub use time::{Date, Moment, Timestamp};
