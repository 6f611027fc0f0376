//! Finds the archives of charts on this machine: in the vendored folder, else in the cache.

use std::io;
use std::path::PathBuf;

use super::LockedChart;
use crate::chart::limits::MAX_CHART_BYTES;
use crate::diagnostic::io_reason;
use crate::fetch::cache;
use crate::files;

/// The folders with archives.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct ChartStore {
    /// The vendored folder: archives by their file names.
    pub vendor: Option<PathBuf>,
    /// The cache: archives by their SHA-256.
    pub cache: Option<PathBuf>,
}

/// Why an archive cannot be used.
#[derive(Debug, Clone)]
pub(in super::super) enum ArchiveError {
    /// It is in neither folder.
    Missing,
    /// The file has another content than `charts.lock` says.
    Changed {
        path: PathBuf,
        /// SHA-256 of the file.
        sha256: String,
    },
    /// The file cannot be read.
    Unreadable { path: PathBuf, reason: String },
}

impl ChartStore {
    /// Returns the archive of a chart and its path. `file` is its name in the vendored folder.
    ///
    /// # Errors
    /// The archive is missing, or is not the one that is locked.
    pub fn read(&self, chart: &LockedChart, file: &str) -> Result<(Vec<u8>, PathBuf), ArchiveError> {
        let vendored = self.vendor.as_ref().map(|folder| folder.join(file));
        let cached = self.cache.as_ref().map(|folder| cache::path(folder, &chart.sha256));
        for path in vendored.into_iter().chain(cached) {
            let limit = usize::try_from(MAX_CHART_BYTES).unwrap_or(usize::MAX);
            match files::read(&path, limit) {
                Ok(bytes) => {
                    let found = cache::digest(&bytes);
                    let is_locked = found == chart.sha256;
                    return if is_locked {
                        Ok((bytes, path))
                    } else {
                        Err(ArchiveError::Changed { path, sha256: found })
                    };
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(ArchiveError::Unreadable { path, reason: io_reason(&error) }),
            }
        }
        Err(ArchiveError::Missing)
    }
}
