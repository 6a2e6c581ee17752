//! What the 26 endpoints and logins cost, in capacity units: `tests/api/capacity.rs` measures it, `docs/cost.md` tells it.

/// Read and write units of each endpoint, by its operation in the OpenAPI document. A change of an asset is two units more
/// than its items cost: its entry in the history is written, or at last deleted, in the same transaction. A transaction of
/// any size is two units more for the feed of events.
pub const EXPECTED: [(&str, f64, f64); 26] = [
    ("list_assets", 16.0, 0.0),
    // Here and of one asset, two of the reads are of the task types, by which tasks are ordered: one range with the asset
    // types.
    ("list_assets_with_tasks", 13.0, 0.0),
    ("get_asset", 11.0, 0.0),
    // One of the reads is of the metadata descriptors, which say what `data` may be, and one of the project, once the
    // asset is written: whether it is still there.
    ("create_asset", 7.0, 10.0),
    // One of the reads is of the project: whether a journal that moves the asset's tasks is open.
    ("delete_asset", 13.0, 10.0),
    ("list_project_assets", 9.0, 0.0),
    ("list_project_asset_type_assets", 7.0, 0.0),
    ("list_asset_types", 3.0, 0.0),
    ("get_asset_type", 3.0, 0.0),
    ("list_project_asset_types", 9.0, 0.0),
    // One is for the borrowed asset that is cast in the shot: whether it is still shared; three are for one asset of each
    // type: whether it is canceled.
    ("list_shot_asset_types", 11.0, 0.0),
    ("list_asset_tasks", 9.0, 0.0),
    ("list_asset_task_types", 7.0, 0.0),
    ("get_asset_casting", 12.0, 0.0),
    // One unit to read and two to write are those of a casting in an asset: no two at once close a circle. Two are the shot
    // that loses a link and its episode: whether they are where the link says, to count one less.
    ("set_asset_casting", 31.0, 28.0),
    ("get_asset_cast_in", 12.0, 0.0),
    ("list_linked_assets", 9.0, 0.0),
    ("list_asset_asset_instances", 6.0, 0.0),
    ("create_asset_asset_instance", 7.0, 12.0),
    ("list_asset_shot_instances", 7.0, 0.0),
    ("list_asset_scene_instances", 8.0, 0.0),
    ("share_assets", 6.0, 7.0),
    ("share_project_assets", 13.0, 19.0),
    ("share_asset_type_assets", 9.0, 12.0),
    ("list_project_shared_assets", 9.0, 0.0),
    ("list_episode_shared_assets", 10.0, 0.0),
];

/// Read and write units of logging in, however it ends, and of staying logged in. Attempts are counted before the
/// password is looked at, three units; to take that back is another two.
pub const LOGINS: [(&str, f64, f64); 5] = [
    // The session, the address, the counter of both, and two conditions: the person and the password are as they were
    // read.
    ("login", 3.0, 15.0),
    ("login, wrong password", 3.0, 3.0),
    ("login, nobody's address", 2.0, 3.0),
    ("login, too many before", 3.0, 1.0),
    ("refresh_token", 2.0, 2.0),
];

/// The units of one endpoint.
pub fn of(endpoint: &str) -> (f64, f64) {
    let found = EXPECTED.iter().find(|(name, ..)| *name == endpoint);
    found.map(|(_, read, write)| (*read, *write)).expect("one of the 26 endpoints")
}
