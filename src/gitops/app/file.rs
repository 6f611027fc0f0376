//! The files of apps of charts and template folders: the path, the release, options, values and patches.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::Request;
use crate::check::syntax::dns_label;
use crate::components::explain;
use crate::diagnostic::{Code, Diagnostic, Failure, Location, Sources, ValueCode, did_you_mean, io_reason, nearest};
use crate::files::{self, FileCode, MAX_TEXT};
use crate::gitops::FleetCode;
use crate::gitops::charts::ChartReference;
use crate::gitops::fleet::{FactName, helm_release};
use crate::patch::Patches;
use crate::tree::{Map, Node, from_values, read};
use crate::values::{Layers, Values, merge};

/// Keys that every app may have.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReleaseKeys {
    #[serde(default)]
    pub namespace: Option<String>,
    #[serde(default)]
    pub release: Option<String>,
}

/// `<name>.chart.yaml`: an app of a Helm chart.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in super::super) struct ChartFile {
    /// The chart's folder or archive, relative to the folder of this file. Either this or `chart` is required.
    #[serde(default)]
    pub path: Option<String>,
    /// The chart of a repository or registry, which `mkmanifests fetch` downloads.
    #[serde(default)]
    pub chart: Option<ChartReference>,
    /// Release name. Default: the name of the app.
    #[serde(default)]
    pub release: Option<String>,
    /// Namespace of the release. Default: `default`.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Values files, relative to the folder of this file. Later files override earlier ones, and `values` overrides all of them.
    #[serde(default)]
    pub values_files: Vec<String>,
    /// Values that are set to facts of the cluster, by path (`aws.region: region`).
    #[serde(default)]
    pub facts: BTreeMap<String, FactName>,
    /// Whether to omit the app if the chart at `path` does not exist.
    #[serde(default)]
    pub optional: bool,
    /// Whether to include the files in `crds/`.
    #[serde(default = "yes")]
    pub include_crds: bool,
    /// What to do with hooks, which only Helm and Argo CD run.
    #[serde(default)]
    pub hooks: Option<Hooks>,
    /// Whether unused values are errors.
    #[serde(default)]
    pub strict: bool,
    /// Whether to skip the validation of the values with the chart's JSON Schema.
    #[serde(default)]
    pub skip_schema_validation: bool,
    /// The release of Helm to render as. Default: the setting of the cluster.
    #[serde(default)]
    pub helm_version: Option<String>,
    /// Whether links in the chart's folder may point outside of it. Default: the setting of the cluster.
    #[serde(default)]
    pub external_links: Option<bool>,
    /// Values of the chart, which override `valuesFiles`.
    // Only for messages and the schema: `AppFile` reads `values` and `patches` itself.
    #[serde(default, rename = "values")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    _values: IgnoredAny,
    /// Changes of rendered objects: JSON patches and merge patches.
    #[serde(default, rename = "patches")]
    #[schemars(with = "Vec<BTreeMap<String, serde_json::Value>>")]
    _patches: IgnoredAny,
    /// Files or folders by the URLs that the chart's JSON Schema refers to, relative to the folder of this file.
    #[serde(default)]
    pub schema_map: BTreeMap<String, String>,
    /// Folders of documents that the chart's JSON Schema refers to, relative to the folder of this file.
    #[serde(default)]
    pub schema_dirs: Vec<String>,
}

/// `<name>.template.yaml`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TemplateFile {
    pub path: String,
    #[serde(default)]
    pub release: Option<String>,
    #[serde(default)]
    pub namespace: Option<String>,
    #[serde(default)]
    pub values_files: Vec<String>,
    #[serde(default)]
    pub facts: BTreeMap<String, FactName>,
    #[serde(default, rename = "values")]
    _values: IgnoredAny,
    #[serde(default, rename = "patches")]
    _patches: IgnoredAny,
}

/// What to do with the hooks of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in super::super) enum Hooks {
    /// Omit them.
    Omit,
    /// Render them like other objects, except tests.
    Include,
}

fn yes() -> bool {
    true
}

