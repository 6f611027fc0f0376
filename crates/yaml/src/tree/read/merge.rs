//! The key `<<`, which merges mappings into its own mapping.

use super::super::{Kind, Map, Node, YamlCode};
use super::collection::Collected;
use super::compose::Composer;
use super::go::{Stage, Words};
use crate::diagnostic::{Diagnostic, Location};

impl Composer<'_> {
    /// Merges the value of `<<`: a mapping, or a list of mappings, of which earlier ones override later ones.
    pub(super) fn merge(&mut self, node: Node, alias: bool, before: Words, all: &mut Collected) {
        let location = node.location;
        let maps = match node.kind {
            Kind::Map(_) => Ok(vec![node]),
            Kind::Seq(items) if !alias => match items.iter().rfind(|item| item.as_map().is_none()) {
                None => Ok(items),
                Some(item) => Err(item.location),
            },
            _ => Err(location),
        };
        match maps {
            Ok(maps) => {
                let maps = maps.into_iter().rev().filter_map(|map| match map.kind {
                    Kind::Map(map) => Some(map),
                    _ => None,
                });
                let from = self.entries.len();
                self.entries.extend(maps.flat_map(Map::into_entries));
                all.merged.push(from..self.entries.len());
            }
            Err(location) => {
                // Go does not decode what it cannot merge.
                self.go = before;
                self.invalid_merge(location);
            }
        }
    }

    fn invalid_merge(&mut self, location: Location) {
        let message = "the value of `<<` must be a mapping or a list of mappings";
        self.go.record(Stage::Decode, "map merge requires map or sequence of maps as the value".to_owned());
        self.add_diagnostic(Diagnostic::error(YamlCode::InvalidMerge, message).at(location));
    }
}

/// Returns whether the key `<<` merges: not if it is quoted or has another tag.
pub(super) fn is_merge(tag: Option<&str>, plain: bool) -> bool {
    match tag {
        None => plain,
        Some(tag) => matches!(tag, "!" | "tag:yaml.org,2002:merge"),
    }
}
