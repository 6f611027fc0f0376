//! Paths of files and templates as Go's `path/filepath` handles them on Linux.
//!
//! On Windows they have slashes, too, which its functions accept: [`slashed`] is called where a path comes in.

use std::path::Path;

/// Returns a path with slashes. Windows also separates with backslashes; elsewhere they are part of names.
pub(crate) fn slashed(path: &str) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}

/// Returns whether a path does not depend on a folder. `C:/web` does not on Windows.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || cfg!(windows) && Path::new(path).is_absolute()
}

/// Returns a path that is written relative to a folder. An absolute path is returned as it is.
pub(crate) fn resolve(folder: &str, path: &str) -> String {
    if is_absolute(path) { path.to_owned() } else { join(&[folder, path]) }
}

/// Returns the shortest equal path (`filepath.Clean`); `.` for an empty one.
pub(crate) fn clean(path: &str) -> String {
    let root = match path.len() - path.trim_start_matches('/').len() {
        0 => "",
        // A folder of another machine.
        2 if cfg!(windows) => "//",
        _ => "/",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != ".." && !is_drive(last)) => {
                parts.pop();
            }
            ".." if !root.is_empty() || parts.last().is_some_and(|last| is_drive(last)) => {}
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    if root.is_empty() && joined.is_empty() { ".".to_owned() } else { format!("{root}{joined}") }
}

fn is_drive(part: &str) -> bool {
    cfg!(windows) && part.ends_with(':')
}

/// Joins parts that are not empty, and cleans the result (`filepath.Join`).
pub(crate) fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { clean(&parts.join("/")) }
}

/// Returns the last part of a path (`filepath.Base`).
pub(crate) fn base(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        trimmed => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// Returns all but the last part of a path (`filepath.Dir`).
pub(crate) fn dir(path: &str) -> String {
    clean(path.rfind('/').map_or("", |slash| &path[..=slash]))
}

/// Returns the suffix of the last part, from its last dot (`filepath.Ext`).
pub(crate) fn extension(path: &str) -> &str {
    let base = path.rsplit('/').next().unwrap_or(path);
    base.rfind('.').map_or("", |dot| &base[dot..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_go() {
        for (path, cleaned) in [("", "."), ("/", "/"), ("a//b/./c/..", "a/b"), ("../a/../..", "../.."), ("/..", "/")] {
            assert_eq!(clean(path), cleaned, "{path}");
        }
        assert_eq!((resolve("a", "../b"), resolve("a", "/b/..")), ("b".into(), "/b/..".into()));
        assert_eq!(join(&["", "a", "", "../b"]), "b");
        assert_eq!(join(&["", ""]), "");
        assert_eq!((base("a/b/"), base(""), base("//")), ("b", ".", "/"));
        assert_eq!((dir("a/b"), dir("a"), dir("/a")), ("a".into(), ".".into(), "/".into()));
        assert_eq!((extension("a.b/c"), extension("a.b.txt"), extension(".x")), ("", ".txt", ".x"));
    }

    #[cfg(windows)]
    #[test]
    fn drives_and_servers_are_roots() {
        assert_eq!(slashed(r"C:\a\b"), "C:/a/b");
        assert_eq!((clean("C:/../a/b/.."), clean("//server/share/a/..")), ("C:/a".into(), "//server/share".into()));
        assert!(is_absolute("C:/a") && is_absolute("//server/share/a") && !is_absolute("C:a") && !is_absolute("a"));
    }
}
