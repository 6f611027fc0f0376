//! `helm dependency list`: the dependencies that `Chart.yaml` declares, and those in `charts/`.

use super::super::dependencies::is_compatible;
use super::super::metadata::Dependency;
use super::super::model::Chart;
use crate::ChartCode;
use mkmanifests_go::semver::{Constraints, Version};
use mkmanifests_yaml::diagnostic::{Diagnostic, listed};

/// The most characters of a column: Helm's default.
const MAX_WIDTH: usize = 80;

/// Returns what `helm dependency list` prints: a table of the dependencies, and a line for each subchart that
/// `Chart.yaml` does not name. `path` is the chart's path as the user wrote it.
///
/// The status is `ok` for an archive, `unpacked` for a folder, and otherwise `missing`, `wrong version` or `invalid
/// version`.
pub fn dependencies(chart: &Chart, path: &str) -> String {
    let path = path.trim_end_matches('/');
    if !chart.metadata.lists_dependencies {
        return format!("WARNING: no dependencies at {path}/charts\n");
    }
    let mut rows = vec![["NAME", "VERSION", "REPOSITORY", "STATUS"].map(str::to_owned)];
    for wanted in &chart.metadata.dependencies {
        let texts = [&wanted.name, &wanted.version, &wanted.repository].map(|text| cut(text));
        let [name, version, repository] = texts;
        rows.push([name, version, repository, status(chart, wanted).to_owned()]);
    }
    let mut out = table(&rows);
    out.push_str("\n\n");
    for child in &chart.dependencies {
        if !chart.metadata.dependencies.iter().any(|wanted| wanted.name == child.name()) {
            let name = child.origin.as_ref().map_or_else(|| child.name(), |origin| &origin.name);
            out.push_str(&format!("WARNING: \"{path}/charts/{name}\" is not in Chart.yaml.\n"));
        }
    }
    out
}

/// Returns whether `charts/` has every dependency in a version that matches its constraint.
pub fn is_complete(chart: &Chart) -> bool {
    unmet(chart).next().is_none()
}

/// Returns a warning that names the dependencies that `charts/` lacks or has in a wrong version, and the command that
/// downloads them; `None` if there are none.
pub fn incomplete(chart: &Chart) -> Option<Diagnostic> {
    let names = listed(unmet(chart).map(|wanted| wanted.name.as_str()));
    if names.is_empty() {
        return None;
    }
    let message =
        format!("dependencies in Chart.yaml are missing in `charts/`, or have another version there: {names}");
    let command = if chart.lock.is_some() { "build" } else { "update" };
    let help = format!("run `helm dependency {command}` to download them");
    Some(Diagnostic::warning(ChartCode::MissingDependency, message).help(help))
}

fn unmet(chart: &Chart) -> impl Iterator<Item = &Dependency> {
    chart.metadata.dependencies.iter().filter(|wanted| !["ok", "unpacked"].contains(&status(chart, wanted)))
}

fn status(chart: &Chart, wanted: &Dependency) -> &'static str {
    let Some(child) = chart.dependencies.iter().rfind(|child| child.name() == wanted.name) else { return "missing" };
    let version = &child.metadata.version;
    if *version != wanted.version {
        if Constraints::parse(&wanted.version).is_err() || Version::parse(version).is_err() {
            return "invalid version";
        }
        if !is_compatible(&wanted.version, version) {
            return "wrong version";
        }
    }
    // Helm recognizes only archives that are named after their chart.
    let named = |name: &str| name.strip_prefix(&*wanted.name).is_some_and(|rest| rest.starts_with('-'));
    let is_packed = child.origin.as_ref().is_some_and(|origin| origin.packed && named(&origin.name));
    if is_packed { "ok" } else { "unpacked" }
}

/// Formats columns, each as wide as its widest cell, with a tab after each cell.
fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let line = |row: &[String; 4]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("\t")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= MAX_WIDTH {
        return text.to_owned();
    }
    text.chars().take(MAX_WIDTH - 3).chain("...".chars()).collect()
}
