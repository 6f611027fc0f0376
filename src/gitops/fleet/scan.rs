//! Walks a fleet: finds its clusters, assigns files to them, and finds unknown files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::layers::component;
use super::unknown::Unknown;
use super::{ClusterFolder, LayerName, Layers, app_name, names};
use crate::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, io_reason, nearest};
use crate::files::FileCode;
use crate::gitops::FleetCode;
use crate::gitops::charts::LOCK;

pub(super) struct Scanned {
    pub clusters: Vec<ClusterFolder>,
    pub unknown: Vec<Unknown>,
    pub warnings: Vec<Diagnostic>,
}

/// More than any fleet has; a home directory that is passed by mistake has more.
const MAX_FILES: usize = 2_000_000;

pub(super) fn scan(root: &Path) -> Result<Scanned, Failure> {
    let fail = |diagnostics| Err(Failure::new(diagnostics, Sources::default()));
    match std::fs::metadata(root) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => {
            let root = root.display().to_string();
            let diagnostic = Diagnostic::error(FileCode::NotAFolder, format!("`{root}` is not a folder"));
            return fail(vec![diagnostic.names_file(root)]);
        }
        Err(error) => {
            let message = format!("cannot read `{}`: {}", root.display(), io_reason(&error));
            let diagnostic = Diagnostic::error(FileCode::of_reading(&error), message);
            return fail(vec![diagnostic.names_file(root.display().to_string())]);
        }
    }
    let mut diagnostics = Vec::new();
    let files = walk(root, &mut diagnostics);
    let folders = Folders::of(&files);
    if diagnostics.is_empty() && folders.clusters.is_empty() {
        diagnostics.push(no_cluster(root, &files));
    }
    folders.check_names(root, &mut diagnostics);
    let (folders, unknown) = folders.sort(files);
    if !diagnostics.is_empty() {
        return fail(diagnostics);
    }
    let scanned = folders.read(root, unknown)?;
    Ok(scanned)
}

/// Returns the files below `root` as paths with slashes, without hidden files and Markdown.
fn walk(root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
    let is_hidden = |entry: &DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
    let mut files = Vec::new();
    for entry in WalkDir::new(root).into_iter().filter_entry(|entry| !is_hidden(entry)) {
        match entry {
            Ok(entry) if entry.depth() == 0 || entry.file_type().is_dir() => {}
            Ok(entry) => match path_of(root, &entry) {
                Ok(path) if path.ends_with(".md") || path == LOCK => {}
                Ok(path) => files.push(path),
                Err(diagnostic) => diagnostics.push(diagnostic),
            },
            Err(error) => {
                let path = error.path().unwrap_or(root).display().to_string();
                let reason = error.io_error().map_or_else(|| "the link is part of a loop".to_owned(), io_reason);
                let code = error.io_error().map_or(FileCode::LinkLoop, FileCode::of_reading);
                diagnostics.push(Diagnostic::error(code, format!("cannot read `{path}`: {reason}")).names_file(path));
            }
        }
        if files.len() > MAX_FILES {
            let message = format!("`{}` has more than {MAX_FILES} files: is it a fleet?", root.display());
            diagnostics.push(Diagnostic::error(FleetCode::TooManyFiles, message));
            return files;
        }
    }
    files.sort_unstable();
    files
}

fn path_of(root: &Path, entry: &DirEntry) -> Result<String, Diagnostic> {
    let shown = entry.path().display();
    if entry.path_is_symlink() && entry.path().is_dir() {
        let diagnostic = Diagnostic::error(FleetCode::LinkedFolder, format!("`{shown}` is a link to a folder"));
        return Err(
            diagnostic.help("links to folders are not followed; to share files, use defaults in a folder above")
        );
    }
    let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    parts
        .map(|parts| parts.join("/"))
        .ok_or_else(|| Diagnostic::error(FleetCode::InvalidName, format!("the name of `{shown}` is not UTF-8")))
}

fn no_cluster(root: &Path, files: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        FleetCode::NoCluster,
        format!("`{}` has no cluster: no folder in it has a `cluster.yaml`", root.display()),
    );
    let base = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let near = files.iter().find(|path| nearest(&base(path), ["cluster.yaml"]).is_some());
    match near {
        Some(near) => diagnostic.help(format!("rename `{near}` to `cluster.yaml`?")),
        None => diagnostic.help(
            "create a `cluster.yaml` in the folder of each cluster; it may be empty, the name is that of the folder",
        ),
    }
}

/// The folders of clusters and those above, with their files.
struct Folders {
    /// Folders with a `cluster.yaml`, and no such folder below them.
    clusters: BTreeSet<String>,
    /// All folders above clusters, whose files contain defaults.
    above: BTreeSet<String>,
    files: BTreeMap<String, Vec<LayerName>>,
}

