//! Reads the manifests in a folder, which may contain other files.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{Input, Request};
use crate::CheckCode;
use mkmanifests_yaml::diagnostic::{Diagnostic, io_reason};
use mkmanifests_yaml::files::FileCode;

/// Reads the files in a folder and its subfolders, in the order of their names.
pub(super) fn walk(dir: &Path, input: &mut Input) {
    if is_chart(dir) {
        let diagnostic = Diagnostic::error(CheckCode::HelmChart, format!("`{}` is a Helm chart", dir.display()));
        let diagnostic = diagnostic.names_file(dir.display().to_string());
        let help = format!("to check what it renders, run `mkmanifests chart {} | mkmanifests check -`", dir.display());
        return input.failures.push(diagnostic.help(help));
    }
    let before = input.objects.len() + input.diagnostics.len() + input.failures.len();
    let mut walk = WalkDir::new(dir).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) if is_hidden(&entry) => skip(&entry, &mut walk),
            Ok(entry) if entry.file_type().is_dir() && entry.depth() > 0 && is_chart(entry.path()) => {
                input.skipped.push((entry.path().display().to_string(), "a Helm chart"));
                walk.skip_current_dir();
            }
            Ok(entry) if entry.file_type().is_file() && is_manifest(entry.path()) => {
                input.add_file(entry.path(), Request::InFolder);
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(dir).display().to_string();
                let why = error.io_error().map_or("a symbolic link to a folder that contains it".to_owned(), io_reason);
                let code = error.io_error().map_or(FileCode::LinkLoop, FileCode::of_reading);
                input.failures.push(Diagnostic::error(code, format!("cannot read `{path}`: {why}")).names_file(path));
            }
        }
    }
    if input.objects.len() + input.diagnostics.len() + input.failures.len() == before {
        let diagnostic =
            Diagnostic::error(CheckCode::NoObject, format!("`{}` contains no Kubernetes object", dir.display()));
        let diagnostic = diagnostic.names_file(dir.display().to_string());
        input.failures.push(diagnostic.help("only files that end in `.yaml`, `.yml` or `.json` are read"));
    }
}

fn skip(entry: &DirEntry, walk: &mut walkdir::IntoIter) {
    if entry.file_type().is_dir() {
        walk.skip_current_dir();
    }
}

fn is_chart(dir: &Path) -> bool {
    dir.join("Chart.yaml").is_file()
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
}

fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}
