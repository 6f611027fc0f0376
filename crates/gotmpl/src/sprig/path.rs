//! Functions on the text of paths. `osBase` and its like are the same functions, as on every system except Windows.

use crate::{Args, Function, Type, Value};

/// Returns `base`, `dir`, `clean`, `ext` and `isAbs`, and their variants with the prefix `os`.
pub fn functions() -> Vec<Function> {
    let mut functions = Vec::new();
    for (names, call) in [
        (["base", "osBase"], (|path| Value::raw(base(path))) as fn(&[u8]) -> Value),
        (["dir", "osDir"], |path| Value::raw(dir(path))),
        (["clean", "osClean"], |path| Value::raw(clean(path))),
        (["ext", "osExt"], |path| Value::raw(ext(path))),
        (["isAbs", "osIsAbs"], |path| Value::Bool(path.starts_with(b"/"))),
    ] {
        for name in names {
            functions.push(Function::new(name, &[Type::Str], move |_, args: Args<'_>| Ok(call(args.bytes(0)))));
        }
    }
    functions
}

/// Returns the last element without trailing slashes, as Go's `path.Base`.
pub(crate) fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    match path.get(..end).unwrap_or_default() {
        b"" => b"/",
        path => path.rsplit(|byte| *byte == b'/').next().unwrap_or_default(),
    }
}

fn dir(path: &[u8]) -> Vec<u8> {
    let end = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    clean(path.get(..end).unwrap_or_default())
}

fn ext(path: &[u8]) -> &[u8] {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    name.iter().rposition(|byte| *byte == b'.').and_then(|dot| name.get(dot..)).unwrap_or_default()
}

/// Returns the shortest equivalent path, as Go's `path.Clean`.
fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if kept.last().is_some_and(|last| *last != b"..") => {
                kept.pop();
            }
            b".." if rooted => {}
            part => kept.push(part),
        }
    }
    let joined = kept.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}