impl Folders {
    fn of(files: &[String]) -> Folders {
        let with_file = files.iter().filter_map(|path| match path.rsplit_once('/') {
            Some((folder, "cluster.yaml")) => Some(folder),
            None if path == "cluster.yaml" => Some(""),
            _ => None,
        });
        let mut clusters: BTreeSet<String> = with_file.map(str::to_owned).collect();
        let mut above = BTreeSet::new();
        for cluster in &clusters {
            let mut folder = cluster.as_str();
            while !folder.is_empty() {
                folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
                if !above.insert(folder.to_owned()) {
                    break;
                }
            }
        }
        clusters.retain(|cluster| !above.contains(cluster));
        Folders { clusters, above, files: BTreeMap::new() }
    }

    fn is_known(&self, folder: &str) -> bool {
        self.clusters.contains(folder) || self.above.contains(folder)
    }

    fn check_names(&self, root: &Path, diagnostics: &mut Vec<Diagnostic>) {
        for folder in self.clusters.iter().chain(&self.above).filter(|folder| !folder.is_empty()) {
            let name = folder.rsplit('/').next().unwrap_or_default();
            if let Err(reason) = names::folder(name) {
                diagnostics.push(Diagnostic::error(
                    FleetCode::InvalidName,
                    format!("`{}`: {reason}", root.join(folder).display()),
                ));
            }
        }
    }

    /// Assigns each file to its folder; the rest is unknown.
    fn sort(mut self, files: Vec<String>) -> (Folders, Vec<Unknown>) {
        let mut unknown = Vec::new();
        for path in files {
            match self.role_of(&path) {
                Some((folder, name)) => self.files.entry(folder).or_default().push(name),
                None => {
                    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let is_known_folder = self.is_known(folder);
                    unknown.push(Unknown { path, is_known_folder });
                }
            }
        }
        (self, unknown)
    }

    /// Returns the folder that a file belongs to, and its role there.
    fn role_of(&self, path: &str) -> Option<(String, LayerName)> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        if self.is_known(folder) {
            return Some((folder.to_owned(), LayerName::of(file, None)?));
        }
        let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        let component = component(name).filter(|_| self.is_known(above))?;
        Some((above.to_owned(), LayerName::of(file, Some(component))?))
    }

    /// Reads the defaults in the folders above clusters, from the root down.
    fn read(mut self, root: &Path, unknown: Vec<Unknown>) -> Result<Scanned, Failure> {
        let mut diagnostics = Vec::new();
        let mut failure = Failure { diagnostics: Vec::new(), sources: Sources::default() };
        let mut above: BTreeMap<&str, Arc<Layers>> = BTreeMap::new();
        for folder in &self.above {
            let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            let inherited = above.get(parent).filter(|_| !folder.is_empty()).cloned().unwrap_or_default();
            let files = self.files.remove(folder).unwrap_or_default();
            let layers = inherited.with(&root.join(folder), &files, &mut diagnostics);
            if !diagnostics.is_empty() {
                let by = failure.sources.append(&layers.sources);
                failure.diagnostics.extend(diagnostics.drain(..).map(|diagnostic| diagnostic.moved(by)));
            }
            above.insert(folder, layers);
        }
        if !failure.diagnostics.is_empty() {
            return Err(Failure::new(failure.diagnostics, failure.sources));
        }
        let clusters = self.clusters.iter().map(|path| {
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            let above = above.get(parent).filter(|_| !path.is_empty()).cloned().unwrap_or_default();
            ClusterFolder { path: path.clone(), files: self.files.remove(path).unwrap_or_default(), above }
        });
        let clusters: Vec<ClusterFolder> = clusters.collect();
        let warnings = unused(root, &above, &clusters);
        Ok(Scanned { clusters, unknown, warnings })
    }
}

/// Warns about defaults for apps that no cluster below has, most likely because of a misspelled name.
fn unused(root: &Path, above: &BTreeMap<&str, Arc<Layers>>, clusters: &[ClusterFolder]) -> Vec<Diagnostic> {
    let used: BTreeSet<&LayerName> = clusters.iter().flat_map(|cluster| &cluster.files).collect();
    let has_instances =
        |component: &str| used.iter().any(|it| matches!(it, LayerName::Instance(name, _) if *name == component));
    let known: Vec<String> = used.iter().map(|name| name.file()).collect();
    let mut warned = BTreeSet::new();
    let mut warnings = Vec::new();
    for (folder, layers) in above {
        for name in layers.names().filter(|name| app_name(name).is_ok() && !used.contains(name)) {
            let is_shared = matches!(name, LayerName::Component(component) if has_instances(component));
            if is_shared || !warned.insert(name.clone()) {
                continue;
            }
            let file = name.file();
            let path = root.join(folder).join(&file);
            let diagnostic = Diagnostic::warning(
                FleetCode::UnusedDefaults,
                format!("`{}` contains defaults for an app that no cluster has", path.display()),
            );
            warnings.push(match nearest(&file, known.iter().map(String::as_str)) {
                Some(near) => diagnostic.help(did_you_mean(near)),
                None => diagnostic
                    .help(format!("a cluster has the app if its own folder contains a `{file}`, which may be empty")),
            });
        }
    }
    warnings
}
