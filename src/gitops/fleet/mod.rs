//! The fleet: a folder tree of values, read.

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
pub(super) use self::facts::{FactName, Facts};
pub(super) use self::layers::{LayerName, Layers};
pub(super) use self::names::app_name;
pub(super) use self::schemas::{SchemaCache, SchemaPaths};
pub(super) use self::unknown::Unknown;
use super::cache::Cache;
use crate::chart::{self, Links};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::template;
use crate::values::Values;

/// A folder tree of clusters, with what all of them share.
///
/// The files of the clusters themselves are read when they are rendered; charts, template folders and values files when
/// the first app needs them, and kept.
pub struct Fleet {
    root: PathBuf,
    /// In the order of their paths.
    clusters: Vec<ClusterFolder>,
    /// Files that are none of a fleet's, unless an app refers to them.
    unknown: Vec<Unknown>,
    warnings: Vec<Diagnostic>,
    pub(super) links: Links,
    /// By path, and by the links that are followed.
    pub(super) charts: Cache<Result<SharedChart, Failure>, (PathBuf, Links)>,
    pub(super) templates: Cache<Result<SharedTemplates, Failure>>,
    pub(super) values: Cache<Result<Values, Failure>>,
    /// What charts' schemas refer to, by the files that say so.
    pub(super) schema_files: SchemaCache,
}

/// A folder with a `cluster.yaml`.
pub(super) struct ClusterFolder {
    /// Below the fleet, with slashes; empty if the fleet is one cluster.
    pub path: String,
    /// Its own files, by what they are.
    pub files: Vec<LayerName>,
    /// What the folders above it give.
    pub above: Arc<Layers>,
}

impl ClusterFolder {
    /// The files that make apps. The file of a component beside its instances gives them defaults.
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

/// A chart, and the texts of its files.
pub(super) struct SharedChart {
    pub loaded: chart::Loaded,
    pub sources: Sources,
}

/// A template folder, and its defaults.
pub(super) struct SharedTemplates {
    pub folder: template::Folder,
    pub defaults: Values,
}

impl Fleet {
    /// Reads the tree and the defaults in it.
    ///
    /// # Errors
    ///
    /// All that is wrong: no folder, no cluster in it, names that cannot be used, defaults that are no YAML.
    pub fn read(root: &Path) -> Result<Fleet, Failure> {
        let scanned = scan::scan(root)?;
        Ok(Fleet {
            root: root.to_owned(),
            clusters: scanned.clusters,
            unknown: scanned.unknown,
            warnings: scanned.warnings,
            links: Links::All,
            charts: Cache::default(),
            templates: Cache::default(),
            values: Cache::default(),
            schema_files: SchemaCache::default(),
        })
    }

    /// Refuses charts whose folders link to files outside of them.
    #[must_use]
    pub fn without_external_links(mut self) -> Fleet {
        self.links = Links::Inside;
        self
    }

    /// The paths of the clusters below the fleet, in order.
    pub fn cluster_paths(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.clusters.iter().map(|cluster| cluster.path.as_str())
    }

    /// The folder that it was read from.
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
