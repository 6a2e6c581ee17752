//! Events: what changed in the studio, for those who follow it from outside.
//!
//! An event says what was touched and by whom, not what became of it: whoever wants to know reads the thing
//! itself, as far as he may.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::{EventId, PersonId, ProjectId};
use crate::time::Moment;

/// One change of one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Unique identifier.
    pub id: EventId,
    /// When.
    pub at: Moment,
    /// By whom; none for what is set up without a caller.
    pub user_id: Option<PersonId>,
    /// In which project; none for what belongs to the whole studio.
    pub project_id: Option<ProjectId>,
    /// What happened, and to what.
    pub content: EventContent,
}

/// What happened, and to what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventContent {
    /// As Zou names it: `asset:new`, `shot:casting-update`, `task:delete`.
    pub name: String,
    /// Ids of what it is about: `{"asset_id": …}`.
    pub data: Map<String, Value>,
}

/// Which events are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Not before this moment.
    pub after: Option<Moment>,
    /// Before this moment.
    pub before: Option<Moment>,
    /// Of this name.
    pub name: Option<String>,
}
