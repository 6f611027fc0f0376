//! `charts.lock`: the version, the URL and the SHA-256 of every chart that apps of the fleet name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::reference::{ChartKey, is_sha256};
use crate::diagnostic::{Diagnostic, Failure, Sources, io_reason};
use crate::files::{self, FileCode, MAX_TEXT};
use crate::gitops::FleetCode;
use crate::gitops::fleet::cluster_name;
use crate::go::semver::Version;
use crate::tree::write::{Style, to_string};
use crate::tree::{Node, from_values, read};

/// The name of the file, in the folder of the fleet.
pub const LOCK: &str = "charts.lock";

const HEADER: &str = "# Written by `mkmanifests fetch`. Commit this file, and do not edit it.\n";

/// The content of `charts.lock`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lock {
    /// The charts, sorted by name, repository and version.
    #[serde(default)]
    pub charts: Vec<LockedChart>,
    /// The folder of the vendored archives, relative to the fleet, with slashes; none if they are only in the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
}

/// An entry of `charts.lock`: a chart that apps name, and the archive that they get.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LockedChart {
    /// Name of the chart.
    pub name: String,
    /// The repository, as the apps name it.
    pub repository: String,
    /// The version or range that the apps ask for.
    pub version: String,
    /// The version of the archive.
    pub resolved: String,
    /// The address of the archive.
    pub url: String,
    /// SHA-256 of the archive, in lowercase hexadecimal digits.
    pub sha256: String,
}

/// Why `charts.lock` has no version of a chart for an app.
pub(in super::super) enum Unlocked {
    /// It does not have the chart at all.
    Absent,
    /// It has other versions, none of which the app accepts.
    Unsatisfied(Vec<String>),
    /// It has a version that the app accepts, but for another `version`.
    OtherRange,
}

impl LockedChart {
    pub(in super::super) fn key(&self) -> ChartKey {
        let LockedChart { name, repository, version, .. } = self.clone();
        ChartKey { name, repository, version }
    }

    /// Returns the name and the version, as Helm prints them: `web-1.2.3`.
    pub fn title(&self) -> String {
        format!("{}-{}", self.name, self.resolved)
    }

    /// Describes the chart in a comment: name, version and repository, in one line.
    pub(in super::super) fn describe(&self) -> String {
        let repository = self.repository.replace(char::is_control, " ");
        format!("chart {} {} of {repository}", self.name, self.resolved)
    }

    fn is_of(&self, key: &ChartKey) -> bool {
        self.name == key.name && self.repository == key.repository
    }
}

