//! Applies a plan: every file is complete at any moment, either old or new.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::folder::TreeFolder;
use super::index::INDEX;
use super::plan::Plan;
use super::temporary::TemporaryFolder;
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;

/// Applies the plan. If that fails, the next run can continue.
pub(in super::super) fn apply(place: &TreeFolder, plan: &Plan, temporary: &TemporaryFolder) -> Result<(), Diagnostic> {
    let folder = place.folder();
    if !plan.is_removed {
        create_folders(place, plan)?;
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
    if plan.is_removed {
        remove(&index)?;
    } else if let Some(after) = &plan.after {
        write(temporary, &index, after)?;
    }
    remove_empty(place, plan);
    Ok(())
}

fn create_folders(place: &TreeFolder, plan: &Plan) -> Result<(), Diagnostic> {
    let mut folders: BTreeSet<&str> =
        plan.write.iter().filter_map(|file| Some(file.path.rsplit_once('/')?.0)).collect();
    folders.insert("");
    for below in folders {
        let path = place.file(below);
        create_folder(&path).map_err(|error| failed("create the folder", &path, &error))?;
    }
    Ok(())
}

/// Creates a folder and its parents.
fn create_folder(path: &Path) -> io::Result<()> {
    // The parent folder usually exists.
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(_) => {}
        Ok(()) => return Ok(()),
    }
    let mut created = fs::create_dir_all(path);
    // `remove_empty` for another cluster, in this run or another shard, may remove a parent that was just created or found.
    for _ in 0..100 {
        match created.as_ref().map_err(io::Error::kind) {
            Err(io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => created = fs::create_dir_all(path),
            _ => break,
        }
    }
    created
}

fn write(temporary: &TemporaryFolder, to: &Path, text: &[u8]) -> Result<(), Diagnostic> {
    temporary.write(to, text).map_err(|error| failed("write", to, &error))
}

fn remove(path: &Path) -> Result<(), Diagnostic> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path, &error)),
        _ => Ok(()),
    }
}

/// Removes empty folders, from the inside out.
fn remove_empty(place: &TreeFolder, plan: &Plan) {
    for path in &plan.remove {
        let mut below = path.as_str();
        while let Some((folder, _)) = below.rsplit_once('/') {
            if fs::remove_dir(place.file(folder)).is_err() {
                break;
            }
            below = folder;
        }
    }
    if plan.is_removed {
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
        .help("every file is complete, either old or new; the next run finishes the work")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_created_while_empty_parents_are_removed() {
        let tree = tempfile::tempdir().expect("a folder");
        let parent = tree.path().join("us/east");
        let is_done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
                    let _ = fs::remove_dir(&parent).and_then(|()| fs::remove_dir(tree.path().join("us")));
                    // Without a pause it may win any number of times in a row, as no run does.
                    std::thread::sleep(std::time::Duration::from_micros(50));
                }
            });
            let created: Vec<_> = (0..500)
                .map(|_| {
                    let created = create_folder(&parent.join("foo"));
                    let _ = fs::remove_dir(parent.join("foo"));
                    created
                })
                .collect();
            is_done.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(created.iter().all(Result::is_ok), "{:?}", created.iter().find(|it| it.is_err()));
        });
    }
}
