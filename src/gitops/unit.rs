//! One cluster, rendered: the files of its folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::app::{Made, Object, Request};
use super::argocd;
use super::collect::Found;
use super::fleet::{Cluster, Fleet};
use super::flux;
use super::keep::keep;
use super::layout::{self, File};
use super::objects::{Identity, fill_namespaces, without_lists, without_names};
use super::options::Options;
use super::scope::Scopes;
use super::{FleetCode, GitopsCode};
use super::{apply_size, namespaces, secrets};
use crate::check;
use crate::diagnostic::{Diagnostic, Failure, Location, Sources};

/// The folder of a cluster's namespaces.
pub(super) const NAMESPACES: &str = "namespaces";

/// The folder of the definitions of its custom resources.
pub(super) const CRDS: &str = "crds";

/// What a folder of the tree holds, in the order of the paths.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// Below the tree, with slashes; empty if it is the tree.
    pub path: String,
    pub files: Vec<File>,
    /// How many apps it has.
    pub apps: usize,
    /// What the cluster is called; empty if it is none.
    pub cluster: String,
}

/// Renders a cluster; what is wrong or worth saying goes to `found`.
pub(super) fn render(fleet: &Fleet, cluster: &Cluster, options: &Options<'_>, found: &mut Found) -> Option<Unit> {
    let apps = made(fleet, cluster, options, found)?;
    check_unique(cluster, &apps, found);
    check_together(cluster, &apps, options, found);
    if found.has_errors() {
        return None;
    }
    let unit = match unit(cluster, apps, options) {
        Ok(unit) => unit,
        Err(error) => {
            let message = format!("the files of `{}` could not be made: {error}", cluster.path);
            found.add_named(&cluster.path, vec![Diagnostic::error(GitopsCode::NotSerializable, message)]);
            return None;
        }
    };
    let diagnostics = same_paths(&unit);
    let is_whole = diagnostics.is_empty();
    found.add_named(&cluster.path, diagnostics);
    is_whole.then_some(unit)
}

/// Names of files get a hash where they clash; what would still replace another file must not go unseen.
fn same_paths(unit: &Unit) -> Vec<Diagnostic> {
    let pairs = unit.files.iter().zip(unit.files.iter().skip(1));
    let same = pairs.filter(|(a, b)| a.path == b.path);
    same.map(|(a, _)| {
        Diagnostic::error(
            GitopsCode::DuplicatePath,
            format!("two files of the tree would be `{}`", join(&unit.path, &a.path)),
        )
    })
    .collect()
}

/// The objects of every app; nothing where an app cannot be rendered.
fn made<'c>(
    fleet: &Fleet,
    cluster: &'c Cluster,
    options: &Options<'_>,
    found: &mut Found,
) -> Option<Vec<(&'c str, Made)>> {
    let mut apps: Vec<(&str, Made)> = Vec::new();
    for (name, layer) in &cluster.apps {
        match (Request { fleet, cluster, name, layer }).render() {
            Ok(made) => apps.push((name, made)),
            Err(Failure { diagnostics, sources }) => found.add(&join(&cluster.path, name), diagnostics, &sources),
        }
    }
    let mut scopes = Scopes::new(&cluster.values.scopes);
    for (name, made) in &mut apps {
        made.objects = without_lists(std::mem::take(&mut made.objects));
        made.objects.iter().for_each(|object| scopes.learn(&object.node));
        let app = join(&cluster.path, name);
        found.add_named(&app, without_names(&app, &made.objects));
    }
    for (name, made) in &mut apps {
        let app = join(&cluster.path, name);
        let mut diagnostics = fill_namespaces(made, &scopes);
        found.add(&app, std::mem::take(&mut made.warnings), &made.sources);
        let mut of_secrets = Vec::new();
        secrets::handle(&mut made.objects, cluster, name, options.secrets, &mut of_secrets);
        found.add_named(&app, of_secrets);
        diagnostics.extend(made.objects.iter().filter_map(apply_size::warning));
        found.add(&app, diagnostics, &Sources::default());
    }
    (!found.has_errors()).then_some(apps)
}

