//! Decides which subcharts have their suites run: those that the chart's own values and the values files of the command
//! line enable.
//!
//! This is helm-unittest's own evaluation, not Helm's: the condition of a subchart at any depth is looked up in the values
//! of the root chart, and has no commas.

use std::fs;

use mkmanifests_chart::{Chart, Dependency, yaml_bridge};
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::io_reason;

use super::Options;
use crate::render::Harness;
use crate::{go_yaml, path};

/// Returns the values of the root chart with those of the command line over them.
///
/// # Errors
/// A values file that cannot be read.
pub(super) fn values(harness: &Harness, chart_path: &str, options: &Options) -> Result<Map, String> {
    let mut base = yaml_bridge::to_value(harness.chart().values.as_ref().clone()).as_map().unwrap_or_default();
    for file in &options.values {
        let path = path::resolve(chart_path, &path::slashed(file));
        let bytes = fs::read(&path)
            .map_err(|error| format!("failed to read values file {file}: open {path}: {}", io_reason(&error)))?;
        let over = go_yaml::read_map(&String::from_utf8_lossy(&bytes))
            .map_err(|error| format!("failed to parse values file {file}: {error}"))?;
        harness.merge(&over, &base);
        base = over;
    }
    Ok(base)
}

/// Returns whether a subchart is enabled. `parent` names it among its dependencies.
pub(super) fn is_enabled(parent: &Chart, subchart: &Chart, values: &Map) -> bool {
    let name = |dependency: &&Dependency| match dependency.alias.as_str() {
        "" => dependency.name == subchart.name(),
        alias => alias == subchart.name(),
    };
    let Some(dependency) = parent.metadata.dependencies.iter().find(name) else { return true };
    match (dependency.condition.as_str(), dependency.tags.as_slice()) {
        ("", []) => true,
        ("", tags) => has_tag(tags, values),
        (condition, _) => condition_holds(condition, values),
    }
}

fn condition_holds(condition: &str, values: &Map) -> bool {
    let mut value = Value::Map(values.clone());
    for name in condition.split('.') {
        match value.as_map().and_then(|map| map.get(name)) {
            Some(next) => value = next,
            None => return true,
        }
    }
    !matches!(value, Value::Bool(false))
}

fn has_tag(tags: &[String], values: &Map) -> bool {
    let Some(Value::Map(known)) = values.get("tags") else { return true };
    tags.iter().any(|tag| matches!(known.get(tag), Some(Value::Bool(true))))
}
