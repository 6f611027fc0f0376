//! The entries of mappings: keys that occur twice, and those that `<<` merges.

use std::collections::{HashMap, HashSet};

use mkmanifests_yaml::diagnostic::Diagnostic;

use super::SuiteCode;
use super::decode::Decoder;
use super::node::{Mistake, Node, Resolved as _};
use crate::go_yaml::{self, NodeExt as _};

const WANTS_MAP: &str = "yaml: map merge requires map or sequence of maps as the value";

/// Entries of a mapping.
pub(super) type Entries<'n, 't> = Vec<(&'n Node<'t>, &'n Node<'t>)>;

/// What `<<` cannot merge, our reason and the message of go-yaml.
pub(super) type WrongMerge<'n, 't> = (&'n Node<'t>, &'static str, &'static str);

/// How many `<<` a document may have, after expanding aliases.
const MAX_MERGES: usize = 10_000;

impl Decoder<'_> {
    /// Reports keys that occur twice. Returns whether there are none.
    pub(super) fn has_unique_keys(&mut self, node: &Node<'_>) -> bool {
        let pairs = node.entries().unwrap_or_default();
        let mut decoder = go_yaml::Decoder::default();
        if decoder.has_unique_keys(pairs) {
            return true;
        }
        if let Err(error) = decoder.errors.finish(())
            && let Mistake::Types(lines) = Mistake::of(&error)
        {
            self.type_errors.extend(lines);
        }
        let mut known: HashMap<&str, &Node<'_>> = HashMap::new();
        for (key, _) in pairs {
            let Some(text) = key.text() else { continue };
            if let Some(first) = known.insert(text, key) {
                let diagnostic = Diagnostic::error(SuiteCode::Yaml, format!("duplicate key `{text}`"));
                let (at, first) = (self.location(key), self.location(first));
                self.diagnostics.push(diagnostic.at(at).related(first, "first defined here"));
            }
        }
        false
    }

    /// Returns the entries of a mapping, then those that `<<` merges into it: keys that it does not have.
    pub(super) fn entries<'n, 't>(&mut self, node: &'n Node<'t>) -> Entries<'n, 't> {
        let (entries, wrong) = self.merged_entries(node);
        self.stop_at_merge(wrong);
        entries
    }

    /// Returns the entries, and what `<<` cannot merge.
    pub(super) fn merged_entries<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
    ) -> (Entries<'n, 't>, Option<WrongMerge<'n, 't>>) {
        let (mut entries, mut seen) = (Vec::new(), HashSet::new());
        let mut pending = vec![(node, false)];
        while let Some((map, is_merged)) = pending.pop() {
            let Some(pairs) = map.entries() else {
                if is_merged {
                    return (entries, Some((map, "`<<` needs a mapping, or a list of mappings", WANTS_MAP)));
                }
                continue;
            };
            if self.merges > MAX_MERGES {
                let text = "yaml: document contains excessive aliasing";
                return (entries, Some((map, "too many aliases", text)));
            }
            for (key, value) in pairs {
                if key.is_merge() {
                    self.merges += 1;
                    let items = value.items().unwrap_or(std::slice::from_ref(value));
                    // The first of a list is the next.
                    pending.extend(items.iter().rev().map(|item| (item.resolved(), true)));
                } else if seen.insert(key.words()) {
                    entries.push((key, value));
                }
            }
        }
        (entries, None)
    }

    pub(super) fn stop_at_merge(&mut self, wrong: Option<WrongMerge<'_, '_>>) {
        let Some((node, reason, text)) = wrong else { return };
        let diagnostic = Diagnostic::error(SuiteCode::Yaml, reason).at(self.location(node));
        self.stop(diagnostic, text.to_owned());
    }
}
