//! Every operation × every role: the table of who may do what.

use std::collections::BTreeMap;

use http::Method;
use serde_json::json;
use tanuki_tests::app::{ADMIN, ARTIST, CLIENT, MANAGER, SUPERVISOR, VENDOR};
use tanuki_tests::{TestApp, Who};

use crate::operations::operations;
use crate::tokens::PUBLIC;
use crate::world::World;

/// Who may do an operation. The asset of the world is assigned to the artist, and not to the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    /// Everybody with a token.
    AnyToken,
    /// Those who manage tasks anywhere; in the project of what the body names, the API suite asks: `tests/api/tasks.rs`.
    AnyLead,
    /// The team; a vendor only what is assigned to him, which the world's asset is not.
    Team,
    /// The team, a vendor too: what he may not see is missing from the list.
    TeamList,
    /// Managers of the team.
    Managers,
    /// Managers and supervisors of the team.
    Leads,
    /// The team without clients and vendors.
    Studio,
    /// Managers, whatever the team.
    AnyManager,
    /// Administrators.
    Admins,
    /// Administrators, and the person it is about (the world's person is the artist).
    AdminsAndSelf,
}

impl For {
    fn allowed(self) -> &'static [Who] {
        match self {
            Self::AnyToken => &[ADMIN, MANAGER, SUPERVISOR, ARTIST, CLIENT, VENDOR, Who::Outsider],
            Self::Team => &[ADMIN, MANAGER, SUPERVISOR, ARTIST, CLIENT],
            Self::TeamList => &[ADMIN, MANAGER, SUPERVISOR, ARTIST, CLIENT, VENDOR],
            Self::Managers => &[ADMIN, MANAGER],
            Self::Leads => &[ADMIN, MANAGER, SUPERVISOR],
            Self::Studio => &[ADMIN, MANAGER, SUPERVISOR, ARTIST],
            Self::AnyLead => &[ADMIN, MANAGER, SUPERVISOR, Who::Outsider],
            Self::AnyManager => &[ADMIN, MANAGER, Who::Outsider],
            Self::Admins => &[ADMIN],
            Self::AdminsAndSelf => &[ADMIN, ARTIST],
        }
    }
}

const EVERYBODY: [Who; 7] = [VENDOR, CLIENT, Who::Outsider, ARTIST, SUPERVISOR, MANAGER, ADMIN];

