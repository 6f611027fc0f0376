//! Reads and writes the snapshot file of a suite.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use mkmanifests_yaml::diagnostic::io_reason;

use super::Options;
use crate::snapshot::{self, Cache};
use crate::suite::Suite;

/// Reads the snapshots of a suite. A file that does not exist has none.
///
/// # Errors
/// Go's text about a file that cannot be read.
pub(super) fn read(suite: &Suite, options: &Options) -> Result<Cache, String> {
    let cache = read_file(suite, options.update_snapshots)?;
    let cache = if options.ci { cache.read_only() } else { cache };
    Ok(if options.kube_versions.len() > 1 { cache.shared() } else { cache })
}

fn read_file(suite: &Suite, updating: bool) -> Result<Cache, String> {
    let path = snapshot::path_of(Path::new(&suite.snapshot_file()));
    let name = path.display();
    if let Some(folder) = path.parent()
        && fs::metadata(folder).is_ok_and(|metadata| !metadata.is_dir())
    {
        return Err(format!("snapshot cache dir {} is not a directory", folder.display()));
    }
    match fs::read(&path) {
        Ok(bytes) => Cache::read(&String::from_utf8_lossy(&bytes), updating).map_err(|error| error.to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Cache::new(updating)),
        Err(error) => Err(format!("open {name}: {}", io_reason(&error))),
    }
}

/// Writes the snapshots of a suite if they changed. The folder is made only then.
///
/// # Errors
/// Go's text about a file that cannot be written.
pub(super) fn write(suite: &Suite, cache: &Cache) -> Result<(), String> {
    let Some(text) = cache.text_to_write() else { return Ok(()) };
    let path = snapshot::path_of(Path::new(&suite.snapshot_file()));
    let failed = |error: std::io::Error| format!("open {}: {}", path.display(), io_reason(&error));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&path, text).map_err(failed)
}
