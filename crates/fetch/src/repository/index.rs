//! `index.yaml`: the charts of a repository.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use mkmanifests_chart::Metadata;
use mkmanifests_go::quote::quote;
use mkmanifests_go::semver::{Constraints, Version};
use mkmanifests_yaml::diagnostic::{Diagnostic, Location};
use mkmanifests_yaml::tree::read::{Duplicates, ReadError, large_document};
use mkmanifests_yaml::tree::{Kind, Node, YamlCode, to_node};

use super::{RepositoryError, shape};
use crate::http::limits::MAX_INDEX_BYTES;
use crate::{Error, Warning};

/// The most values of an index, in millions; the largest public ones have less than two.
const MAX_MILLIONS: usize = 16;

/// The content of `index.yaml`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Index {
    /// `apiVersion`: `v1`.
    pub api_version: String,
    /// `generated`, as it is written.
    pub generated: String,
    /// `entries`: the versions of each chart, the newest first.
    pub entries: BTreeMap<String, Vec<ChartVersion>>,
    /// `publicKeys`.
    pub public_keys: Vec<String>,
    /// `annotations`.
    pub annotations: Vec<(String, String)>,
    /// The invalid versions that were left out.
    pub warnings: Vec<Warning>,
}

/// One version of a chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChartVersion {
    /// The content of its `Chart.yaml`.
    pub metadata: Metadata,
    /// `urls`: absolute, or relative to the repository. Only the first is used.
    pub urls: Vec<String>,
    /// `created`, as it is written.
    pub created: String,
    /// `removed`.
    pub removed: bool,
    /// `digest`: the SHA-256 of the archive in hex, maybe with `sha256:` before it; empty if there is none.
    pub digest: String,
}

impl Index {
    /// Reads a file, such as one in the repository cache.
    ///
    /// # Errors
    /// The file cannot be read, or as [`Index::parse`], with Helm's context.
    pub fn load(path: &Path) -> Result<Index, Error> {
        let limit = usize::try_from(MAX_INDEX_BYTES).unwrap_or(usize::MAX);
        let bytes = mkmanifests_yaml::files::read(path, limit).map_err(|error| Error::file("open", path, &error))?;
        let source = path.display().to_string();
        Index::parse(&bytes, &source).map_err(|error| Error::from(error).context(format!("error loading {source}")))
    }

    /// Reads the text of an index, YAML or JSON. `source` is its address for warnings, without credentials.
    ///
    /// # Errors
    /// The text is empty, cannot be read, has other types or unknown fields, or no `apiVersion`. An invalid version of a
    /// chart is only a warning.
    pub fn parse(bytes: &[u8], source: &str) -> Result<Index, RepositoryError> {
        if bytes.is_empty() {
            return Err(RepositoryError::EmptyIndex);
        }
        let node = read(bytes).map_err(RepositoryError::Index)?;
        let mut index = Index {
            api_version: text(&node, "apiVersion"),
            generated: text(&node, "generated"),
            public_keys: texts(&node, "publicKeys"),
            ..Index::default()
        };
        if let Some(annotations) = field(&node, "annotations").and_then(Node::as_map) {
            let pair = |entry: &mkmanifests_yaml::tree::Entry| {
                (entry.key.to_string(), shape::text(&entry.value).unwrap_or_default())
            };
            index.annotations = annotations.entries().iter().map(pair).collect();
        }
        let entries = field(&node, "entries").and_then(Node::as_map).map(|map| map.entries()).unwrap_or_default();
        for entry in entries {
            let versions = versions(&entry.key, &entry.value, source, &mut index.warnings);
            index.entries.insert(entry.key.to_string(), versions);
        }
        if index.api_version.is_empty() { Err(RepositoryError::NoApiVersion) } else { Ok(index) }
    }

    /// Sorts the versions of each chart, the newest first. Versions that are none come last.
    pub fn sort(&mut self) {
        self.entries.values_mut().for_each(|versions| sort(versions));
    }

    /// Returns a version of a chart: the one that is written as `version`, else the first that matches it as a range. An
    /// empty `version` is `*`, the newest release.
    ///
    /// The second part of the result is Helm's warning if `version` is not a range and another version was found.
    ///
    /// # Errors
    /// There is no such chart, `version` is not a range, or nothing matches.
    pub fn get(&self, name: &str, version: &str) -> Result<(&ChartVersion, Option<Warning>), RepositoryError> {
        let versions = self.entries.get(name).ok_or(RepositoryError::NoChart)?;
        if versions.is_empty() {
            return Err(RepositoryError::NoVersions);
        }
        let range = if version.is_empty() { "*" } else { version };
        let range = Constraints::parse(range).map_err(RepositoryError::Constraint)?;
        if let Some(exact) = versions.iter().find(|found| !version.is_empty() && found.metadata.version == version) {
            return Ok((exact, None));
        }
        let matches =
            |found: &&ChartVersion| Version::parse(&found.metadata.version).is_ok_and(|found| range.check(&found));
        let no_match = || RepositoryError::NoMatch { name: name.to_owned(), version: version.to_owned() };
        let found = versions.iter().find(matches).ok_or_else(no_match)?;
        let warning = (!version.is_empty() && !is_range(version)).then(|| {
            let message = "unable to find exact version requested; falling back to closest available version";
            let selected = found.metadata.version.as_str();
            Warning::new(message, [("chart", name), ("requested", version), ("selected", selected)])
        });
        Ok((found, warning))
    }
}

