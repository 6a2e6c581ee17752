//! The directory of an embedded database: who may open it, what is made in it, and how it is read without being touched.
//!
//! Start with [`Directory::lock`]. A database comes into being whole: it is made elsewhere, and [`Directory::put`] gives it
//! its name. So a first start that is killed leaves nothing that a second one would take for a studio.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dynoxide::{Database, DynoxideError};

use super::{Engine, EngineError, Opened};

/// The database in the data directory.
const DATABASE_FILE: &str = "tanuki.db";
/// A database that is being made. SQLite's own files of it would be named after it.
const NEW_FILE: &str = "tanuki.db.new";
/// The file whose lock says that a process has the database open: two would lose index entries.
const LOCK_FILE: &str = "lock";
/// What SQLite puts beside a database that is open, or was when its process was killed.
const LOGS: [&str; 2] = ["-wal", "-journal"];
const SHARED_MEMORY: &str = "-shm";
/// What a database begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// A data directory that no other process uses meanwhile.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    lock: File,
}

impl Directory {
    /// Makes the directory unless it is there, and takes its lock.
    pub(crate) fn lock(path: &Path) -> Result<Self, EngineError> {
        let failed = |error| EngineError::Directory(path.to_owned(), error);
        private_directory(path)?;
        let lock = private_file()
            .create(true)
            .truncate(false)
            .open(path.join(LOCK_FILE))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(EngineError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Whether there is a database. A file in its place that is none is an error.
    pub(crate) fn has_database(&self) -> Result<bool, EngineError> {
        has_database(&self.path)
    }

    /// Puts all that is in an engine where there is no database yet, as one.
    pub(crate) fn put(&self, made: &Engine) -> Result<(), EngineError> {
        let failed = |error| EngineError::Directory(self.path.clone(), error);
        let (new, file) = (self.path.join(NEW_FILE), self.path.join(DATABASE_FILE));
        // Left by a start that was killed.
        for left in beside(&new).chain([new.clone()]) {
            remove(&left).map_err(failed)?;
        }
        // A log without its database would be taken for the new one's.
        for left in beside(&file) {
            remove(&left).map_err(failed)?;
        }
        let empty = private_file().create_new(true).open(&new).map_err(failed)?;
        made.copy_to(&new)?;
        empty.sync_all().map_err(failed)?;
        fs::rename(&new, &file).map_err(failed)?;
        sync(&self.path).map_err(failed)
    }

    /// Opens the database. Every write that was answered is on the disk (SQLite's `synchronous = FULL`).
    pub(crate) fn open(self) -> Result<Engine, EngineError> {
        let file = self.path.join(DATABASE_FILE);
        for private in beside(&file).chain([file.clone()]) {
            restrict(&private).map_err(|error| EngineError::Directory(self.path.clone(), error))?;
        }
        let database = Database::new(&file.to_string_lossy())
            .map_err(|error| EngineError::Database(file, error))?;
        Ok(Engine(Arc::new(Opened { database, _lock: Some(self.lock) })))
    }
}

/// Fails unless there is a database in a directory.
pub(super) fn require_database(directory: &Path) -> Result<(), EngineError> {
    if has_database(directory)? { Ok(()) } else { Err(EngineError::Absent(directory.to_owned())) }
}

/// Puts a copy of the database in `directory` in the place of all that is in `engine`. Another process may be at work there.
pub(super) fn copy(directory: &Path, engine: &Engine) -> Result<(), EngineError> {
    require_database(directory)?;
    let file = directory.join(DATABASE_FILE);
    let idle = idle(directory);
    // SQLite makes files of its own beside a database that somebody may be writing, but not beside one that is told to
    // be unchangeable: that is one which nobody has open, with all of it in the one file.
    let source = match idle {
        Some(_) if !has_log(&file) => unchangeable(&file),
        _ => None,
    };
    let source = source.unwrap_or_else(|| file.to_string_lossy().into_owned());
    // The engine starts over whenever somebody writes, and gives up after a while, with a text of its own.
    let gives_up = |error: &DynoxideError| error.to_string().contains("kept changing");
    match engine.0.database.restore_from(&source) {
        Err(error) if gives_up(&error) => Err(EngineError::Busy(file)),
        restored => restored.map_err(|error| EngineError::Database(file, error)),
    }
}

/// Keeps others from opening a database that nobody has open.
struct Idle {
    _lock: Option<File>,
}

/// `None` if somebody has the database open, or if that cannot be told.
fn idle(directory: &Path) -> Option<Idle> {
    let lock = match File::open(directory.join(LOCK_FILE)) {
        Ok(lock) => lock.try_lock_shared().ok().map(|()| Some(lock))?,
        // A copy without it: whoever opens a database makes one.
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(_) => return None,
    };
    Some(Idle { _lock: lock })
}

/// Whether something is written, or half written, that the database's own file does not tell of.
fn has_log(file: &Path) -> bool {
    let mut logs = LOGS.into_iter().map(|suffix| with_suffix(file, suffix));
    logs.any(|log| fs::metadata(log).is_ok_and(|log| log.len() > 0))
}

/// How SQLite is told of a file that nobody changes; `None` where a path is no part of an address.
fn unchangeable(file: &Path) -> Option<String> {
    let path = file.to_str().filter(|_| cfg!(unix))?;
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let host = if path.starts_with('/') { "//" } else { "" };
    Some(format!("file:{host}{path}?immutable=1"))
}

fn has_database(directory: &Path) -> Result<bool, EngineError> {
    let file = directory.join(DATABASE_FILE);
    let failed = |error| EngineError::Directory(directory.to_owned(), error);
    let opened = match File::open(&file) {
        Ok(opened) => opened,
        // Below a file there is nothing either.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(false);
        }
        Err(error) => return Err(failed(error)),
    };
    let (length, mut start) = (u64::try_from(MAGIC.len()).unwrap_or_default(), Vec::new());
    opened.take(length).read_to_end(&mut start).map_err(failed)?;
    if start == MAGIC { Ok(true) } else { Err(EngineError::NoDatabase(file)) }
}

/// Makes a data directory that only its owner can read: it holds secrets and password hashes.
pub(crate) fn private_directory(directory: &Path) -> Result<(), EngineError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| EngineError::Directory(directory.to_owned(), error))
}

/// How a file is made that only its owner can read.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes a file that is there away from everybody but its owner: the directory may be open to others, and a copy of it
/// may have lost the modes.
#[cfg(unix)]
pub(crate) fn restrict(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    match fs::metadata(file) {
        Ok(there) if there.permissions().mode() & 0o077 != 0 => {
            fs::set_permissions(file, fs::Permissions::from_mode(0o600))
        }
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(crate) fn restrict(_file: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Writes to the disk which files are in a directory.
#[cfg(unix)]
pub(crate) fn sync(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync(_directory: &Path) -> std::io::Result<()> {
    Ok(())
}

/// SQLite's own files beside a database.
fn beside(file: &Path) -> impl Iterator<Item = PathBuf> {
    LOGS.into_iter().chain([SHARED_MEMORY]).map(|suffix| with_suffix(file, suffix))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
