//! Reads a fleet: a folder tree of values.

mod cluster;
mod facts;
mod layers;
mod names;
mod scan;
mod schemas;
mod unknown;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) use self::cluster::Cluster;
pub use self::cluster::{ClusterValues, SecretStore, SecretStoreKind, cluster_schema_text};
pub(super) use self::cluster::{cluster_name, helm_release};
pub(super) use self::facts::{FactName, Facts};
pub(super) use self::layers::{LayerName, Layers};
pub(super) use self::names::app_name;
pub(super) use self::schemas::{SchemaCache, SchemaPaths};
pub(super) use self::unknown::Unknown;
use super::app::{LoadError, RenderedApps};
use super::cache::Cache;
use super::charts::{ChartStore, Lock};
use super::object::Object;
use crate::chart::{self, SymbolicLinks};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::template;
use crate::values::Values;

/// A fleet: a folder tree of clusters and their defaults.
///
/// The files of a cluster are read when it is rendered. Charts, template folders and values files are read when the first app
/// needs them, and cached.
pub struct Fleet {
    root: PathBuf,
    /// Sorted by path.
    clusters: Vec<ClusterFolder>,
    /// Files that are not known fleet files, unless an app refers to them.
    unknown: Vec<Unknown>,
    warnings: Vec<Diagnostic>,
    pub(super) links: SymbolicLinks,
    /// By path, and by the links that are allowed.
    pub(super) charts: Cache<Result<SharedChart, Failure>, (PathBuf, SymbolicLinks)>,
    /// Charts that apps name, by title and SHA-256 of the archive.
    pub(super) archives: Cache<Result<SharedChart, LoadError>, (String, String)>,
    /// The content of `charts.lock`, if it exists.
    pub(super) lock: Option<Lock>,
    /// The cache of archives.
    cache: Option<PathBuf>,
    pub(super) templates: Cache<Result<SharedTemplates, Failure>>,
    pub(super) values: Cache<Result<Values, Failure>>,
    /// The documents that the schemas of charts refer to.
    pub(super) schema_files: SchemaCache,
}

/// A folder with a `cluster.yaml`.
pub(super) struct ClusterFolder {
    /// Its path relative to the fleet, with slashes; empty if the fleet is one cluster.
    pub path: String,
    /// Its own files.
    pub files: Vec<LayerName>,
    /// The layers of the folders above.
    pub above: Arc<Layers>,
}

impl ClusterFolder {
    /// Returns the files that define apps. The file of a component with instances contains their defaults.
    pub fn app_files(&self) -> impl Iterator<Item = &LayerName> {
        let is_instance = |file: &LayerName, of: &str| matches!(file, LayerName::Instance(name, _) if *name == of);
        let has_instances = move |of: &str| self.files.iter().any(|file| is_instance(file, of));
        self.files.iter().filter(move |file| match file {
            LayerName::Cluster => false,
            LayerName::Component(component) => !has_instances(component),
            _ => true,
        })
    }
}

/// A chart with the texts of its files, and what its apps share.
pub(super) struct SharedChart {
    pub loaded: chart::Loaded,
    pub sources: Sources,
    /// The objects in the files below `crds/`, by the path of the file.
    pub crds: Cache<Result<Vec<Object>, Failure>, String>,
    pub apps: RenderedApps,
}

impl SharedChart {
    pub(super) fn new(loaded: chart::Loaded, sources: Sources) -> SharedChart {
        SharedChart { loaded, sources, crds: Cache::default(), apps: RenderedApps::default() }
    }
}

/// A template folder with its defaults.
pub(super) struct SharedTemplates {
    pub folder: template::Folder,
    pub defaults: Values,
}

impl Fleet {
    /// Reads the folder tree and its defaults.
    ///
    /// # Errors
    ///
    /// Returns all errors: the folder does not exist or has no cluster, a name is invalid, or a file is not valid YAML.
    pub fn read(root: &Path) -> Result<Fleet, Failure> {
        let scanned = scan::scan(root)?;
        let lock = Lock::read(root)?;
        Ok(Fleet {
            root: root.to_owned(),
            clusters: scanned.clusters,
            unknown: scanned.unknown,
            warnings: scanned.warnings,
            links: SymbolicLinks::All,
            charts: Cache::default(),
            archives: Cache::default(),
            lock,
            cache: None,
            templates: Cache::default(),
            values: Cache::default(),
            schema_files: SchemaCache::default(),
        })
    }

    /// Rejects charts whose folders contain links to files outside of them.
    #[must_use]
    pub fn without_external_links(mut self) -> Fleet {
        self.links = SymbolicLinks::InsideChart;
        self
    }

    /// Sets the folder with archives of charts by their SHA-256: Helm's content cache. It is only read.
    ///
    /// Without it, charts that apps name have to be in the vendored folder.
    #[must_use]
    pub fn with_chart_cache(mut self, folder: PathBuf) -> Fleet {
        self.cache = Some(folder);
        self
    }

    /// Returns whether apps can name charts: whether the fleet has a `charts.lock`.
    pub fn has_chart_lock(&self) -> bool {
        self.lock.is_some()
    }

    /// Returns where the archives of charts are that apps name.
    pub(super) fn store(&self) -> ChartStore {
        let vendor = self.lock.as_ref().and_then(|lock| lock.vendor_folder(&self.root));
        ChartStore { vendor, cache: self.cache.clone() }
    }

    /// Returns the command that writes `charts.lock` and downloads the charts.
    pub(super) fn fetch_command(&self) -> String {
        format!("mkmanifests fetch {}", self.root.display())
    }

    /// Returns the paths of the clusters relative to the fleet, sorted.
    pub fn cluster_paths(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.clusters.iter().map(|cluster| cluster.path.as_str())
    }

    /// Returns the folder of the fleet.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn clusters(&self) -> &[ClusterFolder] {
        &self.clusters
    }

    pub(super) fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    pub(super) fn unknown(&self) -> &[Unknown] {
        &self.unknown
    }
}
