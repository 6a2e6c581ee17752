//! The functions' binaries, as cargo builds them with the workspace.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use crate::server;

/// The binary of a function. The first call builds all: cargo builds a package's binaries for its own tests only.
/// They are built as this program was, or in the profile that `TANUKI_PROFILE` names.
pub(super) fn of(function: &str) -> PathBuf {
    static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(build);
    DIRECTORY.join(function)
}

fn build() -> PathBuf {
    let program = server::program();
    let own = program.parent().expect("target/<profile>");
    let directory = match std::env::var_os("TANUKI_PROFILE") {
        Some(profile) => own.with_file_name(profile),
        None => own.to_owned(),
    };
    let profile = match directory.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let status = Command::new(env!("CARGO"))
        .args(["build", "--workspace", "--bins", "--quiet", "--profile", profile])
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the functions are built");
    directory
}