/// Removes keys from a mapping, and returns them.
pub(super) fn take(node: &mut Node, keys: &[&str]) -> Node {
    let mut taken = Map::new();
    if let Some(map) = node.as_map_mut() {
        for entry in keys.iter().filter_map(|key| map.remove(key)) {
            taken.insert(entry);
        }
    }
    Node::new(crate::tree::Kind::Map(taken), node.location)
}

/// Reads a mapping as a type. A `null` is the same as a missing key.
pub(super) fn typed<T: DeserializeOwned>(node: &Node, sources: &Sources) -> Result<T, Vec<Diagnostic>> {
    let node = merge(Node::default(), node.clone());
    let mut diagnostics = Vec::new();
    let typed = from_values(&node, None, &[], sources, &mut diagnostics).filter(|_| diagnostics.is_empty());
    let typed = typed.ok_or_else(|| {
        explain(&mut diagnostics, &node, sources, file_schema);
        diagnostics
    })?;
    let diagnostics = names(&node);
    if diagnostics.is_empty() { Ok(typed) } else { Err(diagnostics) }
}

/// Returns the JSON Schema of `values` in an app's file, which allows any key.
fn file_schema() -> Schema {
    json_schema!({ "properties": { "values": { "additionalProperties": {} } } })
}

/// Checks names: namespaces are DNS labels, and the name of a release follows the rules of Helm.
fn names(node: &Node) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut check = |key: &str, rule: &dyn Fn(&str) -> Result<(), String>| {
        let Some(value) = node.get(key) else { return };
        if let Some(Err(reason)) = value.as_str().map(rule) {
            diagnostics.push(Diagnostic::error(ValueCode::Invalid, reason).in_field(key).at(value.location));
        }
    };
    check("namespace", &dns_label);
    check("helmVersion", &|text| helm_release(text).map(drop));
    check("release", &|name| crate::chart::check_name(name).map_err(|diagnostic| diagnostic.reason));
    diagnostics
}

/// The file of an app of a chart or template folder.
pub(super) struct AppFile<T> {
    pub typed: T,
    /// `values`, or an empty mapping.
    pub values: Node,
    /// `patches`, with locations in the texts of the cluster's layers.
    pub patches: Node,
    node: Node,
}

impl<T: DeserializeOwned> AppFile<T> {
    pub fn read(request: &Request<'_>) -> Result<AppFile<T>, Failure> {
        let mut node = request.node().ok_or_else(|| request.failure(Vec::new()))?;
        let patches = take(&mut node, &["patches"]).get("patches").cloned().unwrap_or_default();
        let values = take(&mut node, &["values"]);
        let values =
            values.get("values").filter(|values| !values.is_null()).cloned().unwrap_or_else(|| Map::new().into());
        let mut diagnostics = Vec::new();
        if values.as_map().is_none() {
            let message = format!("expected `key: value` pairs, found {}", values.describe());
            diagnostics.push(
                Diagnostic::error(values.wrong_type("`key: value` pairs"), message)
                    .in_field("values")
                    .at(values.location),
            );
        }
        match typed(&node, &request.cluster.layers.sources) {
            Ok(typed) if diagnostics.is_empty() => Ok(AppFile { typed, values, patches, node }),
            Ok(_) => Err(request.failure(diagnostics)),
            Err(found) => {
                diagnostics.extend(found);
                Err(request.failure(diagnostics))
            }
        }
    }
}

impl<T> AppFile<T> {
    /// Reads the patches, and appends their texts to `sources`.
    pub fn patches(&self, request: &Request<'_>, sources: &mut Sources) -> Result<Patches, Failure> {
        if self.patches.is_null() {
            return Ok(Patches::default());
        }
        let mut node = self.patches.clone();
        node.shift_locations(sources.append(&request.cluster.layers.sources));
        Patches::from_node(&node, sources).map_err(|diagnostics| Failure::new(diagnostics, sources.clone()))
    }

    /// Returns the location of a value in the file.
    pub fn location(&self, path: &[&str]) -> Location {
        self.node.find(path.iter().copied()).map_or(self.node.location, |node| node.location)
    }

