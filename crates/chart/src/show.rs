//! Prints a chart as `helm show` and `helm dependency list` do.

mod columns;
mod dependencies;
mod digest;
mod json;
mod json_path;

use super::behaviour::Behaviour;
use super::go_value::node_to_value;
use super::metadata::{Dependency, ImportValue, Maintainer, Metadata};
use super::model::{Chart, Lock};
use mkmanifests_yaml::tree::write::{Style, write};
use mkmanifests_yaml::tree::{Kind, Map, Node};

pub use columns::table;
pub use dependencies::{MAX_WIDTH, dependencies, incomplete, is_complete};
pub use digest::{digest, digest_of_helm_2, is_stale};
pub use json::json;
pub use json_path::{JsonPath, JsonPathError};

/// The names of a README, whose case does not matter.
const READMES: [&str; 3] = ["readme.md", "readme.txt", "readme"];

/// A part of a chart that `helm show` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All other parts, with `---` between them.
    All,
    /// `Chart.yaml`.
    Chart,
    /// The files below `crds/` of the chart and its subcharts.
    Crds,
    /// The README.
    Readme,
    /// The default values.
    Values,
}

/// The parts by their names in `helm show`.
pub const PARTS: [(&str, Part); 5] = [
    ("all", Part::All),
    ("chart", Part::Chart),
    ("crds", Part::Crds),
    ("readme", Part::Readme),
    ("values", Part::Values),
];

/// Returns what `helm show PART` prints.
pub fn part(chart: &Chart, part: Part) -> Vec<u8> {
    match part {
        Part::All => all(chart),
        Part::Chart => self::chart(chart),
        Part::Crds => crds(chart),
        Part::Readme => readme(chart),
        Part::Values => values(chart),
    }
}

/// Returns what `helm show all` prints: `Chart.yaml`, the values, the README and the CRDs, with `---` between them.
pub fn all(chart: &Chart) -> Vec<u8> {
    let mut out = self::chart(chart);
    for part in [values(chart), readme(chart)] {
        if !part.is_empty() {
            out.extend_from_slice(b"---\n");
            out.extend(part);
        }
    }
    out.extend(crds(chart));
    out
}

/// Returns what `helm show crds` prints: the files below `crds/` of the chart and its subcharts.
pub fn crds(chart: &Chart) -> Vec<u8> {
    let mut out = Vec::new();
    for crd in chart.crds() {
        if !crd.file.data.starts_with(b"---") {
            out.extend_from_slice(b"---\n");
        }
        out.extend(line_ended(&crd.file.data));
    }
    out
}

/// Returns what `helm show values` prints: the text of `values.yaml` and an empty line; nothing if the chart has
/// no such file.
pub fn values(chart: &Chart) -> Vec<u8> {
    chart.values_text.as_ref().map(|text| line_ended(text)).unwrap_or_default()
}

/// Returns what `helm show values --jsonpath` prints: the text of a JSONPath template without an empty line; nothing if
/// the chart has no `values.yaml`, or if the template names a key that does not exist.
///
/// # Errors
/// A template that is not valid, in the words of Helm.
pub fn values_by(chart: &Chart, template: &str, helm: Behaviour) -> Result<Vec<u8>, String> {
    if chart.values_text.is_none() {
        return Ok(Vec::new());
    }
    let path = JsonPath::parse(template).map_err(|error| format!("error parsing jsonpath {template}: {error}"))?;
    let values = node_to_value(chart.values_as(helm), &|_| false);
    // Helm ignores errors of the evaluation.
    Ok(path.print(&values).unwrap_or_default())
}

/// Returns what `helm show readme` prints: the text of the README and an empty line; nothing if the chart has no
/// README.
pub fn readme(chart: &Chart) -> Vec<u8> {
    let is_readme = |name: &str| READMES.iter().any(|known| name.eq_ignore_ascii_case(known));
    chart.files.iter().find(|file| is_readme(&file.name)).map(|file| line_ended(&file.data)).unwrap_or_default()
}

/// Returns what `helm show chart` prints: `Chart.yaml` as Helm reads it, in Helm's order of keys, and an empty line.
pub fn chart(chart: &Chart) -> Vec<u8> {
    line_ended(&metadata_text(&chart.metadata))
}

