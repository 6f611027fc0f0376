//! Renders one cluster: the files of its folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::app::{RenderedApp, Request};
use super::argocd;
use super::collect::ClusterDiagnostics;
use super::fleet::{Cluster, Fleet};
use super::flux;
use super::keep::keep;
use super::layout::{self, File};
use super::object::Object;
use super::objects::{Identity, fill_namespaces, without_lists, without_names};
use super::options::Options;
use super::scope::Scopes;
use super::{FleetCode, GitopsCode};
use super::{apply_size, namespaces, secrets};
use crate::check;
use crate::diagnostic::{Diagnostic, Failure, Location, Sources};

/// The folder with the namespaces of a cluster.
pub(super) const NAMESPACES: &str = "namespaces";

/// The folder with the CustomResourceDefinitions of a cluster.
pub(super) const CRDS: &str = "crds";

/// The files of one folder of the tree, sorted by path.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// Its path relative to the tree, with slashes; empty for the tree itself.
    pub path: String,
    pub files: Vec<File>,
    /// Number of apps.
    pub apps: usize,
    /// Name of the cluster; empty if the folder is not that of a cluster.
    pub cluster: String,
}

/// Renders a cluster, and adds errors and warnings to `found`.
pub(super) fn render(
    fleet: &Fleet,
    cluster: &Cluster,
    options: &Options<'_>,
    found: &mut ClusterDiagnostics,
) -> Option<Unit> {
    let apps = render_apps(fleet, cluster, options, found)?;
    check_unique(cluster, &apps, found);
    check_together(cluster, &apps, options, found);
    if found.has_errors() {
        return None;
    }
    let unit = match unit(cluster, apps, options) {
        Ok(unit) => unit,
        Err(error) => {
            let message = format!("cannot write the files of `{}`: {error}", cluster.path);
            found.add_named(&cluster.path, vec![Diagnostic::error(GitopsCode::NotSerializable, message)]);
            return None;
        }
    };
    let diagnostics = same_paths(&unit);
    let is_valid = diagnostics.is_empty();
    found.add_named(&cluster.path, diagnostics);
    is_valid.then_some(unit)
}

/// Reports files with the same path. Colliding names get a hash; one that collides nevertheless must not be overwritten silently.
fn same_paths(unit: &Unit) -> Vec<Diagnostic> {
    let pairs = unit.files.iter().zip(unit.files.iter().skip(1));
    let same = pairs.filter(|(a, b)| a.path == b.path);
    same.map(|(a, _)| {
        Diagnostic::error(
            GitopsCode::DuplicatePath,
            format!("two files of the tree would have the path `{}`", join(&unit.path, &a.path)),
        )
    })
    .collect()
}

/// Renders every app; returns none if there are errors.
fn render_apps<'c>(
    fleet: &Fleet,
    cluster: &'c Cluster,
    options: &Options<'_>,
    found: &mut ClusterDiagnostics,
) -> Option<Vec<(&'c str, RenderedApp)>> {
    let mut apps: Vec<(&str, RenderedApp)> = Vec::new();
    for (name, layer) in &cluster.apps {
        match (Request { fleet, cluster, name, layer }).render() {
            Ok(made) => apps.push((name, made)),
            Err(Failure { diagnostics, sources }) => found.add(&join(&cluster.path, name), diagnostics, &sources),
        }
    }
    let mut scopes = Scopes::new(&cluster.values.scopes);
    for (name, made) in &mut apps {
        made.objects = without_lists(std::mem::take(&mut made.objects));
        made.objects.iter().for_each(|object| scopes.add_definition(object.node()));
        let app = join(&cluster.path, name);
        found.add_named(&app, without_names(&app, &made.objects));
    }
    for (name, made) in &mut apps {
        let app = join(&cluster.path, name);
        let mut diagnostics = fill_namespaces(made, &scopes);
        found.add(&app, std::mem::take(&mut made.warnings), &made.sources);
        let mut secret_diagnostics = Vec::new();
        secrets::handle(&mut made.objects, cluster, name, options.secrets, &mut secret_diagnostics);
        found.add_named(&app, secret_diagnostics);
        diagnostics.extend(made.objects.iter().filter_map(apply_size::warning));
        found.add(&app, diagnostics, &Sources::default());
    }
    (!found.has_errors()).then_some(apps)
}

/// Reports objects that two apps render: they would overwrite each other's object again and again.
fn check_unique(cluster: &Cluster, apps: &[(&str, RenderedApp)], found: &mut ClusterDiagnostics) {
    let mut seen: BTreeMap<Identity, &str> = BTreeMap::new();
    for (name, made) in apps {
        for object in &made.objects {
            let id = Identity::of(object.node());
            let title = id.title();
            if let Some(first) = seen.insert(id, name) {
                let (first, second) = (join(&cluster.path, first), join(&cluster.path, name));
                let message = if first == second {
                    format!("the app `{first}` renders {title} twice")
                } else {
                    format!("the apps `{first}` and `{second}` both render {title}")
                };
                found.add_named(&second, vec![Diagnostic::error(FleetCode::DuplicateObject, message)]);
            }
        }
    }
}