    /// Returns a path that the file contains, relative to the folder of the file.
    pub fn path(&self, key: &[&str], text: &str, sources: &Sources) -> PathBuf {
        let source = sources.get(self.location(key).source);
        let folder = source.and_then(|source| Path::new(&source.name).parent()).unwrap_or(Path::new(""));
        normalized(&folder.join(text))
    }

    /// Returns an error about a path in the file that cannot be read, most likely because it does not exist.
    pub fn unreadable(&self, code: Code, key: &[&str], path: &Path, reason: &str) -> Diagnostic {
        let diagnostic =
            Diagnostic::error(code, format!("cannot read `{}`: {reason}", path.display())).at(self.location(key));
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        let wanted = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match nearest(wanted, names.iter().map(String::as_str)) {
            Some(near) if near != wanted => diagnostic.help(did_you_mean(near)),
            _ => diagnostic,
        }
    }

    /// Returns the layers of values over `defaults`: facts, values files, then `values`.
    pub fn layers<'d>(
        &self,
        request: &Request<'_>,
        defaults: &'d Values,
        values_files: &[String],
        facts: &BTreeMap<String, FactName>,
    ) -> Result<Layers<'d>, Failure> {
        let sources = &request.cluster.layers.sources;
        let mut diagnostics = Vec::new();
        let (facts_node, missing) = request.cluster.facts(request.name).at(facts);
        for fact in missing {
            let path = facts.iter().find(|(_, name)| **name == fact).map_or("", |(path, _)| path);
            let message = format!("`facts.{path}`: `cluster.yaml` does not set {}", fact.shown(request.name));
            diagnostics.push(
                Diagnostic::error(FleetCode::MissingFact, message)
                    .names_field(format!("facts.{path}").as_str())
                    .at(self.location(&["facts", path])),
            );
        }
        let mut layers = Layers::over(defaults);
        layers.values(Values { root: facts_node, sources: sources.clone() });
        let mut broken = Vec::new();
        for (index, text) in values_files.iter().enumerate() {
            let key = ["valuesFiles", &index.to_string()];
            let path = self.path(&key, text, sources);
            let slot = request.fleet.values.get(&path, |path| read_values(path));
            match slot.get() {
                Some(Ok(values)) => _ = layers.values(values.clone()),
                Some(Err(failure)) if failure.sources.is_empty() => {
                    let why = failure.diagnostics.first();
                    let diagnostic = |why: &Diagnostic| self.unreadable(why.code().clone(), &key, &path, &why.reason);
                    diagnostics.extend(why.map(diagnostic));
                }
                Some(Err(failure)) => broken.push(failure.clone()),
                None => {}
            }
        }
        layers.values(Values { root: self.values.clone(), sources: sources.clone() });
        if diagnostics.is_empty() && broken.is_empty() {
            return Ok(layers);
        }
        let mut failure = request.failure(diagnostics);
        for Failure { diagnostics, sources } in broken {
            let by = failure.sources.append(&sources);
            failure.diagnostics.extend(diagnostics.into_iter().map(|diagnostic| diagnostic.moved(by)));
        }
        Err(failure)
    }
}

/// Returns the JSON Schema of `<name>.chart.yaml` as text, for a `$schema` comment.
pub fn chart_schema_text() -> String {
    let mut schema = schemars::schema_for!(ChartFile);
    schema.insert("title".to_owned(), "NAME.chart.yaml of a mkmanifests fleet".into());
    // A schema can always be serialized.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// Normalizes `a/b/../c` to `a/c`: no folder of a fleet is a link.
pub(in super::super) fn normalized(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        let goes_back = matches!(out.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::ParentDir if goes_back => _ = out.pop(),
            part => out.push(part),
        }
    }
    out
}

/// Reads a values file. A failure without sources means that the file cannot be read.
fn read_values(path: &Path) -> Result<Values, Failure> {
    let bytes = files::read(path, MAX_TEXT).map_err(|error| {
        Failure::new(vec![Diagnostic::error(FileCode::of_reading(&error), io_reason(&error))], Sources::default())
    })?;
    let mut sources = Sources::default();
    match read::values(&mut sources, &path.display().to_string(), &bytes) {
        Ok(root) => Ok(Values { root, sources }),
        Err(diagnostics) => Err(Failure::new(diagnostics, sources)),
    }
}
