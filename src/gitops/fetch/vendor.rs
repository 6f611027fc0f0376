//! Copies archives into the vendored folder, and removes those that are no longer used.

use std::fs;
use std::path::{Path, PathBuf};

use super::unwritable;
use crate::diagnostic::{Diagnostic, io_reason};
use crate::fetch::cache::digest;
use crate::files::FileCode;
use crate::gitops::GitopsCode;
use crate::gitops::charts::{LOCK, Lock, LockedChart};
use crate::gitops::tree::TemporaryFolder;

/// Copies the archives that the vendored folder lacks. An archive that `charts.lock` did not have is not overwritten.
pub(super) fn write(
    fleet: &Path,
    before: &Lock,
    after: &Lock,
    archives: &[(LockedChart, PathBuf)],
    temporary: &dyn Fn() -> Result<TemporaryFolder, Diagnostic>,
) -> Result<(), Vec<Diagnostic>> {
    let Some(folder) = after.vendor_folder(fleet) else { return Ok(()) };
    let is_ours = |file: &str| before.vendor == after.vendor && before.vendored().contains_key(file);
    let (mut missing, mut diagnostics) = (Vec::new(), Vec::new());
    for (file, chart) in after.vendored() {
        let path = folder.join(&file);
        match fs::read(&path).map(|bytes| digest(&bytes)) {
            Ok(found) if found == chart.sha256 => {}
            Ok(_) if !is_ours(&file) => diagnostics.push(foreign(&path)),
            _ => missing.push((path, chart)),
        }
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    if missing.is_empty() {
        return Ok(());
    }
    let copied = (|| {
        fs::create_dir_all(&folder).map_err(|error| unwritable(&folder.display().to_string(), &error))?;
        let temporary = temporary()?;
        missing.into_iter().try_for_each(|(path, chart)| copy(&path, chart, archives, &temporary))
    })();
    copied.map_err(|diagnostic| vec![diagnostic])
}

fn foreign(path: &Path) -> Diagnostic {
    let message = format!("`{}` was not written by mkmanifests, and an archive needs this path", path.display());
    Diagnostic::error(GitopsCode::ForeignFile, message).help("move it away, or choose another folder with `--vendor`")
}

fn copy(
    to: &Path,
    chart: &LockedChart,
    archives: &[(LockedChart, PathBuf)],
    temporary: &TemporaryFolder,
) -> Result<(), Diagnostic> {
    let from = archives.iter().find(|(other, _)| other.sha256 == chart.sha256).map(|(_, path)| path.as_path());
    let from = from.unwrap_or(to);
    let bytes = fs::read(from).map_err(|error| {
        let message = format!("cannot read `{}`: {}", from.display(), io_reason(&error));
        Diagnostic::error(FileCode::of_reading(&error), message)
    })?;
    if digest(&bytes) != chart.sha256 {
        let message = format!("`{}` changed while it was copied", from.display());
        return Err(Diagnostic::error(GitopsCode::ChangedWhileRendering, message));
    }
    temporary.write(to, &bytes).map_err(|error| unwritable(&to.display().to_string(), &error))
}

/// Removes archives that the old `charts.lock` has and the new one has not. Returns a warning for each that is kept
/// because its content is not the locked one.
pub(super) fn remove_stale(fleet: &Path, before: &Lock, after: &Lock) -> Vec<Diagnostic> {
    let Some(folder) = before.vendor_folder(fleet) else { return Vec::new() };
    let used = if before.vendor == after.vendor { after.vendored() } else { Default::default() };
    let mut warnings = Vec::new();
    for (file, chart) in before.vendored().into_iter().filter(|(file, _)| !used.contains_key(file)) {
        let path = folder.join(&file);
        let Ok(bytes) = fs::read(&path) else { continue };
        let shown = path.display().to_string();
        if digest(&bytes) != chart.sha256 {
            let message = format!("`{shown}` is not the archive that `{LOCK}` had, and is left alone");
            warnings
                .push(Diagnostic::warning(GitopsCode::ForeignFile, message).help("remove it if you do not need it"));
        } else if let Err(error) = fs::remove_file(&path) {
            let message = format!("cannot remove `{shown}`: {}", io_reason(&error));
            warnings.push(Diagnostic::warning(FileCode::Unwritable, message));
        }
    }
    // This only removes an empty folder.
    let _ = fs::remove_dir(&folder);
    warnings
}
