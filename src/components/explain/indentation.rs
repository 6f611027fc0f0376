//! Explains keys that are not indented: `head:` and `memory: 4Gi` on the same level.

use std::collections::{HashMap, HashSet};

use super::schema::Keys;
use crate::diagnostic::{Diagnostic, Location, SourceId, Sources, Step};

/// How far above a key an empty key is searched, in lines. People see both at once.
const MAX_LINES: usize = 100;

/// The lines of the sources that have unknown keys.
pub(super) struct Text<'t> {
    lines: HashMap<SourceId, Vec<&'t str>>,
    /// The locations of all unknown keys: several of them may follow one empty key.
    unknown: HashSet<Location>,
}

impl<'t> Text<'t> {
    pub(super) fn new(unknown: &[Location], sources: &'t Sources) -> Self {
        let mut lines = HashMap::new();
        for location in unknown {
            if let Some(source) = sources.get(location.source) {
                lines.entry(location.source).or_insert_with(|| source.text.lines().collect());
            }
        }
        Text { lines, unknown: unknown.iter().copied().collect() }
    }
}

/// Says that an unknown key belongs below an empty key above it, if that is so.
pub(super) fn explain(diagnostic: &mut Diagnostic, keys: &Keys, text: &Text<'_>) -> bool {
    let location = diagnostic.location;
    let Some(lines) = text.lines.get(&location.source) else { return false };
    let Some((Step::Field(name), parents)) = diagnostic.field().steps().split_last() else { return false };
    let mut is_adjacent = true;
    for sibling in siblings_above(lines, location) {
        if sibling.is_empty && keys.belongs_below(parents, sibling.key, name, is_adjacent) {
            let help = format!("`{name}` belongs below `{}`: indent it by two more spaces", sibling.key);
            let at = Location { line: sibling.line, ..location };
            diagnostic.help = vec![help];
            diagnostic.related = vec![(at, "this key has no value".to_owned())];
            return true;
        }
        is_adjacent &= text.unknown.contains(&Location { line: sibling.line, ..location });
    }
    false
}

/// Another key of the same mapping.
struct Sibling<'t> {
    key: &'t str,
    line: u32,
    /// Whether it has no value, neither on its line nor below it.
    is_empty: bool,
}

/// The keys above a location that have the same indentation, the nearest first.
fn siblings_above<'t>(lines: &[&'t str], location: Location) -> Vec<Sibling<'t>> {
    let column = location.column.saturating_sub(1) as usize;
    let above = (location.line as usize).saturating_sub(1);
    let mut siblings = Vec::new();
    let mut has_children = false;
    let lines = lines.iter().enumerate().take(above);
    for (number, line) in lines.rev().take(MAX_LINES) {
        let content = line.trim_start();
        let indentation = line.len() - content.len();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if indentation < column {
            break;
        }
        if indentation > column || content.starts_with("- ") {
            has_children = true;
            continue;
        }
        let Some((key, value)) = content.split_once(':') else { break };
        let value = value.trim();
        let is_empty = !has_children && (value.is_empty() || value.starts_with('#'));
        siblings.push(Sibling { key, line: u32::try_from(number + 1).unwrap_or(u32::MAX), is_empty });
        has_children = false;
    }
    siblings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn above(text: &str) -> Vec<(&str, u32, bool)> {
        let line = u32::try_from(text.lines().count()).expect("a small number");
        let column = text.lines().last().map_or(0, |line| line.len() - line.trim_start().len());
        let location = Location::new(SourceId::default(), line, u32::try_from(column).expect("a small number") + 1);
        let lines: Vec<&str> = text.lines().collect();
        siblings_above(&lines, location).into_iter().map(|it| (it.key, it.line, it.is_empty)).collect()
    }

    #[test]
    fn siblings_have_the_same_indentation() {
        assert_eq!(above("head:\nmemory: 4Gi\n"), [("head", 1, true)]);
        assert_eq!(above("head: # the head\n\n# memory\nmemory: 4Gi\n"), [("head", 1, true)]);
        assert_eq!(above("head:\n  cpu: 4\nmemory: 4Gi\n"), [("head", 1, false)]);
        assert_eq!(above("a:\n  b:\n  c: 1\n"), [("b", 2, true)]);
        assert_eq!(above("a:\n- x\nb: 1\nc: 1\n"), [("b", 3, false), ("a", 1, false)]);
    }
}
