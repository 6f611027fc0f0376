//! Finds suite files and values files by the patterns of the command line.

use super::{DEFAULT_FILES, Options, glob};
use crate::path;

/// Returns the suite files of the chart at a path.
///
/// # Errors
/// Go's text about a malformed pattern.
pub(super) fn suites(chart: &str, options: &Options) -> Result<Vec<String>, String> {
    matching(chart, &suite_patterns(options), options.as_plugin)
}

/// Returns the patterns of suite files.
pub(super) fn suite_patterns(options: &Options) -> Vec<String> {
    match options.files.as_slice() {
        [] => vec![DEFAULT_FILES.to_owned()],
        files => files.iter().map(|file| path::slashed(file)).collect(),
    }
}

/// Returns the values files as absolute paths. The plugin looks for a path without `/` in the root of the file system, and
/// ignores what is not there.
///
/// # Errors
/// Go's text about a malformed pattern. A path that matches no file, unless this runs as the plugin.
pub fn values(options: &Options) -> Result<Vec<String>, String> {
    let values: Vec<String> = options.values.iter().map(|file| path::slashed(file)).collect();
    if options.as_plugin {
        return Ok(matching("", &values, true)?.iter().map(|file| absolute(file)).collect());
    }
    let mut files = Vec::new();
    for pattern in &values {
        let found = glob::find(pattern)?;
        if found.is_empty() {
            return Err(format!("no values file matches `{pattern}`"));
        }
        files.extend(found.iter().map(|file| absolute(file)));
    }
    Ok(files)
}

/// Returns the files that match patterns, each of which is relative to a folder unless it starts with the folder's path.
/// The plugin looks for the path anywhere: in a folder `s` it finds no `tests/*`.
fn matching(folder: &str, patterns: &[String], as_plugin: bool) -> Result<Vec<String>, String> {
    let base = format!("{folder}/");
    let mut patterns = patterns.to_vec();
    patterns.dedup();
    let mut files = Vec::new();
    let has_base = |pattern: &str| if as_plugin { pattern.contains(&base) } else { pattern.starts_with(&base) };
    for pattern in &patterns {
        if path::is_absolute(pattern) {
            files.push(pattern.clone());
        } else if has_base(pattern) {
            files.extend(glob::find(pattern)?);
        } else {
            files.extend(glob::find(&path::join(&[&base, pattern]))?);
        }
    }
    Ok(files)
}

/// Returns an absolute path without `.` and `..`.
pub(crate) fn absolute(path: &str) -> String {
    path::clean(&path::resolve(&current_folder(), &path::slashed(path)))
}

/// Returns a path relative to the working directory, as suites are named.
pub fn relative(path: &str) -> String {
    relative_to(&path::clean(&current_folder()), &absolute(path))
}

fn current_folder() -> String {
    path::slashed(&std::env::current_dir().unwrap_or_default().to_string_lossy())
}

/// Returns a path relative to a folder. Both are clean, and absolute.
pub(crate) fn relative_to(from: &str, to: &str) -> String {
    let split = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (split(from), split(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    // No path leads from one drive to another.
    if cfg!(windows) && common == 0 {
        return to.join("/");
    }
    let up = std::iter::repeat_n("..", from.len() - common);
    let down = to.iter().skip(common).map(String::as_str);
    let relative = up.chain(down).collect::<Vec<_>>().join("/");
    if relative.is_empty() { ".".to_owned() } else { relative }
}
