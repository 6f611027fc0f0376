//! Saves downloaded charts where the user wants them: `helm pull`.

use std::fs;
use std::path::{Component, Path, PathBuf};

use mkmanifests_chart::{Metadata, archive_files};
use mkmanifests_go::quote::quote;
use mkmanifests_yaml::tree::read::{Duplicates, first_document};

use crate::{Error, Fetched, replace_file};

/// Where a chart is saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Destination {
    /// `--destination`: an existing folder.
    pub folder: PathBuf,
    /// `--untar`: unpack the archive. Its value is `--untardir`, which is relative to `folder`.
    pub unpack: Option<PathBuf>,
}

/// Saves a chart: its archive, and its provenance file if there is one, or unpacked. Nothing half written remains.
///
/// `reference` is what the user asked for. Like Helm, this refuses to unpack if a file or folder has its last part as its
/// name, and leaves an empty folder of this name if the chart has another one.
///
/// Returns the path of the archive, or of the unpacked chart.
///
/// # Errors
/// The folder does not exist or cannot be written; the archive is not a chart, or its folder already exists.
pub fn save(fetched: &Fetched, reference: &str, destination: &Destination) -> Result<PathBuf, Error> {
    let bytes = fs::read(&fetched.archive).map_err(|error| Error::file("open", &fetched.archive, &error))?;
    let Some(folder) = &destination.unpack else {
        let path = join(&destination.folder, Path::new(&fetched.file_name));
        if let Some(provenance) = &fetched.provenance {
            replace_file(&join(&destination.folder, format!("{}.prov", fetched.file_name)), provenance, 0o644)?;
        }
        replace_file(&path, &bytes, 0o644)?;
        return Ok(path);
    };
    let folder = join(&destination.folder, folder);
    let name = reference.rsplit('/').next().unwrap_or_default();
    let wanted = join(&folder, name);
    if fs::symlink_metadata(&wanted).is_ok() {
        return Err(Error::Exists { path: wanted.display().to_string() });
    }
    let unpacked = unpack(&bytes, &fetched.file_name, &folder)?;
    if unpacked != wanted {
        fs::create_dir_all(&wanted)
            .map_err(|error| Error::file("mkdir", &wanted, &error).context("failed to untar (mkdir)"))?;
    }
    Ok(unpacked)
}

/// Unpacks an archive into a folder of the chart's name below `folder`, which is created. `name` names the archive in
/// errors. Returns the path of the chart.
///
/// # Errors
/// The archive is not a chart or breaks a limit of charts, an entry points out of it, or the chart's folder exists.
pub fn unpack(archive: &[u8], name: &str, folder: &Path) -> Result<PathBuf, Error> {
    let invalid = |reason: String| Error::Archive { reason };
    let files = archive_files(archive, name).map_err(|diagnostic| invalid(diagnostic.message()))?;
    let metadata = files.iter().rfind(|file| file.name == "Chart.yaml");
    let chart = metadata.map(|file| chart_name(&file.data)).transpose()?.unwrap_or_default();
    check_name(&chart).map_err(invalid)?;
    let target = join(folder, &chart);
    fs::create_dir_all(folder).map_err(|error| Error::file("mkdir", folder, &error))?;
    if fs::symlink_metadata(&target).is_ok() {
        return Err(Error::Exists { path: target.display().to_string() });
    }
    let unpacked = tempfile::Builder::new().prefix(".mkmanifests-").tempdir_in(folder);
    let unpacked = unpacked.map_err(|error| Error::file("mkdir", folder, &error))?;
    for file in &files {
        write(&unpacked.path().join(&file.name), &file.data)?;
    }
    set_readable(unpacked.path()).map_err(|error| Error::file("chmod", unpacked.path(), &error))?;
    fs::rename(unpacked.path(), &target).map_err(|error| Error::file("rename", &target, &error))?;
    // The folder was renamed: nothing is left to remove.
    let _ = unpacked.keep();
    Ok(target)
}

fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::file("mkdir", folder, &error))?;
    }
    fs::write(path, content).map_err(|error| Error::file("open", path, &error))
}

fn chart_name(chart_yaml: &[u8]) -> Result<String, Error> {
    let invalid = |reason: String| Error::Archive { reason: format!("cannot load Chart.yaml: {reason}") };
    let node = first_document(Default::default(), chart_yaml, Duplicates::LastWins)
        .map_err(|error| invalid(format!("error converting YAML to JSON: {}", error.go)))?;
    let metadata = Metadata::from_node(&node)
        .map_err(|errors| invalid(errors.first().map(|error| error.message()).unwrap_or_default()))?;
    Ok(metadata.name)
}

/// Checks that a name is that of one folder.
fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("chart name not specified".into());
    }
    let mut components = Path::new(name).components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(only)), None) if only == name && !name.contains('\\') => Ok(()),
        (Some(Component::CurDir | Component::ParentDir), None) => {
            Err(format!("chart name {} is not allowed", quote(name.as_bytes())))
        }
        _ => Err(format!("chart name {} must not contain path separators", quote(name.as_bytes()))),
    }
}

/// Joins paths as Go's `filepath.Join`: without a leading `./`.
fn join(folder: &Path, name: impl AsRef<Path>) -> PathBuf {
    let joined: PathBuf = folder.join(name).components().filter(|step| *step != Component::CurDir).collect();
    if joined.as_os_str().is_empty() { PathBuf::from(".") } else { joined }
}

#[cfg(unix)]
fn set_readable(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn set_readable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
