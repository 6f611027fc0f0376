//! Assembles a chart from its own files, without its subcharts.

use std::sync::Arc;

use super::ChartCode;
use super::go_struct::{self, Shape};
use super::limits::Budget;
use super::metadata::Metadata;
use super::model::{Chart, File, Lock, Schema};
use super::{decode, validate};
use crate::values::overlay;
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};
use mkmanifests_yaml::tree::read::{self, Duplicates};
use mkmanifests_yaml::tree::{Kind, Map, Node};

const V1: &str = "v1";

/// Values as Go reads them.
const VALUES: Shape = Shape::Map("map[string]interface {}", &Shape::Any);

/// The state that loading a chart shares with loading its subcharts.
pub(super) struct Loader<'a> {
    pub(super) sources: &'a mut Sources,
    pub(super) budget: &'a mut Budget,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// Assembles a chart; `None` if a diagnostic was added. `path` is the chart's name in diagnostics.
pub(super) fn chart(loader: &mut Loader<'_>, files: Vec<File>, path: &str) -> Option<Chart> {
    let before = loader.diagnostics.len();
    let mut chart = Chart { values: Node::from(Map::new()).into(), ..Chart::default() };
    let Some(file) = files.iter().rfind(|file| file.name == "Chart.yaml").cloned() else {
        loader.diagnostics.push(Diagnostic::error(ChartCode::MissingMetadata, "Chart.yaml file is missing"));
        return None;
    };
    read_metadata(loader, &mut chart.metadata, &file, path);
    chart.metadata_bytes = file.data.len();
    chart.chart_text = file.data;
    chart.modified.chart = file.modified;
    if chart.metadata.api_version.is_empty() {
        V1.clone_into(&mut chart.metadata.api_version);
    }
    for file in files {
        place(loader, &mut chart, file, path);
    }
    if loader.diagnostics.len() == before {
        let diagnostics = validate::validate(&mut chart.metadata);
        loader.diagnostics.extend(diagnostics);
    }
    (loader.diagnostics.len() == before).then_some(chart)
}

/// Adds one file to the chart.
fn place(loader: &mut Loader<'_>, chart: &mut Chart, file: File, path: &str) {
    let is_v1 = chart.metadata.api_version == V1;
    match &*file.name {
        "Chart.yaml" => {}
        "Chart.lock" => chart.lock = read_lock(loader, &file, path),
        "values.yaml" => {
            (chart.values, chart.first_values) = read_values(loader, &file, path);
            chart.modified.values = file.modified;
            chart.values_text = Some(file.data);
        }
        "values.schema.json" => {
            chart.modified.schema = file.modified;
            chart.schema = Some(Schema::new(file.data));
        }
        "requirements.yaml" => {
            if !is_v1 {
                warn(loader, "Dependencies are handled in Chart.yaml", "dependencies to Chart.yaml", path);
            }
            chart.metadata_bytes += file.data.len();
            read_metadata(loader, &mut chart.metadata, &file, path);
            if chart.metadata.api_version == V1 {
                chart.files.push(file);
            }
        }
        "requirements.lock" => {
            if !is_v1 {
                warn(loader, "Dependency locking is handled in Chart.lock", "to Chart.lock", path);
            }
            chart.lock = read_lock(loader, &file, path);
            if is_v1 {
                chart.files.push(file);
            }
        }
        name if name.starts_with("templates/") => chart.templates.push(file),
        _ => chart.files.push(file),
    }
}

fn warn(loader: &mut Loader<'_>, handled: &str, migrate: &str, path: &str) {
    let message = format!("{handled} since apiVersion \"v2\". We recommend migrating {migrate}.");
    loader.warnings.push(Diagnostic::warning(ChartCode::OutdatedFile, message).help(format!("the chart is `{path}`")));
}

fn read_metadata(loader: &mut Loader<'_>, target: &mut Metadata, file: &File, path: &str) {
    let what = format!("cannot load {}", file.name);
    let Some(node) = one(loader, file, path, &what) else { return };
    if let Err(diagnostics) = decode::metadata(target, &node, &what) {
        loader.diagnostics.extend(diagnostics);
    }
}

fn read_lock(loader: &mut Loader<'_>, file: &File, path: &str) -> Option<Lock> {
    let what = format!("cannot load {}", file.name);
    let node = one(loader, file, path, &what)?;
    decode::lock(&node, &what).map_err(|diagnostics| loader.diagnostics.extend(diagnostics)).ok()
}

/// Reads the first document of a file. Helm ignores the others.
fn one(loader: &mut Loader<'_>, file: &File, path: &str, what: &str) -> Option<Node> {
    Some(documents(loader, file, path, what)?.into_iter().next().unwrap_or_default())
}

/// Reads the values: all documents of the file, each merged over the ones before it, and the first if there are several.
fn read_values(loader: &mut Loader<'_>, file: &File, path: &str) -> (Arc<Node>, Option<Arc<Node>>) {
    let mut values = Node::from(Map::new());
    let documents = documents(loader, file, path, "cannot load values.yaml").unwrap_or_default();
    let first = documents.first().filter(|_| documents.len() > 1).cloned().map(Arc::new);
    for node in documents {
        if node.as_map().is_some() {
            values = overlay(values, node);
        } else {
            let found = node.describe();
            let message = format!("cannot load values.yaml: expected `key: value` pairs, found {found}");
            let original = go_struct::check(&node, &VALUES, false).err().unwrap_or_default();
            let original = format!("cannot load values.yaml: cannot unmarshal yaml document: {original}");
            let diagnostic = Diagnostic::error(node.wrong_type("a mapping"), message).at(node.location);
            loader.diagnostics.push(diagnostic.original(original));
        }
    }
    (values.into(), first)
}

fn documents(loader: &mut Loader<'_>, file: &File, path: &str, what: &str) -> Option<Vec<Node>> {
    let name = format!("{path}/{}", file.name);
    let read = read::documents(loader.sources, &name, &file.data, Duplicates::LastWins).and_then(|nodes| {
        let count = nodes.iter().map(count).sum();
        loader.budget.take_values(count).map_err(|diagnostic| vec![diagnostic])?;
        Ok(nodes)
    });
    // Helm reads values document by document.
    let part = if file.name == "values.yaml" { "cannot unmarshal yaml document: " } else { "" };
    let go = || go_message(&file.data).unwrap_or_default();
    let within = |diagnostic: Diagnostic| diagnostic.within(what).original(format!("{what}: {part}{}", go()));
    read.map_err(|diagnostics| loader.diagnostics.extend(diagnostics.into_iter().map(within))).ok()
}

/// Returns what Helm says about a file that is not YAML.
fn go_message(data: &[u8]) -> Option<String> {
    let refused = read::first_document(Default::default(), data, Duplicates::LastWins).err()?;
    Some(format!("error converting YAML to JSON: {}", refused.go))
}

/// Counts the values in a tree.
fn count(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::Seq(items) => items.iter().map(count).sum(),
        Kind::Map(map) => map.entries().iter().map(|entry| count(&entry.value)).sum::<usize>(),
        _ => 0,
    }
}
