//! Explains values from `--set`: strings that it reads as numbers, dots in keys.

use super::schema::Keys;
use crate::diagnostic::{Code, Diagnostic, FieldPath, Location, Sources, Step, ValueCode, ValueType};
use crate::tree::{Kind, Node, Written};

/// Adds the flag to write instead, if a value has the wrong type: `--set-string`, or escaped dots.
pub(super) fn explain_type(diagnostic: &mut Diagnostic, root: &Node, sources: &Sources) {
    let Some(flag) = flag_at(diagnostic.location, sources) else { return };
    let path = diagnostic.field().clone();
    let Some(node) = find(root, &path) else { return };
    let is_text_expected = match diagnostic.code() {
        Code::Value(ValueCode::NotText { .. }) => true,
        Code::Value(ValueCode::WrongType { expected, .. }) => expected == "a string",
        _ => false,
    };
    let is_mapping = matches!(diagnostic.code(), Code::Value(ValueCode::WrongType { found: ValueType::Mapping, .. }));
    if is_mapping {
        if let Some((keys, leaf)) = single_chain(node)
            && let Some((Step::Field(first), parents)) = path.steps().split_last()
            && let Some(value) = text_of(leaf, sources)
        {
            let key = std::iter::once(first.as_str()).chain(keys).collect::<Vec<_>>().join(".");
            let mut path: FieldPath = parents.iter().cloned().collect();
            path.push(Step::Field(key));
            diagnostic.help = vec![format!("escape the dots of a key: `{flag} {}`", argument(&path, &value))];
        }
    } else if is_text_expected && let Some(value) = text_of(node, sources) {
        diagnostic.help = vec![format!("`--set` converts it; use `--set-string {}`", argument(&path, &value))];
    }
}

/// Adds how to escape a dot, if an unknown key follows a key that the user chose.
pub(super) fn explain_unknown(diagnostic: &mut Diagnostic, keys: &Keys, sources: &Sources) {
    if flag_at(diagnostic.location, sources).is_none() {
        return;
    }
    let Some((Step::Field(last), parents)) = diagnostic.field().steps().split_last() else { return };
    let Some((Step::Field(chosen), above)) = parents.split_last() else { return };
    if keys.are_free(above) {
        let help = format!("if the dot is part of the key, escape it: `{}`", escaped(&format!("{chosen}.{last}")));
        diagnostic.help.push(help);
    }
}

/// Returns the flag that a location is in, if it has the syntax of `--set`.
fn flag_at(location: Location, sources: &Sources) -> Option<&str> {
    let name = sources.get(location.source)?.name.as_str();
    matches!(name, "--set" | "--set-string").then_some(name)
}

/// Returns the value at a path.
pub(super) fn find<'n>(root: &'n Node, path: &FieldPath) -> Option<&'n Node> {
    let steps: Vec<String> = path
        .steps()
        .iter()
        .map(|step| match step {
            Step::Field(name) | Step::Key(name) => name.clone(),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    root.find(steps.iter().map(String::as_str))
}

/// Returns the keys of nested mappings with one entry each, and the scalar at the end: what `a.b.c=x` sets below `a`.
fn single_chain(node: &Node) -> Option<(Vec<&str>, &Node)> {
    let (mut keys, mut node) = (Vec::new(), node);
    while let Some(map) = node.as_map() {
        let [entry] = map.entries() else { return None };
        keys.push(entry.key.as_ref());
        node = &entry.value;
    }
    (!matches!(node.kind, Kind::Seq(_))).then_some((keys, node))
}

/// Returns a scalar as it was written.
fn text_of(node: &Node, sources: &Sources) -> Option<String> {
    if let Some(written) = Written::new(sources).differs(node) {
        return Some(written.to_owned());
    }
    match &node.kind {
        Kind::Str(text) => Some(text.clone()),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Int(number) => Some(number.to_string()),
        Kind::UInt(number) => Some(number.to_string()),
        Kind::Float(number) => Some(number.to_string()),
        Kind::Null | Kind::Raw(_) | Kind::Seq(_) | Kind::Map(_) => None,
    }
}

/// Returns `path=value` as an argument of `--set`, quoted for a shell if necessary.
fn argument(path: &FieldPath, value: &str) -> String {
    let mut text = String::new();
    for step in path.steps() {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Field(name) | Step::Key(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&escaped(name));
            }
        }
    }
    let text = format!("{text}={}", value.replace('\\', r"\\").replace(',', r"\,"));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/=:@%+,".contains(c);
    if text.chars().all(is_plain) { text } else { format!("'{text}'") }
}

fn escaped(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, c| {
        if matches!(c, '.' | ',' | '=' | '[' | '\\') {
            text.push('\\');
        }
        text.push(c);
        text
    })
}
