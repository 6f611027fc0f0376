//! Finds the files that changed since a Git revision.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::GitopsCode;
use crate::diagnostic::{Diagnostic, io_reason};

/// Returns the files that differ between `revision` and the work tree that `folder` is in, including untracked and deleted files.
pub(super) fn since(folder: &Path, revision: &str) -> Result<Vec<PathBuf>, Diagnostic> {
    let top = git(folder, &["rev-parse", "--show-toplevel"])?;
    let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end_matches('\n').to_owned());
    // Without `--end-of-options`, a revision that starts with `-` would be an option.
    let commit = git(&top, &["rev-parse", "--verify", "--end-of-options", &format!("{revision}^{{commit}}")]).map_err(
        |diagnostic| diagnostic.help("set `--changed-since` to a branch, tag or commit, such as `origin/main`"),
    )?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let mut names = git(&top, &["diff", "--name-only", "--no-renames", "-z", &commit, "--"])?;
    names.extend(git(&top, &["ls-files", "--others", "--exclude-standard", "-z"])?);
    let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| top.join(String::from_utf8_lossy(name).as_ref())).collect())
}

/// Returns the content of a file in `folder` at a revision; none if it did not exist.
pub(super) fn content(folder: &Path, revision: &str, file: &str) -> Option<Vec<u8>> {
    git(folder, &["show", "--end-of-options", &format!("{revision}:./{file}")]).ok()
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Diagnostic> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| {
        Diagnostic::error(
            GitopsCode::GitFailed,
            format!("`--changed-since` requires Git, but `git` cannot be run: {}", io_reason(&error)),
        )
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
    Err(Diagnostic::error(
        GitopsCode::GitFailed,
        format!("git {}: {said}", arguments.first().copied().unwrap_or_default()),
    ))
}
