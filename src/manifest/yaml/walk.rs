//! The way through a tree: mappings and lists, one line after another.

use std::io::{self, Write};
use std::slice;

use super::Order;
use super::order::Entries;
use super::scan::{Notation, Traits};
use super::text::Text;
use crate::tree::{Entry, Kind, Node};

/// A mapping or list that is begun and not ended.
struct Open<'a> {
    items: Items<'a>,
    indent: usize,
    /// Whether its first line is begun already: it stands after `- `, or is the document.
    begun: bool,
}

enum Items<'a> {
    Seq(slice::Iter<'a, Node>),
    Map(Entries<'a>),
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// It is the document.
    Root,
    /// After `key:`; a list may be as far left as the key.
    Value,
    /// After `-`, or the `:` of a key with `?`; a mapping or list goes on in the same line.
    Item,
}

/// What one level of nesting is indented by.
const STEP: usize = 2;
/// How deep a Deployment is nested.
const USUAL_DEPTH: usize = 16;

/// Writes a document by way of `text`, which is empty before and after, and which further documents may use.
pub(super) fn document<W: Write + ?Sized>(out: &mut W, text: &mut Text, root: &Node, order: Order) -> io::Result<()> {
    let mut open: Vec<Open<'_>> = Vec::with_capacity(USUAL_DEPTH);
    open.extend(node(text, root, 0, Position::Root, order));
    while let Some(last) = open.last_mut() {
        // Not in the middle of a line: its columns count from its start.
        if text.is_full() && !last.begun {
            out.write_all(&text.buffer)?;
            text.hand_on();
        }
        let Open { items, indent, begun } = last;
        let inner = match items {
            Items::Seq(items) => items.next().map(|next| item(text, next, *indent, begun)),
            Items::Map(entries) => entries.next().map(|next| entry(text, next, *indent, begun)),
        };
        match inner {
            Some(inner) => open.extend(inner),
            None => drop(open.pop()),
        }
    }
    text.end();
    let written = out.write_all(&text.buffer);
    text.hand_on();
    written
}

fn item<'a>(text: &mut Text, node: &'a Node, indent: usize, begun: &mut bool) -> Option<Open<'a>> {
    start(text, indent, begun);
    text.push(b'-');
    self::node(text, node, indent, Position::Item, Order::Natural)
}

fn entry<'a>(text: &mut Text, entry: &'a Entry, indent: usize, begun: &mut bool) -> Option<Open<'a>> {
    start(text, indent, begun);
    let key = entry.key.as_ref();
    let traits = Traits::of(key);
    let position = if traits.is_simple_key(key) {
        text.simple_key(key, key_notation(key, traits, text.exact));
        Position::Value
    } else {
        text.push_str("? ");
        text.scalar(key, indent + STEP);
        text.start_line(indent);
        Position::Item
    };
    text.push(b':');
    node(text, &entry.value, indent, position, Order::Natural)
}

/// A key `<<` that is not quoted is a merge, for kubectl as well.
fn key_notation(key: &str, traits: Traits, exact: bool) -> Notation {
    if key == "<<" && !exact { Notation::Double } else { traits.notation(key, exact) }
}

fn start(text: &mut Text, indent: usize, begun: &mut bool) {
    if !std::mem::take(begun) {
        text.start_line(indent);
    }
}

/// Writes a scalar, or begins a mapping or list; `indent` is that of the collection around it.
fn node<'a>(text: &mut Text, node: &'a Node, indent: usize, position: Position, order: Order) -> Option<Open<'a>> {
    let items = match &node.kind {
        Kind::Seq(items) if !items.is_empty() => Items::Seq(items.iter()),
        Kind::Map(map) if !map.is_empty() => Items::Map(Entries::new(map.entries(), order)),
        _ => {
            scalar(text, &node.kind, indent + STEP, position);
            return None;
        }
    };
    let begun = position == Position::Item;
    if begun {
        text.push(b' ');
    }
    let same = position == Position::Root || (position == Position::Value && matches!(items, Items::Seq(_)));
    Some(Open { items, indent: if same { indent } else { indent + STEP }, begun })
}

fn scalar(text: &mut Text, kind: &Kind, indent: usize, position: Position) {
    if position != Position::Root {
        text.push(b' ');
    }
    match kind {
        Kind::Null => text.push_str("null"),
        Kind::Bool(true) => text.push_str("true"),
        Kind::Bool(false) => text.push_str("false"),
        Kind::Int(value) => text.int(*value),
        Kind::UInt(value) => text.uint(*value),
        Kind::Float(value) => text.float(*value),
        Kind::Str(value) => text.scalar(value, indent),
        Kind::Seq(_) => text.push_str("[]"),
        Kind::Map(_) => text.push_str("{}"),
    }
}
