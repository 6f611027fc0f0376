//! `mkmanifests link-helm`: links the program under the name `helm`.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::console::Console;
use super::{DONE, Error, UsageCode};
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;

/// The name of the link.
const NAME: &str = if cfg!(windows) { "helm.exe" } else { "helm" };

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let program = console.words.first().map(String::as_str).unwrap_or_default();
    let program = program_path(Path::new(program)).ok_or_else(|| {
        Diagnostic::error(FileCode::Unreadable, format!("cannot find the program `{program}`"))
            .help("call it by its path, such as `/usr/local/bin/mkmanifests link-helm`")
    })?;
    let folder = match matches.get_one::<PathBuf>("dir") {
        Some(folder) => folder.clone(),
        None => program.parent().unwrap_or(Path::new(".")).to_owned(),
    };
    let link = folder.join(NAME);
    create(&program, &link)?;
    writeln!(console.stdout, "{}", link.display())?;
    Ok(DONE)
}

/// Creates the link; it is fine if it already exists. Another file of its name stays.
fn create(program: &Path, link: &Path) -> Result<(), Diagnostic> {
    let failed = |error: &io::Error| {
        let reason = io_reason(error);
        Diagnostic::error(FileCode::Unwritable, format!("cannot create `{}`: {reason}", link.display()))
            .names_file(link.display().to_string())
    };
    if fs::symlink_metadata(link).is_ok() {
        let is_ours = fs::canonicalize(link).is_ok_and(|target| fs::canonicalize(program).is_ok_and(|it| it == target));
        return if is_ours { Ok(()) } else { Err(occupied(link)) };
    }
    let folder = link.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| symlink(program, link)).map_err(|error| failed(&error))
}

fn occupied(link: &Path) -> Diagnostic {
    let message = format!("`{}` already exists, and is another program", link.display());
    let help = "name a folder that comes before it on PATH: `mkmanifests link-helm DIR`; set MKMANIFESTS_HELM to the \
                other program, and it answers what needs a cluster";
    Diagnostic::error(UsageCode::ConflictingFlags, message).names_file(link.display().to_string()).help(help)
}

#[cfg(unix)]
fn symlink(program: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, link)
}

/// Copies the program: links need a privilege on Windows.
#[cfg(not(unix))]
fn symlink(program: &Path, link: &Path) -> io::Result<()> {
    fs::copy(program, link).map(drop)
}

/// Returns the absolute path of the program that was called as `name`. In the Python package it is a script, so that the
/// path of the process's own program is of no use.
fn program_path(name: &Path) -> Option<PathBuf> {
    let absolute = |path: PathBuf| std::path::absolute(path).ok().filter(|path| path.is_file());
    if name.components().count() > 1 {
        return absolute(name.to_owned());
    }
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).find_map(|folder| absolute(folder.join(name)))
}
