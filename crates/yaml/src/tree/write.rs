//! Writes nodes as YAML, byte for byte like kubectl (`-o yaml`) and Helm (`toYaml`).
//!
//! Both use the Go library go-yaml 2.4, after a round trip through JSON. This is a reimplementation of its rules:
//! sorted keys, quotes around text that a YAML 1.1 reader would read as another type, literal blocks for text of
//! several lines. kubectl reads the output as the same values, with any Unicode text.

mod emit;
pub mod nodes;
mod number;
mod order;
mod resolve;
mod scalar;
mod scan;
mod serialize;
mod text;
mod timestamp;
mod walk;

use std::io;

pub use emit::{Emitter, Open, Scalar, ValuePosition};
pub use order::natural;
pub use order::{in_order, in_pretty_order};
pub use serialize::{Error, Serializer, to_string, to_writer};
pub use timestamp::is_timestamp;

use crate::tree::Node;

/// The layout of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The column after which text is folded at the next space; `None` for no folding.
    pub width: Option<usize>,
    /// The order of the keys.
    pub order: Order,
}

impl Style {
    /// The layout of kubectl and Helm's `toYaml`.
    pub const HELM: Style = Style { width: Some(80), order: Order::Natural };
    /// The layout for people: `apiVersion`, `kind` and `metadata` first, and no folded lines, so that text can be
    /// searched.
    pub const MANIFEST: Style = Style { width: None, order: Order::Manifest };
    /// The layout of Helm's `toYamlPretty`.
    pub const PRETTY: Style = Style { width: None, order: Order::Pretty };
}

/// The order of the keys of mappings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The order of kubectl and Helm: signs before digits before letters, and numbers by value (`a2` before `a10`).
    ///
    /// This order is not transitive for some keys (`a1a` < `a20b` < `a100b` < `a1a`): kubectl and Helm print them in a
    /// random order, this crate always in the same. Two bugs are kept: a key `<<` is not quoted, although their own
    /// reader merges it; and LS and PS (U+2028, U+2029) are not escaped, so that a document that ends with one has no
    /// final line feed.
    Natural,
    /// `apiVersion`, `kind` and `metadata` first in the outermost mapping; the rest in natural order.
    Manifest,
    /// The order of Helm's `toYamlPretty` (go-yaml 3): after a digit, letters come first (`1a` before `1.`). Lists are
    /// then indented below their keys, and a tab needs no quotes in a literal block.
    Pretty,
}

/// Writes one document, without `---`, with a line break at the end.
///
/// The stack does not grow with the depth of the node. `out` receives the text in pieces of some kilobytes.
///
/// ```
/// use mkmanifests_yaml::tree::write::{Style, write};
/// use mkmanifests_yaml::tree::to_node;
/// let mut out = Vec::new();
/// let node = to_node(&serde_json::json!({ "kind": "Pod", "apiVersion": "v1", "yes": ["on", ""] }))?;
/// write(&mut out, &node, Style::MANIFEST)?;
/// assert_eq!(String::from_utf8(out)?, "apiVersion: v1\nkind: Pod\n\"yes\":\n- \"on\"\n- \"\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The errors of `out`.
pub fn write<W: io::Write + ?Sized>(out: &mut W, node: &Node, style: Style) -> io::Result<()> {
    Documents::new(style).write(out, node)
}

/// A writer of several documents, which reuses one buffer.
pub struct Documents {
    emitter: Emitter,
    order: Order,
}

impl Documents {
    /// Creates a writer for documents of one style.
    pub fn new(style: Style) -> Self {
        Documents { emitter: Emitter::new(style, text::CAPACITY), order: style.order }
    }

    /// Writes a node as YAML: [`write()`] with the buffers of this value.
    ///
    /// # Errors
    /// As [`write()`].
    pub fn write<W: io::Write + ?Sized>(&mut self, out: &mut W, node: &Node) -> io::Result<()> {
        walk::document(out, &mut self.emitter, node, self.order)
    }
}
