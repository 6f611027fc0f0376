//! Processes dependencies: enables subcharts, applies aliases, and imports values.

use std::collections::HashSet;

use super::ChartCode;
use super::behaviour::{Behaviour, Change};
use super::coalesce::{Coalescer, print};
use super::go_value::node_to_value;
use super::limits::{MAX_COALESCED, MAX_WORK};
use super::metadata::{Dependency, ImportValue, Metadata};
use super::table::{count, deep_copy, find_table, find_value, set};
use super::unit::{Copies, Unit};
use mkmanifests_go::semver::{Constraints, Version};
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Kind;

/// Returns whether a version satisfies a constraint; false if either is invalid.
pub(super) fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Constraints::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => constraint.check(&version),
        _ => false,
    }
}

/// Returns the names of dependencies in `Chart.yaml` that `charts/` lacks, as Helm checks them before it renders a chart:
/// without their versions.
pub fn missing_dependencies(chart: &super::Chart) -> Vec<&str> {
    missing(&chart.metadata, &chart.dependencies)
}

/// Returns the names of dependencies in `Chart.yaml` that `charts/` lacks.
pub(super) fn missing<'c>(metadata: &'c Metadata, children: &[super::Chart]) -> Vec<&'c str> {
    let names = metadata.dependencies.iter().map(|dependency| dependency.name.as_str());
    names.filter(|name| !children.iter().any(|child| child.name() == *name)).collect()
}

/// Removes disabled subcharts, applies aliases, and imports values.
pub(super) fn process(
    unit: &mut Unit,
    values: &Map,
    helm: Behaviour,
    warnings: &mut Vec<String>,
) -> Result<(), Diagnostic> {
    let shared = (!helm.has(Change::AliasesCopied)).then(Shared::default);
    let mut processor = Processor { warnings, copies: Copies::default(), work: MAX_WORK, helm, shared };
    processor.enable(unit, values, "", MAX_COALESCED)?;
    processor.import(unit)
}

struct Processor<'w> {
    warnings: &'w mut Vec<String>,
    copies: Copies,
    /// How many values may still be copied in total.
    work: usize,
    helm: Behaviour,
    /// What the copies of a chart share, in releases in which they share their dependencies.
    shared: Option<Shared>,
}

/// The dependencies that an earlier copy of the same chart changed.
#[derive(Default)]
struct Shared {
    /// The charts whose dependencies have their aliases as names.
    renamed: HashSet<ChartId>,
    /// The dependencies whose imported values were resolved, which a second copy does not import.
    imported: HashSet<(ChartId, String)>,
}

/// The address of the text that a chart was read from.
type ChartId = usize;

fn id(unit: &Unit) -> ChartId {
    unit.chart.chart_text.as_ptr().addr()
}