impl Lock {
    /// Reads the file in the folder of a fleet; none if it does not exist.
    ///
    /// # Errors
    /// The file cannot be read, or has invalid or duplicate entries.
    pub fn read(fleet: &Path) -> Result<Option<Lock>, Failure> {
        let path = fleet.join(LOCK);
        let name = path.display().to_string();
        match files::read(&path, MAX_TEXT) {
            Ok(bytes) => Lock::parse(&name, &bytes, &format!("mkmanifests fetch {}", fleet.display())).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let message = format!("cannot read `{name}`: {}", io_reason(&error));
                let diagnostic = Diagnostic::error(FileCode::of_reading(&error), message).names_file(name);
                Err(Failure::new(vec![diagnostic], Sources::default()))
            }
        }
    }

    /// Reads the text of the file. `command` is the command that writes it.
    pub(in super::super) fn parse(name: &str, bytes: &[u8], command: &str) -> Result<Lock, Failure> {
        let mut sources = Sources::default();
        let mut diagnostics = Vec::new();
        let parsed = read::values(&mut sources, name, bytes).map_err(|found| diagnostics.extend(found)).ok();
        let lock = parsed.and_then(|node| {
            let lock = from_values::<Lock>(&node, None, &[], &sources, &mut diagnostics)?;
            diagnostics.extend(lock.invalid(&node));
            Some(lock)
        });
        match lock {
            Some(mut lock) if diagnostics.is_empty() => {
                lock.charts.sort();
                Ok(lock)
            }
            _ => {
                let help = format!("delete the broken entries, and run `{command}`");
                if let Some(last) = diagnostics.last_mut() {
                    last.help.push(help);
                }
                Err(Failure::new(diagnostics, sources))
            }
        }
    }

    /// Returns what is wrong with the entries: names and versions become file names, so they are not trusted.
    fn invalid(&self, node: &Node) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        let mut error = |path: &[&str], reason: String| {
            let location = node.find(path.iter().copied()).map_or(node.location, |node| node.location);
            let field = path.join(".");
            diagnostics.push(Diagnostic::error(FleetCode::InvalidLock, reason).in_field(field.as_str()).at(location));
        };
        if let Some(reason) = self.vendor.as_deref().and_then(|folder| vendor_folder(folder).err()) {
            error(&["vendor"], reason);
        }
        let mut seen = BTreeMap::new();
        for (index, chart) in self.charts.iter().enumerate() {
            let at = index.to_string();
            if let Err(reason) = cluster_name(&chart.name) {
                error(&["charts", &at, "name"], reason);
            }
            if Version::parse(&chart.resolved).is_err() {
                error(&["charts", &at, "resolved"], format!("must be a version, found {:?}", chart.resolved));
            }
            if !is_sha256(&chart.sha256) {
                error(&["charts", &at, "sha256"], "must have 64 lowercase hexadecimal digits".to_owned());
            }
            if seen.insert(chart.key(), index).is_some() {
                let reason = format!("the entry for `{}` `{}` is not the only one", chart.name, chart.version);
                error(&["charts", &at, "name"], reason);
            }
        }
        diagnostics
    }

    /// Returns the text of the file.
    pub fn text(&self) -> String {
        // A lock only has strings, which can always be written.
        HEADER.to_owned() + &to_string(self, Style::MANIFEST).unwrap_or_default()
    }

    /// Returns the entry for a chart that an app names.
    pub(in super::super) fn find(&self, key: &ChartKey) -> Result<&LockedChart, Unlocked> {
        let same = || self.charts.iter().filter(|chart| chart.is_of(key));
        if let Some(chart) = same().find(|chart| chart.version == key.version && key.accepts(&chart.resolved)) {
            return Ok(chart);
        }
        match self.kept(key) {
            Some(_) => Err(Unlocked::OtherRange),
            None if same().next().is_none() => Err(Unlocked::Absent),
            None => Err(Unlocked::Unsatisfied(same().map(|chart| chart.resolved.clone()).collect())),
        }
    }

    /// Returns the entry whose version stays when the file is written again: the one with the same range, else the newest
    /// version that the app accepts.
    pub(in super::super) fn kept(&self, key: &ChartKey) -> Option<&LockedChart> {
        let accepted = self.charts.iter().filter(|chart| chart.is_of(key) && key.accepts(&chart.resolved));
        accepted.max_by(|a, b| {
            let is_exact = |chart: &LockedChart| chart.version == key.version;
            let by_version = || match (Version::parse(&a.resolved), Version::parse(&b.resolved)) {
                (Ok(a), Ok(b)) => a.order(&b),
                _ => a.resolved.cmp(&b.resolved),
            };
            is_exact(a).cmp(&is_exact(b)).then_with(by_version)
        })
    }

    /// Returns the file name of an archive: `web-1.2.3.tgz`. If two repositories have different charts of that name and
    /// version, a part of the SHA-256 is added.
    pub fn file_name(&self, chart: &LockedChart) -> String {
        let title = chart.title();
        let clashes = |other: &LockedChart| other.title() == title && other.sha256 != chart.sha256;
        if self.charts.iter().any(clashes) {
            let short: String = chart.sha256.chars().take(8).collect();
            return format!("{title}-{short}.tgz");
        }
        format!("{title}.tgz")
    }

    /// Returns the vendored archives by their file names.
    pub(in super::super) fn vendored(&self) -> BTreeMap<String, &LockedChart> {
        let charts = self.charts.iter().filter(|_| self.vendor.is_some());
        charts.map(|chart| (self.file_name(chart), chart)).collect()
    }

    /// Returns the folder of the vendored archives.
    pub(in super::super) fn vendor_folder(&self, fleet: &Path) -> Option<PathBuf> {
        Some(fleet.join(self.vendor.as_deref()?))
    }
}