/// The role table.
const TABLE: &[(&str, For)] = &[
    ("logout", For::AnyToken),
    // Everybody his own, if he knows the one that counts.
    ("change_password", For::AnyToken),
    ("get_authenticated", For::AnyToken),
    ("list_asset_types", For::AnyToken),
    ("get_asset_type", For::AnyToken),
    ("list_departments", For::AnyToken),
    ("get_department", For::AnyToken),
    ("list_entity_types", For::AnyToken),
    ("get_entity_type", For::AnyToken),
    ("list_task_types", For::AnyToken),
    ("get_task_type", For::AnyToken),
    ("list_task_statuses", For::AnyToken),
    ("get_task_status", For::AnyToken),
    ("list_project_statuses", For::AnyToken),
    ("get_project_status", For::AnyToken),
    ("list_organisations", For::AnyToken),
    ("get_user_context", For::AnyToken),
    ("list_user_open_projects", For::AnyToken),
    ("list_persons", For::AnyToken),
    ("get_person", For::AnyToken),
    ("list_projects", For::AnyToken),
    ("list_open_projects", For::AnyToken),
    ("list_all_projects", For::AnyToken),
    ("list_metadata_descriptors", For::AnyToken),
    ("list_entities", For::AnyToken),
    ("list_tasks", For::AnyToken),
    ("list_episodes", For::AnyToken),
    ("list_sequences", For::AnyToken),
    ("list_shots", For::AnyToken),
    ("list_all_shots", For::AnyToken),
    ("list_scenes", For::AnyToken),
    ("list_all_scenes", For::AnyToken),
    ("list_assets", For::AnyToken),
    ("list_all_assets", For::AnyToken),
    ("list_person_tasks", For::AnyToken),
    ("list_person_done_tasks", For::AnyToken),
    ("list_user_tasks", For::AnyToken),
    ("list_user_done_tasks", For::AnyToken),
    ("list_asset_instances", For::AnyToken),
    ("list_assets_with_tasks", For::AnyToken),
    ("list_shots_with_tasks", For::AnyToken),
    ("list_sequences_with_tasks", For::AnyToken),
    ("list_episodes_with_tasks", For::AnyToken),
    ("export_assets", For::TeamList),
    ("export_casting", For::TeamList),
    ("get_asset", For::Team),
    ("list_asset_history", For::Team),
    ("get_asset_casting", For::Team),
    ("get_asset_cast_in", For::Team),
    ("list_linked_assets", For::Team),
    ("list_asset_asset_instances", For::Team),
    ("list_asset_shot_instances", For::Team),
    ("list_asset_scene_instances", For::Team),
    ("list_asset_tasks", For::Team),
    ("list_asset_task_types", For::Team),
    ("get_asset_instance", For::Team),
    ("get_entity", For::Team),
    ("get_entity_casting", For::Team),
    ("list_entity_news", For::Team),
    ("list_linked_entities", For::Team),
    ("get_task", For::Team),
    ("get_full_task", For::Team),
    ("list_task_comments", For::Team),
    ("create_task_comment", For::Team),
    ("list_shot_assets", For::Team),
    ("list_scene_assets", For::Team),
    ("list_shot_asset_instances", For::Team),
    ("list_scene_asset_instances", For::Team),
    ("list_shot_asset_types", For::TeamList),
    ("get_episode", For::Team),
    ("get_sequence", For::Team),
    ("get_shot", For::Team),
    ("get_scene", For::Team),
    ("list_episode_sequences", For::Team),
    ("list_episode_shots", For::Team),
    ("list_sequence_shots", For::Team),
    ("list_sequence_scenes", For::Team),
    ("list_shot_tasks", For::Team),
    ("list_shot_task_types", For::Team),
    ("list_sequence_task_types", For::Team),
    ("list_episode_task_types", For::Team),
    ("list_scene_task_types", For::Team),
    ("list_entity_tasks_of_type", For::Team),
    ("list_sequence_tasks", For::Team),
    ("list_episode_tasks", For::Team),
    ("list_scene_tasks", For::Team),
    ("list_episode_asset_tasks", For::Team),
    ("list_user_asset_tasks", For::Team),
    ("list_user_asset_task_types", For::Team),
    ("list_user_asset_types", For::TeamList),
    ("list_user_assets", For::TeamList),
    ("list_project_assets", For::TeamList),
    ("list_project_asset_type_assets", For::TeamList),
    ("list_project_asset_types", For::TeamList),
    ("list_project_episodes", For::TeamList),
    ("list_project_sequences", For::TeamList),
    ("list_project_shots", For::TeamList),
    ("list_project_scenes", For::TeamList),
    ("list_project_tasks", For::TeamList),
    ("list_entity_links", For::TeamList),
    ("get_asset_type_casting", For::TeamList),
    ("get_episodes_casting", For::TeamList),
    ("get_sequence_casting", For::Team),
    ("get_shots_casting_of_sequence", For::Team),
    ("get_shots_casting_of_episode", For::Team),
    ("get_shots_casting_of_project", For::TeamList),
    ("get_project_shots_casting", For::TeamList),
    ("get_episode_shots_casting", For::Team),
    ("list_project_shared_assets", For::TeamList),
    ("list_episode_shared_assets", For::TeamList),
    ("get_project", For::TeamList),
    ("list_team", For::TeamList),
    ("list_project_metadata_descriptors", For::TeamList),
    ("get_metadata_descriptor", For::TeamList),
    ("list_project_settings_asset_types", For::TeamList),
    ("list_project_settings_task_types", For::TeamList),
    ("list_project_settings_task_statuses", For::TeamList),
    ("list_project_task_types", For::TeamList),
    ("import_assets", For::Managers),
    ("import_casting", For::Managers),
    ("create_asset", For::Managers),
    ("delete_asset", For::Managers),
    ("delete_entity", For::Managers),
    ("set_asset_casting", For::Managers),
    ("set_entity_casting", For::Managers),
    ("set_castings", For::Managers),
    ("cast_asset", For::Managers),
    ("delete_entity_link", For::Managers),
    ("create_episode", For::Managers),
    ("create_sequence", For::Managers),
    ("create_shot", For::Managers),
    ("create_scene", For::Managers),
    ("share_project_assets", For::Managers),
    ("share_asset_type_assets", For::Managers),
    ("delete_entities", For::Studio),
    ("delete_episode", For::Managers),
    ("delete_sequence", For::Managers),
    ("delete_shot", For::Managers),
    ("delete_scene", For::Managers),
    ("update_project", For::Managers),
    ("add_team_member", For::Managers),
    ("update_team_member", For::Managers),
    ("remove_team_member", For::Managers),
    ("create_metadata_descriptor", For::Managers),
    ("update_metadata_descriptor", For::Managers),
    ("delete_metadata_descriptor", For::Managers),
    ("add_project_asset_type", For::Managers),
    ("remove_project_asset_type", For::Managers),
    ("add_project_task_type", For::Managers),
    ("remove_project_task_type", For::Managers),
    ("add_project_task_status", For::Managers),
    ("remove_project_task_status", For::Managers),
    ("update_entity", For::Leads),
    ("update_episode", For::Leads),
    ("update_sequence", For::Leads),
    ("update_shot", For::Leads),
    ("update_scene", For::Leads),
    ("assign_task", For::Leads),
    ("clear_assignations", For::AnyLead),
    ("create_task", For::AnyLead),
    ("create_entity_tasks", For::Leads),
    ("create_assets_tasks", For::Leads),
    ("create_shots_tasks", For::Leads),
    ("update_task", For::Leads),
    ("delete_task", For::Leads),
    ("delete_tasks", For::Leads),
    ("delete_project_tasks_of_type", For::Managers),
    ("assign_person_tasks", For::AnyLead),
    ("create_asset_asset_instance", For::Studio),
    ("create_scene_asset_instance", For::Studio),
    ("add_shot_asset_instance", For::Studio),
    ("remove_shot_asset_instance", For::Studio),
    ("update_asset_instance", For::Studio),
    ("delete_asset_instance", For::Studio),
    ("share_assets", For::AnyManager),
    ("list_last_events", For::AnyManager),
    ("create_department", For::AnyManager),
    ("update_department", For::AnyManager),
    ("delete_department", For::AnyManager),
    ("create_entity_type", For::AnyManager),
    ("update_entity_type", For::AnyManager),
    ("delete_entity_type", For::AnyManager),
    ("create_task_type", For::AnyManager),
    ("update_task_type", For::AnyManager),
    ("delete_task_type", For::AnyManager),
    ("create_task_status", For::AnyManager),
    ("update_task_status", For::AnyManager),
    ("delete_task_status", For::AnyManager),
    ("create_person", For::Admins),
    ("delete_person", For::Admins),
    ("create_project", For::Admins),
    ("delete_project", For::Admins),
    ("add_person_to_department", For::Admins),
    ("remove_person_from_department", For::Admins),
    ("update_person", For::AdminsAndSelf),
    ("change_person_password", For::AdminsAndSelf),
];

