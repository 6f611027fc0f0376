//! Writes the parts of a document: scalars, keys, items.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Style;
use super::scan::{LONGEST_KEY, Notation, Traits};
use super::text::Text;
use crate::tree::Kind;

/// The position of a value.
#[derive(Clone, Copy)]
pub struct ValuePosition {
    /// The indentation of the collection around it.
    indent: usize,
    position: Position,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// The value is the document.
    Root,
    /// After `key:`; a list may be as far left as the key.
    Value,
    /// After `-`, or the `:` of a key with `?`; a mapping or list continues on the same line.
    Item,
}

/// An open mapping or list.
pub struct Open {
    indent: usize,
    /// Whether its first line is started already: it follows `- `, or is the document.
    pub(super) begun: bool,
}

/// A value on one line.
#[derive(Clone, Copy)]
pub enum Scalar<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number.
    Float(f64),
    /// Text, in quotes where it needs them.
    Str(&'a str),
    /// Text that is written unchanged.
    Plain(&'a str),
    /// `[]`
    EmptySeq,
    /// `{}`
    EmptyMap,
}

impl<'a> Scalar<'a> {
    /// Returns a node that fits on one line.
    pub fn of(kind: &'a Kind) -> Option<Self> {
        Some(match kind {
            Kind::Null => Scalar::Null,
            Kind::Bool(value) => Scalar::Bool(*value),
            Kind::Int(value) => Scalar::Int(*value),
            Kind::UInt(value) => Scalar::UInt(*value),
            Kind::Float(value) => Scalar::Float(*value),
            Kind::Str(value) => Scalar::Str(value),
            Kind::Seq(items) if items.is_empty() => Scalar::EmptySeq,
            Kind::Map(map) if map.is_empty() => Scalar::EmptyMap,
            // Only values hold such strings, and values are not printed.
            Kind::Raw(_) => Scalar::Null,
            Kind::Seq(_) | Kind::Map(_) => return None,
        })
    }
}

/// What one level of nesting is indented by.
const STEP: usize = 2;
/// How many characters the tag `!!binary` counts as part of a key.
const BINARY_TAG: usize = 8;

impl ValuePosition {
    /// The document itself.
    pub const ROOT: ValuePosition = ValuePosition { indent: 0, position: Position::Root };
}

/// One document, written value by value. Keys come in the order that they are given in.
pub struct Emitter {
    pub(super) text: Text,
}

impl Emitter {
    /// With room for a text of some length.
    pub fn new(style: Style, capacity: usize) -> Emitter {
        Emitter { text: Text::new(style, capacity) }
    }

    /// Returns the text, with a line feed at its end.
    pub fn finish(mut self) -> Vec<u8> {
        self.text.end();
        self.text.buffer
    }

    /// Begins a list that is not empty.
    #[inline]
    pub fn seq(&mut self, at: ValuePosition) -> Open {
        let flush = if self.text.pretty { at.position == Position::Root } else { at.position != Position::Item };
        self.open(at, flush)
    }

    /// Begins a mapping that has at least one entry. Write an empty one as a scalar: `{}`.
    #[inline]
    pub fn map(&mut self, at: ValuePosition) -> Open {
        self.open(at, at.position == Position::Root)
    }

    #[inline]
    fn open(&mut self, at: ValuePosition, same: bool) -> Open {
        let begun = at.position == Position::Item;
        if begun {
            self.text.push(b' ');
        }
        Open { indent: if same { at.indent } else { at.indent + STEP }, begun }
    }

    /// Returns the next item of a list.
    #[inline]
    pub fn item(&mut self, open: &mut Open) -> ValuePosition {
        self.start(open);
        self.text.push(b'-');
        ValuePosition { indent: open.indent, position: Position::Item }
    }

    /// Returns the next key of a mapping.
    #[inline]
    pub fn key(&mut self, key: &str, open: &mut Open) -> ValuePosition {
        self.start(open);
        let (indent, text) = (open.indent, &mut self.text);
        let traits = Traits::of(key);
        let position = if traits.is_simple_key(key) {
            text.simple_key(key, key_notation(key, traits, text));
            Position::Value
        } else {
            text.push_str("? ");
            text.scalar(key, indent + STEP);
            text.start_line(indent);
            Position::Item
        };
        text.push(b':');
        ValuePosition { indent, position }
    }

    /// Writes the next key of a mapping: a short text that is no string, such as a number.
    pub fn plain_key(&mut self, key: &str, open: &mut Open) -> ValuePosition {
        self.start(open);
        self.text.push_str(key);
        self.text.push(b':');
        ValuePosition { indent: open.indent, position: Position::Value }
    }

    /// Writes the next key of a mapping: bytes that are not UTF-8, as base64.
    pub fn binary_key(&mut self, bytes: &[u8], open: &mut Open) -> ValuePosition {
        let base64 = &*base64_lines(bytes);
        self.start(open);
        let (indent, text) = (open.indent, &mut self.text);
        let simple = base64.len() + BINARY_TAG <= LONGEST_KEY && !base64.contains('\n');
        if !simple {
            text.push_str("? ");
        }
        text.push_str("!!binary ");
        text.scalar(base64, indent + STEP);
        if !simple {
            text.start_line(indent);
        }
        text.push(b':');
        ValuePosition { indent, position: if simple { Position::Value } else { Position::Item } }
    }

    /// Writes bytes that are not UTF-8, as base64.
    pub fn binary(&mut self, bytes: &[u8], at: ValuePosition) {
        if at.position != Position::Root {
            self.text.push(b' ');
        }
        self.text.push_str("!!binary ");
        self.text.scalar(&base64_lines(bytes), at.indent + STEP);
    }

    #[inline]
    fn start(&mut self, open: &mut Open) {
        if !std::mem::take(&mut open.begun) {
            self.text.start_line(open.indent);
        }
    }

    /// Writes a scalar.
    #[inline]
    pub fn scalar(&mut self, scalar: Scalar<'_>, at: ValuePosition) {
        let text = &mut self.text;
        if at.position != Position::Root {
            text.push(b' ');
        }
        match scalar {
            Scalar::Null => text.push_str("null"),
            Scalar::Bool(true) => text.push_str("true"),
            Scalar::Bool(false) => text.push_str("false"),
            Scalar::Int(value) => text.int(value),
            Scalar::UInt(value) => text.uint(value),
            Scalar::Float(value) => text.float(value),
            Scalar::Str(value) => text.scalar(value, at.indent + STEP),
            Scalar::Plain(value) => text.push_str(value),
            Scalar::EmptySeq => text.push_str("[]"),
            Scalar::EmptyMap => text.push_str("{}"),
        }
    }
}

/// A key `<<` that is not quoted is a merge, for kubectl as well.
fn key_notation(key: &str, traits: Traits, text: &Text) -> Notation {
    if key == "<<" && !text.exact { Notation::Double } else { traits.notation(key, text.exact, text.pretty) }
}

/// Encodes bytes in base64 as go-yaml 3 does: in lines of 70 characters if there is more than one.
fn base64_lines(bytes: &[u8]) -> String {
    const LINE: usize = 70;
    let text = STANDARD.encode(bytes);
    if text.len() < LINE {
        return text;
    }
    let mut lines = String::with_capacity(text.len() + text.len() / LINE + 1);
    for at in (0..text.len()).step_by(LINE) {
        lines.push_str(text.get(at..text.len().min(at + LINE)).unwrap_or_default());
        lines.push('\n');
    }
    lines
}
