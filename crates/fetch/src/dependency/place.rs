//! Moves archives into `charts/`, and removes outdated ones.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mkmanifests_chart::{Chart, ChartCode, Dependency, load};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

use super::{Error, Run};

/// The content of an archive.
#[derive(Debug)]
pub(super) enum Content {
    /// A file in the cache.
    Cached(PathBuf),
    /// Packed from a folder.
    Packed(Vec<u8>),
}

impl Run<'_> {
    /// Moves archives, by their file names, into `charts/` and removes all others. Kept are folders, the archives of
    /// dependencies without a repository, and files that are no charts.
    ///
    /// The files are written into `tmpcharts-PID` beside `charts/` and moved when all of them are there.
    ///
    /// # Errors
    /// What was downloaded is not a chart; a file cannot be written.
    pub(super) fn place(&mut self, files: &BTreeMap<String, Content>, locked: &[Dependency]) -> Result<(), Error> {
        let charts = self.folder.join("charts");
        let waiting = Waiting::new(self.folder)?;
        for (name, content) in files {
            waiting.write(name, content)?;
        }
        fs::create_dir_all(&charts).map_err(|error| crate::Error::file("mkdir", &charts, &error))?;
        let before = files_in(&charts)?;
        for name in files.keys() {
            let to = charts.join(name);
            let moved = fs::rename(waiting.0.join(name), &to);
            moved.map_err(|error| crate::Error::file("rename", &to, &error))?;
        }
        self.say("Deleting outdated charts")?;
        for name in before.iter().filter(|name| !files.contains_key(*name)) {
            self.remove(&charts.join(name), locked)?;
        }
        Ok(())
    }

    /// Removes an outdated archive.
    fn remove(&mut self, file: &Path, locked: &[Dependency]) -> Result<(), Error> {
        let chart = match load_file(file) {
            Ok(chart) => chart,
            Err(diagnostics) => {
                let reasons: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.reason.as_str()).collect();
                let reasons = reasons.join("\n");
                return self
                    .say(format_args!("Could not verify {} for deletion: {reasons} (Skipping)", file.display()));
            }
        };
        if locked.iter().any(|one| one.repository.is_empty() && one.name == chart.name()) {
            return Ok(());
        }
        match fs::remove_file(file) {
            Ok(()) => Ok(()),
            Err(error) => self.say(format_args!("Could not delete {}: {error} (Skipping)", file.display())),
        }
    }
}

/// The folder `tmpcharts-PID`, which is removed at the end.
struct Waiting(PathBuf);

impl Waiting {
    fn new(chart: &Path) -> Result<Waiting, Error> {
        let folder = chart.join(format!("tmpcharts-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| crate::Error::file("mkdir", &folder, &error))?;
        Ok(Waiting(folder))
    }

    /// Writes an archive and checks that it is a chart.
    fn write(&self, name: &str, content: &Content) -> Result<(), Error> {
        let path = self.0.join(name);
        let written = match content {
            Content::Cached(from) => fs::read(from).and_then(|data| fs::write(&path, data)),
            Content::Packed(data) => fs::write(&path, data),
        };
        written.map_err(|error| crate::Error::file("open", &path, &error))?;
        let failed = |diagnostics| Error::NotAChart { file: name.to_owned(), diagnostics };
        load_file(&path).map_err(failed)?;
        Ok(())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Checks that `charts` is a folder, or does not exist.
pub(super) fn check(charts: &Path) -> Result<(), Error> {
    match fs::metadata(charts) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(Error::NoChartsFolder { path: charts.display().to_string() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(crate::Error::file("stat", charts, &error).into()),
    }
}

/// Loads an archive, and nothing else.
fn load_file(file: &Path) -> Result<Chart, Vec<Diagnostic>> {
    if file.is_dir() {
        return Err(vec![Diagnostic::error(ChartCode::NotAChart, "cannot load a directory")]);
    }
    load(file, &mut Sources::default()).map(|loaded| loaded.chart)
}

/// Returns the names in a folder that are not folders, sorted.
fn files_in(folder: &Path) -> Result<Vec<String>, Error> {
    let failed = |error: io::Error| crate::Error::file("open", folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_type().map_err(failed)?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
