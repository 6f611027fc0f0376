//! Finds the charts that the apps of a fleet name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Failure, Location, Sources};
use crate::gitops::app::{ChartSource, Request, chart_of};
use crate::gitops::charts::{ChartKey, ChartReference};
use crate::gitops::collect::{ClusterDiagnostics, Collected};
use crate::gitops::fleet::{Cluster, ClusterFolder, Fleet, LayerName};
use crate::gitops::unit::join;

/// The charts of a fleet, with the apps that name them.
#[derive(Default)]
pub(super) struct Wanted {
    pub charts: BTreeMap<ChartKey, Vec<Use>>,
    /// The charts that apps name by `path`, each with the first such app.
    pub paths: BTreeMap<PathBuf, Site>,
}

/// An app that names a chart of a repository.
pub(super) struct Use {
    pub reference: ChartReference,
    pub site: Site,
    /// The location of `chart.digest`.
    pub digest_location: Location,
}

/// Where an app names its chart.
pub(super) struct Site {
    /// The path of the app in the tree.
    pub app: String,
    /// The location of `path` or `chart.name` in the app's file.
    pub location: Location,
    sources: Sources,
}

impl Site {
    /// Adds an error about this app.
    pub fn report(&self, diagnostic: Diagnostic, found: &mut ClusterDiagnostics) {
        found.add(&self.app, vec![diagnostic], &self.sources);
    }
}

impl Wanted {
    /// Reads the files of all apps.
    pub fn read(fleet: &Fleet, threads: &ThreadPool) -> Result<Wanted, Failure> {
        let read = || fleet.clusters().par_iter().map(|folder| of_cluster(fleet, folder)).collect::<Vec<_>>();
        let (mut wanted, mut collected) = (Wanted::default(), Collected::default());
        for (uses, paths, found) in threads.install(read) {
            collected.add(found);
            for (path, site) in paths {
                wanted.paths.entry(path).or_insert(site);
            }
            for one in uses {
                wanted.charts.entry(one.reference.key()).or_default().push(one);
            }
        }
        if collected.has_errors() { Err(collected.finish()) } else { Ok(wanted) }
    }

    /// Returns the number of apps that name a chart.
    pub fn apps(&self) -> usize {
        self.charts.values().map(Vec::len).sum()
    }

    /// Returns the names of the charts.
    pub fn names(&self) -> BTreeSet<&str> {
        self.charts.keys().map(|key| key.name.as_str()).collect()
    }
}

/// The charts of one cluster, and the errors in the files of its apps.
type OfCluster = (Vec<Use>, Vec<(PathBuf, Site)>, ClusterDiagnostics);

fn of_cluster(fleet: &Fleet, folder: &ClusterFolder) -> OfCluster {
    let (mut uses, mut paths, mut found) = (Vec::new(), Vec::new(), ClusterDiagnostics::default());
    let cluster = match Cluster::read(fleet.root(), folder) {
        Ok(cluster) => cluster,
        Err(Failure { diagnostics, sources }) => {
            found.add(&folder.path, diagnostics, &sources);
            return (uses, paths, found);
        }
    };
    for (name, layer) in cluster.apps.iter().filter(|(_, layer)| matches!(layer, LayerName::Chart(_))) {
        let app = join(&cluster.path, name);
        match chart_of(&Request { fleet, cluster: &cluster, name, layer }) {
            Ok((source, [location, digest_location])) => {
                let site = Site { app, location, sources: cluster.layers.sources.clone() };
                match source {
                    ChartSource::Path(path) => paths.push((path, site)),
                    ChartSource::Named(reference) => uses.push(Use { reference, site, digest_location }),
                }
            }
            Err(Failure { diagnostics, sources }) => found.add(&app, diagnostics, &sources),
        }
    }
    (uses, paths, found)
}
