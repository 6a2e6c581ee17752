//! The secret that signs the tokens of a local studio: made on the first start, kept beside the database.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::engine::directory::{private_file, restrict, sync};

/// The file in the data directory: one line of base64, the one key of a local studio.
const FILE: &str = "token-secret";
/// Random bytes of a new secret.
const LENGTH: usize = 32;
/// Random bytes in the name of a file that is being written.
const NAME_LENGTH: usize = 12;

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or written.
    #[error("cannot use {}: {}", .0.display(), .1)]
    File(PathBuf, std::io::Error),
    /// There is no file, and none is to be made.
    #[error("there is no {}: name the server's directory with --data", .0.display())]
    Absent(PathBuf),
    /// The file holds something else.
    #[error("{} is damaged: delete it to get a new one, which logs everybody out", .0.display())]
    Damaged(PathBuf),
    /// The operating system gave no randomness.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

/// A new secret.
pub fn generate() -> Result<Vec<u8>, SecretError> {
    random(LENGTH)
}

/// As many random bytes as asked for.
pub(crate) fn random(count: usize) -> Result<Vec<u8>, SecretError> {
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(SecretError::Random)?;
    Ok(bytes)
}

/// The secret kept in `directory`, which must exist; made if there is none. Only its owner can read the file.
pub fn load_or_create(directory: &Path) -> Result<Vec<u8>, SecretError> {
    match load(directory) {
        Err(SecretError::Absent(path)) => {
            let new =
                directory.join(format!("{FILE}.{}", URL_SAFE_NO_PAD.encode(random(NAME_LENGTH)?)));
            let secret = generate()?;
            make(&path, &new, &secret)
                .and_then(|()| sync(directory))
                .map_err(|error| SecretError::File(path, error))?;
            // Of two who make one at once, one has his in place.
            load(directory)
        }
        found => found,
    }
}

/// The secret kept in `directory`: none is made.
pub fn load(directory: &Path) -> Result<Vec<u8>, SecretError> {
    let path = directory.join(FILE);
    // A copied directory may have lost the mode.
    let text = match restrict(&path).and_then(|()| fs::read_to_string(&path)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(SecretError::Absent(path)),
        Err(error) => return Err(SecretError::File(path, error)),
    };
    let secret = STANDARD.decode(text.trim()).ok().filter(|bytes| bytes.len() >= LENGTH);
    secret.ok_or(SecretError::Damaged(path))
}

/// Puts a secret at `path`, whole or not at all, unless one is there; `new` is its name until then.
fn make(path: &Path, new: &Path, secret: &[u8]) -> io::Result<()> {
    let mut file = private_file().create_new(true).open(new)?;
    let written = writeln!(file, "{}", STANDARD.encode(secret)).and_then(|()| file.sync_all());
    let named = written.and_then(|()| match fs::hard_link(new, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Not every file system has links.
        Err(_) => fs::rename(new, path),
        Ok(()) => Ok(()),
    });
    match fs::remove_file(new) {
        Err(error) if error.kind() != ErrorKind::NotFound => named.and(Err(error)),
        _ => named,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let first = load_or_create(directory.path()).unwrap();
        assert_eq!(first.len(), LENGTH);
        assert_eq!(load_or_create(directory.path()).unwrap(), first);
        assert_ne!(load_or_create(tempfile::tempdir().unwrap().path()).unwrap(), first);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        load_or_create(directory.path()).unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        load_or_create(directory.path()).unwrap();
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn all_who_make_one_at_once_have_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let made = std::thread::scope(|scope| {
            let all = [(); 8].map(|()| scope.spawn(|| load_or_create(directory.path()).unwrap()));
            all.map(|one| one.join().unwrap())
        });
        assert!(made.iter().all(|secret| *secret == made[0]));
        let files: Vec<_> = fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(files.len(), 1, "{files:?}");
    }

    #[test]
    fn what_is_only_read_is_not_made() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(load(directory.path()), Err(SecretError::Absent(_))));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        let made = load_or_create(directory.path()).unwrap();
        assert_eq!(load(directory.path()).unwrap(), made);
    }

    /// The process may die while it writes: what counts has another name until it is whole.
    #[test]
    fn what_is_half_written_does_not_count() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(format!("{FILE}.left")), "c2hv").unwrap();
        assert_eq!(load_or_create(directory.path()).unwrap().len(), LENGTH);
    }

    #[test]
    fn a_damaged_file_is_not_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(FILE), "short").unwrap();
        assert!(matches!(load_or_create(directory.path()), Err(SecretError::Damaged(_))));
    }
}