#[tokio::test]
async fn every_operation_is_in_the_table() {
    let table: BTreeMap<&str, For> = TABLE.iter().copied().collect();
    assert_eq!(table.len(), TABLE.len(), "an operation stands twice in the table");
    let operations = operations();
    let missing: Vec<String> = operations
        .iter()
        .filter(|o| !table.contains_key(o.id.as_str()) && !PUBLIC.contains(&o.id.as_str()))
        .map(|o| format!("{} {} {}", o.id, o.method, o.path))
        .collect();
    assert!(missing.is_empty(), "operations without a rule:\n{}", missing.join("\n"));
    let known = |id: &str| operations.iter().any(|o| o.id == id);
    let stale: Vec<_> = TABLE.iter().filter(|(id, _)| !known(id)).collect();
    assert!(stale.is_empty(), "rules without an operation: {stale:?}");
}

/// Those who may are not refused, whatever else is wrong with the (empty) request; those who may not get a
/// 403. The refused come first, so that nothing is gone before they ask.
#[tokio::test]
async fn every_operation_keeps_to_the_role_table() {
    let table: BTreeMap<&str, For> = TABLE.iter().copied().collect();
    let mut wrong = Vec::new();
    // Reading leaves the world as it is, but for the logout: those come first and share one.
    let mut operations = operations();
    operations.sort_by_key(|operation| operation.method != Method::GET || operation.id == "logout");
    let mut app = TestApp::new().await;
    let mut world = World::new(&app).await;
    for operation in operations {
        let Some(rule) = table.get(operation.id.as_str()) else { continue };
        if operation.method != Method::GET || operation.id == "logout" {
            app = TestApp::new().await;
            world = World::new(&app).await;
        }
        let path = operation.path_with(|name| world.id(name));
        let body = operation.has_body().then(|| json!({}));
        let refused = EVERYBODY.into_iter().filter(|who| !rule.allowed().contains(who));
        for who in refused {
            let answer = app.request(who, operation.method.clone(), &path, body.as_ref()).await;
            if answer.status != 403 || answer.body["exception"] != "NotAllowedException" {
                wrong.push(format!(
                    "{} lets {who:?}: {} {}",
                    operation.id, answer.status, answer.body
                ));
            }
        }
        for who in rule.allowed() {
            let answer = app.request(*who, operation.method.clone(), &path, body.as_ref()).await;
            // Once an allowed one has deleted it, it is gone for the next.
            if answer.status == 403 || answer.status == 401 || answer.status.is_server_error() {
                wrong.push(format!(
                    "{} refuses {who:?}: {} {}",
                    operation.id, answer.status, answer.body
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
