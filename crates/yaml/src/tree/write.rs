//! Nodes as YAML text, byte for byte as kubectl (`-o yaml`) and Helm (`toYaml`) print them.
//!
//! Both print through one Go library, go-yaml 2.4, after a round trip through JSON. Its rules are written anew
//! here: sorted keys, quotes around all that a YAML 1.1 reader would not take for text, literal blocks for text of
//! several lines. What is written is read back by kubectl as the same value, whatever Unicode text is in it.

mod emit;
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

pub use emit::{At, Emitter, Scalar};
pub use order::natural;
pub use order::{in_order, in_pretty_order};
pub use serialize::{Error, Serializer, to_string, to_writer};
pub use timestamp::is_timestamp;

use crate::tree::Node;

/// How a document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The column after which text is folded at its next space; `None` folds nothing.
    pub width: Option<usize>,
    /// The order of the keys.
    pub order: Order,
}

impl Style {
    /// Exactly what kubectl and Helm print.
    pub const HELM: Style = Style { width: Some(80), order: Order::Natural };
    /// For people: `apiVersion`, `kind` and `metadata` first, and no line is folded, so that it can be searched.
    pub const MANIFEST: Style = Style { width: None, order: Order::Manifest };
    /// Exactly what Helm's `toYamlPretty` prints.
    pub const PRETTY: Style = Style { width: None, order: Order::Pretty };
}

/// The order of the keys of mappings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Exactly that of kubectl and Helm: signs before digits before letters, and numbers by value (`a2` before `a10`).
    ///
    /// Some keys have no order (`a1a` < `a20b` < `a100b` < `a1a`): there kubectl and Helm print another one each time,
    /// and here it is always the same. Their two faults are kept: a key `<<` is not quoted, though their own
    /// reader takes that for a merge; and LS and PS (U+2028, U+2029) are not escaped, so that a document that ends
    /// with one has no line feed at its end.
    Natural,
    /// `apiVersion`, `kind` and `metadata` lead the outermost mapping; the rest is in natural order.
    Manifest,
    /// Exactly that of Helm's `toYamlPretty`, which is go-yaml 3's: within a number, letters come first (`1a` before
    /// `1.`). Lists are indented below their keys then, and a tab needs no quotes in a block of text.
    Pretty,
}

/// Writes one document, without `---` and with a line break at its end.
///
/// Any depth is fine: the stack does not grow with it. The text goes out in pieces of some kilobytes.
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
/// Those of `out`.
pub fn write<W: io::Write + ?Sized>(out: &mut W, node: &Node, style: Style) -> io::Result<()> {
    Documents::new(style).write(out, node)
}

/// Writes several documents, with one buffer for all of them.
pub struct Documents {
    emitter: Emitter,
    order: Order,
}

impl Documents {
    /// Writes all documents in one style.
    pub fn new(style: Style) -> Self {
        Documents { emitter: Emitter::new(style, text::CAPACITY), order: style.order }
    }

    /// See [`write()`].
    pub fn write<W: io::Write + ?Sized>(&mut self, out: &mut W, node: &Node) -> io::Result<()> {
        walk::document(out, &mut self.emitter, node, self.order)
    }
}
