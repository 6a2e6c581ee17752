//! Python with a package of PyPI in it, such as gazu, and scripts run by it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tanuki_tests::server::program;

/// The release of gazu that Kitsu 1.0.56 and Zou 1.0.97 came with.
pub(crate) const GAZU: &str = "gazu==1.3.1";

/// A Python with the release of a package, such as [`GAZU`], in a folder of `target/` that is made when it is not there.
///
/// A file written last says that it is complete; a lock keeps tests that start together from making it twice.
pub(crate) fn python_with(release: &str) -> PathBuf {
    let program = program();
    let target = program.ancestors().nth(2).expect("target/<profile>/tanuki");
    let name = release.replace("==", "-");
    let lock = File::create(target.join(format!("{name}.lock"))).expect("a file in target/");
    lock.lock().expect("the lock of the folder");
    let venv = target.join(name);
    let complete = venv.join("complete");
    if !complete.exists() {
        install(&venv, release);
        fs::write(complete, "").expect("a file in target/");
    }
    python_of(&venv)
}

fn python_of(venv: &Path) -> PathBuf {
    venv.join("bin/python")
}

fn install(venv: &Path, release: &str) {
    if venv.exists() {
        fs::remove_dir_all(venv).expect("a half-made venv can be removed");
    }
    let made = run(Command::new("python3").args(["-m", "venv"]).arg(venv));
    assert!(
        made.as_ref().is_ok_and(|output| output.status.success()),
        "this suite needs Python 3 with its venv module (Debian: apt-get install python3-venv): {}",
        told(made)
    );
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", release];
    let installed = run(Command::new(python_of(venv)).args(pip));
    assert!(
        installed.as_ref().is_ok_and(|output| output.status.success()),
        "this suite needs {release} from PyPI, and pip could not install it: {}",
        told(installed)
    );
}

fn run(command: &mut Command) -> std::io::Result<Output> {
    command.output()
}

/// What a command said, or why it did not start.
fn told(output: std::io::Result<Output>) -> String {
    match output {
        Ok(output) => text_of(&output),
        Err(error) => error.to_string(),
    }
}

fn text_of(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs a script of this directory against the server at `url`; all that it printed. Panics if it fails.
pub(crate) fn script(name: &str, url: &str, environment: &[(&str, &OsStr)]) -> String {
    script_with(GAZU, name, url, environment)
}

/// As [`script`], with a release of gazu.
pub(crate) fn script_with(
    release: &str,
    name: &str,
    url: &str,
    environment: &[(&str, &OsStr)],
) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(name);
    let output = Command::new(python_with(release))
        .arg(script)
        .env("TANUKI_API", format!("{url}/api"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(environment.iter().copied())
        .output()
        .expect("Python starts");
    let said = text_of(&output);
    assert!(output.status.success(), "{name}:\n{said}");
    said
}
