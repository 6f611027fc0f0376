//! Compares a file with what it should be, object by object: an object that only moves is not a difference of lines.

use std::borrow::Cow;
use std::collections::BTreeMap;

use similar::TextDiff;

use super::objects::Identity;
use super::report::{Change, ChangeKind};
use super::tree::with_lf;
use crate::diagnostic::Sources;
use crate::tree::read::{self, Duplicates};

/// Context lines around each difference.
const CONTEXT: usize = 3;

/// Returns the changes from `old` to `new`; none if the file does not exist.
///
/// Line endings that Git has converted are a change only if there is no other one.
pub(super) fn changes(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> Vec<Change> {
    let converted = old.map(with_lf);
    let old = converted.as_deref().or(old);
    if matches!(converted, Some(Cow::Owned(_))) && old == new {
        return vec![Change { path: path.to_owned(), object: None, change: ChangeKind::LineEnds, diff: String::new() }];
    }
    let (old_text, new_text) = (text(old), text(new));
    let (Some(before), Some(after)) = (documents(&old_text), documents(&new_text)) else {
        let what = change_kind(old.is_some(), new.is_some());
        return vec![Change { path: path.to_owned(), object: None, change: what, diff: diff(&old_text, &new_text) }];
    };
    let mut changes = Vec::new();
    for (id, text) in &before {
        let now = after.get(id).copied();
        if now != Some(*text) {
            changes.push(change(path, id, Some(text), now));
        }
    }
    changes.extend(
        after.iter().filter(|(id, _)| !before.contains_key(id)).map(|(id, text)| change(path, id, None, Some(text))),
    );
    if changes.is_empty() && old != new {
        // Comments, or the order of the objects.
        let what = change_kind(old.is_some(), new.is_some());
        changes.push(Change { path: path.to_owned(), object: None, change: what, diff: diff(&old_text, &new_text) });
    }
    changes
}

fn change_kind(was: bool, is: bool) -> ChangeKind {
    match (was, is) {
        (false, _) => ChangeKind::Added,
        (true, false) => ChangeKind::Removed,
        (true, true) => ChangeKind::Changed,
    }
}

fn change(path: &str, id: &Identity, old: Option<&str>, new: Option<&str>) -> Change {
    Change {
        path: path.to_owned(),
        object: Some(id.title()),
        change: change_kind(old.is_some(), new.is_some()),
        diff: diff(old.unwrap_or_default(), new.unwrap_or_default()),
    }
}

fn text(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}

fn diff(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(CONTEXT).missing_newline_hint(false).to_string()
}

/// Returns the objects of a file with their texts, including comments; none if a document is not an object, or two
/// documents are the same object.
fn documents(text: &str) -> Option<BTreeMap<Identity, &str>> {
    let mut found = BTreeMap::new();
    for document in split(text) {
        let nodes = read::documents(&mut Sources::default(), "", document.as_bytes(), Duplicates::LastWins).ok()?;
        let node = match nodes.as_slice() {
            [] => continue,
            [node] => node,
            _ => return None,
        };
        let id = Identity::of(node);
        // A kustomization has no name; a list of apps is not an object.
        if id.kind.is_empty() || id.name.is_empty() || found.insert(id, document).is_some() {
            return None;
        }
    }
    Some(found)
}

/// Splits a stream into documents at lines with only `---`.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let from = if rest.starts_with("---\n") { 4 } else { 0 };
        let end = rest[from..].find("\n---\n").map_or(rest.len(), |at| from + at + 1);
        let document = &rest[from..end];
        rest = &rest[end..];
        Some(document)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "---\n# Source: x/a\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    const B: &str = "---\n# Source: x/b\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n";

    #[test]
    fn inserting_an_object_is_one_change() {
        let changes = changes("x.yaml", Some(B.as_bytes()), Some(format!("{A}{B}").as_bytes()));
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].object.as_deref(), changes[0].change), (Some("ConfigMap `a`"), ChangeKind::Added));
        assert!(changes[0].diff.lines().skip(1).all(|line| line.starts_with('+')), "{}", changes[0].diff);
    }

    #[test]
    fn converted_line_endings_do_not_hide_other_changes() {
        let converted = A.replace('\n', "\r\n");
        let only = changes("x.yaml", Some(converted.as_bytes()), Some(A.as_bytes()));
        assert_eq!(only.iter().map(|it| it.change).collect::<Vec<_>>(), [ChangeKind::LineEnds]);
        let edited = changes("x.yaml", Some(converted.as_bytes()), Some(format!("{A}data: {{}}\n").as_bytes()));
        assert_eq!(edited[0].change, ChangeKind::Changed);
        assert!(edited[0].diff.ends_with("   name: a\n+data: {}\n"), "{}", edited[0].diff);
    }

    #[test]
    fn each_object_has_its_own_diff() {
        let old = format!("{A}data:\n  x: \"1\"\n{B}data:\n  y: \"1\"\n");
        let new = format!("{A}data:\n  x: \"2\"\n{B}data:\n  y: \"2\"\n");
        let changes = changes("x.yaml", Some(old.as_bytes()), Some(new.as_bytes()));
        assert_eq!(changes.len(), 2);
        assert!(changes[0].diff.contains("-  x: \"1\"\n+  x: \"2\"\n"), "{}", changes[0].diff);
        assert!(!changes[0].diff.contains('y'));
    }

    #[test]
    fn other_text_is_compared_as_a_whole() {
        for (old, new) in [("a: [", "a: []\n"), ("- a\n", "- b\n"), (A, &A.replace("Source", "source"))] {
            let changes = changes("x", Some(old.as_bytes()), Some(new.as_bytes()));
            assert_eq!(changes.len(), 1);
            assert!(!changes[0].diff.is_empty());
        }
        assert!(changes("x", Some(A.as_bytes()), Some(A.as_bytes())).is_empty());
    }
}
