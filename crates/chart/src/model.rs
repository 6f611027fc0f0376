//! A chart in memory: its metadata, files, values and subcharts.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::metadata::{Dependency, Metadata};
use mkmanifests_json_schema::{CompileError, SchemaFiles, Validator};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{Duplicates, documents};

/// A file of a chart. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path inside the chart, with `/`: `templates/service.yaml`.
    pub name: String,
    /// The bytes as they are, UTF-8 or not, without a UTF-8 byte order mark.
    pub data: Arc<[u8]>,
}

/// A chart and its subcharts.
///
/// As loaded, [`Chart::dependencies`] are all charts below `charts/`. What
/// [`RenderValues`](super::RenderValues) holds is the chart after Helm's dependency processing: disabled subcharts
/// are gone, and an alias has become the subchart's name (the same subchart may stand there twice).
/// [`Chart::values`] stays as it was loaded.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// `Chart.yaml`, with what `requirements.yaml` adds in charts of API version v1.
    pub metadata: Metadata,
    /// Whether there is a `Chart.lock` (or `requirements.lock`), and what it says.
    pub lock: Option<Lock>,
    /// All files below `templates/`, not only YAML, in the order of the archive or of the folder's names.
    pub templates: Vec<File>,
    /// What `.Files` shows: every file that is not a template, `Chart.yaml`, `Chart.lock`, `values.yaml`,
    /// `values.schema.json` or below `charts/`; the ones below `crds/` are included.
    pub files: Vec<File>,
    /// `values.yaml` as data, a mapping.
    pub values: Arc<Node>,
    /// `values.yaml` as text, if there is one.
    pub values_text: Option<Arc<[u8]>>,
    /// `Chart.yaml` as text.
    pub chart_text: Arc<[u8]>,
    /// `values.schema.json`, if there is one.
    pub schema: Option<Schema>,
    /// The subcharts.
    pub dependencies: Vec<Chart>,
    /// Where it lies in its parent's `charts/`; none for the root.
    pub origin: Option<Origin>,
    /// How many bytes the metadata were read from, which every alias holds again.
    pub(super) metadata_bytes: usize,
}

/// `values.schema.json`: its text, and what comes of it once somebody asks.
#[derive(Clone)]
pub struct Schema {
    /// The text.
    pub text: Arc<[u8]>,
    /// Shared by all copies of the chart: a fleet renders one chart many times.
    pub(super) compiled: Arc<OnceLock<(SchemaFiles, Result<Validator, CompileError>)>>,
}

impl Schema {
    /// A schema of that text, which is not looked at yet.
    pub fn new(text: impl Into<Arc<[u8]>>) -> Schema {
        Schema { text: text.into(), compiled: Arc::default() }
    }
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Schema").field(&String::from_utf8_lossy(&self.text)).finish()
    }
}

/// Where a subchart lies in `charts/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The name of the folder or archive, which need not be the chart's.
    pub name: String,
    /// Whether it is an archive.
    pub packed: bool,
}

/// A file below `crds/` of a chart or subchart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crd {
    /// The name as `# Source:` shows it: `parent/charts/sub/crds/x.yaml`.
    pub full_name: String,
    /// The file.
    pub file: File,
}

/// `Chart.lock`: which versions the dependencies had when they were last resolved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lock {
    /// When it was written, RFC 3339.
    pub generated: String,
    /// The digest of the dependencies in `Chart.yaml` and of those here: `sha256:` and 64 hex digits.
    pub digest: String,
    /// The dependencies, each with one exact version.
    pub dependencies: Vec<Dependency>,
}

impl Crd {
    /// The definitions in the file, whose text is added to `sources`.
    pub(super) fn read(&self, sources: &mut Sources) -> Result<Vec<Node>, Vec<Diagnostic>> {
        documents(sources, &self.full_name, &self.file.data, Duplicates::LastWins)
    }
}

impl Chart {
    /// The chart's name, or the alias that its parent gave it.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// The chart without its subcharts.
    pub(super) fn without_dependencies(&self) -> Chart {
        Chart {
            metadata: self.metadata.clone(),
            lock: self.lock.clone(),
            templates: self.templates.clone(),
            files: self.files.clone(),
            values: self.values.clone(),
            values_text: self.values_text.clone(),
            chart_text: self.chart_text.clone(),
            schema: self.schema.clone(),
            dependencies: Vec::new(),
            origin: self.origin.clone(),
            metadata_bytes: self.metadata_bytes,
        }
    }

    /// Whether it is a library chart, of which only templates whose file name begins with `_` count.
    pub fn is_library(&self) -> bool {
        self.metadata.kind.eq_ignore_ascii_case("library")
    }

    /// The full path of a subchart of this chart: `parent` is this chart's own full path, which is its name if it
    /// is the root. `parent/charts/sub`.
    pub fn child_path(parent: &str, child: &Chart) -> String {
        format!("{parent}/charts/{}", child.name())
    }

    /// The CRDs of this chart and then of its subcharts: files below `crds/` that end in `.yaml`, `.yml` or
    /// `.json`, whatever the case.
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
    /// A file of `data`.
    pub fn new(name: impl Into<String>, data: impl Into<Arc<[u8]>>) -> File {
        File { name: name.into(), data: data.into() }
    }

    /// The bytes as text, with U+FFFD for what is not UTF-8.
    pub fn text(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.data) {
            // Several times as fast as the reader that looks for what is wrong.
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(&self.data),
        }
    }

    /// The name without folders.
    pub fn base_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// Whether the name ends as those of manifests do: `.yaml`, `.yml` or `.json`.
    pub fn is_manifest(&self) -> bool {
        let base = self.base_name();
        let extension = base.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
        ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    }
}