/// Returns whether a version is a range such as `^1` or `1.x`, as Helm decides it.
fn is_range(version: &str) -> bool {
    if version.contains(['^', '~', '<', '>', '=', '!', '*']) || version.contains("||") || version.contains(" - ") {
        return true;
    }
    version.split(['-', '+']).next().unwrap_or_default().contains(['x', 'X'])
}

fn read(bytes: &[u8]) -> Result<Node, String> {
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    let node = if is_json {
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        to_node(&value).map_err(|error| error.to_string())?
    } else {
        large_document(Default::default(), bytes, Duplicates::Refused, MAX_MILLIONS)
            .map_err(|error| format!("error converting YAML to JSON: {}", yaml_error(&error, bytes)))?
    };
    shape::index(&node, !is_json)?;
    Ok(node)
}

/// Returns Go's text for YAML that cannot be read. Its reader collects the keys that are repeated.
fn yaml_error(error: &ReadError, bytes: &[u8]) -> String {
    let is_repeated = |diagnostic: &Diagnostic| diagnostic.subject.code == YamlCode::DuplicateKey.into();
    if !error.diagnostics.iter().all(is_repeated) {
        return error.go.clone();
    }
    let text = String::from_utf8_lossy(bytes);
    let line = |diagnostic: &Diagnostic| {
        let Location { line, column, .. } = diagnostic.location;
        let line_text = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        let from_key: String = line_text.chars().skip(column.saturating_sub(1) as usize).collect();
        let key = from_key.split(':').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
        format!("\n  line {line}: key {} already set in map", quote(key.as_bytes()))
    };
    format!("yaml: unmarshal errors:{}", error.diagnostics.iter().map(line).collect::<String>())
}

/// Returns the valid versions of a chart, the newest first.
fn versions(name: &str, node: &Node, source: &str, warnings: &mut Vec<Warning>) -> Vec<ChartVersion> {
    let mut versions = Vec::new();
    // Helm begins with the last one.
    for node in node.as_seq().unwrap_or_default().iter().rev() {
        if node.is_null() {
            let message = "skipping loading invalid entry for chart: empty entry";
            warnings.push(Warning::new(message, [("name", name), ("source", source)]));
            continue;
        }
        match version(node) {
            Ok(version) => versions.push(version),
            Err((version, error)) => {
                let fields = [("name", name), ("version", &version), ("source", source), ("error", &error)];
                warnings.push(Warning::new("skipping loading invalid entry for chart", fields));
            }
        }
    }
    versions.reverse();
    sort(&mut versions);
    versions
}

/// Returns one version, or its number and why it is invalid.
fn version(node: &Node) -> Result<ChartVersion, (String, String)> {
    let invalid = |diagnostics: Vec<Diagnostic>| {
        let first = diagnostics.first().map(|diagnostic| diagnostic.message()).unwrap_or_default();
        (text(node, "version"), first)
    };
    let mut metadata = Metadata::from_node(node).map_err(invalid)?;
    if metadata.api_version.is_empty() {
        metadata.api_version = "v1".into();
    }
    // Repositories may strip aliases: https://github.com/helm/helm/issues/12748
    let skippable = "validation: more than one dependency with name or alias";
    let mut errors = metadata.validate();
    errors.retain(|diagnostic| !diagnostic.message().starts_with(skippable));
    if !errors.is_empty() {
        return Err(invalid(errors));
    }
    Ok(ChartVersion {
        metadata,
        urls: texts(node, "urls"),
        created: text(node, "created"),
        removed: matches!(field(node, "removed").map(|node| &node.kind), Some(Kind::Bool(true))),
        digest: text(node, "digest"),
    })
}

fn sort(versions: &mut [ChartVersion]) {
    versions.sort_by_cached_key(|version| std::cmp::Reverse(Order(Version::parse(&version.metadata.version).ok())));
}

/// Versions in Helm's order: those that are none come first.
struct Order(Option<Version>);

impl Ord for Order {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => one.order(other),
            (one, other) => one.is_some().cmp(&other.is_some()),
        }
    }
}

impl PartialOrd for Order {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Order {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Order {}

fn field<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let map = node.as_map()?;
    map.get(name)
        .or_else(|| map.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(name)).map(|entry| &entry.value))
}

fn text(node: &Node, name: &str) -> String {
    field(node, name).and_then(shape::text).unwrap_or_default()
}

fn texts(node: &Node, name: &str) -> Vec<String> {
    let items = field(node, name).and_then(Node::as_seq).unwrap_or_default();
    items.iter().map(|item| shape::text(item).unwrap_or_default()).collect()
}
