//! A chart in memory: its metadata, files, values and subcharts.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::behaviour::{Behaviour, Change};
use super::metadata::{Dependency, Metadata};
use super::tree_cache::TreeCache;
use mkmanifests_json_schema::{CompileError, SchemaFiles, Validator};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{Duplicates, documents};
use serde_json::Value as Json;

/// A file of a chart. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path relative to the chart, with `/`: `templates/service.yaml`.
    pub name: String,
    /// The bytes, without a UTF-8 byte order mark. They need not be UTF-8.
    pub data: Arc<[u8]>,
    /// When it was last changed, in seconds since 1970; `None` if that is unknown. Only packages show it.
    pub modified: Option<i64>,
}

/// A chart and its subcharts.
///
/// In a loaded chart, [`Chart::dependencies`] has all charts below `charts/`. The chart in
/// [`RenderValues`](super::RenderValues) is the one after Helm's dependency processing: disabled subcharts are removed,
/// and subcharts have their aliases as names, so that one subchart may occur twice. [`Chart::values`] never changes.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// The metadata in `Chart.yaml`, and in `requirements.yaml` for charts of API version v1.
    pub metadata: Metadata,
    /// The content of `Chart.lock` or `requirements.lock`, if there is one.
    pub lock: Option<Lock>,
    /// All files below `templates/`, not only YAML, in the order of the archive or of the names in the folder.
    pub templates: Vec<File>,
    /// The files of `.Files`: all files, also those below `crds/`, except templates, `Chart.yaml`, `Chart.lock`,
    /// `values.yaml`, `values.schema.json` and the files below `charts/`.
    pub files: Vec<File>,
    /// The content of `values.yaml`: a mapping.
    pub values: Arc<Node>,
    /// The first document of a `values.yaml` that has several.
    pub(super) first_values: Option<Arc<Node>>,
    /// The text of `values.yaml`, if there is one.
    pub values_text: Option<Arc<[u8]>>,
    /// The text of `Chart.yaml`.
    pub chart_text: Arc<[u8]>,
    /// When the files that have no [`File`] here were last changed.
    pub modified: Modified,
    /// `values.schema.json`, if there is one.
    pub schema: Option<Schema>,
    /// The subcharts.
    pub dependencies: Vec<Chart>,
    /// The folder or archive in the parent's `charts/`; `None` for the root chart.
    pub origin: Option<Origin>,
    /// The full path, if it is not the parent's path, `charts` and the name: releases before 4.0 leave the original name
    /// of an aliased parent in it.
    pub(super) path: Option<String>,
    /// The size of the metadata in bytes, which each alias copies.
    pub(super) metadata_bytes: usize,
    /// The parsed templates, shared by all copies of the chart.
    pub(super) trees: Arc<TreeCache>,
}

/// When the files that are fields of a [`Chart`] were last changed, in seconds since 1970; `None` if that is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Modified {
    /// `Chart.yaml`.
    pub chart: Option<i64>,
    /// `values.yaml`.
    pub values: Option<i64>,
    /// `values.schema.json`.
    pub schema: Option<i64>,
}

/// `values.schema.json`: its text, and the schema compiled from it on first use.
#[derive(Clone)]
pub struct Schema {
    /// The text.
    pub text: Arc<[u8]>,
    /// The compiled schema, shared by all copies of the chart, since a fleet renders one chart many times.
    pub(super) compiled: Arc<OnceLock<(SchemaFiles, Result<Validator, CompileError>)>>,
    /// The same for the releases of Helm that know fewer drafts.
    pub(super) compiled_older: Arc<OnceLock<(SchemaFiles, Result<Validator, CompileError>)>>,
    /// The text as JSON, read on first use; `None` if it is not JSON.
    json: Arc<OnceLock<Option<Json>>>,
}

impl Schema {
    /// Creates a schema from its text, without compiling it.
    pub fn new(text: impl Into<Arc<[u8]>>) -> Schema {
        let (compiled, compiled_older, json) = Default::default();
        Schema { text: text.into(), compiled, compiled_older, json }
    }

    /// Returns the text as JSON, if it is that.
    pub(super) fn json(&self) -> Option<&Json> {
        self.json.get_or_init(|| serde_json::from_slice(&self.text).ok()).as_ref()
    }
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Schema").field(&String::from_utf8_lossy(&self.text)).finish()
    }
}

/// The folder or archive of a subchart in `charts/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The name of the folder or archive, which may differ from the chart's.
    pub name: String,
    /// Whether it is an archive.
    pub packed: bool,
}