/// Checks the folder of vendored archives: it must be inside the fleet.
pub(in super::super) fn vendor_folder(folder: &str) -> Result<(), String> {
    let is_name = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':']);
    if folder.split('/').all(is_name) && !folder.contains(char::is_control) {
        return Ok(());
    }
    Err(format!(
        "must be the path of a folder in the fleet, relative to it and without hidden folders, found {folder:?}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(repository: &str, version: &str, resolved: &str, sha: &str) -> LockedChart {
        let [name, repository, version, resolved, url] =
            ["web", repository, version, resolved, "https://h/web.tgz"].map(str::to_owned);
        LockedChart { name, repository, version, resolved, url, sha256: sha.repeat(64) }
    }

    fn key(version: &str) -> ChartKey {
        chart("https://h", version, "", "a").key()
    }

    #[test]
    fn the_text_is_read_again() {
        let charts = vec![chart("https://h", "1.20", "1.20.0", "1"), chart("https://h", "^1", "1.20.0+x", "b")];
        let lock = Lock { charts, vendor: Some("vendor".to_owned()) };
        let text = lock.text();
        assert!(text.starts_with("# Written by"), "{text}");
        assert_eq!(Lock::parse("charts.lock", text.as_bytes(), "x").expect("a lock"), lock);
        assert_eq!(
            Lock::parse("charts.lock", Lock::default().text().as_bytes(), "x").expect("a lock"),
            Lock::default()
        );
    }

    #[test]
    fn untrusted_names_are_refused() {
        let text = |name: &str, resolved: &str, sha: &str, vendor: &str| {
            let entry =
                format!("- {{name: {name}, repository: r, resolved: {resolved}, sha256: '{sha}', url: u, version: x}}");
            format!("vendor: {vendor}\ncharts:\n{entry}\n")
        };
        let ok = "0".repeat(64);
        let parse = |text: String| Lock::parse("charts.lock", text.as_bytes(), "x");
        assert!(parse(text("web", "1.0.0", &ok, "third-party/charts")).is_ok());
        for (name, resolved, sha, vendor) in [
            ("../web", "1.0.0", ok.as_str(), "vendor"),
            ("web", "1.0.0/../../x", &ok, "vendor"),
            ("web", "1.0.0", "../x", "vendor"),
            ("web", "1.0.0", &ok, "../vendor"),
            ("web", "1.0.0", &ok, "/vendor"),
            ("web", "1.0.0", &ok, ".git"),
            ("web", "1.0.0", &ok, "''"),
        ] {
            assert!(parse(text(name, resolved, sha, vendor)).is_err(), "{name} {resolved} {sha} {vendor}");
        }
        let twice = text("web", "1.0.0", &ok, "vendor");
        let twice = format!("{twice}{}\n", twice.lines().last().unwrap_or_default());
        assert!(parse(twice).expect_err("a duplicate").to_string().contains("not the only one"));
    }

    #[test]
    fn an_entry_is_found_by_its_range_and_kept_if_it_still_fits() {
        let charts = vec![chart("https://h", "^1.0", "1.2.0", "a"), chart("https://h", "1.1.0", "1.1.0", "b")];
        let lock = Lock { charts, vendor: None };
        assert_eq!(lock.find(&key("^1.0")).ok().map(|chart| chart.resolved.as_str()), Some("1.2.0"));
        assert!(matches!(lock.find(&key("^1.1")), Err(Unlocked::OtherRange)));
        assert!(
            matches!(lock.find(&key("^2")), Err(Unlocked::Unsatisfied(versions)) if versions == ["1.2.0", "1.1.0"])
        );
        let other = chart("https://other", "^1.0", "", "a").key();
        assert!(matches!(lock.find(&other), Err(Unlocked::Absent)));
        assert_eq!(lock.kept(&key("~1.1")).map(|chart| chart.resolved.as_str()), Some("1.1.0"));
        assert_eq!(lock.kept(&key("^2")), None);
    }

    #[test]
    fn equal_names_of_different_archives_are_told_apart() {
        let charts = vec![
            chart("https://a", "1", "1.0.0", "a"),
            chart("https://b", "1", "1.0.0", "b"),
            chart("https://a", "2", "2.0.0", "c"),
            chart("https://b", "2", "2.0.0", "c"),
        ];
        let lock = Lock { charts, vendor: Some("vendor".to_owned()) };
        let names: Vec<String> = lock.vendored().into_keys().collect();
        assert_eq!(names, ["web-1.0.0-aaaaaaaa.tgz", "web-1.0.0-bbbbbbbb.tgz", "web-2.0.0.tgz"]);
    }
}
