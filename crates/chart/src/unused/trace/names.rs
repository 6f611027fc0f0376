//! Tracks texts that templates compose, such as names of templates and keys.

use std::sync::Arc;

use super::Tracer;
use crate::unused::sets::{AbstractValue, HOLE, Set};
use mkmanifests_gotmpl::ast::Tree;

/// The most texts that a call may return; more count as any text.
const MAX_TEXTS: usize = 64;
/// The longest output of a template that is tracked: helpers for names have short ones.
const MAX_OUTPUT: usize = 120;

impl Tracer<'_, '_> {
    /// Returns the texts that a value may be, with holes for unknown parts.
    fn texts_of(&self, value: Set) -> Vec<Arc<str>> {
        let things = self.sets.get(value);
        let text = |thing: &AbstractValue| match thing {
            AbstractValue::Text(text) => self.sets.str(*text),
            _ => Arc::from(HOLE.to_string()),
        };
        let mut texts: Vec<Arc<str>> = things.iter().map(text).collect();
        texts.dedup();
        texts
    }

    /// Returns the texts that a value may be, if all of them are known.
    pub(super) fn exact_texts(&self, value: Set) -> Option<Vec<Arc<str>>> {
        let things = self.sets.get(value);
        let text = |thing: &AbstractValue| match thing {
            AbstractValue::Text(text) => Some(self.sets.str(*text)).filter(|text| !text.contains(HOLE)),
            _ => None,
        };
        things.iter().filter(|thing| **thing != AbstractValue::Nil).map(text).collect()
    }

    /// Joins texts.
    pub(super) fn joined(&mut self, values: &[Set], separator: &str) -> Set {
        let parts: Vec<Vec<Arc<str>>> = values.iter().map(|value| self.texts_of(*value)).collect();
        let all = combinations(&parts).map(|all| all.iter().map(|parts| parts.join(separator)).collect());
        self.text_or_unknown(all)
    }

    /// Returns the text that an action prints.
    pub(super) fn as_text(&mut self, value: Set) -> Set {
        let things = self.sets.get(value);
        let text = |thing: &AbstractValue| {
            if matches!(thing, AbstractValue::Text(_)) { *thing } else { AbstractValue::Unknown }
        };
        let texts: Vec<AbstractValue> = things.iter().map(text).collect();
        self.sets.of(texts)
    }

    /// Returns a short text of a template; a longer one cannot be a name.
    pub(super) fn short_text(&mut self, text: &str) -> Set {
        if text.len() > MAX_OUTPUT { self.unknown() } else { self.text_set(text) }
    }

    /// Appends a part to the output of a template.
    pub(super) fn followed_by(&mut self, output: Set, part: Set) -> Set {
        let (unknown, empty) = (self.unknown(), self.text_set(""));
        if output == unknown || part == empty {
            return output;
        }
        if output == empty {
            return part;
        }
        let joined = self.joined(&[output, part], "");
        let things = self.sets.get(joined);
        let is_long = |thing: &AbstractValue| matches!(thing, AbstractValue::Text(text) if self.sets.str(*text).len() > MAX_OUTPUT);
        if things.iter().any(is_long) { unknown } else { joined }
    }

    /// Evaluates `printf`.
    pub(super) fn printed(&mut self, values: &[Set]) -> Set {
        let parts: Vec<Vec<Arc<str>>> = values.iter().map(|value| self.texts_of(*value)).collect();
        let all = combinations(&parts).map(|all| all.iter().map(|parts| format(parts)).collect());
        self.text_or_unknown(all)
    }

    fn text_or_unknown(&mut self, texts: Option<Vec<String>>) -> Set {
        let Some(texts) = texts else { return self.unknown() };
        let things = texts.iter().map(|text| self.sets.text(text)).collect();
        self.sets.of(things)
    }

    /// Splits constant texts.
    pub(super) fn split(&mut self, separator: Set, text: Set) -> Set {
        let (Some(separators), Some(texts)) = (self.exact_texts(separator), self.exact_texts(text)) else {
            return self.unknown();
        };
        let mut parts = Vec::new();
        for text in &texts {
            for separator in separators.iter().filter(|separator| !separator.is_empty()) {
                parts.extend(text.split(&**separator).map(|part| self.sets.text(part)));
            }
        }
        self.sets.of(parts)
    }

    /// Returns the templates that a name may refer to.
    pub(super) fn named(&mut self, name: Set) -> Vec<Arc<Tree>> {
        let things = self.sets.get(name);
        let is_name = |thing: &AbstractValue| matches!(thing, AbstractValue::Text(_) | AbstractValue::Nil);
        if !things.iter().all(is_name) {
            return self.definitions.values().flatten().cloned().collect();
        }
        let mut found = Vec::new();
        for thing in things.iter() {
            let AbstractValue::Text(id) = thing else { continue };
            if let Some(known) = self.matching.get(id) {
                found.extend(known.iter().cloned());
                continue;
            }
            let pattern = self.sets.str(*id);
            let trees: Vec<Arc<Tree>> = if pattern.contains(HOLE) {
                let names = self.definitions.iter().filter(|(name, _)| matches(&pattern, name));
                names.flat_map(|(_, trees)| trees).cloned().collect()
            } else {
                self.definitions.get(&pattern).cloned().unwrap_or_default()
            };
            self.matching.insert(*id, trees.clone().into());
            found.extend(trees);
        }
        found
    }
}

/// Returns all combinations with one text of each list.
fn combinations(parts: &[Vec<Arc<str>>]) -> Option<Vec<Vec<&str>>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for part in parts {
        if all.len() * part.len() > MAX_TEXTS {
            return None;
        }
        all = all.iter().flat_map(|before| part.iter().map(move |text| extended(before, text))).collect();
    }
    Some(all)
}

fn extended<'t>(before: &[&'t str], text: &'t str) -> Vec<&'t str> {
    before.iter().copied().chain([text]).collect()
}

/// Formats texts as `printf`: each verb except `%%` and `%q` represents its argument unchanged.
fn format(parts: &[&str]) -> String {
    let Some((format, args)) = parts.split_first() else { return HOLE.to_string() };
    let mut args = args.iter();
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(char) = chars.next() {
        if char != '%' {
            out.push(char);
            continue;
        }
        match chars.next() {
            Some('%') => out.push('%'),
            Some('s' | 'v' | 'd') => out.push_str(args.next().unwrap_or(&"\u{1}")),
            // Widths and the like: some text, and whatever follows.
            _ => return out + &HOLE.to_string(),
        }
    }
    out
}

/// Returns whether a text with holes matches `text`.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(HOLE);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{format, matches};

    #[test]
    fn texts_with_holes_match() {
        assert!(matches("a.\u{1}.c", "a.b.c"));
        assert!(matches("\u{1}/x.yaml", "web/templates/x.yaml"));
        assert!(matches("a\u{1}b\u{1}c", "a-b-c"));
        assert!(!matches("a.\u{1}.c", "a.c"));
        assert!(!matches("a\u{1}", "b"));
        assert!(!matches("a", "ab"));
    }

    #[test]
    fn verbs_stand_for_their_arguments() {
        assert_eq!(format(&["%s.%s-100%%", "a", "b"]), "a.b-100%");
        assert_eq!(format(&["%s", "a\u{1}"]), "a\u{1}");
        assert_eq!(format(&["a%02d!", "1"]), "a\u{1}");
    }
}
