//! Who may do what: one pure function, [`Role::allows`], for every handler.
//!
//! A person has a global role; a team membership may override it for one project. An admin is in every
//! team. Callers outside a project's team are refused before this is asked (see `http`'s `Caller`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person is to the studio or to one project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs the studio's tracker.
    Admin,
    /// Runs productions.
    Manager,
    /// Leads a department.
    Supervisor,
    /// Makes things: an artist.
    User,
    /// Ordered the production.
    Client,
    /// Works for the studio from outside, on what is assigned.
    Vendor,
}

/// What a handler is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read a project's assets, tasks, casting, instances.
    Read,
    /// Create, change, cast or share assets; build the breakdown.
    ManageAssets,
    /// Change the custom metadata of an entity, nothing else of it.
    EditData,
    /// Delete an asset, as its creator or not.
    DeleteAsset {
        /// Whether the caller created it.
        by_creator: bool,
    },
    /// Put an instance of an asset somewhere.
    AddInstance,
    /// Create, assign and plan tasks.
    ManageTasks,
    /// Comment on a task and so change its status.
    CommentTask,
    /// Change a project's settings and team.
    ManageProject,
    /// Change the studio's vocabulary: types, statuses, departments.
    ManageVocabulary,
    /// Create and delete projects and persons.
    ManageStudio,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// Only on entities with a task assigned to the caller.
    IfAssigned,
    /// No.
    Denied,
}

impl Role {
    /// All roles, the most powerful first.
    pub const ALL: [Self; 6] =
        [Self::Admin, Self::Manager, Self::Supervisor, Self::User, Self::Client, Self::Vendor];

    /// The role of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == word)
    }

    /// The word of the role.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Supervisor => "supervisor",
            Self::User => "user",
            Self::Client => "client",
            Self::Vendor => "vendor",
        }
    }

    /// Whether someone with this role in a project (or, for the studio's things, globally) may do it.
    #[expect(clippy::match_same_arms, reason = "a row per role reads as the table it is")]
    pub fn allows(self, action: Action) -> Verdict {
        use Action::{
            AddInstance, CommentTask, DeleteAsset, EditData, ManageStudio, ManageTasks, Read,
        };
        use Verdict::{Allowed, Denied, IfAssigned};
        match (self, action) {
            (Self::Admin, _) => Allowed,
            (_, ManageStudio) => Denied,
            (Self::Manager, _) => Allowed,
            (Self::Supervisor, EditData | ManageTasks) => Allowed,
            (Self::Supervisor | Self::User, Read | AddInstance | CommentTask) => Allowed,
            (Self::Supervisor | Self::User, DeleteAsset { by_creator: true }) => Allowed,
            (Self::Client, Read | CommentTask) => Allowed,
            (Self::Vendor, Read | CommentTask) => IfAssigned,
            _ => Denied,
        }
    }
}

/// The message of the 403 when [`Role::allows`] denies an action.
pub fn refusal(action: Action) -> &'static str {
    match action {
        Action::Read => "You may not read this",
        Action::ManageAssets => "Only managers of the project may change its assets and breakdown",
        Action::EditData => "Only managers and supervisors of the project may change metadata",
        Action::DeleteAsset { .. } => "Only the creator of an asset or a manager may delete it",
        Action::AddInstance => "Clients and vendors may not create instances",
        Action::ManageTasks => "Only managers and supervisors of the project may change its tasks",
        Action::CommentTask => "You may not comment on this task",
        Action::ManageProject => "Only managers of the project may change its settings",
        Action::ManageVocabulary => "Only managers may change the studio's types and statuses",
        Action::ManageStudio => "Only administrators may do this",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row a role: read, manage, delete own, delete, instantiate.
    #[test]
    fn the_role_table_holds() {
        use Verdict::{Allowed as Y, Denied as N, IfAssigned as A};
        let table = [
            (Role::Admin, [Y, Y, Y, Y, Y]),
            (Role::Manager, [Y, Y, Y, Y, Y]),
            (Role::Supervisor, [Y, N, Y, N, Y]),
            (Role::User, [Y, N, Y, N, Y]),
            (Role::Client, [Y, N, N, N, N]),
            (Role::Vendor, [A, N, N, N, N]),
        ];
        let actions = [
            Action::Read,
            Action::ManageAssets,
            Action::DeleteAsset { by_creator: true },
            Action::DeleteAsset { by_creator: false },
            Action::AddInstance,
        ];
        for (role, expected) in table {
            assert_eq!(actions.map(|action| role.allows(action)), expected, "{role:?}");
        }
    }

    #[test]
    fn only_admins_manage_the_studio() {
        for role in Role::ALL {
            let expected = if role == Role::Admin { Verdict::Allowed } else { Verdict::Denied };
            assert_eq!(role.allows(Action::ManageStudio), expected, "{role:?}");
        }
    }

    #[test]
    fn words_and_roles_match() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.name()), Some(role));
        }
        assert_eq!(Role::parse("Admin"), None);
    }
}