/// Validates custom resources against the CustomResourceDefinitions of all apps of the cluster; with `strict`, checks all objects
/// against each other.
fn check_together(
    cluster: &Cluster,
    apps: &[(&str, RenderedApp)],
    options: &Options<'_>,
    found: &mut ClusterDiagnostics,
) {
    let nodes = apps.iter().flat_map(|(_, made)| &made.objects).map(Object::node);
    let diagnostics = if options.strict {
        let options =
            check::Options { kube_version: cluster.kube_version(), strict: true, ..check::Options::default() };
        let diagnostics = check::all(&nodes.cloned().collect::<Vec<_>>(), &options);
        diagnostics.into_iter().filter(|found| found.skipped.is_none()).map(|found| found.diagnostic).collect()
    } else {
        check::custom_resources(nodes)
    };
    // The locations are in texts that are not available here; the messages name the object and the field.
    let diagnostics = diagnostics.into_iter().map(|diagnostic: Diagnostic| Diagnostic {
        location: Location::UNKNOWN,
        related: Vec::new(),
        ..diagnostic
    });
    found.add(&cluster.path, diagnostics.collect(), &Sources::default());
}

/// A folder of the tree whose objects are applied together.
struct Folder<'a> {
    name: &'a str,
    /// The namespace of the release.
    namespace: &'a str,
    /// The first line of its `kustomization.yaml`; may be empty.
    comment: &'a str,
    objects: Vec<Object>,
}

fn unit(cluster: &Cluster, mut apps: Vec<(&str, RenderedApp)>, options: &Options<'_>) -> io::Result<Unit> {
    apps.retain(|(_, made)| !made.objects.is_empty());
    let count = apps.len();
    let first = first(&mut apps);
    let mut files = Vec::new();
    let apps: Vec<Folder<'_>> = apps
        .iter_mut()
        .map(|(name, made)| {
            let objects = std::mem::take(&mut made.objects);
            Folder { name, namespace: &made.namespace, comment: &made.chart, objects }
        })
        .filter(|app| !app.objects.is_empty())
        .collect();
    for folder in first.iter().chain(&apps) {
        layout::files(folder.name, &folder.objects, folder.comment, options.layout, &mut files)?;
    }
    if options.argocd {
        let list = first.iter().chain(&apps).map(|folder| argocd::App {
            folder: folder.name,
            namespace: folder.namespace,
            is_large: folder.objects.iter().any(|object| object.too_large().is_some()),
        });
        files.push(argocd::apps(cluster, &list.collect::<Vec<_>>())?);
    }
    if options.flux {
        let names = |folders: &[Folder<'_>]| folders.iter().map(|folder| folder.name.to_owned()).collect::<Vec<_>>();
        flux::files(cluster, &names(&first), &names(&apps), &options.git, options.layout, &mut files)?;
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(Unit { path: cluster.path.clone(), files, apps: count, cluster: cluster.name.clone() })
}

/// Moves what must exist before the apps to separate folders: namespaces and CustomResourceDefinitions. They are never pruned.
fn first(apps: &mut [(&str, RenderedApp)]) -> Vec<Folder<'static>> {
    let own = take(apps, |id| id.group.is_empty() && id.kind == "Namespace");
    let crds = take(apps, |id| id.group == "apiextensions.k8s.io" && id.kind == "CustomResourceDefinition");
    let objects = apps.iter().flat_map(|(_, made)| &made.objects);
    let names: BTreeSet<String> = objects.map(|object| Identity::of(object.node()).namespace).collect();
    let namespaces = namespaces::objects(names.iter().map(String::as_str), own);
    let folders = [(NAMESPACES, namespaces), (CRDS, crds)];
    let folders = folders.into_iter().filter(|(_, objects)| !objects.is_empty());
    let kept = |objects: Vec<Object>| objects.into_iter().map(keep).collect();
    folders.map(|(name, objects)| Folder { name, namespace: "default", comment: "", objects: kept(objects) }).collect()
}

/// Removes the objects of a kind from all apps, and returns them.
fn take(apps: &mut [(&str, RenderedApp)], is_selected: impl Fn(&Identity) -> bool) -> Vec<Object> {
    let mut taken = Vec::new();
    for (_, made) in apps {
        let is_selected = |object: &Object| is_selected(&Identity::of(object.node()));
        if made.objects.iter().any(is_selected) {
            let (own, rest): (Vec<Object>, _) = std::mem::take(&mut made.objects).into_iter().partition(is_selected);
            taken.extend(own);
            made.objects = rest;
        }
    }
    taken
}

/// Joins a path to a folder of the tree or fleet, which may be empty for the root.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
