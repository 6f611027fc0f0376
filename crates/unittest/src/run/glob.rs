//! Finds files by patterns with `**`, as the Go libraries `filepath.Glob` and `filepathx` do.
//!
//! `**` stands for every file and folder below what precedes it. A folder that a pattern matches stands for all files in
//! it, too.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use mkmanifests_go::glob::Glob;

use crate::path;

/// Returns the files and folders that match a pattern.
///
/// # Errors
/// Go's text about a malformed pattern.
pub(super) fn find(pattern: &str) -> Result<Vec<String>, String> {
    if !pattern.contains("**") {
        return glob(pattern);
    }
    let mut matches = vec![String::new()];
    for part in pattern.split("**") {
        let mut found = Vec::new();
        let mut known = HashSet::new();
        for before in &matches {
            for root in glob(&format!("{before}{part}"))? {
                walk(&root, &mut |path| {
                    if known.insert(path.to_owned()) {
                        found.push(path.to_owned());
                    }
                });
            }
        }
        matches = found;
    }
    Ok(matches)
}

/// Visits a path and, if it is a folder, everything below it in the order of the names. Symbolic links are not followed.
fn walk(path: &str, visit: &mut impl FnMut(&str)) {
    visit(path);
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        for name in names(path) {
            walk(&path::join(&[path, &name]), visit);
        }
    }
}

fn glob(pattern: &str) -> Result<Vec<String>, String> {
    if Glob::path(pattern).is_none() {
        return Err("syntax error in pattern".to_owned());
    }
    if !has_meta(pattern) {
        let exists = fs::symlink_metadata(pattern).is_ok();
        return Ok(if exists { vec![pattern.to_owned()] } else { Vec::new() });
    }
    let (folder, file) = pattern.rsplit_once('/').map_or((".", pattern), |(folder, file)| match folder {
        "" => ("/", file),
        folder => (folder, file),
    });
    let folders = if has_meta(folder) { glob(folder)? } else { vec![folder.to_owned()] };
    let Some(matcher) = Glob::path(file) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for folder in folders {
        if Path::new(&folder).is_dir() {
            let matching = names(&folder).into_iter().filter(|name| matcher.matches(name));
            found.extend(matching.map(|name| path::join(&[&folder, &name])));
        }
    }
    Ok(found)
}

fn has_meta(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '\\'])
}

/// Returns the names in a folder, in their order.
fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