impl Processor<'_> {
    /// Removes disabled subcharts at every depth. `left` is how many values may be in memory, without those of the
    /// charts above.
    fn enable(&mut self, unit: &mut Unit, values: &Map, path: &str, left: usize) -> Result<(), Diagnostic> {
        if unit.chart.metadata.dependencies.is_empty() {
            return Ok(());
        }
        let is_renamed = self.shared.as_mut().is_some_and(|shared| !shared.renamed.insert(id(unit)));
        if is_renamed {
            rename(&mut unit.chart.metadata.dependencies);
        }
        unit.children = self.resolve(unit)?;
        let mut required = std::mem::take(&mut unit.chart.metadata.dependencies);
        rename(&mut required);
        required.iter_mut().for_each(|dependency| dependency.enabled = true);
        let (values, left) = self.coalesced(Coalescer::new(left, self.helm), unit, values)?;
        self.tags(&mut required, &values);
        self.conditions(&mut required, &values, path);
        let disabled: Vec<String> = required.iter().filter(|one| !one.enabled).map(|one| one.name.clone()).collect();
        unit.children.retain(|child| !disabled.iter().any(|name| name == child.name()));
        required.retain(|dependency| !disabled.contains(&dependency.name));
        unit.chart.metadata.dependencies = required;
        for child in &mut unit.children {
            let path = format!("{path}{}.", child.name());
            self.enable(child, &values, &path, left)?;
        }
        Ok(())
    }

    /// Returns the subcharts: first those that `Chart.yaml` does not name, then one per dependency.
    fn resolve(&mut self, unit: &Unit) -> Result<Vec<Unit>, Diagnostic> {
        let required = &unit.chart.metadata.dependencies;
        let mut children: Vec<Unit> = Vec::new();
        for child in &unit.children {
            if !required.iter().any(|dependency| provides(child, dependency)) {
                self.copies.take(child)?;
                children.push(child.clone());
            }
        }
        for dependency in required {
            let Some(child) = unit.children.iter().find(|child| provides(child, dependency)) else { continue };
            self.copies.take(child)?;
            let mut child = child.clone();
            if self.shared.is_some() && child.chart.metadata.dependencies.is_empty() {
                // The charts below keep the parent that they were loaded with.
                child.children.iter_mut().for_each(|below| below.chart.path = Some(below.loaded_path.clone()));
            }
            if !dependency.alias.is_empty() {
                child.chart.metadata.name.clone_from(&dependency.alias);
            }
            children.push(child);
        }
        Ok(children)
    }

    fn tags(&mut self, required: &mut [Dependency], values: &Map) {
        let Ok(tags) = find_table(values, "tags") else { return };
        for dependency in required {
            let (mut on, mut off) = (false, false);
            for tag in &dependency.tags {
                match tags.get(tag) {
                    Some(Value::Bool(true)) => on = true,
                    Some(Value::Bool(false)) => off = true,
                    Some(_) => self.warn(not_a_boolean("tag", tag, &dependency.name)),
                    None => {}
                }
            }
            dependency.enabled = on || !off;
        }
    }

    fn conditions(&mut self, required: &mut [Dependency], values: &Map, path: &str) {
        for dependency in required {
            for condition in dependency.condition.trim().split(',').filter(|condition| !condition.is_empty()) {
                match find_value(values, &format!("{path}{condition}")) {
                    Some(Value::Bool(value)) => {
                        dependency.enabled = value;
                        break;
                    }
                    Some(_) => {
                        let warning = not_a_boolean("condition", condition, &dependency.name);
                        self.warnings.push(warning);
                    }
                    None => {}
                }
            }
        }
    }

    /// Imports values from the subcharts of `unit`, after importing into each of these.
    fn import(&mut self, unit: &mut Unit) -> Result<(), Diagnostic> {
        for child in &mut unit.children {
            self.import(child)?;
        }
        if unit.chart.metadata.dependencies.is_empty() {
            return Ok(());
        }
        let (values, _) = self.coalesced(Coalescer::merging(MAX_COALESCED, self.helm), unit, &Map::new())?;
        let imported = Map::new();
        let mut required = std::mem::take(&mut unit.chart.metadata.dependencies);
        for dependency in &mut required {
            let key = (id(unit), dependency.name.clone());
            if self.shared.as_mut().is_some_and(|shared| !shared.imported.insert(key)) {
                continue;
            }
            let written = std::mem::take(&mut dependency.import_values);
            if !self.helm.has(Change::ImportValuesOfAnyType) {
                written.iter().try_for_each(check_import)?;
            }
            dependency.import_values = written
                .iter()
                .filter_map(|import| self.import_one(import, &dependency.name, &values, &imported))
                .collect();
        }
        unit.chart.metadata.dependencies = required;
        // What was imported is still shared with the values of the subchart.
        let values = if imported.is_empty() { values } else { deep_copy(&values) };
        self.merge(&values, &imported);
        unit.size = count(&values);
        unit.values = values;
        Ok(())
    }

    fn import_one(&mut self, import: &ImportValue, name: &str, values: &Map, imported: &Map) -> Option<ImportValue> {
        let (child, parent) = resolve_import(import)?;
        match find_table(values, &format!("{name}.{child}")) {
            Ok(table) => self.merge(imported, &below(&parent, table)),
            Err(step) => self.warn(format!(
                "import-values of dependency `{name}`: its values have no table `{child}` (`{step}` is not a table)"
            )),
        }
        Some(ImportValue::Resolved { child, parent })
    }

    /// Returns the coalesced values of a chart, and how many more may be in memory.
    fn coalesced(&mut self, mut coalescer: Coalescer, unit: &Unit, values: &Map) -> Result<(Map, usize), Diagnostic> {
        let before = coalescer.left();
        let result = coalescer.values(unit, values);
        self.warnings.append(&mut coalescer.warnings);
        let used = before - coalescer.left();
        let result = result.and_then(|values| {
            self.work = self.work.checked_sub(used).ok_or("the charts have too many values to merge")?;
            Ok((values, coalescer.left()))
        });
        result.map_err(|message| {
            Diagnostic::error(ChartCode::ValuesNotMerged, format!("chart dependencies processing failed: {message}"))
        })
    }

    fn merge(&mut self, target: &Map, source: &Map) {
        let mut coalescer = Coalescer::merging(0, self.helm);
        coalescer.tables(target, source);
        self.warnings.append(&mut coalescer.warnings);
    }

    fn warn(&mut self, message: String) {
        self.warnings.push(message);
    }
}

/// Refuses an import whose `child` or `parent` is not a string, on which older releases crash.
fn check_import(import: &ImportValue) -> Result<(), Diagnostic> {
    let ImportValue::Written(node) = import else { return Ok(()) };
    let found = ["child", "parent"].map(|key| node.get(key));
    if node.as_map().is_none() || found.iter().all(|found| found.is_some_and(|node| node.as_str().is_some())) {
        return Ok(());
    }
    let message = "chart dependencies processing failed: `child` and `parent` of `import-values` must be strings";
    Err(Diagnostic::error(ChartCode::ValuesNotMerged, message))
}

/// Names dependencies by their aliases.
fn rename(dependencies: &mut [Dependency]) {
    for dependency in dependencies.iter_mut().filter(|dependency| !dependency.alias.is_empty()) {
        dependency.name.clone_from(&dependency.alias);
    }
}

fn provides(child: &Unit, dependency: &Dependency) -> bool {
    child.name() == dependency.name && is_compatible(&dependency.version, &child.chart.metadata.version)
}

fn not_a_boolean(what: &str, name: &str, chart: &str) -> String {
    format!("{what} `{name}` of dependency `{chart}` is not a boolean, so it is ignored")
}

/// Returns the child and parent path of an import; `None` for entries that Helm ignores.
pub(super) fn resolve_import(import: &ImportValue) -> Option<(String, String)> {
    match import {
        ImportValue::Resolved { child, parent } => Some((child.clone(), parent.clone())),
        ImportValue::Written(node) => match &node.kind {
            Kind::Str(name) => Some((format!("exports.{name}"), ".".to_owned())),
            Kind::Map(map) => {
                let text = |key| map.get(key).map_or(Value::Nil, |node| node_to_value(node, &|_| false));
                Some((print("%v", &text("child")), print("%v", &text("parent"))))
            }
            _ => None,
        },
    }
}

/// Nests a table below a dotted path; `.` is the root.
fn below(path: &str, table: Map) -> Map {
    if path == "." {
        return table;
    }
    path.rsplit('.').fold(table, |inner, name| {
        let outer = Map::new();
        set(&outer, name, inner);
        outer
    })
}