/// Writes metadata as Helm writes `Chart.yaml`.
pub(crate) fn metadata_text(metadata: &Metadata) -> Vec<u8> {
    text(&self::metadata(metadata))
}

/// Writes `Chart.lock` as Helm does; `generated` is its time in RFC 3339.
pub(crate) fn lock_text(lock: &Lock, generated: &str) -> Vec<u8> {
    let mut map = Map::new();
    let list = lock.dependencies.iter().map(dependency_node).collect::<Vec<_>>();
    let is_null = list.is_empty() && !lock.lists_dependencies;
    map.set("dependencies", if is_null { Kind::Null } else { Kind::Seq(list) });
    map.set("digest", lock.digest.as_str());
    map.set("generated", generated);
    text(&map.into())
}

fn text(node: &Node) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = write(&mut out, node, Style::HELM);
    out
}

fn line_ended(text: &[u8]) -> Vec<u8> {
    [text, b"\n"].concat()
}

/// Returns metadata as Helm writes it: without empty fields.
pub fn metadata(metadata: &Metadata) -> Node {
    let mut map = Map::new();
    put_text(&mut map, "name", &metadata.name);
    put_text(&mut map, "home", &metadata.home);
    put_list(&mut map, "sources", metadata.sources.iter().map(|text| text.as_str().into()));
    put_text(&mut map, "version", &metadata.version);
    put_text(&mut map, "description", &metadata.description);
    put_list(&mut map, "keywords", metadata.keywords.iter().map(|text| text.as_str().into()));
    put_list(&mut map, "maintainers", metadata.maintainers.iter().map(maintainer_node));
    put_text(&mut map, "icon", &metadata.icon);
    put_text(&mut map, "apiVersion", &metadata.api_version);
    put_text(&mut map, "condition", &metadata.condition);
    put_text(&mut map, "tags", &metadata.tags);
    put_text(&mut map, "appVersion", &metadata.app_version);
    if metadata.deprecated {
        map.set("deprecated", Kind::Bool(true));
    }
    if let Some(annotations) = metadata.annotations.as_ref().filter(|annotations| !annotations.is_empty()) {
        let mut texts = Map::new();
        annotations.iter().for_each(|(key, text)| texts.set(key.clone(), text.as_str()));
        map.set("annotations", texts);
    }
    put_text(&mut map, "kubeVersion", &metadata.kube_version);
    put_list(&mut map, "dependencies", metadata.dependencies.iter().map(dependency_node));
    put_text(&mut map, "type", &metadata.kind);
    map.into()
}

fn maintainer_node(maintainer: &Maintainer) -> Node {
    let mut map = Map::new();
    put_text(&mut map, "name", &maintainer.name);
    put_text(&mut map, "email", &maintainer.email);
    put_text(&mut map, "url", &maintainer.url);
    map.into()
}

fn dependency_node(dependency: &Dependency) -> Node {
    let mut map = Map::new();
    map.set("name", dependency.name.as_str());
    put_text(&mut map, "version", &dependency.version);
    map.set("repository", dependency.repository.as_str());
    put_text(&mut map, "condition", &dependency.condition);
    put_list(&mut map, "tags", dependency.tags.iter().map(|tag| tag.as_str().into()));
    if dependency.enabled {
        map.set("enabled", Kind::Bool(true));
    }
    put_list(&mut map, "import-values", dependency.import_values.iter().map(import_node));
    put_text(&mut map, "alias", &dependency.alias);
    map.into()
}

fn import_node(import: &ImportValue) -> Node {
    match import {
        ImportValue::Written(node) => node.clone(),
        ImportValue::Resolved { child, parent } => {
            let mut map = Map::new();
            map.set("child", child.as_str());
            map.set("parent", parent.as_str());
            map.into()
        }
    }
}

fn put_text(map: &mut Map, key: &'static str, text: &str) {
    if !text.is_empty() {
        map.set(key, text);
    }
}

fn put_list(map: &mut Map, key: &'static str, items: impl Iterator<Item = Node>) {
    let items: Vec<Node> = items.collect();
    if !items.is_empty() {
        map.set(key, Kind::Seq(items));
    }
}
