//! Errors that Go finds only after decoding the whole document: keys that cannot become text, and numbers that JSON
//! does not have.

use super::super::{Entry, Kind, Node};
use super::compose::Composer;
use super::go::ValueError;
use crate::diagnostic::{Diagnostic, Location};

impl Composer<'_> {
    /// Finds them where Go does: an entry that an equal key has replaced does not count.
    pub(super) fn convert(&mut self, root: &Node) {
        if self.has_late_errors {
            self.convert_keys(root);
            self.encode(root);
        }
    }

    /// Go comes to a key before its value.
    fn convert_keys(&mut self, node: &Node) {
        match &node.kind {
            Kind::Seq(items) => items.iter().for_each(|item| self.convert_keys(item)),
            Kind::Map(map) => {
                for entry in map.entries() {
                    if let Some(mut wrong) = self.originals.refused_key(entry.location) {
                        wrong.go += &self.originals.syntax(&entry.value);
                        self.refuse_late(wrong, entry.location);
                    }
                    self.convert_keys(&entry.value);
                }
            }
            _ => {}
        }
    }

    /// JSON is written in the order of the keys.
    fn encode(&mut self, node: &Node) {
        match &node.kind {
            Kind::Seq(items) => items.iter().for_each(|item| self.encode(item)),
            Kind::Map(map) => {
                let mut entries: Vec<&Entry> = map.entries().iter().collect();
                entries.sort_by(|one, other| one.key.cmp(&other.key));
                entries.iter().for_each(|entry| self.encode(&entry.value));
            }
            Kind::Null => {
                if let Some(wrong) = self.originals.refused_value(node.location) {
                    self.refuse_late(wrong, node.location);
                }
            }
            _ => {}
        }
    }

    fn refuse_late(&mut self, wrong: ValueError, location: Location) {
        self.go.record(wrong.stage, wrong.go);
        self.add_diagnostic(Diagnostic::error(wrong.code, wrong.message).at(location));
    }
}
