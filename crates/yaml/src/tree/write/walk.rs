//! Walks a tree: mappings and lists, line by line.

use std::io::{self, Write};
use std::slice;

use super::Order;
use super::emit::{Emitter, Open, Scalar, ValuePosition};
use super::order::Entries;
use crate::tree::{Kind, Node};

/// A mapping or list, and what of it is not written yet.
struct Level<'a> {
    items: Items<'a>,
    open: Open,
}

enum Items<'a> {
    Seq(slice::Iter<'a, Node>),
    Map(Entries<'a>),
}

/// How deep a Deployment is nested.
const USUAL_DEPTH: usize = 16;

/// Writes a document by way of `emitter`, which is empty before and after, and which further documents may use.
pub(super) fn document<W: Write + ?Sized>(
    out: &mut W,
    emitter: &mut Emitter,
    root: &Node,
    order: Order,
) -> io::Result<()> {
    let mut levels: Vec<Level<'_>> = Vec::with_capacity(USUAL_DEPTH);
    levels.extend(node(emitter, root, ValuePosition::ROOT, order));
    while let Some(last) = levels.last_mut() {
        // Not in the middle of a line: its columns count from its start.
        if emitter.text.is_full() && !last.open.begun {
            out.write_all(&emitter.text.buffer)?;
            emitter.text.hand_on();
        }
        let Level { items, open } = last;
        let next = match items {
            Items::Seq(items) => items.next().map(|next| (next, emitter.item(open))),
            Items::Map(entries) => entries.next().map(|next| (&next.value, emitter.key(&next.key, open))),
        };
        match next {
            Some((next, at)) => levels.extend(node(emitter, next, at, Order::Natural)),
            None => drop(levels.pop()),
        }
    }
    emitter.text.end();
    let written = out.write_all(&emitter.text.buffer);
    emitter.text.hand_on();
    written
}

/// Writes a scalar, or begins a mapping or list.
fn node<'a>(emitter: &mut Emitter, node: &'a Node, at: ValuePosition, order: Order) -> Option<Level<'a>> {
    if let Some(scalar) = Scalar::of(&node.kind) {
        emitter.scalar(scalar, at);
        return None;
    }
    let (items, open) = match &node.kind {
        Kind::Seq(items) => (Items::Seq(items.iter()), emitter.seq(at)),
        Kind::Map(map) => (Items::Map(Entries::new(map.entries(), order)), emitter.map(at)),
        _ => return None,
    };
    Some(Level { items, open })
}
