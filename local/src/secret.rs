//! The secret that signs the tokens of a local studio: made on the first start, kept beside the database.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The file in the data directory: one line of base64, the one key of a local studio.
const FILE: &str = "token-secret";
/// Random bytes of a new secret.
const LENGTH: usize = 32;

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or written.
    #[error("cannot use {}: {}", .0.display(), .1)]
    File(PathBuf, std::io::Error),
    /// The file holds something else.
    #[error("{} is damaged: delete it to get a new one, which logs everybody out", .0.display())]
    Damaged(PathBuf),
    /// The operating system gave no randomness.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

/// A new secret.
pub fn fresh() -> Result<Vec<u8>, SecretError> {
    random(LENGTH)
}

/// As many random bytes as asked for.
pub(crate) fn random(count: usize) -> Result<Vec<u8>, SecretError> {
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(SecretError::Random)?;
    Ok(bytes)
}

/// The secret kept in `directory`, which must exist; made if there is none. Only its owner can read the file.
pub fn kept(directory: &Path) -> Result<Vec<u8>, SecretError> {
    let path = directory.join(FILE);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Ok(file) => {
            let secret = fresh()?;
            write(file, &secret).map_err(|error| SecretError::File(path, error))?;
            Ok(secret)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(SecretError::File(path, error)),
    }
}

fn write(mut file: File, secret: &[u8]) -> std::io::Result<()> {
    writeln!(file, "{}", STANDARD.encode(secret))?;
    file.sync_all()
}

fn read(path: PathBuf) -> Result<Vec<u8>, SecretError> {
    let text = match restrict(&path).and_then(|()| std::fs::read_to_string(&path)) {
        Ok(text) => text,
        Err(error) => return Err(SecretError::File(path, error)),
    };
    let secret = STANDARD.decode(text.trim()).ok().filter(|bytes| bytes.len() >= LENGTH);
    secret.ok_or(SecretError::Damaged(path))
}

/// A copied directory may have lost the mode.
#[cfg(unix)]
fn restrict(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let first = kept(directory.path()).unwrap();
        assert_eq!(first.len(), LENGTH);
        assert_eq!(kept(directory.path()).unwrap(), first);
        assert_ne!(kept(tempfile::tempdir().unwrap().path()).unwrap(), first);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        kept(directory.path()).unwrap();
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        kept(directory.path()).unwrap();
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn a_damaged_file_is_not_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(FILE), "short").unwrap();
        assert!(matches!(kept(directory.path()), Err(SecretError::Damaged(_))));
    }
}
