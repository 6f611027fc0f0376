//! What the files of apps say beside values: where a chart is, the release, what is asked of it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::Request;
use crate::check::syntax::dns_label;
use crate::diagnostic::{Code, Diagnostic, Failure, Location, Sources, ValueCode, did_you_mean, io_reason, nearest};
use crate::files::{self, FileCode, MAX_TEXT};
use crate::gitops::FleetCode;
use crate::gitops::fleet::FactName;
use crate::patch::Patches;
use crate::tree::{Map, Node, Nulls, from_node, read};
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

/// `<name>.chart.yaml`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChartFile {
    /// Folder or archive, from the folder of the file that says so.
    pub path: String,
    #[serde(default)]
    pub release: Option<String>,
    #[serde(default)]
    pub namespace: Option<String>,
    /// Values files, from the folder of the file that says so; later ones win, and `values` over all of them.
    #[serde(default)]
    pub values_files: Vec<String>,
    /// Values that are facts of the cluster, by their path (`aws.region: region`).
    #[serde(default)]
    pub facts: BTreeMap<String, FactName>,
    /// Whether the app is left out where the chart is not there.
    #[serde(default)]
    pub optional: bool,
    /// Whether the files below `crds/` are part of it.
    #[serde(default = "yes")]
    pub include_crds: bool,
    /// What becomes of hooks, which only Helm and Argo CD run.
    #[serde(default)]
    pub hooks: Option<Hooks>,
    /// Whether values that nothing reads are errors.
    #[serde(default)]
    pub strict: bool,
    #[serde(default)]
    pub skip_schema_validation: bool,
    /// Whether links in the chart's folder may lead out of it; what the cluster says if there is none.
    #[serde(default)]
    pub external_links: Option<bool>,
    /// Here for messages, which list the keys: [`AppFile`] reads `values` and `patches` itself.
    #[serde(default, rename = "values")]
    _values: IgnoredAny,
    #[serde(default, rename = "patches")]
    _patches: IgnoredAny,
    /// Files or folders by the URLs that the chart's JSON Schema refers to, from the folder of the file that says so.
    #[serde(default)]
    pub schema_map: BTreeMap<String, String>,
    /// Folders of documents that the chart's JSON Schema refers to, from the folder of the file that says so.
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

/// What becomes of the hooks of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Hooks {
    /// They are left out.
    Omit,
    /// They are objects like others, all but the tests.
    Include,
}

fn yes() -> bool {
    true
}

/// Takes keys out of a mapping.
pub(super) fn take(node: &mut Node, keys: &[&str]) -> Node {
    let mut taken = Map::new();
    if let Some(map) = node.as_map_mut() {
        for entry in keys.iter().filter_map(|key| map.remove(key)) {
            taken.insert(entry);
        }
    }
    Node::new(crate::tree::Kind::Map(taken), node.location)
}

/// A mapping as a type; `null` is as if the key were not there.
pub(super) fn typed<T: DeserializeOwned>(node: &Node) -> Result<T, Vec<Diagnostic>> {
    let node = merge(Node::default(), node.clone());
    let mut diagnostics = Vec::new();
    let typed = from_node(&node, Nulls::Refused, &mut diagnostics).filter(|_| diagnostics.is_empty());
    let typed = typed.ok_or(diagnostics)?;
    let diagnostics = names(&node);
    if diagnostics.is_empty() { Ok(typed) } else { Err(diagnostics) }
}

/// Namespaces are labels; releases have names that Helm takes.
fn names(node: &Node) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut check = |key: &str, rule: &dyn Fn(&str) -> Result<(), String>| {
        let Some(value) = node.get(key) else { return };
        if let Some(Err(reason)) = value.as_str().map(rule) {
            diagnostics.push(Diagnostic::error(ValueCode::Invalid, reason).in_field(key).at(value.location));
        }
    };
    check("namespace", &dns_label);
    check("release", &|name| crate::chart::check_name(name).map_err(|diagnostic| diagnostic.reason));
    diagnostics
}

/// The file that an app of a chart or template folder is, read.
pub(super) struct AppFile<T> {
    pub typed: T,
    /// `values`; an empty mapping if there is none.
    pub values: Node,
    /// `patches`, with the locations of the cluster's layers.
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
        match typed(&node) {
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
    /// The patches, with their texts behind those of `sources`.
    pub fn patches(&self, request: &Request<'_>, sources: &mut Sources) -> Result<Patches, Failure> {
        if self.patches.is_null() {
            return Ok(Patches::default());
        }
        let mut node = self.patches.clone();
        node.shift_locations(sources.append(&request.cluster.layers.sources));
        Patches::from_node(&node, sources).map_err(|diagnostics| Failure::new(diagnostics, sources.clone()))
    }

    /// The location of a value of the file.
    pub fn location(&self, path: &[&str]) -> Location {
        self.node.find(path.iter().copied()).map_or(self.node.location, |node| node.location)
    }

    /// A path that the file names, from the folder of the file that says so.
    pub fn path(&self, key: &[&str], text: &str, sources: &Sources) -> PathBuf {
        let source = sources.get(self.location(key).source);
        let folder = source.and_then(|source| Path::new(&source.name).parent()).unwrap_or(Path::new(""));
        without_detours(&folder.join(text))
    }

    /// A diagnostic about a path that the file names: mostly it is not there.
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

    /// The layers of values: facts, values files, then `values`, over `defaults`.
    pub fn layers<'d>(
        &self,
        request: &Request<'_>,
        defaults: &'d Values,
        values_files: &[String],
        facts: &BTreeMap<String, FactName>,
    ) -> Result<Layers<'d>, Failure> {
        let sources = &request.cluster.layers.sources;
        let mut diagnostics = Vec::new();
        let (given, missing) = request.cluster.facts(request.name).at(facts);
        for fact in missing {
            let path = facts.iter().find(|(_, name)| **name == fact).map_or("", |(path, _)| path);
            let message = format!("`facts.{path}`: `cluster.yaml` says no `{}` of `{}`", fact.key(), request.name);
            diagnostics.push(
                Diagnostic::error(FleetCode::MissingFact, message)
                    .names_field(format!("facts.{path}").as_str())
                    .at(self.location(&["facts", path])),
            );
        }
        let mut layers = Layers::over(defaults);
        layers.read(Values { root: given, sources: sources.clone() });
        let mut broken = Vec::new();
        for (index, text) in values_files.iter().enumerate() {
            let key = ["valuesFiles", &index.to_string()];
            let path = self.path(&key, text, sources);
            let slot = request.fleet.values.get(&path, |path| read_values(path));
            match slot.get() {
                Some(Ok(values)) => _ = layers.read(values.clone()),
                Some(Err(failure)) if failure.sources.is_empty() => {
                    let why = failure.diagnostics.first();
                    let diagnostic = |why: &Diagnostic| self.unreadable(why.code().clone(), &key, &path, &why.reason);
                    diagnostics.extend(why.map(diagnostic));
                }
                Some(Err(failure)) => broken.push(failure.clone()),
                None => {}
            }
        }
        layers.read(Values { root: self.values.clone(), sources: sources.clone() });
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

/// `a/b/../c` as `a/c`: no folder of a fleet is a link.
pub(in super::super) fn without_detours(path: &Path) -> PathBuf {
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

/// A failure without sources is one of reading the file at all.
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
