//! The key `<<`, which merges mappings into the one that it is in.

use super::super::{Kind, Node};
use super::collection::Collected;
use super::compose::Composer;
use super::go::Stage;
use crate::problem::{Place, Problem};

impl Composer<'_> {
    /// Takes in what `<<` names: a mapping, or a list of mappings of which the first counts most.
    pub(super) fn merge(&mut self, node: Node, alias: bool, all: &mut Collected) {
        let place = node.place;
        let maps = match node.kind {
            Kind::Map(_) => vec![node],
            Kind::Seq(items) if !alias => items,
            _ => return self.refuse_merge(place),
        };
        for map in maps.into_iter().rev() {
            match map.kind {
                Kind::Map(map) => all.entries.extend(map.into_entries().into_iter().map(|entry| (entry, true))),
                _ => self.refuse_merge(map.place),
            }
        }
    }

    fn refuse_merge(&mut self, place: Place) {
        let message = "`<<` merges a mapping or a list of mappings, found something else";
        self.go.say(Stage::Decode, "map merge requires map or sequence of maps as the value".to_owned());
        self.complain(Problem::error(message).at(place));
    }
}

/// Whether the key `<<` merges: not if it is quoted or has a tag of its own.
pub(super) fn is_merge(tag: Option<&str>, plain: bool) -> bool {
    match tag {
        None => plain,
        Some(tag) => matches!(tag, "!" | "tag:yaml.org,2002:merge"),
    }
}
