//! Doing what a plan says: every file is whole at any moment, old or new.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::index::INDEX;
use super::place::Place;
use super::plan::Plan;
use super::temporary::Temporary;
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;

/// Does what the plan says. Where that fails the folder is in a state that the next run knows and goes on from.
pub(in super::super) fn work(place: &Place, plan: &Plan, temporary: &Temporary) -> Result<(), Diagnostic> {
    let folder = place.folder();
    if !plan.is_gone {
        make_folders(place, plan)?;
    }
    let index = folder.join(INDEX);
    if let Some(during) = &plan.during {
        write(temporary, &index, during)?;
    }
    for file in &plan.write {
        write(temporary, &place.file(&file.path), &file.text)?;
    }
    for path in &plan.remove {
        remove(&place.file(path))?;
    }
    if plan.is_gone {
        remove(&index)?;
    } else if let Some(after) = &plan.after {
        write(temporary, &index, after)?;
    }
    remove_empty(place, plan);
    Ok(())
}

fn make_folders(place: &Place, plan: &Plan) -> Result<(), Diagnostic> {
    let mut folders: BTreeSet<&str> =
        plan.write.iter().filter_map(|file| Some(file.path.rsplit_once('/')?.0)).collect();
    folders.insert("");
    for below in folders {
        let path = place.file(below);
        // Mostly the folder above was made just before.
        let made = match fs::create_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(_) => fs::create_dir_all(&path),
            Ok(()) => Ok(()),
        };
        made.map_err(|error| failed("make the folder", &path, &error))?;
    }
    Ok(())
}

fn write(temporary: &Temporary, to: &Path, text: &[u8]) -> Result<(), Diagnostic> {
    temporary.write(to, text).map_err(|error| failed("write", to, &error))
}

fn remove(path: &Path) -> Result<(), Diagnostic> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path, &error)),
        _ => Ok(()),
    }
}

/// Folders that are empty now, from the inside out; those that hold anything stay.
fn remove_empty(place: &Place, plan: &Plan) {
    for path in &plan.remove {
        let mut below = path.as_str();
        while let Some((folder, _)) = below.rsplit_once('/') {
            if fs::remove_dir(place.file(folder)).is_err() {
                break;
            }
            below = folder;
        }
    }
    if plan.is_gone {
        let mut path = place.path.as_str();
        while !path.is_empty() && fs::remove_dir(place.tree.join(path)).is_ok() {
            path = path.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(FileCode::Unwritable, format!("cannot {what} `{}`: {}", path.display(), io_reason(error)));
    diagnostic
        .names_file(path.display().to_string())
        .help("every file is whole, old or new; the next run finishes the work")
}
