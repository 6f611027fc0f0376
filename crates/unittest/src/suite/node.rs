//! Nodes of suites: what the decoder needs beside [`NodeExt`].

use mkmanifests_gotmpl::{Map, Value};

use crate::go_yaml::{self, NodeExt as _, RawNode, Tag};

/// A node as it is written.
pub(super) type Node<'t> = RawNode<'t>;

/// What the decoder needs of a node.
pub(super) trait Resolved<'t> {
    /// Returns the node, or the one that it repeats.
    fn resolved(&self) -> &Node<'t>;

    /// Returns whether it is null, or repeats null.
    fn is_null(&self) -> bool;

    /// Returns the text of a scalar; empty for others.
    fn words(&self) -> &str;

    /// Decodes it as Go's `any`.
    fn decode(&self) -> Result<Value, Mistake>;

    /// Decodes it as Go's `map[string]any`.
    fn decode_map(&self) -> Result<Map, Mistake>;
}

impl<'t> Resolved<'t> for Node<'t> {
    fn resolved(&self) -> &Node<'t> {
        self.target().unwrap_or(self)
    }

    fn is_null(&self) -> bool {
        self.short_tag() == Tag::Null
    }

    fn words(&self) -> &str {
        self.resolved().text().unwrap_or_default()
    }

    fn decode(&self) -> Result<Value, Mistake> {
        go_yaml::decode(self).map_err(|error| Mistake::of(&error))
    }

    fn decode_map(&self) -> Result<Map, Mistake> {
        go_yaml::decode_map(self).map_err(|error| Mistake::of(&error))
    }
}

/// An error of go-yaml.
#[derive(Debug)]
pub(super) enum Mistake {
    /// Errors that it collects, one per line.
    Types(Vec<String>),
    /// An error that it stops at.
    Fatal(String),
}

impl Mistake {
    pub fn of(error: &go_yaml::Error) -> Mistake {
        let text = error.to_string();
        match text.strip_prefix("yaml: unmarshal errors:\n  ") {
            Some(lines) => Mistake::Types(lines.split("\n  ").map(str::to_owned).collect()),
            None => Mistake::Fatal(text),
        }
    }
}