/// Two apps that make the same object would undo each other's work for ever.
fn check_unique(cluster: &Cluster, apps: &[(&str, Made)], found: &mut Found) {
    let mut seen: BTreeMap<Identity, &str> = BTreeMap::new();
    for (name, made) in apps {
        for object in &made.objects {
            let id = Identity::of(&object.node);
            let title = id.title();
            if let Some(first) = seen.insert(id, name) {
                let (first, second) = (join(&cluster.path, first), join(&cluster.path, name));
                let message = if first == second {
                    format!("the app `{first}` makes {title} twice")
                } else {
                    format!("the apps `{first}` and `{second}` both make {title}")
                };
                found.add_named(&second, vec![Diagnostic::error(FleetCode::DuplicateObject, message)]);
            }
        }
    }
}

/// Custom resources fit the definitions that some app of the cluster brings. If it is asked for, everything fits together.
fn check_together(cluster: &Cluster, apps: &[(&str, Made)], options: &Options<'_>, found: &mut Found) {
    let nodes = apps.iter().flat_map(|(_, made)| &made.objects).map(|object| &object.node);
    let diagnostics = if options.strict {
        let options =
            check::Options { kube_version: cluster.kube_version(), strict: true, ..check::Options::default() };
        let findings = check::all(&nodes.cloned().collect::<Vec<_>>(), &options);
        findings.into_iter().filter(|finding| finding.skipped.is_none()).map(|finding| finding.diagnostic).collect()
    } else {
        check::custom_resources(nodes)
    };
    // Their locations are in texts of the apps, which this function does not have, so it names the object and the field.
    let diagnostics = diagnostics.into_iter().map(|diagnostic: Diagnostic| Diagnostic {
        location: Location::UNKNOWN,
        related: Vec::new(),
        ..diagnostic
    });
    found.add(&cluster.path, diagnostics.collect(), &Sources::default());
}

/// A folder of the tree with what is applied together.
struct Folder<'a> {
    name: &'a str,
    /// What objects without a namespace are in.
    namespace: &'a str,
    objects: Vec<Object>,
}

fn unit(cluster: &Cluster, mut apps: Vec<(&str, Made)>, options: &Options<'_>) -> io::Result<Unit> {
    apps.retain(|(_, made)| !made.objects.is_empty());
    let count = apps.len();
    let first = first(&mut apps);
    let mut files = Vec::new();
    let apps: Vec<Folder<'_>> = apps
        .iter_mut()
        .map(|(name, made)| (*name, std::mem::take(&mut made.objects), made.namespace.as_str()))
        .map(|(name, objects, namespace)| Folder { name, namespace, objects })
        .filter(|app| !app.objects.is_empty())
        .collect();
    for folder in first.iter().chain(&apps) {
        layout::files(folder.name, &folder.objects, options.layout, &mut files)?;
    }
    if options.argocd {
        let list = first.iter().chain(&apps).map(|folder| argocd::App {
            folder: folder.name,
            namespace: folder.namespace,
            is_large: folder.objects.iter().any(|object| apply_size::is_too_large(&object.node)),
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

/// What has to be there before the apps, taken out of them: namespaces, and definitions of custom resources. None of it is
/// ever pruned.
fn first(apps: &mut [(&str, Made)]) -> Vec<Folder<'static>> {
    let own = take(apps, |id| id.group.is_empty() && id.kind == "Namespace");
    let crds = take(apps, |id| id.group == "apiextensions.k8s.io" && id.kind == "CustomResourceDefinition");
    let objects = apps.iter().flat_map(|(_, made)| &made.objects);
    let names: BTreeSet<String> = objects.map(|object| Identity::of(&object.node).namespace).collect();
    let namespaces = namespaces::objects(names.iter().map(String::as_str), own);
    let folders = [(NAMESPACES, namespaces), (CRDS, crds)];
    let folders = folders.into_iter().filter(|(_, objects)| !objects.is_empty());
    let kept = |objects: Vec<Object>| objects.into_iter().map(keep).collect();
    folders.map(|(name, objects)| Folder { name, namespace: "default", objects: kept(objects) }).collect()
}

/// Takes the objects of some kind out of all apps.
fn take(apps: &mut [(&str, Made)], is_taken: impl Fn(&Identity) -> bool) -> Vec<Object> {
    let mut taken = Vec::new();
    for (_, made) in apps {
        let is_taken = |object: &Object| is_taken(&Identity::of(&object.node));
        if made.objects.iter().any(is_taken) {
            let (own, rest): (Vec<Object>, _) = std::mem::take(&mut made.objects).into_iter().partition(is_taken);
            taken.extend(own);
            made.objects = rest;
        }
    }
    taken
}

/// A path below a folder of the tree or fleet, which may be the whole of it.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
