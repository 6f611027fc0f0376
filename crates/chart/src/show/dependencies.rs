//! `helm dependency list`: the dependencies that `Chart.yaml` declares, and those in `charts/`.

use std::fs;
use std::path::Path;

use super::super::dependencies::is_compatible;
use super::super::load::load;
use super::super::metadata::Dependency;
use super::super::model::Chart;
use super::columns;
use crate::ChartCode;
use mkmanifests_go::glob::Glob;
use mkmanifests_go::quote::quote;
use mkmanifests_go::semver::{Constraints, Version};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources, listed};

/// The most characters of a column: Helm's default.
pub const MAX_WIDTH: usize = 80;

/// Returns what `helm dependency list` prints: a table of the dependencies, and a line for each chart in `charts/` that
/// `Chart.yaml` does not name.
///
/// `path` is the folder or archive from which `chart` was loaded. `shown` is the same path as the user wrote it. A
/// column is at most `width` characters wide; 0 is no limit.
///
/// The status is `ok` for an archive, `unpacked` for a folder, and otherwise `missing`, `wrong version`, `invalid
/// version`, `misnamed`, `corrupt` or `too many matches`.
pub fn dependencies(chart: &Chart, path: &Path, shown: &str, width: usize) -> String {
    let shown = clean(&format!("{shown}/charts"));
    if !chart.metadata.lists_dependencies {
        return format!("WARNING: no dependencies at {shown}\n");
    }
    let charts = path.join("charts");
    let names = names_in(&charts);
    let mut rows = vec![["NAME", "VERSION", "REPOSITORY", "STATUS"].map(str::to_owned)];
    for wanted in &chart.metadata.dependencies {
        let status = archive_status(&charts, &names, wanted).unwrap_or_else(|| loaded_status(chart, wanted));
        let [name, version, repository] = [&wanted.name, &wanted.version, &wanted.repository].map(Clone::clone);
        rows.push([name, version, repository, status.to_owned()]);
    }
    let mut out = columns::table(&rows, width);
    out.push_str("\n\n");
    for name in &names {
        if let Some(what) = surplus(chart, &charts.join(name)) {
            out.push_str(&format!("WARNING: {} {what}.\n", quote(format!("{shown}/{name}").as_bytes())));
        }
    }
    out
}

/// Returns whether `charts/` has every dependency in a version that matches its constraint.
pub fn is_complete(chart: &Chart) -> bool {
    unmet(chart).next().is_none()
}

/// Returns a warning that names the dependencies that `charts/` lacks or has in a wrong version, and the command that
/// downloads them into the folder `path`; `None` if there are none.
pub fn incomplete(chart: &Chart, path: &str) -> Option<Diagnostic> {
    let names = listed(unmet(chart).map(|wanted| wanted.name.as_str()));
    if names.is_empty() {
        return None;
    }
    let message =
        format!("dependencies in Chart.yaml are missing in `charts/`, or have another version there: {names}");
    let flag = if chart.lock.is_some() { "build" } else { "update" };
    let help = format!("run `mkmanifests chart dependencies {path} --{flag}` to download them");
    Some(Diagnostic::warning(ChartCode::MissingDependency, message).help(help))
}

fn unmet(chart: &Chart) -> impl Iterator<Item = &Dependency> {
    chart.metadata.dependencies.iter().filter(|wanted| loaded_status(chart, wanted) != "unpacked")
}

/// Returns the status by the archive that is named after the chart; `None` if there is none.
fn archive_status(charts: &Path, names: &[String], wanted: &Dependency) -> Option<&'static str> {
    let Some(pattern) = Glob::path(&format!("{}-*.tgz", wanted.name)) else { return Some("bad pattern") };
    let found: Vec<&str> = names.iter().map(String::as_str).filter(|name| pattern.matches(name)).collect();
    let archive = match found.as_slice() {
        [] => return None,
        [archive] => archive,
        several => {
            let mut versioned = several.iter().filter(|name| is_versioned(name, &wanted.name));
            match (versioned.next(), versioned.next()) {
                (Some(archive), None) => archive,
                (Some(_), Some(_)) => return Some("too many matches"),
                (None, _) => return None,
            }
        }
    };
    let Ok(loaded) = load(&charts.join(archive), &mut Sources::default()) else { return Some("corrupt") };
    if loaded.chart.name() != wanted.name {
        return Some("misnamed");
    }
    Some(version_fault(wanted, &loaded.chart.metadata.version).unwrap_or("ok"))
}

/// Returns whether a file is `NAME-VERSION.tgz` with all three numbers of a version.
fn is_versioned(file: &str, name: &str) -> bool {
    let version = file.trim_end_matches(".tgz").strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    version.is_some_and(|version| {
        let core = version.split(['-', '+']).next().unwrap_or_default();
        !version.starts_with('v') && core.split('.').count() == 3 && Version::parse(version).is_ok()
    })
}

/// Returns the status by the subcharts that are loaded.
fn loaded_status(chart: &Chart, wanted: &Dependency) -> &'static str {
    let Some(child) = chart.dependencies.iter().rfind(|child| child.name() == wanted.name) else { return "missing" };
    version_fault(wanted, &child.metadata.version).unwrap_or("unpacked")
}

fn version_fault(wanted: &Dependency, version: &str) -> Option<&'static str> {
    if *version == wanted.version {
        return None;
    }
    if Constraints::parse(&wanted.version).is_err() || Version::parse(version).is_err() {
        return Some("invalid version");
    }
    (!is_compatible(&wanted.version, version)).then_some("wrong version")
}

/// Says what is wrong with a file or folder in `charts/`: it is not a chart, or one that `Chart.yaml` does not name.
fn surplus(chart: &Chart, file: &Path) -> Option<&'static str> {
    let is_archive = file.extension().is_some_and(|extension| extension == "tgz");
    if !is_archive && !fs::metadata(file).ok()?.is_dir() {
        return None;
    }
    let Ok(loaded) = load(file, &mut Sources::default()) else { return Some("is not a chart") };
    let is_named = chart.metadata.dependencies.iter().any(|wanted| wanted.name == loaded.chart.name());
    (!is_named).then_some("is not in Chart.yaml")
}

/// Returns the names in a folder, sorted; none if it cannot be read.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Removes empty steps, `.` and every `..` that has a step before it from a path, as Go's `filepath.Clean`.
fn clean(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            ".." if !root.is_empty() => {}
            step => steps.push(step),
        }
    }
    format!("{root}{}", steps.join("/"))
}
