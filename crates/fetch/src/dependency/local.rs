//! Dependencies on disk: folders in `charts/`, and `file://` folders, which are packed.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_chart::{Chart, Dependency};
use mkmanifests_go::semver::{Constraints, Version};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

use super::Error;

/// Loads the folder of a chart.
pub(super) fn load(folder: &Path) -> Result<Chart, Error> {
    let path = folder.display().to_string();
    match fs::metadata(folder) {
        Err(_) => Err(Error::NotAFolder { path, exists: false }),
        Ok(metadata) if !metadata.is_dir() => Err(Error::NotAFolder { path, exists: true }),
        Ok(_) => load_folder(folder, ""),
    }
}

/// Loads the folder of a chart. `context` is what Helm puts in front of an error.
pub(super) fn load_folder(folder: &Path, context: &str) -> Result<Chart, Error> {
    let failed = |diagnostics| Error::Chart { context: context.to_owned(), diagnostics };
    if !folder.join("Chart.yaml").exists() {
        let code = mkmanifests_chart::ChartCode::MissingMetadata;
        return Err(failed(vec![Diagnostic::error(code, "Chart.yaml file is missing")]));
    }
    let loaded = mkmanifests_chart::load(folder, &mut Sources::default()).map_err(failed)?;
    Ok(loaded.chart)
}

/// Returns the folder of `file://...`, or of a path that is relative to the chart.
///
/// # Errors
/// A folder that does not exist.
pub(super) fn path(repository: &str, chart: &Path) -> Result<PathBuf, Error> {
    let path = clean(&chart.join(repository.strip_prefix("file://").unwrap_or(repository)));
    match fs::metadata(&path) {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::NoFolder { path: path.display().to_string() })
        }
        Err(error) => Err(crate::Error::file("stat", &path, &error).into()),
    }
}

/// Checks that a folder in `charts/` has the version that a dependency without a repository wants.
pub(super) fn check_in_charts(charts: &Path, wanted: &Dependency) -> Result<(), Error> {
    let folder = clean(&charts.join(&wanted.name));
    let chart = load_folder(&folder, &format!("unable to load chart '{}'", folder.display()))?;
    let found = &chart.metadata.version;
    let constraint = constraint(wanted, false)?;
    let of = Some((wanted.version.clone(), wanted.name.clone()));
    let version = Version::parse(found).map_err(|reason| Error::Version { of, reason })?;
    if constraint.check(&version) {
        return Ok(());
    }
    Err(Error::OtherVersion { name: wanted.name.clone(), found: found.clone(), wanted: wanted.version.clone() })
}

/// Loads the folder of a `file://` dependency and checks its version.
pub(super) fn load_for_packing(chart: &Path, wanted: &Dependency) -> Result<Chart, Error> {
    let loaded = load_folder(&path(&wanted.repository, chart)?, "")?;
    let constraint = constraint(wanted, false)?;
    let version = &loaded.metadata.version;
    let version = Version::parse(version).map_err(|reason| Error::Version { of: None, reason })?;
    if constraint.check(&version) { Ok(loaded) } else { Err(Error::NoValidVersion { name: wanted.name.clone() }) }
}

/// Parses the version of a dependency. `quoted` is whether Helm quotes the name in the error.
pub(super) fn constraint(wanted: &Dependency, quoted: bool) -> Result<Constraints, Error> {
    let failed = |reason| Error::Constraint { name: wanted.name.clone(), quoted, reason };
    Constraints::parse(&wanted.version).map_err(failed)
}

/// Removes `.` and every `..` that has a step before it, as Go's `filepath.Clean`.
pub fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::ParentDir if out.has_root() => {}
            component => out.push(component),
        }
    }
    if out.as_os_str().is_empty() { PathBuf::from(".") } else { out }
}
