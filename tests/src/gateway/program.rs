//! The functions' binaries, as cargo builds them with the workspace.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use crate::server;

/// The binary of a function. The first call builds all: cargo builds a package's binaries for its own tests only.
pub(super) fn of(function: &str) -> PathBuf {
    static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(build);
    DIRECTORY.join(function)
}

fn build() -> PathBuf {
    let program = server::program();
    let directory = program.parent().expect("target/<profile>");
    let profile = match directory.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let status = Command::new(env!("CARGO"))
        .args(["build", "--workspace", "--bins", "--quiet", "--profile", profile])
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the functions are built");
    directory.to_owned()
}
