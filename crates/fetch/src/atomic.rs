//! Writes files so that readers never see half of one.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::Error;

/// Writes a file by way of a temporary file in the same folder, which is created if it does not exist.
///
/// # Errors
/// The folder or file cannot be written. The old file is then still there.
pub(crate) fn write_file(path: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    let folder = folder(path);
    fs::create_dir_all(folder).map_err(|error| Error::file("mkdir", folder, &error))?;
    replace_file(path, content, mode)
}

/// Writes a file by way of a temporary file. Its folder has to exist.
///
/// # Errors
/// As [`write_file`].
pub(crate) fn replace_file(path: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    let folder = folder(path);
    let failed = |error: &std::io::Error| Error::file("open", path, error);
    let mut file = tempfile::Builder::new().prefix(".").tempfile_in(folder).map_err(|error| failed(&error))?;
    file.write_all(content).map_err(|error| failed(&error))?;
    set_mode(file.as_file(), mode).map_err(|error| failed(&error))?;
    // Not `persist`, which fails on Windows while another process reads the old file.
    let part = file.into_temp_path();
    fs::rename(&part, path).map_err(|error| Error::file("rename", path, &error))
}

/// Returns the folder of a file; `.` for a bare name.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn set_mode(file: &fs::File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &fs::File, _: u32) -> std::io::Result<()> {
    Ok(())
}
