//! Finds files and folders in a tree that are not expected.

use std::collections::BTreeSet;
use std::path::Path;

use walkdir::WalkDir;

use super::folder::TreeFolder;
use super::index::{INDEX, Index};
use super::plan::read_file;
use crate::gitops::layout::File;

/// Returns the folders of the tree with an index that are not `known`: those of clusters that are no longer in the fleet.
pub(in super::super) fn stale_units(tree: &Path, known: &BTreeSet<&str>) -> Vec<String> {
    let mut stale = Vec::new();
    let mut walk = WalkDir::new(tree).follow_links(false).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        // Nothing can be removed from a folder that cannot be read.
        let Ok(entry) = entry else { continue };
        let Some(path) = below(tree, entry.path()) else { continue };
        if entry.file_type().is_dir() {
            let is_hidden = path.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
            let is_known = known.contains(path.as_str()) && !path.is_empty();
            if is_hidden || is_known {
                walk.skip_current_dir();
            }
        } else if entry.file_name() == INDEX {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if !known.contains(folder) {
                stale.push(folder.to_owned());
            }
        }
    }
    stale
}

/// Returns the unexpected files in the folder of a cluster and in those of its apps, and whether an earlier run wrote them: `old` is
/// the index of the folder. Hidden files are ignored.
pub(super) fn extra_files(place: &TreeFolder, files: &[File], old: &Index) -> Vec<(String, bool)> {
    let known: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut folders: BTreeSet<&str> = files.iter().filter_map(|file| Some(file.path.rsplit_once('/')?.0)).collect();
    folders.extend(old.paths().filter_map(|path| Some(path.rsplit_once('/')?.0)));
    let mut found = Vec::new();
    for folder in folders {
        if !place.check(folder).unwrap_or(false) {
            continue;
        }
        for entry in std::fs::read_dir(place.file(folder)).into_iter().flatten().flatten() {
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
            let path = format!("{folder}/{name}");
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_dir || name.starts_with('.') || known.contains(path.as_str()) {
                continue;
            }
            let content = read_file(&entry.path()).ok().flatten();
            let is_ours = content.is_some_and(|content| old.wrote(&path, &content));
            found.push((path, is_ours));
        }
    }
    found.sort();
    found
}

fn below(tree: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(tree).ok()?;
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
