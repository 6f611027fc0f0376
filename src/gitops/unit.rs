//! One cluster, rendered: the files of its folder.

use std::collections::BTreeMap;
use std::io;

use super::app::{Made, Object, Request};
use super::argocd;
use super::collect::Found;
use super::fleet::{Cluster, Fleet};
use super::flux;
use super::layout::{self, File};
use super::objects::{Identity, fill_namespaces, without_lists};
use super::options::Options;
use super::scope::Scopes;
use super::{namespaces, secrets};
use crate::check::{self, versions::KubeVersion};
use crate::problem::{Failure, Place, Problem, Sources};

/// The folder of a cluster's namespaces.
const NAMESPACES: &str = "namespaces";

/// What a folder of the tree holds, in the order of the paths.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// Below the tree, with slashes; empty if it is the tree.
    pub path: String,
    pub files: Vec<File>,
    /// How many apps it has.
    pub apps: usize,
}

/// Renders a cluster; what is wrong or worth saying goes to `found`.
pub(super) fn render(fleet: &Fleet, cluster: &Cluster, options: &Options<'_>, found: &mut Found) -> Option<Unit> {
    let apps = made(fleet, cluster, options, found)?;
    check_unique(cluster, &apps, found);
    check_together(cluster, &apps, options, found);
    if found.has_errors() {
        return None;
    }
    match unit(cluster, apps, options) {
        Ok(unit) => Some(unit),
        Err(error) => {
            let message = format!("the files of `{}` could not be made: {error}", cluster.path);
            found.add(&cluster.path, vec![Problem::error(message)], &Sources::default());
            None
        }
    }
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
            Err(Failure { problems, sources }) => found.add(&join(&cluster.path, name), problems, &sources),
        }
    }
    let mut scopes = Scopes::default();
    for (_, made) in &mut apps {
        made.objects = without_lists(std::mem::take(&mut made.objects));
        made.objects.iter().for_each(|object| scopes.learn(&object.node));
    }
    for (name, made) in &mut apps {
        fill_namespaces(made, &scopes);
        let mut problems = std::mem::take(&mut made.warnings);
        found.add(&join(&cluster.path, name), std::mem::take(&mut problems), &made.sources);
        secrets::handle(&mut made.objects, cluster, name, options.secrets, &mut problems);
        found.add(&join(&cluster.path, name), problems, &Sources::default());
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
                found.add(&second, vec![Problem::error(message)], &Sources::default());
            }
        }
    }
}

/// Custom resources fit the definitions that some app of the cluster brings. If it is asked for, everything fits together.
fn check_together(cluster: &Cluster, apps: &[(&str, Made)], options: &Options<'_>, found: &mut Found) {
    let nodes = apps.iter().flat_map(|(_, made)| &made.objects).map(|object| &object.node);
    let problems = if options.strict {
        let kube_version = cluster.values.kube_version.as_deref().and_then(|text| KubeVersion::parse(text).ok());
        let options = check::Options { kube_version, strict: true, ..check::Options::default() };
        let findings = check::all(&nodes.cloned().collect::<Vec<_>>(), &options);
        findings.into_iter().filter(|finding| finding.skipped.is_none()).map(|finding| finding.problem).collect()
    } else {
        check::custom_resources(nodes)
    };
    // Their places are in texts of the apps, which are not at hand here: the object and field are told.
    let problems =
        problems.into_iter().map(|problem: Problem| Problem { place: Place::UNKNOWN, related: Vec::new(), ..problem });
    found.add(&cluster.path, problems.collect(), &Sources::default());
}

fn unit(cluster: &Cluster, mut apps: Vec<(&str, Made)>, options: &Options<'_>) -> io::Result<Unit> {
    let mut own: Vec<Object> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (_, made) in &mut apps {
        let is_namespace = |object: &Object| {
            let id = Identity::of(&object.node);
            id.group.is_empty() && id.kind == "Namespace"
        };
        if made.objects.iter().any(is_namespace) {
            let (namespaces, rest) = std::mem::take(&mut made.objects).into_iter().partition(is_namespace);
            own.extend::<Vec<Object>>(namespaces);
            made.objects = rest;
        }
        names.extend(made.objects.iter().map(|object| Identity::of(&object.node).namespace));
    }
    names.sort_unstable();
    names.dedup();
    let namespaces = namespaces::objects(names.iter().map(String::as_str), own);
    let mut files = Vec::new();
    layout::files(NAMESPACES, &namespaces, options.layout, &mut files)?;
    for (name, made) in &apps {
        layout::files(name, &made.objects, options.layout, &mut files)?;
    }
    apps.retain(|(_, made)| !made.objects.is_empty());
    add_tools(cluster, &apps, !namespaces.is_empty(), options, &mut files)?;
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(Unit { path: cluster.path.clone(), files, apps: apps.len() })
}

fn add_tools(
    cluster: &Cluster,
    apps: &[(&str, Made)],
    has_namespaces: bool,
    options: &Options<'_>,
    files: &mut Vec<File>,
) -> io::Result<()> {
    let namespaces = has_namespaces.then_some(NAMESPACES);
    if options.argocd {
        let list = namespaces.map(|folder| argocd::App { folder, namespace: "default" });
        let rest = apps.iter().map(|(folder, made)| argocd::App { folder, namespace: &made.namespace });
        let list: Vec<argocd::App<'_>> = list.into_iter().chain(rest).collect();
        files.push(argocd::apps(cluster, &list)?);
    }
    if options.flux {
        let names: Vec<&str> = apps.iter().map(|(name, _)| *name).collect();
        flux::files(cluster, &names, namespaces, &options.git, options.layout, files)?;
    }
    Ok(())
}

/// A path below a folder of the tree or fleet, which may be the whole of it.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
