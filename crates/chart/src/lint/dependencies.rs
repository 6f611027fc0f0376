//! The rules about the dependencies in `Chart.yaml` and in `charts/`.

use super::Linter;
use super::Severity::{Error, Warning};
use crate::dependencies::missing;
use crate::model::Chart;

pub(super) fn check(linter: &mut Linter) {
    let chart = match linter.load() {
        Ok(loaded) => loaded.chart,
        Err(error) => {
            linter.push(Error, "", format!("unable to load chart\n\t{error}"));
            return;
        }
    };
    let folder = linter.folder.display().to_string();
    let listed = |names: Vec<&str>, what: &str| (!names.is_empty()).then(|| format!("{what}: {}", names.join(",")));
    linter.require(Error, &folder, listed(undeclared(&chart), "chart metadata is missing these dependencies"));
    linter.require(Error, &folder, listed(repeated(&chart), "multiple dependencies with name or alias"));
    let missing = missing(&chart.metadata, &chart.dependencies);
    linter.require(Warning, &folder, listed(missing, "chart directory is missing these dependencies"));
}

/// Returns the subcharts that `Chart.yaml` does not name.
fn undeclared(chart: &Chart) -> Vec<&str> {
    let declared = |name: &str| chart.metadata.dependencies.iter().any(|dependency| dependency.name == name);
    chart.dependencies.iter().map(Chart::name).filter(|name| !declared(name)).collect()
}

/// Returns the names and aliases that occur more than once.
fn repeated(chart: &Chart) -> Vec<&str> {
    let mut seen = Vec::new();
    let mut repeated = Vec::new();
    for dependency in &chart.metadata.dependencies {
        let key = if dependency.alias.is_empty() { &*dependency.name } else { &*dependency.alias };
        if seen.contains(&key) {
            repeated.push(key);
        }
        seen.push(key);
    }
    repeated
}
