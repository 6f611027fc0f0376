//! Paths of files and templates as Go's `path/filepath` handles them on Linux.

/// Returns the shortest equal path (`filepath.Clean`); `.` for an empty one.
pub(crate) fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
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
        assert_eq!(join(&["", "a", "", "../b"]), "b");
        assert_eq!(join(&["", ""]), "");
        assert_eq!((base("a/b/"), base(""), base("//")), ("b", ".", "/"));
        assert_eq!((dir("a/b"), dir("a"), dir("/a")), ("a".into(), ".".into(), "/".into()));
        assert_eq!((extension("a.b/c"), extension("a.b.txt"), extension(".x")), ("", ".txt", ".x"));
    }
}
