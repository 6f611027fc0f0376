//! Runs the suites in folders that are not charts, and single suite files.

use std::fs;
use std::path::Path;

use super::charts::Runner;
use super::suites::Entry;
use super::{Event, SuiteResult, VERSION, files, glob};
use crate::path;
use crate::render::Others;
use crate::suite;

/// Where suites are looked for in a folder, unless patterns are given.
const PATTERNS: [&str; 2] = [super::DEFAULT_FILES, "*_test.yaml"];

/// Returns whether a path is a chart: a folder with `Chart.yaml`, or a file that is not YAML.
pub(super) fn is_chart(path: &str) -> bool {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Path::new(path).join("Chart.yaml").is_file(),
        Ok(_) => !is_suite(path),
        Err(_) => false,
    }
}

fn is_suite(path: &str) -> bool {
    [".yaml", ".yml"].contains(&path::extension(path))
}

impl Runner<'_, '_> {
    /// Runs the suites of a folder, or one suite file, and returns whether they passed; `None` if none is selected.
    ///
    /// # Errors
    /// Suites that cannot be read.
    pub(super) fn folder(&mut self, path: &str, others: &Others) -> Result<Option<bool>, String> {
        let options = self.options;
        if let Err(error) = fs::metadata(path) {
            return Err(format!("stat {path}: {}", mkmanifests_yaml::diagnostic::io_reason(&error)));
        }
        let (folder, files) = match is_suite(path) && !Path::new(path).is_dir() {
            true => (path::dir(path), vec![path.to_owned()]),
            false => (path.to_owned(), self.suites(path)?),
        };
        let values = files::values(options)?;
        let read_options =
            suite::Options { unknown: options.unknown, values: &values, is_rendered: false, version: VERSION };
        let mut entries = Vec::new();
        for file in files {
            match self.read_file(&file, &read_options) {
                Ok(read) => entries.extend(read.into_iter().map(|suite| Entry::new(suite, ""))),
                Err(why) => {
                    self.report(SuiteResult::failed(file, why.clone()));
                    return Err(why);
                }
            }
        }
        if entries.is_empty() {
            let patterns = if options.files.is_empty() { PATTERNS.join(", ") } else { options.files.join(", ") };
            self.warn(&format!("no file of folder `{folder}` matches {patterns}"));
        }
        self.set_versions(&mut entries);
        if !self.select(path, &mut entries) {
            return Ok(None);
        }
        let absolute = files::absolute(&folder);
        (self.observe)(Event::Folder { name: path::base(&absolute), path: &folder });
        Ok(Some(self.run(others.as_render(), &entries)))
    }

    fn suites(&self, folder: &str) -> Result<Vec<String>, String> {
        if !self.options.files.is_empty() {
            return files::suites(folder, self.options);
        }
        let mut found = Vec::new();
        for pattern in PATTERNS {
            found.extend(glob::find(&path::join(&[folder, pattern]))?);
        }
        Ok(found)
    }
}
