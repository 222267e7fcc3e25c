//! The data folder of a run.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::StartError;

/// A folder locked by this run until it ends.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    /// Holds the lock; the system releases it even if the process is killed.
    _lock: File,
}

/// The files of the embedded database, with SQLite's suffixes.
const DATABASE: &str = "dynamodb.sqlite";
const DATABASE_FILES: [&str; 3] = ["dynamodb.sqlite", "dynamodb.sqlite-wal", "dynamodb.sqlite-shm"];
const PHONES: &str = "phones.jsonl";
const SECRET: &str = "secret.key";
/// The format of the items; the number grows with each incompatible change.
const FORMAT_FILE: &str = "format";
const FORMAT: &str = "4";
/// Marks that the demonstration school was created, even if it was changed later.
const DEMO: &str = "demo-made";

impl DataDir {
    /// Creates and locks the folder; removes its content if `fresh`.
    pub fn open(path: &Path, fresh: bool) -> Result<Self, StartError> {
        let unusable = |cause| StartError::FolderUnusable { path: path.to_owned(), cause };
        fs::create_dir_all(path).map_err(unusable)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StartError::FolderInUse { path: path.to_owned() }),
            Err(TryLockError::Error(cause)) => return Err(unusable(cause)),
        }
        if fresh {
            // Only our own files: the folder may have been named by mistake.
            for name in DATABASE_FILES.into_iter().chain([PHONES, SECRET, DEMO, FORMAT_FILE]) {
                match fs::remove_file(path.join(name)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
                    _ => {}
                }
            }
        }
        let data = Self { path: path.to_owned(), _lock: lock };
        data.check_format()?;
        Ok(data)
    }

    /// Fails if the database has another format.
    fn check_format(&self) -> Result<(), StartError> {
        let file = self.path.join(FORMAT_FILE);
        if self.database().exists() {
            let format = fs::read_to_string(&file).unwrap_or_default();
            return if format == FORMAT {
                Ok(())
            } else {
                Err(StartError::DataOutdated { path: self.path.clone() })
            };
        }
        fs::write(file, FORMAT).map_err(|cause| StartError::FolderUnusable { path: self.path.clone(), cause })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// The texts of the phones, one JSON object per line.
    pub fn phones(&self) -> PathBuf {
        self.path.join(PHONES)
    }

    /// Whether the demonstration school was created in this folder.
    pub fn has_demo(&self) -> bool {
        self.path.join(DEMO).exists()
    }

    /// Marks the demonstration school as created.
    pub fn remember_demo(&self) -> io::Result<()> {
        fs::write(self.path.join(DEMO), "")
    }

    /// The key of this folder's tokens and signatures, generated at the first run.
    pub fn secret(&self) -> Result<Vec<u8>, StartError> {
        let unusable = |cause| StartError::FolderUnusable { path: self.path.clone(), cause };
        let file = self.path.join(SECRET);
        match fs::read(&file) {
            Ok(key) if key.len() == 32 => Ok(key),
            Ok(_) => Err(StartError::DataDamaged {
                path: self.path.clone(),
                cause: format!("{SECRET} does not hold 32 bytes"),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut key = vec![0; 32];
                getrandom::fill(&mut key).map_err(|error| unusable(io::Error::other(error)))?;
                fs::write(&file, &key).map_err(unusable)?;
                Ok(key)
            }
            Err(error) => Err(unusable(error)),
        }
    }
}