/// A file below `crds/` of a chart or subchart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crd {
    /// The path as `# Source:` shows it: `parent/charts/sub/crds/x.yaml`.
    pub full_name: String,
    /// The file.
    pub file: File,
}

/// `Chart.lock`: the versions of the dependencies when they were last resolved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lock {
    /// When it was written, in RFC 3339.
    pub generated: String,
    /// The digest of the dependencies in `Chart.yaml` and in the lock: `sha256:` and 64 hex digits.
    pub digest: String,
    /// The dependencies, each with an exact version.
    pub dependencies: Vec<Dependency>,
    /// Whether the file has a list of dependencies, even an empty one: `helm package` writes `null` for none.
    pub lists_dependencies: bool,
}

impl Crd {
    /// Reads the definitions in the file, whose text is added to `sources`.
    pub(super) fn read(&self, sources: &mut Sources) -> Result<Vec<Node>, Vec<Diagnostic>> {
        documents(sources, &self.full_name, &self.file.data, Duplicates::LastWins)
    }
}

impl Chart {
    /// Returns the chart's name, or its alias in the parent chart.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Returns the chart without its subcharts.
    pub(super) fn without_dependencies(&self) -> Chart {
        Chart {
            first_values: self.first_values.clone(),
            path: self.path.clone(),
            metadata: self.metadata.clone(),
            lock: self.lock.clone(),
            templates: self.templates.clone(),
            files: self.files.clone(),
            values: self.values.clone(),
            values_text: self.values_text.clone(),
            chart_text: self.chart_text.clone(),
            modified: self.modified,
            schema: self.schema.clone(),
            dependencies: Vec::new(),
            origin: self.origin.clone(),
            metadata_bytes: self.metadata_bytes,
            trees: Arc::clone(&self.trees),
        }
    }

    /// Returns the values as a release of Helm reads them.
    pub(super) fn values_as(&self, helm: Behaviour) -> &Node {
        let first = self.first_values.as_ref().filter(|_| !helm.has(Change::SeveralValuesDocuments));
        first.unwrap_or(&self.values)
    }

    /// Returns whether it is a library chart, of which only templates in files that begin with `_` are used.
    pub fn is_library(&self) -> bool {
        self.metadata.kind.eq_ignore_ascii_case("library")
    }

    /// Returns the full path of a subchart: `parent/charts/sub`. `parent` is the full path of this chart; for the root
    /// chart, its name.
    pub fn child_path(parent: &str, child: &Chart) -> String {
        child.path.clone().unwrap_or_else(|| format!("{parent}/charts/{}", child.name()))
    }

    /// Returns the CRDs of this chart and then of its subcharts: the files below `crds/` that end in `.yaml`, `.yml` or
    /// `.json` in any case.
    pub fn crds(&self) -> Vec<Crd> {
        let mut crds = Vec::new();
        self.collect_crds(self.name(), &mut crds);
        crds
    }

    fn collect_crds(&self, path: &str, crds: &mut Vec<Crd>) {
        let own = self.files.iter().filter(|file| file.name.starts_with("crds/") && file.is_manifest());
        crds.extend(own.map(|file| Crd { full_name: format!("{path}/{}", file.name), file: file.clone() }));
        for child in &self.dependencies {
            child.collect_crds(&Chart::child_path(path, child), crds);
        }
    }

    /// Calls `visit` with this chart and every subchart below it, and the full path of each.
    pub fn walk(&self, visit: &mut impl FnMut(&Chart, &str)) {
        self.walk_from(self.name(), visit);
    }

    fn walk_from(&self, path: &str, visit: &mut impl FnMut(&Chart, &str)) {
        visit(self, path);
        for child in &self.dependencies {
            child.walk_from(&Chart::child_path(path, child), visit);
        }
    }
}

impl File {
    /// Creates a file.
    pub fn new(name: impl Into<String>, data: impl Into<Arc<[u8]>>) -> File {
        File { name: name.into(), data: data.into(), modified: None }
    }

    /// Sets when the file was last changed, in seconds since 1970.
    pub(super) fn modified_at(self, modified: Option<i64>) -> File {
        File { modified, ..self }
    }

    /// Returns the content as text, with U+FFFD for invalid UTF-8.
    pub fn text(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.data) {
            // Several times as fast as the lossy conversion.
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(&self.data),
        }
    }

    /// Returns the name without folders.
    pub fn base_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// Returns whether the name ends in `.yaml`, `.yml` or `.json`, in any case.
    pub fn is_manifest(&self) -> bool {
        let base = self.base_name();
        let extension = base.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
        ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    }
}
